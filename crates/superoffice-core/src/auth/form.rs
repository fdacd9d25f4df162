//! Requests to the services that issue credentials, and what their refusals mean. Bodies are wiped after sending; an answer that
//! cannot be read is reported without its text, which may hold a token. Of a refusal its own words are shown, without the secrets that
//! were sent; of any other failure the status.

use std::sync::Arc;

use bytes::Bytes;
use http::header;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::{AuthError, Exchange};
use crate::error::{Error, Texts};

/// Posts a body that is secret and reads the JSON that comes back.
pub(super) async fn post<T: DeserializeOwned>(
    exchange: &Exchange,
    service: &'static str,
    url: &str,
    media_type: &'static str,
    body: Zeroizing<Vec<u8>>,
    secrets: &Texts,
) -> Result<T, AuthError> {
    let request = http::Request::post(url)
        .header(header::CONTENT_TYPE, media_type)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_LENGTH, body.len())
        .body(Bytes::from_owner(body))
        .map_err(|_| AuthError::Invalid {
            what: service,
            reason: "its address is malformed".into(),
        })?;
    let answer = exchange
        .send_openly(service, request)
        .await
        .map_err(|error| refusal(service, error, secrets))?;
    serde_json::from_slice(&answer).map_err(|_| unreadable(service))
}

/// An answer that is not what the service is documented to say.
pub(super) fn unreadable(service: &'static str) -> AuthError {
    AuthError::denied(service, "its answer cannot be read")
}

/// A refusal in the service's own words, or a failure to reach it.
fn refusal(service: &'static str, error: Error, secrets: &Texts) -> AuthError {
    let api = error
        .api()
        .filter(|api| api.status().is_client_error() && api.status().as_u16() != 429);
    let Some(api) = api else {
        return AuthError::Unavailable {
            service,
            source: Arc::new(error.without_words()),
        };
    };
    let words: Vec<&str> = [api.error_type(), api.message()]
        .into_iter()
        .flatten()
        .collect();
    let message = if words.is_empty() {
        api.status().to_string()
    } else {
        secrets.mask(&words.join(": "))
    };
    AuthError::Denied {
        service,
        message,
        code: api.error_type().map(|code| secrets.mask(code)),
        status: Some(api.status()),
    }
}
