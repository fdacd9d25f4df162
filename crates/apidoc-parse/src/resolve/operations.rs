//! Takes an operation's drafts and the decided types of its bodies and returns the [`Operation`] of the IR. Statuses come
//! first: an operation without a success that has a body returns nothing, whatever its headings announce.

use std::collections::HashMap;

use apidoc_model::api::{
    Body, Evidence, Operation, Parameter, Payload, Prose, Restriction, Rule, Segment, Status, Type,
    Verb,
};

use crate::draft::{Draft, RequestDraft, Row, Sample, SampleBody};

use super::decide::{Decision, evidence};
use super::enums::EnumNames;
use super::form::is_keys;
use super::program::{Editions, Place, Side};
use super::safety::safety;
use crate::bytes;
use crate::json::Json;
use crate::media;
use crate::vocabulary::Word;

/// The success that never has a body.
const NO_CONTENT: u16 = 204;
/// Media type that is listed where a body is one text.
const TEXT_MEDIA: &str = "text/plain";
/// The members that every operation of a JSON Patch has.
const PATCH_NEEDED: [&str; 2] = ["op", "path"];
/// Those that some have.
const PATCH_OTHERS: [&str; 2] = ["from", "value"];

/// Whether a success of this page has a body; a page without statuses is taken at its word, and so is one whose success may
/// be a status that could not be read.
pub(super) fn has_body(draft: &Draft) -> bool {
    let codes = || draft.response.statuses.iter().map(|(code, _)| code.value);
    let mut successes = codes().filter(|code| (200..300).contains(code)).peekable();
    if successes.peek().is_none() {
        return codes().next().is_none() || draft.response.unread_statuses;
    }
    successes.any(|code| code != NO_CONTENT)
}

/// Whether the request is a JSON Patch or Merge Patch document rather than a value of a type: a table of other properties
/// than those of the operations of a patch is that of a type, and without a table a sample may show that it is none.
pub(super) fn is_patch(draft: &Draft) -> bool {
    let request = draft.request.as_ref();
    let Some(request) = request.filter(|_| draft.verb == Verb::Patch) else {
        return false;
    };
    let table = request.table.as_deref().unwrap_or_default();
    let may_be = if table.is_empty() {
        // A reader may have refused all rows.
        !json(draft.request_sample.as_ref()).is_some_and(is_no_patch)
    } else {
        is_of_operations(table)
    };
    may_be && !media::have_no_json(&draft.content_types)
}

/// Whether a sample is a scalar or an array of others than objects, which no patch is.
fn is_no_patch(sample: &Json) -> bool {
    let is_other = |json: &Json| !matches!(json, Json::Object(_) | Json::Null);
    match sample {
        Json::Array(items) => items.iter().any(is_other),
        sample => is_other(sample),
    }
}

fn json(sample: Option<&Sample>) -> Option<&Json> {
    match &sample?.body {
        SampleBody::Json(json, _) => Some(json),
        SampleBody::None | SampleBody::Raw(_) => None,
    }
}

/// Whether these are the members of an operation of a patch.
fn is_of_operations(table: &[Row]) -> bool {
    let names = || table.iter().map(|row| row.name.value.as_str());
    let has = |member: &&str| names().any(|name| name.eq_ignore_ascii_case(member));
    let is_member = |name: &str| {
        let mut members = PATCH_NEEDED.iter().chain(&PATCH_OTHERS);
        members.any(|member| name.eq_ignore_ascii_case(member))
    };
    PATCH_NEEDED.iter().all(has) && names().all(is_member)
}

/// Builds the operation.
pub(super) fn operation(
    editions: &Editions<'_>,
    request: Option<Decision>,
    response: Option<Decision>,
    enums: &EnumNames,
) -> Operation {
    let draft = editions.newest;
    let body = draft
        .request
        .as_ref()
        .map(|section| body(draft, section, request));
    let (result, result_evidence) = result(draft, response);
    Operation {
        id: draft.id.value.clone(),
        name: draft.name.clone(),
        verb: draft.verb,
        route: draft.route.value.clone(),
        path: parameters(draft, in_route_order(draft), enums),
        query: parameters(draft, &draft.query, enums),
        headers: draft
            .headers
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        header_docs: draft.header_docs.clone(),
        accept: draft.accept.clone(),
        body,
        result,
        result_evidence,
        statuses: statuses(draft),
        restrictions: restrictions(draft),
        deprecated: draft.deprecated,
        slow_after_ms: draft
            .slow_after_ms
            .or_else(|| editions.older.iter().find_map(|older| older.slow_after_ms)),
        safety: safety(draft.world, draft.verb, &draft.name),
        prose: Prose {
            summary: draft.summary.clone(),
            remarks: draft.remarks.clone(),
        },
        page: draft.page(),
    }
}

