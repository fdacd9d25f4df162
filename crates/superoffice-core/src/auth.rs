//! Who calls. Fixed credentials are headers that never change (Basic, SoTicket, Bearer, XSRF token, app token); renewable ones come
//! from a [`CredentialSource`], are kept as long as they are good, and are fetched once however many calls wait for them. Every
//! secret is a header value that is marked sensitive, is never printed, and is wiped when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};

pub use self::exchange::Exchange;
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
pub use self::token::{Claims, KeySet};
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
use crate::address::BaseUrl;
pub use crate::error::{AuthError, TokenError};
use crate::renewable::Renewable;
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
use crate::tenant::Environment;
use crate::transport::BoxFuture;

mod exchange;
mod fixed;
#[cfg(any(feature = "oauth", feature = "system-user"))]
mod form;
#[cfg(feature = "oauth")]
pub mod oauth;
#[cfg(feature = "system-user")]
pub mod system_user;
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
pub(crate) mod token;

pub(crate) use self::exchange::TIMEOUT;
pub(crate) use self::fixed::{FixedCredentials, secret_value};

/// Shown in errors of whatever gives credentials.
const SOURCE: &str = "the source of credentials";
/// Shown in errors of what the login tells everybody.
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
const LOGIN: &str = "the login service";
/// How long before its end a credential is renewed, so that it does not end on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// A credential that has replaced a refused one so recently is not replaced when it is refused as well: the service says 401 for another
/// reason then, and would say it to any number of new ones.
const INTERVAL: Duration = Duration::from_secs(30);

/// Something that can get credentials, and get new ones.
pub trait CredentialSource: Send + Sync + 'static {
    /// Gets new credentials. Called when there are none, when they have ended, and once after the service has refused them; but not for
    /// those that have replaced refused ones less than half a minute ago. Never called twice at the same time for one client, unless the
    /// first gives no sign of life for half a minute more than a request may take.
    ///
    /// What this returns belongs to no call: all that wait for it poll it, and when those have ended, the next call does. A call waits
    /// for it no longer than the client's [`timeout`](crate::ClientBuilder::timeout), or thirty seconds.
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>>;
}

/// A source that the caller keeps as well, to ask it for something between calls.
impl<T: CredentialSource + ?Sized> CredentialSource for Arc<T> {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        (**self).credential(exchange)
    }
}

/// Headers that authenticate a call, and how long they are good.
#[derive(Debug, Clone)]
pub struct Credential {
    headers: HeaderMap,
    life: Life,
}

#[derive(Debug, Clone, Copy)]
enum Life {
    Unlimited,
    Until(SystemTime),
    /// Good for this long after every use.
    Sliding(Duration),
}

impl Credential {
    /// `Authorization: Bearer …`.
    ///
    /// # Errors
    /// If the token holds characters that a header cannot hold.
    pub fn bearer(token: &str) -> Result<Self, AuthError> {
        Self::authorization("the bearer token", "Bearer ", token)
    }

    /// `Authorization: SoTicket …`.
    ///
    /// # Errors
    /// If the ticket holds characters that a header cannot hold.
    pub fn so_ticket(ticket: &str) -> Result<Self, AuthError> {
        Self::authorization("the ticket", "SoTicket ", ticket)
    }

    fn authorization(what: &'static str, scheme: &str, secret: &str) -> Result<Self, AuthError> {
        let mut headers = HeaderMap::new();
        headers.insert(
            http::header::AUTHORIZATION,
            secret_value(what, &[scheme, secret])?,
        );
        Ok(Self {
            headers,
            life: Life::Unlimited,
        })
    }

    /// The same credential with another header, whose value is kept secret.
    ///
    /// # Errors
    /// If the value holds characters that a header cannot hold.
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Result<Self, AuthError> {
        self.headers
            .insert(name, secret_value("a header of the credential", &[value])?);
        Ok(self)
    }

    /// Good until then.
    #[must_use]
    pub fn until(mut self, end: SystemTime) -> Self {
        self.life = Life::Until(end);
        self
    }

    /// Good for this long after every use.
    #[must_use]
    pub fn sliding(mut self, life: Duration) -> Self {
        self.life = Life::Sliding(life);
        self
    }
}

/// What a client authenticates its calls with.
pub(crate) struct Authentication {
    fixed: HeaderMap,
    source: Option<Arc<dyn CredentialSource>>,
    current: Renewable<Arc<Issued>, AuthError>,
}

/// A credential and when it was last used, in seconds since 1970.
#[derive(Debug)]
struct Issued {
    credential: Credential,
    last_use: AtomicU64,
}

