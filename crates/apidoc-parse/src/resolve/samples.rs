//! Takes the built API and the newest pages and returns their documented messages as text, each with the places where it
//! contradicts the declared type; those are reported as well. Refuses nothing.

use apidoc_model::api::Operation;
use apidoc_model::sample::{Contradiction, OperationSample, SampleMessage, Side};
use apidoc_model::{Api, Code, Diagnostic, FileId, SourceMap};
use rayon::prelude::*;

use crate::draft::{Draft, Sample, SampleBody};

use super::contradiction::contradictions;
use super::program::Editions;

/// All messages of all operations, sorted by operation, and where they contradict.
pub(super) fn samples(
    api: &Api,
    editions: &[Editions<'_>],
    sources: &SourceMap,
) -> (Vec<OperationSample>, Vec<Diagnostic>) {
    let operations = api.operations_by_id();
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
    let message = |side| draft.sample(side).map(|sample| message(sample, sources));
    let (contradictions, diagnostics) = disagreements(api, draft, operation);
    let sample = OperationSample {
        id: operation.id.clone(),
        page: path(draft.file, sources),
        request: message(Side::Request),
        response: message(Side::Response),
        contradictions,
    };
    (sample, diagnostics)
}

/// Where the messages of an operation contradict the types that it has.
fn disagreements(
    api: &Api,
    draft: &Draft,
    operation: &Operation,
) -> (Vec<Contradiction>, Vec<Diagnostic>) {
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    for side in Side::BOTH {
        let body = draft.sample(side).map(|sample| &sample.body);
        let Some(SampleBody::Json(json, span)) = body else {
            continue;
        };
        for pointer in contradictions(api, operation.payload(side), json) {
            let place = if pointer.is_empty() {
                "the whole body"
            } else {
                &pointer
            };
            let message = format!("{place} is not of the declared type");
            diagnostics.push(Diagnostic::new(Code::SampleDisagrees, *span, message));
            found.push(Contradiction { side, pointer });
        }
    }
    (found, diagnostics)
}

fn path(file: FileId, sources: &SourceMap) -> String {
    let file = sources.file(file);
    file.map(|file| file.path.clone()).unwrap_or_default()
}

fn message(sample: &Sample, sources: &SourceMap) -> SampleMessage {
    use apidoc_model::sample::SampleBody as Text;
    SampleMessage {
        file: path(sample.file, sources),
        line: sources.line_col(sample.start_line.span).0,
        start_line: sample.start_line.value.clone(),
        body: match &sample.body {
            SampleBody::None => Text::None,
            SampleBody::Json(_, span) => Text::Json(sources.text(*span).to_owned()),
            SampleBody::Raw(span) => Text::Raw(sources.text(*span).to_owned()),
        },
    }
}
