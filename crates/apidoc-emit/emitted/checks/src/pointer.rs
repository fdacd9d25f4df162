//! JSON pointers: walking a document, and taking values out of it.

use serde_json::Value;

/// The pointer to a member.
pub(crate) fn member(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The last name of a pointer, unescaped, and the pointer to what holds it.
pub(crate) fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, name) = pointer.rsplit_once('/')?;
    Some((parent, name.replace("~1", "/").replace("~0", "~")))
}

/// Pointers of all values, outermost first.
pub(crate) fn all(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), document)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::Object(members) => open.extend(
                members
                    .iter()
                    .map(|(key, value)| (member(&pointer, key), value)),
            ),
            Value::Array(items) => open.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, value)| (format!("{pointer}/{i}"), value)),
            ),
            _ => {}
        }
        found.push(pointer);
    }
    found
}

/// The document with `null` for these values. Items of a list go with the member that holds the list: a list may refuse `null`.
pub(crate) fn without<'p>(
    document: &Value,
    pointers: impl IntoIterator<Item = &'p String>,
) -> Value {
    let mut repaired = document.clone();
    for pointer in pointers {
        let member = nearest_member(document, pointer);
        if let Some(value) = repaired.pointer_mut(member) {
            *value = Value::Null;
        }
    }
    repaired
}

/// The longest beginning of a pointer that ends at a member of an object, or the empty one.
pub(crate) fn nearest_member<'p>(document: &Value, pointer: &'p str) -> &'p str {
    let mut pointer = pointer;
    while let Some((parent, _)) = split(pointer) {
        if document.pointer(parent).is_some_and(Value::is_object) {
            return pointer;
        }
        pointer = parent;
    }
    ""
}

/// Where two documents differ first. `1` and `1.0` are the same number.
pub(crate) fn difference(a: &Value, b: &Value) -> Option<String> {
    let mut open = vec![(String::new(), a, b)];
    while let Some((pointer, a, b)) = open.pop() {
        match (a, b) {
            _ if a == b => {}
            (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
            (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
                open.extend(
                    left.iter()
                        .zip(right.values())
                        .map(|((key, a), b)| (member(&pointer, key), a, b)),
                );
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                open.extend(
                    left.iter()
                        .zip(right)
                        .enumerate()
                        .map(|(i, (a, b))| (format!("{pointer}/{i}"), a, b)),
                );
            }
            _ => return Some(pointer),
        }
    }
    None
}
