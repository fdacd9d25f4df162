//! Takes the API and the drafts of all trees and reports the types that pages name and no page describes: they are objects
//! whose fields are kept but not known. Refuses nothing.

use std::borrow::Cow;
use std::collections::HashSet;

use apidoc_model::api::{Model, Origin};
use apidoc_model::{Api, Code, Diagnostic, Span};

use crate::draft::Draft;

use super::collect::named_in_prose;
use super::operations::has_body;

/// Reports each of them once, at the first place that says its name.
pub(super) fn check(api: &Api, drafts: &[Draft]) -> Vec<Diagnostic> {
    let is_undescribed = |model: &Model| model.fields.is_empty() && model.origin == Origin::Named;
    let types = api.models.iter().filter(|(_, model)| is_undescribed(model));
    let mut names: HashSet<&str> = types.map(|(id, _)| id.name.as_str()).collect();
    let mut found = Vec::new();
    for draft in drafts {
        if names.is_empty() {
            break;
        }
        let named = said(draft).filter(|(name, _)| names.remove(name.as_ref()));
        found.extend(named.map(|(name, place)| {
            let message = format!("no page describes `{name}`");
            Diagnostic::new(Code::UndescribedType, place, message)
        }));
    }
    found
}

/// All types that a page gives to its bodies and their fields.
fn said(draft: &Draft) -> impl Iterator<Item = (Cow<'_, str>, Span)> {
    let (request, response) = (draft.request.as_ref(), Some(&draft.response));
    let response = response.filter(|_| has_body(draft));
    let bodies = [
        request.and_then(|body| body.kind.as_ref()),
        response.and_then(|body| body.label.as_ref()),
    ];
    let tables = [
        request.and_then(|body| body.table.as_ref()),
        response.and_then(|body| body.table.as_ref()),
    ];
    let rows = tables.into_iter().flatten().flatten();
    let in_rows = rows.map(|row| match named_in_prose(row) {
        Some(name) => (Cow::Owned(name), row.name.span),
        None => (Cow::Borrowed(row.ty.value.as_str()), row.ty.span),
    });
    let of_bodies = bodies.into_iter().flatten();
    let of_bodies = of_bodies.map(|said| (Cow::Borrowed(said.value.as_str()), said.span));
    of_bodies.chain(in_rows)
}
