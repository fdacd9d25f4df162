//! `samples.json`: the documented messages, one line per operation. Takes the samples and the API; returns the file, or one
//! problem per operation whose body is called JSON and is none. JSON bodies are written without the blanks between their tokens
//! and otherwise as they stand on the page.

use apidoc_model::api::{Operation, Payload};
use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};
use apidoc_model::{Code, Diagnostic};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;

use super::dictionaries::Fields;
use crate::{Input, Made, OutputFile};

const PATH: &str = "checks/samples.json";

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

/// `checks/samples.json`; a sample that is no JSON any more is a fault of the stages before.
pub(super) fn file(input: &Input<'_>) -> Made {
    let by_id = input.api.operations_by_id();
    let known = input
        .samples
        .iter()
        .filter_map(|sample| by_id.get(sample.id.as_str()).map(|op| (sample, *op)));
    let known: Vec<_> = known.collect();
    let fields = Fields::of(input.api);
    let lines: Vec<Result<String, Diagnostic>> = known
        .par_iter()
        .map(|(sample, operation)| line(sample, operation, &fields))
        .collect();
    let (mut written, mut problems) = (Vec::with_capacity(lines.len()), Vec::new());
    for line in lines {
        match line {
            Ok(line) => written.push(line),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(OutputFile {
        path: PATH.to_owned(),
        contents: format!("[\n{}\n]\n", written.join(",\n")),
    })
}

fn line(
    sample: &OperationSample,
    operation: &Operation,
    fields: &Fields<'_>,
) -> Result<String, Diagnostic> {
    record(sample, operation, fields)
        .and_then(|record| serde_json::to_string(&record))
        .map_err(|error| {
            let what = format!("{PATH}: the sample of `{}`: {error}", sample.id);
            Diagnostic::new(Code::BadEmission, None, what)
        })
}

fn record<'a>(
    sample: &'a OperationSample,
    operation: &Operation,
    fields: &Fields<'_>,
) -> serde_json::Result<Record<'a>> {
    let message = |message: &'a Option<SampleMessage>, side| {
        let (message, payload) = (message.as_ref(), operation.payload(side));
        let message =
            message.map(|m| self::message(m, side, &sample.contradictions, payload, fields));
        message.transpose()
    };
    Ok(Record {
        id: &sample.id,
        page: &sample.page,
        request: message(&sample.request, Side::Request)?,
        response: message(&sample.response, Side::Response)?,
    })
}

fn message<'a>(
    message: &'a SampleMessage,
    side: Side,
    contradictions: &'a [Contradiction],
    payload: &Payload,
    fields: &Fields<'_>,
) -> serde_json::Result<Message<'a>> {
    let (json, raw) = match &message.body {
        SampleBody::None => (None, None),
        SampleBody::Json(text) => (Some(text.as_str()), None),
        SampleBody::Raw(text) => (None, Some(text.as_str())),
    };
    let dictionaries = match (json, payload) {
        (Some(text), Payload::Json(ty)) => fields.dictionaries(ty, text)?,
        _ => Vec::new(),
    };
    let json = json.map(|text| RawValue::from_string(compact(text)));
    Ok(Message {
        file: &message.file,
        line: message.line,
        start_line: &message.start_line,
        json: json.transpose()?,
        raw,
        contradictions: contradictions
            .iter()
            .filter(|c| c.side == side)
            .map(|c| c.pointer.as_str())
            .collect(),
        dictionaries,
    })
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
    use apidoc_model::Api;

    use super::*;

    #[test]
    fn a_body_that_is_no_json_is_a_problem_and_not_left_out() {
        let api = Api::default();
        let fields = Fields::of(&api);
        let is_written = |json: &str| {
            let sample = SampleMessage {
                file: "feed.md".to_owned(),
                line: 1,
                start_line: "POST /feed".to_owned(),
                body: SampleBody::Json(json.to_owned()),
            };
            message(&sample, Side::Request, &[], &Payload::Unit, &fields).is_ok()
        };
        assert!(is_written("{ }"));
        assert!(!is_written("{ \"a\": }"));
    }

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
