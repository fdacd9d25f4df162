//! How a client is made. Everything that is given is checked in [`ClientBuilder::build`], which reports the first thing that is
//! wrong; nothing is sent before the first call.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Client, PlaceOfService, Shared};
use crate::address::BaseUrl;
use crate::auth::{self, AuthError, Authentication, CredentialSource, Exchange, FixedCredentials};
use crate::error::Error;
use crate::limits::Limits;
use crate::locale::{self, Language, Locale, TimeZone};
use crate::retry::{Budget, RetryPolicy};
use crate::tenant::{Environment, Tenant};
use crate::transport::Transport;

const USER_AGENT: &str = concat!("superoffice-rs/", env!("CARGO_PKG_VERSION"));
const MAX_RESPONSE: u64 = 64 * 1024 * 1024;
const MAX_BLOB: u64 = 4 * 1024 * 1024 * 1024;

/// Describes a client.
#[must_use = "a description is no client until it is built"]
pub struct ClientBuilder {
    place: Option<Place>,
    allow_http: bool,
    credentials: Result<FixedCredentials, AuthError>,
    source: Option<Arc<dyn CredentialSource>>,
    transport: Option<Arc<dyn Transport>>,
    headers: Vec<(String, String)>,
    locale: Locale,
    retry: RetryPolicy,
    limits: Limits,
    timeout: Option<Duration>,
    deadline: Option<Duration>,
    max_response: u64,
    max_blob: u64,
    /// The first thing that was given and makes no sense.
    problem: Option<&'static str>,
}

enum Place {
    BaseUrl(String),
    Tenant {
        environment: Environment,
        identifier: String,
        /// Where it was, as far as is known.
        start: Option<String>,
    },
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            place: None,
            allow_http: false,
            credentials: Ok(FixedCredentials::new()),
            source: None,
            transport: None,
            headers: vec![(
                header::USER_AGENT.as_str().to_owned(),
                USER_AGENT.to_owned(),
            )],
            locale: Locale::default(),
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            timeout: None,
            deadline: None,
            max_response: MAX_RESPONSE,
            max_blob: MAX_BLOB,
            problem: None,
        }
    }
}

impl ClientBuilder {
    /// The address of the installation, in any form: with or without `https://`, `/api`, `/api/v1` or a page of the web client.
    pub fn base_url(self, address: impl Into<String>) -> Self {
        self.at(Place::BaseUrl(address.into()))
    }

    /// An online tenant (`Cust12345`), wherever it is: its address is asked for when the first call is made, kept as long as the
    /// service says, and asked for again when the tenant has moved.
    pub fn tenant(self, environment: Environment, identifier: impl Into<String>) -> Self {
        self.at(Place::Tenant {
            environment,
            identifier: identifier.into(),
            start: None,
        })
    }

    /// The online tenant that a validated token names, beginning at the address that the token gives for it: the first call asks for
    /// no other. Some minutes later, or when the tenant has moved, its address is asked for as for any [`tenant`](Self::tenant).
    #[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
    pub fn tenant_of(self, environment: Environment, claims: &auth::Claims) -> Self {
        self.at(Place::Tenant {
            environment,
            identifier: claims.tenant().unwrap_or_default().to_owned(),
            start: claims.webapi_url().map(str::to_owned),
        })
    }

    /// Allows plain http to other machines, the login service of the [credentials](Self::credentials) included, where anybody in between
    /// can read the credentials. Plain http to this machine is always allowed.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// User name and password; on-premise only.
    pub fn basic(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        self.fixed(|fixed| fixed.basic(user.as_ref(), password.as_ref()))
    }

    /// A ticket. Online tenants need the [app token](Self::app_token) as well.
    pub fn so_ticket(self, ticket: impl AsRef<str>) -> Self {
        self.fixed(|fixed| fixed.so_ticket(ticket.as_ref()))
    }

