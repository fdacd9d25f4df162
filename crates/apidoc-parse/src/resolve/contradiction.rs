//! Takes the built API and the samples of the newest pages and finds the values that the type of their place cannot hold: a
//! fraction where an integer is declared, an object where text is. Each is a warning with its place; the declared type is
//! kept. What a lossless type can hold (text that is no date, text that is no base64) is no contradiction.

use std::collections::HashMap;

use apidoc_model::Api;
use apidoc_model::api::{Field, ModelId, Payload, Type};

use crate::json::Json;

/// With more contradictions, it is the whole body that has another type.
const MANY: usize = 100;
/// And so it is where their pointers are longer than this together: keys may be as long as a page.
const LONG: usize = 64 << 10;

/// The JSON pointers of all values in `json` that `payload` cannot hold; only that of the body where they are many.
pub(crate) fn contradictions(api: &Api, payload: &Payload, json: &Json) -> Vec<String> {
    let mut walk = Walk {
        api,
        places: HashMap::new(),
        found: Vec::new(),
        length: 0,
    };
    match payload {
        Payload::Json(ty) => walk.value(ty, json, &Path::Body),
        Payload::Unit if *json != Json::Null => walk.found.push(String::new()),
        _ => {}
    }
    if walk.is_full() {
        return vec![String::new()];
    }
    walk.found
}

struct Walk<'a> {
    api: &'a Api,
    /// The fields of the models that have been looked into out of their order, by name.
    places: HashMap<&'a ModelId, HashMap<&'a str, usize>>,
    found: Vec<String>,
    /// Of all pointers together.
    length: usize,
}

/// Where a value stands. It becomes text for the few values that contradict, not for the many that do not.
enum Path<'p> {
    Body,
    Item(&'p Path<'p>, usize),
    Entry(&'p Path<'p>, &'p str),
}

impl<'a> Walk<'a> {
    fn value(&mut self, ty: &'a Type, json: &Json, path: &Path<'_>) {
        match (ty, json) {
            (_, Json::Null) | (Type::Any, _) => {}
            (Type::Array(element), Json::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(element, item, &Path::Item(path, index));
                }
            }
            (Type::Map(value), Json::Object(entries)) => {
                for (key, item) in entries {
                    self.value(value, item, &Path::Entry(path, key));
                }
            }
            (Type::Model(id), Json::Object(entries)) => {
                let Some(model) = self.api.models.get(id) else {
                    return;
                };
                let mut next = 0;
                for (key, item) in entries {
                    if let Some(field) = self.field(id, &model.fields, key, &mut next) {
                        self.value(&field.ty, item, &Path::Entry(path, key));
                    }
                }
            }
            _ if holds(ty, json) => {}
            _ if self.is_full() => {}
            _ => {
                let pointer = path.pointer();
                self.length += pointer.len();
                self.found.push(pointer);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.found.len() > MANY || self.length > LONG
    }

    /// The field of a name. Samples follow the order of the fields, so that the one behind the last is looked at first.
    fn field(
        &mut self,
        id: &'a ModelId,
        fields: &'a [Field],
        name: &str,
        next: &mut usize,
    ) -> Option<&'a Field> {
        let guessed = fields.get(*next).filter(|field| field.name == name);
        let at = match guessed {
            Some(_) => *next,
            None => *self
                .places
                .entry(id)
                .or_insert_with(|| {
                    let names = fields.iter().map(|field| field.name.as_str());
                    names.zip(0..).collect()
                })
                .get(name)?,
        };
        *next = at + 1;
        fields.get(at)
    }
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
