//! The signed token that the system user service answers with. Takes the token and the service's address; gives one claim, after the
//! signature (RS256) was checked with the service's published keys, and who issued the token, for whom and until when. Refuses everything
//! else: the service signs other tokens with the same keys, which are not for this.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::super::{AuthError, Exchange};
use super::SERVICE;

/// Who issues these tokens.
const ISSUER: &str = "SuperOffice AS";
/// What the name of whom they are for begins with.
const AUDIENCE: &str = "spn:";
/// How far the two clocks may be apart.
const SKEW: Duration = Duration::from_secs(300);

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// A claim of a token that is signed and has not ended.
pub(super) async fn claim(
    exchange: &Exchange,
    base: &str,
    token: &str,
    name: &str,
) -> Result<Zeroizing<String>, AuthError> {
    let parts = Parts::of(token).ok_or_else(|| refused("it is malformed"))?;
    if parts.header.alg != "RS256" {
        return Err(refused("it is not signed with RS256"));
    }
    let url = format!("{base}/login/.well-known/jwks");
    let keys: Keys =
        exchange
            .get_json(SERVICE, &url)
            .await
            .map_err(|error| AuthError::Unavailable {
                service: SERVICE,
                source: std::sync::Arc::new(error),
            })?;
    if !keys
        .keys
        .iter()
        .any(|key| key.may_have_signed(&parts.header) && parts.is_signed_by(key))
    {
        return Err(refused("its signature is not that of the service"));
    }
    let claims: Value =
        serde_json::from_slice(&parts.claims).map_err(|_| refused("it is malformed"))?;
    check_parties(&claims)?;
    check_time(&claims, exchange.now())?;
    let claim = claims
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| refused("it holds no ticket"))?;
    Ok(Zeroizing::new(claim.to_owned()))
}

struct Parts<'t> {
    signed: &'t str,
    header: Header,
    claims: Zeroizing<Vec<u8>>,
    signature: Vec<u8>,
}

impl<'t> Parts<'t> {
    fn of(token: &'t str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            signed,
            header: serde_json::from_slice(&decode(header)?).ok()?,
            claims: Zeroizing::new(decode(claims)?),
            signature: decode(signature)?,
        })
    }

    fn is_signed_by(&self, key: &Key) -> bool {
        let part = |text: &Option<String>| text.as_deref().and_then(decode);
        let (Some(n), Some(e)) = (part(&key.n), part(&key.e)) else {
            return false;
        };
        let key = RsaPublicKeyComponents { n, e };
        key.verify(
            &RSA_PKCS1_2048_8192_SHA256,
            self.signed.as_bytes(),
            &self.signature,
        )
        .is_ok()
    }
}

impl Key {
    fn may_have_signed(&self, header: &Header) -> bool {
        self.kid.is_none() || header.kid.is_none() || self.kid == header.kid
    }
}

/// `iss` and `aud`; the second may be a list, as RFC 7519 allows.
fn check_parties(claims: &Value) -> Result<(), AuthError> {
    if claims.get("iss").and_then(Value::as_str) != Some(ISSUER) {
        return Err(refused("it was issued by somebody else"));
    }
    let is_ours = |name: &Value| name.as_str().is_some_and(|name| name.starts_with(AUDIENCE));
    let is_for_us = match claims.get("aud") {
        Some(Value::Array(names)) => names.iter().any(is_ours),
        Some(name) => is_ours(name),
        None => false,
    };
    if !is_for_us {
        return Err(refused("it was issued for something else"));
    }
    Ok(())
}

/// `exp`, and `nbf` where it is given.
fn check_time(claims: &Value, now: SystemTime) -> Result<(), AuthError> {
    let time = |name| {
        let seconds = claims.get(name)?.as_f64()?;
        let since = Duration::try_from_secs_f64(seconds).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(since)
    };
    let end = time("exp").ok_or_else(|| refused("it does not say when it ends"))?;
    if end.checked_add(SKEW).is_some_and(|end| end < now) {
        return Err(refused("it has ended"));
    }
    if time("nbf").is_some_and(|start| now + SKEW < start) {
        return Err(refused("it is not good yet; check the clock"));
    }
    Ok(())
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

fn refused(reason: &'static str) -> AuthError {
    AuthError::Invalid {
        what: "the token of the system user service",
        reason: reason.into(),
    }
}
