//! Takes a merged sample and returns it with neutral values of the same form: numbers, texts, dates and addresses are
//! replaced, and so are keys that are no names of properties; constants of enumerations are kept. What is a constant is
//! decided from all samples together, because one sample cannot tell a constant from a name.

use std::collections::HashMap;

use crate::json::Json;
use crate::marks::{ROW_COLUMNS, is_archive_row};
use crate::resolve::has_odd_key;

use super::Messages;
use super::form::Form;
use super::keys::neutral_keys;
use super::merge::Body;

/// On how many pages a text must be found before it is a constant.
const CONSTANT_PAGES: usize = 2;

/// Words in the names of fields that hold names of things in the world, which look like constants.
const NEVER_CONSTANT: [&str; 1] = ["Country"];

/// The texts of samples that are constants of enumerations, by field, wherever it is and by the field that holds the object around
/// it: most fields mean the same everywhere, and a few (`Type`) do not.
#[derive(Debug, Default)]
pub(super) struct Constants<'j> {
    fields: HashMap<&'j str, Field<'j>>,
}

#[derive(Debug, Default)]
struct Field<'j> {
    anywhere: Texts<'j>,
    by_holder: HashMap<&'j str, Texts<'j>>,
}

/// The texts of a place. They are constants if all of them are: single words in Pascal case that several pages show.
#[derive(Debug, Default)]
pub(super) struct Texts<'j> {
    /// One of them is no constant, so none is.
    mixed: bool,
    found: HashMap<&'j str, Pages>,
}

/// The pages that show a text: the last one, and how many.
#[derive(Debug)]
struct Pages {
    last: usize,
    count: usize,
}

impl<'j> Constants<'j> {
    /// Finds them in the samples of all pages.
    pub(super) fn of(pages: &'j [Messages<'_>]) -> Self {
        let mut constants = Self::default();
        for (page, messages) in pages.iter().enumerate() {
            for sample in [&messages.request, &messages.response]
                .into_iter()
                .flatten()
            {
                if let Body::Json(json) = &sample.body {
                    texts(json, ("", ""), &mut |place, text| {
                        constants.see(place, text, page);
                    });
                }
            }
        }
        constants.settle();
        constants
    }

    /// Forgets the places where a text is shown too rarely.
    fn settle(&mut self) {
        for field in self.fields.values_mut() {
            for texts in field.by_holder.values_mut().chain([&mut field.anywhere]) {
                texts.settle();
            }
        }
    }

    fn see(&mut self, (holder, name): (&'j str, &'j str), text: &'j str, page: usize) {
        let field = self.fields.entry(name).or_default();
        field.anywhere.see(name, text, page);
        let held = field.by_holder.entry(holder).or_default();
        held.see(name, text, page);
    }

    fn contain(&self, (holder, name): (&str, &str), text: &str) -> bool {
        is_pascal(text)
            && self.fields.get(name).is_some_and(|field| {
                let held = field.by_holder.get(holder);
                let mut places = [Some(&field.anywhere), held].into_iter().flatten();
                places.any(|texts| texts.contain(text))
            })
    }
}

impl<'j> Texts<'j> {
    /// Forgets all texts where one is shown too rarely.
    pub(super) fn settle(&mut self) {
        let mut pages = self.found.values();
        if pages.any(|pages| pages.count < CONSTANT_PAGES) {
            self.found.clear();
        }
    }

    pub(super) fn contain(&self, text: &str) -> bool {
        self.found.contains_key(text)
    }

    pub(super) fn see(&mut self, field: &str, text: &'j str, page: usize) {
        if self.mixed {
            return;
        }
        if !is_pascal(text) || NEVER_CONSTANT.iter().any(|word| field.contains(word)) {
            self.mixed = true;
            self.found = HashMap::new();
            return;
        }
        match self.found.get_mut(text) {
            Some(pages) if pages.last == page => {}
            Some(pages) => {
                pages.last = page;
                pages.count += 1;
            }
            None => {
                let pages = Pages {
                    last: page,
                    count: 1,
                };
                self.found.insert(text, pages);
            }
        }
    }
}

/// Whether the value is neutral already.
pub(super) fn is_neutral(json: &Json, constants: &Constants<'_>) -> bool {
    holds(json, ("", ""), constants)
}

fn holds(json: &Json, place: (&str, &str), constants: &Constants<'_>) -> bool {
    match json {
        Json::String(text) => Form::of(text).neutral() == text || constants.contain(place, text),
        Json::Array(items) => items.iter().all(|item| holds(item, place, constants)),
        Json::Object(entries) => {
            let row = is_archive_row(entries);
            let odd = !row && has_odd_key(entries);
            let keys = || neutral_keys(place.1, entries, |_| false);
            (!row || entries.len() == ROW_COLUMNS.len())
                && (!odd || keys().iter().zip(entries).all(|(key, (old, _))| key == old))
                && entries
                    .iter()
                    .all(|(name, json)| holds(json, (place.1, name), constants))
        }
        plain => value(plain, place, constants) == *plain,
    }
}

/// The value with everything replaced that is no name of a property and no constant.
pub(super) fn neutral(json: &Json, constants: &Constants<'_>) -> Json {
    value(json, ("", ""), constants)
}

fn value(json: &Json, place: (&str, &str), constants: &Constants<'_>) -> Json {
    match json {
        Json::Null => Json::Null,
        Json::Bool(_) => Json::Bool(true),
        Json::Integer(number) => Json::Integer(if i32::try_from(*number).is_ok() {
            1
        } else {
            i64::from(i32::MAX) + 1
        }),
        Json::Float(_) => Json::Float(1.5),
        Json::String(text) if constants.contain(place, text) => Json::String(text.clone()),
        Json::String(text) => Json::String(Form::of(text).neutral().to_owned()),
        Json::Array(items) => Json::Array(
            items
                .iter()
                .map(|item| value(item, place, constants))
                .collect(),
        ),
        Json::Object(entries) => Json::Object(object(entries, place, constants)),
    }
}

