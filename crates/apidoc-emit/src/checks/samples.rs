//! `samples.json`: the documented messages, one line per operation. Takes the samples and the API; returns the file. JSON bodies are
//! written without the blanks between their tokens and otherwise as they stand on the page.

use apidoc_model::api::{Operation, Payload};
use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;

use super::dictionaries::Fields;
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
    let known: Vec<_> = known.collect();
    let fields = Fields::of(input.api);
    let lines: Vec<String> = known
        .par_iter()
        .filter_map(|(sample, operation)| {
            serde_json::to_string(&record(sample, operation, &fields)).ok()
        })
        .collect();
    OutputFile {
        path: "checks/samples.json".to_owned(),
        contents: format!("[\n{}\n]\n", lines.join(",\n")),
    }
}

fn record<'a>(
    sample: &'a OperationSample,
    operation: &Operation,
    fields: &Fields<'_>,
) -> Record<'a> {
    let request = operation
        .body
        .as_ref()
        .map_or(&Payload::Unit, |body| &body.content);
    let message = |message: &'a Option<SampleMessage>, side, payload: &Payload| {
        message
            .as_ref()
            .map(|message| self::message(message, side, &sample.contradictions, payload, fields))
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
    fields: &Fields<'_>,
) -> Message<'a> {
    let (json, raw) = match &message.body {
        SampleBody::None => (None, None),
        SampleBody::Json(text) => (Some(text.as_str()), None),
        SampleBody::Raw(text) => (None, Some(text.as_str())),
    };
    let found = match (json, payload) {
        (Some(text), Payload::Json(ty)) => fields.dictionaries(ty, text).unwrap_or_default(),
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

/// JSON text without the blanks between its tokens.
fn compact(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // A part is either outside of texts or one text with its quotes.
    while let Some(start) = rest.bytes().position(|byte| byte == b'"') {
        let (outside, inside) = rest.split_at(start);
        kept.extend(outside.split_ascii_whitespace());
        let end = end_of_text(inside);
        kept.push_str(&inside[..end]);
        rest = &inside[end..];
    }
    kept.extend(rest.split_ascii_whitespace());
    kept
}

/// Where the text ends that begins here with a quote.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    let mut bytes = text.bytes().enumerate().skip(1);
    let end = bytes.find(|(_, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(index, _)| index + 1)
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
