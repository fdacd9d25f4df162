//! Takes the drafts of all pages of all trees and the corrections and returns the resolved API, the samples, and everything
//! that was not understood. The only place with knowledge of the whole program; a list of passes, each a file: placeholders →
//! collect → recognise field sets → unite → name → build → correct → share → enumerate → box cycles → undescribed → conserve
//! → contradictions. It never fails; what it refuses is in the diagnostics.

mod build;
mod collect;
mod conflict;
mod conserve;
mod constants;
mod contradiction;
mod correct;
mod decide;
mod dictionary;
mod enums;
mod field_set;
mod form;
mod listed;
mod name;
mod older;
mod operations;
mod placeholder;
mod program;
mod rename;
mod row_label;
mod safety;
mod samples;
mod scope;
mod spelling;
mod undescribed;
mod unite;
mod usage;
mod words;

use apidoc_model::{Api, Diagnostic, OperationSample, SourceMap};

use crate::corrections::Corrections;
use crate::draft::Draft;
use crate::editions;
pub(crate) use contradiction::contradictions;
pub(crate) use dictionary::{has_odd_key, is_number, says_nothing};
use placeholder::Placeholders;

/// What [`resolve`] returns.
#[derive(Debug, Default)]
pub struct Resolution {
    /// The API of the newest edition.
    pub api: Api,
    /// Its documented messages, sorted by operation.
    pub samples: Vec<OperationSample>,
    /// What was not understood, refused or lost.
    pub diagnostics: Vec<Diagnostic>,
}

/// Resolves the whole program. Drafts of tree 0 decide what exists; the others are evidence.
#[must_use]
pub fn resolve(drafts: &[Draft], corrections: &Corrections, sources: &SourceMap) -> Resolution {
    let (editions, orphans) = editions::pair(drafts);
    let (placeholders, mut diagnostics) = Placeholders::find(drafts);
    let (mut program, misspelled) = collect::collect(&editions, &orphans, &placeholders);
    diagnostics.extend(misspelled);
    field_set::recognise(&mut program);
    unite::unite(&mut program, &editions);
    let names = name::name(&program, &editions);
    let (enums, enum_names) = enums::enums(&editions);
    let (mut api, conflicts) = build::build(&program, &names, &editions, &enum_names);
    api.enums = enums;
    diagnostics.extend(correct::apply(&mut api, corrections, conflicts));
    scope::share(&mut api);
    diagnostics.extend(listed::enumerate(&mut api, &editions));
    usage::mark(&mut api);
    usage::box_cycles(&mut api);
    diagnostics.extend(undescribed::check(&api, drafts));
    // The many small pieces of the program are given back beside what no longer needs them.
    let (lost, (samples, contradictions)) = rayon::join(
        || {
            drop(program);
            conserve::check(&api, &editions)
        },
        || samples::samples(&api, &editions, sources),
    );
    diagnostics.extend(lost);
    diagnostics.extend(contradictions);
    Resolution {
        api,
        samples,
        diagnostics,
    }
}
