//! Whether JSON has a documented type. It takes a value and a type and adds one problem for every place where a value of
//! another kind, an unknown property or an undocumented enum value stands, each with its JSON pointer. `null` always fits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::api::{Type, Types};
use crate::check::{Problem, date, parameter};
use crate::role::kind::with_links;

/// Checks values against types.
#[derive(Debug)]
pub(crate) struct JsonCheck<'a> {
    types: &'a Types,
    /// Whether properties and enum values that the reference does not know are accepted.
    open: bool,
    problems: Vec<Problem>,
}

impl<'a> JsonCheck<'a> {
    pub(crate) const fn new(types: &'a Types, open: bool) -> Self {
        Self {
            types,
            open,
            problems: Vec::new(),
        }
    }

    /// Checks `value`, which stands at `at`, and returns all problems so far.
    pub(crate) fn run(mut self, ty: &Type, value: &Value, at: &str) -> Vec<Problem> {
        self.value(ty, value, at);
        self.problems
    }

    fn value(&mut self, ty: &Type, value: &Value, at: &str) {
        match (ty, value) {
            (Type::Any, _) | (_, Value::Null) => {}
            (Type::Enum(name), Value::String(text)) => self.enum_value(name, text, at),
            (Type::Flags(name), Value::String(text)) => {
                for flag in text
                    .split(',')
                    .map(str::trim)
                    .filter(|flag| !flag.is_empty())
                {
                    self.enum_value(name, flag, at);
                }
            }
            (Type::Array(item), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(item, value, &format!("{at}/{index}"));
                }
            }
            (Type::Map(item), Value::Object(entries)) => {
                for (key, value) in entries {
                    self.value(item, value, &format!("{at}/{}", escape(key)));
                }
            }
            (Type::Model(id), Value::Object(entries)) => self.model(id, entries, at),
            _ if scalar_fits(ty, value) => {}
            _ => self.add(at, expectation(ty), describe(value)),
        }
    }

    fn enum_value(&mut self, name: &str, text: &str, at: &str) {
        if self.open {
            return;
        }
        if let Some(expected) = parameter::enum_problem(name, text, self.types) {
            self.add(at, &expected, text);
        }
    }

    /// What REST reads has links, and may be sent back with them.
    fn model(&mut self, id: &str, entries: &Map<String, Value>, at: &str) {
        let Some(model) = self.types.models.get(id) else {
            return;
        };
        for (name, value) in entries {
            let at = format!("{at}/{}", escape(name));
            let linked = || self.types.models.get(&with_links(id))?.field(name);
            match model.field(name).or_else(linked) {
                Some(field) => self.value(&field.ty, value, &at),
                None if self.open || model.fields.is_empty() => {}
                None => self.add(&at, &format!("a property of {id}"), "an unknown property"),
            }
        }
    }

    fn add(&mut self, at: &str, expected: &str, found: impl Into<String>) {
        self.problems.push(Problem::new(at, expected, found));
    }
}

fn scalar_fits(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Bool, Value::Bool(_))
        | (Type::String, Value::String(_))
        | (Type::Double, Value::Number(_)) => true,
        (Type::Int32, Value::Number(number)) => number
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        (Type::Int64 | Type::Enum(_) | Type::Flags(_), Value::Number(number)) => number.is_i64(),
        (Type::DateTime, Value::String(text)) => date::fits(text),
        (Type::Base64, Value::String(text)) => STANDARD.decode(text).is_ok(),
        _ => false,
    }
}

const fn expectation(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "a value",
        Type::Bool => "true or false",
        Type::Int32 => "a 32-bit integer",
        Type::Int64 => "a 64-bit integer",
        Type::Double => "a number",
        Type::String => "a text",
        Type::DateTime => "an ISO 8601 date as text",
        Type::Base64 => "base64 text",
        Type::Enum(_) => "the name of an enum value",
        Type::Flags(_) => "the names of flags",
        Type::Array(_) => "an array",
        Type::Map(_) | Type::Model(_) => "an object",
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => format!("text \"{}\"", excerpt(text)),
        other => other.to_string(),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
