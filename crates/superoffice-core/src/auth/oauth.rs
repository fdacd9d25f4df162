//! OAuth 2.0 for online tenants: authorization code with PKCE, and refresh. Takes what the partner's application is registered with;
//! gives the address to send the user to, and tokens for what comes back. Refuses an answer whose `state` is not the one that was
//! sent, and an id token that the environment has not signed for this application.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::token::{self, Audience, Claims, KeySet, Rules};
use super::{AuthError, Credential, CredentialSource, Exchange, form};
use crate::renewable::Renewable;
use crate::tenant::Environment;
use crate::transport::BoxFuture;

const SERVICE: &str = "the token service";
const FORM: &str = "application/x-www-form-urlencoded";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// What a token lives if the service does not say; the shorter of the documented times.
const DEFAULT_LIFE: Duration = Duration::from_secs(20 * 60);

/// A partner's application, as it is registered.
#[derive(Debug, Clone)]
pub struct OAuthApplication {
    environment: Environment,
    client_id: String,
    client_secret: SecretString,
    redirect_uri: String,
    keys: KeySet,
    issuer: Arc<Issuer>,
}

/// Who must have issued an id token.
#[derive(Debug)]
enum Issuer {
    Given(String),
    /// As the environment's discovery document says, which is asked once.
    Discovered(Renewable<Arc<str>, AuthError>),
}

/// The part of the discovery document that is used.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
}

/// A login under way: keep it between sending the user away and the user's return, in memory or, where another process may get the
/// answer, as [`state`](Self::state) and [`verifier`](Self::verifier), from which [`resume`](Self::resume) makes it again.
pub struct Login {
    url: String,
    state: String,
    verifier: SecretString,
}

/// What the token service has issued.
#[derive(Clone)]
pub struct Tokens {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    claims: Option<Claims>,
    expires: SystemTime,
}

impl OAuthApplication {
    /// The application with this client id, secret and one of its registered redirect addresses.
    #[must_use]
    pub fn new(
        environment: Environment,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
        redirect_uri: impl Into<String>,
    ) -> Self {
        Self {
            keys: KeySet::published(&environment),
            issuer: Arc::new(Issuer::Discovered(Renewable::default())),
            environment,
            client_id: client_id.into(),
            client_secret: client_secret.into().into(),
            redirect_uri: redirect_uri.into(),
        }
    }

    /// Checks id tokens with these keys instead of those that the environment publishes.
    #[must_use]
    pub fn with_keys(mut self, keys: KeySet) -> Self {
        self.keys = keys;
        self
    }

