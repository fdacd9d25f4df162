//! Neutral values of documented types: the body of an answer for which the tenant holds nothing. The same type always gives
//! the same value; objects inside objects end in `null` where the type repeats itself or nests deeper than [`DEPTH`].

use serde_json::{Map, Number, Value};

use crate::api::{Model, Type, Types};

/// How many objects may stand inside each other.
const DEPTH: usize = 4;

/// A neutral value of type `ty`.
pub(crate) fn value(types: &Types, ty: &Type) -> Value {
    Synthesis {
        types,
        open: Vec::new(),
    }
    .value(ty)
}

/// An object of the model `id`; empty where the model is unknown.
pub(crate) fn object(types: &Types, id: &str) -> Map<String, Value> {
    match value(types, &Type::Model(id.to_owned())) {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

struct Synthesis<'a> {
    types: &'a Types,
    /// Models that are being written, outermost first.
    open: Vec<&'a str>,
}

impl<'a> Synthesis<'a> {
    fn value(&mut self, ty: &'a Type) -> Value {
        match ty {
            Type::Any => Value::Null,
            Type::Bool => Value::Bool(true),
            Type::Int32 | Type::Int64 => Value::from(1),
            Type::Double => Number::from_f64(1.5).map_or(Value::Null, Value::Number),
            Type::String => Value::from("text"),
            Type::DateTime => Value::from("2024-01-31T12:30:00.1234567+01:00"),
            Type::Base64 => Value::from("AQID"),
            Type::Enum(name) | Type::Flags(name) => self.enum_value(name),
            Type::Array(item) => Value::Array(self.present(item).into_iter().collect()),
            Type::Map(item) => self.present(item).map_or_else(Map::new, one_entry).into(),
            Type::Model(id) => self.model(id),
        }
    }

    /// The value, unless it would be `null`.
    fn present(&mut self, ty: &'a Type) -> Option<Value> {
        Some(self.value(ty)).filter(|value| !value.is_null())
    }

    fn enum_value(&self, name: &str) -> Value {
        let documented = self.types.enums.get(name);
        let first = documented.and_then(|documented| documented.values.first());
        Value::from(first.map_or("Unknown", String::as_str))
    }

    fn model(&mut self, id: &'a str) -> Value {
        let Some(model) = self.types.models.get(id) else {
            return Value::Object(Map::new());
        };
        if self.open.len() >= DEPTH || self.open.contains(&id) {
            return Value::Null;
        }
        self.open.push(id);
        let object = self.fields(model);
        self.open.pop();
        Value::Object(object)
    }

    fn fields(&mut self, model: &'a Model) -> Map<String, Value> {
        model
            .fields
            .iter()
            .map(|field| (field.name.clone(), self.value(&field.ty)))
            .collect()
    }
}

fn one_entry(value: Value) -> Map<String, Value> {
    Map::from_iter([("key".to_owned(), value)])
}
