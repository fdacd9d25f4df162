//! Takes the built API and the samples of the newest pages and finds the values that the type of their place cannot hold: a
//! fraction where an integer is declared, an object where text is. Each is a warning with its place; the declared type is
//! kept. What a lossless type can hold (text that is no date, text that is no base64) is no contradiction.

use apidoc_model::Api;
use apidoc_model::api::{Field, Model, Payload, Type};

use crate::json::Json;

/// The JSON pointers of all values in `json` that `payload` cannot hold.
pub(crate) fn contradictions(api: &Api, payload: &Payload, json: &Json) -> Vec<String> {
    let mut found = Vec::new();
    match payload {
        Payload::Json(ty) => walk(api, ty, json, &Path::Body, &mut found),
        Payload::Unit if *json != Json::Null => found.push(String::new()),
        _ => {}
    }
    found
}

/// Where a value stands. It becomes text for the few values that contradict, not for the many that do not.
enum Path<'p> {
    Body,
    Item(&'p Path<'p>, usize),
    Entry(&'p Path<'p>, &'p str),
}

fn walk(api: &Api, ty: &Type, json: &Json, path: &Path<'_>, found: &mut Vec<String>) {
    match (ty, json) {
        (_, Json::Null) | (Type::Any, _) => {}
        (Type::Array(element), Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                walk(api, element, item, &Path::Item(path, index), found);
            }
        }
        (Type::Map(value), Json::Object(entries)) => {
            for (key, item) in entries {
                walk(api, value, item, &Path::Entry(path, key), found);
            }
        }
        (Type::Model(id), Json::Object(entries)) => {
            let Some(model) = api.models.get(id) else {
                return;
            };
            let mut next = 0;
            for (key, item) in entries {
                if let Some(field) = field(model, key, &mut next) {
                    walk(api, &field.ty, item, &Path::Entry(path, key), found);
                }
            }
        }
        _ if holds(ty, json) => {}
        _ => found.push(path.pointer()),
    }
}

/// The field of a name. Samples follow the order of the fields, so that the one behind the last is looked at first.
fn field<'m>(model: &'m Model, name: &str, next: &mut usize) -> Option<&'m Field> {
    let (before, behind) = model.fields.split_at_checked(*next)?;
    let mut places = (*next..).zip(behind).chain((0..).zip(before));
    let (at, field) = places.find(|(_, field)| field.name == name)?;
    *next = at + 1;
    Some(field)
}

impl Path<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Body => String::new(),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
            Self::Entry(parent, key) => {
                let key = key.replace('~', "~0").replace('/', "~1");
                format!("{}/{key}", parent.pointer())
            }
        }
    }
}

fn holds(ty: &Type, json: &Json) -> bool {
    match (ty, json) {
        (Type::Bool, Json::Bool(_))
        | (Type::Int64, Json::Integer(_))
        | (Type::Double, Json::Integer(_) | Json::Float(_)) => true,
        (Type::Int32, Json::Integer(number)) => i32::try_from(*number).is_ok(),
        (Type::Enum(_) | Type::Flags(_), Json::Integer(_)) => true,
        (
            Type::String | Type::DateTime | Type::Base64 | Type::Enum(_) | Type::Flags(_),
            Json::String(_),
        ) => true,
        _ => false,
    }
}
