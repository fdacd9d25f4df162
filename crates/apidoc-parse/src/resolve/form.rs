//! Takes the values that samples show for one slot and returns the type that their form allows. Values decide nothing but
//! form: a text that looks like a date is one, an integer is an integer. Refuses to choose where forms differ.

use apidoc_model::api::Type;

use crate::json::Json;
use crate::marks;

/// Name of a field or body that holds keys of rows.
const KEYS_SUFFIX: &str = "ids";

/// The type of these values, with `object` for the objects among them; `None` where they tell nothing or differ.
pub(super) fn infer<'a>(values: impl IntoIterator<Item = &'a Json>, object: &Type) -> Option<Type> {
    let values: Vec<&Json> = values
        .into_iter()
        .filter(|value| !matches!(value, Json::Null))
        .collect();
    let first = values.first()?;
    match first {
        Json::Null => None,
        Json::Bool(_) => all(&values, |value| matches!(value, Json::Bool(_)), Type::Bool),
        Json::Integer(_) | Json::Float(_) => infer_number(&values),
        Json::String(_) => infer_text(&values),
        Json::Array(_) => infer_array(&values, object),
        Json::Object(_) => all(
            &values,
            |value| matches!(value, Json::Object(_)),
            object.clone(),
        ),
    }
}

fn all(values: &[&Json], is: impl Fn(&Json) -> bool, ty: Type) -> Option<Type> {
    values.iter().all(|value| is(value)).then_some(ty)
}

fn infer_number(values: &[&Json]) -> Option<Type> {
    if !values
        .iter()
        .all(|value| matches!(value, Json::Integer(_) | Json::Float(_)))
    {
        return None;
    }
    let fits =
        |value: &&Json| matches!(value, Json::Integer(number) if i32::try_from(*number).is_ok());
    if values.iter().any(|value| matches!(value, Json::Float(_))) {
        Some(Type::Double)
    } else if values.iter().all(fits) {
        Some(Type::Int32)
    } else {
        Some(Type::Int64)
    }
}

fn infer_text(values: &[&Json]) -> Option<Type> {
    let texts: Vec<&str> = values
        .iter()
        .filter_map(|value| {
            if let Json::String(text) = value {
                Some(text.as_str())
            } else {
                None
            }
        })
        .collect();
    if texts.len() != values.len() {
        return None;
    }
    Some(text_type(&texts))
}

fn text_type(texts: &[&str]) -> Type {
    if texts.iter().all(|text| is_date_time(text)) {
        Type::DateTime
    } else if texts.iter().all(|text| marks::is_bytes(text)) {
        Type::Base64
    } else {
        Type::String
    }
}

fn infer_array(values: &[&Json], object: &Type) -> Option<Type> {
    let mut items = Vec::new();
    for value in values {
        let Json::Array(elements) = value else {
            return None;
        };
        items.extend(elements);
    }
    let element = infer(items, object).unwrap_or(Type::Any);
    Some(Type::Array(Box::new(element)))
}

/// `2006-03-07T17:37:17`, with or without fraction and offset.
fn is_date_time(text: &str) -> bool {
    marks::after_date(text)
        .and_then(marks::after_time)
        .is_some()
}

/// Whether a slot of this name holds row keys.
pub(super) fn is_keys(name: &str) -> bool {
    name.len() >= KEYS_SUFFIX.len() && name.is_char_boundary(name.len() - KEYS_SUFFIX.len()) && {
        let (stem, suffix) = name.split_at(name.len() - KEYS_SUFFIX.len());
        suffix == "Ids" || (stem.is_empty() && suffix == KEYS_SUFFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_keys_hold_keys() {
        let table = [
            ("ids", true),
            ("Ids", true),
            ("CategoryIds", true),
            ("categoryIds", true),
            ("Grids", false),
            ("categoryids", false),
            ("Idsx", false),
            ("IDs", false),
            ("id", false),
            ("", false),
            ("é", false),
            ("éds", false),
            ("éIds", true),
        ];
        for (name, expected) in table {
            assert_eq!(is_keys(name), expected, "{name}");
        }
    }

    #[test]
    fn values_tell_their_type_by_their_form() {
        let array = |ty| Some(Type::Array(Box::new(ty)));
        let object = Type::Map(Box::new(Type::Bool));
        // The values, and what they are; objects are what the caller says.
        let table = [
            ("[]", None),
            ("[null]", None),
            ("[true,null,false]", Some(Type::Bool)),
            ("[true,1]", None),
            ("[1,2147483647]", Some(Type::Int32)),
            ("[1,2147483648]", Some(Type::Int64)),
            ("[1,1.5]", Some(Type::Double)),
            ("[1,\"a\"]", None),
            ("[\"a\"]", Some(Type::String)),
            ("[\"a\",1]", None),
            (r#"["2006-03-07T17:37:17"]"#, Some(Type::DateTime)),
            (r#"["2006-03-07T17:37:17","later"]"#, Some(Type::String)),
            (r#"["2006-03-07"]"#, Some(Type::String)),
            (r#"["GIF89a","GIF89b"]"#, Some(Type::Base64)),
            (r#"["GIF89a","b"]"#, Some(Type::String)),
            ("[{}]", Some(object.clone())),
            ("[{},1]", None),
            ("[[]]", array(Type::Any)),
            ("[[1],[]]", array(Type::Int32)),
            ("[[1],[\"a\"]]", array(Type::Any)),
            ("[[1],1]", None),
            ("[[{}]]", array(object.clone())),
        ];
        for (text, expected) in table {
            let values = match Json::parse(text) {
                Ok(Json::Array(values)) => values,
                _ => Vec::new(),
            };
            assert_eq!(infer(&values, &object), expected, "{text}");
        }
    }
}
