//! Requests and answers between the SDK and reqwest, bodies piece by piece both ways. Refuses a request whose address reqwest would
//! change: it resolves dots and rewrites hosts, and a value of a path must stay where it stands.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, Uri, header};
use superoffice_core::Body;
use superoffice_core::transport::{TransportError, TransportErrorKind};

use crate::failure::RequestBodyFailure;

/// The request as reqwest takes it.
pub(crate) async fn outgoing(
    request: http::Request<Body>,
) -> Result<reqwest::Request, TransportError> {
    let unusable = |reason: String| TransportError::new(TransportErrorKind::Unusable, reason);
    let (parts, mut body) = request.into_parts();
    let url =
        reqwest::Url::parse(&parts.uri.to_string()).map_err(|error| unusable(error.to_string()))?;
    if !is_same(&url, &parts.uri) {
        return Err(unusable("reqwest would change the address".to_owned()));
    }
    let mut out = reqwest::Request::new(parts.method, url);
    *out.version_mut() = parts.version;
    *out.headers_mut() = parts.headers;
    if body.is_empty() {
        return Ok(out);
    }
    // A stream that is said to be empty is looked into here, because reqwest would not.
    if body.as_bytes().is_some() || body.length() == Some(0) {
        let bytes = body.chunk().await;
        let bytes =
            bytes.map_err(|error| TransportError::new(TransportErrorKind::RequestBody, error))?;
        *out.body_mut() = Some(bytes.unwrap_or_default().into());
        return Ok(out);
    }
    // reqwest sends streams in chunks unless it is told their length.
    if let Some(length) = body.length() {
        out.headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    *out.body_mut() = Some(reqwest::Body::wrap_stream(Outgoing(body)));
    Ok(out)
}

fn is_same(url: &reqwest::Url, uri: &Uri) -> bool {
    let host = |host: &str| host.to_ascii_lowercase();
    url.path() == uri.path() && url.host_str().map(host) == uri.host().map(host)
}

/// The answer as the SDK takes it; reqwest has decompressed it.
pub(crate) fn incoming(response: reqwest::Response) -> http::Response<Body> {
    let mut out = http::Response::new(Body::empty());
    *out.status_mut() = response.status();
    *out.version_mut() = response.version();
    out.headers_mut().clone_from(response.headers());
    *out.body_mut() = Body::stream(Incoming(Box::pin(response.bytes_stream())), None);
    out
}

/// A body on its way out, whose failures are told from those of the network.
struct Outgoing(Body);

impl Stream for Outgoing {
    type Item = Result<Bytes, RequestBodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.0).poll_next(context);
        next.map(|item| item.map(|chunk| chunk.map_err(RequestBodyFailure)))
    }
}

/// A body on its way in, whose errors do not show the address.
struct Incoming<S>(Pin<Box<S>>);

impl<S: Stream<Item = reqwest::Result<Bytes>>> Stream for Incoming<S> {
    type Item = reqwest::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(context);
        next.map(|item| item.map(|chunk| chunk.map_err(reqwest::Error::without_url)))
    }
}
