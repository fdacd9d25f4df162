//! The public keys that tokens are checked with: those that an environment publishes, fetched through the client's transport, kept for
//! an hour and fetched again when a token names a key that is not among them; or keys that the caller gives. Refuses a set in which
//! there is no RSA key for signatures.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;

use super::jwt::Parts;
use crate::auth::{AuthError, Exchange, LOGIN, ask, base_of, seconds, unavailable};
use crate::error::TokenError;
use crate::renewable::Renewable;
use crate::tenant::Environment;

/// How long published keys are kept.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Keys that were asked for are not asked for again before this time has passed, however many tokens name keys that are not there.
const INTERVAL: Duration = Duration::from_secs(30);

/// Public keys that signed tokens are checked with. Clones share what was fetched.
#[derive(Clone)]
pub struct KeySet(Arc<Keys>);

enum Keys {
    Given(Vec<Key>),
    Published(Published),
}

struct Published {
    source: Arc<Source>,
    fetched: Renewable<Arc<Fetched>, AuthError>,
}

/// Where they are published.
struct Source {
    environment: Environment,
    /// When they were last asked for in vain, in seconds since 1970.
    failed: AtomicU64,
}

#[derive(Debug)]
struct Fetched {
    keys: Vec<Key>,
    at: SystemTime,
}

#[derive(Debug)]
struct Key {
    id: Option<String>,
    n: Vec<u8>,
    e: Vec<u8>,
}

/// RFC 7517.
#[derive(Deserialize)]
struct WireKeys {
    keys: Vec<WireKey>,
}

#[derive(Deserialize)]
struct WireKey {
    kty: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl KeySet {
    /// The keys that an environment publishes (`/login/.well-known/jwks`). They are fetched when they are first needed and kept for an
    /// hour. A token that names a key which is not among them makes them be fetched again, once, and not within half a minute of the
    /// last time.
    #[must_use]
    pub fn published(environment: &Environment) -> Self {
        let source = Source {
            environment: environment.clone(),
            failed: AtomicU64::new(0),
        };
        Self(Arc::new(Keys::Published(Published {
            source: Arc::new(source),
            fetched: Renewable::new(LOGIN, unavailable),
        })))
    }

    /// These keys and no others, from the text of a JSON Web Key Set (RFC 7517): for tests, and where the environment cannot be asked.
    ///
    /// # Errors
    /// If the text is no key set, or has no RSA key for signatures.
    pub fn from_jwks(text: &str) -> Result<Self, AuthError> {
        let invalid = |reason: &'static str| AuthError::Invalid {
            what: "the key set",
            reason: reason.into(),
        };
        let keys: WireKeys = serde_json::from_str(text)
            .map_err(|_| invalid("it is not the JSON of a key set (RFC 7517)"))?;
        let keys = usable(keys);
        if keys.is_empty() {
            return Err(invalid("it has no RSA key for signatures"));
        }
        Ok(Self(Arc::new(Keys::Given(keys))))
    }

    /// Fetches them unless they are there, so that a token that can be had only once is not asked for in vain.
    #[cfg(feature = "oauth")]
    pub(crate) async fn prepare(&self, exchange: &Exchange) -> Result<(), AuthError> {
        if let Keys::Published(published) = &*self.0 {
            published.current(exchange).await?;
        }
        Ok(())
    }

    /// Whether one of the keys has signed the token; the outer error is that they could not be had.
    pub(super) async fn check(
        &self,
        exchange: &Exchange,
        token: &Parts<'_>,
    ) -> Result<Result<(), TokenError>, AuthError> {
        let published = match &*self.0 {
            Keys::Given(keys) => return Ok(judge(keys, token)),
            Keys::Published(published) => published,
        };
        let set = published.current(exchange).await?;
        let verdict = judge(&set.keys, token);
        if verdict.is_ok()
            || names(&set.keys, token)
            || !published.may_ask_again(&set, exchange.now())
        {
            return Ok(verdict);
        }
        let newer = published.newer_than(exchange, &set).await?;
        Ok(judge(&newer.keys, token))
    }
}

