//! Whether `Content-Type`, `Accept`, the languages and the conditional headers of a request are ones that the operation can work with. It
//! returns the status that the platform answers (406, 415, 400) with the problem; missing headers are no problem where the
//! request has no body.

use http::{HeaderMap, StatusCode, header};

use crate::api::{Operation, Payload};
use crate::check::Problem;

/// Problem of the media types of a request, with the status to answer.
pub(crate) fn problem(
    operation: &Operation,
    headers: &HeaderMap,
    has_body: bool,
) -> Option<(StatusCode, Problem)> {
    let content = operation.body.as_ref().filter(|_| has_body);
    content
        .and_then(|body| content_type(&body.content, headers))
        .map(|problem| (StatusCode::UNSUPPORTED_MEDIA_TYPE, problem))
        .or_else(|| Some((StatusCode::NOT_ACCEPTABLE, accept(operation, headers)?)))
        .or_else(|| Some((StatusCode::BAD_REQUEST, dates(headers)?)))
        .or_else(|| Some((StatusCode::BAD_REQUEST, languages(headers)?)))
}

fn content_type(content: &Payload, headers: &HeaderMap) -> Option<Problem> {
    let found = text(headers, header::CONTENT_TYPE.as_str());
    let media = found
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let json = matches!(media.as_str(), "application/json" | "text/json");
    let (fits, expected) = match content {
        Payload::Unit => (true, ""),
        Payload::Binary => (
            !media.is_empty(),
            "a media type such as application/octet-stream",
        ),
        Payload::Json(_) => (json, "application/json"),
        Payload::Patch => (
            json || media == "application/json-patch+json"
                || media == "application/merge-patch+json",
            "application/json-patch+json or application/merge-patch+json",
        ),
    };
    (!fits).then(|| Problem::new("header Content-Type", expected, found))
}

fn accept(operation: &Operation, headers: &HeaderMap) -> Option<Problem> {
    let found = text(headers, header::ACCEPT.as_str());
    let binary = matches!(operation.result, Payload::Binary);
    let fits = found.is_empty()
        || found.split(',').any(|part| {
            let media = part
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            binary
                || media == "*/*"
                || media == "application/*"
                || media.ends_with("json")
                || media == "text/*"
        });
    (!fits).then(|| {
        Problem::new(
            "header Accept",
            "application/json (this tenant speaks JSON only)",
            found,
        )
    })
}

fn dates(headers: &HeaderMap) -> Option<Problem> {
    ["if-modified-since", "if-unmodified-since"]
        .into_iter()
        .find(|name| headers.contains_key(*name) && date(headers, name).is_none())
        .map(|name| {
            Problem::new(
                format!("header {name}"),
                "an HTTP date",
                text(headers, name),
            )
        })
}

/// `nb-NO`, `en, nb;q=0.5`, `*`: letters, digits and the signs of a language range.
fn languages(headers: &HeaderMap) -> Option<Problem> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-*,;=. ".contains(c);
    ["accept-language", "so-language", "so-culture"]
        .into_iter()
        .filter(|name| headers.contains_key(*name))
        .find(|name| {
            let value = text(headers, name);
            value.is_empty() || !value.chars().all(allowed)
        })
        .map(|name| {
            Problem::new(
                format!("header {name}"),
                "language codes or *",
                text(headers, name),
            )
        })
}

/// The HTTP date in a header.
pub(crate) fn date(headers: &HeaderMap, name: &str) -> Option<jiff::Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text(headers, name))
        .ok()
}

/// A header as text; empty where it is missing or not text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
