//! The two ends of an exchange as plain data: the request with its parts taken apart, and the answer with the faults that it
//! is to suffer on its way out. Nothing here reads or writes a socket, and nothing is refused.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::{Value, json};

/// A request that has arrived whole.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Names and values of the query, decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    /// The tenant's address that the request came in on: scheme, host and port.
    pub(crate) origin: String,
}

impl Incoming {
    pub(crate) fn new(parts: http::request::Parts, body: Bytes, origin: String) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        Self {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            query,
            origin,
        }
    }

    /// The value of a query parameter, whatever the case of its name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What the tenant answers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn json(status: StatusCode, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    pub(crate) fn text(status: StatusCode, media: &'static str, text: impl Into<Bytes>) -> Self {
        Self {
            body: text.into(),
            ..Self::empty(status)
        }
        .with(header::CONTENT_TYPE, media)
    }

    /// An error as the platform writes it.
    pub(crate) fn error(status: StatusCode, kind: &str, message: &str) -> Self {
        let body = json!({
            "Error": true,
            "ErrorType": kind,
            "ErrorMessage": message,
            "ErrorSource": "superoffice-mock",
        });
        Self::json(status, &body)
    }

    /// The same with a header; a value that is no header value is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.insert(name, value);
        }
        self
    }
}
