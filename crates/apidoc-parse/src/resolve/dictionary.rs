//! Takes the entries of an object in a sample and says whether it is a dictionary rather than an object with fields, by the
//! keys: the documentation generator fills dictionaries with numbered or neutral keys, and rows of an archive are
//! recognised by the two columns that every row has, with scalars in all. Refuses nothing.

use crate::json::Json;
use crate::marks::is_archive_row;

/// The key of dictionaries that map field names.
const NEUTRAL_KEY: &str = "fieldName";

/// Whether these entries, found in a slot of this name, are those of a dictionary.
pub(super) fn is_dictionary(slot: &str, entries: &[(String, Json)]) -> bool {
    is_archive_row(entries)
        || (!entries.is_empty() && entries.iter().all(|(key, _)| is_dictionary_key(slot, key)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_dictionaries_from_objects() {
        // The name of the slot, its object, and whether that is a dictionary.
        let table = [
            ("Links", r#"{"fieldName":1}"#, true),
            ("Links", r#"{"Links1":1,"Links22":2}"#, true),
            ("Links", r#"{"1":1,"22":2}"#, true),
            ("Links", r#"{"x:1":1}"#, true),
            ("Links", r#"{"Links":1}"#, false),
            ("Links", r#"{"Linksa":1}"#, false),
            ("Links", r#"{"x:":1}"#, false),
            ("Links", r#"{"x:y":1}"#, false),
            ("Links", r#"{"1":1,"Name":2}"#, false),
            ("Links", r#"{"Other1":1}"#, false),
            ("Links", r#"{"":1}"#, false),
            ("Links", "{}", false),
            (
                "Rows",
                r#"{"PrimaryKey":"1","EntityName":"cat","name":"x"}"#,
                true,
            ),
        ];
        for (slot, text, expected) in table {
            let entries = match Json::parse(text) {
                Ok(Json::Object(entries)) => entries,
                _ => Vec::new(),
            };
            assert_eq!(is_dictionary(slot, &entries), expected, "{slot} {text}");
        }
    }
}
