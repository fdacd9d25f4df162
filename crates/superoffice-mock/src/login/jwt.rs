//! Signed tokens (RS256) and the key set that they are checked with. The key is the mock's own, made for it and used for
//! nothing else; signing fails only if that key is damaged.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature;
use serde_json::{Value, json};

const KEY: &[u8] = include_bytes!("signing_key.p8");
const KEY_ID: &str = "superoffice-mock";

/// A token with these claims.
pub(crate) fn sign(claims: &Value) -> Option<String> {
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": KEY_ID });
    let text = format!(
        "{}.{}",
        encode(header.to_string()),
        encode(claims.to_string())
    );
    let key = key()?;
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &signature::RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .ok()?;
    Some(format!("{text}.{}", encode(signature)))
}

/// The key set: one RSA key.
pub(crate) fn key_set() -> Value {
    let components = key().map(|key| PublicKeyComponents::<Vec<u8>>::from(key.public()));
    let keys: Vec<Value> = components
        .map(|PublicKeyComponents { n, e }| {
            json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": encode(n), "e": encode(e) })
        })
        .into_iter()
        .collect();
    json!({ "keys": keys })
}

fn key() -> Option<KeyPair> {
    KeyPair::from_pkcs8(KEY).ok()
}

/// Base64 as in addresses, without padding.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
