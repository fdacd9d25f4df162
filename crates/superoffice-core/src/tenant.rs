//! Where an online tenant is and whether it takes calls, as its environment's state endpoint tells. The answer is kept until the
//! time it names, and asked for again when a call was misdirected (421), or when nothing answers at the place.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer};

use crate::address::{self, BaseUrl};
use crate::auth::Exchange;
use crate::error::Error;
use crate::renewable::Renewable;
use crate::value::DateTime;
use crate::value::date_time::Offset;

/// Shown in errors of this endpoint.
const OPERATION: &str = "TenantState";
/// How long an answer is kept that names no time.
const DEFAULT_VALIDITY: Duration = Duration::from_secs(600);
/// A tenant that cannot be reached is not asked for more often than this.
const INTERVAL: Duration = Duration::from_secs(30);

/// One of the installations that hold online tenants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// `sod`, for development.
    Development,
    /// `qaonline`, for tests before a release.
    Stage,
    /// `online`.
    Production,
    /// Somewhere else: a base address in front of `/api/state/…` and `/login/…`, as a test server has.
    Other(String),
}

impl Environment {
    /// Its base address.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Development => "https://sod.superoffice.com",
            Self::Stage => "https://qaonline.superoffice.com",
            Self::Production => "https://online.superoffice.com",
            Self::Other(base) => base,
        }
    }
}

impl Environment {
    /// Its base address, if requests may be sent there.
    pub(crate) fn checked_base(&self, allow_http: bool) -> Result<BaseUrl, Error> {
        BaseUrl::parse(self.base_url(), allow_http)
    }

    /// What a tenant (`Cust12345`) is doing. No credentials are needed.
    ///
    /// # Errors
    /// If the identifier is malformed, or the state cannot be had.
    pub async fn tenant_state(
        &self,
        exchange: &Exchange,
        identifier: &str,
    ) -> Result<TenantState, Error> {
        let tenant = Tenant::new(self, identifier, exchange.allows_http())?;
        tenant.state(exchange).await
    }
}

/// What the state endpoint says about a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct TenantState {
    /// The tenant (`Cust12345`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub context_identifier: String,
    /// Base address of the tenant.
    pub endpoint: Option<String>,
    /// What it is doing.
    #[serde(default)]
    pub state: TenantStatus,
    /// Whether it takes calls.
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_running: bool,
    /// Until when this may be kept.
    pub valid_until: Option<DateTime>,
    /// Address of its API.
    pub api: Option<String>,
    /// Version of the service.
    pub version: Option<String>,
}

fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// What a tenant is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TenantStatus {
    /// Not known.
    #[default]
    Unknown,
    /// Being made.
    Provisioning,
    /// Taking calls.
    Running,
    /// Gone.
    Deleted,
    /// Closed, for the time being.
    Suspended,
    /// In maintenance, reachable.
    OnlineMaintenance,
    /// In maintenance, not reachable.
    OfflineMaintenance,
    /// Could not be made.
    ProvisioningFailed,
    /// Going.
    Deleting,
    /// Could not be deleted.
    DeleteFailed,
    /// Waiting to be moved.
    MigrationPending,
    /// A state that is not known here: its name or number.
    Other(String),
}

impl TenantStatus {
    const NAMES: &[(u8, &str, Self)] = &[
        (0, "Unknown", Self::Unknown),
        (1, "Provisioning", Self::Provisioning),
        (2, "Running", Self::Running),
        (3, "Deleted", Self::Deleted),
        (4, "Suspended", Self::Suspended),
        (5, "OnlineMaintenance", Self::OnlineMaintenance),
        (6, "OfflineMaintenance", Self::OfflineMaintenance),
        (8, "ProvisioningFailed", Self::ProvisioningFailed),
        (10, "Deleting", Self::Deleting),
        (11, "DeleteFailed", Self::DeleteFailed),
        (12, "MigrationPending", Self::MigrationPending),
    ];

    /// Whether it is likely to run again by itself.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        use TenantStatus::{MigrationPending, OfflineMaintenance, OnlineMaintenance, Provisioning};
        matches!(
            self,
            Provisioning | OnlineMaintenance | OfflineMaintenance | MigrationPending
        )
    }

    fn from_wire(text: &str) -> Self {
        let number: Option<u8> = text.parse().ok();
        let found = Self::NAMES
            .iter()
            .find(|(code, name, _)| name.eq_ignore_ascii_case(text) || number == Some(*code));
        found.map_or_else(
            || Self::Other(text.to_owned()),
            |(_, _, status)| status.clone(),
        )
    }
}

impl fmt::Display for TenantStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(text) => f.write_str(text),
            known => f.write_str(
                Self::NAMES
                    .iter()
                    .find(|(_, _, status)| status == known)
                    .map_or("Unknown", |entry| entry.1),
            ),
        }
    }
}

impl<'de> Deserialize<'de> for TenantStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Self::from_wire(&text),
            serde_json::Value::Null => Self::Unknown,
            other => Self::from_wire(&other.to_string()),
        })
    }
}

/// Finds a tenant and remembers where it is.
#[derive(Debug)]
pub(crate) struct Tenant {
    asked: Arc<Asked>,
    place: Renewable<Place, Unresolved>,
}

