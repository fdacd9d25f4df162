//! Takes the drafts of all trees and returns the type names that may not be believed. A documentation generator prints some
//! name where it could not name a type; such names are found by their symptoms, because each edition has others: a name
//! announced for bodies that do not exist, given to root tables that no single type could have, or to fields that hold
//! dictionaries. A name with symptoms is still believed where the field, the operation or its group itself says it. Headings
//! of request bodies and prose name types too, each on its own page and with less care, so that their names must fit the
//! tables that have the name from elsewhere.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use apidoc_model::{Code, Diagnostic, Severity, Span};

use crate::draft::{Draft, Row};
use crate::json::Json;

use super::collect::INFRASTRUCTURE_TYPES;
use super::operations::{has_body, is_patch};
use super::program::Side;
use super::row_label;
use crate::vocabulary::Word;

/// So many announcements of bodies that do not exist, for each table, leave no doubt that a name is a placeholder.
const CLEAR: usize = 4;

/// What gives a name to a type, the most reliable first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Source {
    /// The label of a response.
    Label,
    /// The type of a field on one side.
    Field(Side),
    /// The heading of a request body.
    Heading,
    /// A sentence.
    Prose,
}

/// The names of every tree that one of its sources may not be believed about.
#[derive(Debug, Default)]
pub(super) struct Placeholders(HashMap<(u32, Source), BTreeSet<String>>);

/// A table that has been given a name, and where.
#[derive(Debug)]
struct Table<'d> {
    fields: BTreeSet<&'d str>,
    page: &'d str,
    name: Span,
}

/// What a tree gives one name to.
#[derive(Debug, Default)]
struct Uses<'d> {
    /// Labels of bodies that do not exist: the page, and the place.
    bodiless: Vec<(&'d str, Span)>,
    tables: BTreeMap<Source, Vec<Table<'d>>>,
}

impl Placeholders {
    /// Finds them in all trees. A name that has tables and is not believed is reported, once for each tree and source.
    pub(super) fn find(drafts: &[Draft]) -> (Self, Vec<Diagnostic>) {
        let mut names: BTreeMap<(u32, &str), Uses<'_>> = BTreeMap::new();
        for draft in drafts {
            response_names(draft, &mut names);
            request_names(draft, &mut names);
        }
        let (mut found, mut diagnostics) = (Self::default(), Vec::new());
        for ((tree, name), uses) in &names {
            for (source, diagnostic) in uses.doubts(name) {
                let doubted = found.0.entry((*tree, source)).or_default();
                doubted.insert((*name).to_owned());
                diagnostics.extend(diagnostic);
            }
        }
        let knows = |tree, name: &str, entries: &[(String, Json)]| {
            let uses = names.get(&(tree, name))?;
            uses.knows_any(entries)
        };
        for mislabel in row_label::find(drafts, knows) {
            let source = Source::Field(mislabel.side);
            let doubted = found.0.entry((mislabel.tree, source)).or_default();
            doubted.insert(mislabel.name.to_owned());
            diagnostics.extend(mislabel.diagnostic);
        }
        (found, diagnostics)
    }

    fn contains(&self, tree: u32, source: Source, name: &str) -> bool {
        self.0
            .get(&(tree, source))
            .is_some_and(|names| names.contains(name))
    }

    /// Whether most of the fields that have a name on one side hold dictionaries.
    pub(super) fn is_of_dictionaries(&self, tree: u32, side: Side, name: &str) -> bool {
        self.contains(tree, Source::Field(side), name)
    }

    /// Whether a name may be believed for something that all of `holders` are names of: a field, or an operation and its group.
    pub(super) fn believed(&self, tree: u32, source: Source, name: &str, holders: &[&str]) -> bool {
        let is_doubted = self.contains(tree, source, name);
        let is_placeholder = is_doubted || self.contains(tree, Source::Label, name);
        match source {
            Source::Heading | Source::Prose if is_doubted => false,
            _ => !is_placeholder || holders.iter().any(|holder| is_said_by(name, holder)),
        }
    }
}

/// Whether what holds a thing says the name of its type.
pub(super) fn is_said_by(name: &str, holder: &str) -> bool {
    holder.contains(name) || (holder.len() > 4 && name.starts_with(holder))
}

impl<'d> Uses<'d> {
    /// Whether a response with this label has any of these entries as a field; `None` where there is none with a table.
    fn knows_any(&self, entries: &[(String, Json)]) -> Option<bool> {
        let tables = self.tables.get(&Source::Label)?;
        let is_field = |key: &str| tables.iter().any(|table| table.fields.contains(key));
        Some(entries.iter().any(|(key, _)| is_field(key)))
    }

