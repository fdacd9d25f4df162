//! Bytes that the service sends: documents, images, exports. They are read piece by piece and never held as a whole unless
//! asked for; the client's limit for blobs and its patience between two pieces apply.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::{HeaderMap, StatusCode, header};

use crate::error::{ApiError, Error};
use crate::response::{Answer, Incoming};
use crate::transport::BoxFuture;

/// How long the body of a failure may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest JSON body that is looked at for an error object, in bytes.
const ERROR_OBJECT: u64 = 64 * 1024;

/// A body that is read piece by piece: with [`chunk`](Self::chunk), as a `Stream`, or at once with [`bytes`](Self::bytes).
pub struct Blob {
    headers: HeaderMap,
    source: Source,
}

/// A body and the next piece of it.
type Piece = (Box<Incoming>, Result<Option<Bytes>, Error>);

enum Source {
    Ready(Option<Bytes>),
    Incoming(Box<Incoming>),
    /// A piece is on its way; it gives the body back.
    Reading(BoxFuture<'static, Piece>),
    Ended,
}

impl Blob {
    pub(crate) async fn read(answer: Answer) -> Result<Self, Error> {
        if may_be_error_object(&answer) {
            let body = answer.body().await?;
            body.refuse_error()?;
            return Ok(Self {
                headers: body.headers,
                source: Source::Ready(Some(body.bytes)),
            });
        }
        let source = match answer.status {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => Source::Ended,
            _ => Source::Incoming(Box::new(answer.body)),
        };
        Ok(Self {
            headers: answer.headers,
            source,
        })
    }

    /// `Content-Type`, where the service gives one.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// Length in bytes, where the service tells and the body is not compressed.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.headers
            .get(header::CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// `Content-Disposition`, which may hold a file name. Such a name is the sender's: never use it as a path.
    #[must_use]
    pub fn disposition(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// If the body breaks off, pauses too long, or is longer than the client's limit.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// All of it.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// Writes all of it, and tells how many bytes that were.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), or whatever the writer reports.
    #[cfg(feature = "blocking")]
    pub fn copy_to(mut self, writer: &mut dyn std::io::Write) -> std::io::Result<u64> {
        let mut length = 0;
        while let Some(chunk) =
            crate::blocking::wait(self.chunk()).map_err(std::io::Error::other)?
        {
            writer.write_all(&chunk)?;
            length += u64::try_from(chunk.len()).map_err(std::io::Error::other)?;
        }
        Ok(length)
    }
}

impl Stream for Blob {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut reading = match std::mem::replace(&mut self.source, Source::Ended) {
            Source::Ended => return Poll::Ready(None),
            Source::Ready(bytes) => {
                return Poll::Ready(bytes.filter(|bytes| !bytes.is_empty()).map(Ok));
            }
            Source::Incoming(mut incoming) => Box::pin(async move {
                let chunk = incoming.chunk().await;
                (incoming, chunk)
            }) as BoxFuture<'static, _>,
            Source::Reading(reading) => reading,
        };
        match reading.as_mut().poll(context) {
            Poll::Pending => {
                self.source = Source::Reading(reading);
                Poll::Pending
            }
            Poll::Ready((incoming, Ok(Some(chunk)))) => {
                self.source = Source::Incoming(incoming);
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready((_, result)) => Poll::Ready(result.transpose()),
        }
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// Small JSON where bytes were asked for: maybe an error object with a status of success.
fn may_be_error_object(answer: &Answer) -> bool {
    let text = |name| {
        answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let is_json = text(header::CONTENT_TYPE)
        .is_some_and(|media_type| media_type.starts_with("application/json"));
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    is_json && length.is_some_and(|length| length <= ERROR_OBJECT)
}

/// An error with a status of failure, read from the start of its body.
pub(crate) async fn api_error(mut answer: Answer) -> ApiError {
    let length = usize::try_from(ERROR_OBJECT).unwrap_or(usize::MAX);
    let start = answer.body.read_start(length, PATIENCE).await;
    ApiError::new(answer.operation.id, answer.status, answer.headers, &start)
}