/// Which tenant, and where to ask for it.
#[derive(Debug)]
struct Asked {
    state_url: String,
    identifier: String,
    allow_http: bool,
}

/// Where a tenant is.
#[derive(Debug, Clone)]
struct Place {
    base: Arc<BaseUrl>,
    good_until: SystemTime,
}

/// Why a tenant has no place; shared by all calls that waited.
#[derive(Debug, Clone)]
enum Unresolved {
    Unavailable(TenantState),
    Unreachable(Arc<Error>),
}

impl Tenant {
    pub(crate) fn new(
        environment: &Environment,
        identifier: &str,
        allow_http: bool,
    ) -> Result<Self, Error> {
        if !address::is_tenant(identifier) {
            let reason = "the identifier of an online tenant has the form Cust12345";
            return Err(Error::InvalidConfiguration {
                reason: reason.into(),
            });
        }
        let environment = environment.checked_base(allow_http)?;
        let asked = Asked {
            state_url: format!("{}/api/state/{identifier}", environment.as_str()),
            identifier: identifier.to_owned(),
            allow_http,
        };
        let late = |error| Unresolved::Unreachable(Arc::new(error));
        Ok(Self {
            asked: Arc::new(asked),
            place: Renewable::new(OPERATION, late),
        })
    }

    /// The same tenant, which is at this address as far as is known; asked for again after a while, or when a call was misdirected.
    pub(crate) fn starting_at(mut self, address: &str, now: SystemTime) -> Result<Self, Error> {
        let place = Place {
            base: Arc::new(BaseUrl::parse(address, self.asked.allow_http)?),
            good_until: later(now, DEFAULT_VALIDITY),
        };
        self.place = self.place.starting_with(place);
        Ok(self)
    }

    /// The base address, and its generation for [`moved`](Self::moved).
    pub(crate) async fn base(&self, exchange: &Exchange) -> Result<(Arc<BaseUrl>, u64), Error> {
        let now = exchange.now();
        let good = |place: &Place| now < place.good_until;
        let resolve = || {
            let (asked, exchange) = (Arc::clone(&self.asked), exchange.clone());
            async move { asked.resolve(&exchange).await }
        };
        let kept = || self.place.kept().filter(|(place, _)| good(place));
        match self.place.get(exchange, good, resolve).await {
            Ok((place, generation)) => Ok((place.base, generation)),
            Err(Unresolved::Unavailable(state)) => Err(Error::TenantUnavailable(Box::new(state))),
            Err(Unresolved::Unreachable(source)) => match kept() {
                // It was asked for only because this one could not be reached, which may be over.
                Some((place, generation)) => Ok((place.base, generation)),
                None => Err(Error::TenantUnresolved {
                    tenant: self.asked.identifier.clone(),
                    source,
                }),
            },
        }
    }

    /// Nothing answers at the place of this generation: the tenant may be at another.
    pub(crate) fn unreachable(&self, generation: u64, exchange: &Exchange) {
        let now = exchange.monotonic();
        self.place.doubt(generation, now, INTERVAL);
    }

    /// The tenant is not at the place of this generation any more.
    pub(crate) fn moved(&self, generation: u64, exchange: &Exchange) {
        let now = exchange.monotonic();
        self.place.refuse(generation, now, Duration::ZERO);
    }

    /// What the state endpoint says now.
    pub(crate) async fn state(&self, exchange: &Exchange) -> Result<TenantState, Error> {
        self.asked.state(exchange).await
    }
}

impl Asked {
    async fn resolve(&self, exchange: &Exchange) -> Result<Place, Unresolved> {
        let state = self
            .state(exchange)
            .await
            .map_err(|error| Unresolved::Unreachable(Arc::new(error)))?;
        if !state.is_running {
            return Err(Unresolved::Unavailable(state));
        }
        self.place(&state, exchange.now())
            .map_err(|error| Unresolved::Unreachable(Arc::new(error)))
    }

    async fn state(&self, exchange: &Exchange) -> Result<TenantState, Error> {
        let mut state: TenantState = exchange.get_json(OPERATION, &self.state_url).await?;
        if state.context_identifier.is_empty() {
            state.context_identifier.clone_from(&self.identifier);
        }
        Ok(state)
    }

    fn place(&self, state: &TenantState, now: SystemTime) -> Result<Place, Error> {
        let mut addresses = [&state.endpoint, &state.api].into_iter().flatten();
        let address = addresses.find(|address| !address.trim().is_empty());
        let address = address.map_or("", String::as_str);
        let base = Arc::new(BaseUrl::parse(address, self.allow_http)?);
        let told = state.valid_until.as_ref().and_then(instant);
        Ok(Place {
            base,
            good_until: told.unwrap_or_else(|| later(now, DEFAULT_VALIDITY)),
        })
    }
}

/// That much later, by a clock that may stand anywhere.
fn later(now: SystemTime, by: Duration) -> SystemTime {
    now.checked_add(by).unwrap_or(now)
}

/// The instant of a date that is given in UTC, if it has one.
fn instant(date: &DateTime) -> Option<SystemTime> {
    let nanos = date.to_unix_nanos(Offset::UTC).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(u64::try_from(nanos).ok()?))
}
