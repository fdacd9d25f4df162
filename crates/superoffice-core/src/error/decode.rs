//! An answer that is not what the operation is documented to return: where in the JSON, what was expected, and the start of
//! the body.

use std::fmt;

use http::{HeaderMap, StatusCode, header};

use super::api::Occasion;
use super::secrets::{REDACTED, Texts};

/// Longest piece of a body that an error keeps, in bytes.
const EXCERPT: usize = 2048;

/// An answer that could not be read.
#[derive(Debug)]
pub struct DecodeError {
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    path: String,
    excerpt: String,
    source: serde_json::Error,
}

impl DecodeError {
    /// Of an answer, or of a part of it.
    pub(crate) fn of(
        occasion: Occasion,
        body: &[u8],
        path: &str,
        source: serde_json::Error,
    ) -> Self {
        let secrets = occasion.secrets.texts();
        let Occasion {
            operation,
            status,
            headers,
            ..
        } = occasion;
        Self {
            operation,
            status,
            headers,
            path: secrets.mask(path),
            excerpt: excerpt(body, &secrets),
            source: masked(source, &secrets),
        }
    }

    /// Id of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Place in the JSON (`value[3].PersonId`); `.` for the whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// `Content-Type` of the answer, empty where it has none.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The start of the body as text, at most 2 KiB.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// `Content-Type` for the text of the error. A header that repeats what must not be shown is marked.
    fn shown_type(&self) -> &str {
        match self.headers.get(header::CONTENT_TYPE) {
            None => "without a media type",
            Some(value) if value.is_sensitive() => REDACTED,
            Some(_) => self.content_type(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            status,
            path,
            source,
            ..
        } = self;
        write!(
            f,
            "{operation}: the answer ({status}, {}) cannot be read at `{path}`: {source}",
            self.shown_type()
        )
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// The start of a body as text without what is secret, cut at a character. A body may itself be only a start.
pub(super) fn excerpt(body: &[u8], secrets: &Texts) -> String {
    // So much longer that a secret on the edge is a whole one.
    let head = body.get(..EXCERPT + secrets.longest()).unwrap_or(body);
    let text = String::from_utf8_lossy(head);
    let mut text = if head.len() < body.len() {
        secrets.mask_start(text.trim_end_matches(char::REPLACEMENT_CHARACTER))
    } else {
        secrets.mask_start(&text)
    };
    while text.len() > EXCERPT {
        text.pop();
    }
    text
}

/// What cannot be read may be quoted in the words about it.
fn masked(source: serde_json::Error, secrets: &Texts) -> serde_json::Error {
    let words = source.to_string();
    let shown = secrets.mask(&words);
    if shown == words {
        source
    } else {
        serde::de::Error::custom(shown)
    }
}
