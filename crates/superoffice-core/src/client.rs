//! The client: where the service is, who calls, how calls are sent and repeated, and what every call says by default. Cheap to
//! clone; clones share connections, credentials, limits and the retry budget. No two clients share anything.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use crate::address::BaseUrl;
use crate::auth::{Authentication, Exchange};
use crate::error::Error;
use crate::limits::Limits;
use crate::locale::{Language, Locale};
use crate::operation::Operation;
use crate::request::Request;
use crate::retry::{Budget, RetryPolicy};
use crate::tenant::{Tenant, TenantState};

mod builder;

pub use self::builder::ClientBuilder;

/// Makes calls.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    locale: Arc<Locale>,
}

/// What clones of a client have in common.
pub(crate) struct Shared {
    pub(crate) place: PlaceOfService,
    pub(crate) authentication: Authentication,
    pub(crate) exchange: Exchange,
    pub(crate) headers: HeaderMap,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) limits: Limits,
    /// For calls that say nothing themselves.
    pub(crate) timeout: Option<Duration>,
    /// For the attempts and pauses of a call together.
    pub(crate) deadline: Option<Duration>,
    /// Longest body that is read as a whole, in bytes.
    pub(crate) max_response: u64,
    /// Longest blob, in bytes.
    pub(crate) max_blob: u64,
}

/// Where the service is.
#[derive(Debug)]
pub(crate) enum PlaceOfService {
    /// At an address that does not change.
    Fixed(Arc<BaseUrl>),
    /// Wherever the online tenant is.
    Tenant(Box<Tenant>),
}

impl Client {
    /// A client to be described.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A call of an operation.
    pub fn request<R>(&self, operation: Operation) -> Request<'_, R> {
        Request::new(self, operation)
    }

    /// The same client for reading texts in a language (`sv`). It refuses to write: what was read through it is translated, and
    /// writing that back would replace the texts of all languages. Use the client without a language to write.
    #[must_use]
    pub fn with_language(&self, language: impl Into<Language>) -> Self {
        let locale = Locale {
            language: Some(language.into()),
            ..(*self.locale).clone()
        };
        Self {
            shared: Arc::clone(&self.shared),
            locale: Arc::new(locale),
        }
    }

    /// What the client's online tenant is doing, asked for now and not remembered; `None` where the client was given an address.
    ///
    /// # Errors
    /// If the state cannot be had.
    pub async fn tenant_state(&self) -> Result<Option<TenantState>, Error> {
        match &self.shared.place {
            PlaceOfService::Fixed(_) => Ok(None),
            PlaceOfService::Tenant(tenant) => tenant.state(&self.shared.exchange).await.map(Some),
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn locale(&self) -> &Locale {
        &self.locale
    }

    pub(crate) fn default_headers(&self) -> &HeaderMap {
        &self.shared.headers
    }

    /// The base address, if it is known without asking.
    pub(crate) fn known_base(&self) -> Option<Arc<BaseUrl>> {
        match &self.shared.place {
            PlaceOfService::Fixed(base) => Some(Arc::clone(base)),
            PlaceOfService::Tenant(_) => None,
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Client");
        out.field("place", &self.shared.place)
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}
