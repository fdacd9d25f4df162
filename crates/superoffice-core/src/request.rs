//! A call as data: operation, parameters, options and body, until it is awaited. Values that cannot be sent are remembered and
//! reported as an error by whatever turns the request into something else; nothing is sent then.

use std::borrow::Cow;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Serialize;

use crate::auth::is_secret;
use crate::body::Body;
use crate::client::Client;
use crate::error::Error;
use crate::finite::Finite;
use crate::locale::{self, Language, Locale, TimeZone};
use crate::model::origin::{self, Marks};
use crate::operation::{Operation, Safety};
use crate::parameter::{ParameterValues, ToParameter};
use crate::patch::Patch;
use crate::response::{FromResponse, Response};
use crate::retry::RetryPolicy;
use crate::transport::BoxFuture;
use crate::view::Viewable;
use crate::within::within;

mod prepare;
mod route;

pub(crate) use self::prepare::Prepared;

/// The first second that a date of HTTP cannot say, counted from 1970.
const YEAR_10000: u64 = 253_402_300_800;

/// A call that has not been made yet. Await it for its result, or [`send`](Self::send) it for the result with status and
/// headers. `join!` and other macros that want a future take [`into_future`](IntoFuture::into_future).
///
/// It borrows its client. A task or a stream that outlives the client's scope takes [`into_owned`](Self::into_owned), or an `async`
/// block that owns a clone of the client:
///
/// ```no_run
/// # use std::future::IntoFuture;
/// # use superoffice_core::{Client, Operation, Value, archive::{Items, Page, Row}};
/// # const GET: Operation = Operation::get("v1ContactEntity_GetAll", "/api/v1/Contact");
/// # fn example(client: &Client) {
/// tokio::spawn(client.request::<Option<Value>>(GET).into_owned().into_future());
/// # }
/// fn rows(client: &Client) -> Items<'static, Row> {
///     client.request::<Option<Page>>(GET).into_owned().items()
/// }
/// ```
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<'c, R> {
    client: Cow<'c, Client>,
    call: Box<Call>,
    result: PhantomData<fn() -> R>,
}

/// What a request says, whatever its result is.
#[derive(Debug)]
pub(crate) struct Call {
    operation: Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(Cow<'static, str>, String)>,
    headers: HeaderMap,
    body: Body,
    /// Where the models in the body came from.
    origins: Marks,
    locale: Locale,
    timeout: Option<Duration>,
    deadline: Option<Duration>,
    safety: Option<Safety>,
    retry: Option<RetryPolicy>,
    problem: Option<Error>,
}

impl Call {
    fn refuse(
        &mut self,
        parameter: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) {
        let operation = self.operation.id;
        self.fail(Error::InvalidRequest {
            operation,
            parameter: parameter.into(),
            reason: reason.into(),
        });
    }

    /// Remembers the first problem.
    fn fail(&mut self, error: Error) {
        self.problem.get_or_insert(error);
    }

    fn set_header(
        &mut self,
        name: HeaderName,
        value: Result<HeaderValue, http::header::InvalidHeaderValue>,
    ) {
        match value {
            Ok(mut value) => {
                value.set_sensitive(is_secret(&name));
                self.headers.insert(name, value);
            }
            Err(_) => self.fail(Error::InvalidHeader {
                name: name.as_str().to_owned().into(),
            }),
        }
    }

    fn set_date(&mut self, name: HeaderName, time: SystemTime) {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) if since.as_secs() < YEAR_10000 => {
                self.set_header(name, HeaderValue::from_str(&httpdate::fmt_http_date(time)));
            }
            _ => self.refuse(
                name.as_str().to_owned(),
                "a date of HTTP lies between the years 1970 and 9999",
            ),
        }
    }

    fn set_query(&mut self, name: Cow<'static, str>, value: &dyn ToParameter) {
        let mut values = ParameterValues::default();
        value.to_parameter(&mut values);
        match values.into_texts() {
            Ok(texts) => self
                .query
                .extend(texts.into_iter().map(|text| (name.clone(), text))),
            Err(reason) => self.refuse(name, reason),
        }
    }

    fn set_path(&mut self, name: &'static str, value: &dyn ToParameter) {
        let mut values = ParameterValues::default();
        value.to_parameter(&mut values);
        match values.into_texts().as_deref() {
            Ok([text]) => self.path.push((name, text.clone())),
            Ok(_) => self.refuse(name, "a path parameter needs exactly one value"),
            Err(reason) => self.refuse(name, *reason),
        }
    }

    fn set_json(&mut self, body: &(impl Serialize + ?Sized)) {
        let (json, origins) = origin::writing(|| serde_json::to_vec(&Finite(body)));
        self.origins = origins;
        match json {
            Ok(json) => {
                self.body =
                    Body::from(json).with_media_type(HeaderValue::from_static("application/json"))
            }
            Err(source) => self.fail(Error::Encode {
                operation: self.operation.id,
                source,
            }),
        }
    }
}

