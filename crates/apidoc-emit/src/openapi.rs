//! The API as an OpenAPI 3.1 document, for tools of other languages. Takes the API and the options; returns the text of
//! `openapi.json`. Every value may be null and every enumeration may have other values, as in the SDK. It is not among the
//! [`EMITTERS`](crate::EMITTERS): `cargo xtask export` prints it. What two operations have in common, verb and route, OpenAPI cannot
//! tell apart; the second one is left out with a diagnostic. Routes that differ in the name of a parameter only stand side by side, as
//! the API has them, although OpenAPI asks readers to take them for one.

use std::fmt::Write as _;

use apidoc_model::api::{Body, Enum, GroupId, Model, ModelId, Operation, Parameter, Payload, Type};
use apidoc_model::notation::path;
use apidoc_model::{Api, Code, Diagnostic};
use serde_json::{Map, Value, json};

use crate::{Emission, Options, OutputFile, docs};

/// Headers that OpenAPI describes by other means, or forbids to describe.
const DESCRIBED_ELSEWHERE: [&str; 3] = ["Accept", "Authorization", "Content-Type"];
/// Media types of a change.
const PATCHES: [&str; 2] = [
    "application/json-patch+json",
    "application/merge-patch+json",
];
const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// `openapi.json`
#[must_use]
pub fn openapi(api: &Api, options: &Options) -> Emission {
    let mut emission = Emission::default();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "SuperOffice CRM WebAPI (unofficial description)",
            "version": options.version,
        },
        "servers": [{
            "url": "{installation}",
            "variables": { "installation": { "default": "https://crm.example.com/SuperOffice" } },
        }],
        "security": [{ "basic": [] }, { "bearer": [] }],
        "tags": api.groups.iter().map(|group| json!({ "name": tag(&group.id) })).collect::<Vec<_>>(),
        "paths": paths(api, options, &mut emission.diagnostics),
        "components": {
            "securitySchemes": {
                "basic": { "type": "http", "scheme": "basic" },
                "bearer": { "type": "http", "scheme": "bearer" },
            },
            "schemas": schemas(api),
        },
    });
    emission.files.push(OutputFile {
        path: "openapi.json".to_owned(),
        contents: format!("{document:#}\n"),
    });
    emission
}

fn tag(group: &GroupId) -> String {
    group.to_string()
}

fn paths(api: &Api, options: &Options, problems: &mut Vec<Diagnostic>) -> Map<String, Value> {
    let mut paths = Map::new();
    for group in &api.groups {
        for operation in &group.operations {
            let verb = operation.verb.as_str().to_ascii_lowercase();
            let path = paths
                .entry(path(&operation.route))
                .or_insert_with(|| json!({}));
            if path.get(&verb).is_some() {
                let what = format!("`{}` has verb and route of another", operation.id);
                problems.push(Diagnostic::new(Code::BadEmission, None, what));
            } else if let Some(path) = path.as_object_mut() {
                path.insert(verb, described(operation, &group.id, options));
            }
        }
    }
    paths
}

fn described(operation: &Operation, group: &GroupId, options: &Options) -> Value {
    let reference = docs::url_path(&operation.page);
    let mut described = json!({
        "operationId": operation.id,
        "tags": [tag(group)],
        "externalDocs": { "url": format!("{}/{reference}.html", options.docs_url) },
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    if let Some(summary) = &operation.prose.summary {
        described["summary"] = json!(summary);
    }
    if !operation.prose.remarks.is_empty() {
        described["description"] = json!(operation.prose.remarks.join("\n\n"));
    }
    if operation.deprecated {
        described["deprecated"] = json!(true);
    }
    if let Some(body) = &operation.body
        && body.content != Payload::Unit
    {
        described["requestBody"] = request(body);
    }
    described
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let path = operation
        .path
        .iter()
        .map(|one| parameter("path", one, true));
    let query = operation
        .query
        .iter()
        .map(|one| parameter("query", one, one.required));
    let elsewhere = |name: &str| {
        DESCRIBED_ELSEWHERE
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name))
    };
    let headers = operation.headers.iter().filter(|name| !elsewhere(name));
    let headers =
        headers.map(|name| json!({ "name": name, "in": "header", "schema": { "type": "string" } }));
    path.chain(query).chain(headers).collect()
}

fn parameter(place: &str, parameter: &Parameter, required: bool) -> Value {
    let mut described = json!({ "name": parameter.name, "in": place, "required": required, "schema": plain(&parameter.ty) });
    if let Some(doc) = &parameter.doc {
        described["description"] = json!(doc);
    }
    if parameter.deprecated {
        described["deprecated"] = json!(true);
    }
    described
}

