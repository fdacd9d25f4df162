//! Takes the `Enum: …` rows of all parameter tables and returns the enumerations with their names: the parameter's name,
//! prefixed with the group where it is a single plain word or where other parameters use it for other values. Lists under one
//! name are one enumeration.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::api::{Enum, Rule};

use crate::draft::{Draft, Row};

use super::decide::evidence;
use super::program::{Editions, Place, Side};
use super::words::pascal;

/// The names of the enumerations of parameters.
#[derive(Debug, Default)]
pub(super) struct EnumNames {
    /// By name of the parameter and its values.
    names: BTreeMap<(String, Vec<String>), String>,
    /// By operation and parameter.
    values: BTreeMap<(String, String), Vec<String>>,
}

impl EnumNames {
    /// The enumeration of a parameter of an operation.
    pub(super) fn parameter(&self, draft: &Draft, name: &str) -> Option<String> {
        let values = self
            .values
            .get(&(draft.id.value.clone(), name.to_owned()))?;
        self.names.get(&(name.to_owned(), values.clone())).cloned()
    }
}

/// Names every enumeration of the newest pages.
pub(super) fn enums(editions: &[Editions<'_>]) -> (BTreeMap<String, Enum>, EnumNames) {
    let rows: Vec<(&Draft, &Row)> = editions
        .iter()
        .flat_map(|edition| enum_rows(edition.newest))
        .collect();
    let mut lists: BTreeMap<String, BTreeSet<&[String]>> = BTreeMap::new();
    for (_, row) in &rows {
        lists
            .entry(row.name.value.clone())
            .or_default()
            .insert(&row.values);
    }
    let mut found = BTreeMap::new();
    let mut names = EnumNames::default();
    for (draft, row) in rows {
        let alone = lists
            .get(&row.name.value)
            .is_some_and(|lists| lists.len() == 1);
        let name = name(draft, &row.name.value, alone);
        let name = names
            .names
            .entry((row.name.value.clone(), row.values.clone()))
            .or_insert(name)
            .clone();
        names.values.insert(
            (draft.id.value.clone(), row.name.value.clone()),
            row.values.clone(),
        );
        let known: &mut Enum = found.entry(name).or_insert_with(|| enumeration(draft, row));
        // Parameters of one name in one group are one enumeration, with all that any of them lists.
        known.add(&row.values);
    }
    (found, names)
}

fn enum_rows(draft: &Draft) -> impl Iterator<Item = (&Draft, &Row)> {
    draft
        .path
        .iter()
        .chain(&draft.query)
        .filter(|row| !row.values.is_empty() && !row.name.value.contains('.'))
        .map(move |row| (draft, row))
}

fn name(draft: &Draft, parameter: &str, alone: bool) -> String {
    let bare = parameter.trim_start_matches('$');
    let says_enough = parameter.starts_with('$') || bare.contains(char::is_uppercase);
    if alone && says_enough {
        pascal(bare)
    } else {
        format!("{}{}", pascal(&draft.group), pascal(bare))
    }
}

fn enumeration(draft: &Draft, row: &Row) -> Enum {
    let place = Place {
        draft,
        side: Side::Request,
    };
    Enum {
        values: row.values.clone(),
        evidence: evidence(Rule::Values, place, &format!(".{}", row.name.value)),
    }
}
