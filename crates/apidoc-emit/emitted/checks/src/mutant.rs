//! Damaged copies of a response: what servers of another version send. Takes a document and the pointers of its dictionaries; hands
//! each copy to a function, with the pointer to the damage and what it is.

use serde_json::{Value, json};

use crate::pointer::{all, member, split};

/// Calls `check` with every damaged copy.
pub(crate) fn each(document: &Value, dictionaries: &[String], mut check: impl FnMut(&Value, &str, &str)) {
    if !document.is_null() {
        check(&Value::Null, "", "the whole is null");
    }
    for pointer in all(document) {
        let Some(value) = document.pointer(&pointer) else { continue };
        for (replacement, what) in replacements(value) {
            check(&replaced(document, &pointer, replacement), &pointer, what);
        }
        if let Some((parent, key)) = split(&pointer).filter(|(parent, _)| document.pointer(parent).is_some_and(Value::is_object)) {
            check(&replaced(document, &pointer, Value::Null), &pointer, "null");
            check(&removed(document, parent, &key), &pointer, "removed");
        }
        if let Value::Object(members) = value {
            let unknown = unknown_member(members, dictionaries.contains(&pointer));
            check(&added(document, &pointer, unknown), &member(&pointer, UNKNOWN), "added");
        }
    }
}

/// A name that no field has.
const UNKNOWN: &str = "xUnknownField";

/// In a dictionary, a value like the others; elsewhere, anything.
fn unknown_member(members: &serde_json::Map<String, Value>, is_dictionary: bool) -> Value {
    if is_dictionary {
        return members.values().next().cloned().unwrap_or(Value::Null);
    }
    json!({"a": [1, null, "x"]})
}

fn replacements(value: &Value) -> Vec<(Value, &'static str)> {
    match value.as_str() {
        Some(text) if is_constant(text) => {
            vec![("XUnknownConstant".into(), "an unknown constant"), ("A, B".into(), "several constants")]
        }
        Some(text) => without_offset(text).map(|text| (text.into(), "a date without offset")).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Whether a text looks like a constant of an enumeration.
fn is_constant(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// `2024-02-29T12:30:00+01:00` → `2024-02-29T12:30:00`
fn without_offset(text: &str) -> Option<&str> {
    let (date, time) = text.split_once('T')?;
    let is_date = date.len() == 10 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let end = time.find(['+', '-', 'Z'])?;
    let is_time = time[..end].bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
    (is_date && is_time).then(|| &text[..date.len() + 1 + end])
}

fn replaced(document: &Value, pointer: &str, value: Value) -> Value {
    let mut copy = document.clone();
    if let Some(place) = copy.pointer_mut(pointer) {
        *place = value;
    }
    copy
}

fn removed(document: &Value, parent: &str, key: &str) -> Value {
    let mut copy = document.clone();
    if let Some(Value::Object(members)) = copy.pointer_mut(parent) {
        members.remove(key);
    }
    copy
}

fn added(document: &Value, pointer: &str, value: Value) -> Value {
    let mut copy = document.clone();
    if let Some(Value::Object(members)) = copy.pointer_mut(pointer) {
        members.insert(UNKNOWN.to_owned(), value);
    }
    copy
}
