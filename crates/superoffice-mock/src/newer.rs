//! An answer as a newer server would send it: every object has a property that the reference does not know, enum values are
//! ones added later, dates come in all forms, and every fourth field is `null`. It changes values of documented types only and refuses nothing.

use serde_json::{Map, Value, json};

use crate::api::{Model, Type, Types};

/// The property that is added to every object of a documented type.
pub const PROPERTY: &str = "AddedByNewerServer";

/// The value that replaces every enum value.
pub const ENUM_VALUE: &str = "ValueOfNewerServer";

/// Forms of dates: unset, with seven digits and offset, for ever, without offset.
const DATES: [&str; 4] = [
    "0001-01-01T00:00:00",
    "2024-01-31T12:30:00.1234560+01:00",
    "9999-12-31T23:59:59Z",
    "2024-01-31T12:30:00.5",
];

/// Makes `value` of type `ty` a newer server's.
pub(crate) fn age(types: &Types, ty: &Type, value: &mut Value) {
    match (ty, value) {
        (Type::Enum(_) | Type::Flags(_), value @ Value::String(_)) => {
            *value = Value::from(ENUM_VALUE)
        }
        (Type::Array(item), Value::Array(values)) => {
            values.iter_mut().for_each(|value| age(types, item, value));
        }
        (Type::Map(item), Value::Object(entries)) => {
            entries
                .values_mut()
                .for_each(|value| age(types, item, value));
        }
        (Type::Model(id), Value::Object(entries)) => {
            if let Some(model) = types.models.get(id) {
                object(types, model, entries);
            }
        }
        _ => {}
    }
}

fn object(types: &Types, model: &Model, entries: &mut Map<String, Value>) {
    for (index, field) in model.fields.iter().enumerate() {
        match entries.get_mut(&field.name) {
            Some(value) if nullable(model, index) => *value = Value::Null,
            Some(value @ Value::String(_)) if field.ty == Type::DateTime => {
                *value = DATES.get(index % DATES.len()).copied().into();
            }
            Some(value) => age(types, &field.ty, value),
            None => {}
        }
    }
    entries
        .entry(PROPERTY)
        .or_insert_with(|| json!({ "Since": "later", "Values": [1, null, 2.5] }));
}

/// Every fourth field may come as `null`, but never an integer: it may be the key.
fn nullable(model: &Model, index: usize) -> bool {
    let integer = model
        .fields
        .get(index)
        .is_some_and(|field| field.ty.is_integer());
    index % 4 == 2 && !integer
}
