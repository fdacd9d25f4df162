//! From the value of a result to the answer: a newer server's additions, `$select`, and the body with its headers. It takes
//! what the operation gave, and refuses nothing.

use http::{StatusCode, header};

use crate::api::{Payload, Type};
use crate::entity::{Call, Outcome, blob};
use crate::exchange::Answer;
use crate::role::kind::is_archive_page;
use crate::store::Store;
use crate::{newer, select, synthesise};

/// A neutral answer of the documented shape.
pub(crate) fn neutral(call: &Call<'_>) -> Outcome {
    match &call.operation.result {
        Payload::Json(ty) => Outcome::Value(synthesise::value(call.types, ty)),
        Payload::Binary => Outcome::Answer(blob::download(call.request, &Store::default())),
        Payload::Unit | Payload::Patch => Outcome::Answer(Answer::empty(StatusCode::NO_CONTENT)),
    }
}

/// The answer to what the operation gave. What is kept is a newer server's already, except for what a request has left out.
pub(crate) fn finish(call: &Call<'_>, outcome: Outcome) -> Answer {
    let is_kept = matches!(outcome, Outcome::Kept(..));
    let (mut value, changed) = match outcome {
        Outcome::Answer(answer) => return answer,
        Outcome::Value(value) => (value, None),
        Outcome::Kept(value, changed) => (value, changed),
    };
    match (call.newer, &call.operation.result) {
        (Some(_), Payload::Json(ty)) if is_kept => newer::extend(call.types, ty, &mut value),
        (Some(newer), Payload::Json(ty)) => newer.age(call.types, ty, &mut value),
        _ => {}
    }
    if let Some(list) = selected(call) {
        select::project(&mut value, list);
    }
    let answer = Answer::json(StatusCode::OK, &value);
    match changed.and_then(|changed| {
        jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&changed)
            .ok()
    }) {
        Some(date) => answer.with(header::LAST_MODIFIED, date),
        None => answer,
    }
}

/// The fields that the caller wants of an entity; archives have read their own `$select` already.
fn selected<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    let entity = match &call.operation.result {
        Payload::Json(Type::Array(item)) => matches!(item.as_ref(), Type::Model(_)),
        Payload::Json(Type::Model(_)) => !is_archive_page(&call.operation.result, call.types),
        _ => false,
    };
    call.request.query("$select").filter(|_| entity)
}
