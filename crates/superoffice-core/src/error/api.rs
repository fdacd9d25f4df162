//! An error that the service reports, in each of its forms: the REST object with `ErrorType` and `ErrorMessage`, the agents'
//! object with `Message` and `MessageDetail` (also on status 200), OAuth's `error` and `error_description`, and pages of HTML
//! or text from whatever stands in between. Takes status, headers and body; refuses nothing, because any body can be shown.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

use super::decode::excerpt;
use super::object::{Fields, Verdict};
use super::secrets::Secrets;
use crate::retry::retry_after;

/// What the service answered.
#[derive(Clone)]
pub struct ApiError {
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    /// When the answer came, by the transport's clock.
    received: SystemTime,
    fields: Fields,
    excerpt: String,
}

/// Where and when an answer came.
#[derive(Debug, Clone)]
pub(crate) struct Occasion {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    /// Those that repeat what must not be shown are marked as sensitive.
    pub(crate) headers: HeaderMap,
    pub(crate) received: SystemTime,
    /// What was sent and must not be shown.
    pub(crate) secrets: Secrets,
}

impl ApiError {
    pub(crate) fn new(occasion: Occasion, body: &[u8]) -> Self {
        let secrets = occasion.secrets.texts();
        let Occasion {
            operation,
            status,
            headers,
            received,
            ..
        } = occasion;
        Self {
            operation,
            status,
            headers,
            received,
            fields: Fields::of(body).map(|words| secrets.mask(words)),
            excerpt: excerpt(body, &secrets),
        }
    }

    /// Forgets all that the answer says but its kind, its media type and when to come back: the request was secret, and the answer may
    /// repeat it.
    pub(crate) fn forget_words(&mut self) {
        let keep = [header::CONTENT_TYPE, header::RETRY_AFTER];
        let kept = keep.map(|name| (self.headers.remove(&name), name));
        self.headers.clear();
        for (value, name) in kept {
            self.headers.extend(value.map(|value| (name, value)));
        }
        self.fields = Fields {
            kind: self.fields.kind.take().filter(|kind| is_code(kind)),
            ..Fields::default()
        };
        self.excerpt.clear();
    }

    /// The error that a body with a status of success holds, if it is an error object and nothing else. Where it holds nothing
    /// but a `Message`, `may_be_result` tells whether that is what was asked for.
    pub(crate) fn in_success(
        occasion: impl FnOnce() -> Occasion,
        body: &[u8],
        may_be_result: impl FnOnce() -> bool,
    ) -> Option<Self> {
        let is_error = match Verdict::of(body) {
            Verdict::Error => true,
            Verdict::LoneMessage => !may_be_result(),
            Verdict::Result => false,
        };
        is_error.then(|| Self::new(occasion(), body))
    }

    /// Id of the operation that failed.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Status of the answer; 200 for errors that came as an object in a successful answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// `ErrorType` (`SoNotFoundException`), `ExceptionType` or OAuth's `error`.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        self.fields.kind.as_deref()
    }

    /// `ErrorMessage`, `ExceptionMessage`, `Message` with `MessageDetail` and `ModelState`, OAuth's `error_description`, or the
    /// words of a gateway's own object.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.fields.message.as_deref()
    }

    /// `ErrorSource`.
    #[must_use]
    pub fn error_source(&self) -> Option<&str> {
        self.fields.source.as_deref()
    }

    /// The start of the body as text, at most 2 KiB.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// How long the service asks to wait, in whatever form it said so, counted from when the answer came.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, self.received)
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("error_type", &self.fields.kind)
            .field("message", &self.fields.message)
            .field("error_source", &self.fields.source)
            .field("headers", &self.headers)
            .field("excerpt", &self.excerpt)
            .finish()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.status)?;
        if let Some(kind) = self.error_type() {
            write!(f, ", {kind}")?;
        }
        match self.message() {
            Some(message) => write!(f, ": {message}")?,
            None if self.excerpt.is_empty() => {}
            None => write!(f, ": {}", one_line(&self.excerpt))?,
        }
        match self.retry_after() {
            Some(wait) if !wait.is_zero() => write!(f, " (asks to wait {} s)", seconds(wait)),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

/// Whether this is the name of an error, and no words.
fn is_code(kind: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    kind.len() <= 64 && kind.bytes().all(is_part)
}

/// Whole seconds, none too few.
fn seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun)
}

/// At most 200 characters, on one line.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}
