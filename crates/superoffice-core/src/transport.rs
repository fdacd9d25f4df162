//! The seam between the client and the network: a transport takes an `http::Request`, gives back an `http::Response`, and
//! knows the time. It does no more: no redirects, no cookies, no retries, no credentials; those are the client's. Bring your
//! own to add a proxy, middleware or a test double.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::body::{Body, BodyError};

#[cfg(feature = "default-transport")]
mod http_transport;

#[cfg(feature = "default-transport")]
pub use self::http_transport::{HttpTransport, HttpTransportBuilder};

#[cfg(feature = "default-transport")]
pub(crate) use self::http_transport::Home;
#[cfg(all(feature = "default-transport", feature = "blocking"))]
pub(crate) use self::http_transport::runtime_here;

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and gives back the answer as soon as its headers are there.
    ///
    /// The body of the answer is decompressed already if the transport asked for compression. A redirect is an answer like
    /// any other and must not be followed: it would carry the credentials to another host.
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;

    /// Ends after this time. Used for timeouts and the pauses between attempts.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// The time of day. In the browser (`wasm32-unknown-unknown`) the standard library has no clock, so there every transport brings
    /// its own; no other part of this crate asks for the time.
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// The time of day. The standard library has no clock here.
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    fn now(&self) -> SystemTime;

    /// The time since some fixed moment, which never goes back. Used to measure and to keep a rate.
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    fn monotonic(&self) -> Duration {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed()
    }

    /// The time since some fixed moment, which never goes back. The standard library has no clock here.
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    fn monotonic(&self) -> Duration;
}

/// Who drives what is begun here, which nobody can tell without the default transport.
#[cfg(not(feature = "default-transport"))]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Home;

#[cfg(not(feature = "default-transport"))]
impl Home {
    pub(crate) fn here() -> Self {
        Self
    }

    pub(crate) fn is_everywhere(self) -> bool {
        true
    }
}

/// Forwards everything to the transport inside.
macro_rules! forwarding {
    ($($pointer:ident),*) => {$(
        impl<T: Transport + ?Sized> Transport for $pointer<T> {
            fn send(
                &self,
                request: http::Request<Body>,
            ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
                (**self).send(request)
            }

            fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
                (**self).sleep(duration)
            }

            fn now(&self) -> SystemTime {
                (**self).now()
            }

            fn monotonic(&self) -> Duration {
                (**self).monotonic()
            }
        }
    )*};
}

forwarding!(Arc, Box);

/// A request that got no answer, or an answer that broke off.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    #[source]
    source: BodyError,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: nothing was sent.
    Connect,
    /// The server's certificate is not trusted, or encryption could not be agreed on: nothing was sent.
    Tls,
    /// The request may have been sent, and there is no answer.
    Interrupted,
    /// The answer broke off.
    Body,
    /// The body of the request could not be read.
    RequestBody,
    /// The transport cannot be used like this.
    Unusable,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection could be made",
            Self::Tls => "no trusted connection could be made",
            Self::Interrupted => "the connection broke before the answer",
            Self::Body => "the answer broke off",
            Self::RequestBody => "the body of the request could not be read",
            Self::Unusable => "the transport cannot be used here",
        })
    }
}

impl TransportError {
    /// An error of this kind with its cause.
    #[must_use]
    pub fn new(kind: TransportErrorKind, source: impl Into<BodyError>) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// How far the request came.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether it is certain that the server got nothing.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        use TransportErrorKind::{Connect, Tls, Unusable};
        matches!(self.kind, Connect | Tls | Unusable)
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        use TransportErrorKind::{Body, Connect, Interrupted};
        matches!(self.kind, Connect | Interrupted | Body)
    }
}
