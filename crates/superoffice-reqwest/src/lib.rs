//! The (unofficial) SuperOffice WebAPI SDK over [`reqwest`]: [`ReqwestTransport`] for programs that want that library's proxies,
//! resolvers or connection pools. The SDK needs none of this crate: its own transport is `hyper` with `rustls`, which is fewer
//! dependencies and is what `Client::builder()` uses when no transport is given.
//!
//! ```
//! use superoffice_core::{Client, Error};
//! use superoffice_reqwest::ReqwestTransport;
//!
//! # fn main() -> Result<(), Error> {
//! let transport = ReqwestTransport::with(|reqwest| reqwest.no_proxy())?;
//! let client = Client::builder().base_url("https://crm.example.com").basic("user", "password").transport(transport).build()?;
//! # drop(client);
//! # Ok(())
//! # }
//! ```
//!
//! What the SDK asks of a transport holds here too: redirects are reported and never followed, nothing is repeated that the client
//! did not repeat, no cookies are kept, bodies go both ways piece by piece (gzip is undone), and limits and timeouts are the client's.
//! It must be used inside a tokio runtime and says so ([`TransportErrorKind::Unusable`]) where there is none; blocking calls of the SDK
//! need its own transport. Proxies of the environment are used as reqwest does, unless they are turned off.

#![forbid(unsafe_code)]

mod body;
mod failure;

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls_platform_verifier::BuilderVerifierExt;
use superoffice_core::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice_core::{Body, Error};

/// How long connecting may take, as with the SDK's own transport.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends requests through a reqwest client. Clones share its connections.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A transport with rustls (ring), the certificates of the platform, and reqwest's defaults.
    ///
    /// # Errors
    /// If the certificates of the platform cannot be used.
    pub fn new() -> Result<Self, Error> {
        Self::with(|reqwest| reqwest)
    }

    /// A transport whose reqwest client is described further: proxies, resolver, pool. Redirects, repetitions and the `Referer` header stay
    /// off whatever is said. A TLS configuration of your own is given with `tls_backend_preconfigured`; reqwest ignores single
    /// certificates beside one, and there is one here.
    ///
    /// # Errors
    /// If the certificates of the platform cannot be used, or reqwest refuses what was described.
    pub fn with(
        describe: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, Error> {
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .tls_backend_preconfigured(tls()?);
        let client = describe(builder)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .build();
        let client = client.map_err(|error| refused(&error))?;
        Ok(Self { client })
    }
}

fn tls() -> Result<rustls::ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|error| refused(&error))?;
    Ok(config.with_no_client_auth())
}

fn refused(error: &(dyn std::error::Error + 'static)) -> Error {
    Error::InvalidConfiguration {
        reason: format!("reqwest: {error}").into(),
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            if tokio::runtime::Handle::try_current().is_err() {
                let reason = "reqwest needs a tokio runtime, and there is none";
                return Err(TransportError::new(TransportErrorKind::Unusable, reason));
            }
            let request = body::outgoing(request).await?;
            let response = self.client.execute(request).await;
            Ok(body::incoming(response.map_err(failure::of_reqwest)?))
        })
    }

    /// Without a runtime there is no timer, and it never ends; the request itself reports that.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if tokio::runtime::Handle::try_current().is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(duration).await;
        })
    }
}
