//! Takes the built API and the parameters that are a whole object flattened into the query (`entity.status.type`), and gives
//! the fields that they stand for the values that they list. The only place where pages list the values of fields. Refuses
//! paths that do not lead to a text field of a known type.

use std::collections::BTreeMap;

use apidoc_model::Api;
use apidoc_model::api::{Enum, Evidence, ModelId, Rule, Type};

use crate::draft::Row;

use super::decide::evidence;
use super::program::{Editions, Place, Side};
use super::unite::LINKED;
use super::words::pascal;

/// Ending of names of types that says nothing in the name of an enumeration.
const ENTITY: &str = "Entity";

/// A field of a model.
type FieldId = (ModelId, String);

/// Values that a page lists for a field.
struct Listed<'a> {
    values: &'a [String],
    evidence: Evidence,
}

/// Gives fields their documented values.
pub(super) fn enumerate(api: &mut Api, editions: &[Editions<'_>]) {
    let mut listed: BTreeMap<FieldId, Listed<'_>> = BTreeMap::new();
    for edition in editions {
        let draft = edition.newest;
        let place = Place {
            draft,
            side: Side::Request,
        };
        for row in draft.query.iter().filter(|row| !row.values.is_empty()) {
            if let Some(field) = field_of(api, row) {
                let evidence = evidence(Rule::Values, place, &format!(".{}", row.name.value));
                listed.entry(field).or_insert(Listed {
                    values: &row.values,
                    evidence,
                });
            }
        }
    }
    let names = names(api, &listed);
    for (field, listed) in &listed {
        let Some(name) = names.get(listed.values) else {
            continue;
        };
        let (values, evidence) = (listed.values.to_vec(), listed.evidence.clone());
        api.enums
            .entry(name.clone())
            .or_insert(Enum { values, evidence });
        set(api, field, name, &listed.evidence);
    }
}

/// The field at the end of a dotted path; the first step ends in the name of a type.
fn field_of(api: &Api, row: &Row) -> Option<FieldId> {
    let (root, path) = row.name.value.split_once('.')?;
    let mut id = root_model(api, root)?;
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
fn names<'a>(api: &Api, listed: &BTreeMap<FieldId, Listed<'a>>) -> BTreeMap<&'a [String], String> {
    let mut names = BTreeMap::new();
    for ((model, field), listed) in listed {
        let known = api
            .enums
            .iter()
            .find(|(_, known)| known.values == listed.values);
        let stem = model.name.strip_suffix(ENTITY).unwrap_or(&model.name);
        let own = || format!("{stem}{}", pascal(field));
        names
            .entry(listed.values)
            .or_insert_with(|| known.map_or_else(own, |(name, _)| name.clone()));
    }
    names
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
