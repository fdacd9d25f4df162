//! Credentials of a client that logs in with OAuth. Takes an application and its tokens; gives the access token, and a new one for the
//! refresh token when it has ended or was refused. Refuses when there is no refresh token to get a new one for.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};

use super::{OAuthApplication, Tokens};
use crate::auth::{AuthError, Credential, CredentialSource, Exchange};
use crate::transport::BoxFuture;

/// Tokens that renew themselves, for [`ClientBuilder::credentials`](crate::ClientBuilder::credentials).
pub struct OAuthCredentials {
    application: OAuthApplication,
    state: Mutex<State>,
    on_renewal: Option<Keep>,
}

type Keep = Box<dyn Fn(&Tokens) + Send + Sync>;

struct State {
    tokens: Tokens,
    /// Whether the access token has been given out; when it is asked for again, it was not good.
    used: bool,
}

impl OAuthCredentials {
    pub(super) fn new(application: OAuthApplication, tokens: Tokens) -> Self {
        Self {
            application,
            state: Mutex::new(State {
                tokens,
                used: false,
            }),
            on_renewal: None,
        }
    }

    /// Runs this with every new set of tokens, so that they can be kept.
    #[must_use]
    pub fn on_renewal(mut self, keep: impl Fn(&Tokens) + Send + Sync + 'static) -> Self {
        self.on_renewal = Some(Box::new(keep));
        self
    }

    /// The access token, if it has not been tried yet and has not ended.
    fn first(&self, now: SystemTime) -> Option<Tokens> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !std::mem::replace(&mut state.used, true);
        let soon = now.checked_add(crate::auth::MARGIN);
        let is_good = soon.is_some_and(|soon| soon < state.tokens.expires);
        (first && is_good).then(|| state.tokens.clone())
    }

    fn refresh_token(&self) -> Result<SecretString, AuthError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state
            .tokens
            .refresh_token
            .clone()
            .ok_or_else(|| AuthError::Invalid {
                what: "the tokens",
                reason: "the access token has ended and there is no refresh token; log in again"
                    .into(),
            })
    }

    fn keep(&self, tokens: &Tokens) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .tokens = tokens.clone();
        if let Some(keep) = &self.on_renewal {
            keep(tokens);
        }
    }
}

impl CredentialSource for OAuthCredentials {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        Box::pin(async move {
            let tokens = match self.first(exchange.now()) {
                Some(tokens) => tokens,
                None => {
                    let tokens = self
                        .application
                        .refresh(exchange, &self.refresh_token()?)
                        .await?;
                    self.keep(&tokens);
                    tokens
                }
            };
            Ok(Credential::bearer(tokens.access_token.expose_secret())?.until(tokens.expires))
        })
    }
}

impl fmt::Debug for OAuthCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthCredentials")
            .field("application", &self.application)
            .finish_non_exhaustive()
    }
}
