//! Bytes that the service sends: documents, images, exports. They are read piece by piece and never held as a whole unless
//! asked for; the client's limit for blobs and its patience between two pieces apply. Refuses what comes with a status of success
//! and is no document: an error object, the `null` of a call that failed, the login page of a gateway, and what is compressed in a way that
//! nobody has asked for.

use std::fmt;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::{HeaderMap, StatusCode, header};

#[cfg(feature = "blocking")]
use crate::blocking::Driver;
use crate::error::{ApiError, DecodeError, Error};
use crate::media_type;
use crate::response::{Answer, Incoming, MARK, without_mark};
use crate::transport::BoxFuture;
use crate::within::within;

/// How long the body of a failure may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of a body is looked at for an error object, in bytes.
const ERROR_OBJECT: usize = 64 * 1024;

/// A body that is read piece by piece: with [`chunk`](Self::chunk), as a `Stream`, or at once with [`bytes`](Self::bytes).
///
/// A document that is JSON is looked into, up to 64 KiB, because it may be an error object, or the `null` with which the service answers
/// when there is no such document or the call has failed. That is part of the call: it has the time of one pause, and the call's deadline. One that comes as `text/html` without
/// `Content-Disposition` is refused as the page of whoever stands in between; the service sends documents, those of HTML too, as
/// `application/octet-stream`. Where HTML is wanted, say so with `.header("Accept", "text/html")` on the request. Bytes that are coded
/// (`Content-Encoding`) otherwise than the transport can undo are refused as well, unless the request has an `Accept-Encoding` of its own.
pub struct Blob {
    headers: HeaderMap,
    source: Source,
    /// The thread that must not be blocked while this is read.
    #[cfg(feature = "blocking")]
    driver: Option<Driver>,
}

/// A body and the next piece of it.
type Piece = (Box<Incoming>, Result<Option<Bytes>, Error>);

enum Source {
    /// The start, which was looked at, and what comes after it.
    Begun(Bytes, Option<Box<Incoming>>),
    Incoming(Box<Incoming>),
    /// A piece is on its way; it gives the body back.
    Reading(BoxFuture<'static, Piece>),
    Ended,
}

impl Blob {
    /// The body of an answer, unless it is an error object, `null`, or a page of HTML that nobody has asked for. However many pieces that
    /// takes, it takes no longer than the pause before one.
    pub(crate) async fn read(answer: Answer) -> Result<Self, Error> {
        if matches!(
            answer.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        ) {
            return Ok(Self::new(answer.occasion.headers, Source::Ended));
        }
        if let Some(source) = answer.asked.coded(answer.headers()) {
            let error = DecodeError::of(answer.occasion, b"", ".", source);
            return Err(Error::Decode(Box::new(error)));
        }
        let Some(suspicion) = suspicion(&answer) else {
            let source = Source::Incoming(Box::new(answer.body));
            return Ok(Self::new(answer.occasion.headers, source));
        };
        let Some(after) = answer.body.pause else {
            return Self::suspected(answer, suspicion).await;
        };
        let operation = answer.occasion.operation;
        let timer = answer.body.transport.sleep(after);
        within(timer, Self::suspected(answer, suspicion))
            .await
            .unwrap_or(Err(Error::Timeout { operation, after }))
    }

    async fn suspected(mut answer: Answer, suspicion: Suspicion) -> Result<Self, Error> {
        match suspicion {
            Suspicion::NoDocument => {
                let (start, is_whole) = start(&mut answer.body).await?;
                if is_whole {
                    refuse_error(&answer, &start)?;
                    refuse_null(&answer, &start)?;
                }
                let rest = (!is_whole).then(|| Box::new(answer.body));
                Ok(Self::new(
                    answer.occasion.headers,
                    Source::Begun(start, rest),
                ))
            }
            Suspicion::Page => {
                let Some(first) = answer.body.chunk().await? else {
                    return Ok(Self::new(answer.occasion.headers, Source::Ended));
                };
                let error = ApiError::new(answer.occasion.clone(), &first);
                Err(Error::Api(Box::new(error)))
            }
        }
    }

