//! A form with files (`multipart/form-data`), as image uploads take it. Files may be streams; nothing is copied together unless all
//! of it is in memory already. Names are escaped, so that they cannot end the header they stand in.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderValue;

use crate::body::{Body, BodyError};

/// A form with files, to be given to [`Request::binary`](crate::Request::binary).
#[derive(Debug)]
pub struct Multipart {
    boundary: String,
    pieces: Vec<Body>,
}

impl Multipart {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        let boundary = format!("superoffice-{:032x}", fastrand::u128(..));
        Self {
            boundary,
            pieces: Vec::new(),
        }
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{}\"\r\n",
            escaped(name)
        );
        self.part(head, value.into().into())
    }

    /// Adds a file. Its media type is the body's, or `application/octet-stream`.
    #[must_use]
    pub fn file(self, name: &str, file_name: &str, content: impl Into<Body>) -> Self {
        let content = content.into();
        let media_type = content
            .media_type()
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/octet-stream");
        let head = format!(
            "Content-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {media_type}\r\n",
            escaped(name),
            escaped(file_name)
        );
        self.part(head, content)
    }

    fn part(mut self, head: String, content: Body) -> Self {
        self.pieces
            .push(format!("--{}\r\n{head}\r\n", self.boundary).into());
        self.pieces.push(content);
        self.pieces.push("\r\n".into());
        self
    }
}

impl Default for Multipart {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Multipart> for Body {
    fn from(form: Multipart) -> Self {
        let Multipart {
            boundary,
            mut pieces,
        } = form;
        pieces.push(format!("--{boundary}--\r\n").into());
        let body = in_memory(&pieces).map_or_else(|| chained(pieces), Self::from);
        match HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}")) {
            Ok(media_type) => body.with_media_type(media_type),
            // Letters, digits and hyphens are always a header value.
            Err(_) => body,
        }
    }
}

/// All pieces in one, unless one of them is a stream. Such a body can be sent again.
fn in_memory(pieces: &[Body]) -> Option<Bytes> {
    let mut all = BytesMut::new();
    for piece in pieces {
        all.extend_from_slice(piece.as_bytes()?);
    }
    Some(all.freeze())
}

fn chained(pieces: Vec<Body>) -> Body {
    let mut lengths = pieces.iter().map(Body::length);
    // What is longer than a number can say has no length.
    let length = lengths.try_fold(0_u64, |sum, length| sum.checked_add(length?));
    Body::stream(Chain(pieces.into()), length)
}

/// Bodies one after the other.
struct Chain(VecDeque<Body>);

impl Stream for Chain {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(first) = self.0.front_mut() {
            match Pin::new(first).poll_next(context) {
                Poll::Ready(None) => drop(self.0.pop_front()),
                other => return other,
            }
        }
        Poll::Ready(None)
    }
}

/// As browsers do it: quotes and line ends are percent-encoded.
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_a_length_if_its_files_have_one() {
        let nothing = || futures_util::stream::empty::<Result<Bytes, BodyError>>();
        let form = |length| {
            Multipart::new()
                .text("a", "1")
                .file("b", "c", Body::stream(nothing(), length))
        };
        let rest = Body::from(form(Some(0))).length().unwrap_or_default();
        assert!(rest > 100, "{rest}");
        let table = [
            (Some(5), Some(rest + 5)),
            (None, None),
            (Some(u64::MAX - rest), Some(u64::MAX)),
            (Some(u64::MAX - rest + 1), None),
            (Some(u64::MAX), None),
        ];
        for (length, expected) in table {
            assert_eq!(Body::from(form(length)).length(), expected, "{length:?}");
        }
    }

    #[test]
    fn a_form_in_memory() {
        let png = Body::from("bytes").with_media_type(HeaderValue::from_static("image/png"));
        let form = Multipart {
            boundary: "B".to_owned(),
            pieces: Vec::new(),
        };
        let body = Body::from(form.text("a", "1").file("file", "x\"\r\n.png", png));
        let expected = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
             --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x%22%0D%0A.png\"\r\nContent-Type: image/png\r\n\r\n\
             bytes\r\n--B--\r\n";
        assert_eq!(
            body.as_bytes().map(String::from_utf8_lossy).as_deref(),
            Some(expected)
        );
        assert_eq!(
            body.media_type().map(HeaderValue::as_bytes),
            Some(b"multipart/form-data; boundary=B".as_slice())
        );
    }
}
