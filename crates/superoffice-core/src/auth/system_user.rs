//! The system user of an online tenant: no person logs in. A signed system token is exchanged for a ticket, which is good for six
//! hours after every use. Takes the application's secret, the tenant's system token and the application's private key; refuses
//! keys it cannot sign with, and answers that are not signed by the service, for this tenant.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::token::{self, AUDIENCE, Audience, Claims, ISSUER, KeySet, Rules};
use super::{AuthError, Credential, CredentialSource, Exchange, TokenError, form};
use crate::error::Texts;
use crate::tenant::Environment;
use crate::transport::BoxFuture;
use crate::value::DateTime;

mod key;

pub use self::key::PrivateKey;

const SERVICE: &str = "the system user service";
/// How long a ticket is good after it was last used.
const LIFE: std::time::Duration = std::time::Duration::from_secs(6 * 60 * 60);

/// Credentials of a tenant's system user, for [`ClientBuilder::credentials`](crate::ClientBuilder::credentials).
///
/// The service keeps a record of every ticket, so programs that start often should keep theirs: [`on_ticket`](Self::on_ticket) gives
/// each new one, and [`with_ticket`](Self::with_ticket) begins with one that was kept.
pub struct SystemUser {
    environment: Environment,
    tenant: String,
    app_token: SecretString,
    system_token: SecretString,
    key: PrivateKey,
    /// Was kept, and not tried yet.
    kept: Mutex<Option<SecretString>>,
    on_ticket: Option<Keep>,
    keys: KeySet,
    /// Of the last token.
    claims: Mutex<Option<Claims>>,
}

type Keep = Box<dyn Fn(&SecretString) + Send + Sync>;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Authenticate<'a> {
    signed_system_token: &'a str,
    application_token: &'a str,
    context_identifier: &'a str,
    return_token_type: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Authenticated {
    #[serde(default)]
    is_successful: bool,
    token: Option<Zeroizing<String>>,
    error_message: Option<String>,
}

impl SystemUser {
    /// The system user of a tenant (`Cust12345`): `app_token` is the application's secret, `system_token` what the tenant's
    /// administrator has approved, `key` the application's private key.
    #[must_use]
    pub fn new(
        environment: Environment,
        tenant: impl Into<String>,
        app_token: impl Into<String>,
        system_token: impl Into<String>,
        key: PrivateKey,
    ) -> Self {
        Self {
            keys: KeySet::published(&environment),
            environment,
            tenant: tenant.into(),
            app_token: app_token.into().into(),
            system_token: system_token.into().into(),
            key,
            kept: Mutex::new(None),
            on_ticket: None,
            claims: Mutex::new(None),
        }
    }

    /// Checks the service's tokens with these keys instead of those that the environment publishes.
    #[must_use]
    pub fn with_keys(mut self, keys: KeySet) -> Self {
        self.keys = keys;
        self
    }

