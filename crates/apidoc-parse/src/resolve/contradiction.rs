//! Takes the built API and the samples of the newest pages and finds the values that the type of their place cannot hold: a
//! fraction where an integer is declared, an object where text is. Each is a warning with its place; the declared type is
//! kept. What a lossless type can hold (text that is no date, text that is no base64) is no contradiction.

use apidoc_model::Api;
use apidoc_model::api::{Payload, Type};

use crate::json::Json;

/// The JSON pointers of all values in `json` that `payload` cannot hold.
pub(super) fn contradictions(api: &Api, payload: &Payload, json: &Json) -> Vec<String> {
    let mut found = Vec::new();
    match payload {
        Payload::Json(ty) => walk(api, ty, json, &mut String::new(), &mut found),
        Payload::Unit if *json != Json::Null => found.push(String::new()),
        _ => {}
    }
    found
}

fn walk(api: &Api, ty: &Type, json: &Json, path: &mut String, found: &mut Vec<String>) {
    match (ty, json) {
        (_, Json::Null) | (Type::Any, _) => {}
        (Type::Array(element), Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                at(path, &index.to_string(), |path| {
                    walk(api, element, item, path, found)
                });
            }
        }
        (Type::Map(value), Json::Object(entries)) => {
            for (key, item) in entries {
                at(path, key, |path| walk(api, value, item, path, found));
            }
        }
        (Type::Model(id), Json::Object(entries)) => {
            for (key, item) in entries {
                let field = api
                    .models
                    .get(id)
                    .and_then(|model| model.fields.iter().find(|field| field.name == *key));
                if let Some(field) = field {
                    at(path, key, |path| walk(api, &field.ty, item, path, found));
                }
            }
        }
        _ if holds(ty, json) => {}
        _ => found.push(path.clone()),
    }
}

fn at(path: &mut String, key: &str, inner: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
    inner(path);
    path.truncate(length);
}

fn holds(ty: &Type, json: &Json) -> bool {
    match (ty, json) {
        (Type::Bool, Json::Bool(_))
        | (Type::Int64, Json::Integer(_))
        | (Type::Double, Json::Integer(_) | Json::Float(_)) => true,
        (Type::Int32, Json::Integer(number)) => i32::try_from(*number).is_ok(),
        (Type::Enum(_), Json::Integer(_)) => true,
        (Type::String | Type::DateTime | Type::Base64 | Type::Enum(_), Json::String(_)) => true,
        _ => false,
    }
}