impl<'c, R> Request<'c, R> {
    pub(crate) fn new(client: &'c Client, operation: Operation) -> Self {
        let call = Call {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Body::empty(),
            origins: 0,
            locale: Locale::default(),
            timeout: None,
            deadline: None,
            safety: None,
            retry: None,
            problem: None,
        };
        Self {
            client: Cow::Borrowed(client),
            call: Box::new(call),
            result: PhantomData,
        }
    }

    /// The same call with a clone of its client, so that it can outlive the one it was made with.
    pub fn into_owned(self) -> Request<'static, R> {
        Request {
            client: Cow::Owned(self.client.into_owned()),
            call: self.call,
            result: PhantomData,
        }
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.call.operation
    }

    /// Fills `{name}` of the route. The value cannot leave its segment: it is percent-encoded, and an empty text, `.` and `..`
    /// are refused.
    pub fn path(mut self, name: &'static str, value: impl ToParameter) -> Self {
        self.call.set_path(name, &value);
        self
    }

    /// Adds `name=value` to the query: nothing for `None`, once per item for a list.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl ToParameter) -> Self {
        self.call.set_query(name.into(), &value);
        self
    }

    /// Replaces what the query holds under a name, which the service reads without regard to case.
    pub(crate) fn replace_query(mut self, name: &'static str, value: impl ToParameter) -> Self {
        self.call
            .query
            .retain(|(existing, _)| !existing.eq_ignore_ascii_case(name));
        self.query(name, value)
    }

    /// Sends this as JSON. A call that writes refuses a body with a model that was read in part or in translation; see
    /// [`Extra`](crate::Extra). A NaN or an infinity anywhere in it is [`Error::Encode`]: JSON has no such numbers, and the `null` that others
    /// send instead would empty the field.
    pub fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        self.call.set_json(body);
        self
    }

    /// Sends this patch, with the media type of its kind. It may be the difference of two models that were read in part or in
    /// translation: it changes only what is different in them.
    pub fn patch(mut self, patch: &Patch) -> Self {
        self.call.set_json(patch);
        let body = std::mem::take(&mut self.call.body);
        self.call.body = body.with_media_type(HeaderValue::from_static(patch.media_type()));
        self
    }

    /// Sends bytes or a stream of bytes; as `application/octet-stream` if the body has no media type.
    pub fn binary(mut self, body: impl Into<Body>) -> Self {
        let body = body.into();
        self.call.origins = 0;
        self.call.body = match body.media_type() {
            Some(_) => body,
            None => body.with_media_type(HeaderValue::from_static("application/octet-stream")),
        };
        self
    }

    /// Sends `*` as the language: texts come back as they are stored, also where the client has a language. On a write it
    /// says that the body holds no translated text.
    pub fn untranslated(mut self) -> Self {
        self.call.locale.language = Some(Language::Untranslated);
        self
    }

    /// Formats numbers and dates inside texts by this culture (`nb-NO`). The service ignores it where no language is set.
    pub fn culture(mut self, culture: impl Into<String>) -> Self {
        self.call.locale.culture = Some(culture.into());
        self
    }

    /// Converts dates and times into this time zone, given by id or code (`NO`, `US-NY`).
    pub fn time_zone(mut self, time_zone: impl Into<TimeZone>) -> Self {
        self.call.locale.time_zone = Some(time_zone.into());
        self
    }

    /// Answers only if the thing has changed since then: otherwise the result is empty and the status 304. To the second, and from 1970
    /// to 9999, which is what a date of HTTP can say.
    pub fn if_modified_since(mut self, time: SystemTime) -> Self {
        self.call.set_date(header::IF_MODIFIED_SINCE, time);
        self
    }

    /// Writes only if the thing has not changed since then: otherwise the call fails with
    /// [`Error::PreconditionFailed`]. To the second, and from 1970 to 9999.
    ///
    /// The larger entities of REST know this. Agents do not, and write all the same.
    pub fn if_unmodified_since(mut self, time: SystemTime) -> Self {
        self.call.set_date(header::IF_UNMODIFIED_SINCE, time);
        self
    }

    /// Sends this header instead of what the client would send under this name. Its value may be shown, unless it is known as that of a
    /// secret (`Authorization`, `Proxy-Authorization`, `Cookie`, `SO-AppToken`, `X-XSRF-TOKEN`).
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match HeaderName::from_bytes(name.as_ref().as_bytes()) {
            Ok(name) if locale::is_language(&name) => self
                .call
                .refuse(name.as_str().to_owned(), "set the language with `language`"),
            Ok(name) => self
                .call
                .set_header(name, HeaderValue::from_str(value.as_ref())),
            Err(_) => self.call.fail(Error::InvalidHeader {
                name: "the name of a header".into(),
            }),
        }
        self
    }

    /// Allows this much time for each attempt, from its sending to the end of the answer; see
    /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call.timeout = Some(timeout);
        self
    }

    /// Allows this much time for the call as a whole: credentials, waiting for its turn, all attempts and the pauses between them; see
    /// [`ClientBuilder::deadline`](crate::ClientBuilder::deadline).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.call.deadline = Some(deadline);
        self
    }

    /// Says whether this call may be repeated, where the caller knows better than the SDK: [`Safety::Idempotent`] for an agent's
    /// write that gives the same result twice, [`Safety::Unsafe`] for one that must not. It changes only what is repeated, not
    /// what may be written.
    pub fn safety(mut self, safety: Safety) -> Self {
        self.call.safety = Some(safety);
        self
    }

    /// Repeats this call by another policy than the client's. The client's budget for repetitions holds all the same.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.call.retry = Some(policy);
        self
    }

    /// The client and the call, checked.
    pub(crate) fn prepared(self) -> (Cow<'c, Client>, Result<Prepared, Error>) {
        let prepared = self.call.prepare(&self.client);
        (self.client, prepared)
    }

    /// Decodes the answer into another type than the documented one.
    pub fn returning<T>(self) -> Request<'c, T> {
        Request {
            client: self.client,
            call: self.call,
            result: PhantomData,
        }
    }

    /// The HTTP request as it would be sent, without credentials; for logs, tests and other transports. Its URI is absolute
    /// where the base address is known.
    ///
    /// # Errors
    /// Everything that is refused before sending.
    pub fn into_http(self) -> Result<http::Request<Body>, Error> {
        let prepared = self.call.prepare(&self.client)?;
        prepared.into_http(&self.client)
    }
}

