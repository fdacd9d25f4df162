//! Takes a merged sample and returns it with neutral values of the same form: numbers, texts, dates and addresses are replaced,
//! keys and constants of enumerations are kept. What is a constant is decided from all samples together, because one sample
//! cannot tell a constant from a name.

use std::collections::{BTreeMap, BTreeSet};

use crate::draft::Draft;
use crate::editions::Editions;
use crate::json::Json;

use super::form::Form;
use super::merge::Body;
use super::{request_sample, response_sample};

/// On how many pages a text must be found before it is a constant.
const CONSTANT_PAGES: usize = 2;

/// Columns that every row of an archive has; the others are whatever was asked for.
const ROW_COLUMNS: [&str; 2] = ["PrimaryKey", "EntityName"];

/// The texts of samples that are constants of enumerations, by field.
#[derive(Debug, Default)]
pub(super) struct Constants {
    found: BTreeMap<String, BTreeSet<String>>,
}

impl Constants {
    /// Finds them in the samples of all pages.
    pub(super) fn of(editions: &[Editions<'_>]) -> Self {
        let mut bodies = Vec::new();
        for edition in editions {
            let drafts: Vec<&Draft> = edition.all().collect();
            let samples = [request_sample(&drafts), response_sample(&drafts)];
            bodies.extend(samples.into_iter().flatten().filter_map(|sample| match sample.body {
                Body::Json(json) => Some((edition.newest.id.value.as_str(), json)),
                Body::None | Body::Raw => None,
            }));
        }
        Self::find(bodies.iter().map(|(page, json)| (*page, json)))
    }

    /// A field holds constants where every text it has anywhere is a single word in Pascal case that several pages show.
    fn find<'j>(bodies: impl IntoIterator<Item = (&'j str, &'j Json)>) -> Self {
        let mut seen: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
        for (page, body) in bodies {
            texts(body, "", &mut |field, text| {
                seen.entry(field)
                    .or_default()
                    .entry(text)
                    .or_default()
                    .insert(page);
            });
        }
        let constant = |(text, pages): (&&str, &BTreeSet<&str>)| {
            is_pascal(text) && pages.len() >= CONSTANT_PAGES
        };
        let fields = seen
            .into_iter()
            .filter(|(_, texts)| texts.iter().all(constant));
        let owned = fields.map(|(field, texts)| {
            (
                field.to_owned(),
                texts.into_keys().map(str::to_owned).collect(),
            )
        });
        Self {
            found: owned.collect(),
        }
    }

    fn contain(&self, field: &str, text: &str) -> bool {
        self.found
            .get(field)
            .is_some_and(|texts| texts.contains(text))
    }
}

/// The value with everything replaced that is no key and no constant.
pub(super) fn neutral(json: &Json, constants: &Constants) -> Json {
    value(json, "", constants)
}

fn value(json: &Json, field: &str, constants: &Constants) -> Json {
    match json {
        Json::Null => Json::Null,
        Json::Bool(_) => Json::Bool(true),
        Json::Integer(number) => Json::Integer(if i32::try_from(*number).is_ok() {
            1
        } else {
            i64::from(i32::MAX) + 1
        }),
        Json::Float(_) => Json::Float(1.5),
        Json::String(text) if constants.contain(field, text) => Json::String(text.clone()),
        Json::String(text) => Json::String(Form::of(text).neutral().to_owned()),
        Json::Array(items) => Json::Array(
            items
                .iter()
                .map(|item| value(item, field, constants))
                .collect(),
        ),
        Json::Object(entries) => {
            let row = is_archive_row(entries);
            let kept = entries
                .iter()
                .filter(|(name, _)| !row || ROW_COLUMNS.contains(&name.as_str()));
            Json::Object(
                kept.map(|(name, json)| (name.clone(), value(json, name, constants)))
                    .collect(),
            )
        }
    }
}

fn texts<'j>(json: &'j Json, field: &'j str, found: &mut impl FnMut(&'j str, &'j str)) {
    match json {
        Json::String(text) => found(field, text),
        Json::Array(items) => items.iter().for_each(|item| texts(item, field, found)),
        Json::Object(entries) => entries
            .iter()
            .for_each(|(name, json)| texts(json, name, found)),
        _ => {}
    }
}

/// A row of plain values with the columns that every row has.
fn is_archive_row(entries: &[(String, Json)]) -> bool {
    let plain = entries
        .iter()
        .all(|(_, json)| !matches!(json, Json::Object(_) | Json::Array(_)));
    plain
        && ROW_COLUMNS
            .iter()
            .all(|column| entries.iter().any(|(name, _)| name == column))
}

fn is_pascal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}
