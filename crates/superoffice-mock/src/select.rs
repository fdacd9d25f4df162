//! `$select` of entities: fields that are not asked for become `null`. It takes the comma-separated list and the result and
//! changes the result in place; names are compared without regard to case, a slash goes into an object, and names that the
//! result does not have select nothing.

use serde_json::Value;

/// Keeps the fields named in `list`.
pub(crate) fn project(result: &mut Value, list: &str) {
    let paths: Vec<Vec<&str>> = list
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| name.split('/').collect())
        .collect();
    if !paths.is_empty() {
        keep(result, &paths.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
}

fn keep(value: &mut Value, paths: &[&[&str]]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| keep(item, paths)),
        Value::Object(entries) => {
            for (name, value) in entries {
                keep_member(name, value, paths);
            }
        }
        _ => {}
    }
}

fn keep_member(name: &str, value: &mut Value, paths: &[&[&str]]) {
    let below: Vec<&[&str]> = paths
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, _)| first.eq_ignore_ascii_case(name))
        .map(|(_, rest)| rest)
        .collect();
    if below.is_empty() {
        *value = Value::Null;
    } else if below.iter().all(|rest| !rest.is_empty()) {
        keep(value, &below);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::project;

    #[test]
    fn other_fields_become_null() {
        let mut result = json!({ "Name": "a", "Category": { "Id": 1, "Value": "v" }, "Tags": [1] });
        project(&mut result, "name, category/id");
        let expected = json!({ "Name": "a", "Category": { "Id": 1, "Value": null }, "Tags": null });
        assert_eq!(result, expected);
    }

    #[test]
    fn an_empty_list_keeps_everything() {
        let mut result = json!({ "Name": "a" });
        project(&mut result, " , ");
        assert_eq!(result, json!({ "Name": "a" }));
    }
}