fn object(
    entries: &[(String, Json)],
    place: (&str, &str),
    constants: &Constants<'_>,
) -> Vec<(String, Json)> {
    let entry = |key: &str, json: &Json| {
        let json = value(json, (place.1, key), constants);
        (key.to_owned(), json)
    };
    if is_archive_row(entries) {
        let kept = entries
            .iter()
            .filter(|(name, _)| ROW_COLUMNS.contains(&name.as_str()));
        return kept.map(|(name, json)| entry(name, json)).collect();
    }
    if has_odd_key(entries) {
        let keys = neutral_keys(place.1, entries, |_| false).into_iter();
        let renamed = keys.zip(entries).map(|(key, (_, json))| entry(&key, json));
        return renamed.collect();
    }
    let entries = entries.iter().map(|(name, json)| entry(name, json));
    entries.collect()
}

fn texts<'j>(
    json: &'j Json,
    place: (&'j str, &'j str),
    found: &mut impl FnMut((&'j str, &'j str), &'j str),
) {
    match json {
        Json::String(text) => found(place, text),
        Json::Array(items) => items.iter().for_each(|item| texts(item, place, found)),
        Json::Object(entries) => entries
            .iter()
            .for_each(|(name, json)| texts(json, (place.1, name), found)),
        _ => {}
    }
}

pub(super) fn is_pascal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_word_in_pascal_case_may_be_a_constant() {
        let table = [
            ("Hungry", true),
            ("A1", true),
            ("hungry", false),
            ("Hungry cat", false),
            ("1A", false),
            ("Hungry-ish", false),
            ("Éclair", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(is_pascal(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_are_found_with_the_fields_around_them() {
        let json = Json::parse(r#"{"A":["x",{"B":"y"},[null,"z"]],"C":1}"#);
        let json = json.unwrap_or(Json::Null);
        let mut found = Vec::new();
        texts(&json, ("", ""), &mut |place, text| {
            found.push((place, text));
        });
        assert_eq!(
            found,
            [(("", "A"), "x"), (("A", "B"), "y"), (("", "A"), "z")]
        );
    }

    #[test]
    fn what_is_neutral_stays_and_everything_else_becomes_so() {
        // A sample, and its neutral form.
        let table = [
            ("null", "null"),
            ("false", "true"),
            ("-7", "1"),
            ("2147483647", "1"),
            ("2147483648", "2147483648"),
            ("9000000000", "2147483648"),
            ("0.25", "1.5"),
            (r#""a cat""#, r#""text""#),
            (r#""""#, r#""""#),
            (r#"["a","b"]"#, r#"["text","text"]"#),
            (
                r#"{"A":[1],"B":{"C":"https://cat.example"}}"#,
                r#"{"A":[1],"B":{"C":"https://example.com/"}}"#,
            ),
            (
                r#"{"PrimaryKey":"7","EntityName":"cat","name":"Momo"}"#,
                r#"{"PrimaryKey":"text","EntityName":"text"}"#,
            ),
            (
                r#"{"PrimaryKey":"text","EntityName":"text","name":"text"}"#,
                r#"{"PrimaryKey":"text","EntityName":"text"}"#,
            ),
            (
                r#"{"A":{"momo@cat.example":7,"9":[7],"A1":{"a cat":7}}}"#,
                r#"{"A":{"key:1":1,"2":[1],"A1":{"key:1":1}}}"#,
            ),
            (
                r#"{"PrimaryKey":"7","EntityName":"cat"}"#,
                r#"{"PrimaryKey":"text","EntityName":"text"}"#,
            ),
        ];
        let none = Constants::default();
        for (text, expected) in table {
            let [json, expected] =
                [text, expected].map(|text| Json::parse(text).unwrap_or(Json::Null));
            assert!(text == "null" || expected != Json::Null, "{text}");
            assert_eq!(neutral(&json, &none), expected, "{text}");
            assert_eq!(is_neutral(&json, &none), json == expected, "{text}");
            assert!(is_neutral(&expected, &none), "{text}");
        }
    }

    #[test]
    fn a_constant_is_shown_by_two_pages_in_all_its_places() {
        let mut constants = Constants::default();
        // Holder, field, text, page.
        let seen = [
            ("", "Mood", "Hungry", 0),
            ("", "Mood", "Hungry", 1),
            ("", "Rare", "Once", 0),
            ("", "Rare", "Once", 0),
            ("", "Name", "Momo", 0),
            ("", "Name", "Momo", 1),
            ("", "Name", "a cat", 1),
            ("Cat", "Type", "Tabby", 0),
            ("Cat", "Type", "Tabby", 1),
            ("Dog", "Type", "barks", 1),
            ("", "CountryName", "Catland", 0),
            ("", "CountryName", "Catland", 1),
        ];
        for (holder, name, text, page) in seen {
            constants.see((holder, name), text, page);
        }
        constants.settle();
        let table = [
            ("", "Mood", "Hungry", true),
            ("Cat", "Mood", "Hungry", true),
            ("", "Mood", "Sated", false),
            ("", "Rare", "Once", false),
            ("", "Name", "Momo", false),
            ("Cat", "Type", "Tabby", true),
            ("Dog", "Type", "Tabby", false),
            ("Dog", "Type", "barks", false),
            ("", "CountryName", "Catland", false),
            ("", "Unknown", "Hungry", false),
        ];
        for (holder, name, text, expected) in table {
            assert_eq!(
                constants.contain((holder, name), text),
                expected,
                "{holder}.{name} {text}"
            );
        }
    }
}
