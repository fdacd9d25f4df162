//! Takes the documented messages of all operations and returns them with neutral values, as the vendored pages have them: the
//! values of samples change with each build of the documentation, and what is generated must not. Messages that are neutral
//! already keep their place; the others stand where their page says its id. Refuses nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use apidoc_model::SourceMap;
use apidoc_model::api::{Api, Operation, Payload};
use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};
use rayon::prelude::*;

use crate::draft::Draft;
use crate::editions;
use crate::marks;
use crate::resolve::contradictions;

use super::Messages;
use super::keys::Dictionaries;
use super::merge::{Body, Merged};
use super::neutral::{Constants, is_neutral, neutral};
use super::page::pretty;

/// The samples with neutral values, in the order given.
#[must_use]
pub fn neutral_samples(
    drafts: &[Draft],
    api: &Api,
    sources: &SourceMap,
    samples: Vec<OperationSample>,
) -> Vec<OperationSample> {
    let (editions, _) = editions::pair(drafts);
    let messages: Vec<Messages<'_>> = editions.par_iter().map(Messages::of).collect();
    let pages: HashMap<&str, (&Draft, &Messages<'_>)> = editions
        .iter()
        .zip(&messages)
        .map(|(edition, messages)| (edition.newest.id.value.as_str(), (edition.newest, messages)))
        .collect();
    let operations = api.operations_by_id();
    let dictionaries = || {
        let mut dictionaries = Dictionaries::of(api);
        for (at, (edition, messages)) in editions.iter().zip(&messages).enumerate() {
            if let Some(operation) = operations.get(edition.newest.id.value.as_str()) {
                see(&mut dictionaries, at, sides(messages, operation));
            }
        }
        dictionaries.settle();
        dictionaries
    };
    let (constants, dictionaries) = rayon::join(|| Constants::of(&messages), dictionaries);
    let replace = |sample: OperationSample| {
        let id = sample.id.as_str();
        match (pages.get(id), operations.get(id)) {
            (Some((draft, messages)), Some(operation)) => {
                let page = Page {
                    draft,
                    messages,
                    operation,
                    api,
                    sources,
                    constants: &constants,
                    dictionaries: &dictionaries,
                };
                page.neutral(&sample).unwrap_or(sample)
            }
            _ => sample,
        }
    };
    samples.into_par_iter().map(replace).collect()
}

/// A message of an operation, with the type that its body has.
type Typed<'a> = (Side, &'a Option<Merged<'a>>, &'a Payload);

/// Shows the dictionaries of a page to those of all.
fn see<'a>(dictionaries: &mut Dictionaries<'a>, page: usize, sides: [Typed<'a>; 2]) {
    for (side, message, payload) in sides {
        if let Some(Body::Json(json)) = message.as_ref().map(|message| &message.body) {
            dictionaries.see(payload, side.name(), json, page);
        }
    }
}

/// The messages of an operation with the types of their bodies.
fn sides<'a>(messages: &'a Messages<'a>, operation: &'a Operation) -> [Typed<'a>; 2] {
    let typed = |side, message| (side, message, operation.payload(side));
    [
        typed(Side::Request, &messages.request),
        typed(Side::Response, &messages.response),
    ]
}

struct Page<'a> {
    draft: &'a Draft,
    messages: &'a Messages<'a>,
    operation: &'a Operation,
    api: &'a Api,
    sources: &'a SourceMap,
    constants: &'a Constants<'a>,
    dictionaries: &'a Dictionaries<'a>,
}

impl Page<'_> {
    /// The sample with neutral values; `None` where it has no others.
    fn neutral(&self, sample: &OperationSample) -> Option<OperationSample> {
        let sides = sides(self.messages, self.operation);
        if sides.iter().all(|side| self.is_neutral(*side)) {
            return None;
        }
        let mut contradictions = Vec::new();
        let [request, response] = sides.map(|side| self.message(side, &mut contradictions));
        Some(OperationSample {
            id: sample.id.clone(),
            page: self.path(),
            request,
            response,
            contradictions,
        })
    }

    /// Whether a message has the shape and the values that it shall have.
    fn is_neutral(&self, (side, merged, payload): Typed<'_>) -> bool {
        match merged.as_ref().map(|merged| &merged.body) {
            None | Some(Body::None) => true,
            Some(Body::Json(Cow::Borrowed(json))) => {
                is_neutral(json, self.constants)
                    && self.dictionaries.are_neutral(payload, side.name(), json)
            }
            Some(Body::Json(Cow::Owned(_)) | Body::Raw) => false,
        }
    }

    /// Where the page stands in its tree, wherever that is.
    fn path(&self) -> String {
        self.sources
            .file(self.draft.file)
            .map(|file| file.path.clone())
            .unwrap_or_default()
    }

    fn message(
        &self,
        (side, merged, payload): Typed<'_>,
        found: &mut Vec<Contradiction>,
    ) -> Option<SampleMessage> {
        let merged = merged.as_ref()?;
        let id = self.draft.id.span;
        let body = match &merged.body {
            Body::None => SampleBody::None,
            Body::Raw => SampleBody::Raw(marks::BYTES.to_owned()),
            Body::Json(json) => {
                let json = neutral(json, self.constants);
                let json = self.dictionaries.neutral(payload, side.name(), json);
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
