//! Notices about tenants: what an online environment posts to an application's state change address when a tenant is upgraded,
//! suspended, moved and so on. Takes the body of such a post; gives what has changed, after the token inside was validated. Refuses posts
//! whose token the environment has not signed, or has signed for another tenant or for a login. Kinds of change that are not known here
//! are kept.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::auth::token::{self, AUDIENCE, Audience, ISSUER, Rules};
use crate::auth::{AuthError, Exchange, KeySet, TokenError};
use crate::tenant::Environment;

const SERVICE: &str = "the notice about a tenant";

/// Checks and reads what is posted to an application's state change address.
#[derive(Debug, Clone)]
pub struct TenantReceiver {
    keys: KeySet,
}

/// What has happened to a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantChange {
    /// What was done.
    pub kind: TenantChangeKind,
    /// The tenant (`Cust12345`).
    pub context_identifier: String,
    /// The version of its installation, in words.
    pub version_name: Option<String>,
    /// The version of its files.
    pub file_version: Option<String>,
    /// Where it can be reached, as the post says. Nothing vouches for it, because the token is about the tenant alone: send no credentials
    /// there, but ask the environment, as a client of the [tenant](crate::ClientBuilder::tenant) does.
    pub public_endpoint: Option<String>,
}

/// What was done to a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TenantChangeKind {
    /// It got a newer version.
    Upgrade,
    /// Its data are those of an earlier time.
    BackupRestored,
    /// It takes no calls for the time being.
    Suspend,
    /// It takes calls again.
    Resume,
    /// It is gone.
    Delete,
    /// It is at another address.
    Move,
    /// Something that is not known here: its name or number.
    Other(String),
}

/// Why a post is no notice about a tenant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TenantChangeError {
    /// It is not the JSON of a notice; nothing of it is shown, for it may hold a token.
    #[error("the body of the post is no notice about a tenant")]
    Malformed,
    /// Its token is not to be believed, or the keys that would tell cannot be had.
    #[error("the notice cannot be believed: {0}")]
    Untrusted(#[from] AuthError),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Post {
    change_type: TenantChangeKind,
    context_identifier: String,
    version_name: Option<String>,
    file_version: Option<String>,
    public_endpoint: Option<String>,
    token: Zeroizing<String>,
}

impl TenantReceiver {
    /// For notices of this environment.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        Self::with_keys(KeySet::published(environment))
    }

    /// For notices that are signed with one of these keys.
    #[must_use]
    pub fn with_keys(keys: KeySet) -> Self {
        Self { keys }
    }

    /// Checks a post and reads it. Its token must be signed by the environment, be good now, be about the tenant that the post names, and be
    /// no login of a system user. The rest of the post is not signed: that this very change has happened is told by the tenant's
    /// [state](crate::Environment::tenant_state), which is worth a look before anything that cannot be undone.
    ///
    /// # Errors
    /// If the body is no notice, its token is not to be believed, or the keys cannot be had.
    pub async fn receive(
        &self,
        exchange: &Exchange,
        body: &[u8],
    ) -> Result<TenantChange, TenantChangeError> {
        let post: Post = serde_json::from_slice(body).map_err(|_| TenantChangeError::Malformed)?;
        let rules = Rules {
            issuer: ISSUER,
            audience: Audience::Beginning(AUDIENCE),
            tenant: Some(&post.context_identifier),
        };
        let claims = token::verify(exchange, SERVICE, &self.keys, &post.token, &rules).await?;
        let reason = if claims.tenant().is_none() {
            // A token about no tenant would vouch for any.
            Some(TokenError::Tenant)
        } else {
            // Every application of the tenant has such a token, and who works with it has seen it.
            claims.is_of_login().then_some(TokenError::Login)
        };
        if let Some(reason) = reason {
            let service = SERVICE;
            return Err(AuthError::Untrusted { service, reason }.into());
        }
        Ok(TenantChange {
            kind: post.change_type,
            context_identifier: post.context_identifier,
            version_name: post.version_name,
            file_version: post.file_version,
            public_endpoint: post.public_endpoint,
        })
    }
}

impl TenantChangeKind {
    const NAMES: &[(&str, &str, Self)] = &[
        ("0", "Upgrade", Self::Upgrade),
        ("1", "BackupRestored", Self::BackupRestored),
        ("2", "Suspend", Self::Suspend),
        ("3", "Resume", Self::Resume),
        ("4", "Delete", Self::Delete),
        ("5", "Move", Self::Move),
    ];

    fn from_wire(text: &str) -> Self {
        let mut known = Self::NAMES.iter();
        let found = known.find(|(code, name, _)| *code == text || name.eq_ignore_ascii_case(text));
        found.map_or_else(|| Self::Other(text.to_owned()), |(_, _, kind)| kind.clone())
    }
}

impl fmt::Display for TenantChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut known = Self::NAMES.iter();
        match (self, known.find(|(_, _, kind)| kind == self)) {
            (Self::Other(text), _) => f.write_str(text),
            (_, found) => f.write_str(found.map_or("", |(_, name, _)| name)),
        }
    }
}

/// A number, as it is documented, or a name.
impl<'de> Deserialize<'de> for TenantChangeKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => Self::from_wire(&text),
            other => Self::from_wire(&other.to_string()),
        })
    }
}
