//! Takes samples and the types of their places and returns them with neutral keys in their dictionaries: a key is a value like
//! any other, and may be a name or an address. Keys that say nothing are kept (`fieldName`, `Links1`), and so are the words
//! that the dictionaries of a field have on several pages. Refuses nothing.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use apidoc_model::Api;
use apidoc_model::api::{ModelId, Payload, Type};

use crate::json::Json;
use crate::marks::is_archive_row;
use crate::resolve::{is_number, says_nothing};

use super::neutral::{Texts, is_pascal};

/// Neutral keys in place of these, all different, and the same again where they are neutral already. A number stays one.
pub(super) fn neutral_keys<'k>(
    slot: &str,
    entries: &'k [(String, Json)],
    is_constant: impl Fn(&str) -> bool,
) -> Vec<Cow<'k, str>> {
    let stays = |key: &str| !is_number(key) && (says_nothing(slot, key) || is_constant(key));
    let keys = || entries.iter().map(|(key, _)| key.as_str());
    let taken: HashSet<&str> = keys().filter(|key| stays(key)).collect();
    let renamed = |(key, at): (&'k str, usize)| {
        if stays(key) {
            return Cow::Borrowed(key);
        }
        if is_number(key) {
            return Cow::Owned(at.to_string());
        }
        let mut free = (at..)
            .step_by(entries.len().max(1))
            .map(|at| format!("key:{at}"));
        Cow::Owned(
            free.find(|name| !taken.contains(name.as_str()))
                .unwrap_or_default(),
        )
    };
    keys().zip(1..).map(renamed).collect()
}

/// The dictionaries of an API, and the words in them.
pub(super) struct Dictionaries<'a> {
    fields: HashMap<&'a ModelId, HashMap<&'a str, &'a Type>>,
    words: HashMap<String, Texts<'a>>,
}

impl<'a> Dictionaries<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let holds_more = |ty: &Type| matches!(ty, Type::Array(_) | Type::Map(_) | Type::Model(_));
        let models = api.models.iter().map(|(id, model)| {
            let fields = model.fields.iter().filter(|field| holds_more(&field.ty));
            let fields = fields.map(|field| (field.name.as_str(), &field.ty));
            (id, fields.collect())
        });
        Self {
            fields: models.collect(),
            words: HashMap::new(),
        }
    }

    /// Sees the keys of the body of a page.
    pub(super) fn see(&mut self, payload: &Payload, slot: &'a str, json: &'a Json, page: usize) {
        let Payload::Json(ty) = payload else { return };
        let mut found = Vec::new();
        self.walk(ty, slot, json, &mut |slot, entries| {
            found.push((slot, entries))
        });
        for (slot, entries) in found {
            let words = self.words.entry(slot.to_owned()).or_default();
            let keys = entries.iter().map(|(key, _)| key.as_str());
            for key in keys.filter(|key| !says_nothing(slot, key)) {
                words.see(slot, key, page);
            }
        }
    }

    /// Forgets the words that are shown too rarely.
    pub(super) fn settle(&mut self) {
        self.words.values_mut().for_each(Texts::settle);
    }

    /// Whether the keys of all dictionaries are neutral.
    pub(super) fn are_neutral(&self, payload: &Payload, slot: &str, json: &Json) -> bool {
        let Payload::Json(ty) = payload else {
            return true;
        };
        let mut neutral = true;
        self.walk(ty, slot, json, &mut |slot, entries| {
            let keys = self.keys(slot, entries);
            neutral &= keys.iter().zip(entries).all(|(key, (old, _))| key == old);
        });
        neutral
    }

    /// The body with neutral keys in its dictionaries.
    pub(super) fn neutral(&self, payload: &Payload, slot: &str, json: Json) -> Json {
        match payload {
            Payload::Json(ty) => self.value(ty, slot, json),
            _ => json,
        }
    }

    fn value(&self, ty: &Type, slot: &str, json: Json) -> Json {
        match (ty, json) {
            (Type::Array(ty), Json::Array(items)) => {
                let items = items.into_iter();
                Json::Array(items.map(|item| self.value(ty, slot, item)).collect())
            }
            (Type::Map(ty), Json::Object(entries)) => {
                let keys = self.keys(slot, &entries).into_iter().map(Cow::into_owned);
                let keys: Vec<String> = keys.collect();
                let values = entries
                    .into_iter()
                    .map(|(_, value)| self.value(ty, slot, value));
                Json::Object(keys.into_iter().zip(values).collect())
            }
            (Type::Model(id), Json::Object(entries)) => {
                let fields = self.fields.get(id);
                let field = |name: &str| fields.and_then(|fields| fields.get(name));
                let entries = entries.into_iter().map(|(name, value)| match field(&name) {
                    Some(ty) => {
                        let value = self.value(ty, &name, value);
                        (name, value)
                    }
                    None => (name, value),
                });
                Json::Object(entries.collect())
            }
            (_, json) => json,
        }
    }

    fn keys<'k>(&self, slot: &str, entries: &'k [(String, Json)]) -> Vec<Cow<'k, str>> {
        if is_archive_row(entries) {
            return entries
                .iter()
                .map(|(key, _)| Cow::Borrowed(key.as_str()))
                .collect();
        }
        let words = self.words.get(slot);
        neutral_keys(slot, entries, |key| {
            is_pascal(key) && words.is_some_and(|words| words.contain(key))
        })
    }

    /// Goes to all dictionaries in a value, with the name of the field that holds them.
    fn walk<'j>(
        &self,
        ty: &Type,
        slot: &'j str,
        json: &'j Json,
        found: &mut impl FnMut(&'j str, &'j [(String, Json)]),
    ) {
        match (ty, json) {
            (Type::Array(ty), Json::Array(items)) => {
                items
                    .iter()
                    .for_each(|item| self.walk(ty, slot, item, found));
            }
            (Type::Map(ty), Json::Object(entries)) => {
                if !is_archive_row(entries) {
                    found(slot, entries);
                }
                let values = entries.iter().map(|(_, value)| value);
                values.for_each(|value| self.walk(ty, slot, value, found));
            }
            (Type::Model(id), Json::Object(entries)) => {
                let Some(fields) = self.fields.get(id) else {
                    return;
                };
                for (name, value) in entries {
                    if let Some(ty) = fields.get(name.as_str()) {
                        self.walk(ty, name, value, found);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_neutral_once() {
        // The keys of a dictionary in the field `Links`, and the neutral ones.
        let table: [(&[&str], &[&str]); 7] = [
            (&[], &[]),
            (
                &["fieldName", "Links1", "x:7"],
                &["fieldName", "Links1", "x:7"],
            ),
            (&["Momo", "momo@cat.example"], &["key:1", "key:2"]),
            (&["Self", "Momo"], &["Self", "key:2"]),
            (&["7", "9"], &["1", "2"]),
            (&["7", "a cat", "9"], &["1", "key:2", "3"]),
            // The neutral one is taken.
            (&["Momo", "key:1"], &["key:3", "key:1"]),
        ];
        for (keys, expected) in table {
            let entries = |keys: &[&str]| -> Vec<(String, Json)> {
                keys.iter()
                    .map(|key| ((*key).to_owned(), Json::Null))
                    .collect()
            };
            let neutral = |keys: &[&str]| -> Vec<String> {
                let entries = entries(keys);
                let keys = neutral_keys("Links", &entries, |key| key == "Self");
                keys.into_iter().map(Cow::into_owned).collect()
            };
            assert_eq!(neutral(keys), expected, "{keys:?}");
            assert_eq!(neutral(expected), expected, "{keys:?} again");
        }
    }
}
