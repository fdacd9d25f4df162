//! The handle of a running tenant: its address, what it has seen, and what is to happen to it. Dropping it stops the server.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;

use crate::api::Payload;
use crate::fault::FaultRule;
use crate::record::{RecordedRequest, Violation};
use crate::server::{Handle, origin};
use crate::store::Store;
use crate::tenant::Tenant;
use crate::{Builder, Error, synthesise};

/// A running tenant. It listens until it is dropped.
#[derive(Debug)]
pub struct MockTenant {
    tenant: Arc<Tenant>,
    address: SocketAddr,
    handle: Handle,
}

/// Runs a tenant at `address` until the process ends; calls `started` once it listens.
///
/// # Errors
///
/// As [`Builder::start`].
pub fn serve(
    address: SocketAddr,
    options: Builder,
    started: impl FnOnce(&MockTenant),
) -> Result<(), Error> {
    let mut tenant = options.address(address).start_blocking()?;
    started(&tenant);
    tenant.handle.wait();
    Err(Error::Stopped)
}

impl MockTenant {
    pub(crate) const fn running(tenant: Arc<Tenant>, address: SocketAddr, handle: Handle) -> Self {
        Self {
            tenant,
            address,
            handle,
        }
    }

    /// Starts a tenant with default options.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Starts a tenant with default options, for callers without an async runtime.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub fn start_blocking() -> Result<Self, Error> {
        Self::builder().start_blocking()
    }

    /// Options.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Scheme, host and port, as `http://127.0.0.1:49152`: the base address of an installation on premise, and the
    /// environment of the online tenant.
    #[must_use]
    pub fn url(&self) -> String {
        origin(self.address)
    }

    /// The address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Requests so far, oldest first, up to the last ten thousand, or 256 MiB of bodies.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.tenant.memory().records.all()
    }

    /// The last request, with what was answered.
    #[must_use]
    pub fn last_request(&self) -> Option<RecordedRequest> {
        self.tenant.memory().records.last()
    }

    /// Requests that were not as the reference says. Assert that there are none.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.tenant.violations()
    }

    /// Forgets the requests so far; entities and tokens stay.
    pub fn forget_requests(&self) {
        self.tenant.memory().records.clear();
    }

    /// Forgets entities, bytes and pending faults; requests and tokens stay, and [seeds](Builder::seed) and
    /// [faults](Builder::fault) from the start are there again.
    pub fn forget_entities(&self) {
        let mut memory = self.tenant.memory();
        memory.store = Store::default();
        memory.faults.clone_from(&self.tenant.options.faults);
    }

    /// A neutral request body of the documented type of an operation, by its id (`v1ContactEntity_PostContactEntity`), as a
    /// client of the tenant's version would have it; nothing where there is no such operation, or it takes no JSON.
    #[must_use]
    pub fn neutral_body(&self, operation: &str) -> Option<Value> {
        let catalogue = &self.tenant.catalogue;
        let operation = catalogue
            .operations
            .iter()
            .find(|known| known.id == operation)?;
        let Payload::Json(ty) = &operation.body.as_ref()?.content else {
            return None;
        };
        let mut body = synthesise::value(&catalogue.types, ty);
        if let Some(newer) = self.tenant.options.newer {
            newer.age(&catalogue.types, ty, &mut body);
        }
        Some(body)
    }

    /// Makes something go wrong: `tenant.inject(Fault::Reset.on("/Contact").times(2))`.
    pub fn inject(&self, rule: impl Into<FaultRule>) {
        self.tenant.inject(rule.into());
    }

    /// Makes all access tokens and tickets that the logins have issued worthless; refresh tokens stay good.
    pub fn expire_tokens(&self) {
        self.tenant.memory().logins.issued.expire();
    }

    /// Puts the online tenant into a state such as `Suspended` or `OfflineMaintenance`; the API answers 503 until it is
    /// `Running` again, or in `OnlineMaintenance`, in which a tenant can be reached.
    pub fn set_state(&self, state: impl Into<String>) {
        self.tenant.memory().state = state.into();
    }

    /// Moves the tenant to another address: the old one answers the API with 421 from now on, and the tenant state, which
    /// both addresses tell, names the new one, which is returned.
    ///
    /// # Errors
    ///
    /// When no other port can be listened on.
    pub fn move_away(&self) -> Result<String, Error> {
        let home = origin(self.handle.listen_too(self.address)?);
        self.tenant.memory().home.clone_from(&home);
        Ok(home)
    }
}
