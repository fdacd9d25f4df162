//! An answer whose headers are there and whose body is still to come. Its body ends with an error where it is longer than the
//! client's limit; a blob's also where it pauses too long.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};

use super::WholeBody;
use crate::body::Body;
use crate::error::{Error, Occasion};
use crate::limits::Permit;
use crate::model::origin::{self, Marks};
use crate::transport::{Transport, TransportError, TransportErrorKind};
use crate::within::within;

/// An answer of the service.
pub struct Answer {
    /// What came with its headers.
    pub(crate) occasion: Occasion,
    pub(crate) attempts: u32,
    pub(crate) asked: Asked,
    pub(crate) body: Incoming,
}

/// What a request has said that its answer must be read by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    /// HTML is what it wants, or anything.
    pub(crate) html: bool,
    /// A coding of the body is what it wants, and will undo.
    coding: bool,
    /// Some properties only, or a language.
    pub(crate) view: Marks,
}

impl Asked {
    pub(crate) fn of<B>(request: &http::Request<B>) -> Self {
        let accept = request.headers().get(header::ACCEPT);
        let accept = accept.and_then(|accept| accept.to_str().ok());
        let accepts = |media| accept.is_some_and(|accept| accept.contains(media));
        let query = request.uri().query().unwrap_or_default();
        let is_part = query.split('&').any(selects);
        let language = request.headers().get("so-language");
        let is_translated = language.is_some_and(|language| language != "*");
        Self {
            html: accepts("html") || accepts("text/*") || accepts("*/*"),
            coding: request.headers().contains_key(header::ACCEPT_ENCODING),
            view: if is_part { origin::PART } else { 0 }
                | if is_translated { origin::TRANSLATED } else { 0 },
        }
    }

    /// That a body cannot be read, because it is coded in a way that nobody has asked for and the transport has not undone.
    pub(crate) fn coded(self, headers: &HeaderMap) -> Option<serde_json::Error> {
        let coding = headers.get(header::CONTENT_ENCODING)?;
        let coding = String::from_utf8_lossy(coding.as_bytes());
        let is_plain = coding.is_empty() || coding.eq_ignore_ascii_case("identity");
        let reason = format!("the body is coded as `{coding}`, which was not asked for");
        (!is_plain && !self.coding).then(|| serde::de::Error::custom(reason))
    }

    /// Whether some properties only were asked for.
    pub(crate) fn part(self) -> bool {
        self.view & origin::PART != 0
    }
}

/// Whether a parameter is `$select`, in any of the spellings that the service takes: it reads names without regard to case, and links
/// that it makes may be escaped.
fn selects(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    percent_encoding::percent_decode_str(name)
        .decode_utf8_lossy()
        .eq_ignore_ascii_case("$select")
}

/// The body of an answer as it arrives.
pub(crate) struct Incoming {
    pub(crate) operation: &'static str,
    pub(crate) body: Body,
    pub(crate) transport: Arc<dyn Transport>,
    /// What may still come, in bytes.
    pub(crate) remaining: u64,
    pub(crate) limit: u64,
    /// When the time of the attempt ends, by the transport's clock.
    pub(crate) end: Duration,
    /// Longest pause between two pieces; without it, whoever reads keeps the time.
    pub(crate) pause: Option<Duration>,
    /// Kept until the body has been read, so that it counts as a call in flight.
    pub(crate) permit: Option<Permit>,
}

impl Answer {
    /// The status: one of success, or 304.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.occasion.status
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.occasion.headers
    }

    /// How often the call was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The whole body.
    ///
    /// # Errors
    /// If the body breaks off, takes too long, or is longer than the client's limit.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        Ok(self.body().await?.bytes)
    }

    /// The same answer with its body read.
    pub(crate) async fn buffered(mut self) -> Result<Self, Error> {
        let bytes = self.body.read_to_end().await?;
        self.body.remaining = self.body.limit;
        self.body.body = Body::from(bytes);
        Ok(self)
    }

    pub(crate) async fn body(mut self) -> Result<WholeBody, Error> {
        let bytes = self.body.read_to_end().await?;
        Ok(WholeBody {
            occasion: self.occasion,
            asked: self.asked,
            bytes,
        })
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Answer");
        out.field("operation", &self.occasion.operation)
            .field("status", &self.status())
            .field("headers", self.headers());
        out.field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl Incoming {
    /// The next piece, or `None` at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.next_in_time().await?;
        let Some(bytes) = &chunk else {
            self.permit = None;
            return Ok(None);
        };
        self.remaining = u64::try_from(bytes.len())
            .ok()
            .and_then(|length| self.remaining.checked_sub(length))
            .ok_or(Error::BodyTooLarge {
                operation: self.operation,
                limit: self.limit,
            })?;
        Ok(chunk)
    }

    async fn next_in_time(&mut self) -> Result<Option<Bytes>, Error> {
        let operation = self.operation;
        let chunk = match self.pause {
            None => self.body.chunk().await,
            Some(after) => within(self.transport.sleep(after), self.body.chunk())
                .await
                .ok_or(Error::Timeout { operation, after })?,
        };
        chunk.map_err(|source| {
            let source = TransportError::new(TransportErrorKind::Body, source);
            Error::Transport { operation, source }
        })
    }

    /// The body is read while it comes: it may be longer, and only a pause is limited.
    pub(crate) fn stream(&mut self, limit: u64, pause: Duration) {
        self.limit = limit;
        self.remaining = limit;
        self.pause = Some(pause);
    }

    async fn read_to_end(&mut self) -> Result<Bytes, Error> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.chunk().await? else {
            return Ok(first);
        };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// The start of the body, for an error: at most `limit` bytes, whatever the client's limit, of what comes in time and before it breaks
    /// off. It takes no more than half of the time that is left, so that the status is not lost for the sake of the words.
    pub(crate) async fn read_start(&mut self, limit: usize, patience: Duration) -> Bytes {
        let mut start = BytesMut::new();
        self.remaining = u64::MAX;
        let left = self.end.saturating_sub(self.transport.monotonic());
        let timer = self.transport.sleep(patience.min(left / 2));
        let fill = async {
            // The status says already that the call failed; a body that breaks off takes nothing away from that.
            while start.len() < limit
                && let Ok(Some(chunk)) = self.chunk().await
            {
                start.extend_from_slice(&chunk);
            }
        };
        within(timer, fill).await.unwrap_or_default();
        start.truncate(limit);
        start.freeze()
    }
}
