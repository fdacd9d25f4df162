//! Takes the built API and the rows that list the values of a field (`Enum: A, B`): those of property tables, and parameters that
//! are a whole object flattened into the query (`entity.status.type`). Gives the fields an enumeration of these values; lists
//! of one field on several pages are one list. Says where values have no text field to go to.

use std::cell::LazyCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use apidoc_model::api::{Enum, Evidence, Field, Model, ModelId, Payload, Rule, Type};
use apidoc_model::{Api, Code, Diagnostic};

use crate::draft::Row;

use super::decide::evidence;
use super::operations::{has_body, is_patch};
use super::program::{Editions, Place, Side};
use super::unite::LINKED;
use super::words::pascal;

/// Ending of names of types that says nothing in the name of an enumeration.
const ENTITY: &str = "Entity";

/// A field of a model.
type FieldId = (ModelId, String);

/// The fields of a model by their names in lower case, the first one of each.
type FieldsByName<'a> = HashMap<String, &'a Field>;

/// The enumerations that the fields of a model get, by their names.
type Chosen = HashMap<String, (String, Evidence)>;

/// Values that pages list for a field.
struct Listed {
    values: Vec<String>,
    /// All of them, once a second row has listed some; one row has each once.
    seen: HashSet<String>,
    evidence: Evidence,
}

impl Listed {
    fn extend(&mut self, values: &[String]) {
        if self.seen.is_empty() {
            self.seen.extend(self.values.iter().cloned());
        }
        for value in values {
            if self.seen.insert(value.clone()) {
                self.values.push(value.clone());
            }
        }
    }
}

/// Gives fields their documented values.
pub(super) fn enumerate(api: &mut Api, editions: &[Editions<'_>]) -> Vec<Diagnostic> {
    let mut lists = Lists {
        api,
        fields: HashMap::new(),
        listed: BTreeMap::new(),
        diagnostics: Vec::new(),
    };
    lists.of_properties(editions);
    lists.of_parameters(editions);
    let Lists {
        listed,
        diagnostics,
        ..
    } = lists;
    let names = names(api, &listed);
    let mut chosen: BTreeMap<ModelId, Chosen> = BTreeMap::new();
    for (
        (
            (model, field),
            Listed {
                values, evidence, ..
            },
        ),
        name,
    ) in listed.into_iter().zip(names)
    {
        let known = api.enums.entry(name.clone());
        known.or_insert_with(|| Enum {
            values,
            evidence: evidence.clone(),
        });
        let fields = chosen.entry(model).or_default();
        fields.insert(field, (name, evidence));
    }
    for (id, fields) in &chosen {
        // The linked variant of a model has the field too; what its own table lists comes after.
        for id in [id, &linked(id)] {
            if let Some(model) = api.models.get_mut(id) {
                set(model, fields);
            }
        }
    }
    diagnostics
}

/// The lists that have been found so far.
struct Lists<'a> {
    api: &'a Api,
    /// The fields of the models that rows were looked up in.
    fields: HashMap<&'a ModelId, FieldsByName<'a>>,
    listed: BTreeMap<FieldId, Listed>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Lists<'a> {
    fn of_properties(&mut self, editions: &[Editions<'a>]) {
        let operations = self.api.operations_by_id();
        for draft in editions.iter().map(|edition| edition.newest) {
            let Some(operation) = operations.get(draft.id.value.as_str()) else {
                continue;
            };
            let request = draft.request.as_ref().filter(|_| !is_patch(draft));
            let request = request.and_then(|request| request.table.as_deref());
            let response = draft.response.table.as_deref().filter(|_| has_body(draft));
            for (side, table) in [(Side::Request, request), (Side::Response, response)] {
                self.of_table(Place { draft, side }, table, operation.payload(side));
            }
        }
    }

    fn of_table(&mut self, place: Place<'_>, table: Option<&[Row]>, payload: &Payload) {
        let id = payload.json().and_then(Type::model);
        for row in table.into_iter().flatten() {
            if row.values.is_empty() {
                continue;
            }
            let name = row.name.value.as_str();
            match id.and_then(|id| Some((id, self.field(id, name)?))) {
                Some((id, field)) if field.ty == Type::String => {
                    let field = (id.clone(), field.name.clone());
                    self.add(field, row, place);
                }
                _ => self.set_aside(row, Code::ConflictingModels),
            }
        }
    }

    fn of_parameters(&mut self, editions: &[Editions<'a>]) {
        let api = self.api;
        let endings = LazyCell::new(|| Endings::of(api));
        for draft in editions.iter().map(|edition| edition.newest) {
            let place = Place {
                draft,
                side: Side::Request,
            };
            let is_path = |row: &&Row| !row.values.is_empty() && row.name.value.contains('.');
            for row in draft.query.iter().filter(is_path) {
                match self.field_of(row, &endings) {
                    Some((id, field)) if field.ty == Type::String => {
                        self.add((id.clone(), field.name.clone()), row, place);
                    }
                    Some((_, field)) if matches!(field.ty, Type::Enum(_) | Type::Flags(_)) => {}
                    _ => self.set_aside(row, Code::TextParameter),
                }
            }
        }
    }

    fn set_aside(&mut self, row: &Row, code: Code) {
        let name = &row.name.value;
        let message =
            format!("`{name}` is no text of a known type, so that its values are not read");
        let diagnostic = Diagnostic::new(code, row.ty.span, message);
        self.diagnostics.push(diagnostic);
    }

    fn add(&mut self, field: FieldId, row: &Row, place: Place<'_>) {
        match self.listed.entry(field) {
            Entry::Vacant(vacant) => {
                vacant.insert(Listed {
                    values: row.values.clone(),
                    seen: HashSet::new(),
                    evidence: evidence(Rule::Values, place, &format!(".{}", row.name.value)),
                });
            }
            Entry::Occupied(listed) => listed.into_mut().extend(&row.values),
        }
    }

    /// The field at the end of a dotted path; the first step ends in the name of a type.
    fn field_of(&mut self, row: &Row, endings: &Endings<'a>) -> Option<(&'a ModelId, &'a Field)> {
        let (root, path) = row.name.value.split_once('.')?;
        let mut id = endings.longest(root)?;
        let (path, last) = path
            .rsplit_once('.')
            .map_or(("", path), |(path, last)| (path, last));
        for step in path.split('.').filter(|step| !step.is_empty()) {
            id = match &self.field(id, step)?.ty {
                Type::Model(inner) => inner,
                _ => return None,
            };
        }
        Some((id, self.field(id, last)?))
    }

    /// The field of a model that has this name, in any case.
    fn field(&mut self, id: &ModelId, name: &str) -> Option<&'a Field> {
        let (id, model) = self.api.models.get_key_value(id)?;
        let fields = self.fields.entry(id).or_insert_with(|| by_name(model));
        fields.get(&name.to_ascii_lowercase()).copied()
    }
}

fn by_name(model: &Model) -> FieldsByName<'_> {
    let mut fields = HashMap::with_capacity(model.fields.len());
    for field in &model.fields {
        fields
            .entry(field.name.to_ascii_lowercase())
            .or_insert(field);
    }
    fields
}

