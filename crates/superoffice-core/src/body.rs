//! Bodies of requests and responses: nothing, bytes, or a stream of bytes with an optional length and media type. Only
//! `http` and `bytes` types are needed to make or to read one. Refuses a stream that is longer or shorter than was said.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;

/// What stopped a body; any error of the stream that feeds it.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, BodyError>> + Send>>;

/// The body of a request or a response.
#[derive(Default)]
pub struct Body {
    content: Content,
    media_type: Option<HeaderValue>,
}

#[derive(Default)]
enum Content {
    #[default]
    Empty,
    Bytes(Bytes),
    Stream {
        stream: ByteStream,
        length: Option<u64>,
    },
}

impl Body {
    /// No body.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A body that is read from a stream while it is sent. Such a body can be sent only once: a call with it is never
    /// repeated. `length` in bytes, where it is known, is sent as `Content-Length`; otherwise the body is chunked.
    ///
    /// A stream that ends before its length or goes on after it is an error, and the request is broken off. So its last piece is sent when
    /// the stream has ended, not before: whoever feeds it from a channel closes that channel.
    pub fn stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BodyError> + 'static,
    {
        let stream: ByteStream = Box::pin(IntoBodyError(Box::pin(stream)));
        let body = Self {
            content: Content::Stream {
                stream,
                length: None,
            },
            media_type: None,
        };
        match length {
            Some(length) => body.announced(length),
            None => body,
        }
    }

    /// The same body, of which was said how long it is; only a stream of which nothing was said before can still be that.
    pub(crate) fn announced(mut self, length: u64) -> Self {
        self.content = match self.content {
            Content::Stream {
                stream,
                length: None,
            } => Content::Stream {
                stream: Box::pin(Announced::new(stream, length)),
                length: Some(length),
            },
            content => content,
        };
        self
    }

    /// The same body with a media type (`image/png`), which is sent as `Content-Type`.
    #[must_use]
    pub fn with_media_type(mut self, media_type: HeaderValue) -> Self {
        self.media_type = Some(media_type);
        self
    }

    /// Its media type, where one was given.
    #[must_use]
    pub fn media_type(&self) -> Option<&HeaderValue> {
        self.media_type.as_ref()
    }

    /// The bytes, where they are all in memory; empty for an empty body, `None` for a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Empty => Some(&[]),
            Content::Bytes(bytes) => Some(bytes),
            Content::Stream { .. } => None,
        }
    }

    /// Length in bytes, where it is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match &self.content {
            Content::Empty => Some(0),
            Content::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Content::Stream { length, .. } => *length,
        }
    }

    /// Whether there is no body at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.content, Content::Empty)
    }

    /// A copy, unless the body is a stream. Bytes are shared, not copied.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        let content = match &self.content {
            Content::Empty => Content::Empty,
            Content::Bytes(bytes) => Content::Bytes(bytes.clone()),
            Content::Stream { .. } => return None,
        };
        Some(Self {
            content,
            media_type: self.media_type.clone(),
        })
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// Whatever the stream behind the body reports.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        match &mut this.content {
            Content::Stream { stream, .. } => stream.as_mut().poll_next(context),
            content => Poll::Ready(match std::mem::take(content) {
                Content::Bytes(bytes) if !bytes.is_empty() => Some(Ok(bytes)),
                _ => None,
            }),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.content {
            Content::Empty => "empty",
            Content::Bytes(_) => "bytes",
            Content::Stream { .. } => "stream",
        };
        f.debug_struct("Body")
            .field("kind", &kind)
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self {
            content: Content::Bytes(bytes),
            media_type: None,
        }
    }
}

macro_rules! from_bytes {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Body {
            fn from(content: $ty) -> Self {
                Bytes::from(content).into()
            }
        }
    )*};
}

from_bytes!(Vec<u8>, &'static [u8], String, &'static str);

/// A stream that is not as long as was said.
#[derive(Debug, thiserror::Error)]
enum WrongLength {
    #[error("the body is longer than the {0} bytes that were announced")]
    Longer(u64),
    #[error("the body is shorter than the {0} bytes that were announced")]
    Shorter(u64),
}

/// A stream that fails unless it is as long as was said. Whoever sends it stops at that length and would never see what comes after it,
/// so the last piece is held back until the stream has ended.
struct Announced {
    /// `None` after its end.
    stream: Option<ByteStream>,
    length: u64,
    left: u64,
    last: Option<Bytes>,
}

impl Announced {
    fn new(stream: ByteStream, length: u64) -> Self {
        Self {
            stream: Some(stream),
            length,
            left: length,
            last: None,
        }
    }

    /// What comes of the next item; `None` if that is seen by the one after it.
    fn take(&mut self, item: Option<Result<Bytes, BodyError>>) -> Option<<Self as Stream>::Item> {
        match item {
            None if self.left > 0 => Some(Err(WrongLength::Shorter(self.length).into())),
            None => self.last.take().map(Ok),
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(chunk)) => {
                let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                let Some(left) = self.left.checked_sub(length) else {
                    return Some(Err(WrongLength::Longer(self.length).into()));
                };
                self.left = left;
                if left == 0 && length > 0 {
                    self.last = Some(chunk);
                    return None;
                }
                (length > 0).then_some(Ok(chunk))
            }
        }
    }
}

impl Stream for Announced {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(stream) = &mut self.stream {
            let Poll::Ready(item) = stream.as_mut().poll_next(context) else {
                return Poll::Pending;
            };
            let is_end = item.is_none();
            let item = self.take(item);
            if is_end || matches!(item, Some(Err(_))) {
                self.stream = None;
            }
            if item.is_some() {
                return Poll::Ready(item);
            }
        }
        Poll::Ready(None)
    }
}

/// A stream whose errors are boxed.
struct IntoBodyError<S>(Pin<Box<S>>);

impl<S, E> Stream for IntoBodyError<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<BodyError>,
{
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .as_mut()
            .poll_next(context)
            .map(|item| item.map(|chunk| chunk.map_err(Into::into)))
    }
}
