//! Bytes inside JSON. Takes any JSON string and keeps it, so that text which is not base64 is sent back as it came; gives the bytes when
//! asked; refuses, when asked, what is not base64.

use std::fmt;

use ::base64::Engine as _;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};

/// Writes padding, reads with and without it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes as the base64 text in which JSON carries them.
///
/// Two values are equal when their texts are. `Debug` prints the length and not the content.
///
/// ```
/// use superoffice_core::Base64;
///
/// let bytes = Base64::from_bytes(b"hello");
/// assert_eq!(bytes.as_str(), "aGVsbG8=");
/// assert_eq!(bytes.decode()?, b"hello");
/// assert!(Base64::new("not base64!").decode().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Base64(Box<str>);

/// Why a text is not base64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not base64 (the text is kept and can be read as it is): {source}")]
pub struct Base64Error {
    source: ::base64::DecodeError,
}

impl Base64 {
    /// Any text, as it is.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text of these bytes, in the standard alphabet with padding.
    #[must_use]
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self::new(ENGINE.encode(bytes))
    }

    /// The bytes. White space is passed over and the padding may be missing.
    ///
    /// # Errors
    /// When the text is not base64.
    pub fn decode(&self) -> Result<Vec<u8>, Base64Error> {
        let compact: Vec<u8> = self
            .0
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        ENGINE
            .decode(compact)
            .map_err(|source| Base64Error { source })
    }

    /// The text, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from_bytes(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self::from_bytes(bytes)
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} characters)", self.0.len())
    }
}