    /// The sources that are not believed about this name, with what is to be said about it.
    fn doubts(&self, name: &str) -> Vec<(Source, Option<Diagnostic>)> {
        let labelled = self.tables.get(&Source::Label).map_or(0, Vec::len);
        let announced = self.bodiless.len();
        let is_unnamed = announced > 0 && announced >= labelled;
        let mut doubts = Vec::new();
        if is_unnamed {
            doubts.push((Source::Label, self.bodiless(name, labelled)));
        }
        // What the better sources agree about, the next one must fit.
        let mut agreed: Vec<&Table<'_>> = Vec::new();
        for (source, tables) in &self.tables {
            if *source == Source::Label && is_unnamed {
                continue;
            }
            let before = agreed.len();
            agreed.extend(tables);
            if let Some((largest, odd)) = disagreement(&agreed) {
                let message = format!(
                    "`{name}` is the name of tables that no one type can have; it is not believed"
                );
                let diagnostic = Diagnostic::new(Code::DisbelievedName, odd.name, message);
                let diagnostic = diagnostic.note_at(largest.name, "another one is here");
                doubts.push((*source, Some(diagnostic)));
                agreed.truncate(before);
            }
        }
        doubts
    }

    /// What is to be said about a name that is announced for bodies that do not exist: nothing if it has no table.
    fn bodiless(&self, name: &str, labelled: usize) -> Option<Diagnostic> {
        let (_, place) = self.bodiless.iter().min()?;
        let tables = self.tables.get(&Source::Label)?.iter();
        let table = tables.min_by_key(|table| table.page)?;
        let announced = self.bodiless.len();
        let message = format!(
            "`{name}` is announced for bodies that do not exist ({announced} of {}); it is not believed",
            announced + labelled
        );
        let mut diagnostic = Diagnostic::new(Code::DisbelievedName, *place, message)
            .note_at(table.name, "this body exists");
        if announced >= CLEAR * labelled {
            diagnostic.severity = Severity::Note;
        }
        Some(diagnostic)
    }
}

/// The names that a page gives to its response.
fn response_names<'d>(draft: &'d Draft, names: &mut BTreeMap<(u32, &'d str), Uses<'d>>) {
    let response = &draft.response;
    let page = draft.id.value.as_str();
    let label = response.label.as_ref();
    let label = label.filter(|label| is_name(&label.value));
    if !has_body(draft) {
        if let Some(label) = label {
            let uses = names.entry((draft.tree, &label.value)).or_default();
            uses.bodiless.push((page, label.span));
        }
        return;
    }
    let prose = response.named.as_ref();
    for (source, said) in [(Source::Label, label), (Source::Prose, prose)] {
        if let (Some(said), Some(rows)) = (said, &response.table) {
            let table = Table::of(rows, page, said.span);
            let uses = names.entry((draft.tree, &said.value)).or_default();
            uses.tables.entry(source).or_default().push(table);
        }
    }
}

/// The names that a page gives to its request.
fn request_names<'d>(draft: &'d Draft, names: &mut BTreeMap<(u32, &'d str), Uses<'d>>) {
    let request = draft.request.as_ref().filter(|_| !is_patch(draft));
    let Some((request, rows)) =
        request.and_then(|request| Some((request, request.table.as_ref()?)))
    else {
        return;
    };
    let heading = request.kind.as_ref().map(|kind| {
        let element = kind.value.strip_suffix("[]").unwrap_or(&kind.value);
        (Source::Heading, element, kind.span)
    });
    let heading = heading.filter(|(_, name, _)| is_name(name));
    let prose = request.named.as_ref();
    let prose = prose.map(|named| (Source::Prose, named.value.as_str(), named.span));
    for (source, name, span) in [heading, prose].into_iter().flatten() {
        let table = Table::of(rows, &draft.id.value, span);
        let uses = names.entry((draft.tree, name)).or_default();
        uses.tables.entry(source).or_default().push(table);
    }
}

fn is_name(text: &str) -> bool {
    matches!(Word::first(text), Word::Name(_))
}

impl<'d> Table<'d> {
    fn of(rows: &'d [Row], page: &'d str, name: Span) -> Self {
        Self {
            fields: field_set(rows),
            page,
            name,
        }
    }

    /// Whether this can be a view of the type that the other table shows: views may leave fields out, and one edition has
    /// fields that another part of it has not yet, but two thirds of the fields are in both.
    fn is_view_of(&self, larger: &Self) -> bool {
        let shared = self.fields.intersection(&larger.fields).count();
        shared * 3 >= self.fields.len() * 2
    }
}