fn request(body: &Body) -> Value {
    let listed = body.media_types.iter().map(String::as_str);
    let content = match &body.content {
        Payload::Patch => content(PATCHES.into_iter(), &json!({})),
        Payload::Binary if body.media_types.is_empty() => content([BYTES].into_iter(), &json!({})),
        Payload::Binary => content(listed, &json!({})),
        Payload::Json(ty) => content([JSON].into_iter(), &schema(ty)),
        Payload::Unit => json!({}),
    };
    let mut described = json!({ "required": true, "content": content });
    if let Some(doc) = &body.doc {
        described["description"] = json!(doc);
    }
    described
}

fn responses(operation: &Operation) -> Value {
    let mut responses = Map::new();
    for status in &operation.statuses {
        let text = status
            .doc
            .clone()
            .unwrap_or_else(|| format!("Status {}", status.code));
        let mut described = json!({ "description": text });
        if (200..300).contains(&status.code)
            && status.code != 204
            && let Some(content) = result(operation)
        {
            described["content"] = content;
        }
        responses.insert(status.code.to_string(), described);
    }
    responses.insert(
        "default".to_owned(),
        json!({ "description": "Anything else" }),
    );
    Value::Object(responses)
}

fn result(operation: &Operation) -> Option<Value> {
    let listed = operation.accept.iter().map(String::as_str);
    match &operation.result {
        Payload::Unit => None,
        Payload::Json(ty) => Some(content([JSON].into_iter(), &schema(ty))),
        Payload::Binary if !operation.accept.is_empty() => Some(content(listed, &json!({}))),
        Payload::Binary | Payload::Patch => Some(content([BYTES].into_iter(), &json!({}))),
    }
}

fn content<'a>(media: impl Iterator<Item = &'a str>, schema: &Value) -> Value {
    let entries = media.map(|media| (media.to_owned(), json!({ "schema": schema })));
    Value::Object(entries.collect())
}

fn schemas(api: &Api) -> Map<String, Value> {
    let models = api
        .models
        .iter()
        .map(|(id, model)| (model_name(id), object(model)));
    let enums = api
        .enums
        .iter()
        .map(|(name, listed)| (enum_name(name), open(listed)));
    models.chain(enums).collect()
}

fn object(model: &Model) -> Value {
    let fields = model.fields.iter().map(|field| {
        let mut described = schema(&field.ty);
        if let Some(doc) = &field.doc {
            described["description"] = json!(doc);
        }
        if field.deprecated {
            described["deprecated"] = json!(true);
        }
        (field.name.clone(), described)
    });
    let mut described = json!({ "type": "object", "properties": fields.collect::<Map<_, _>>() });
    if let Some(doc) = &model.doc {
        described["description"] = json!(doc);
    }
    described
}

/// The documented values, or any other text.
fn open(listed: &Enum) -> Value {
    json!({ "type": "string", "anyOf": [{ "enum": listed.values }, {}] })
}

/// A type whose value may be null.
fn schema(ty: &Type) -> Value {
    let mut schema = plain(ty);
    if schema.get("$ref").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    if let Some(name) = schema.get("type").cloned() {
        schema["type"] = json!([name, "null"]);
    }
    schema
}

fn plain(ty: &Type) -> Value {
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int32 => json!({ "type": "integer", "format": "int32" }),
        Type::Int64 => json!({ "type": "integer", "format": "int64" }),
        Type::Double => json!({ "type": "number", "format": "double" }),
        // Dates come without offset as well, so that the format `date-time` would refuse them.
        Type::String | Type::DateTime => json!({ "type": "string" }),
        Type::Base64 => json!({ "type": "string", "contentEncoding": "base64" }),
        Type::Array(inner) => json!({ "type": "array", "items": schema(inner) }),
        Type::Map(inner) => json!({ "type": "object", "additionalProperties": schema(inner) }),
        // Several flags are one text, too: any text is one of an open enumeration.
        Type::Enum(name) | Type::Flags(name) => reference(&enum_name(name)),
        Type::Model(id) => reference(&model_name(id)),
        _ => json!({}),
    }
}

fn reference(component: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{component}") })
}

fn model_name(id: &ModelId) -> String {
    component("model", &id.to_string())
}

fn enum_name(name: &str) -> String {
    component("enum", name)
}

/// A name of letters, digits and `. - _`, which no other thing has: `/` is a dot, and everything else its number.
fn component(kind: &str, name: &str) -> String {
    let mut out = format!("{kind}.");
    for c in name.chars() {
        match c {
            '/' => out.push('.'),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => out.push(c),
            _ => {
                let _ = write!(out, "-{:x}-", u32::from(c));
            }
        }
    }
    out
}