/// The shared types by how names end: the letters of a type's name, in lower case and from the last to the first, are steps
/// that lead to it.
#[derive(Default)]
struct Endings<'a> {
    steps: HashMap<(usize, char), usize>,
    types: HashMap<usize, &'a ModelId>,
}

impl<'a> Endings<'a> {
    fn of(api: &'a Api) -> Self {
        let mut endings = Self::default();
        for id in api.models.keys().filter(|id| id.group.is_none()) {
            let mut at = 0;
            for letter in id.name.to_lowercase().chars().rev() {
                let next = endings.steps.len() + 1;
                at = *endings.steps.entry((at, letter)).or_insert(next);
            }
            endings.types.insert(at, id);
        }
        endings
    }

    /// The type with the longest name that `mergedTicketEntity` ends in.
    fn longest(&self, name: &str) -> Option<&'a ModelId> {
        let (mut at, mut found) = (0, None);
        for letter in name.to_lowercase().chars().rev() {
            let Some(next) = self.steps.get(&(at, letter)) else {
                break;
            };
            at = *next;
            found = self.types.get(&at).copied().or(found);
        }
        found
    }
}

/// A name for every list of values, in their order: that of a parameter with the same values, or that of the first field.
fn names(api: &Api, listed: &BTreeMap<FieldId, Listed>) -> Vec<String> {
    let mut known: HashMap<&[String], String> = api
        .enums
        .iter()
        .rev()
        .map(|(name, known)| (known.values.as_slice(), name.clone()))
        .collect();
    let mut taken: HashSet<String> = api.enums.keys().cloned().collect();
    taken.extend(api.models.keys().map(|id| id.name.clone()));
    let mut numbers = HashMap::new();
    let mut names = Vec::with_capacity(listed.len());
    for ((model, field), Listed { values, .. }) in listed {
        let name = known.entry(values).or_insert_with(|| {
            let stem = model.name.strip_suffix(ENTITY).unwrap_or(&model.name);
            let own = format!("{stem}{}", pascal(field));
            free(&own, &taken, &mut numbers)
        });
        taken.insert(name.clone());
        names.push(name.clone());
    }
    names
}

/// The name, or the name of its values where a type has it, or that with a number: the first that may still be free is kept
/// in `numbers`.
fn free(own: &str, taken: &HashSet<String>, numbers: &mut HashMap<String, u64>) -> String {
    let plain = [own.to_owned(), format!("{own}Value")];
    if let Some(name) = plain.into_iter().find(|name| !taken.contains(name)) {
        return name;
    }
    let number = numbers.entry(own.to_owned()).or_insert(2);
    loop {
        let name = format!("{own}Value{number}");
        *number += 1;
        if !taken.contains(&name) {
            return name;
        }
    }
}

fn linked(model: &ModelId) -> ModelId {
    ModelId {
        group: model.group.clone(),
        name: format!("{}{LINKED}", model.name),
    }
}

/// Gives the fields of a model their enumerations.
fn set(model: &mut Model, chosen: &Chosen) {
    for field in &mut model.fields {
        if let Some((enumeration, evidence)) = chosen.get(field.name.as_str()) {
            field.ty = Type::Enum(enumeration.clone());
            field.evidence = evidence.clone();
        }
    }
}
