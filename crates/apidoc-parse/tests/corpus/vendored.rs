//! Pages written again from what was read say the same: all facts, and prose only where it is kept.

use std::collections::BTreeMap;

use apidoc_model::SourceMap;
use apidoc_parse::draft::{Draft, Row};
use apidoc_parse::{resolve, vendor};

use crate::{Edition, OBJECTS_IN_ADDRESSES, assert_nothing_said, edition, read};

#[test]
fn vendored_pages_say_the_same_and_nothing_else() {
    let Some(edition) = edition(&["corpus/2023", "corpus/2022"]) else {
        return;
    };
    let pages = vendor(&edition.drafts, false);
    assert_eq!(pages.len(), 3116);
    let mut vendored = SourceMap::new();
    for page in &pages {
        vendored.add(0, page.path.clone(), page.path.clone(), page.text.clone());
    }
    let again = read(vendored);
    assert_nothing_said(&again, OBJECTS_IN_ADDRESSES);
    assert_eq!(
        vendor(&again.drafts, false),
        pages,
        "writing what was written changes it"
    );
    assert!(again.drafts.iter().all(has_no_prose));
    let types = |edition: &Edition| format!("{:#?}", wire_types(edition));
    let (original, copied) = (types(&edition), types(&again));
    let differing: Vec<_> = original
        .lines()
        .zip(copied.lines())
        .filter(|(one, other)| one != other)
        .take(5)
        .collect();
    assert!(original == copied, "{differing:#?}");
}

#[test]
fn prose_survives_vendoring_where_it_is_kept() {
    let Some(edition) = edition(&["corpus/2023"]) else {
        return;
    };
    let mut vendored = SourceMap::new();
    for page in vendor(&edition.drafts, true) {
        vendored.add(0, page.path.clone(), page.path, page.text);
    }
    let again = read(vendored);
    let by_id = |edition: &Edition| {
        edition
            .drafts
            .iter()
            .map(|draft| (draft.id.value.clone(), prose(draft)))
            .collect::<BTreeMap<_, _>>()
    };
    let (one, other) = (by_id(&edition), by_id(&again));
    for (id, prose) in &one {
        assert_eq!(Some(prose), other.get(id), "{id}");
    }
}

/// The rows of every table of a draft.
fn rows(draft: &Draft) -> impl Iterator<Item = &Row> {
    let request = draft
        .request
        .iter()
        .flat_map(|request| request.table.iter().flatten());
    draft
        .path
        .iter()
        .chain(&draft.query)
        .chain(draft.response.table.iter().flatten())
        .chain(request)
}

/// Every text of a draft.
fn prose(draft: &Draft) -> Vec<String> {
    let row = |row: &Row| {
        format!(
            "{} {:?} {} {} {}",
            row.name.value, row.list, row.required, row.deprecated, row.doc
        )
    };
    let facts = format!(
        "{} {:?} {:?} {:?} {:?}",
        draft.deprecated, draft.slow_after_ms, draft.restrictions, draft.summary, draft.header_docs
    );
    let statuses = draft
        .response
        .statuses
        .iter()
        .map(|(code, text)| format!("{} {text}", code.value));
    let docs = draft
        .request
        .iter()
        .map(|request| request.doc.clone())
        .chain([draft.response.doc.clone(), facts]);
    rows(draft)
        .map(row)
        .chain(draft.remarks.clone())
        .chain(statuses)
        .chain(docs)
        .collect()
}

fn has_no_prose(draft: &Draft) -> bool {
    let cells = rows(draft).all(|row| row.doc.is_empty());
    let statuses = draft
        .response
        .statuses
        .iter()
        .all(|(_, text)| text.is_empty());
    let restrictions = draft.restrictions.iter().all(|(_, text)| text.is_empty());
    let bodies =
        draft.response.doc.is_empty() && draft.request.iter().all(|request| request.doc.is_empty());
    cells
        && statuses
        && restrictions
        && bodies
        && draft.summary.is_none()
        && draft.remarks.is_empty()
        && draft.header_docs.is_empty()
}

fn wire_types(edition: &Edition) -> BTreeMap<String, String> {
    let resolution = resolve(
        &edition.drafts,
        &apidoc_parse::Corrections::default(),
        &edition.sources,
    );
    let mut types = BTreeMap::new();
    for (id, model) in &resolution.api.models {
        for field in &model.fields {
            types.insert(format!("{id}.{}", field.name), format!("{:?}", field.ty));
        }
    }
    for operation in resolution
        .api
        .groups
        .iter()
        .flat_map(|group| &group.operations)
    {
        let body = operation.body.as_ref().map(|body| &body.content);
        types.insert(
            operation.id.clone(),
            format!("{body:?} {:?}", operation.result),
        );
    }
    types
}
