//! The two kinds of change documents on JSON: a list of operations (RFC 6902 without `move` and `copy`) and a merge object
//! (RFC 7396 with the platform's rule for arrays). It takes an entity and a document and returns the changed entity, or says
//! which operation cannot be done or which `test` found another value.

use serde_json::{Map, Value};

/// Why a change was refused.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// A `test` operation found something else: 409.
    Conflict(String),
    /// The document cannot be applied: 400.
    Malformed(String),
}

/// Applies a document of either kind: an array is a list of operations, an object a merge.
pub(crate) fn apply(entity: &mut Value, document: &Value) -> Result<(), Refusal> {
    match document {
        Value::Array(operations) => operations
            .iter()
            .try_for_each(|operation| step(entity, operation)),
        Value::Object(changes) => {
            merge(entity, changes);
            Ok(())
        }
        _ => Err(Refusal::Malformed(
            "an array of operations or an object is needed".to_owned(),
        )),
    }
}

fn step(entity: &mut Value, operation: &Value) -> Result<(), Refusal> {
    let text = |name: &str| member(operation, name).and_then(Value::as_str);
    let (Some(op), Some(path)) = (text("op"), text("path")) else {
        return Err(Refusal::Malformed(format!(
            "`op` and `path` are needed in {operation}"
        )));
    };
    let value = member(operation, "value").cloned();
    let needed = || {
        value
            .clone()
            .ok_or_else(|| malformed("`value` is needed", path))
    };
    let keys = pointer(path);
    match op {
        "add" => {
            set(entity, &keys, needed()?, true).ok_or_else(|| malformed("nothing to add to", path))
        }
        "replace" => set(entity, &keys, needed()?, false)
            .ok_or_else(|| malformed("nothing to replace", path)),
        "remove" => remove(entity, &keys).ok_or_else(|| malformed("nothing to remove", path)),
        "test" => test(entity, &keys, &needed()?, path),
        other => Err(Refusal::Malformed(format!(
            "operation `{other}` is not one of add, replace, remove, test"
        ))),
    }
}

fn malformed(what: &str, path: &str) -> Refusal {
    Refusal::Malformed(format!("{what} at {path}"))
}

fn test(entity: &Value, keys: &[String], expected: &Value, path: &str) -> Result<(), Refusal> {
    let found = keys.iter().try_fold(entity, |value, key| child(value, key));
    let found = found.unwrap_or(&Value::Null);
    if found == expected {
        return Ok(());
    }
    Err(Refusal::Conflict(format!(
        "test of {path}: expected {expected}, found {found}"
    )))
}

/// The leading slash is optional.
fn pointer(path: &str) -> Vec<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Vec::new();
    }
    path.split('/')
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect()
}

fn set(entity: &mut Value, keys: &[String], value: Value, add: bool) -> Option<()> {
    let Some((last, parents)) = keys.split_last() else {
        *entity = value;
        return Some(());
    };
    match descend(entity, parents)? {
        Value::Object(entries) => {
            let key = find_key(entries, last);
            if !add && key.is_none() {
                return None;
            }
            entries.insert(key.unwrap_or_else(|| last.clone()), value);
        }
        Value::Array(values) if add => {
            let index = if last == "-" {
                values.len()
            } else {
                last.parse().ok()?
            };
            if index > values.len() {
                return None;
            }
            values.insert(index, value);
        }
        Value::Array(values) => *values.get_mut(last.parse::<usize>().ok()?)? = value,
        _ => return None,
    }
    Some(())
}

fn remove(entity: &mut Value, keys: &[String]) -> Option<()> {
    let (last, parents) = keys.split_last()?;
    match descend(entity, parents)? {
        Value::Object(entries) => {
            let key = find_key(entries, last)?;
            entries.remove(&key);
        }
        Value::Array(values) => {
            let index = last
                .parse::<usize>()
                .ok()
                .filter(|index| *index < values.len())?;
            values.remove(index);
        }
        _ => return None,
    }
    Some(())
}

