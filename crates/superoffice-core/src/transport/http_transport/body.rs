//! Bodies between this crate and hyper: both ways piece by piece, decompressed on the way in.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};

use super::gzip::Gunzip;
use crate::body::{Body, BodyError};

/// A body on its way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    body: Body,
    left: Option<u64>,
}

impl From<Body> for Outgoing {
    fn from(body: Body) -> Self {
        Self {
            left: body.length(),
            body,
        }
    }
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let next = Pin::new(&mut this.body).poll_next(context);
        if let (Poll::Ready(Some(Ok(chunk))), Some(left)) = (&next, &mut this.left) {
            *left = left.saturating_sub(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        }
        next.map(|item| item.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// An answer with its body, decompressed where it was compressed.
pub(super) fn response(response: http::Response<Incoming>) -> http::Response<Body> {
    let (mut parts, body) = response.into_parts();
    let chunks = Chunks(body);
    // Both names mean the same.
    let is_gzip = |coding: &HeaderValue| {
        let coding = coding.as_bytes();
        coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
    };
    if !parts
        .headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(is_gzip)
    {
        return http::Response::from_parts(parts, Body::stream(chunks, None));
    }
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    http::Response::from_parts(parts, Body::stream(Gunzip::new(chunks), None))
}

/// The data of a body, without its trailers.
struct Chunks(Incoming);

impl Stream for Chunks {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut frames = self.0.frame();
        loop {
            match std::future::Future::poll(Pin::new(&mut frames), context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.into()))),
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
            frames = self.0.frame();
        }
    }
}
