//! From a request to what is sent: path and query, headers and body, checked. Refuses everything that cannot be sent and the
//! write of what was read in part or in translation; takes no credentials and knows no host.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::{Call, route};
use crate::address::BaseUrl;
use crate::body::Body;
use crate::client::Client;
use crate::error::Error;
use crate::locale::Language;
use crate::media_type;
use crate::model::origin;
use crate::operation::{Operation, Safety};
use crate::retry::RetryPolicy;

const JSON: &str = "application/json";

/// A call that is ready to be sent, as often as its body allows.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) operation: Operation,
    /// Path and query, from the root of the installation.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    /// What the call says of itself, instead of what is known of its operation.
    pub(crate) safety: Option<Safety>,
    /// Instead of the client's.
    pub(crate) retry: Option<RetryPolicy>,
    /// Whether the result is read while it comes, instead of as a whole before the call ends.
    pub(crate) streams: bool,
}

impl Call {
    /// Checks and completes the call with what its client always sends.
    pub(super) fn prepare(mut self: Box<Self>, client: &Client) -> Result<Prepared, Error> {
        if let Some(problem) = self.problem.take() {
            return Err(problem);
        }
        self.guard_views(client)?;
        let target = self.target()?;
        let mut headers = self.all_headers(client)?;
        let body = std::mem::take(&mut self.body);
        let body = announced(self.operation, body, headers.remove(header::CONTENT_LENGTH))?;
        let Self {
            operation,
            timeout,
            deadline,
            safety,
            retry,
            ..
        } = *self;
        Ok(Prepared {
            operation,
            target,
            headers,
            body,
            timeout,
            deadline,
            safety,
            retry,
            streams: false,
        })
    }

    /// Refuses a write whose body is not all of what it replaces, or may be translated: by what its models remember, and, since not
    /// every body is a model, by what the client asks for.
    fn guard_views(&self, client: &Client) -> Result<(), Error> {
        let operation = self.operation.id;
        let (given, clients) = (&self.locale.language, &client.locale().language);
        let translates = |language: &Language| language.translates();
        let said = self.headers.get(header::CONTENT_TYPE);
        let is_json = said
            .into_iter()
            .chain(self.body.media_type())
            .any(media_type::is_json);
        if self.operation.safety == Safety::Safe || !is_json {
            return Ok(());
        }
        if self.origins & origin::PART != 0 {
            return Err(Error::PartialWrite { operation });
        }
        // A language that the call says itself is meant for it; that of the client may have been forgotten.
        let is_forgotten = given.is_none() && clients.as_ref().is_some_and(translates);
        let is_translated = self.origins & origin::TRANSLATED != 0 || is_forgotten;
        let is_allowed = given.as_ref().is_some_and(|given| !translates(given));
        if is_translated && !is_allowed {
            return Err(Error::TranslatedWrite { operation });
        }
        Ok(())
    }

    fn target(&self) -> Result<String, Error> {
        let operation = self.operation.id;
        let mut target =
            route::path(self.operation.route, &self.path).map_err(|(parameter, reason)| {
                Error::InvalidRequest {
                    operation,
                    parameter,
                    reason: reason.into(),
                }
            })?;
        route::query(&mut target, &self.query);
        Ok(target)
    }

    fn all_headers(&self, client: &Client) -> Result<HeaderMap, Error> {
        let mut headers = client.default_headers().clone();
        let accept = self.operation.accept.unwrap_or(JSON);
        headers.insert(header::ACCEPT, header_value("accept", accept)?);
        for (name, value) in self.locale.headers(client.locale()) {
            headers.insert(HeaderName::from_static(name), header_value(name, &value)?);
        }
        if let Some(media_type) = self.body.media_type() {
            headers.insert(header::CONTENT_TYPE, media_type.clone());
        }
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        Ok(headers)
    }
}

impl Prepared {
    /// The result is a stream of bytes: asks for bytes, unless the operation or the caller asks for something else.
    pub(crate) fn streaming(mut self) -> Self {
        let bytes = HeaderValue::from_static("application/octet-stream");
        let is_default = |accept: &HeaderValue| accept == JSON;
        if self.headers.get(header::ACCEPT).is_none_or(is_default) {
            self.headers.insert(header::ACCEPT, bytes);
        }
        self.streams = true;
        self
    }

    /// The same call once more. A body that can be sent only once stays with the first.
    pub(crate) fn again(&mut self) -> Self {
        Self {
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: self.body.try_clone().unwrap_or_default(),
            retry: self.retry.clone(),
            ..*self
        }
    }

    /// The HTTP request for a base address, or a relative one. The body is taken out if it can be sent only once.
    pub(crate) fn next_http(&mut self, base: &str) -> Result<http::Request<Body>, Error> {
        let body = self
            .body
            .try_clone()
            .unwrap_or_else(|| std::mem::take(&mut self.body));
        let length = content_length(self.operation, &body);
        let mut request = http::Request::builder()
            .method(Method::from(self.operation.verb))
            .uri(format!("{base}{}", self.target))
            .body(body)
            .map_err(|error| self.unsendable(&error))?;
        *request.headers_mut() = self.headers.clone();
        if let Some(length) = length {
            request
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length.into());
        }
        Ok(request)
    }

    pub(super) fn into_http(mut self, client: &Client) -> Result<http::Request<Body>, Error> {
        self.next_http(client.known_base().as_deref().map_or("", BaseUrl::as_str))
    }

    fn unsendable(&self, error: &http::Error) -> Error {
        Error::InvalidRequest {
            operation: self.operation.id,
            parameter: "path".into(),
            reason: error.to_string().into(),
        }
    }
}

/// The body with the length that the caller says in a header of its own. Who sends would believe the header, and cut the body there.
fn announced(
    operation: Operation,
    body: Body,
    content_length: Option<HeaderValue>,
) -> Result<Body, Error> {
    let Some(value) = content_length else {
        return Ok(body);
    };
    let refused = |reason: &'static str| Error::InvalidRequest {
        operation: operation.id,
        parameter: header::CONTENT_LENGTH.as_str().to_owned().into(),
        reason: reason.into(),
    };
    let digits = value.to_str().ok().filter(|text| {
        let mut bytes = text.bytes();
        bytes.all(|byte| byte.is_ascii_digit())
    });
    let length: u64 = digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| refused("it is no number of bytes"))?;
    match body.length() {
        None => Ok(body.announced(length)),
        Some(known) if known == length => Ok(body),
        Some(_) => Err(refused("the body has another length")),
    }
}

/// `Content-Length` where a body is sent or expected; a `GET` without a body has none.
fn content_length(operation: Operation, body: &Body) -> Option<u64> {
    let expects_body = matches!(operation.verb.as_str(), "POST" | "PUT" | "PATCH");
    body.length().filter(|length| *length > 0 || expects_body)
}

fn header_value(name: &'static str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| Error::InvalidHeader { name: name.into() })
}
