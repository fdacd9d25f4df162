//! Takes the built API and the newest pages and returns their documented messages as text, each with the places where it
//! contradicts the declared type; those are reported as well. Refuses nothing.

use std::collections::HashMap;

use apidoc_model::api::{Operation, Payload};
use apidoc_model::sample::{Contradiction, OperationSample, SampleMessage, Side};
use apidoc_model::{Api, Code, Diagnostic, SourceMap};
use rayon::prelude::*;

use crate::draft::{Sample, SampleBody};

use super::contradiction::contradictions;
use super::program::Editions;

/// All messages of all operations, sorted by operation, and where they contradict.
pub(super) fn samples(
    api: &Api,
    editions: &[Editions<'_>],
    sources: &SourceMap,
) -> (Vec<OperationSample>, Vec<Diagnostic>) {
    let operations: HashMap<&str, &Operation> = api
        .groups
        .iter()
        .flat_map(|group| &group.operations)
        .map(|operation| (operation.id.as_str(), operation))
        .collect();
    let all: Vec<(OperationSample, Vec<Diagnostic>)> = editions
        .par_iter()
        .filter_map(|edition| {
            let operation = operations.get(edition.newest.id.value.as_str())?;
            Some(sample(api, edition, operation, sources))
        })
        .collect();
    let (samples, diagnostics): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    (samples, diagnostics.into_iter().flatten().collect())
}

fn sample(
    api: &Api,
    edition: &Editions<'_>,
    operation: &Operation,
    sources: &SourceMap,
) -> (OperationSample, Vec<Diagnostic>) {
    let draft = edition.newest;
    let body = operation
        .body
        .as_ref()
        .map_or(&Payload::Unit, |body| &body.content);
    let sides = [
        (Side::Request, &draft.request_sample, body),
        (Side::Response, &draft.response_sample, &operation.result),
    ];
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    for (side, sample, payload) in sides {
        let Some(Sample {
            body: SampleBody::Json(json, span),
            ..
        }) = sample
        else {
            continue;
        };
        for pointer in contradictions(api, payload, json) {
            let place = if pointer.is_empty() {
                "the whole body"
            } else {
                &pointer
            };
            diagnostics.push(Diagnostic::new(
                Code::SampleDisagrees,
                *span,
                format!("{place} is not of the declared type"),
            ));
            found.push(Contradiction { side, pointer });
        }
    }
    let sample = OperationSample {
        id: operation.id.clone(),
        page: sources
            .file(draft.file)
            .map(|file| file.path.clone())
            .unwrap_or_default(),
        request: draft
            .request_sample
            .as_ref()
            .map(|sample| message(sample, sources)),
        response: draft
            .response_sample
            .as_ref()
            .map(|sample| message(sample, sources)),
        contradictions: found,
    };
    (sample, diagnostics)
}

fn message(sample: &Sample, sources: &SourceMap) -> SampleMessage {
    use apidoc_model::sample::SampleBody as Text;
    SampleMessage {
        file: sources
            .file(sample.file)
            .map(|file| file.path.clone())
            .unwrap_or_default(),
        line: sources.line_col(sample.start_line.span).0,
        start_line: sample.start_line.value.clone(),
        body: match &sample.body {
            SampleBody::None => Text::None,
            SampleBody::Json(_, span) => Text::Json(sources.text(*span).to_owned()),
            SampleBody::Raw(span) => Text::Raw(sources.text(*span).to_owned()),
        },
    }
}
