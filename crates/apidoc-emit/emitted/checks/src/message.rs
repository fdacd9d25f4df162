//! The documented messages as they stand in `samples.json`. Takes one record per operation; refuses nothing that the generator
//! writes.

use serde::Deserialize;
use serde_json::Value;

/// The messages of one operation.
#[derive(Debug, Clone, Deserialize)]
pub struct OperationSample {
    /// The operation's id.
    pub id: String,
    /// The page.
    pub page: String,
    /// The documented request.
    pub request: Option<Message>,
    /// The documented response.
    pub response: Option<Message>,
}

/// One message.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    /// The file that holds it: the page, or one that the page includes.
    pub file: String,
    /// The line on which it starts.
    pub line: u32,
    /// Request line or status line.
    pub start_line: String,
    /// The body, where it is JSON.
    #[serde(default, deserialize_with = "present")]
    pub json: Option<Value>,
    /// The body, where it is not JSON.
    pub raw: Option<String>,
    /// JSON pointers of the values that contradict their documented type.
    #[serde(default)]
    pub contradictions: Vec<String>,
    /// JSON pointers of the objects that are dictionaries.
    #[serde(default)]
    pub dictionaries: Vec<String>,
}

/// A key that is there holds a body, also if that is `null`.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
