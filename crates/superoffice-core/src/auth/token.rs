//! Signed tokens of the login: the id token of OAuth and the token of the system user service. Takes a token's text, the keys and what
//! must be said in it; gives its claims, after the signature (RS256) was checked, and who issued it, for whom and until when. Refuses
//! everything else: the service signs other tokens with the same keys, which are not for this.

use std::fmt;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{AuthError, Exchange};
use crate::error::TokenError;

mod jwt;
mod keys;

pub use self::keys::KeySet;

/// What the names of the platform's own claims begin with.
const OWN: &str = "http://schemes.superoffice.net/identity/";
/// Who issues the tokens of its services; the issuer of id tokens is the environment.
#[cfg(any(feature = "system-user", feature = "webhook"))]
pub(crate) const ISSUER: &str = "SuperOffice AS";
/// What the name of whom those are for begins with; the serial number of the tenant's installation follows.
#[cfg(any(feature = "system-user", feature = "webhook"))]
pub(crate) const AUDIENCE: &str = "spn:";
/// How far the two clocks may be apart.
const SKEW: Duration = Duration::from_secs(300);

/// What a validated token says. There is no other way to one than a token whose signature, issuer, audience and times were checked.
#[derive(Clone)]
pub struct Claims {
    all: Map<String, Value>,
    #[cfg_attr(
        not(any(feature = "system-user", feature = "webhook")),
        expect(
            dead_code,
            reason = "taken out of the claims all the same, for it is secret"
        )
    )]
    ticket: Option<SecretString>,
    system_token: Option<SecretString>,
    expires: SystemTime,
}

/// What a token must say to be believed.
pub(crate) struct Rules<'r> {
    pub(crate) issuer: &'r str,
    pub(crate) audience: Audience<'r>,
    /// `Cust12345`; where the token names one, it must be this.
    pub(crate) tenant: Option<&'r str>,
}

/// Whom a token must be for.
#[derive(Clone, Copy)]
pub(crate) enum Audience<'r> {
    /// This one.
    #[cfg(feature = "oauth")]
    Exactly(&'r str),
    /// Whoever's name begins so.
    #[cfg(any(feature = "system-user", feature = "webhook"))]
    Beginning(&'r str),
}

/// The claims of a token that may be believed. `service` is shown in errors.
pub(crate) async fn verify(
    exchange: &Exchange,
    service: &'static str,
    keys: &KeySet,
    token: &str,
    rules: &Rules<'_>,
) -> Result<Claims, AuthError> {
    let refused = |reason| AuthError::Untrusted { service, reason };
    let parts = jwt::Parts::of(token).map_err(refused)?;
    keys.check(exchange, &parts).await?.map_err(refused)?;
    Claims::of(&parts, rules, exchange.now()).map_err(refused)
}

impl Claims {
    /// The tenant (`Cust12345`).
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.text("ctx")
    }

    /// Where the tenant's API was when the token was issued (`https://online2.superoffice.com/Cust12345/api/`). Tenants move: give it to
    /// [`ClientBuilder::tenant_of`](crate::ClientBuilder::tenant_of), which begins there and follows.
    #[must_use]
    pub fn webapi_url(&self) -> Option<&str> {
        self.text("webapi_url")
    }

    /// Who the token is about (`sub`).
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.all.get("sub")?.as_str()
    }

    /// The system token that the tenant's administrator has approved for the application, for [`SystemUser`]; it is secret.
    ///
    #[cfg_attr(
        feature = "system-user",
        doc = "[`SystemUser`]: super::system_user::SystemUser"
    )]
    #[cfg_attr(not(feature = "system-user"), doc = "[`SystemUser`]: super")]
    #[must_use]
    pub fn system_token(&self) -> Option<&SecretString> {
        self.system_token.as_ref()
    }

    /// When the token ends.
    #[must_use]
    pub fn expires(&self) -> SystemTime {
        self.expires
    }

    /// Any other claim, by its name; the platform's own also without what all their names begin with (`associateid`).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.all
            .get(name)
            .or_else(|| self.all.get(&format!("{OWN}{name}")))
    }

    /// The ticket of the system user.
    #[cfg(feature = "system-user")]
    pub(super) fn ticket(&self) -> Option<&SecretString> {
        self.ticket.as_ref()
    }

    /// Whether it is the token of a system user's login.
    #[cfg(feature = "webhook")]
    pub(crate) fn is_of_login(&self) -> bool {
        self.ticket.is_some()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    fn of(parts: &jwt::Parts<'_>, rules: &Rules<'_>, now: SystemTime) -> Result<Self, TokenError> {
        let mut all = parts.claims()?;
        let mut secret = |name: &str| match all.remove(&format!("{OWN}{name}")) {
            Some(Value::String(text)) => Some(SecretString::from(text)),
            _ => None,
        };
        let (ticket, system_token) = (secret("ticket"), secret("system_token"));
        check_parties(&all, rules)?;
        let expires = check_times(&all, now)?;
        let claims = Self {
            all,
            ticket,
            system_token,
            expires,
        };
        let other = |wanted: &&str| {
            let named = claims.tenant();
            named.is_some_and(|named| !named.eq_ignore_ascii_case(wanted))
        };
        if rules.tenant.as_ref().is_some_and(other) {
            return Err(TokenError::Tenant);
        }
        Ok(claims)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("tenant", &self.tenant())
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// `iss` and `aud`; the second may be a list, as RFC 7519 allows, and `azp` then says whom of them it was given to.
fn check_parties(claims: &Map<String, Value>, rules: &Rules<'_>) -> Result<(), TokenError> {
    if claims.get("iss").and_then(Value::as_str) != Some(rules.issuer) {
        return Err(TokenError::Issuer);
    }
    let is_ours = |name: &Value| name.as_str().is_some_and(|name| rules.audience.is(name));
    let is_for_us = match claims.get("aud") {
        Some(Value::Array(names)) => names.iter().any(is_ours),
        Some(name) => is_ours(name),
        None => false,
    };
    let given_to_us = claims
        .get("azp")
        .is_none_or(|party| party.is_null() || is_ours(party));
    if is_for_us && given_to_us {
        Ok(())
    } else {
        Err(TokenError::Audience)
    }
}

impl Audience<'_> {
    fn is(self, name: &str) -> bool {
        match self {
            #[cfg(feature = "oauth")]
            Self::Exactly(wanted) => name == wanted,
            #[cfg(any(feature = "system-user", feature = "webhook"))]
            Self::Beginning(start) => name.starts_with(start),
        }
    }
}

/// `exp`, which is given back, and `nbf` where there is one.
fn check_times(claims: &Map<String, Value>, now: SystemTime) -> Result<SystemTime, TokenError> {
    let time = |name| match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => instant(value).map(Some).ok_or(TokenError::NoEnd),
    };
    let end = time("exp")?.ok_or(TokenError::NoEnd)?;
    if end.checked_add(SKEW).is_some_and(|end| end <= now) {
        return Err(TokenError::Ended);
    }
    let latest = now.checked_add(SKEW).unwrap_or(now);
    if time("nbf")?.is_some_and(|start| latest < start) {
        return Err(TokenError::NotYet);
    }
    Ok(end)
}

/// Seconds since 1970, which may have a fraction.
fn instant(value: &Value) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(value.as_f64()?).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}
