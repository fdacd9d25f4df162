//! Takes the built API, the corrections and the conflicts between pages, and applies each correction to what it means. A
//! correction about something that this API does not have is reported and left alone; one that changes nothing is reported,
//! as is a name that another type has, and every conflict that no correction decides. Refuses readings that an element
//! cannot have.

use std::borrow::Cow;

use apidoc_model::api::{Evidence, Field, ModelId, Operation, Payload, Rule, Safety, Type};
use apidoc_model::{Api, Code, Diagnostic, Span};

use crate::corrections::{Correction, Corrections, Element, Reading};

use super::conflict::{Conflicts, Subject};
use super::constants;
use super::program::Side;
use super::rename::{Moved, rename};

/// Whether a new type of an element decides what a contradiction is about.
fn decides(target: &Target, subject: &Subject) -> bool {
    match (target, subject) {
        (Target::Field(model, field), Subject::Field(id, name)) => model == id && field == name,
        (Target::Request(operation), Subject::Body(id, Side::Request))
        | (Target::Response(operation), Subject::Body(id, Side::Response)) => operation == id,
        _ => false,
    }
}

/// What an element means in one API, which may be several things.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A field of a model.
    Field(ModelId, String),
    /// The request body of an operation.
    Request(String),
    /// The result of an operation.
    Response(String),
    /// The class of an operation.
    Safety(String),
}

/// What an element means here; nothing, where this API does not have it.
pub(super) fn targets(api: &Api, element: &Element) -> Vec<Target> {
    let operation = |id: &str| api.operations().find(|operation| operation.id == id);
    match element {
        Element::Field { model, field } => {
            let has_field = |id: &&ModelId| {
                let fields = api.models.get(*id).map(|model| &model.fields);
                let mut fields = fields.into_iter().flatten();
                fields.any(|candidate| candidate.name == *field)
            };
            let models = called(api, model).into_iter().filter(has_field);
            models
                .map(|id| Target::Field(id.clone(), field.clone()))
                .collect()
        }
        Element::Request(id) => {
            let body = operation(id).and_then(|operation| operation.body.as_ref());
            body.map(|_| Target::Request(id.clone()))
                .into_iter()
                .collect()
        }
        Element::Response(id) => {
            let found = operation(id).map(|_| Target::Response(id.clone()));
            found.into_iter().collect()
        }
        Element::Safety(id) => {
            let found = operation(id).map(|_| Target::Safety(id.clone()));
            found.into_iter().collect()
        }
        Element::TypeName(holder) => targets(api, holder),
    }
}

/// The models that a name means: with the group in front, that group's; without, the one that all groups share, or else those
/// of all groups that have one of this name.
fn called<'a>(api: &'a Api, text: &str) -> Vec<&'a ModelId> {
    if let Some((shared, _)) = api.models.get_key_value(&ModelId::shared(text)) {
        return vec![shared];
    }
    let means = |id: &&ModelId| match (&id.group, text.strip_suffix(&id.name)) {
        (Some(group), Some(before)) => {
            before.is_empty()
                || before
                    .strip_suffix('/')
                    .is_some_and(|own| group.to_string() == own)
        }
        _ => false,
    };
    api.models.keys().filter(means).collect()
}

/// Says that this API does not have an element.
pub(super) fn unmatched(element: &Element, place: Span) -> Diagnostic {
    let message = format!("these pages do not have {element}");
    Diagnostic::new(Code::UnmatchedCorrection, place, message)
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
        let applied = apply_one(api, row, &mut moved, &mut conflicts);
        diagnostics.extend(applied.err());
    }
    moved.settle(api);
    diagnostics.extend(constants::apply(api, &corrections.constants));
    diagnostics.extend(conflicts.reported());
    diagnostics
}

/// Applies a row to everything that it means.
fn apply_one(
    api: &mut Api,
    row: &Correction,
    moved: &mut Moved,
    conflicts: &mut Conflicts,
) -> Result<(), Diagnostic> {
    let (element, place) = (&row.element.value, row.element.span);
    let targets = targets(api, element);
    if targets.is_empty() {
        return Err(unmatched(element, place));
    }
    let changed = match &row.reading {
        Reading::Type(ty) => retype_all(api, &targets, ty, conflicts),
        Reading::Name(name) => any(&targets, |target| {
            rename(api, target, &targets, name, moved)
        }),
        Reading::Safety(class) => any(&targets, |target| Ok(reclass(api, target, *class))),
    };
    match changed {
        Ok(true) => Ok(()),
        Ok(false) => {
            let message = "the pages say so without this row";
            Err(Diagnostic::new(Code::UnusedCorrection, place, message))
        }
        Err((code, message)) => Err(Diagnostic::new(code, place, message)),
    }
}

