//! Takes the built API and the corrections and applies each to what it names. A correction about something that this
//! edition does not have is left alone; one that names something and changes nothing is refused, as is one that names a
//! type that does not exist.

use apidoc_model::api::{Evidence, Field, Operation, Payload, Rule, Type};
use apidoc_model::{Api, Code, Diagnostic};

use crate::corrections::{Correction, Corrections, Element, Reading};

use super::build::models_in;

/// Applies all corrections.
pub(super) fn apply(api: &mut Api, corrections: &Corrections) -> Vec<Diagnostic> {
    corrections
        .rows
        .iter()
        .filter_map(|row| apply_one(api, row).err())
        .collect()
}

fn apply_one(api: &mut Api, row: &Correction) -> Result<(), Diagnostic> {
    let span = row.element.span;
    if let Reading::Type(ty) = &row.reading {
        if models_in(ty).is_some_and(|id| !api.models.contains_key(id)) {
            return Err(Diagnostic::new(
                Code::BadCorrection,
                span,
                "no page has the type that this row names",
            ));
        }
    }
    let changed = match (&row.element.value, &row.reading) {
        (Element::Field { model, field }, Reading::Type(ty)) => {
            field_mut(api, model, field).map(|field| set_field(field, ty))
        }
        (Element::Request(id), Reading::Type(ty)) => operation_mut(api, id)
            .and_then(|operation| operation.body.as_mut())
            .map(|body| set_payload(&mut body.content, &mut body.evidence, ty)),
        (Element::Response(id), Reading::Type(ty)) => operation_mut(api, id).map(|operation| {
            set_payload(&mut operation.result, &mut operation.result_evidence, ty)
        }),
        (Element::Safety(id), Reading::Safety(class)) => operation_mut(api, id)
            .map(|operation| std::mem::replace(&mut operation.safety, *class) != *class),
        _ => {
            return Err(Diagnostic::new(
                Code::BadCorrection,
                span,
                "this element cannot be read as that",
            ));
        }
    };
    match changed {
        Some(false) => Err(Diagnostic::new(
            Code::UnusedCorrection,
            span,
            "the pages say so without this row",
        )),
        _ => Ok(()),
    }
}

fn field_mut<'a>(api: &'a mut Api, model: &str, field: &str) -> Option<&'a mut Field> {
    let model = api
        .models
        .iter_mut()
        .find(|(id, _)| id.name == model)
        .map(|(_, model)| model)?;
    model
        .fields
        .iter_mut()
        .find(|candidate| candidate.name == field)
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
