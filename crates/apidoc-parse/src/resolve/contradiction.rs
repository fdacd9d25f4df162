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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_too_many_contradictions_the_whole_body_is_one() {
        let ty = Type::Map(Box::new(Type::Int32));
        let found = |keys: &[String]| {
            let entries = keys.iter().map(|key| (key.clone(), Json::Bool(true)));
            let json = Json::Object(entries.collect());
            contradictions(&Api::default(), &Payload::Json(ty.clone()), &json)
        };
        // How many keys of which length there are, and how many places are told.
        let table = [
            (0, 1, 0),
            (MANY, 3, MANY),
            (MANY + 1, 3, 1),
            (2, LONG / 2 - 1, 2),
            (3, LONG / 2, 1),
        ];
        for (count, length, places) in table {
            let keys: Vec<String> = (0..count).map(|key| format!("{key:0length$}")).collect();
            let told = found(&keys);
            assert_eq!(told.len(), places, "{count} of {length}");
            let is_whole = told.first().is_some_and(String::is_empty);
            assert_eq!(is_whole, count > 0 && places == 1, "{count} of {length}");
        }
    }

    #[test]
    fn a_type_holds_the_values_that_can_be_read_as_it() {
        let values = [
            Json::Bool(true),
            Json::Integer(1),
            Json::Integer(1 << 40),
            Json::Float(1.5),
            Json::String("a".to_owned()),
            Json::Array(Vec::new()),
            Json::Object(Vec::new()),
        ];
        let name = || "Mood".to_owned();
        // The type, and which of the values it holds, in their order.
        let table = [
            (Type::Bool, "1000000"),
            (Type::Int32, "0100000"),
            (Type::Int64, "0110000"),
            (Type::Double, "0111000"),
            (Type::String, "0000100"),
            (Type::DateTime, "0000100"),
            (Type::Base64, "0000100"),
            (Type::Enum(name()), "0110100"),
            (Type::Flags(name()), "0110100"),
            (Type::Array(Box::new(Type::Any)), "0000010"),
            (Type::Map(Box::new(Type::Any)), "0000001"),
            (Type::Any, "1111111"),
        ];
        for (ty, expected) in table {
            let payload = Payload::Json(ty.clone());
            let held = values.iter().map(|json| {
                let none = contradictions(&Api::default(), &payload, json).is_empty();
                if none { '1' } else { '0' }
            });
            assert_eq!(held.collect::<String>(), expected, "{ty:?}");
            assert!(contradictions(&Api::default(), &payload, &Json::Null).is_empty());
        }
        let nothing = |json| contradictions(&Api::default(), &Payload::Unit, &json);
        assert_eq!(nothing(Json::Null), [""; 0]);
        assert_eq!(nothing(Json::Bool(true)), [""]);
    }
}
