//! Archives over what the tenant holds: restrictions, order, columns and pages. Each part is its own file; this one only
//! reads columns of entities, which all of them need.

pub(crate) mod agent;
pub(crate) mod evaluate;
pub(crate) mod filter;
pub(crate) mod lexer;
pub(crate) mod page;

use serde_json::Value;

use crate::patch::child;

/// The dictionaries that hold custom fields.
const CUSTOM_FIELDS: [&str; 2] = ["CustomFields", "UserDefinedFields"];

/// The value of `column` (`name`, `associate/fullName`, `contactUdef/SuperOffice:1`) in an entity whose archive is called
/// `stem` (`contact`); `null` where the entity has no such field.
pub(crate) fn column(entity: &Value, stem: &str, column: &str) -> Value {
    let path: Vec<&str> = column.split(['/', '.']).collect();
    let path = match path.split_first() {
        Some((first, rest)) if !rest.is_empty() && first.eq_ignore_ascii_case(stem) => rest,
        _ => &path,
    };
    let direct = path.iter().try_fold(entity, |value, key| child(value, key));
    direct
        .or_else(|| custom_field(entity, path.last()?))
        .map_or(Value::Null, plain)
}

fn custom_field<'v>(entity: &'v Value, name: &str) -> Option<&'v Value> {
    CUSTOM_FIELDS
        .iter()
        .find_map(|fields| child(child(entity, fields)?, name))
}

/// A column holds one value: of an object its text.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(_) => ["FullName", "Name", "Value"]
            .iter()
            .find_map(|name| child(value, name))
            .cloned()
            .unwrap_or_default(),
        Value::Array(_) => Value::Null,
        scalar => scalar.clone(),
    }
}
