//! A JSON Web Token taken apart. Takes its text; gives its key's name, what was signed, the signature and, for whoever has checked that,
//! the claims. Refuses every algorithm but RS256 before a key is looked at, so that neither `none` nor a public key used as a shared
//! secret is ever tried, and extensions that would have to be understood (`crit`). Keys that a token brings along (`jwk`, `jku`) are
//! not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::error::TokenError;

/// Longest token that is looked at, in bytes; those of the service have some two thousand.
const LONGEST: usize = 64 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

/// A token whose signature is still to be checked.
pub(super) struct Parts<'t> {
    pub(super) key_id: Option<String>,
    /// Header and claims, as they were signed.
    pub(super) signed: &'t str,
    pub(super) signature: Vec<u8>,
    claims: Zeroizing<Vec<u8>>,
}

impl<'t> Parts<'t> {
    pub(super) fn of(token: &'t str) -> Result<Self, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| TokenError::Malformed)?;
        if header.alg != "RS256" || header.crit.is_some() {
            return Err(TokenError::Algorithm);
        }
        Ok(Self {
            key_id: header.kid,
            signed,
            signature: decode(signature)?,
            claims: Zeroizing::new(decode(claims)?),
        })
    }

    /// Not to be believed before the signature was checked.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, TokenError> {
        serde_json::from_slice(&self.claims).map_err(|_| TokenError::Malformed)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_be_as_long_as_the_limit() {
        let head = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#),
            URL_SAFE_NO_PAD.encode("{}")
        );
        // Two more and not one, which could be no base64 at all.
        for (length, is_read) in [(LONGEST, true), (LONGEST + 2, false)] {
            let mut token = head.clone();
            token.extend(std::iter::repeat_n('A', length - head.len()));
            assert_eq!(Parts::of(&token).is_ok(), is_read, "{length}");
        }
    }
}
