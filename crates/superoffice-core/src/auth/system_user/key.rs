//! The application's private RSA key: PEM (PKCS#8 or PKCS#1) or .NET's RSAKeyValue XML. Refuses anything else, and keys shorter than
//! 2048 bits, which are no longer safe to sign with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use zeroize::Zeroizing;

use crate::auth::AuthError;

/// Signs system tokens.
pub struct PrivateKey(RsaKeyPair);

impl PrivateKey {
    /// Reads a key in PEM (`BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`).
    ///
    /// # Errors
    /// If the text is no such key.
    pub fn from_pem(pem: &str) -> Result<Self, AuthError> {
        let (label, der) = pem_block(pem).ok_or_else(|| invalid("it is not PEM"))?;
        let key = match label {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&der),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der),
            _ => return Err(invalid("it is PEM, but not an unencrypted private RSA key")),
        };
        key.map(Self).map_err(rejected)
    }

    /// Reads a key in .NET's form (`<RSAKeyValue>…`).
    ///
    /// # Errors
    /// If an element is missing or malformed.
    pub fn from_rsa_xml(xml: &str) -> Result<Self, AuthError> {
        const ELEMENTS: [&str; 8] = ["Modulus", "Exponent", "D", "P", "Q", "DP", "DQ", "InverseQ"];
        let mut numbers = Zeroizing::new(der_integer(&[0]));
        for name in ELEMENTS {
            let bytes = Zeroizing::new(xml_element(xml, name)?);
            numbers.extend_from_slice(&der_integer(&bytes));
        }
        let der = Zeroizing::new(der_element(0x30, &numbers));
        RsaKeyPair::from_der(&der).map(Self).map_err(rejected)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthError> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .map_err(|_| invalid("it cannot be used to sign"))?;
        Ok(signature)
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}

/// The label and the content of the first block.
fn pem_block(pem: &str) -> Option<(&str, Zeroizing<Vec<u8>>)> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    Some((label, Zeroizing::new(decode(body)?)))
}

fn xml_element(xml: &str, name: &str) -> Result<Vec<u8>, AuthError> {
    let missing = || AuthError::Invalid {
        what: "the private key",
        reason: format!("it has no element {name} with base64 in it").into(),
    };
    let (_, rest) = xml.split_once(&format!("<{name}>")).ok_or_else(missing)?;
    let (text, _) = rest.split_once(&format!("</{name}>")).ok_or_else(missing)?;
    decode(text).ok_or_else(missing)
}

/// Base64 in lines.
fn decode(text: &str) -> Option<Vec<u8>> {
    let joined: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
    STANDARD.decode(joined.as_bytes()).ok()
}

/// A positive number: without leading zeros, but with one where the first bit would mean a sign.
fn der_integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(bytes.len());
    let digits = bytes.get(start..).unwrap_or_default();
    let mut content = Zeroizing::new(Vec::with_capacity(digits.len() + 1));
    if digits.first().is_none_or(|first| *first >= 0x80) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    der_element(0x02, &content)
}

/// Tag, length, content.
fn der_element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = Vec::with_capacity(content.len() + 2 + significant.len());
    out.push(tag);
    match significant.as_slice() {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // A length has at most eight bytes.
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(0));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

fn rejected(error: ring::error::KeyRejected) -> AuthError {
    let reason = format!("it cannot be used: {error}; it must be an RSA key of 2048 to 4096 bits");
    AuthError::Invalid {
        what: "the private key",
        reason: reason.into(),
    }
}

fn invalid(reason: &'static str) -> AuthError {
    AuthError::Invalid {
        what: "the private key",
        reason: reason.into(),
    }
}
