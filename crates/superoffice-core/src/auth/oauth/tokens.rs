//! Tokens as the token service issues them. Takes its answer, or a refresh token that was kept; gives what a program may read of them.
//! Refuses an answer without an access token.

use std::fmt;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::SERVICE;
use crate::auth::token::Claims;
use crate::auth::{AuthError, form};

/// What a token lives if the service does not say; the shorter of the documented times.
const DEFAULT_LIFE: Duration = Duration::from_secs(20 * 60);
/// What a token lives at most, whatever the service says: some hundred years, which every clock can count.
const LONGEST_LIFE: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// What the token service has issued.
#[derive(Clone)]
pub struct Tokens {
    pub(super) access_token: SecretString,
    pub(super) refresh_token: Option<SecretString>,
    pub(super) id_token: Option<SecretString>,
    pub(super) claims: Option<Claims>,
    pub(super) expires: SystemTime,
}

impl Tokens {
    /// Tokens that were kept from an earlier login; they are refreshed before the first call.
    #[must_use]
    pub fn from_refresh_token(refresh_token: impl Into<String>) -> Self {
        Self {
            access_token: String::new().into(),
            refresh_token: Some(refresh_token.into().into()),
            id_token: None,
            claims: None,
            expires: SystemTime::UNIX_EPOCH,
        }
    }

    /// For `Authorization: Bearer …`.
    #[must_use]
    pub fn access_token(&self) -> &SecretString {
        &self.access_token
    }

    /// To be kept: it is long-lived and can be used again and again.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }

    /// Who has logged in, as a signed token, which was validated.
    #[must_use]
    pub fn id_token(&self) -> Option<&SecretString> {
        self.id_token.as_ref()
    }

    /// What the id token says: who has logged in, and where the tenant is. `None` where the service gave none, as it may when it
    /// renews tokens.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    /// When the access token ends.
    #[must_use]
    pub fn expires(&self) -> SystemTime {
        self.expires
    }

    /// The tenant that the access token is for (`Cust12345`).
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        let (_, rest) = self.access_token.expose_secret().split_once(':')?;
        let (tenant, _) = rest.split_once('.')?;
        crate::address::is_tenant(tenant).then_some(tenant)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("tenant", &self.tenant())
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// The answer of the token service.
#[derive(Deserialize)]
pub(super) struct Issued {
    access_token: Option<Zeroizing<String>>,
    refresh_token: Option<Zeroizing<String>>,
    id_token: Option<Zeroizing<String>>,
    expires_in: Option<serde_json::Value>,
}

impl Issued {
    pub(super) fn into_tokens(self, now: SystemTime) -> Result<Tokens, AuthError> {
        let secret = |text: &Zeroizing<String>| SecretString::from(text.as_str());
        let access_token = self.access_token.as_ref().filter(|token| !token.is_empty());
        let life = self
            .expires_in
            .as_ref()
            .and_then(seconds)
            .map_or(DEFAULT_LIFE, Duration::from_secs)
            .min(LONGEST_LIFE);
        Ok(Tokens {
            access_token: access_token
                .map(secret)
                .ok_or_else(|| form::unreadable(SERVICE))?,
            refresh_token: self
                .refresh_token
                .as_ref()
                .filter(|token| !token.is_empty())
                .map(secret),
            id_token: self
                .id_token
                .as_ref()
                .filter(|token| !token.is_empty())
                .map(secret),
            claims: None,
            expires: now.checked_add(life).unwrap_or(now),
        })
    }
}

/// A number, or a number as text.
fn seconds(value: &serde_json::Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_stands_in_the_token() {
        let tokens = |token: &str| Tokens {
            access_token: token.into(),
            ..Tokens::from_refresh_token("r")
        };
        assert_eq!(tokens("8A:Cust12345.AbC").tenant(), Some("Cust12345"));
        assert_eq!(tokens("8A:other.AbC").tenant(), None);
        assert_eq!(tokens("opaque").tenant(), None);
    }
}
