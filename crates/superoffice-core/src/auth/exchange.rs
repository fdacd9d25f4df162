//! Plain requests to the services around the API (tenant state, tokens): one attempt, no credentials of its own, the client's
//! transport and timeout; its limits of requests do not hold for these. Takes any address; refuses redirects, failures and long bodies
//! like any other call.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, header};
use serde::de::DeserializeOwned;

use crate::body::Body;
use crate::error::{ApiError, Error, Occasion, Secrets};
use crate::response::{Answer, Asked, Incoming};
use crate::transport::Transport;
use crate::within::within;

/// Longest answer of these services, in bytes; theirs are a few hundred.
const LIMIT: u64 = 1024 * 1024;
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Makes plain requests for whoever gets credentials. Clones share the transport.
#[derive(Clone)]
pub struct Exchange {
    transport: Arc<dyn Transport>,
    timeout: Duration,
    allow_http: bool,
}

impl Exchange {
    /// Requests through this transport, with thirty seconds for each; a client has its own.
    pub fn new(transport: impl Transport) -> Self {
        Self::shared(Arc::new(transport), TIMEOUT, false)
    }

    pub(crate) fn shared(
        transport: Arc<dyn Transport>,
        timeout: Duration,
        allow_http: bool,
    ) -> Self {
        Self {
            transport,
            timeout,
            allow_http,
        }
    }

    /// Allows environments at plain `http://` addresses of other machines, where anybody in between can read the secrets of an application
    /// and put forged keys in the place of the login's. Plain http to this machine is always allowed. A client's exchange allows what
    /// [`ClientBuilder::allow_insecure_http`](crate::ClientBuilder::allow_insecure_http) has said.
    #[must_use]
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    pub(crate) fn allows_http(&self) -> bool {
        self.allow_http
    }

    pub(crate) fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) fn monotonic(&self) -> Duration {
        self.transport.monotonic()
    }

    /// The transport's time of day.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.transport.now()
    }

    /// Sends one request to whatever address it names and gives the body of a successful answer. `service` is shown in errors.
    ///
    /// # Errors
    /// If there is no answer in time, or its status is not one of success. The request is taken for a secret, and the answer may repeat
    /// it: of that, the error holds no more than the status, the media type, the code of the error and when to come back.
    pub async fn send(
        &self,
        service: &'static str,
        request: http::Request<Bytes>,
    ) -> Result<Bytes, Error> {
        let answer = self.send_openly(service, request).await;
        answer.map_err(Error::without_words)
    }

    /// As [`send`](Self::send), with all that the answer says in the error: not to be given on as it is.
    pub(super) async fn send_openly(
        &self,
        service: &'static str,
        request: http::Request<Bytes>,
    ) -> Result<Bytes, Error> {
        let exchange = async {
            let answer = self
                .answer(service, request.map(Body::from), LIMIT, self.timeout)
                .await?;
            crate::execute::checked(answer).await?.bytes().await
        };
        self.in_time(service, self.timeout, exchange).await
    }

    /// The JSON at an address.
    pub(crate) async fn get_json<T>(&self, service: &'static str, url: &str) -> Result<T, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let request = http::Request::get(url)
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .body(Body::empty())
            .map_err(|error| Error::InvalidConfiguration {
                reason: error.to_string().into(),
            })?;
        let exchange = async {
            let answer = self.answer(service, request, LIMIT, self.timeout).await?;
            let occasion = answer.occasion.clone();
            let value = crate::execute::checked(answer)
                .await?
                .body()
                .await?
                .decode()?;
            value.ok_or_else(|| ApiError::new(occasion, b"").into())
        };
        self.in_time(service, self.timeout, exchange).await
    }

    /// Work with a time limit.
    pub(crate) async fn in_time<T>(
        &self,
        operation: &'static str,
        after: Duration,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        within(self.transport.sleep(after), work)
            .await
            .unwrap_or(Err(Error::Timeout { operation, after }))
    }

    /// Sends one request; the answer has any status, and its body is still to come, within this time of whoever calls.
    pub(crate) async fn answer(
        &self,
        operation: &'static str,
        request: http::Request<Body>,
        limit: u64,
        timeout: Duration,
    ) -> Result<Answer, Error> {
        let end = self.monotonic().saturating_add(timeout);
        let asked = Asked::of(&request);
        let secrets = Secrets::of(request.headers());
        let sent = self.transport.send(request).await;
        let response = sent.map_err(|source| Error::Transport { operation, source })?;
        let (mut parts, body) = response.into_parts();
        super::mark_sensitive(&mut parts.headers);
        secrets.mark(&mut parts.headers);
        let body = Incoming {
            operation,
            body,
            transport: Arc::clone(&self.transport),
            remaining: limit,
            limit,
            end,
            pause: None,
            permit: None,
        };
        let occasion = Occasion {
            operation,
            status: parts.status,
            headers: parts.headers,
            received: self.transport.now(),
            secrets,
        };
        Ok(Answer {
            occasion,
            attempts: 1,
            asked,
            body,
        })
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