fn statuses(draft: &Draft) -> Vec<Status> {
    let statuses = draft.response.statuses.iter();
    statuses
        .map(|(code, doc)| Status {
            code: code.value,
            doc: prose(doc),
        })
        .collect()
}

fn restrictions(draft: &Draft) -> Vec<Restriction> {
    let restrictions = draft.restrictions.iter();
    restrictions
        .map(|(kind, doc)| Restriction {
            kind: *kind,
            doc: prose(doc),
        })
        .collect()
}

fn parameters<'d>(
    draft: &Draft,
    rows: impl IntoIterator<Item = &'d Row>,
    enums: &EnumNames,
) -> Vec<Parameter> {
    rows.into_iter()
        .map(|row| parameter(draft, row, enums))
        .collect()
}

/// Text, unless it is empty.
pub(super) fn prose(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn in_route_order(draft: &Draft) -> Vec<&Row> {
    let names = draft.route.value.iter().filter_map(|segment| {
        if let Segment::Parameter(name) = segment {
            Some(name)
        } else {
            None
        }
    });
    let rows: HashMap<&str, &Row> = draft
        .path
        .iter()
        .map(|row| (row.name.value.as_str(), row))
        .collect();
    names
        .filter_map(|name| rows.get(name.as_str()).copied())
        .collect()
}

fn parameter(draft: &Draft, row: &Row, enums: &EnumNames) -> Parameter {
    let ty = match Word::first(&row.ty.value) {
        Word::Exact(Type::Map(_)) => Type::String,
        Word::Exact(ty) | Word::Coarse(ty) => in_an_address(ty),
        Word::Enumeration => enums
            .parameter(draft, &row.name.value)
            .map_or(Type::String, Type::Enum),
        Word::Array if is_keys(&row.name.value) => Type::Array(Box::new(Type::Int32)),
        Word::Array => Type::Array(Box::new(Type::String)),
        Word::Bytes => Type::Base64,
        // Which is what the reader of the row has said.
        Word::Blank | Word::Dictionary | Word::Open | Word::Name(_) => Type::String,
    };
    Parameter {
        name: row.name.value.clone(),
        ty,
        required: row.required,
        list: row.list.clone(),
        deprecated: row.deprecated,
        doc: prose(&row.doc),
    }
}

/// Lists in an address are lists of scalars.
fn in_an_address(ty: Type) -> Type {
    match ty {
        Type::Array(element) if matches!(*element, Type::Array(_) | Type::Map(_) | Type::Any) => {
            Type::Array(Box::new(Type::String))
        }
        ty => ty,
    }
}

fn body(draft: &Draft, section: &RequestDraft, decision: Option<Decision>) -> Body {
    let place = Place {
        draft,
        side: Side::Request,
    };
    let (content, evidence) = if is_patch(draft) {
        (Payload::Patch, evidence(Rule::MediaType, place, ""))
    } else if bytes::are_sent(draft) {
        (Payload::Binary, evidence(Rule::MediaType, place, ""))
    } else {
        match decision {
            Some(decision) if decision.ty != Type::Any => {
                (Payload::Json(decision.ty), decision.evidence)
            }
            _ => untold(draft, section),
        }
    };
    Body {
        name: section.name.clone(),
        content,
        media_types: draft.content_types.clone(),
        evidence,
        doc: prose(&section.doc),
    }
}

/// Nothing but the name of the body and its media types are left to tell its type.
fn untold(draft: &Draft, section: &RequestDraft) -> (Payload, Evidence) {
    let place = Place {
        draft,
        side: Side::Request,
    };
    if is_keys(&section.name) {
        (
            Payload::Json(Type::Array(Box::new(Type::Int32))),
            evidence(Rule::FieldName, place, ""),
        )
    } else if draft.content_types.iter().any(|media| media == TEXT_MEDIA) {
        (
            Payload::Json(Type::String),
            evidence(Rule::MediaType, place, ""),
        )
    } else {
        (Payload::Json(Type::Any), evidence(Rule::Unknown, place, ""))
    }
}

fn result(draft: &Draft, decision: Option<Decision>) -> (Payload, Evidence) {
    let place = Place {
        draft,
        side: Side::Response,
    };
    if !has_body(draft) {
        return (Payload::Unit, evidence(Rule::Status, place, ""));
    }
    if bytes::are_returned(draft) {
        return (Payload::Binary, evidence(Rule::MediaType, place, ""));
    }
    match decision {
        Some(decision) => (Payload::Json(decision.ty), decision.evidence),
        None => (Payload::Json(Type::Any), evidence(Rule::Unknown, place, "")),
    }
}