    fn new(headers: HeaderMap, source: Source) -> Self {
        Self {
            headers,
            source,
            #[cfg(feature = "blocking")]
            driver: crate::blocking::driving_thread(),
        }
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

    /// Writes all of it piece by piece while it comes, and tells how many bytes that were. The writer is called on whichever thread
    /// awaits this; a slow one holds that thread up for a piece at a time.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), or whatever the writer reports.
    pub async fn write_to<W: Write + ?Sized>(mut self, writer: &mut W) -> io::Result<u64> {
        let mut length = 0;
        while let Some(chunk) = self.chunk().await.map_err(io::Error::other)? {
            writer.write_all(&chunk)?;
            length += u64::try_from(chunk.len()).map_err(io::Error::other)?;
        }
        Ok(length)
    }

    /// Writes all of it from an ordinary thread, and tells how many bytes that were.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), or whatever the writer reports. It is refused on a thread that drives the connection itself, because
    /// nothing would come while that thread waits: there, await [`write_to`](Self::write_to), or move the blob to another thread
    /// (`spawn_blocking`).
    #[cfg(feature = "blocking")]
    pub fn copy_to(self, writer: &mut dyn Write) -> io::Result<u64> {
        if self.driver.is_some_and(Driver::is_blocked_here) {
            let reason = "this thread drives the connection of the blob: await `write_to` instead, or move the blob to another thread";
            return Err(io::Error::new(io::ErrorKind::Unsupported, reason));
        }
        crate::blocking::wait(self.write_to(writer))
    }
}

impl Stream for Blob {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut reading = match std::mem::replace(&mut self.source, Source::Ended) {
            Source::Ended => return Poll::Ready(None),
            Source::Begun(start, rest) => {
                self.source = rest.map_or(Source::Ended, Source::Incoming);
                if start.is_empty() {
                    return self.poll_next(context);
                }
                return Poll::Ready(Some(Ok(start)));
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

/// What an answer with a status of success may be instead of the bytes that were asked for.
enum Suspicion {
    /// JSON may be an error object or `null`, however it is sent.
    NoDocument,
    /// HTML that was not asked for, and that is not said to be a file, is the login page of whoever stands in between.
    Page,
}

fn suspicion(answer: &Answer) -> Option<Suspicion> {
    let content_type = answer.headers().get(header::CONTENT_TYPE)?;
    let is_file = answer.headers().contains_key(header::CONTENT_DISPOSITION);
    if media_type::is_html(content_type) {
        return (!is_file && !answer.asked.html).then_some(Suspicion::Page);
    }
    media_type::is_json(content_type).then_some(Suspicion::NoDocument)
}

/// The start of a body and whether that is all of it. What is no document is small, and an object or `null`; anything else is left at once.
async fn start(body: &mut Incoming) -> Result<(Bytes, bool), Error> {
    let mut start = BytesMut::new();
    while start.len() <= ERROR_OBJECT {
        let Some(chunk) = body.chunk().await? else {
            return Ok((start.freeze(), true));
        };
        start.extend_from_slice(&chunk);
        let text = without_mark(&start).trim_ascii();
        let is_begun = text.starts_with(b"{") || b"null".starts_with(text);
        if !is_begun && !MARK.starts_with(&start) {
            break;
        }
    }
    Ok((start.freeze(), false))
}

fn refuse_error(answer: &Answer, body: &[u8]) -> Result<(), Error> {
    let error = ApiError::in_success(|| answer.occasion.clone(), body, || false);
    error.map_or(Ok(()), |error| Err(Error::Api(Box::new(error))))
}

/// The bytes `null` are no document: the service says so where there is none.
fn refuse_null(answer: &Answer, body: &[u8]) -> Result<(), Error> {
    if without_mark(body).trim_ascii() != b"null" {
        return Ok(());
    }
    let source = serde::de::Error::custom(
        "`null` is no document: there is none with this key, or the call has failed",
    );
    let error = DecodeError::of(answer.occasion.clone(), body, ".", source);
    Err(Error::Decode(Box::new(error)))
}

/// An error with a status of failure, read from the start of its body.
pub(crate) async fn api_error(mut answer: Answer) -> ApiError {
    let start = answer.body.read_start(ERROR_OBJECT, PATIENCE).await;
    ApiError::new(answer.occasion.clone(), &start)
}
