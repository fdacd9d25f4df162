//! What comes back: the answer as it arrives, and the result with status and headers. Reads no more than the client's limit,
//! counted after decompression.

use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::blob::Blob;
use crate::error::{ApiError, DecodeError, Error, Occasion};
use crate::media_type;
use crate::model::origin;
use crate::transport::BoxFuture;

mod answer;
mod place;

pub use self::answer::Answer;
pub(crate) use self::answer::{Asked, Incoming};
use self::place::Place;

/// The result of a call, with status and headers.
#[derive(Debug, Clone)]
pub struct Response<R> {
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    value: R,
}

impl<R: FromResponse> Response<R> {
    pub(crate) async fn read(answer: Answer) -> Result<Self, Error> {
        let (status, headers, attempts) =
            (answer.status(), answer.headers().clone(), answer.attempts());
        let value = R::from_answer(answer).await?;
        Ok(Self {
            status,
            headers,
            attempts,
            value,
        })
    }
}

impl<R> Response<R> {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// When the thing was changed last, to the second, where the service says so (`Last-Modified`): for
    /// [`Request::if_modified_since`](crate::Request::if_modified_since) and
    /// [`if_unmodified_since`](crate::Request::if_unmodified_since). Where it does not, an entity's own `UpdatedDate` may.
    #[must_use]
    pub fn last_modified(&self) -> Option<SystemTime> {
        let text = self.headers.get(header::LAST_MODIFIED)?.to_str().ok()?;
        httpdate::parse_http_date(text.trim()).ok()
    }

    /// How often the call was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The result.
    #[must_use]
    pub fn value(&self) -> &R {
        &self.value
    }

    /// The result alone.
    #[must_use]
    pub fn into_value(self) -> R {
        self.value
    }
}

/// Results that an answer can be read into.
pub trait FromResponse: Sized + Send + 'static {
    /// Whether the body is read while it comes. Otherwise it is read before the call ends, within its timeout, and a body that
    /// breaks off may be asked for again. What [`from_answer`](Self::from_answer) reads counts for the deadline of the call in either case.
    const STREAMS: bool = false;

    /// Reads the answer, whose status is one of success or 304.
    fn from_answer(answer: Answer) -> BoxFuture<'static, Result<Self, Error>>;
}

/// No result: the body is read to its end and may be anything but an error or a page.
impl FromResponse for () {
    fn from_answer(answer: Answer) -> BoxFuture<'static, Result<Self, Error>> {
        Box::pin(async move {
            let body = answer.body().await?;
            body.refuse_error(|| false)?;
            body.refuse_page()
        })
    }
}

/// JSON, or `None` for `null`, an empty body, 204 and 304.
impl<T: DeserializeOwned + Send + 'static> FromResponse for Option<T> {
    fn from_answer(answer: Answer) -> BoxFuture<'static, Result<Self, Error>> {
        let body = answer.body();
        Box::pin(async move { body.await?.value() })
    }
}

/// Bytes, as a stream.
impl FromResponse for Blob {
    const STREAMS: bool = true;

    fn from_answer(answer: Answer) -> BoxFuture<'static, Result<Self, Error>> {
        Box::pin(Blob::read(answer))
    }
}

/// The byte order mark that some servers begin with.
pub(crate) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A body without its byte order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(MARK).unwrap_or(body)
}

/// The whole body of an answer.
#[derive(Debug)]
pub(crate) struct WholeBody {
    pub(crate) occasion: Occasion,
    pub(crate) asked: Asked,
    pub(crate) bytes: Bytes,
}

impl WholeBody {
    /// The value, unless there is none or it is an error object.
    pub(crate) fn value<T: DeserializeOwned>(self) -> Result<Option<T>, Error> {
        self.refuse_error(|| match place::of::<T>("Message") {
            Place::Dictionary => true,
            Place::Field => self.asked.part(),
            Place::Nowhere => false,
        })?;
        self.decode()
    }

    /// An error object in an answer of success. A `Message` alone is one too, unless it may be the result.
    fn refuse_error(&self, may_be_result: impl FnOnce() -> bool) -> Result<(), Error> {
        let error = ApiError::in_success(|| self.occasion.clone(), &self.bytes, may_be_result);
        error.map_or(Ok(()), |error| Err(Error::Api(Box::new(error))))
    }

    /// A page of HTML where nothing was expected: somebody in between has answered, not the service. Where it does not say what it is, its
    /// first character does.
    fn refuse_page(&self) -> Result<(), Error> {
        let is_page = match self.occasion.headers.get(header::CONTENT_TYPE) {
            Some(content_type) => media_type::is_html(content_type),
            None => without_mark(&self.bytes)
                .trim_ascii_start()
                .starts_with(b"<"),
        };
        if self.bytes.is_empty() || !is_page {
            return Ok(());
        }
        let error = ApiError::new(self.occasion.clone(), &self.bytes);
        Err(Error::Api(Box::new(error)))
    }

    /// Fast at first; only a body that fails is read again, for the place of the failure.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Option<T>, Error> {
        let json = without_mark(&self.bytes);
        if json.trim_ascii().is_empty() {
            return Ok(None);
        }
        origin::reading(self.asked.view, || serde_json::from_slice(json))
            .map_err(|error| self.undecodable::<T>(json, error))
    }

    /// Reads the JSON again for the place of the failure; what stands after a whole value has none.
    fn undecodable<T: DeserializeOwned>(&self, json: &[u8], source: serde_json::Error) -> Error {
        let again = serde_path_to_error::deserialize::<_, Option<T>>(
            &mut serde_json::Deserializer::from_slice(json),
        );
        let path = again
            .err()
            .map_or_else(|| ".".to_owned(), |error| error.path().to_string());
        let coded = self.asked.coded(&self.occasion.headers);
        let source = coded.unwrap_or(source);
        let error = DecodeError::of(self.occasion.clone(), &self.bytes, &path, source);
        Error::Decode(Box::new(error))
    }
}
