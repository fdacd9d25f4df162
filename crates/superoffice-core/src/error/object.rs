//! The JSON objects that report errors. Takes any body; gives kind, words and source, each wherever one of the known forms keeps it. A
//! member of another type than expected takes nothing from the others. Refuses nothing: what is no object has no fields.

use serde_json::{Map, Value};

use crate::response::without_mark;

/// What stands beside `Message` in an error object, and nowhere else.
const DETAILS: [&str; 6] = [
    "MessageDetail",
    "ModelState",
    "StackTrace",
    "ExceptionMessage",
    "ExceptionType",
    "InnerException",
];
/// What an object with `Error` has besides, if that is to mean anything.
const TOLD: [&str; 3] = ["ErrorType", "ErrorMessage", "ErrorSource"];

/// What an error object tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) kind: Option<String>,
    pub(super) message: Option<String>,
    pub(super) source: Option<String>,
}

/// How sure it is that an object in a successful answer is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is.
    Error,
    /// It holds a `Message` and nothing else; so may a result.
    LoneMessage,
    /// It is not.
    Result,
}

impl Fields {
    /// The same with all words changed by this.
    pub(super) fn map(self, change: impl Fn(&str) -> String) -> Self {
        let change = |words: Option<String>| words.as_deref().map(&change);
        Self {
            kind: change(self.kind),
            message: change(self.message),
            source: change(self.source),
        }
    }

    /// What a body tells, if it is an error object of any form.
    pub(super) fn of(body: &[u8]) -> Self {
        object(body).as_ref().map(Self::read).unwrap_or_default()
    }

    fn read(object: &Map<String, Value>) -> Self {
        let text = |name: &str| object.get(name).and_then(words);
        let first = |names: &[&str]| names.iter().find_map(|name| text(name));
        let inner = |name: &str| object.get("error")?.get(name).and_then(words);
        let detailed = joined([
            text("Message"),
            text("MessageDetail"),
            object.get("ModelState").and_then(model_state),
        ]);
        Self {
            kind: first(&["ErrorType", "ExceptionType", "error"]).or_else(|| inner("code")),
            message: first(&["ErrorMessage", "ExceptionMessage"])
                .or(detailed)
                .or_else(|| text("error_description"))
                .or_else(|| inner("message"))
                .or_else(|| joined([text("title"), text("detail")]))
                .or_else(|| text("message")),
            source: text("ErrorSource"),
        }
    }
}

impl Verdict {
    /// What a body is that came with a status of success.
    pub(super) fn of(body: &[u8]) -> Self {
        match looks_like_error_object(body).then(|| object(body)) {
            Some(Some(object)) => Self::on(&object),
            _ => Self::Result,
        }
    }

    fn on(object: &Map<String, Value>) -> Self {
        let says_so = object.get("Error") == Some(&Value::Bool(true));
        if says_so && TOLD.iter().any(|name| object.contains_key(*name)) {
            return Self::Error;
        }
        let is_detail = |name: &String| name == "Message" || DETAILS.contains(&name.as_str());
        let has_message = object.get("Message").is_some_and(Value::is_string);
        match object.len() {
            _ if !has_message || !object.keys().all(is_detail) => Self::Result,
            1 => Self::LoneMessage,
            _ => Self::Error,
        }
    }
}

fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(without_mark(body)).ok()
}

/// A cheap look at the first key, so that good answers are not parsed twice.
fn looks_like_error_object(body: &[u8]) -> bool {
    let Some(first) = without_mark(body).trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    let Some(key) = first.trim_ascii_start().strip_prefix(b"\"") else {
        return false;
    };
    key.starts_with(b"Error")
        || key.starts_with(b"Message")
        || DETAILS.iter().any(|name| key.starts_with(name.as_bytes()))
}

/// A text that says something, or a number.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What is wrong with each part of a body: `name: words`.
fn model_state(value: &Value) -> Option<String> {
    let parts = value.as_object()?.iter().filter_map(|(name, problems)| {
        let problems = match problems {
            Value::Array(items) => joined(items.iter().map(words)),
            other => words(other),
        };
        Some(format!("{name}: {}", problems?))
    });
    joined(parts.map(Some))
}

fn joined(parts: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
