//! Writes parts of the resolved API as short text for people: types, routes, parameters. It refuses nothing.

use apidoc_model::api::{Body, Operation, Parameter, Payload, Segment, Type};

/// `string`, `[ContactEntity]`, `{int32}`
#[must_use]
pub fn ty(ty: &Type) -> String {
    match ty {
        Type::Array(item) => format!("[{}]", self::ty(item)),
        Type::Map(value) => format!("{{{}}}", self::ty(value)),
        Type::Model(id) => id.to_string(),
        Type::Enum(name) => format!("enum {name}"),
        Type::Flags(name) => format!("flags {name}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// `json ContactEntity`, `nothing`
#[must_use]
pub fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Unit => "nothing".to_owned(),
        Payload::Json(of) => ty(of),
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
    let segments = operation.route.iter().map(|segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Parameter(name) => format!("/{{{name}}}"),
    });
    format!(
        "{} {}",
        operation.verb.as_str(),
        segments.collect::<String>()
    )
}

/// `name: type`, and `(required)`
#[must_use]
pub fn parameter(parameter: &Parameter) -> String {
    let required = if parameter.required {
        " (required)"
    } else {
        ""
    };
    format!("{}: {}{required}", parameter.name, ty(&parameter.ty))
}
