//! Takes the drafts of all trees and pairs every page of the newest tree with the page of the same operation in each older one: by
//! id, or by verb and route where the id was changed. Refuses nothing; older pages without a newer one are returned apart.

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
            let same_id = by_id.get(newest.id.value.as_str());
            let same_route = by_route.get(&(newest.verb, newest.route.value.as_slice()));
            let mut older = same_id.cloned().unwrap_or_default();
            // The sort is stable: of the two pages of one edition, the one with the id is first.
            older.extend(same_route.into_iter().flatten());
            older.sort_by_key(|draft| draft.tree);
            older.dedup_by_key(|draft| draft.tree);
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

#[cfg(test)]
mod tests {
    use apidoc_model::SourceMap;

    use super::*;

    fn drafts(pages: &[(u32, &str, &str)]) -> Vec<Draft> {
        let mut sources = SourceMap::new();
        for (tree, id, route) in pages {
            let text = format!(
                "---\nuid: {id}\n---\n\n```http\n{route}\n```\n\n## Response:\n\n| Response | Description |\n|---|---|\n| 200 | |\n"
            );
            let path = format!("{id}.md");
            sources.add(*tree, path.clone(), path, text);
        }
        let read = |file| crate::operation(&crate::page(file).0, &sources).0;
        sources.files().iter().filter_map(read).collect()
    }

    #[test]
    fn older_pages_are_found_by_id_or_else_by_route() {
        let drafts = drafts(&[
            (0, "v1Cat_Wash", "GET /api/v1/Cat/Wash"),
            (0, "v1Cat_Feed", "GET /api/v1/Cat/Feed"),
            (0, "v1Cat_New", "GET /api/v1/Cat/New"),
            (2, "v1Cat_Feed", "GET /api/v1/Cat/Feed"),
            (1, "v1Cat_Feed", "POST /api/v1/Cat/Feed"),
            // Not asked for: its edition has the id.
            (1, "v1Cat_Eat", "GET /api/v1/Cat/Feed"),
            // The id was changed between the two older editions.
            (3, "v1Cat_Meal", "GET /api/v1/Cat/Feed"),
            // Another id in the older edition, and another operation at the same path.
            (1, "v1Cat_Bathe", "GET /api/v1/Cat/Wash"),
            (1, "v1Cat_Scrub", "POST /api/v1/Cat/Wash"),
            (1, "v1Cat_Gone", "GET /api/v1/Cat/Gone"),
        ]);
        assert_eq!(drafts.len(), 10);
        let (editions, orphans) = pair(&drafts);
        let names = |drafts: &[&Draft]| -> Vec<String> {
            let name = |draft: &&Draft| format!("{}@{}", draft.id.value, draft.tree);
            drafts.iter().map(name).collect()
        };
        let paired: Vec<Vec<String>> = editions
            .iter()
            .map(|edition| names(&edition.all().collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            paired,
            [
                vec![
                    "v1Cat_Feed@0",
                    "v1Cat_Feed@1",
                    "v1Cat_Feed@2",
                    "v1Cat_Meal@3"
                ],
                vec!["v1Cat_New@0"],
                vec!["v1Cat_Wash@0", "v1Cat_Bathe@1"],
            ]
        );
        assert_eq!(
            names(&orphans),
            ["v1Cat_Eat@1", "v1Cat_Gone@1", "v1Cat_Scrub@1"]
        );
    }
}
