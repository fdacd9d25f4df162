//! Takes the built API, the corrections and the conflicts between pages, and applies each correction to what it names. A
//! correction about something that this edition does not have is left alone; one that names something and changes nothing
//! is reported, as is a name that another type has, and every conflict that no correction decides. Refuses readings that an
//! element cannot have.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::api::{Evidence, Field, Model, ModelId, Operation, Origin, Payload, Rule, Type};
use apidoc_model::{Api, Code, Diagnostic};

use crate::corrections::{Correction, Corrections, Element, Reading};

use super::build::models_in;
use super::conflict::{Conflicts, Subject};
use super::constants;
use super::program::Side;

/// Whether a row decides what a contradiction is about.
fn decides(row: &Correction, subject: &Subject) -> bool {
    let Reading::Type(_) = &row.reading else {
        return false;
    };
    match (&row.element.value, subject) {
        (Element::Field { model, field }, Subject::Field(id, name)) => {
            is_called(id, model) && name == field
        }
        (Element::Request(row), Subject::Body(id, Side::Request))
        | (Element::Response(row), Subject::Body(id, Side::Response)) => row == id,
        _ => false,
    }
}

/// Applies all corrections. Names are given to what the types have made, and constants to what has its name.
pub(super) fn apply(
    api: &mut Api,
    corrections: &Corrections,
    mut conflicts: Conflicts,
) -> Vec<Diagnostic> {
    let (names, others): (Vec<&Correction>, Vec<&Correction>) = corrections
        .rows
        .iter()
        .partition(|row| matches!(row.reading, Reading::Name(_)));
    let (mut diagnostics, mut moved) = (Vec::new(), Moved::default());
    for row in others.into_iter().chain(names) {
        let settled = conflicts.settle(|subject| decides(row, subject));
        match apply_one(api, row, &mut moved) {
            Err(problem) if problem.code == Code::UnusedCorrection && settled => {}
            Err(problem) => diagnostics.push(problem),
            Ok(()) => {}
        }
    }
    moved.settle(api);
    diagnostics.extend(constants::apply(api, &corrections.constants));
    diagnostics.extend(conflicts.reported());
    diagnostics
}

/// Applies a row. `Ok` where it changed something, or where this edition has no such element.
fn apply_one(api: &mut Api, row: &Correction, moved: &mut Moved) -> Result<(), Diagnostic> {
    let refuse = |code, message: &str| Err(Diagnostic::new(code, row.element.span, message));
    let changed = match (&row.element.value, &row.reading) {
        (Element::TypeName(element), Reading::Name(name)) => {
            match rename(api, element, name, moved) {
                Ok(changed) => changed,
                Err(message) => return refuse(Code::UnusedCorrection, message),
            }
        }
        (_, Reading::Type(ty)) if models_in(ty).is_some_and(|id| !api.models.contains_key(id)) => {
            None
        }
        (element, Reading::Type(ty)) => retype(api, element, ty),
        (Element::Safety(id), Reading::Safety(class)) => operation_mut(api, id)
            .map(|operation| std::mem::replace(&mut operation.safety, *class) != *class),
        _ => return refuse(Code::BadCorrection, "this element cannot be read as that"),
    };
    match changed {
        Some(false) => refuse(Code::UnusedCorrection, "the pages say so without this row"),
        _ => Ok(()),
    }
}

fn retype(api: &mut Api, element: &Element, ty: &Type) -> Option<bool> {
    match element {
        Element::Field { model, field } => {
            field_mut(api, model, field).map(|field| set_field(field, ty))
        }
        Element::Request(id) => {
            let body = operation_mut(api, id)?.body.as_mut()?;
            Some(set_payload(&mut body.content, &mut body.evidence, ty))
        }
        Element::Response(id) => {
            let operation = operation_mut(api, id)?;
            Some(set_payload(
                &mut operation.result,
                &mut operation.result_evidence,
                ty,
            ))
        }
        Element::Safety(_) | Element::TypeName(_) => None,
    }
}

/// Types that have got other names, under which they still stand wherever they are mentioned: one walk over the API is enough
/// for many of them.
#[derive(Default)]
struct Moved(BTreeMap<ModelId, ModelId>);

impl Moved {
    fn add(&mut self, old: ModelId, new: &ModelId) {
        for name in self.0.values_mut().filter(|name| **name == old) {
            *name = new.clone();
        }
        self.0.insert(old, new.clone());
    }

    /// The name of a type that is mentioned under this one.
    fn now(&self, id: &ModelId) -> ModelId {
        self.0.get(id).unwrap_or(id).clone()
    }

    /// Mentions all of them by their names.
    fn settle(&mut self, api: &mut Api) {
        let moved = std::mem::take(&mut self.0);
        replace_all(api, &|id| moved.get(id).cloned());
    }
}

