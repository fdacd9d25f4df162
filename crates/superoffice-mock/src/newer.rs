//! An answer as a newer server would send it: every object has a property that the reference does not know, enum values are
//! ones added later, dates and fractions come in all forms, every fourth field is `null`, and so may be items of arrays. It
//! changes values of documented types only and refuses nothing.

use serde_json::{Map, Number, Value, json};

use crate::api::{Model, Type, Types};
use crate::role::kind::is_archive_page_model;

/// The property that is added to every object of a documented type.
pub const PROPERTY: &str = "AddedByNewerServer";

/// The value that replaces every enum value.
pub const ENUM_VALUE: &str = "ValueOfNewerServer";

/// Which of the fields of an object come as `null`: of each [`EVERY`] one.
const EVERY: usize = 4;

/// Forms of dates: unset, with seven digits and offset, for ever, without offset.
const DATES: [&str; 4] = [
    "0001-01-01T00:00:00",
    "2024-01-31T12:30:00.1234560+01:00",
    "9999-12-31T23:59:59Z",
    "2024-01-31T12:30:00.5",
];

/// Forms of fractions; the last has more digits than a text of it needs.
const FRACTIONS: [f64; 4] = [1.5, 0.0, -0.25, 0.1 + 0.2];

/// How a newer server differs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newer {
    /// The fields that come as `null` are this one and every fourth after it.
    pub(crate) nulls: usize,
    /// Whether arrays of objects hold a `null`, too.
    pub(crate) null_items: bool,
}

impl Newer {
    /// The third field and every fourth after it are `null`; items are not.
    pub(crate) const DEFAULT: Self = Self {
        nulls: 2,
        null_items: false,
    };

    /// Makes `value` of type `ty` a newer server's.
    pub(crate) fn age(self, types: &Types, ty: &Type, value: &mut Value) {
        match (ty, value) {
            (Type::Enum(_) | Type::Flags(_), value @ Value::String(_)) => {
                *value = Value::from(ENUM_VALUE)
            }
            (Type::Array(item), Value::Array(values)) => {
                for value in &mut *values {
                    self.age(types, item, value);
                }
                if self.null_items && matches!(item.as_ref(), Type::Model(_)) {
                    values.push(Value::Null);
                }
            }
            (Type::Map(item), Value::Object(entries)) => {
                for value in entries.values_mut() {
                    self.age(types, item, value);
                }
            }
            (Type::Model(id), Value::Object(entries)) => {
                if let Some(model) = types.models.get(id) {
                    self.object(types, model, entries);
                }
            }
            _ => {}
        }
    }

    fn object(self, types: &Types, model: &Model, entries: &mut Map<String, Value>) {
        // The rows of a page are what it is for.
        let is_page = is_archive_page_model(model);
        for (index, field) in model.fields.iter().enumerate() {
            let Some(value) = entries.get_mut(&field.name) else {
                continue;
            };
            if index % EVERY == self.nulls % EVERY && !is_page {
                *value = Value::Null;
            } else {
                self.scalar(&field.ty, index, value);
                self.age(types, &field.ty, value);
            }
        }
        add_property(entries);
    }

    /// Another form of a date or fraction; which one depends on where the field stands.
    fn scalar(self, ty: &Type, index: usize, value: &mut Value) {
        let form = index + index / EVERY;
        let other = match (ty, &*value) {
            (Type::DateTime, Value::String(_)) => DATES.get(form % DATES.len()).copied().into(),
            (Type::Double, Value::Number(_)) => {
                let fraction = FRACTIONS.get(form % FRACTIONS.len()).copied();
                fraction.and_then(Number::from_f64).into()
            }
            _ => return,
        };
        *value = other;
    }
}

/// Adds the property to every object of a documented type that lacks it, and changes nothing else.
pub(crate) fn extend(types: &Types, ty: &Type, value: &mut Value) {
    match (ty, value) {
        (Type::Array(item), Value::Array(values)) => {
            values
                .iter_mut()
                .for_each(|value| extend(types, item, value));
        }
        (Type::Map(item), Value::Object(entries)) => {
            entries
                .values_mut()
                .for_each(|value| extend(types, item, value));
        }
        (Type::Model(id), Value::Object(entries)) => {
            let fields = types.models.get(id).map(|model| &model.fields);
            for field in fields.into_iter().flatten() {
                if let Some(value) = entries.get_mut(&field.name) {
                    extend(types, &field.ty, value);
                }
            }
            add_property(entries);
        }
        _ => {}
    }
}

fn add_property(entries: &mut Map<String, Value>) {
    entries.entry(PROPERTY).or_insert_with(|| {
        json!({
            "Since": "later \u{1f600} \"quoted\" \\",
            "Values": [1, null, 2.5, -0.0, 1e300, 9_007_199_254_740_993_i64, {}, []],
        })
    });
}
