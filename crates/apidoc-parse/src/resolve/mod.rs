//! Takes the drafts of all pages of all trees and the corrections and returns the resolved API, the samples, and everything
//! that was not understood. The only place with knowledge of the whole program; a list of passes, each a file:
//! placeholders → collect → recognise field sets → unite → name → build → correct → box cycles → conserve → contradictions. It
//! never fails; what it refuses is in the diagnostics.

mod build;
mod collect;
mod conserve;
mod contradiction;
mod correct;
mod decide;
mod dictionary;
mod enums;
mod field_set;
mod form;
mod name;
mod operations;
mod placeholder;
mod program;
mod safety;
mod samples;
mod unite;
mod usage;
mod vocabulary;
mod words;

use std::collections::{HashMap, HashSet};

use apidoc_model::api::{Segment, Verb};
use apidoc_model::{Api, Diagnostic, OperationSample, SourceMap};

use crate::corrections::Corrections;
use crate::draft::Draft;
use placeholder::Placeholders;
use program::Editions;

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
    let (editions, orphans) = pair_editions(drafts);
    let placeholders = Placeholders::find(drafts);
    let mut program = collect::collect(&editions, &orphans, &placeholders);
    field_set::recognise(&mut program);
    unite::unite(&mut program, &editions);
    let names = name::name(&program, &editions);
    let (enums, enum_names) = enums::enums(&editions);
    let mut diagnostics = Vec::new();
    let mut api = build::build(&program, &names, &editions, &enum_names, &mut diagnostics);
    api.enums = enums;
    diagnostics.extend(correct::apply(&mut api, corrections));
    usage::mark(&mut api);
    usage::box_cycles(&mut api);
    diagnostics.extend(conserve::check(&api, &editions));
    let samples = samples::samples(&api, &editions, sources, &mut diagnostics);
    Resolution {
        api,
        samples,
        diagnostics,
    }
}

/// Finds the older pages of every newest page, by id, or by verb and route where the id was changed.
fn pair_editions(drafts: &[Draft]) -> (Vec<Editions<'_>>, Vec<&Draft>) {
    let mut newest: Vec<&Draft> = drafts.iter().filter(|draft| draft.tree == 0).collect();
    newest.sort_by_key(|draft| &draft.id.value);
    let mut older: Vec<&Draft> = drafts.iter().filter(|draft| draft.tree != 0).collect();
    older.sort_by_key(|draft| (draft.tree, &draft.id.value));
    let mut by_id: HashMap<&str, Vec<&Draft>> = HashMap::new();
    let mut by_route: HashMap<(Verb, &[Segment]), Vec<&Draft>> = HashMap::new();
    for draft in &older {
        by_id.entry(&draft.id.value).or_default().push(draft);
        by_route
            .entry((draft.verb, &draft.route.value))
            .or_default()
            .push(draft);
    }
    let editions: Vec<Editions<'_>> = newest
        .into_iter()
        .map(|newest| {
            let same_route = by_route.get(&(newest.verb, newest.route.value.as_slice()));
            let older = by_id
                .get(newest.id.value.as_str())
                .or(same_route)
                .cloned()
                .unwrap_or_default();
            Editions { newest, older }
        })
        .collect();
    let paired: HashSet<*const Draft> = editions
        .iter()
        .flat_map(|edition| &edition.older)
        .map(|draft| std::ptr::from_ref(*draft))
        .collect();
    let orphans = older
        .into_iter()
        .filter(|draft| !paired.contains(&std::ptr::from_ref(*draft)))
        .collect();
    (editions, orphans)
}