impl Published {
    async fn current(&self, exchange: &Exchange) -> Result<Arc<Fetched>, AuthError> {
        let now = exchange.now();
        let kept = |set: &Arc<Fetched>| {
            let age = now.duration_since(set.at);
            age.is_ok_and(|age| age < KEPT)
        };
        self.get(exchange, kept).await
    }

    /// What was fetched since, or is fetched now. The older keys stay where that fails.
    async fn newer_than(
        &self,
        exchange: &Exchange,
        older: &Fetched,
    ) -> Result<Arc<Fetched>, AuthError> {
        let newer = |set: &Arc<Fetched>| set.at > older.at;
        self.get(exchange, newer).await
    }

    async fn get(
        &self,
        exchange: &Exchange,
        good: impl Fn(&Arc<Fetched>) -> bool,
    ) -> Result<Arc<Fetched>, AuthError> {
        let fetch = || fetch(exchange.clone(), Arc::clone(&self.source));
        let (set, _) = self.fetched.get(exchange, good, fetch).await?;
        Ok(set)
    }

    /// Measured from what has come, so that tokens that arrive while newer keys are on their way wait for these.
    fn may_ask_again(&self, set: &Fetched, now: SystemTime) -> bool {
        let last = seconds(set.at).max(self.source.failed.load(Ordering::Relaxed));
        seconds(now) >= last.saturating_add(INTERVAL.as_secs())
    }
}

async fn fetch(exchange: Exchange, source: Arc<Source>) -> Result<Arc<Fetched>, AuthError> {
    let at = exchange.now();
    let base = base_of(&source.environment, exchange.allows_http())?;
    let url = format!("{}/login/.well-known/jwks", base.as_str());
    let asked = ask(&exchange, &url).await;
    let keys: WireKeys = asked.inspect_err(|_| {
        source.failed.store(seconds(at), Ordering::Relaxed);
    })?;
    let keys = usable(keys);
    Ok(Arc::new(Fetched { keys, at }))
}

/// Keys of other kinds, and for other things than signatures by RS256, are left out.
fn usable(keys: WireKeys) -> Vec<Key> {
    let is = |text: &Option<String>, wanted| text.as_deref().is_none_or(|text| text == wanted);
    let key = |key: WireKey| {
        let fits =
            key.kty.as_deref() == Some("RSA") && is(&key.usage, "sig") && is(&key.alg, "RS256");
        let (n, e) = (number(key.n.as_deref()?)?, number(key.e.as_deref()?)?);
        fits.then_some(Key { id: key.kid, n, e })
    };
    keys.keys.into_iter().filter_map(key).collect()
}

/// Some publish numbers with padding, which RFC 7518 does not have.
fn number(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// Whether the token's key is among these by its name.
fn names(keys: &[Key], token: &Parts<'_>) -> bool {
    token.key_id.is_some() && keys.iter().any(|key| key.id == token.key_id)
}

/// The key that the token names must have signed it; where one of the two has no name, any of those may have.
fn judge(keys: &[Key], token: &Parts<'_>) -> Result<(), TokenError> {
    let named = names(keys, token);
    let may_have_signed = |key: &&Key| {
        let unnamed = key.id.is_none() || token.key_id.is_none();
        key.id == token.key_id || (!named && unnamed)
    };
    let mut candidates = keys.iter().filter(may_have_signed).peekable();
    if candidates.peek().is_none() {
        return Err(TokenError::UnknownKey);
    }
    if candidates.any(|key| key.has_signed(token)) {
        Ok(())
    } else {
        Err(TokenError::Signature)
    }
}

impl Key {
    fn has_signed(&self, token: &Parts<'_>) -> bool {
        let key = RsaPublicKeyComponents {
            n: &self.n,
            e: &self.e,
        };
        key.verify(
            &RSA_PKCS1_2048_8192_SHA256,
            token.signed.as_bytes(),
            &token.signature,
        )
        .is_ok()
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Keys::Given(keys) => write!(f, "KeySet({} given)", keys.len()),
            Keys::Published(published) => {
                write!(f, "KeySet({})", published.source.environment.base_url())
            }
        }
    }
}
