//! Takes the entries of an object in a sample and says whether it is a dictionary rather than an object with fields, by the
//! keys: the documentation generator fills dictionaries with numbered or neutral keys, and rows of an archive are
//! recognised by the two columns that every row has, with scalars in all. Refuses nothing.

use crate::json::Json;

/// The key of dictionaries that map field names.
const NEUTRAL_KEY: &str = "fieldName";
/// The columns that every archive row has, whatever was asked for.
const ROW_COLUMNS: [&str; 2] = ["PrimaryKey", "EntityName"];

/// Whether these entries, found in a slot of this name, are those of a dictionary.
pub(super) fn is_dictionary(slot: &str, entries: &[(String, Json)]) -> bool {
    is_row(entries)
        || (!entries.is_empty() && entries.iter().all(|(key, _)| is_dictionary_key(slot, key)))
}

/// A row of columns: every value of one is a scalar. A carrier with the same two fields holds objects, too.
fn is_row(entries: &[(String, Json)]) -> bool {
    let scalar = |value: &Json| !matches!(value, Json::Array(_) | Json::Object(_));
    let has = |column: &&str| entries.iter().any(|(key, _)| key == column);
    ROW_COLUMNS.iter().all(has) && entries.iter().all(|(_, value)| scalar(value))
}

fn is_dictionary_key(slot: &str, key: &str) -> bool {
    key == NEUTRAL_KEY
        || key.strip_prefix(slot).is_some_and(is_number)
        || is_number(key)
        || key
            .split_once(':')
            .is_some_and(|(_, number)| is_number(number))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
