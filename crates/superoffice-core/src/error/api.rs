//! An error that the service reports, in each of its forms: the REST object with `ErrorType` and `ErrorMessage`, the agents'
//! object with `Message` and `MessageDetail` (also on status 200), OAuth's `error` and `error_description`, and pages of HTML
//! or text from whatever stands in between. Takes status, headers and body; refuses nothing, because any body can be shown.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::decode::excerpt;
use crate::retry::retry_after;

/// What the service answered.
#[derive(Clone)]
pub struct ApiError {
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    fields: Fields,
    excerpt: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fields {
    kind: Option<String>,
    message: Option<String>,
    source: Option<String>,
}

impl ApiError {
    pub(crate) fn new(
        operation: &'static str,
        status: StatusCode,
        headers: HeaderMap,
        body: &[u8],
    ) -> Self {
        let fields = serde_json::from_slice::<Object>(body)
            .map(Object::into_fields)
            .unwrap_or_default();
        Self {
            operation,
            status,
            headers,
            fields,
            excerpt: excerpt(body),
        }
    }

    /// The error that a body with a status of success holds, if it is an error object and nothing else.
    pub(crate) fn in_success(
        operation: &'static str,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Self> {
        if !looks_like_error_object(body)
            || !serde_json::from_slice::<Object>(body)
                .ok()?
                .is_error_object()
        {
            return None;
        }
        Some(Self::new(operation, status, headers.clone(), body))
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

    /// `ErrorMessage`, `Message` with `MessageDetail`, or OAuth's `error_description`.
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

    /// How long the service asks to wait, in whatever form it said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, std::time::SystemTime::now())
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
            Some(message) => write!(f, ": {message}"),
            None if self.excerpt.is_empty() => Ok(()),
            None => write!(f, ": {}", one_line(&self.excerpt)),
        }
    }
}

impl std::error::Error for ApiError {}

/// At most 200 characters, on one line.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}

/// A cheap look at the first key, so that good answers are not parsed twice.
fn looks_like_error_object(body: &[u8]) -> bool {
    let Some(first) = body.trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    let first = first.trim_ascii_start();
    [b"\"Message".as_slice(), b"\"Error"]
        .iter()
        .any(|key| first.starts_with(key))
}

/// Every member that an error object of any kind may have; the rest is counted only.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "Error")]
    is_error: Option<serde_json::Value>,
    #[serde(rename = "ErrorType", alias = "ExceptionType")]
    error_type: Option<String>,
    #[serde(rename = "ErrorMessage", alias = "ExceptionMessage")]
    error_message: Option<String>,
    #[serde(rename = "ErrorSource")]
    error_source: Option<String>,
    #[serde(rename = "Message")]
    message: Option<String>,
    #[serde(rename = "MessageDetail")]
    message_detail: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    #[serde(flatten)]
    others: std::collections::BTreeMap<String, serde::de::IgnoredAny>,
}

impl Object {
    /// Whether it is an error although the status says success: `Error` is true, or there is nothing but a message.
    fn is_error_object(&self) -> bool {
        let says_so = self.is_error == Some(serde_json::Value::Bool(true));
        says_so || (self.message.is_some() && self.is_error.is_none() && self.others.is_empty())
    }

    fn into_fields(self) -> Fields {
        let message = match (self.message, self.message_detail) {
            (Some(message), Some(detail)) => Some(format!("{message} {detail}")),
            (message, detail) => message.or(detail),
        };
        Fields {
            kind: self.error_type.or(self.error),
            message: self.error_message.or(message).or(self.error_description),
            source: self.error_source,
        }
    }
}
