//! Takes the drafts of all trees and returns the names that label fields of requests, or of responses, and that are not
//! believed there: most samples of those fields show dictionaries. A documentation generator that could not name a
//! dictionary prints such a name, and where a sample is missing nothing but the other fields tells. Refuses nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use apidoc_model::{Code, Diagnostic, Span};

use crate::draft::{Draft, Row, Sample, SampleBody};
use crate::json::Json;
use crate::vocabulary::Word;

use super::dictionary::is_dictionary;
use super::operations::{has_body, is_patch};
use super::placeholder::is_said_by;
use super::program::Side;

/// A name that is not believed about the fields of one side of a tree.
#[derive(Debug)]
pub(super) struct Mislabel<'d> {
    pub(super) tree: u32,
    pub(super) side: Side,
    pub(super) name: &'d str,
    /// The first field that is read without the name for that, where there is one.
    pub(super) diagnostic: Option<Diagnostic>,
}

/// What the samples of fields with one label show.
#[derive(Debug, Default)]
struct Shown {
    dictionaries: usize,
    objects: usize,
    /// Where the first dictionary was labelled.
    place: Option<Span>,
}

/// Finds them, in the order of trees, sides and names. `knows` says whether the tables of a name know any of some entries;
/// `None` where it has no tables.
pub(super) fn find(
    drafts: &[Draft],
    knows: impl Fn(u32, &str, &[(String, Json)]) -> Option<bool>,
) -> Vec<Mislabel<'_>> {
    let mut shown: BTreeMap<(u32, Side, &str), Shown> = BTreeMap::new();
    for draft in drafts {
        for (side, rows, entries) in tables(draft) {
            for (row, value) in labelled(rows, entries) {
                let shown = shown.entry((draft.tree, side, &row.ty.value)).or_default();
                let is_known = knows(draft.tree, &row.ty.value, value);
                if is_known != Some(true) && is_dictionary(&row.name.value, value) {
                    shown.dictionaries += 1;
                    shown.place.get_or_insert(row.ty.span);
                } else if is_known != Some(false) {
                    shown.objects += 1;
                }
            }
        }
    }
    let odd = shown
        .into_iter()
        .filter(|(_, shown)| shown.dictionaries > shown.objects);
    odd.map(|((tree, side, name), shown)| Mislabel {
        tree,
        side,
        name,
        diagnostic: unread(drafts, (tree, side, name), &shown),
    })
    .collect()
}

/// The tables of a page, each with the entries of its sample.
fn tables(draft: &Draft) -> impl Iterator<Item = (Side, &[Row], &[(String, Json)])> {
    let request = draft.request.as_ref().filter(|_| !is_patch(draft));
    let request = request.and_then(|request| request.table.as_deref());
    let response = draft.response.table.as_deref().filter(|_| has_body(draft));
    let sides = [
        (Side::Request, request, &draft.request_sample),
        (Side::Response, response, &draft.response_sample),
    ];
    sides
        .into_iter()
        .filter_map(|(side, rows, sample)| Some((side, rows?, entries(sample.as_ref()))))
}

/// The entries of the object in a sample, or of the first one in its list.
fn entries(sample: Option<&Sample>) -> &[(String, Json)] {
    match sample.map(|sample| &sample.body) {
        Some(SampleBody::Json(Json::Object(entries), _)) => entries,
        Some(SampleBody::Json(Json::Array(items), _)) => match items.first() {
            Some(Json::Object(entries)) => entries,
            _ => &[],
        },
        _ => &[],
    }
}

/// The rows that have the name of a type and whose entries are objects, with those.
fn labelled<'d>(
    rows: &'d [Row],
    entries: &'d [(String, Json)],
) -> impl Iterator<Item = (&'d Row, &'d [(String, Json)])> {
    let objects = entries.iter().filter_map(|(key, value)| match value {
        Json::Object(value) if !value.is_empty() => Some((key.as_str(), value.as_slice())),
        _ => None,
    });
    let objects: HashMap<&str, &[(String, Json)]> = objects.collect();
    let rows = if objects.is_empty() { &[] } else { rows };
    let of_row = move |row: &'d Row| Some((row, *objects.get(row.name.value.as_str())?));
    let is_name = |(row, _): &(&Row, _)| matches!(Word::first(&row.ty.value), Word::Name(_));
    rows.iter().filter_map(of_row).filter(is_name)
}

/// What is to be said about a field that has a label which is not believed, and no sample.
fn unread(
    drafts: &[Draft],
    (tree, side, name): (u32, Side, &str),
    shown: &Shown,
) -> Option<Diagnostic> {
    let drafts = drafts.iter().filter(|draft| draft.tree == tree);
    let tables = drafts.flat_map(tables).filter(|(of, ..)| *of == side);
    let rows = tables.flat_map(|(_, rows, entries)| {
        let shown = entries.iter().filter(|(_, value)| *value != Json::Null);
        let shown: HashSet<&str> = shown.map(|(key, _)| key.as_str()).collect();
        rows.iter()
            .filter(move |row| !shown.contains(row.name.value.as_str()))
    });
    let unread = rows.filter(|row| row.ty.value == name && !is_said_by(name, &row.name.value));
    let place = unread.map(|row| row.ty.span).min()?;
    let message = format!(
        "`{name}` labels fields that hold dictionaries ({} of {} that are shown); it is not believed",
        shown.dictionaries,
        shown.dictionaries + shown.objects
    );
    let diagnostic = Diagnostic::new(Code::DisbelievedName, place, message);
    Some(match shown.place {
        Some(place) => diagnostic.note_at(place, "this field is a dictionary"),
        None => diagnostic,
    })
}
