//! Takes the text of a JSON sample and returns a tree that keeps the order of keys and the form of numbers. Refuses text that
//! is not JSON, and deep nesting.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// How deep values may nest; real samples have nine levels. Far less than the parser takes, because types nest like their samples,
/// and what reads and prints types is recursive.
const DEPTH: usize = 64;

/// A JSON value of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number without fraction and exponent.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, in the order of the text, keys unique.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses a text.
    ///
    /// # Errors
    /// The parser's error, with line and column inside `text`.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if depth(text) > DEPTH {
            return Err(Error::custom(format_args!(
                "values nest deeper than {DEPTH}"
            )));
        }
        serde_json::from_str(text)
    }

    /// The value of a key, for objects.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }
}

/// How deep brackets nest outside of strings; in text that is no JSON, some number.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::String(value) => serializer.serialize_str(value),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(entries) => {
                serializer.collect_map(entries.iter().map(|(key, value)| (key, value)))
            }
        }
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond i64 only the form of the number matters"
    )]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Float(value as f64), Json::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        let mut many = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if is_repeated(&key, &entries, &mut many) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(Json::Object(entries))
    }
}

/// Up to this many keys are compared one by one, which is quicker than a set.
const FEW: usize = 64;

/// Whether an object has a key already; `many` holds its keys once they are many.
fn is_repeated(key: &str, entries: &[(String, Json)], many: &mut HashSet<String>) -> bool {
    if entries.len() < FEW {
        return entries.iter().any(|(known, _)| known == key);
    }
    if many.is_empty() {
        many.extend(entries.iter().map(|(known, _)| known.clone()));
    }
    !many.insert(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_nest() {
        let open = "[".repeat(DEPTH + 10);
        let close = "]".repeat(DEPTH + 10);
        // A text, and how deep it is.
        let table = [
            (String::new(), 0),
            ("[]".to_owned(), 1),
            ("[{}][[[]]]".to_owned(), 3),
            (format!("\"{open}\""), 0),
            (format!("[\"{open}\", \"{close}\"]"), 1),
            // An escaped quote does not end the text, an escaped backslash does not escape the quote.
            (format!(r#"["\"{open}"]"#), 1),
            (format!(r#"["\\", [["{open}"]]]"#), 3),
            (format!(r#"["\\\"{open}"]"#), 1),
            // Outside of a text there is nothing to escape.
            (r"\[[]".to_owned(), 2),
            ("]]][".to_owned(), 1),
        ];
        for (text, expected) in table {
            assert_eq!(depth(&text), expected, "{text}");
        }
    }

    #[test]
    fn the_deepest_values_are_read_and_deeper_ones_refused() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::parse(&nested(DEPTH)).is_ok());
        let refused = Json::parse(&nested(DEPTH + 1)).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|words| words.contains("nest deeper than 64")));
    }

    #[test]
    fn no_key_comes_twice_however_many_there_are() {
        let object = |keys: &[usize]| {
            let entries: Vec<String> = keys.iter().map(|key| format!("\"k{key}\":{key}")).collect();
            Json::parse(&format!("{{{}}}", entries.join(",")))
        };
        for many in [1, 2, FEW - 1, FEW, FEW + 1, FEW + 2, 3 * FEW] {
            let keys: Vec<usize> = (0..many).collect();
            let whole = object(&keys).ok();
            assert!(
                matches!(&whole, Some(Json::Object(entries)) if entries.len() == many),
                "{many}"
            );
            let last = whole
                .as_ref()
                .and_then(|json| json.get(&format!("k{}", many - 1)));
            assert_eq!(
                last,
                i64::try_from(many - 1).ok().map(Json::Integer).as_ref()
            );
            for repeated in [0, many / 2, many - 1] {
                let twice = [keys.as_slice(), &[repeated]].concat();
                let refused = object(&twice).map_err(|error| error.to_string());
                let words = format!("duplicate key `k{repeated}`");
                assert!(
                    refused.is_err_and(|found| found.contains(&words)),
                    "{many} {words}"
                );
            }
        }
    }

    #[test]
    fn every_value_keeps_its_form() {
        let table = [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("-7", Json::Integer(-7)),
            ("9223372036854775807", Json::Integer(i64::MAX)),
            (
                "9223372036854775808",
                Json::Float(9_223_372_036_854_775_808.0),
            ),
            ("1.0", Json::Float(1.0)),
            ("1e2", Json::Float(100.0)),
            (r#""é""#, Json::String("é".to_owned())),
            (
                "[1,\"a\"]",
                Json::Array(vec![Json::Integer(1), Json::String("a".to_owned())]),
            ),
        ];
        for (text, expected) in table {
            let found = Json::parse(text).ok();
            assert_eq!(found.as_ref(), Some(&expected), "{text}");
            assert_eq!(expected.get("a"), None, "{text}");
            let again = serde_json::to_string(&expected).ok();
            let again = again.and_then(|text| Json::parse(&text).ok());
            assert_eq!(again, found, "{text}");
        }
        let object = Json::parse(r#"{"b":1,"a":{"c":null}}"#).ok();
        let text = object
            .as_ref()
            .and_then(|json| serde_json::to_string(json).ok());
        assert_eq!(text.as_deref(), Some(r#"{"b":1,"a":{"c":null}}"#));
        for text in ["", "{", "[1,]", "01", "nul", "{\"a\" 1}", "1 2"] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }
}
