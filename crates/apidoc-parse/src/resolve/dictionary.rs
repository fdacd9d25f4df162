//! Takes the entries of an object in a sample and says whether it is a dictionary rather than an object with fields, by the
//! keys: the documentation generator fills dictionaries with numbered or neutral keys, written samples have keys that are no
//! names of properties, and rows of an archive are recognised by the two columns that every row has, with scalars in all.
//! Refuses nothing.

use crate::json::Json;
use crate::marks::is_archive_row;

/// The key of dictionaries that map field names.
const NEUTRAL_KEY: &str = "fieldName";
/// The digits of a GUID without hyphens.
const GUID: usize = 32;

/// Whether these entries, found in a slot of this name, are those of a dictionary.
pub(super) fn is_dictionary(slot: &str, entries: &[(String, Json)]) -> bool {
    is_archive_row(entries)
        || has_odd_key(entries)
        || (!entries.is_empty() && entries.iter().all(|(key, _)| says_nothing(slot, key)))
}

/// Whether one of the keys is not written as the reference writes the names of properties: it is a number, a sentence, an
/// address, a GUID, or a culture (`en-US`).
pub(crate) fn has_odd_key(entries: &[(String, Json)]) -> bool {
    entries.iter().any(|(key, _)| !is_property_name(key))
}

fn is_property_name(key: &str) -> bool {
    let begins = key.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '@'));
    let mut rest = key.chars().skip(1);
    let is_guid = key.len() == GUID && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    begins && !is_guid && rest.all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))
}

/// Whether a key of a dictionary in a slot of this name is one that the documentation generator has made up.
pub(crate) fn says_nothing(slot: &str, key: &str) -> bool {
    key == NEUTRAL_KEY
        || key.strip_prefix(slot).is_some_and(is_number)
        || is_number(key)
        || key
            .split_once(':')
            .is_some_and(|(_, number)| is_number(number))
}

pub(crate) fn is_number(text: &str) -> bool {
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
            ("Links", r#"{"1":1,"Name":2}"#, true),
            ("Links", r#"{"Name":1,"momo@cat.example":2}"#, true),
            ("Links", r#"{"Name":1,"a cat":2}"#, true),
            ("Links", r#"{"en-US":1}"#, true),
            (
                "Links",
                r#"{"c0ffee00-0000-0000-0000-000000000000":1}"#,
                true,
            ),
            ("Links", r#"{"c0ffee00000000000000000000000000":1}"#, true),
            ("Links", r#"{"c0ffee":1}"#, false),
            (
                "Links",
                r#"{"@odata.type":1,"odata.count":2,"$ref":3,"_Links":4,"dc:title":5}"#,
                false,
            ),
            ("Links", r#"{"Größe":1}"#, false),
            ("Links", r#"{"Other1":1}"#, false),
            ("Links", r#"{"":1}"#, true),
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
