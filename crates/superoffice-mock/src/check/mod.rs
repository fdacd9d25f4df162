//! What is wrong with a request. It takes the request and the operation that it is for and returns everything that differs
//! from the reference: query, media types, body. It refuses nothing itself; the tenant decides whether to go on.

pub(crate) mod date;
pub(crate) mod json;
pub(crate) mod media;
pub(crate) mod parameter;

use std::fmt;

use http::StatusCode;
use serde_json::Value;

use crate::api::{Operation, Payload, Types};
use crate::exchange::Incoming;

/// A place of a request that is not as the reference says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: a JSON pointer into the body (`/ContactEntity/Name`), `query $top`, `path id`, `header Accept`.
    pub at: String,
    /// What the reference asks for there.
    pub expected: String,
    /// What was sent.
    pub found: String,
}

impl Problem {
    pub(crate) fn new(
        at: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            at: at.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {}, found {}",
            self.at, self.expected, self.found
        )
    }
}

/// Everything wrong with one request.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The status to answer, where there is a problem.
    pub(crate) status: Option<StatusCode>,
    pub(crate) problems: Vec<Problem>,
    /// The body, where it is JSON.
    pub(crate) json: Option<Value>,
}

impl Verdict {
    fn add(&mut self, status: StatusCode, problems: Vec<Problem>) {
        if !problems.is_empty() {
            self.status.get_or_insert(status);
            self.problems.extend(problems);
        }
    }
}

/// Checks `request` against `operation`; `values` are those of the path. `open` accepts unknown properties and enum values.
pub(crate) fn request(
    operation: &Operation,
    values: &[String],
    request: &Incoming,
    types: &Types,
    open: bool,
) -> Verdict {
    let mut verdict = Verdict::default();
    let has_body = !request.body.is_empty();
    if let Some((status, problem)) = media::problem(operation, &request.headers, has_body) {
        verdict.add(status, vec![problem]);
    }
    verdict.add(StatusCode::BAD_REQUEST, path(operation, values, types));
    let query = parameter::query(&operation.query, &request.query, types);
    verdict.add(StatusCode::BAD_REQUEST, query);
    let problems = body(operation, request, types, open, &mut verdict.json);
    verdict.add(StatusCode::BAD_REQUEST, problems);
    verdict
}

fn path(operation: &Operation, values: &[String], types: &Types) -> Vec<Problem> {
    operation
        .path
        .iter()
        .zip(values)
        .filter_map(|(parameter, value)| {
            let expected = parameter::problem(&parameter.ty, value, types)?;
            Some(Problem::new(
                format!("path {}", parameter.name),
                expected,
                value,
            ))
        })
        .collect()
}

fn body(
    operation: &Operation,
    request: &Incoming,
    types: &Types,
    open: bool,
    json: &mut Option<Value>,
) -> Vec<Problem> {
    let content = operation
        .body
        .as_ref()
        .map_or(&Payload::Unit, |body| &body.content);
    match content {
        Payload::Unit if is_nothing(&request.body) => Vec::new(),
        Payload::Unit => vec![Problem::new("body", "no body", "a body")],
        Payload::Binary if request.body.is_empty() => {
            vec![Problem::new("body", "bytes", "nothing")]
        }
        Payload::Binary => Vec::new(),
        Payload::Json(_) | Payload::Patch => match serde_json::from_slice(&request.body) {
            Ok(value) => {
                let problems = content_problems(content, &value, types, open);
                *json = Some(value);
                problems
            }
            Err(error) => vec![Problem::new("body", "JSON", format!("{error}"))],
        },
    }
}

fn content_problems(content: &Payload, value: &Value, types: &Types, open: bool) -> Vec<Problem> {
    match content {
        Payload::Json(ty) => json::JsonCheck::new(types, open).run(ty, value, ""),
        Payload::Patch if !value.is_array() && !value.is_object() => {
            vec![Problem::new(
                "body",
                "an array of operations or an object",
                value.to_string(),
            )]
        }
        _ => Vec::new(),
    }
}

/// Clients of a remote procedure without arguments send nothing, `null` or an empty object.
fn is_nothing(body: &[u8]) -> bool {
    matches!(body.trim_ascii(), b"" | b"{}" | b"null")
}
