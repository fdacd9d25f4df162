//! OAuth 2.0 for online tenants: authorization code with PKCE, and refresh. Takes what the partner's application is registered with;
//! gives the address to send the user to, and tokens for what comes back. Refuses an answer whose `state` is not the one that was
//! sent, and an id token that the environment has not signed for this application.

mod credentials;
mod tokens;

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use self::Parameter::{Secret, Shown};
pub use self::credentials::OAuthCredentials;
use self::tokens::Issued;
pub use self::tokens::Tokens;
use super::token::{self, Audience, Claims, KeySet, Rules};
use super::{AuthError, Exchange, form};
use crate::error::Texts;
use crate::renewable::Renewable;
use crate::tenant::Environment;

const SERVICE: &str = "the token service";
const FORM: &str = "application/x-www-form-urlencoded";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
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

/// A parameter of a request for tokens: whether an error may show it.
enum Parameter<'p> {
    Shown(&'p str),
    Secret(&'p str),
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
            issuer: Arc::new(Issuer::Discovered(Renewable::new(
                super::LOGIN,
                super::unavailable,
            ))),
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
    /// If the system gives no random numbers, or the address of the environment is malformed.
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
            // It is the user who goes there, with nothing that is secret.
            super::base_of(&self.environment, true)?.as_str(),
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
            ("grant_type", Shown("authorization_code")),
            ("code", Secret(code)),
            ("redirect_uri", Shown(&self.redirect_uri)),
            ("code_verifier", Secret(login.verifier.expose_secret())),
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
            ("grant_type", Shown("refresh_token")),
            ("refresh_token", Secret(refresh_token.expose_secret())),
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

    /// Who must have issued an id token.
    async fn issuer(&self, exchange: &Exchange) -> Result<Arc<str>, AuthError> {
        let found = match &*self.issuer {
            Issuer::Given(issuer) => return Ok(Arc::from(issuer.as_str())),
            Issuer::Discovered(found) => found,
        };
        let base = super::base_of(&self.environment, exchange.allows_http())?;
        let fetch = || discover(exchange.clone(), base.as_str().to_owned());
        let (issuer, _) = found.get(exchange, |_| true, fetch).await?;
        Ok(issuer)
    }

    /// Credentials for a client, renewed by the refresh token when they end or are refused.
    #[must_use]
    pub fn credentials(self, tokens: Tokens) -> OAuthCredentials {
        OAuthCredentials::new(self, tokens)
    }

    async fn tokens(
        &self,
        exchange: &Exchange,
        parameters: &[(&str, Parameter<'_>)],
    ) -> Result<Tokens, AuthError> {
        let identity = [
            ("client_id", Shown(self.client_id.as_str())),
            ("client_secret", Secret(self.client_secret.expose_secret())),
        ];
        let (mut pairs, mut secrets) = (Vec::new(), Texts::default());
        for (name, parameter) in identity.iter().chain(parameters) {
            let (Shown(value) | Secret(value)) = *parameter;
            if let Secret(value) = parameter {
                secrets.add(value);
            }
            pairs.push((*name, value));
        }
        let base = super::base_of(&self.environment, exchange.allows_http())?;
        let url = format!("{}/login/common/oauth/tokens", base.as_str());
        let body = form_of(&pairs);
        let issued: Issued = form::post(exchange, SERVICE, &url, FORM, body, &secrets).await?;
        let mut tokens = issued.into_tokens(exchange.now())?;
        if let Some(id_token) = &tokens.id_token {
            let text = id_token.expose_secret();
            let claims = self.validate_for(exchange, text, tokens.tenant()).await?;
            tokens.claims = Some(claims);
        }
        Ok(tokens)
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

/// The issuer that the environment's document names. One outside the environment is refused.
async fn discover(exchange: Exchange, base: String) -> Result<Arc<str>, AuthError> {
    let url = format!("{base}/login/.well-known/openid-configuration");
    let document: Discovery = super::ask(&exchange, &url).await?;
    let below = match document.issuer.split_at_checked(base.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(&base) => Some(rest),
        _ => None,
    };
    if below.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')) {
        return Err(AuthError::Invalid {
            what: "the discovery document",
            reason: "it names an issuer outside the environment".into(),
        });
    }
    Ok(Arc::from(document.issuer))
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
}