    /// An access token of an online tenant.
    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        self.fixed(|fixed| fixed.bearer(token.as_ref()))
    }

    /// The XSRF token and the cookies of a session of the web client.
    pub fn xsrf(self, token: impl AsRef<str>, cookies: impl AsRef<str>) -> Self {
        self.fixed(|fixed| fixed.xsrf(token.as_ref(), cookies.as_ref()))
    }

    /// The secret of a partner's application.
    pub fn app_token(self, token: impl AsRef<str>) -> Self {
        self.fixed(|fixed| fixed.app_token(token.as_ref()))
    }

    /// Sends this header with every call, and keeps its value secret: the key of a gateway in front of the service, for example. Like
    /// other credentials it is not in [`Request::into_http`](crate::Request::into_http), and where an answer repeats it, errors do
    /// not show it. It does not go to the services that issue credentials or tell where a tenant is.
    pub fn secret_header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.fixed(|fixed| fixed.header(name.as_ref(), value.as_ref()))
    }

    /// Credentials that are fetched when they are needed and renewed when they end.
    pub fn credentials(mut self, source: impl CredentialSource) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Sends through this instead of the default transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Reads texts in this language (`sv`). Such a client refuses to write; see [`Client::with_language`].
    pub fn language(mut self, language: impl Into<Language>) -> Self {
        self.locale.language = Some(language.into());
        self
    }

    /// Formats numbers and dates inside texts by this culture (`nb-NO`), where a language is set.
    pub fn culture(mut self, culture: impl Into<String>) -> Self {
        self.locale.culture = Some(culture.into());
        self
    }

    /// Converts dates and times into this time zone.
    pub fn time_zone(mut self, time_zone: impl Into<TimeZone>) -> Self {
        self.locale.time_zone = Some(time_zone.into());
        self
    }

    /// Sends this header with every call. Its value may be shown; see [`secret_header`](Self::secret_header).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Names your application to the service.
    pub fn user_agent(self, name: impl Into<String>) -> Self {
        self.header(header::USER_AGENT.as_str(), name)
    }

    /// Allows this much time for each attempt of every call, from its sending to the end of the answer; and as much for each request
    /// that gets credentials or finds the tenant, and for waiting for these. Without it, an attempt gets twelve
    /// times what the service itself calls slow for its operation, from 30 seconds to five minutes; 100 seconds where the
    /// service says nothing; and an hour where its body is a stream.
    ///
    /// A call can take longer: several attempts and the pauses between them. See [`deadline`](Self::deadline).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Allows this much time for every call as a whole: credentials, waiting for its turn where the client has limits, all attempts
    /// and the pauses between them. None by default. A call that has no time left for another attempt fails with what its last
    /// attempt failed with; one that runs out of time within an attempt fails with [`Error::Timeout`], and one whose turn has not
    /// come with [`Error::NotSent`]. A blob is read after the call has ended: each pause in it is limited by
    /// [`timeout`](Self::timeout), the whole of it is not.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How calls are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sends no more than this many requests in a second, evenly; those that get credentials or find the tenant do not count. 10 is what is
    /// said to be welcome online. A call waits for its turn as long as its [`deadline`](Self::deadline) allows.
    ///
    /// Turns come in the order in which calls began to wait. Where a call is kept without being polled, its turn passes, and it takes one of
    /// the next when it is polled again.
    pub fn max_requests_per_second(mut self, requests: u32) -> Self {
        if requests == 0 {
            return self.refuse("a limit of no requests per second lets nothing through");
        }
        self.limits.set_rate(requests);
        self
    }

    /// Has no more than this many requests on their way at once; those that get credentials or find the tenant do not count. A blob is on
    /// its way until it is read or dropped. A call waits for its turn as long as its [`deadline`](Self::deadline) allows; without one, for
    /// as long as the others are on their way, and that is until they are dropped where nobody polls them.
    ///
    /// Places are given in about the order in which calls began to wait: when one is free, the first who wait are woken, and the first of them
    /// has it if it is polled as soon as the others. No call holds a place while it waits. Where calls wait that are kept without being
    /// polled, those behind them pass: at once, or if those are more than fifteen, after a second or two.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        if requests == 0 {
            return self.refuse("a limit of no requests at once lets nothing through");
        }
        self.limits.set_concurrency(requests);
        self
    }

    /// Longest answer that is read as a whole, in bytes after decompression; 64 MiB unless said otherwise.
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response = bytes;
        self
    }

    /// Longest blob, in bytes after decompression; 4 GiB unless said otherwise.
    pub fn max_blob_bytes(mut self, bytes: u64) -> Self {
        self.max_blob = bytes;
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    /// If the address is missing or cannot be used, or there is a tenant beside it, a limit is nothing, a credential is malformed, a
    /// header is invalid, or there is no transport.
    pub fn build(self) -> Result<Client, Error> {
        if let Some(reason) = self.problem {
            return Err(Error::InvalidConfiguration {
                reason: reason.into(),
            });
        }
        let transport = self.transport.map_or_else(default_transport, Ok)?;
        let place = place_of_service(self.place, self.allow_http, transport.now())?;
        let fixed = self.credentials?.into_headers();
        let shared = Shared {
            place,
            authentication: Authentication::new(fixed, self.source),
            exchange: Exchange::shared(
                transport,
                self.timeout.unwrap_or(auth::TIMEOUT),
                self.allow_http,
            ),
            headers: default_headers(&self.headers)?,
            retry: self.retry,
            budget: Budget::default(),
            limits: self.limits,
            timeout: self.timeout,
            deadline: self.deadline,
            max_response: self.max_response,
            max_blob: self.max_blob,
        };
        Ok(Client {
            shared: Arc::new(shared),
            locale: Arc::new(self.locale),
        })
    }

    /// A later address replaces an earlier one, and a later tenant an earlier one; which of an address and a tenant is meant, nobody
    /// can tell.
    fn at(mut self, place: Place) -> Self {
        let is_other = |before: &Place| mem::discriminant(before) != mem::discriminant(&place);
        if self.place.as_ref().is_some_and(is_other) {
            return self.refuse("give it a base address or a tenant, not both");
        }
        self.place = Some(place);
        self
    }

    /// Remembers the first problem, which is reported when the client is built.
    fn refuse(mut self, reason: &'static str) -> Self {
        self.problem.get_or_insert(reason);
        self
    }

    /// Adds to the fixed credentials; the first that is malformed is reported when the client is built.
    fn fixed(
        mut self,
        add: impl FnOnce(FixedCredentials) -> Result<FixedCredentials, AuthError>,
    ) -> Self {
        self.credentials = self.credentials.and_then(add);
        self
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("ClientBuilder");
        out.field("locale", &self.locale)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

fn place_of_service(
    place: Option<Place>,
    allow_http: bool,
    now: SystemTime,
) -> Result<PlaceOfService, Error> {
    match place {
        Some(Place::BaseUrl(address)) => Ok(PlaceOfService::Fixed(Arc::new(BaseUrl::parse(
            &address, allow_http,
        )?))),
        Some(Place::Tenant {
            environment,
            identifier,
            start,
        }) => {
            let mut tenant = Tenant::new(&environment, identifier.trim(), allow_http)?;
            if let Some(address) = start {
                tenant = tenant.starting_at(&address, now)?;
            }
            Ok(PlaceOfService::Tenant(Box::new(tenant)))
        }
        None => Err(Error::InvalidConfiguration {
            reason: "give it a base address or a tenant".into(),
        }),
    }
}

fn default_headers(pairs: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let invalid = || Error::InvalidHeader {
            name: name.clone().into(),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        if locale::is_language(&name) {
            let reason = "set the language with `language`, not with a header";
            return Err(Error::InvalidConfiguration {
                reason: reason.into(),
            });
        }
        headers.insert(name, HeaderValue::from_str(value).map_err(|_| invalid())?);
    }
    auth::mark_sensitive(&mut headers);
    Ok(headers)
}

#[cfg(feature = "default-transport")]
fn default_transport() -> Result<Arc<dyn Transport>, Error> {
    Ok(Arc::new(crate::transport::HttpTransport::new()?))
}

#[cfg(not(feature = "default-transport"))]
fn default_transport() -> Result<Arc<dyn Transport>, Error> {
    let reason = "give it a transport, or enable the feature `default-transport`";
    Err(Error::InvalidConfiguration {
        reason: reason.into(),
    })
}
