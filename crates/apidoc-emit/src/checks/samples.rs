//! `samples.json`: the documented messages, one line per operation. Takes the samples and the API; returns the file. JSON bodies are
//! written without the blanks between their tokens and otherwise as they stand on the page.

use apidoc_model::api::{Operation, Payload, Type};
use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};
use serde::Serialize;
use serde_json::value::RawValue;

use super::dictionaries::dictionaries;
use crate::{Input, OutputFile};

#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Message<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    file: &'a str,
    line: u32,
    start_line: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contradictions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dictionaries: Vec<String>,
}

/// `checks/samples.json`
pub(super) fn file(input: &Input<'_>) -> OutputFile {
    let operations = input.api.groups.iter().flat_map(|group| &group.operations);
    let by_id: std::collections::HashMap<&str, &Operation> =
        operations.map(|op| (op.id.as_str(), op)).collect();
    let known = input
        .samples
        .iter()
        .filter_map(|sample| by_id.get(sample.id.as_str()).map(|op| (sample, *op)));
    let lines: Vec<String> = known
        .filter_map(|(sample, operation)| {
            serde_json::to_string(&record(sample, operation, input)).ok()
        })
        .collect();
    OutputFile {
        path: "checks/samples.json".to_owned(),
        contents: format!("[\n{}\n]\n", lines.join(",\n")),
    }
}

fn record<'a>(sample: &'a OperationSample, operation: &Operation, input: &Input<'_>) -> Record<'a> {
    let request = operation
        .body
        .as_ref()
        .map_or(&Payload::Unit, |body| &body.content);
    let message = |message: &'a Option<SampleMessage>, side, payload: &Payload| {
        message
            .as_ref()
            .map(|message| self::message(message, side, &sample.contradictions, payload, input))
    };
    Record {
        id: &sample.id,
        page: &sample.page,
        request: message(&sample.request, Side::Request, request),
        response: message(&sample.response, Side::Response, &operation.result),
    }
}

fn message<'a>(
    message: &'a SampleMessage,
    side: Side,
    contradictions: &'a [Contradiction],
    payload: &Payload,
    input: &Input<'_>,
) -> Message<'a> {
    let (json, raw) = match &message.body {
        SampleBody::None => (None, None),
        SampleBody::Json(text) => (Some(text.as_str()), None),
        SampleBody::Raw(text) => (None, Some(text.as_str())),
    };
    let found = match (json, payload) {
        (Some(text), Payload::Json(ty)) => in_text(text, ty, input),
        _ => Vec::new(),
    };
    Message {
        file: &message.file,
        line: message.line,
        start_line: &message.start_line,
        json: json.and_then(|text| RawValue::from_string(compact(text)).ok()),
        raw,
        contradictions: contradictions
            .iter()
            .filter(|c| c.side == side)
            .map(|c| c.pointer.as_str())
            .collect(),
        dictionaries: found,
    }
}

fn in_text(text: &str, ty: &Type, input: &Input<'_>) -> Vec<String> {
    serde_json::from_str(text)
        .map(|body| dictionaries(input.api, ty, &body))
        .unwrap_or_default()
}

/// JSON text without the blanks between its tokens.
fn compact(text: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    let kept = |c: &char| {
        let keep = inside || !c.is_ascii_whitespace();
        inside = match c {
            '"' if !escaped => !inside,
            _ => inside,
        };
        escaped = inside && *c == '\\' && !escaped;
        keep
    };
    text.chars().filter(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn blanks_go_and_texts_stay() {
        let cases = [
            ("{ \"a b\" : [ 1 ,\n\t2.50 ] }", "{\"a b\":[1,2.50]}"),
            (
                r#"{"a": "x \" y \\" , "b" : " " }"#,
                r#"{"a":"x \" y \\","b":" "}"#,
            ),
            ("null\r\n", "null"),
        ];
        for (text, expected) in cases {
            assert_eq!(compact(text), expected);
        }
    }
}
