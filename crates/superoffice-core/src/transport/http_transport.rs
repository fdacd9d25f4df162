//! The transport that is used when none is given: hyper over rustls, HTTP/1.1, one pool of connections, gzip, the machine's own
//! certificates and proxy settings. Certificates are always checked; there is no way to switch that off, only to trust further
//! authorities and to show a certificate of one's own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::runtime::Id;
use zeroize::Zeroizing;

use self::connect::ProxyConnector;
use self::runtime::Driver;
use self::tls::{Certificates, Identity};
use super::{BoxFuture, Transport, TransportError, TransportErrorKind};
use crate::body::Body;
use crate::error::Error;

mod body;
mod connect;
mod gzip;
mod runtime;
mod tls;

pub(crate) use self::runtime::Home;
#[cfg(feature = "blocking")]
pub(crate) use self::runtime::caller as runtime_here;

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(60);
/// How many runtimes can have connections at once. Those of runtimes that are no more are forgotten by this.
const RUNTIMES: usize = 128;

/// Sends over the network. Inside a tokio runtime it runs there; anywhere else on a thread of its own. Each runtime has connections of its
/// own, because one that another runtime drives may stand still.
///
/// [Described](Self::builder) by proxy, time to connect, further authorities and a client certificate. Everything else about connections
/// and encryption (other checks of certificates, other libraries, keys in hardware, proxies of other kinds) is the affair of a
/// [`Transport`] of your own: no type of the libraries behind this one is part of its interface.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    connector: HttpsConnector<ProxyConnector>,
    /// By the runtime that drives them, the one that was used last at the end. They never mix: one that nobody drives would never answer.
    pools: Arc<Mutex<Vec<(Id, Connections)>>>,
}

type Connections = Client<HttpsConnector<ProxyConnector>, body::Outgoing>;

/// Describes an [`HttpTransport`].
#[derive(Debug, Clone, Default)]
#[must_use = "a description is no transport until it is built"]
pub struct HttpTransportBuilder {
    proxy: Option<Proxy>,
    connect_timeout: Option<Duration>,
    tls: tls::Settings,
}

#[derive(Debug, Clone)]
enum Proxy {
    None,
    All(connect::ProxyAddress),
}

impl HttpTransport {
    /// One with the machine's own certificates and proxy settings (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
    ///
    /// # Errors
    /// If encryption cannot be set up, or a proxy of the environment is of a kind that cannot be used.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// One to be described.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::default()
    }

    /// The connections of a runtime.
    fn connections(&self, runtime: Id) -> Connections {
        // Dropped after the lock: closing connections wakes whoever drives them.
        let mut _forgotten = None;
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = match pools.iter().position(|(id, _)| *id == runtime) {
            Some(place) => pools.remove(place),
            None => (runtime, self.no_connections()),
        };
        if pools.len() >= RUNTIMES {
            _forgotten = Some(pools.remove(0));
        }
        let connections = pool.1.clone();
        pools.push(pool);
        connections
    }

    fn no_connections(&self) -> Connections {
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(self.connector.clone())
    }
}

impl HttpTransportBuilder {
    /// Sends everything through this proxy (`http://user:password@proxy.example.com:3128`), which must know `CONNECT`.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.proxy = Some(Proxy::All(connect::ProxyAddress(address.into())));
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Some(Proxy::None);
        self
    }

    /// Allows this much time to reach each address of a host; ten seconds unless said otherwise. Encryption and the answer are within
    /// the timeout of the call.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Trusts the authorities of these PEM certificates besides the machine's own, as an on-premise installation may need.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.roots.push(Certificates::Pem(pem.into()));
        self
    }

    /// Trusts the authority of this DER certificate besides the machine's own.
    pub fn root_certificate_der(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.tls.roots.push(Certificates::Der(der.into()));
        self
    }

    /// Shows this certificate to servers that ask for one: PEM certificates, the client's own first, and its PEM key (PKCS #8, PKCS #1 or
    /// SEC 1). Both may be the same file.
    pub fn client_identity_pem(
        mut self,
        chain: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.tls.identity = Some(Identity {
            chain: vec![Certificates::Pem(chain.into())],
            key: Zeroizing::new(key.into()),
            key_is_pem: true,
        });
        self
    }

    /// Shows this certificate to servers that ask for one: DER certificates, the client's own first, and its DER key.
    pub fn client_identity_der(
        mut self,
        chain: impl IntoIterator<Item = Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.tls.identity = Some(Identity {
            chain: chain.into_iter().map(Certificates::Der).collect(),
            key: Zeroizing::new(key.into()),
            key_is_pem: false,
        });
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    /// If a certificate, a key or the address of the proxy is malformed, or a proxy of the environment is of a kind that cannot be used.
    pub fn build(self) -> Result<HttpTransport, Error> {
        let connector = ProxyConnector::new(self.proxy, self.connect_timeout)?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls::config(&self.tls)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        Ok(HttpTransport {
            connector,
            pools: Arc::default(),
        })
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let unusable = |error| TransportError::new(TransportErrorKind::Unusable, error);
        Box::pin(async move {
            let driver = Driver::find().map_err(unusable)?;
            let connections = self.connections(driver.id());
            let exchange = async move {
                let response = connections
                    .request(prepare(request).await?)
                    .await
                    .map_err(connect::transport_error)?;
                Ok(body::response(response))
            };
            driver.run(exchange).await.map_err(unusable)?
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        runtime::sleep(duration)
    }
}

/// Asks for compression, unless the request has its own wishes. A body that is said to be empty is looked into, because nobody else will.
async fn prepare(
    mut request: http::Request<Body>,
) -> Result<http::Request<body::Outgoing>, TransportError> {
    if request.body().length() == Some(0) {
        let read = request.body_mut().chunk().await;
        read.map_err(|error| TransportError::new(TransportErrorKind::RequestBody, error))?;
    }
    let mut request = request.map(body::Outgoing::from);
    let headers = request.headers_mut();
    if !headers.contains_key(header::RANGE) {
        headers
            .entry(header::ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("gzip"));
    }
    Ok(request)
}
