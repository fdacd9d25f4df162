//! Takes the documented messages of all operations and returns them with neutral values, as the vendored pages have them: the
//! values of samples change with each build of the documentation, and what is generated must not. Messages that are neutral
//! already keep their place; the others stand where their page says its id. Refuses nothing.

use std::collections::HashMap;

use apidoc_model::SourceMap;
use apidoc_model::api::{Api, Operation, Payload};
use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};

use crate::draft::Draft;
use crate::editions::{self, Editions};
use crate::marks;
use crate::resolve::contradictions;

use super::merge::{Body, Merged};
use super::neutral::{Constants, neutral};
use super::page::pretty;
use super::{request_sample, response_sample};

/// The samples with neutral values, in the order given.
#[must_use]
pub fn neutral_samples(
    drafts: &[Draft],
    api: &Api,
    sources: &SourceMap,
    samples: Vec<OperationSample>,
) -> Vec<OperationSample> {
    let (editions, _) = editions::pair(drafts);
    let constants = Constants::of(&editions);
    let editions: HashMap<&str, &Editions<'_>> = editions
        .iter()
        .map(|edition| (edition.newest.id.value.as_str(), edition))
        .collect();
    let operations: HashMap<&str, &Operation> = api
        .groups
        .iter()
        .flat_map(|group| &group.operations)
        .map(|operation| (operation.id.as_str(), operation))
        .collect();
    let replace = |sample: OperationSample| {
        let id = sample.id.as_str();
        match (editions.get(id), operations.get(id)) {
            (Some(edition), Some(operation)) => {
                let page = Page {
                    edition,
                    operation,
                    api,
                    sources,
                    constants: &constants,
                };
                page.neutral(&sample).unwrap_or(sample)
            }
            _ => sample,
        }
    };
    samples.into_iter().map(replace).collect()
}

struct Page<'a> {
    edition: &'a Editions<'a>,
    operation: &'a Operation,
    api: &'a Api,
    sources: &'a SourceMap,
    constants: &'a Constants,
}

impl Page<'_> {
    /// The sample with neutral values; `None` where it has no others.
    fn neutral(&self, sample: &OperationSample) -> Option<OperationSample> {
        let editions: Vec<&Draft> = self.edition.all().collect();
        let body = self
            .operation
            .body
            .as_ref()
            .map_or(&Payload::Unit, |body| &body.content);
        let mut contradictions = Vec::new();
        let request = self.message(
            Side::Request,
            request_sample(&editions),
            body,
            &mut contradictions,
        );
        let response = self.message(
            Side::Response,
            response_sample(&editions),
            &self.operation.result,
            &mut contradictions,
        );
        let body_of =
            |message: &Option<SampleMessage>| message.as_ref().map(|message| message.body.clone());
        let same = body_of(&request) == body_of(&sample.request)
            && body_of(&response) == body_of(&sample.response);
        let (id, page) = (sample.id.clone(), self.path());
        (!same).then_some(OperationSample {
            id,
            page,
            request,
            response,
            contradictions,
        })
    }

    /// Where the page stands in its tree, wherever that is.
    fn path(&self) -> String {
        self.sources
            .file(self.edition.newest.file)
            .map(|file| file.path.clone())
            .unwrap_or_default()
    }

    fn message(
        &self,
        side: Side,
        merged: Option<Merged<'_>>,
        payload: &Payload,
        found: &mut Vec<Contradiction>,
    ) -> Option<SampleMessage> {
        let merged = merged?;
        let id = self.edition.newest.id.span;
        let body = match &merged.body {
            Body::None => SampleBody::None,
            Body::Raw => SampleBody::Raw(marks::BYTES.to_owned()),
            Body::Json(json) => {
                let json = neutral(json, self.constants);
                let pointers = contradictions(self.api, payload, &json);
                found.extend(
                    pointers
                        .into_iter()
                        .map(|pointer| Contradiction { side, pointer }),
                );
                SampleBody::Json(pretty(&json))
            }
        };
        Some(SampleMessage {
            file: self.path(),
            line: self.sources.line_col(id).0,
            start_line: merged.message.start_line.value.clone(),
            body,
        })
    }
}
