//! Takes the drafts of all trees and pairs every page of the newest tree with the older pages of the same operation: by id, or
//! by verb and route where the id was changed. Refuses nothing; older pages without a newer one are returned apart.

use std::collections::{HashMap, HashSet};

use apidoc_model::api::{Segment, Verb};

use crate::draft::Draft;

/// A page of the newest edition with its older editions, newest first.
#[derive(Debug)]
pub(crate) struct Editions<'a> {
    pub(crate) newest: &'a Draft,
    pub(crate) older: Vec<&'a Draft>,
}

impl<'a> Editions<'a> {
    /// All editions, newest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Draft> + '_ {
        std::iter::once(self.newest).chain(self.older.iter().copied())
    }
}

/// Finds the older pages of every newest page, by id, or by verb and route where the id was changed.
pub(crate) fn pair(drafts: &[Draft]) -> (Vec<Editions<'_>>, Vec<&Draft>) {
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
