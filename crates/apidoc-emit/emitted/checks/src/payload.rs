//! What an operation's result can be, as far as the checks go. Takes the text of a body; returns the text that the decoded value
//! encodes to.

use serde::Serialize;
use serde::de::DeserializeOwned;
use superoffice::{Blob, FromResponse};

/// A result: nothing, JSON, or bytes.
pub trait Payload: FromResponse {
    /// Whether it is JSON, so that damaged bodies are worth a try.
    const JSON: bool;

    /// Decodes and encodes again.
    ///
    /// # Errors
    /// When the text cannot be decoded.
    fn round_trip(text: &str) -> Result<String, serde_json::Error>;
}

impl Payload for () {
    const JSON: bool = false;

    fn round_trip(text: &str) -> Result<String, serde_json::Error> {
        serde_json::from_str::<()>(text)?;
        Ok("null".to_owned())
    }
}

impl<T: Serialize + DeserializeOwned + Send + 'static> Payload for Option<T> {
    const JSON: bool = true;

    fn round_trip(text: &str) -> Result<String, serde_json::Error> {
        serde_json::to_string(&serde_json::from_str::<Self>(text)?)
    }
}

/// Bytes are handed over as they are.
impl Payload for Blob {
    const JSON: bool = false;

    fn round_trip(text: &str) -> Result<String, serde_json::Error> {
        Ok(text.to_owned())
    }
}
