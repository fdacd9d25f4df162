//! Archives over what the tenant holds: restrictions, order, columns and pages. Each part is its own file; this one only
//! reads columns of entities, which all of them need.

pub(crate) mod agent;
pub(crate) mod evaluate;
pub(crate) mod filter;
pub(crate) mod lexer;
pub(crate) mod operator;
pub(crate) mod page;
pub(crate) mod period;

use serde_json::Value;

use crate::patch::child;

/// The dictionaries that hold custom fields.
const CUSTOM_FIELDS: [&str; 2] = ["CustomFields", "UserDefinedFields"];

/// Columns that every archive has, for lists that are to be restricted by nothing or by everything.
const PSEUDO: [(&str, bool); 2] = [("getAllRows", true), ("getNoRows", false)];

/// The value of `column` (`name`, `associate/fullName`, `contactUdef/SuperOffice:1`) in an entity whose archive is called
/// `stem` (`contact`), as it is shown: of an object its text; `null` where the entity has no such field.
pub(crate) fn column(entity: &Value, stem: &str, column: &str) -> Value {
    plain(&field(entity, stem, column))
}

/// The same, objects as a whole.
pub(crate) fn field(entity: &Value, stem: &str, column: &str) -> Value {
    let path: Vec<&str> = column.split(['/', '.']).collect();
    let path = match path.split_first() {
        Some((first, rest)) if !rest.is_empty() && first.eq_ignore_ascii_case(stem) => rest,
        _ => &path,
    };
    let direct = path.iter().try_fold(entity, |value, key| child(value, key));
    let direct = direct.or_else(|| of_stem(entity, stem, path));
    let found = direct.or_else(|| {
        let name = path.last()?;
        custom_field(entity, name).or_else(|| reference(entity, name))
    });
    let pseudo = || {
        let named = |(name, _): &&(&str, bool)| name.eq_ignore_ascii_case(column);
        PSEUDO.iter().find(named).map(|(_, all)| Value::from(*all))
    };
    found.cloned().or_else(pseudo).unwrap_or_default()
}

/// `contactAssociate/fullName` is the field of the contact's `Associate`.
fn of_stem<'v>(entity: &'v Value, stem: &str, path: &[&str]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    let (start, name) = first.split_at_checked(stem.len())?;
    if !start.eq_ignore_ascii_case(stem) {
        return None;
    }
    rest.iter()
        .try_fold(child(entity, name)?, |value, key| child(value, key))
}

fn custom_field<'v>(entity: &'v Value, name: &str) -> Option<&'v Value> {
    CUSTOM_FIELDS
        .iter()
        .find_map(|fields| child(child(entity, fields)?, name))
}

/// `associateId` is the key of `Associate`.
fn reference<'v>(entity: &'v Value, name: &str) -> Option<&'v Value> {
    let (object, id) = name.split_at_checked(name.len().checked_sub(2)?)?;
    if !id.eq_ignore_ascii_case("Id") {
        return None;
    }
    key(child(entity, object)?, object)
}

/// The key of an object in the field `name`: an associate's, or `Id`, or the field's name with `Id`.
pub(crate) fn key<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    child(object, "Id")
        .or_else(|| child(object, &format!("{name}Id")))
        .or_else(|| child(object, "AssociateId"))
        .filter(|key| key.is_number())
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