fn descend<'v>(entity: &'v mut Value, keys: &[String]) -> Option<&'v mut Value> {
    keys.iter().try_fold(entity, |value, key| match value {
        Value::Object(entries) => {
            let key = find_key(entries, key)?;
            entries.get_mut(&key)
        }
        Value::Array(values) => values.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The value under `key`, whatever its case.
pub(crate) fn child<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Object(entries) => entries
            .get(key)
            .or_else(|| entries.get(&find_key(entries, key)?)),
        Value::Array(values) => values.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}

/// `key` as the object spells it.
pub(crate) fn find_key(entries: &Map<String, Value>, key: &str) -> Option<String> {
    if entries.contains_key(key) {
        return Some(key.to_owned());
    }
    entries
        .keys()
        .find(|found| found.eq_ignore_ascii_case(key))
        .cloned()
}

fn member<'v>(operation: &'v Value, name: &str) -> Option<&'v Value> {
    child(operation, name)
}

fn merge(target: &mut Value, changes: &Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(entries) = target else {
        return;
    };
    for (key, change) in changes {
        let key = find_key(entries, key).unwrap_or_else(|| key.clone());
        merge_member(entries, key, change);
    }
}

fn merge_member(entries: &mut Map<String, Value>, key: String, change: &Value) {
    match (entries.get_mut(&key), change) {
        (_, Value::Null) => {
            entries.remove(&key);
        }
        (Some(Value::Array(values)), Value::Object(_)) => values.push(change.clone()),
        (_, Value::Object(changes)) => merge(entries.entry(key).or_insert(Value::Null), changes),
        _ => {
            entries.insert(key, change.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Refusal, apply};

    fn applied(entity: Value, document: &Value) -> Result<Value, Refusal> {
        let mut entity = entity;
        apply(&mut entity, document)?;
        Ok(entity)
    }

    #[test]
    fn operations_find_paths_whatever_their_case_and_slash() {
        let document = json!([
            { "op": "test", "path": "name", "value": "a" },
            { "op": "replace", "path": "/NAME", "value": "b" },
            { "op": "add", "path": "/Tags/-", "value": 3 },
            { "op": "add", "path": "/Tags/0", "value": 0 },
            { "op": "remove", "path": "/Old" },
        ]);
        let entity = json!({ "Name": "a", "Tags": [1], "Old": true });
        assert_eq!(
            applied(entity, &document),
            Ok(json!({ "Name": "b", "Tags": [0, 1, 3] }))
        );
    }

    #[test]
    fn a_failed_test_is_a_conflict() {
        let document = json!([{ "op": "test", "path": "/Name", "value": "x" }]);
        let result = applied(json!({ "Name": "a" }), &document);
        assert!(matches!(result, Err(Refusal::Conflict(message)) if message.contains("/Name")));
    }

    #[test]
    fn impossible_operations_are_malformed() {
        for operation in [
            json!({ "op": "replace", "path": "/Missing", "value": 1 }),
            json!({ "op": "remove", "path": "/Tags/9" }),
            json!({ "op": "remove", "path": "" }),
            json!({ "op": "add", "path": "/Tags/9", "value": 1 }),
            json!({ "op": "add", "path": "/Tags/x", "value": 1 }),
            json!({ "op": "add", "path": "/Name/deep", "value": 1 }),
            json!({ "op": "add", "path": "/Name" }),
            json!({ "op": "move", "path": "/Name", "from": "/Tags" }),
            json!({ "path": "/Name" }),
            json!(7),
        ] {
            let result = applied(json!({ "Name": "a", "Tags": [] }), &json!([operation]));
            assert!(
                matches!(result, Err(Refusal::Malformed(_))),
                "{operation}: {result:?}"
            );
        }
    }

    #[test]
    fn merge_removes_by_null_appends_objects_to_arrays_and_replaces_arrays_by_arrays() {
        let entity = json!({ "A": 1, "B": { "c": 1, "d": 2 }, "L": [{ "x": 1 }], "M": [1] });
        let document =
            json!({ "a": null, "B": { "C": 9 }, "L": { "x": 2 }, "M": [7], "N": { "o": 1 } });
        let expected = json!({ "B": { "c": 9, "d": 2 }, "L": [{ "x": 1 }, { "x": 2 }], "M": [7], "N": { "o": 1 } });
        assert_eq!(applied(entity, &document), Ok(expected));
    }
}
