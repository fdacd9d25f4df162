//! Takes what several editions of one page say and returns what they say together: the sample with the richest shape, the type
//! word that tells most, the name of the body. The newest edition decides which fields and rows exist; older ones only fill
//! what it leaves open.

use std::borrow::Cow;

use apidoc_model::sample::Side;

use crate::draft::{Draft, Row, Sample, SampleBody};
use crate::json::Json;
use crate::vocabulary;

use super::shape;

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
    pub(super) body: Body<'d>,
}

/// Body of a merged sample.
pub(super) enum Body<'d> {
    None,
    Json(Cow<'d, Json>),
    Raw,
}

/// One sample for all editions, newest first.
pub(super) fn samples<'d>(editions: &[&'d Draft], side: Side) -> Option<Merged<'d>> {
    let all: Vec<&'d Sample> = editions
        .iter()
        .filter_map(|draft| draft.sample(side))
        .collect();
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
        Some(SampleBody::Json(..)) => Body::Json(shape::merged(bodies())),
    };
    Some(Merged { message, body })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_more_than_one_that_hides_it() {
        let table = [
            ("date-time", "String", true),
            ("string", "String", true),
            ("byte", "String", true),
            ("int64", "Integer", true),
            ("double", "Number", true),
            ("bool", "Boolean", true),
            ("int32", "String", false),
            ("String", "String", false),
            ("object", "Integer", false),
            ("int32", "", true),
            ("", "", false),
            ("object", "Cage", true),
            ("Cage", "object", false),
            ("object", "int32", false),
            ("array", "Cage", false),
        ];
        for (word, than, expected) in table {
            assert_eq!(is_more_exact(word, than), expected, "{word} than {than}");
        }
    }
}
