//! Takes the drafts and the built API and checks the law of conservation: every page is an operation, and every property row
//! of every page is a field of the type that its body has in the end. Returns a diagnostic for each thing that was lost, and
//! one for each table of a body that turned out to have no properties.

use std::collections::{BTreeMap, HashSet};

use apidoc_model::api::{Operation, Payload, Type};
use apidoc_model::{Api, Code, Diagnostic};

use crate::draft::{Draft, Row};

use super::build::models_in;
use super::operations::{has_body, is_patch};
use super::program::Editions;

/// Checks the API against the newest pages.
pub(super) fn check(api: &Api, editions: &[Editions<'_>]) -> Vec<Diagnostic> {
    let operations: BTreeMap<&str, &Operation> = api
        .groups
        .iter()
        .flat_map(|group| &group.operations)
        .map(|operation| (operation.id.as_str(), operation))
        .collect();
    let mut lost = Vec::new();
    for edition in editions {
        let draft = edition.newest;
        match operations.get(draft.id.value.as_str()) {
            Some(operation) => rows(api, draft, operation, &mut lost),
            None => lost.push(Diagnostic::new(
                Code::NotConserved,
                draft.id.span,
                format!("`{}` is no operation", draft.id.value),
            )),
        }
    }
    lost
}

fn rows(api: &Api, draft: &Draft, operation: &Operation, lost: &mut Vec<Diagnostic>) {
    let response = draft.response.table.as_deref().filter(|_| has_body(draft));
    let request = draft
        .request
        .as_ref()
        .filter(|_| !is_patch(draft))
        .and_then(|request| request.table.as_deref());
    fields(api, response, Some(&operation.result), lost);
    fields(
        api,
        request,
        operation.body.as_ref().map(|body| &body.content),
        lost,
    );
}

fn fields(api: &Api, table: Option<&[Row]>, payload: Option<&Payload>, lost: &mut Vec<Diagnostic>) {
    let Some(table) = table.filter(|table| !table.is_empty()) else {
        return;
    };
    let model = if let Some(Payload::Json(ty)) = payload {
        leaf(ty).and_then(|id| api.models.get(id))
    } else {
        None
    };
    let Some(model) = model else {
        let message = format!(
            "the body is {}, so that its table of {} properties is not read",
            called(payload),
            table.len()
        );
        let place = table.first().map(|row| row.name.span);
        lost.push(Diagnostic::new(Code::StrayContent, place, message));
        return;
    };
    let fields = model.fields.iter();
    let names: HashSet<&str> = fields.map(|field| field.name.as_str()).collect();
    for row in table
        .iter()
        .filter(|row| !names.contains(row.name.value.as_str()))
    {
        lost.push(Diagnostic::new(
            Code::NotConserved,
            row.name.span,
            format!("`{}` is no field of the type of this body", row.name.value),
        ));
    }
}

/// What a body without properties is, in words.
fn called(payload: Option<&Payload>) -> &'static str {
    match payload {
        Some(Payload::Binary) => "bytes",
        Some(Payload::Patch) => "a patch",
        Some(Payload::Json(Type::Any)) => "any value",
        Some(Payload::Json(_)) => "no object",
        Some(Payload::Unit) | None => "empty",
    }
}

fn leaf(ty: &Type) -> Option<&apidoc_model::api::ModelId> {
    models_in(ty)
}