    /// Takes id tokens of this issuer (`iss`) instead of the one that the environment's discovery document names. With
    /// [`with_keys`](Self::with_keys), nothing is asked to validate one.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Arc::new(Issuer::Given(issuer.into()));
        self
    }

    /// Begins a login. With a tenant (`Cust12345`), the user is asked for that tenant only.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn login(&self, tenant: Option<&str>) -> Result<Login, AuthError> {
        let (state, verifier) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let acr_values = tenant.map(|tenant| format!("tenant:{tenant}"));
        let mut pairs = vec![
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.extend(acr_values.as_deref().map(|values| ("acr_values", values)));
        let query = form_of(&pairs);
        let url = format!(
            "{}/login/common/oauth/authorize?{}",
            self.base(),
            String::from_utf8_lossy(&query)
        );
        Ok(Login {
            url,
            state,
            verifier: verifier.into(),
        })
    }

    /// Turns the code that the user has come back with into tokens. An id token that comes with them is [validated](Self::validate).
    /// The keys for that are fetched before the code is used, which can be done only once.
    ///
    /// # Errors
    /// If `state` is not the login's, the service says no, it cannot be reached, or its id token is not to be believed.
    pub async fn complete(
        &self,
        exchange: &Exchange,
        login: &Login,
        state: &str,
        code: &str,
    ) -> Result<Tokens, AuthError> {
        // A login without one would take any answer that has none either.
        if state != login.state || state.is_empty() {
            let reason = "it is not the one that was sent; the answer belongs to another login";
            return Err(AuthError::Invalid {
                what: "the state of the answer",
                reason: reason.into(),
            });
        }
        self.issuer(exchange).await?;
        self.keys.prepare(exchange).await?;
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", login.verifier.expose_secret()),
        ];
        self.tokens(exchange, &pairs).await
    }

    /// New tokens for a refresh token. The old refresh token stays good where the service gives no new one.
    ///
    /// # Errors
    /// If the service says no, it cannot be reached, or an id token of its is not to be believed.
    pub async fn refresh(
        &self,
        exchange: &Exchange,
        refresh_token: &SecretString,
    ) -> Result<Tokens, AuthError> {
        let pairs = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
        ];
        let mut tokens = self.tokens(exchange, &pairs).await?;
        tokens
            .refresh_token
            .get_or_insert_with(|| refresh_token.clone());
        Ok(tokens)
    }

    /// Validates an id token that came by another way, as with a user who was sent here from the tenant. It must be signed (RS256)
    /// with one of the environment's keys, be issued by the environment for this application, and be good now, give or take five
    /// minutes. Tokens that [`complete`](Self::complete) and [`refresh`](Self::refresh) give were validated already:
    /// [`Tokens::claims`].
    ///
    /// # Errors
    /// If the token is not to be believed ([`AuthError::Untrusted`]), or the keys cannot be had.
    pub async fn validate(&self, exchange: &Exchange, id_token: &str) -> Result<Claims, AuthError> {
        self.validate_for(exchange, id_token, None).await
    }

    async fn validate_for(
        &self,
        exchange: &Exchange,
        id_token: &str,
        tenant: Option<&str>,
    ) -> Result<Claims, AuthError> {
        let rules = Rules {
            issuer: &self.issuer(exchange).await?,
            audience: Audience::Exactly(&self.client_id),
            tenant,
        };
        token::verify(exchange, SERVICE, &self.keys, id_token, &rules).await
    }

    /// Who must have issued an id token. A document that names somebody outside the environment is refused.
    async fn issuer(&self, exchange: &Exchange) -> Result<Arc<str>, AuthError> {
        let found = match &*self.issuer {
            Issuer::Given(issuer) => return Ok(Arc::from(issuer.as_str())),
            Issuer::Discovered(found) => found,
        };
        let discover = || async {
            let url = format!("{}/login/.well-known/openid-configuration", self.base());
            let document: Discovery = super::ask(exchange, &url).await?;
            let below = document.issuer.strip_prefix(self.base());
            if below.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')) {
                return Err(AuthError::Invalid {
                    what: "the discovery document",
                    reason: "it names an issuer outside the environment".into(),
                });
            }
            Ok(Arc::from(document.issuer))
        };
        let (issuer, _) = found.get(|_| true, discover).await?;
        Ok(issuer)
    }

    /// Credentials for a client, renewed by the refresh token when they end or are refused.
    #[must_use]
    pub fn credentials(self, tokens: Tokens) -> OAuthCredentials {
        OAuthCredentials {
            application: self,
            state: Mutex::new(State {
                tokens,
                used: false,
            }),
            on_renewal: None,
        }
    }

    async fn tokens(
        &self,
        exchange: &Exchange,
        pairs: &[(&str, &str)],
    ) -> Result<Tokens, AuthError> {
        let identity = [
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let body = form_of(&[&identity, pairs].concat());
        let url = format!("{}/login/common/oauth/tokens", self.base());
        let issued: Issued = form::post(exchange, SERVICE, &url, FORM, body).await?;
        let mut tokens = issued.into_tokens(exchange.now())?;
        if let Some(id_token) = &tokens.id_token {
            let text = id_token.expose_secret();
            let claims = self.validate_for(exchange, text, tokens.tenant()).await?;
            tokens.claims = Some(claims);
        }
        Ok(tokens)
    }

    fn base(&self) -> &str {
        self.environment.base_url().trim_end_matches('/')
    }
}