/// Why a row is refused.
pub(super) type Refusal = (Code, Cow<'static, str>);

/// Changes all targets; says whether any of them was another before.
fn any(
    targets: &[Target],
    mut change: impl FnMut(&Target) -> Result<bool, Refusal>,
) -> Result<bool, Refusal> {
    let mut changed = false;
    for target in targets {
        changed |= change(target)?;
    }
    Ok(changed)
}

/// Gives all elements another type, and so decides the conflicts about them.
fn retype_all(
    api: &mut Api,
    targets: &[Target],
    ty: &Type,
    conflicts: &mut Conflicts,
) -> Result<bool, Refusal> {
    if let Some(id) = ty.model().filter(|id| !api.models.contains_key(id)) {
        let message = format!("these pages do not have a type `{id}`");
        return Err((Code::UnmatchedCorrection, message.into()));
    }
    let settled = conflicts.settle(|subject| targets.iter().any(|one| decides(one, subject)));
    let changed = any(targets, |target| Ok(retype(api, target, ty)))?;
    Ok(settled || changed)
}

fn reclass(api: &mut Api, target: &Target, class: Safety) -> bool {
    let Target::Safety(id) = target else {
        return false;
    };
    operation_mut(api, id)
        .is_some_and(|operation| std::mem::replace(&mut operation.safety, class) != class)
}

/// Gives an element another type; says whether it had one.
fn retype(api: &mut Api, target: &Target, ty: &Type) -> bool {
    note(api, target);
    match target {
        Target::Field(id, name) => field_mut(api, id, name)
            .is_some_and(|field| std::mem::replace(&mut field.ty, ty.clone()) != *ty),
        _ => payload_mut(api, target).is_some_and(|payload| {
            let new = Payload::Json(ty.clone());
            std::mem::replace(payload, new.clone()) != new
        }),
    }
}

/// The type at an element.
pub(super) fn type_mut<'a>(api: &'a mut Api, target: &Target) -> Option<&'a mut Type> {
    if let Target::Field(id, name) = target {
        return field_mut(api, id, name).map(|field| &mut field.ty);
    }
    match payload_mut(api, target)? {
        Payload::Json(ty) => Some(ty),
        _ => None,
    }
}

fn payload_mut<'a>(api: &'a mut Api, target: &Target) -> Option<&'a mut Payload> {
    match target {
        Target::Request(id) => operation_mut(api, id)?
            .body
            .as_mut()
            .map(|body| &mut body.content),
        Target::Response(id) => operation_mut(api, id).map(|operation| &mut operation.result),
        Target::Field(..) | Target::Safety(_) => None,
    }
}

/// Says that a row has decided the type at an element.
pub(super) fn note(api: &mut Api, target: &Target) {
    if let Some(evidence) = evidence_mut(api, target) {
        *evidence = Evidence::rule(Rule::Correction);
    }
}

/// What decided the type at an element.
pub(super) fn evidence_mut<'a>(api: &'a mut Api, target: &Target) -> Option<&'a mut Evidence> {
    match target {
        Target::Field(id, name) => field_mut(api, id, name).map(|field| &mut field.evidence),
        Target::Request(id) => {
            let body = operation_mut(api, id)?.body.as_mut();
            body.map(|body| &mut body.evidence)
        }
        Target::Response(id) => {
            operation_mut(api, id).map(|operation| &mut operation.result_evidence)
        }
        Target::Safety(_) => None,
    }
}

fn field_mut<'a>(api: &'a mut Api, model: &ModelId, field: &str) -> Option<&'a mut Field> {
    let mut fields = api.models.get_mut(model)?.fields.iter_mut();
    fields.find(|candidate| candidate.name == field)
}

fn operation_mut<'a>(api: &'a mut Api, id: &str) -> Option<&'a mut Operation> {
    api.groups
        .iter_mut()
        .flat_map(|group| &mut group.operations)
        .find(|operation| operation.id == id)
}