/// The largest of tables and the first one that cannot be a view of the same type, if there is one. Linear, and the same in
/// any order.
fn disagreement<'t, 'd>(tables: &[&'t Table<'d>]) -> Option<(&'t Table<'d>, &'t Table<'d>)> {
    let order = |table: &&&'t Table<'d>| (table.fields.len(), &table.fields, Reverse(table.page));
    let largest = *tables
        .iter()
        .max_by(|one, other| order(one).cmp(&order(other)))?;
    let odd = tables.iter().filter(|table| !table.is_view_of(largest));
    let odd = odd.min_by_key(|table| table.page)?;
    Some((largest, odd))
}

/// The field names of a table without the infrastructure fields.
fn field_set(table: &[Row]) -> BTreeSet<&str> {
    table
        .iter()
        .map(|row| row.name.value.as_str())
        .filter(|name| !is_infrastructure(name))
        .collect()
}

/// Whether a field is one that every carrier has, and that tells none from another: responses have it and requests have not,
/// and both are views of one type.
pub(super) fn is_infrastructure(field: &str) -> bool {
    INFRASTRUCTURE_TYPES
        .iter()
        .any(|(known, ..)| *known == field)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each list in all its rotations and backwards.
    #[test]
    fn the_order_of_tables_does_not_tell_a_type_from_a_placeholder() {
        let table: [(&[&[&str]], bool); 10] = [
            (&[&["Id"], &["Id", "Name"], &["Id", "Legs"]], false),
            (&[&["Id", "Name"], &["Id"], &["Id", "Name", "Legs"]], true),
            (&[&["Id"], &["Name"]], false),
            (&[&["Id"], &["Id"], &["Id", "Name"], &["Id", "Name"]], true),
            (&[&[], &["Id"], &["Name"]], false),
            (&[&["Id"]], true),
            (&[], true),
            // A field of its own in each.
            (&[&["Id", "Name", "Legs"], &["Id", "Name", "Tail"]], true),
            (&[&["Id", "Name", "Legs"], &["Id", "Ears", "Tail"]], false),
            // A view of a larger type, and another type.
            (
                &[
                    &["Id", "Name", "Legs", "Tail"],
                    &["Id", "Name"],
                    &["Id", "Wings"],
                ],
                false,
            ),
        ];
        for (sets, expected) in table {
            let span = Span {
                file: apidoc_model::FileId(0),
                start: 0,
                end: 0,
            };
            let tables: Vec<Table<'_>> = sets
                .iter()
                .map(|set| Table {
                    fields: set.iter().copied().collect(),
                    page: "v1CatAgent_Get",
                    name: span,
                })
                .collect();
            let mut tables: Vec<&Table<'_>> = tables.iter().collect();
            for _ in 0..tables.len().max(1) {
                assert_eq!(disagreement(&tables).is_none(), expected, "{sets:?}");
                let backwards: Vec<_> = tables.iter().rev().copied().collect();
                assert_eq!(
                    disagreement(&backwards).is_none(),
                    expected,
                    "{sets:?} backwards"
                );
                let middle = tables.len().min(1);
                tables.rotate_left(middle);
            }
        }
    }

    #[test]
    fn a_placeholder_is_believed_where_the_holder_says_it() {
        let found = Placeholders(HashMap::from([(
            (0, Source::Label),
            BTreeSet::from(["Animal".to_owned()]),
        )]));
        // The tree, the name, who holds it.
        let table = [
            (0, "Animal", "Cage", false),
            (0, "Animal", "GetAnimal", true),
            (0, "Animal", "Animals", true),
            (0, "Animal", "Anima", true),
            // Four letters begin too many names.
            (0, "Animal", "Anim", false),
            (0, "Animal", "animal", false),
            (0, "Plant", "Cage", true),
            (1, "Animal", "Cage", true),
        ];
        for (tree, name, holder, expected) in table {
            assert_eq!(
                found.believed(tree, Source::Label, name, &[holder]),
                expected,
                "{name} in {holder}"
            );
        }
    }

    #[test]
    fn the_holder_says_nothing_about_what_tables_contradict() {
        let doubted = |source| ((0, source), BTreeSet::from(["FeedRequest".to_owned()]));
        let found = Placeholders(HashMap::from([doubted(Source::Heading)]));
        for (source, expected) in [
            (Source::Label, true),
            (Source::Heading, false),
            (Source::Prose, true),
        ] {
            let believed = found.believed(0, source, "FeedRequest", &["FeedRequest"]);
            assert_eq!(believed, expected, "{source:?}");
        }
    }
}
