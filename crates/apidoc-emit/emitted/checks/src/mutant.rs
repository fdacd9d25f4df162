//! Damage to a response: what servers of another version send. Takes a document and the pointers of its dictionaries; returns every
//! single damage, in groups of some that do not touch each other. A group is tried as a whole, since a key that is null here says
//! nothing about one that is null there; the damages of a group that fails are tried one by one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::pointer::{member, split};

/// Every fourth key of all objects of one depth goes into one group: most keys stay where they are.
const GROUPS: usize = 4;

/// A name that no field has.
const UNKNOWN: &str = "xUnknownField";

/// One damage.
#[derive(Debug, Clone)]
pub(crate) struct Damage {
    /// The place.
    pub(crate) pointer: String,
    /// What happens to it, in words.
    pub(crate) what: &'static str,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    Replace(Value),
    Remove,
    Add(Value),
}

/// All damages to a document.
pub(crate) fn groups(document: &Value, dictionaries: &[String]) -> Vec<Vec<Damage>> {
    let mut groups: BTreeMap<(&'static str, usize, usize), Vec<Damage>> = BTreeMap::new();
    if !document.is_null() {
        let whole = damage("", "null", Change::Replace(Value::Null));
        groups.insert(("the whole", 0, 0), vec![whole]);
    }
    let mut open = vec![(String::new(), document, 0)];
    while let Some((pointer, value, depth)) = open.pop() {
        for (index, damage) in damages(&pointer, value, dictionaries)
            .into_iter()
            .enumerate()
        {
            groups
                .entry((damage.what, depth, index / 2 % GROUPS))
                .or_default()
                .push(damage);
        }
        match value {
            Value::Object(members) => open.extend(
                members
                    .iter()
                    .map(|(key, value)| (member(&pointer, key), value, depth + 1)),
            ),
            Value::Array(items) => {
                open.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(i, value)| (format!("{pointer}/{i}"), value, depth + 1)),
                );
            }
            _ => {}
        }
    }
    groups.into_values().collect()
}

/// The document with these damages.
pub(crate) fn damaged(document: &Value, damages: &[Damage]) -> Value {
    let mut copy = document.clone();
    for damage in damages {
        damage.apply(&mut copy);
    }
    copy
}

impl Damage {
    fn apply(&self, document: &mut Value) {
        match &self.change {
            Change::Replace(value) => {
                if let Some(place) = document.pointer_mut(&self.pointer) {
                    *place = value.clone();
                }
            }
            Change::Remove => drop(
                self.holder(document)
                    .and_then(|(members, key)| members.remove(&key)),
            ),
            Change::Add(value) => drop(
                self.holder(document)
                    .and_then(|(members, key)| members.insert(key, value.clone())),
            ),
        }
    }

    /// The object that holds the place, and the place's name in it.
    fn holder<'v>(
        &self,
        document: &'v mut Value,
    ) -> Option<(&'v mut serde_json::Map<String, Value>, String)> {
        let (parent, key) = split(&self.pointer)?;
        Some((document.pointer_mut(parent)?.as_object_mut()?, key))
    }
}

fn damage(pointer: &str, what: &'static str, change: Change) -> Damage {
    Damage {
        pointer: pointer.to_owned(),
        what,
        change,
    }
}

/// The damages to one value: two per member of an object and one for the object, or those of a text.
fn damages(pointer: &str, value: &Value, dictionaries: &[String]) -> Vec<Damage> {
    let Value::Object(members) = value else {
        let texts = replacements(value).into_iter();
        return texts
            .map(|(text, what)| damage(pointer, what, Change::Replace(text)))
            .collect();
    };
    let mut damages = Vec::with_capacity(2 * members.len() + 1);
    for key in members.keys() {
        let place = member(pointer, key);
        damages.push(damage(&place, "null", Change::Replace(Value::Null)));
        damages.push(damage(&place, "removed", Change::Remove));
    }
    let unknown = unknown_member(
        members,
        dictionaries.iter().any(|dictionary| dictionary == pointer),
    );
    damages.push(damage(
        &member(pointer, UNKNOWN),
        "added",
        Change::Add(unknown),
    ));
    damages
}

/// In a dictionary, a value like the others; elsewhere, anything.
fn unknown_member(members: &serde_json::Map<String, Value>, is_dictionary: bool) -> Value {
    if is_dictionary {
        return members.values().next().cloned().unwrap_or(Value::Null);
    }
    json!({"a": [1, null, "x"]})
}

fn replacements(value: &Value) -> Vec<(Value, &'static str)> {
    match value.as_str() {
        Some(text) if is_constant(text) => {
            vec![
                ("XUnknownConstant".into(), "an unknown constant"),
                ("A, B".into(), "several constants"),
            ]
        }
        Some(text) => without_offset(text)
            .map(|text| (text.into(), "a date without offset"))
            .into_iter()
            .collect(),
        None => Vec::new(),
    }
}

/// Whether a text looks like a constant of an enumeration.
fn is_constant(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// `2024-02-29T12:30:00+01:00` → `2024-02-29T12:30:00`
fn without_offset(text: &str) -> Option<&str> {
    let (date, time) = text.split_once('T')?;
    let is_date = date.len() == 10 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let end = time.find(['+', '-', 'Z'])?;
    let is_time = time[..end]
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
    (is_date && is_time).then(|| &text[..date.len() + 1 + end])
}