/// The headers of one attempt, and which credential they are of.
pub(crate) struct Headers {
    pub(crate) headers: HeaderMap,
    issued: Option<(Arc<Issued>, u64)>,
}

impl Authentication {
    pub(crate) fn new(fixed: HeaderMap, source: Option<Arc<dyn CredentialSource>>) -> Self {
        Self {
            fixed,
            source,
            current: Renewable::new(SOURCE, |error| AuthError::Unavailable {
                service: SOURCE,
                source: Arc::new(error),
            }),
        }
    }

    /// The headers for the next attempt; fetches credentials where there are none that are good.
    pub(crate) async fn headers(&self, exchange: &Exchange) -> Result<Headers, AuthError> {
        let mut headers = self.fixed.clone();
        let Some(source) = &self.source else {
            return Ok(Headers {
                headers,
                issued: None,
            });
        };
        let now = exchange.now();
        let fetch = || {
            let (source, exchange) = (Arc::clone(source), exchange.clone());
            async move {
                let credential = source.credential(&exchange).await?;
                Ok(Arc::new(Issued::new(credential, exchange.now())))
            }
        };
        let (issued, generation) = self
            .current
            .get(exchange, |issued| issued.is_good(now), fetch)
            .await?;
        // What is renewed replaces what was given once: two of one name would be two answers to who calls.
        for (name, value) in &issued.credential.headers {
            headers.insert(name, value.clone());
        }
        Ok(Headers {
            headers,
            issued: Some((issued, generation)),
        })
    }

    /// The service has refused these: whether there may be better ones.
    pub(crate) fn refused(&self, headers: &Headers, now: Duration) -> bool {
        let issued = headers.issued.as_ref();
        issued.is_some_and(|(_, generation)| self.current.refuse(*generation, now, INTERVAL))
    }
}

impl Headers {
    /// The call says itself who makes it, in one of the headers of the credential: what comes of it tells nothing about that.
    pub(crate) fn yield_to(&mut self, own: &HeaderMap) {
        self.issued.take_if(|(issued, _)| {
            let mut names = issued.credential.headers.keys();
            names.any(|name| own.contains_key(name))
        });
    }

    /// The service has accepted them.
    pub(crate) fn accepted(&self, now: SystemTime) {
        if let Some((issued, _)) = &self.issued {
            issued.last_use.fetch_max(seconds(now), Ordering::Relaxed);
        }
    }
}

impl Issued {
    fn new(credential: Credential, now: SystemTime) -> Self {
        Self {
            credential,
            last_use: AtomicU64::new(seconds(now)),
        }
    }

    fn is_good(&self, now: SystemTime) -> bool {
        match self.credential.life {
            Life::Unlimited => true,
            Life::Until(end) => now.checked_add(MARGIN).is_some_and(|now| now < end),
            Life::Sliding(life) => {
                let end = self
                    .last_use
                    .load(Ordering::Relaxed)
                    .saturating_add(life.as_secs());
                seconds(now).saturating_add(MARGIN.as_secs()) < end
            }
        }
    }
}

/// The base address of an environment, if secrets may be sent there and its keys be believed.
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
fn base_of(environment: &Environment, allow_http: bool) -> Result<BaseUrl, AuthError> {
    let base = environment.checked_base(allow_http);
    base.map_err(|error| AuthError::Invalid {
        what: "the environment",
        reason: match error {
            crate::Error::InvalidConfiguration { reason } => reason,
            other => other.to_string().into(),
        },
    })
}

/// The JSON at an address of the login service: its keys and what it says about itself.
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
async fn ask<T>(exchange: &Exchange, url: &str) -> Result<T, AuthError>
where
    T: serde::de::DeserializeOwned + Send + 'static,
{
    exchange.get_json(LOGIN, url).await.map_err(unavailable)
}

/// What was asked of the login did not come.
#[cfg(any(feature = "oauth", feature = "system-user", feature = "webhook"))]
fn unavailable(error: crate::Error) -> AuthError {
    AuthError::Unavailable {
        service: LOGIN,
        source: Arc::new(error),
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Headers whose values are secrets, whoever sets them.
pub(crate) fn is_secret(name: &HeaderName) -> bool {
    const SECRET: [&str; 5] = [
        "authorization",
        "proxy-authorization",
        "cookie",
        "so-apptoken",
        "x-xsrf-token",
    ];
    SECRET.contains(&name.as_str())
}

/// Marks what must not be printed.
pub(crate) fn mark_sensitive(headers: &mut HeaderMap) {
    for (name, value) in headers.iter_mut() {
        if is_secret(name) || *name == http::header::SET_COOKIE {
            HeaderValue::set_sensitive(value, true);
        }
    }
}
