//! How a tenant is to be: its address, its credentials, its strictness, its modes. It takes one option after the other and
//! starts the tenant; it refuses addresses that other machines can reach, unless they are asked for.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::auth::Accepted;
use crate::catalogue::Catalogue;
use crate::fault::{FaultRule, Faults};
use crate::login::Identity;
use crate::newer::Newer;
use crate::record::RecordedRequest;
use crate::server;
use crate::{Error, MockTenant};

/// Rows of an archive page unless said otherwise.
const PAGE_SIZE: usize = 100;

/// What a tenant is, apart from what it holds.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) accepted: Accepted,
    pub(crate) identity: Identity,
    pub(crate) strict: bool,
    pub(crate) invent: bool,
    pub(crate) newer: Option<Newer>,
    /// Entities of every kind that are there at the start.
    pub(crate) seed: usize,
    pub(crate) page_size: usize,
    pub(crate) faults: Faults,
    pub(crate) link_origin: Option<String>,
    pub(crate) observer: Option<Observer>,
}

/// Sees every request once its answer is known.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&RecordedRequest) + Send + Sync>);

impl Observer {
    pub(crate) fn see(&self, record: &RecordedRequest) {
        (self.0)(record);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accepted(redacted)")
    }
}

/// Options of a [`MockTenant`]. Without any, the tenant listens on a free port of the loopback interface, is called
/// `Cust12345`, accepts all credentials and none, and refuses what the reference does not document.
#[derive(Debug, Clone)]
#[must_use = "a builder starts nothing until `start` or `start_blocking`"]
pub struct Builder {
    address: SocketAddr,
    remote: bool,
    api: Option<String>,
    options: Options,
}

impl Default for Builder {
    fn default() -> Self {
        let identity = Identity {
            customer: "Cust12345".to_owned(),
            lifetime: Duration::from_secs(3600),
            client_secret: None,
            refresh_tokens: Vec::new(),
            system_user_key: None,
        };
        let options = Options {
            accepted: Accepted::default(),
            identity,
            strict: true,
            invent: false,
            newer: None,
            seed: 0,
            page_size: PAGE_SIZE,
            faults: Faults::default(),
            link_origin: None,
            observer: None,
        };
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            remote: false,
            api: None,
            options,
        }
    }
}

impl Builder {
    /// Address to listen on; port 0 takes a free one.
    pub const fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Allows an address that other machines can reach. The tenant has no transport security: use it in closed networks.
    pub const fn allow_remote(mut self) -> Self {
        self.remote = true;
        self
    }

    /// The API to answer, as the text of an `api.json`; otherwise the one that this crate was built with.
    pub fn api(mut self, json: impl Into<String>) -> Self {
        self.api = Some(json.into());
        self
    }

    /// Accepts `Authorization: Basic` with this user and password. Once any credentials are given, others are refused.
    pub fn basic(mut self, user: &str, password: &str) -> Self {
        self.options.accepted.add_basic(user, password);
        self
    }

    /// Accepts `Authorization: SoTicket` with this ticket.
    pub fn ticket(mut self, ticket: &str) -> Self {
        self.options.accepted.add_ticket(ticket);
        self
    }

    /// Accepts `Authorization: Bearer` with this access token.
    pub fn bearer(mut self, token: &str) -> Self {
        self.options.accepted.add_bearer(token);
        self
    }

    /// Accepts `X-XSRF-TOKEN` with this token.
    pub fn xsrf(mut self, token: &str) -> Self {
        self.options.accepted.add_xsrf(token);
        self
    }

    /// The application's secret: required with tickets, and by the logins.
    pub fn app_token(mut self, token: &str) -> Self {
        self.options.accepted.app_token = Some(token.to_owned());
        self.options.identity.client_secret = Some(token.to_owned());
        self
    }

    /// Accepts this refresh token, as one that was kept from an earlier login.
    pub fn refresh_token(mut self, token: &str) -> Self {
        self.options.identity.refresh_tokens.push(token.to_owned());
        self
    }

