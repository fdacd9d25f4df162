//! The documented messages of the operations, as plain data: what the checks of the emitted crate are fed with. They take
//! part in no decision and refuse nothing.

use serde::Serialize;

/// The samples of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationSample {
    /// The operation's id.
    pub id: String,
    /// Path of the page, as a reader would look for it.
    pub page: String,
    /// The sample of the request; `None` where the page has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<SampleMessage>,
    /// The sample of the response; `None` where the page has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<SampleMessage>,
    /// Places where a sample contradicts the type that was decided, as the resolver found them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<Contradiction>,
}

/// One HTTP message of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SampleMessage {
    /// The file that holds it: the page, or a file that the page includes.
    pub file: String,
    /// Line of that file on which the message starts, 1-based.
    pub line: u32,
    /// Request line or status line.
    pub start_line: String,
    /// What follows the headers.
    pub body: SampleBody,
}

/// The body of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SampleBody {
    /// Nothing.
    None,
    /// The text of a JSON document.
    Json(String),
    /// Text that is not JSON.
    Raw(String),
}

/// A value of a sample that does not have the declared type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Contradiction {
    /// Which sample.
    pub side: Side,
    /// JSON pointer to the value (`/Items/0/PhoneNumber`); empty for the whole body.
    pub pointer: String,
}

/// Request or response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The request.
    Request,
    /// The response.
    Response,
}

impl Side {
    /// Both, in the order of a call.
    pub const BOTH: [Self; 2] = [Self::Request, Self::Response];

    /// The word for it in evidence and records; and what the body is called where fields have their names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}