/// Gives the object type at an element a name of its own. A type that has the name already must have the same fields: then
/// the two are one. A type that another row has named stays what it is, and the element gets a type of its own: two carriers
/// may have the same fields.
fn rename(
    api: &mut Api,
    element: &Element,
    name: &str,
    moved: &mut Moved,
) -> Result<Option<bool>, &'static str> {
    let new = ModelId::shared(name);
    if moved.0.contains_key(&new) {
        moved.settle(api);
    }
    let at = type_mut(api, element).and_then(|ty| models_in(ty));
    let Some(old) = at.map(|id| moved.now(id)) else {
        return Ok(None);
    };
    if old == new {
        return Ok(Some(false));
    }
    let Some(model) = api.models.get(&old).cloned() else {
        return Ok(None);
    };
    let is_named_by_row = model.evidence.rule == Rule::Correction;
    let names = |model: &Model| {
        model
            .fields
            .iter()
            .map(|field| field.name.clone())
            .collect::<BTreeSet<_>>()
    };
    if api
        .models
        .get(&new)
        .is_some_and(|known| names(known) != names(&model))
    {
        return Err("another type with other fields has this name");
    }
    api.models.entry(new.clone()).or_insert(Model {
        origin: Origin::Named,
        evidence: Evidence::rule(Rule::Correction),
        ..model
    });
    if is_named_by_row {
        if let Some(ty) = type_mut(api, element) {
            replace_in(ty, &|_| Some(new.clone()));
        }
    } else {
        api.models.remove(&old);
        moved.add(old, &new);
    }
    Ok(Some(true))
}

/// The type at an element, where this edition has it.
pub(super) fn type_mut<'a>(api: &'a mut Api, element: &Element) -> Option<&'a mut Type> {
    let payload = match element {
        Element::Field { model, field } => {
            return field_mut(api, model, field).map(|field| &mut field.ty);
        }
        Element::Request(id) => &mut operation_mut(api, id)?.body.as_mut()?.content,
        Element::Response(id) => &mut operation_mut(api, id)?.result,
        Element::Safety(_) | Element::TypeName(_) => return None,
    };
    if let Payload::Json(ty) = payload {
        Some(ty)
    } else {
        None
    }
}

/// Puts other types in the place of some, wherever they stand.
pub(super) fn replace_all(api: &mut Api, moved: &impl Fn(&ModelId) -> Option<ModelId>) {
    let fields = api.models.values_mut().flat_map(|model| &mut model.fields);
    fields.for_each(|field| replace_in(&mut field.ty, moved));
    for operation in api
        .groups
        .iter_mut()
        .flat_map(|group| &mut group.operations)
    {
        let body = operation.body.as_mut().map(|body| &mut body.content);
        for payload in [Some(&mut operation.result), body].into_iter().flatten() {
            if let Payload::Json(ty) = payload {
                replace_in(ty, moved);
            }
        }
    }
}

fn replace_in(ty: &mut Type, moved: &impl Fn(&ModelId) -> Option<ModelId>) {
    match ty {
        Type::Array(inner) | Type::Map(inner) => replace_in(inner, moved),
        Type::Model(id) => {
            if let Some(new) = moved(id) {
                *id = new;
            }
        }
        _ => {}
    }
}

/// Says that a row has decided the type at an element.
pub(super) fn note(api: &mut Api, element: &Element) {
    let evidence = match element {
        Element::Field { model, field } => {
            field_mut(api, model, field).map(|field| &mut field.evidence)
        }
        Element::Request(id) => operation_mut(api, id)
            .and_then(|operation| operation.body.as_mut())
            .map(|body| &mut body.evidence),
        Element::Response(id) => {
            operation_mut(api, id).map(|operation| &mut operation.result_evidence)
        }
        Element::Safety(_) | Element::TypeName(_) => None,
    };
    if let Some(evidence) = evidence {
        *evidence = Evidence::rule(Rule::Correction);
    }
}

fn field_mut<'a>(api: &'a mut Api, model: &str, field: &str) -> Option<&'a mut Field> {
    let model = api
        .models
        .iter_mut()
        .find(|(id, _)| is_called(id, model))
        .map(|(_, model)| model)?;
    model
        .fields
        .iter_mut()
        .find(|candidate| candidate.name == field)
}

/// Whether a row means this model: by its name, or with the group in front of it.
fn is_called(id: &ModelId, text: &str) -> bool {
    let group = || text.strip_suffix(&id.name)?.strip_suffix('/');
    id.name == text
        || id
            .group
            .as_ref()
            .is_some_and(|own| group().is_some_and(|text| own.to_string() == text))
}

fn operation_mut<'a>(api: &'a mut Api, id: &str) -> Option<&'a mut Operation> {
    api.groups
        .iter_mut()
        .flat_map(|group| &mut group.operations)
        .find(|operation| operation.id == id)
}

fn set_field(field: &mut Field, ty: &Type) -> bool {
    field.evidence = Evidence::rule(Rule::Correction);
    std::mem::replace(&mut field.ty, ty.clone()) != *ty
}

fn set_payload(payload: &mut Payload, evidence: &mut Evidence, ty: &Type) -> bool {
    let new = Payload::Json(ty.clone());
    *evidence = Evidence::rule(Rule::Correction);
    std::mem::replace(payload, new.clone()) != new
}
