//! Which objects of a sample are dictionaries. Takes the type of a body and its text; returns JSON pointers. The checker adds an
//! unknown member of any kind to every object but these: a new key of a dictionary has a value like the others.

use apidoc_model::Api;
use apidoc_model::api::Type;
use serde_json::Value;

/// Pointers of the dictionaries in a body of this type.
pub(super) fn dictionaries(api: &Api, ty: &Type, body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), ty, body)];
    while let Some((pointer, ty, value)) = open.pop() {
        match (ty, value) {
            (Type::Array(inner), Value::Array(items)) => {
                open.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(index, item)| (format!("{pointer}/{index}"), &**inner, item)),
                );
            }
            (Type::Map(inner), Value::Object(members)) => {
                open.extend(
                    members
                        .iter()
                        .map(|(key, value)| (member(&pointer, key), &**inner, value)),
                );
                found.push(pointer);
            }
            (Type::Model(id), Value::Object(members)) => {
                let fields = api
                    .models
                    .get(id)
                    .into_iter()
                    .flat_map(|model| &model.fields);
                let present =
                    fields.filter_map(|field| members.get(&field.name).map(|value| (field, value)));
                open.extend(
                    present.map(|(field, value)| (member(&pointer, &field.name), &field.ty, value)),
                );
            }
            _ => {}
        }
    }
    found.sort();
    found
}

fn member(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}