    /// The RSA public key, as PKCS#1 DER, that signed system tokens are verified with; otherwise every signature passes.
    pub fn system_user_key(mut self, public_key: impl Into<Vec<u8>>) -> Self {
        self.options.identity.system_user_key = Some(public_key.into());
        self
    }

    /// Name of the online tenant.
    pub fn customer(mut self, customer: impl Into<String>) -> Self {
        self.options.identity.customer = customer.into();
        self
    }

    /// How long access tokens and tickets live; an hour otherwise. Tickets live on while they are used.
    pub const fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.identity.lifetime = lifetime;
        self
    }

    /// Answers requests although they are not as the reference says; violations are recorded all the same.
    pub const fn lenient(mut self) -> Self {
        self.options.strict = false;
        self
    }

    /// Answers keys that nobody saved with a neutral entity, and keeps it; otherwise they are missing. Deleted ones are.
    pub const fn invent_entities(mut self) -> Self {
        self.options.invent = true;
        self
    }

    /// Holds this many neutral entities of every kind from the start, with keys from 1 on, so that archives have rows, those
    /// that the tenant does not keep included. An entity belongs to those of other kinds that have the same key.
    pub const fn seed(mut self, entities: usize) -> Self {
        self.options.seed = entities;
        self
    }

    /// Answers as a newer server: unknown properties in every object, unknown enum values, dates and numbers in all forms,
    /// `null` in every fourth field. Unknown properties and enum values are accepted in requests, too. What a request saves
    /// stays as it was sent.
    pub fn newer_server(mut self) -> Self {
        self.options.newer.get_or_insert(Newer::DEFAULT);
        self
    }

    /// As [`newer_server`](Self::newer_server), with `null` in the field of each object that has this index, and in every
    /// fourth after it; 0 to 3 are all fields, each once.
    pub fn newer_server_nulls(mut self, first: usize) -> Self {
        self.options.newer.get_or_insert(Newer::DEFAULT).nulls = first;
        self
    }

    /// As [`newer_server`](Self::newer_server), with a `null` among the objects of every array.
    pub fn newer_server_null_items(mut self) -> Self {
        self.options.newer.get_or_insert(Newer::DEFAULT).null_items = true;
        self
    }

    /// Rows of an archive page where the request asks for none or for more; 100 otherwise.
    pub const fn page_size(mut self, rows: usize) -> Self {
        self.options.page_size = rows;
        self
    }

    /// Makes something go wrong from the start, as [`MockTenant::inject`] does later: all latencies that concern a request,
    /// and the first other fault.
    pub fn fault(mut self, rule: impl Into<FaultRule>) -> Self {
        self.options.faults.add(rule.into());
        self
    }

    /// Scheme, host and port of next links, wrong as behind a reverse proxy; otherwise the address of the request.
    pub fn link_origin(mut self, origin: impl Into<String>) -> Self {
        self.options.link_origin = Some(origin.into());
        self
    }

    /// Calls `observe` with every request once its answer is known, before that is sent; for logs. It may ask the [`MockTenant`], which
    /// has the request already. It is called on the thread that answers: nothing is answered until it returns.
    pub fn on_request(
        mut self,
        observe: impl Fn(&RecordedRequest) + Send + Sync + 'static,
    ) -> Self {
        self.options.observer = Some(Observer(Arc::new(observe)));
        self
    }

    /// Starts the tenant.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on, is reachable by others without [`allow_remote`](Self::allow_remote), or when
    /// the text given to [`api`](Self::api) is no API.
    pub async fn start(self) -> Result<MockTenant, Error> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        std::thread::Builder::new()
            .name("superoffice-mock start".to_owned())
            .spawn(move || sender.send(self.start_blocking()))
            .map_err(Error::Thread)?;
        receiver.await.unwrap_or(Err(Error::Stopped))
    }

    /// Starts the tenant, for callers without an async runtime.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_blocking(self) -> Result<MockTenant, Error> {
        let loopback = self.address.ip().is_loopback();
        if !loopback && !self.remote {
            return Err(Error::Remote(self.address));
        }
        let catalogue = match &self.api {
            Some(text) => Arc::new(Catalogue::read(text)?),
            None => Catalogue::built_in()?,
        };
        server::start(self.address, catalogue, self.options)
    }
}
