//! Writes parts of the resolved API as short text for people: payloads, routes, parameters. It refuses nothing.

use apidoc_model::api::{Body, Operation, Parameter, Payload};
use apidoc_model::notation::path;

/// `array<ContactEntity>`, `nothing`
#[must_use]
pub fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Unit => "nothing".to_owned(),
        Payload::Json(ty) => ty.to_string(),
        Payload::Binary => "bytes".to_owned(),
        Payload::Patch => "a patch document".to_owned(),
    }
}

/// What a body holds; `nothing` where there is none.
#[must_use]
pub fn body(body: Option<&Body>) -> String {
    body.map_or_else(|| "nothing".to_owned(), |body| payload(&body.content))
}

/// `POST /api/v1/Agents/Chat/PickUpChatSession`
#[must_use]
pub fn route(operation: &Operation) -> String {
    format!("{} {}", operation.verb.as_str(), path(&operation.route))
}

/// `name: type`, and `(required)`
#[must_use]
pub fn parameter(parameter: &Parameter) -> String {
    let required = if parameter.required {
        " (required)"
    } else {
        ""
    };
    format!("{}: {}{required}", parameter.name, parameter.ty)
}
