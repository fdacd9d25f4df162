//! Connections: straight to the server, or through a proxy that knows `CONNECT`. Refuses proxies of other kinds, wherever they are
//! named; tells failures before anything was sent from those after.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::Proxy;
use super::runtime::{self, Unequipped};
use crate::address::is_this_machine;
use crate::body::BodyError;
use crate::error::Error;
use crate::transport::{TransportError, TransportErrorKind};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Address of a proxy; may hold a password, so it is not printed.
#[derive(Clone)]
pub(super) struct ProxyAddress(pub(super) String);

impl std::fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Makes connections.
#[derive(Clone)]
pub(super) struct ProxyConnector {
    direct: HttpConnector,
    proxies: Arc<Matcher>,
    /// Whether a proxy may be asked to connect to this machine: only one that was given, not one of the environment.
    local_too: bool,
}

impl ProxyConnector {
    pub(super) fn new(proxy: Option<Proxy>, timeout: Option<Duration>) -> Result<Self, Error> {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        direct.set_connect_timeout(Some(timeout.unwrap_or(CONNECT_TIMEOUT)));
        direct.set_keepalive(Some(KEEPALIVE));
        direct.set_nodelay(true);
        let local_too = proxy.is_some();
        let proxies = match proxy {
            None => of_environment()?,
            Some(Proxy::None) => Matcher::builder().build(),
            Some(Proxy::All(address)) => all(&address)?,
        };
        Ok(Self {
            direct,
            proxies: Arc::new(proxies),
            local_too,
        })
    }
}

/// What the environment says, if all of it can be used.
fn of_environment() -> Result<Matcher, Error> {
    let matcher = Matcher::from_env();
    for destination in ["https://proxied.invalid", "http://proxied.invalid"] {
        let proxy = matcher.intercept(&Uri::from_static(destination));
        let scheme = proxy.as_ref().and_then(|proxy| proxy.uri().scheme_str());
        if proxy.is_some() && scheme != Some("http") {
            let reason = format!(
                "the environment names a {} proxy, and only proxies at http:// addresses can be used; give one with \
                 `HttpTransport::builder().proxy(…)`, or none with `.no_proxy()`",
                scheme.unwrap_or("malformed")
            );
            return Err(Error::InvalidConfiguration {
                reason: reason.into(),
            });
        }
    }
    Ok(matcher)
}

/// Everything through one proxy, if its address can be used.
fn all(address: &ProxyAddress) -> Result<Matcher, Error> {
    let refused = || {
        Error::InvalidConfiguration {
        reason: "the address of the proxy cannot be used; give it in the form http://proxy.example.com:3128".into(),
    }
    };
    let matcher = Matcher::builder().all(address.0.as_str()).build();
    let found = matcher
        .intercept(&Uri::from_static("https://proxied.invalid"))
        .ok_or_else(refused)?;
    if found.uri().scheme_str() != Some("http") {
        return Err(refused());
    }
    Ok(matcher)
}

impl Service<Uri> for ProxyConnector {
    type Response = TokioIo<TcpStream>;
    type Error = BodyError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BodyError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        match self.proxy_for(&destination) {
            None => {
                let connecting = self.direct.call(destination);
                guarded(async move { Ok(connecting.await?) })
            }
            Some(proxy) => self.through(&proxy, destination),
        }
    }
}

impl ProxyConnector {
    fn proxy_for(&self, destination: &Uri) -> Option<Intercept> {
        let is_local = destination.host().is_some_and(is_this_machine);
        if is_local && !self.local_too {
            None
        } else {
            self.proxies.intercept(destination)
        }
    }

    fn through(&self, proxy: &Intercept, destination: Uri) -> <Self as Service<Uri>>::Future {
        if proxy.uri().scheme_str() != Some("http") {
            return Box::pin(async { Err("only proxies at http:// addresses can be used".into()) });
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.direct.clone());
        if let Some(auth) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(auth.clone());
        }
        guarded(async move { Ok(tunnel.call(destination).await?) })
    }
}

/// The same with an error in the place of a panic, where the runtime has no timers or no sockets.
fn guarded(
    connecting: impl Future<Output = Result<TokioIo<TcpStream>, BodyError>> + Send + 'static,
) -> <ProxyConnector as Service<Uri>>::Future {
    let mut connecting = Box::pin(connecting);
    let poll = move |context: &mut Context<'_>| {
        let polled = runtime::guarded(|| connecting.as_mut().poll(context));
        polled.unwrap_or_else(|unequipped| Poll::Ready(Err(unequipped.into())))
    };
    Box::pin(std::future::poll_fn(poll))
}

/// What a failure of hyper means for the caller.
pub(super) fn transport_error(error: hyper_util::client::legacy::Error) -> TransportError {
    let kind = match &error {
        error if error.is_connect() && has_cause(error, is_tls) => TransportErrorKind::Tls,
        error if has_cause(error, |cause| cause.is::<Unequipped>()) => TransportErrorKind::Unusable,
        error if error.is_connect() => TransportErrorKind::Connect,
        error if has_cause(error, is_user_body) => TransportErrorKind::RequestBody,
        _ => TransportErrorKind::Interrupted,
    };
    TransportError::new(kind, error)
}

fn has_cause(
    error: &(dyn StdError + 'static),
    test: fn(&(dyn StdError + 'static)) -> bool,
) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if test(error) {
            return true;
        }
        next = error.source();
    }
    false
}

/// rustls reports inside of `io::Error`s, whose `source` skips the error they hold.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let inside = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || inside.is_some_and(|inside| is_tls(inside))
}

fn is_user_body(error: &(dyn StdError + 'static)) -> bool {
    error
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_user)
}
