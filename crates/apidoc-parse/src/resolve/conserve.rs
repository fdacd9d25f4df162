//! Takes the drafts and the built API and checks the law of conservation: every page is an operation, and every property row
//! of every page is a field of the type that its body has in the end, unless a correction has given the body another type than
//! its table tells. Returns a diagnostic for each thing that was lost, and one for each table of a body that turned out to have
//! no properties.

use std::collections::HashSet;

use apidoc_model::api::{Body, Evidence, Operation, Payload, Rule, Type};
use apidoc_model::{Api, Code, Diagnostic, Spanned};

use crate::bytes;
use crate::draft::{Draft, Row, Sample};
use crate::media;

use super::operations::{has_body, is_patch};
use super::program::Editions;

/// Checks the API against the newest pages.
pub(super) fn check(api: &Api, editions: &[Editions<'_>]) -> Vec<Diagnostic> {
    let operations = api.operations_by_id();
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
    let body = operation.body.as_ref();
    let response = draft.response.table.as_deref();
    let response = response.filter(|_| has_body(draft) && is_read(&operation.result_evidence));
    let request = draft
        .request
        .as_ref()
        .filter(|_| !is_patch(draft) && body.is_none_or(|body| is_read(&body.evidence)))
        .and_then(|request| request.table.as_deref());
    fields(api, response, Some(&operation.result), lost);
    fields(api, request, body.map(|body| &body.content), lost);
    lost.extend(unread_result(draft, operation));
    lost.extend(body.and_then(|body| unread_body(draft, body)));
}

/// What says that a result is a value, where it is bytes because no media type is JSON. A table is reported with its rows.
fn unread_result(draft: &Draft, operation: &Operation) -> Option<Diagnostic> {
    let response = &draft.response;
    let is_unread = is_bytes_by_media(&operation.result, &operation.result_evidence, &draft.accept)
        && response.table.as_deref().is_none_or(<[Row]>::is_empty);
    let texts = [&response.label, &response.kind, &response.named];
    let value = || unread_value(&texts, draft.response_sample.as_ref());
    is_unread.then(value)?
}

/// The same for what is sent.
fn unread_body(draft: &Draft, body: &Body) -> Option<Diagnostic> {
    let request = draft.request.as_ref()?;
    let is_unread = is_bytes_by_media(&body.content, &body.evidence, &draft.content_types)
        && request.table.as_deref().is_none_or(<[Row]>::is_empty);
    let texts = [&request.kind, &request.named];
    let value = || unread_value(&texts, draft.request_sample.as_ref());
    is_unread.then(value)?
}

fn is_bytes_by_media(payload: &Payload, evidence: &Evidence, media_types: &[String]) -> bool {
    *payload == Payload::Binary && is_read(evidence) && media::have_no_json(media_types)
}

fn unread_value(texts: &[&Option<Spanned<String>>], sample: Option<&Sample>) -> Option<Diagnostic> {
    let told = || {
        let texts = texts.iter().copied().flatten();
        texts.filter(|text| !text.value.is_empty())
    };
    if told().any(|text| bytes::is_word(&text.value)) {
        return None;
    }
    let (place, what) = match told().next() {
        Some(text) => (text.span, format!("`{}`", text.value)),
        None => (bytes::value_sample(sample)?, "the sample".to_owned()),
    };
    let message =
        format!("no media type of the body is JSON, so that it is bytes and {what} is not read");
    Some(Diagnostic::new(Code::StrayContent, place, message))
}

/// Whether the type of a body is what the pages tell.
fn is_read(evidence: &Evidence) -> bool {
    evidence.rule != Rule::Correction
}

fn fields(api: &Api, table: Option<&[Row]>, payload: Option<&Payload>, lost: &mut Vec<Diagnostic>) {
    let Some(table) = table.filter(|table| !table.is_empty()) else {
        return;
    };
    let id = payload.and_then(Payload::json).and_then(Type::model);
    let model = id.and_then(|id| api.models.get(id));
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

#[cfg(test)]
mod tests {
    use apidoc_model::SourceMap;
    use apidoc_model::api::ModelId;

    use super::*;
    use crate::{Corrections, editions, resolve};

    const PAGE: &str = "---\nuid: v1CatAgent_Feed\n---\n\n```http\nPOST /api/v1/Agents/Cat/Feed\n```\n\n\
        ## Request Body: request Meal\n\n| Property Name | Type | Description |\n|---|---|---|\n| Grams | int32 | |\n\n\
        ## Response:\n\n| Response | Description |\n|---|---|\n| 200 | |\n\n\
        ### Response body: Cat\n\n| Property Name | Type | Description |\n|---|---|---|\n| Id | int32 | |\n| Name | string | |\n";

    /// What is said when a pass has done this to the resolved API.
    fn lost(damage: impl FnOnce(&mut Api)) -> Vec<(Code, String)> {
        let mut sources = SourceMap::new();
        sources.add(0, "v1CatAgent_Feed.md", "v1CatAgent_Feed.md", PAGE);
        let read = |file| crate::operation(&crate::page(file).0, &sources).0;
        let drafts: Vec<Draft> = sources.files().iter().filter_map(read).collect();
        let mut api = resolve(&drafts, &Corrections::default(), &sources).api;
        assert_eq!((api.groups.len(), api.models.len()), (1, 2));
        damage(&mut api);
        let (editions, _) = editions::pair(&drafts);
        let mut said: Vec<(Code, String)> = check(&api, &editions)
            .into_iter()
            .map(|diagnostic| {
                assert!(diagnostic.span.is_some(), "{diagnostic:?}");
                (diagnostic.code, diagnostic.message)
            })
            .collect();
        said.sort();
        said
    }

    fn fields(api: &mut Api, name: &str, keep: impl Fn(&str) -> bool) {
        for (id, model) in &mut api.models {
            if id.name == name {
                model.fields.retain(|field| keep(&field.name));
            }
        }
    }

    #[test]
    fn what_is_whole_is_conserved() {
        assert_eq!(lost(|_| ()), []);
    }

    #[test]
    fn a_page_that_is_no_operation_is_lost() {
        let words = "`v1CatAgent_Feed` is no operation".to_owned();
        assert_eq!(
            lost(|api| api.groups.clear()),
            [(Code::NotConserved, words)]
        );
    }

    #[test]
    fn a_row_that_is_no_field_is_lost() {
        let lost_row = |name: &str| {
            let words = format!("`{name}` is no field of the type of this body");
            (Code::NotConserved, words)
        };
        let one = lost(|api| fields(api, "Cat", |name| name != "Name"));
        assert_eq!(one, [lost_row("Name")]);
        let all = lost(|api| {
            for model in api.models.values_mut() {
                model.fields.clear();
            }
        });
        assert_eq!(all, [lost_row("Grams"), lost_row("Id"), lost_row("Name")]);
    }

    #[test]
    fn a_table_of_a_body_without_properties_is_set_aside() {
        let said = |result: Option<Payload>| {
            lost(|api| {
                for operation in api
                    .groups
                    .iter_mut()
                    .flat_map(|group| &mut group.operations)
                {
                    match result.clone() {
                        Some(result) => operation.result = result,
                        None => operation.body = None,
                    }
                }
            })
        };
        let gone = Type::Array(Box::new(Type::Model(ModelId::shared("Gone"))));
        let table = [
            (Some(Payload::Binary), "bytes", 2),
            (Some(Payload::Patch), "a patch", 2),
            (Some(Payload::Json(Type::Any)), "any value", 2),
            (Some(Payload::Json(Type::Int32)), "no object", 2),
            (Some(Payload::Json(gone)), "no object", 2),
            (Some(Payload::Unit), "empty", 2),
            (None, "empty", 1),
        ];
        for (result, called, rows) in table {
            let words =
                format!("the body is {called}, so that its table of {rows} properties is not read");
            assert_eq!(said(result), [(Code::StrayContent, words)], "{called}");
        }
    }
}