    /// What the last token said that was validated; `None` before the first login, also where a ticket was kept. Give the client an
    /// `Arc` of the system user to ask it between calls.
    #[must_use]
    pub fn claims(&self) -> Option<Claims> {
        self.claims
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Begins with a ticket that was kept. If it is good no more, the service refuses it, and a new one is asked for.
    #[must_use]
    pub fn with_ticket(mut self, ticket: impl Into<SecretString>) -> Self {
        self.kept = Mutex::new(Some(ticket.into()));
        self
    }

    /// Runs this with every new ticket, so that it can be kept.
    #[must_use]
    pub fn on_ticket(mut self, keep: impl Fn(&SecretString) + Send + Sync + 'static) -> Self {
        self.on_ticket = Some(Box::new(keep));
        self
    }

    /// The ticket that was kept, the first time; then new ones.
    async fn next_ticket(&self, exchange: &Exchange) -> Result<SecretString, AuthError> {
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(ticket) = kept {
            return Ok(ticket);
        }
        let ticket = self.ticket(exchange).await?;
        if let Some(keep) = &self.on_ticket {
            keep(&ticket);
        }
        Ok(ticket)
    }

    async fn ticket(&self, exchange: &Exchange) -> Result<SecretString, AuthError> {
        let signed = self.signed_system_token(exchange.now())?;
        let request = Authenticate {
            signed_system_token: &signed,
            application_token: self.app_token.expose_secret(),
            context_identifier: &self.tenant,
            return_token_type: "JWT",
        };
        let mut secrets = Texts::default();
        for secret in [
            &signed,
            self.app_token.expose_secret(),
            self.system_token.expose_secret(),
        ] {
            secrets.add(secret);
        }
        let body = serde_json::to_vec(&request).map_err(|_| form::unreadable(SERVICE))?;
        let base = super::base_of(&self.environment, exchange.allows_http())?;
        let url = format!("{}/Login/api/PartnerSystemUser/Authenticate", base.as_str());
        let answer: Authenticated = form::post(
            exchange,
            SERVICE,
            &url,
            "application/json",
            Zeroizing::new(body),
            &secrets,
        )
        .await?;
        match answer
            .token
            .filter(|token| answer.is_successful && !token.is_empty())
        {
            Some(token) => self.ticket_in(exchange, &token).await,
            None => {
                let message = answer.error_message.map_or_else(
                    || "it gave no reason".to_owned(),
                    |words| secrets.mask(&words),
                );
                Err(AuthError::denied(SERVICE, message))
            }
        }
    }

    /// The ticket of a token that is to be believed.
    async fn ticket_in(&self, exchange: &Exchange, token: &str) -> Result<SecretString, AuthError> {
        let rules = Rules {
            issuer: ISSUER,
            audience: Audience::Beginning(AUDIENCE),
            tenant: Some(&self.tenant),
        };
        let claims = token::verify(exchange, SERVICE, &self.keys, token, &rules).await?;
        let ticket = claims.ticket().cloned().ok_or(AuthError::Untrusted {
            service: SERVICE,
            reason: TokenError::NoTicket,
        })?;
        *self.claims.lock().unwrap_or_else(PoisonError::into_inner) = Some(claims);
        Ok(ticket)
    }

    /// `{token}.{yyyyMMddHHmm}.{signature}`.
    fn signed_system_token(&self, now: SystemTime) -> Result<Zeroizing<String>, AuthError> {
        let message = Zeroizing::new(format!(
            "{}.{}",
            self.system_token.expose_secret(),
            minute(now)?
        ));
        let signature = STANDARD.encode(self.key.sign(message.as_bytes())?);
        Ok(Zeroizing::new(format!("{}.{signature}", *message)))
    }
}

impl CredentialSource for SystemUser {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        Box::pin(async move {
            let ticket = self.next_ticket(exchange).await?;
            let app_token = http::HeaderName::from_static("so-apptoken");
            let credential = Credential::so_ticket(ticket.expose_secret())?
                .with_header(app_token, self.app_token.expose_secret())?;
            Ok(credential.sliding(LIFE))
        })
    }
}

impl fmt::Debug for SystemUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemUser")
            .field("environment", &self.environment)
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

/// `yyyyMMddHHmm` in UTC.
fn minute(now: SystemTime) -> Result<String, AuthError> {
    let invalid = || AuthError::Invalid {
        what: "the clock",
        reason: "it stands outside the years 1970 to 9999".into(),
    };
    let nanos = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_err(|_| invalid())?
        .as_nanos();
    let date = DateTime::from_unix_nanos(i128::try_from(nanos).map_err(|_| invalid())?)
        .map_err(|_| invalid())?;
    let civil = date.civil().map_err(|_| invalid())?;
    let (year, month, day, hour, minute) =
        (civil.year, civil.month, civil.day, civil.hour, civil.minute);
    Ok(format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}"))
}
