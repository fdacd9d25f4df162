//! Whole editions: every page is read, every row is kept, and the counts are those of another way to count.

use std::collections::BTreeMap;

use apidoc_model::{Code, Severity};
use apidoc_parse::draft::{Draft, Row, Sample, SampleBody};
use apidoc_parse::json::Json;

use crate::{Edition, OBJECTS_IN_ADDRESSES, assert_nothing_said, edition, rows_of};

#[test]
fn editions_are_read_whole() {
    for (name, pages, named_tables) in [("2022", 2945, 2054), ("2023", 3116, 2174)] {
        let Some(edition) = edition(&[&format!("corpus/{name}")]) else {
            return;
        };
        assert_eq!(edition.pages, pages, "{name}");
        assert_eq!(edition.drafts.len(), pages, "{name}");
        assert_nothing_said(
            &edition,
            if name == "2023" {
                OBJECTS_IN_ADDRESSES
            } else {
                0
            },
        );
        assert_rows_are_conserved(&edition);
        assert_eq!(tables_like_their_samples(&edition), named_tables, "{name}");
    }
}

#[test]
fn what_the_middle_edition_states() {
    let Some(edition) = edition(&["corpus/2023"]) else {
        return;
    };
    let rows = |of: fn(&Draft) -> Vec<&Row>| edition.drafts.iter().flat_map(of).collect::<Vec<_>>();
    let path = rows(|draft| draft.path.iter().collect());
    let query = rows(|draft| draft.query.iter().collect());
    assert_eq!(path.len(), 807);
    assert!(path.iter().all(|row| row.required));
    assert_eq!(query.iter().filter(|row| row.required).count(), 212);
    assert_eq!(
        query.iter().filter(|row| !row.values.is_empty()).count(),
        123 + 37
    );
    let request = rows(|draft| {
        draft
            .request
            .iter()
            .flat_map(|request| &request.table)
            .flatten()
            .collect()
    });
    let response = rows(|draft| draft.response.table.iter().flatten().collect());
    let lists = request
        .iter()
        .chain(&response)
        .filter(|row| row.list.is_some())
        .count();
    assert_eq!(lists, 1184);
    assert!(
        request
            .iter()
            .chain(&response)
            .all(|row| !row.doc.contains("Use MDO List name"))
    );
    assert_eq!(
        edition
            .drafts
            .iter()
            .filter(|draft| !draft.restrictions.is_empty())
            .count(),
        358
    );
    let codes = edition
        .drafts
        .iter()
        .flat_map(|draft| &draft.response.statuses)
        .map(|(code, _)| code.value);
    let counted = codes.fold(BTreeMap::new(), |mut counted, code| {
        *counted.entry(code).or_insert(0) += 1;
        counted
    });
    assert_eq!(
        counted,
        BTreeMap::from([
            (200, 2578),
            (204, 536),
            (304, 9),
            (400, 90),
            (404, 183),
            (409, 36),
            (412, 54)
        ])
    );
    assert_eq!(
        bodies(&edition, |draft| draft.request_sample.as_ref()),
        (1753, 0)
    );
    assert_eq!(
        bodies(&edition, |draft| draft.response_sample.as_ref()),
        (3116, 0)
    );
}

#[test]
fn bytes_of_the_oldest_edition_are_raw() {
    let Some(edition) = edition(&["corpus/2022"]) else {
        return;
    };
    assert_eq!(
        bodies(&edition, |draft| draft.request_sample.as_ref()),
        (1382, 0)
    );
    assert_eq!(
        bodies(&edition, |draft| draft.response_sample.as_ref()),
        (2395, 42)
    );
}

#[test]
fn the_newest_pages_and_the_seeds_are_read_whole() {
    for (name, pages, dangling) in [("corpus/2026", 22, 8), ("seeds", 3, 0)] {
        let Some(edition) = edition(&[name]) else {
            return;
        };
        assert_eq!(
            (edition.pages, edition.drafts.len()),
            (pages, pages),
            "{name}"
        );
        assert!(
            edition
                .diagnostics
                .iter()
                .all(|diagnostic| diagnostic.severity != Severity::Error),
            "{name}"
        );
        let count = |code| {
            edition
                .diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.code == code)
                .count()
        };
        assert_eq!(count(Code::DanglingInclude), dangling, "{name}");
        assert_rows_are_conserved(&edition);
    }
}

/// Response tables whose names are the keys of the sample, in their order.
fn tables_like_their_samples(edition: &Edition) -> usize {
    let same = |draft: &&Draft| {
        let (Some(table), Some(sample)) = (&draft.response.table, &draft.response_sample) else {
            return false;
        };
        let SampleBody::Json(json, _) = &sample.body else {
            return false;
        };
        let object = if let Json::Array(items) = json {
            items.first()
        } else {
            Some(json)
        };
        let Some(Json::Object(entries)) = object else {
            return false;
        };
        entries
            .iter()
            .map(|(key, _)| key)
            .eq(table.iter().map(|row| &row.name.value))
    };
    edition.drafts.iter().filter(same).count()
        + usize::from(
            edition
                .drafts
                .iter()
                .any(|draft| draft.id.value == DICTIONARY_WITH_TABLE),
        )
}

/// The one page whose table describes the values of a dictionary.
const DICTIONARY_WITH_TABLE: &str = "v1QuoteAgent_GetConfigurationFields";

fn bodies(edition: &Edition, of: fn(&Draft) -> Option<&Sample>) -> (usize, usize) {
    let samples: Vec<&Sample> = edition.drafts.iter().filter_map(of).collect();
    let json = samples
        .iter()
        .filter(|sample| matches!(sample.body, SampleBody::Json(..)))
        .count();
    let raw = samples
        .iter()
        .filter(|sample| matches!(sample.body, SampleBody::Raw(_)))
        .count();
    (json, raw)
}

fn assert_rows_are_conserved(edition: &Edition) {
    for draft in &edition.drafts {
        let file = edition
            .sources
            .file(draft.file)
            .expect("the file of a draft");
        assert_eq!(
            draft.rows + draft.diagnosed_rows,
            rows_of(&file.text),
            "{}",
            file.path
        );
    }
}