impl Login {
    /// Where to send the user.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the answer must bring back as `state`; also the key under which to keep the login.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// What proves that the answer is for this login. Keep it where only this application can read it, and not with the user.
    #[must_use]
    pub fn verifier(&self) -> &SecretString {
        &self.verifier
    }

    /// A login that was begun before, maybe by another process. It can be completed; its [`url`](Self::url) is empty, because the
    /// user has gone there already.
    #[must_use]
    pub fn resume(state: impl Into<String>, verifier: impl Into<SecretString>) -> Self {
        Self {
            url: String::new(),
            state: state.into(),
            verifier: verifier.into(),
        }
    }

    /// The same login, with this user name filled in for the user.
    #[must_use]
    pub fn with_hint(mut self, user: &str) -> Self {
        let hint = form_of(&[("login_hint", user)]);
        self.url.push('&');
        self.url.push_str(&String::from_utf8_lossy(&hint));
        self
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
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
        (first && now + super::MARGIN < state.tokens.expires).then(|| state.tokens.clone())
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

/// The answer of the token service.
#[derive(Deserialize)]
struct Issued {
    access_token: Option<Zeroizing<String>>,
    refresh_token: Option<Zeroizing<String>>,
    id_token: Option<Zeroizing<String>>,
    expires_in: Option<serde_json::Value>,
}

impl Issued {
    fn into_tokens(self, now: SystemTime) -> Result<Tokens, AuthError> {
        let secret = |text: &Zeroizing<String>| SecretString::from(text.as_str());
        let access_token = self.access_token.as_ref().filter(|token| !token.is_empty());
        let life = self
            .expires_in
            .as_ref()
            .and_then(seconds)
            .map_or(DEFAULT_LIFE, Duration::from_secs);
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

/// 256 random bits as text.
fn random() -> Result<String, AuthError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    let invalid = |_| AuthError::Invalid {
        what: "the system",
        reason: "it gives no random numbers".into(),
    };
    SystemRandom::new()
        .fill(bytes.as_mut_slice())
        .map_err(invalid)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

/// Pairs as a form, which may hold secrets.
fn form_of(pairs: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let longest: usize = pairs
        .iter()
        .map(|(name, value)| name.len() + 3 * value.len() + 2)
        .sum();
    let mut form = Zeroizing::new(Vec::with_capacity(longest));
    for (name, value) in pairs {
        if !form.is_empty() {
            form.push(b'&');
        }
        form.extend_from_slice(name.as_bytes());
        form.push(b'=');
        for piece in utf8_percent_encode(value, UNRESERVED) {
            form.extend_from_slice(piece.as_bytes());
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_sends_what_pkce_needs() -> Result<(), AuthError> {
        let application = OAuthApplication::new(
            Environment::Development,
            "id",
            "canary",
            "https://app.example.com/back?a=1",
        );
        let login = application.login(Some("Cust12345"))?;
        let expected =
            URL_SAFE_NO_PAD.encode(digest(&SHA256, login.verifier.expose_secret().as_bytes()));
        assert_eq!(
            login.url(),
            format!(
                "https://sod.superoffice.com/login/common/oauth/authorize?response_type=code&scope=openid&client_id=id\
                 &redirect_uri=https%3A%2F%2Fapp.example.com%2Fback%3Fa%3D1&state={}&code_challenge={expected}\
                 &code_challenge_method=S256&acr_values=tenant%3ACust12345",
                login.state()
            )
        );
        assert_eq!(login.verifier.expose_secret().len(), 43);
        let hinted = application.login(None)?.with_hint("a+b@example.com");
        assert!(
            hinted
                .url()
                .ends_with("&code_challenge_method=S256&login_hint=a%2Bb%40example.com")
        );
        assert_ne!(login.state(), application.login(None)?.state());
        assert!(!format!("{application:?} {login:?}").contains("canary"));
        Ok(())
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

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
