//! Takes what several editions of one page say and returns what they say together: the sample with the richest shape, the type
//! word that tells most, the name of the body. The newest edition decides which fields and rows exist; older ones only fill
//! what it leaves open.

use crate::draft::{Draft, Row, Sample, SampleBody};
use crate::json::Json;
use crate::vocabulary;

use super::form;

/// Type words of the newer vocabulary that say less than those of the older one.
const COARSE: &[(&str, &[&str])] = &[
    ("String", &["string", "date-time", "byte"]),
    ("Integer", &["int32", "int64"]),
    ("Number", &["double"]),
    ("Boolean", &["bool"]),
];

/// The word for dictionaries.
const DICTIONARY: &str = "object";

/// The start line, headers and body that represent a sample of all editions.
pub(super) struct Merged<'d> {
    /// The newest sample that there is.
    pub(super) message: &'d Sample,
    pub(super) body: Body,
}

/// Body of a merged sample.
pub(super) enum Body {
    None,
    Json(Json),
    Raw,
}

/// One sample for all editions, newest first.
pub(super) fn samples<'d>(
    editions: &[&'d Draft],
    of: impl Fn(&'d Draft) -> Option<&'d Sample>,
) -> Option<Merged<'d>> {
    let all: Vec<&'d Sample> = editions.iter().filter_map(|draft| of(draft)).collect();
    let message = *all.first()?;
    let bodies = || {
        all.iter().filter_map(|sample| {
            if let SampleBody::Json(json, _) = &sample.body {
                Some(json)
            } else {
                None
            }
        })
    };
    let newest = all.iter().find(|sample| sample.body != SampleBody::None);
    let body = match newest.map(|sample| &sample.body) {
        None | Some(SampleBody::None) => Body::None,
        Some(SampleBody::Raw(_)) => Body::Raw,
        Some(SampleBody::Json(..)) => Body::Json(bodies().map(single).fold(Json::Null, merge)),
    };
    Some(Merged { message, body })
}

/// Shape of both: what the newer one leaves open is taken from the older one. Both have been through [`single`].
fn merge(newer: Json, older: Json) -> Json {
    match (newer, older) {
        (Json::Null, older) => older,
        (Json::Object(entries), older @ Json::Object(_)) if entries.is_empty() => older,
        (Json::Object(entries), Json::Object(others)) => {
            let mut others = others;
            let merged = entries
                .into_iter()
                .map(|(name, value)| match take(&mut others, &name) {
                    Some(other) => (name, merge(value, other)),
                    None => (name, value),
                });
            Json::Object(merged.collect())
        }
        (Json::Array(items), Json::Array(others)) => Json::Array(
            items
                .into_iter()
                .chain(others)
                .reduce(merge)
                .into_iter()
                .collect(),
        ),
        (Json::Integer(_), Json::Float(value)) => Json::Float(value),
        (Json::Integer(one), Json::Integer(other)) => Json::Integer(one.max(other)),
        (Json::String(one), Json::String(other)) => Json::String(form::plainer(one, other)),
        (newer, _) => newer,
    }
}

/// The same value with one element in every array, which has every key that any of the elements has: how many elements a
/// sample shows says nothing, and changes with each build of the documentation.
fn single(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            Json::Array(items.iter().map(single).reduce(union).into_iter().collect())
        }
        Json::Object(entries) => Json::Object(
            entries
                .iter()
                .map(|(name, value)| (name.clone(), single(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Elements of one array are of one type, so that the keys of all of them count.
fn union(one: Json, other: Json) -> Json {
    let more: Vec<(String, Json)> = match (&one, &other) {
        (Json::Object(mine), Json::Object(theirs)) if !mine.is_empty() => theirs
            .iter()
            .filter(|(name, _)| mine.iter().all(|(known, _)| known != name))
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    match merge(one, other) {
        Json::Object(mut entries) => {
            entries.extend(more);
            Json::Object(entries)
        }
        merged => merged,
    }
}

fn take(entries: &mut Vec<(String, Json)>, name: &str) -> Option<Json> {
    let at = entries.iter().position(|(known, _)| known == name)?;
    Some(entries.swap_remove(at).1)
}

/// The type word of a row: that of the newest edition, unless an older one is more exact.
pub(super) fn type_word<'d>(newest: &'d Row, older: impl Iterator<Item = &'d Row>) -> &'d str {
    let word = newest.ty.value.as_str();
    let mut others = older.map(|row| row.ty.value.as_str());
    others
        .find(|other| is_more_exact(other, word))
        .unwrap_or(word)
}

/// Whether `word` says more than `than`. A dictionary says more than the name of a type, because pages print that name where
/// they could not say what a dictionary holds.
fn is_more_exact(word: &str, than: &str) -> bool {
    match COARSE.iter().find(|(coarse, _)| *coarse == than) {
        Some((_, exact)) => exact.contains(&word),
        None if than.is_empty() => !word.is_empty(),
        None => word == DICTIONARY && vocabulary::is_name(than),
    }
}

/// What the text under the heading names as the type of a body, where the heading itself does not say the same.
pub(super) fn named<'d>(
    editions: &[&'d Draft],
    of: impl Fn(&'d Draft) -> Option<&'d str>,
    label: Option<&str>,
) -> Option<&'d str> {
    let name = editions.iter().find_map(|draft| of(draft))?;
    (label != Some(name)).then_some(name)
}
