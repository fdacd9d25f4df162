//! Takes the built API and the rows that list the values of a field (`Enum: A, B`): those of property tables, and parameters that
//! are a whole object flattened into the query (`entity.status.type`). Gives the fields an enumeration of these values; lists
//! of one field on several pages are one list. Says where the values of a property have no text field to go to; paths that
//! do not lead to a text field of a known type are left alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use apidoc_model::api::{Enum, Evidence, ModelId, Operation, Payload, Rule, Type};
use apidoc_model::{Api, Code, Diagnostic};

use crate::draft::{Draft, Row};

use super::build::models_in;
use super::decide::evidence;
use super::operations::{has_body, is_patch};
use super::program::{Editions, Place, Side};
use super::unite::LINKED;
use super::words::pascal;

/// Ending of names of types that says nothing in the name of an enumeration.
const ENTITY: &str = "Entity";

/// A field of a model.
type FieldId = (ModelId, String);

/// Values that pages list for a field.
struct Listed {
    values: Vec<String>,
    seen: HashSet<String>,
    evidence: Evidence,
}

/// Gives fields their documented values.
pub(super) fn enumerate(api: &mut Api, editions: &[Editions<'_>]) -> Vec<Diagnostic> {
    let mut lists = Lists {
        api,
        roots: HashMap::new(),
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
    for (field, listed) in &listed {
        let Some(name) = names.get(listed.values.as_slice()) else {
            continue;
        };
        let (values, evidence) = (listed.values.clone(), listed.evidence.clone());
        api.enums
            .entry(name.clone())
            .or_insert(Enum { values, evidence });
        set(api, field, name, &listed.evidence);
    }
    diagnostics
}

/// The lists that have been found so far.
struct Lists<'a> {
    api: &'a Api,
    /// The types that the first steps of dotted paths name.
    roots: HashMap<&'a str, Option<ModelId>>,
    listed: BTreeMap<FieldId, Listed>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Lists<'a> {
    fn of_properties(&mut self, editions: &[Editions<'a>]) {
        let all = self.api.groups.iter().flat_map(|group| &group.operations);
        let operations: HashMap<&str, &Operation> = all
            .map(|operation| (operation.id.as_str(), operation))
            .collect();
        for draft in editions.iter().map(|edition| edition.newest) {
            let Some(operation) = operations.get(draft.id.value.as_str()) else {
                continue;
            };
            let body = operation.body.as_ref().map(|body| &body.content);
            let request = draft.request.as_ref().filter(|_| !is_patch(draft));
            let request = request.and_then(|request| request.table.as_deref());
            let response = draft.response.table.as_deref().filter(|_| has_body(draft));
            self.of_table(draft, Side::Request, request, body);
            self.of_table(draft, Side::Response, response, Some(&operation.result));
        }
    }

    fn of_table(
        &mut self,
        draft: &Draft,
        side: Side,
        table: Option<&[Row]>,
        payload: Option<&Payload>,
    ) {
        let id = match payload {
            Some(Payload::Json(ty)) => models_in(ty),
            _ => None,
        };
        for row in table.into_iter().flatten() {
            if row.values.is_empty() {
                continue;
            }
            let name = row.name.value.as_str();
            match id.and_then(|id| Some((id, field(self.api, id, name)?))) {
                Some((id, (name, Type::String))) => {
                    self.add((id.clone(), name.to_owned()), row, Place { draft, side });
                }
                _ => {
                    let message = format!("`{name}` is no text, so that its values are not read");
                    let place = row.ty.span;
                    self.diagnostics
                        .push(Diagnostic::new(Code::ConflictingModels, place, message));
                }
            }
        }
    }

    fn of_parameters(&mut self, editions: &[Editions<'a>]) {
        for draft in editions.iter().map(|edition| edition.newest) {
            let place = Place {
                draft,
                side: Side::Request,
            };
            for row in draft.query.iter().filter(|row| !row.values.is_empty()) {
                if let Some(field) = self.field_of(row) {
                    self.add(field, row, place);
                }
            }
        }
    }

    fn add(&mut self, field: FieldId, row: &Row, place: Place<'_>) {
        let evidence = evidence(Rule::Values, place, &format!(".{}", row.name.value));
        let listed = self.listed.entry(field).or_insert(Listed {
            values: Vec::new(),
            seen: HashSet::new(),
            evidence,
        });
        for value in &row.values {
            if listed.seen.insert(value.clone()) {
                listed.values.push(value.clone());
            }
        }
    }

    /// The field at the end of a dotted path; the first step ends in the name of a type.
    fn field_of(&mut self, row: &'a Row) -> Option<FieldId> {
        let (root, path) = row.name.value.split_once('.')?;
        let api = self.api;
        let root = self.roots.entry(root);
        let mut id = root
            .or_insert_with_key(|root| root_model(api, root))
            .clone()?;
        let (path, last) = path
            .rsplit_once('.')
            .map_or(("", path), |(path, last)| (path, last));
        for step in path.split('.').filter(|step| !step.is_empty()) {
            id = match field(api, &id, step)? {
                (_, Type::Model(inner)) => inner.clone(),
                _ => return None,
            };
        }
        match field(api, &id, last)? {
            (name, Type::String) => Some((id.clone(), name.to_owned())),
            _ => None,
        }
    }
}

/// The shared type with the longest name that `mergedTicketEntity` ends in.
fn root_model(api: &Api, root: &str) -> Option<ModelId> {
    let root = root.to_lowercase();
    let is_end = |id: &&ModelId| id.group.is_none() && root.ends_with(&id.name.to_lowercase());
    api.models
        .keys()
        .filter(is_end)
        .max_by_key(|id| id.name.len())
        .cloned()
}

fn field<'a>(api: &'a Api, id: &ModelId, name: &str) -> Option<(&'a str, &'a Type)> {
    let mut fields = api.models.get(id)?.fields.iter();
    let found = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
    Some((&found.name, &found.ty))
}

/// A name for every list of values: that of a parameter with the same values, or that of the first field.
fn names<'a>(api: &Api, listed: &'a BTreeMap<FieldId, Listed>) -> BTreeMap<&'a [String], String> {
    let known: HashMap<&[String], &String> = api
        .enums
        .iter()
        .rev()
        .map(|(name, known)| (known.values.as_slice(), name))
        .collect();
    let mut taken: HashSet<String> = api.enums.keys().cloned().collect();
    taken.extend(api.models.keys().map(|id| id.name.clone()));
    let mut names = BTreeMap::new();
    for ((model, field), listed) in listed {
        let values = listed.values.as_slice();
        if names.contains_key(values) {
            continue;
        }
        let stem = model.name.strip_suffix(ENTITY).unwrap_or(&model.name);
        let own = format!("{stem}{}", pascal(field));
        let name = known
            .get(values)
            .map_or_else(|| free(&own, &taken), |name| (*name).clone());
        taken.insert(name.clone());
        names.insert(values, name);
    }
    names
}

/// The name, or the name of its values where a type has it, or that with a number.
fn free(own: &str, taken: &HashSet<String>) -> String {
    let numbered = (2..).map(|number: u32| format!("{own}Value{number}"));
    let mut all = [own.to_owned(), format!("{own}Value")]
        .into_iter()
        .chain(numbered);
    all.find(|name| !taken.contains(name))
        .unwrap_or_else(|| own.to_owned())
}

/// Sets the type of a field, in the linked variant of its model too.
fn set(api: &mut Api, (model, name): &FieldId, enumeration: &str, evidence: &Evidence) {
    let linked = ModelId {
        group: model.group.clone(),
        name: format!("{}{LINKED}", model.name),
    };
    for id in [model, &linked] {
        let fields = api.models.get_mut(id).map(|model| &mut model.fields);
        for field in fields
            .into_iter()
            .flatten()
            .filter(|field| field.name == *name)
        {
            field.ty = Type::Enum(enumeration.to_owned());
            field.evidence = evidence.clone();
        }
    }
}