impl<'c, R: Viewable> Request<'c, R> {
    /// Asks for these properties or columns only (`$select`). Entities come back with the other fields empty, so they are
    /// wrapped in [`View`](crate::View), which cannot be saved.
    pub fn select(
        mut self,
        fields: impl IntoIterator<Item = impl Into<String>>,
    ) -> Request<'c, R::View> {
        let fields: Vec<String> = fields.into_iter().map(Into::into).collect();
        self = self.replace_query("$select", fields.join(","));
        self.returning()
    }

    /// Translates texts into this language (`sv`). Entities come back with translated texts, so they are wrapped in
    /// [`View`](crate::View), which cannot be saved.
    pub fn language(mut self, language: impl Into<Language>) -> Request<'c, R::View> {
        self.call.locale.language = Some(language.into());
        self.returning()
    }
}

impl<'c, R: FromResponse> Request<'c, R> {
    /// Makes the call and gives the result with status and headers.
    ///
    /// # Errors
    /// Everything that can go wrong in a call; see [`Error`].
    pub async fn send(self) -> Result<Response<R>, Error> {
        let prepared = self.call.prepare(&self.client)?;
        if R::STREAMS {
            return stream(&self.client, prepared.streaming()).await;
        }
        let answer = self.client.execute(prepared).await?;
        Response::read(answer).await
    }

    /// Makes the call from an ordinary thread and waits for its result.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Response<R>, Error> {
        crate::blocking::wait(self.send())
    }
}

/// Makes a call whose body is read while it comes. Making the result of it may read the start, which is within the call's deadline too.
async fn stream<R: FromResponse>(
    client: &Client,
    prepared: Prepared,
) -> Result<Response<R>, Error> {
    let shared = client.shared();
    let clock = shared.exchange.transport();
    let (operation, deadline) = (prepared.operation.id, prepared.deadline.or(shared.deadline));
    let start = clock.monotonic();
    let answer = client.execute(prepared).await?;
    let Some(after) = deadline else {
        return Response::read(answer).await;
    };
    let left = after.saturating_sub(clock.monotonic().saturating_sub(start));
    within(clock.sleep(left), Response::read(answer))
        .await
        .unwrap_or(Err(Error::Timeout { operation, after }))
}

impl<'c, R: FromResponse> IntoFuture for Request<'c, R> {
    type Output = Result<R, Error>;
    type IntoFuture = BoxFuture<'c, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.send().await?.into_value()) })
    }
}

impl<R> std::fmt::Debug for Request<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Call {
            operation,
            path,
            body,
            ..
        } = &*self.call;
        let mut out = f.debug_struct("Request");
        out.field("operation", &operation.id)
            .field("path", path)
            .field("body", body)
            .finish_non_exhaustive()
    }
}
