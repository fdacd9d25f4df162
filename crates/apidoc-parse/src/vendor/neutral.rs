//! Takes a merged sample and returns it with neutral values of the same form: numbers, texts, dates and addresses are replaced,
//! keys and constants of enumerations are kept. What is a constant is decided from all samples together, because one sample
//! cannot tell a constant from a name.

use std::collections::{BTreeMap, BTreeSet};

use crate::draft::Draft;
use crate::editions::Editions;
use crate::json::Json;
use crate::marks::{ROW_COLUMNS, is_archive_row};

use super::form::Form;
use super::merge::Body;
use super::{request_sample, response_sample};

/// On how many pages a text must be found before it is a constant.
const CONSTANT_PAGES: usize = 2;

/// Words in the names of fields that hold names of things in the world, which look like constants.
const NEVER_CONSTANT: [&str; 1] = ["Country"];

/// Where a text stands: its field, and the field that holds the object around it. The holder may be left out, because most
/// fields mean the same wherever they are, and a few (`Type`) do not.
type Place = (Option<String>, String);

/// The texts of samples that are constants of enumerations, by place.
#[derive(Debug, Default)]
pub(super) struct Constants {
    found: BTreeMap<Place, BTreeSet<String>>,
}

impl Constants {
    /// Finds them in the samples of all pages.
    pub(super) fn of(editions: &[Editions<'_>]) -> Self {
        let mut seen: BTreeMap<Place, BTreeMap<String, BTreeSet<&str>>> = BTreeMap::new();
        for edition in editions {
            let drafts: Vec<&Draft> = edition.all().collect();
            for sample in [request_sample(&drafts), response_sample(&drafts)]
                .into_iter()
                .flatten()
            {
                let Body::Json(json) = sample.body else {
                    continue;
                };
                texts(&json, ("", ""), &mut |(holder, field), text| {
                    for holder in [None, Some(holder.to_owned())] {
                        let texts = seen.entry((holder, field.to_owned())).or_default();
                        texts
                            .entry(text.to_owned())
                            .or_default()
                            .insert(edition.newest.id.value.as_str());
                    }
                });
            }
        }
        let found = seen
            .into_iter()
            .filter_map(|(place, texts)| constants(&place.1, texts).map(|texts| (place, texts)));
        Self {
            found: found.collect(),
        }
    }

    fn contain(&self, (holder, field): (&str, &str), text: &str) -> bool {
        let among = |holder: Option<&str>| {
            self.found
                .get(&(holder.map(str::to_owned), field.to_owned()))
                .is_some_and(|texts| texts.contains(text))
        };
        is_pascal(text) && (among(None) || among(Some(holder)))
    }
}

/// The texts of a place, if all of them are constants: single words in Pascal case that several pages show.
fn constants(field: &str, texts: BTreeMap<String, BTreeSet<&str>>) -> Option<BTreeSet<String>> {
    let constant = |(text, pages): (&String, &BTreeSet<&str>)| {
        is_pascal(text) && pages.len() >= CONSTANT_PAGES
    };
    let all = texts.iter().all(constant) && !NEVER_CONSTANT.iter().any(|word| field.contains(word));
    all.then(|| texts.into_keys().collect())
}

/// The value with everything replaced that is no key and no constant.
pub(super) fn neutral(json: &Json, constants: &Constants) -> Json {
    value(json, ("", ""), constants)
}

fn value(json: &Json, place: (&str, &str), constants: &Constants) -> Json {
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
        Json::Object(entries) => {
            let row = is_archive_row(entries);
            let kept = entries
                .iter()
                .filter(|(name, _)| !row || ROW_COLUMNS.contains(&name.as_str()));
            Json::Object(
                kept.map(|(name, json)| (name.clone(), value(json, (place.1, name), constants)))
                    .collect(),
            )
        }
    }
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

fn is_pascal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}
