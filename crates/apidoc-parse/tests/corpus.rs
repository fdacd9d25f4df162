//! Facts about the real pages that the reader must find, counted in another way than it reads them. The pages are not part of
//! this repository; where they are not at hand, the tests say so and do nothing.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its files has failed"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apidoc_model::{Code, Diagnostic, Severity, SourceMap};
use apidoc_parse::draft::{Draft, Row, Sample, SampleBody};
use apidoc_parse::json::Json;
use apidoc_parse::{distinct, is_operation_page, operation, page, resolve, vendor};

/// An edition, read.
struct Edition {
    sources: SourceMap,
    pages: usize,
    drafts: Vec<Draft>,
    diagnostics: Vec<Diagnostic>,
}

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

/// A page that was cut off is read or refused with a place, and nothing panics: the shortest page is cut everywhere, the
/// others at enough places to meet every kind of line.
#[test]
fn a_page_cut_anywhere_is_read_or_refused() {
    let Some(edition) = edition(&["seeds"]) else {
        return;
    };
    let shortest = edition
        .sources
        .files()
        .iter()
        .map(|file| file.text.len())
        .min();
    for file in edition.sources.files() {
        let step = if Some(file.text.len()) == shortest {
            1
        } else {
            23
        };
        for (end, _) in file.text.char_indices().step_by(step) {
            let (draft, diagnostics) = read_alone(&file.path, &file.text[..end]);
            assert!(
                diagnostics
                    .iter()
                    .all(|diagnostic| diagnostic.span.is_some()),
                "{} at {end}",
                file.path
            );
            let refused = diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code == Code::RejectedPage);
            assert_eq!(refused, draft.is_none(), "{} at {end}", file.path);
        }
    }
}

/// The same page with any one line gone, or any two lines changed over, never panics and never loses a row silently.
#[test]
fn a_page_with_lines_disturbed_keeps_count() {
    let Some(edition) = edition(&["seeds"]) else {
        return;
    };
    for file in edition.sources.files() {
        let lines: Vec<&str> = file.text.lines().collect();
        for at in 0..lines.len() {
            let mut fewer = lines.clone();
            fewer.remove(at);
            let mut swapped = lines.clone();
            swapped.swap(at, (at + 1) % lines.len());
            for text in [fewer.join("\n"), swapped.join("\n")] {
                let (draft, diagnostics) = read_alone(&file.path, &text);
                let quiet = diagnostics
                    .iter()
                    .all(|diagnostic| diagnostic.severity != Severity::Error);
                if let (Some(draft), true) = (draft, quiet) {
                    assert_eq!(
                        draft.rows + draft.diagnosed_rows,
                        rows_of(&text),
                        "{} at line {}",
                        file.path,
                        at + 1
                    );
                }
            }
        }
    }
}

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

/// Every text of a draft.
fn prose(draft: &Draft) -> Vec<String> {
    let rows = draft
        .path
        .iter()
        .chain(&draft.query)
        .chain(draft.response.table.iter().flatten());
    let request = draft
        .request
        .iter()
        .flat_map(|request| request.table.iter().flatten());
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
    rows.chain(request)
        .map(row)
        .chain(draft.remarks.clone())
        .chain(statuses)
        .chain(docs)
        .collect()
}

/// A checkout with other line ends says the same.
#[test]
fn line_ends_do_not_matter() {
    let Some(edition) = edition(&["seeds"]) else {
        return;
    };
    let mut other = SourceMap::new();
    for file in edition.sources.files() {
        other.add(
            0,
            file.path.clone(),
            file.path.clone(),
            format!("\u{feff}{}", file.text.replace('\n', "\r\n")),
        );
    }
    let other = read(other);
    assert!(
        other.diagnostics.is_empty(),
        "{:?}",
        other.diagnostics.first()
    );
    assert_eq!(vendor(&other.drafts, true), vendor(&edition.drafts, true));
}

/// The public suite for JSON parsers: what must be refused is refused, what must be read is read, and nothing panics.
#[test]
fn samples_are_strict_json() {
    let suite =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/json-test-suite");
    if !suite.is_dir() {
        eprintln!("SKIPPED: {} is not at hand", suite.display());
        return;
    }
    let mut paths = Vec::new();
    walk(&suite, "json", &mut paths);
    let mut read = 0;
    for path in &paths {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let parsed = Json::parse(&text);
        read += 1;
        // Keys of an object must differ here, though JSON does not ask for it.
        if name.starts_with("y_") && !name.contains("duplicated_key") {
            assert!(parsed.is_ok(), "{name}: {parsed:?}");
        } else if name.starts_with("n_") {
            assert!(parsed.is_err(), "{name}");
        }
    }
    assert!(read > 200, "only {read} files were read");
}

fn has_no_prose(draft: &Draft) -> bool {
    let rows = draft
        .path
        .iter()
        .chain(&draft.query)
        .chain(draft.response.table.iter().flatten());
    let request = draft
        .request
        .iter()
        .flat_map(|request| request.table.iter().flatten());
    let cells = rows.chain(request).all(|row| row.doc.is_empty());
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

/// The one page that flattens an object into its query has dictionaries among the parameters.
const OBJECTS_IN_ADDRESSES: usize = 15;

/// Nothing was said about the pages but that so many parameters are objects.
fn assert_nothing_said(edition: &Edition, objects: usize) {
    let (said, other): (Vec<&Diagnostic>, Vec<&Diagnostic>) = edition
        .diagnostics
        .iter()
        .partition(|diagnostic| diagnostic.code == Code::TextParameter);
    assert!(other.is_empty(), "{:?}", other.first());
    assert_eq!(said.len(), objects);
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

/// Lines that begin with a pipe, outside of fences, less the two that each table has above its rows.
fn rows_of(text: &str) -> u32 {
    let (mut fenced, mut lines, mut rules) = (false, 0_u32, 0);
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if !fenced && line.starts_with('|') {
            lines += 1;
        }
        if !fenced && line.starts_with("|--") {
            rules += 1;
        }
    }
    lines.saturating_sub(2 * rules)
}

fn read_alone(path: &str, text: &str) -> (Option<Draft>, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let id = sources.add(0, path, path, text);
    let (page, mut diagnostics) = page(sources.file(id).expect("just added"));
    let (draft, found) = operation(&page, &sources);
    diagnostics.extend(found);
    (draft, diagnostics)
}

/// Reads trees below the shared folder, the first of them as the newest.
fn edition(names: &[&str]) -> Option<Edition> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut sources = SourceMap::new();
    for (tree, name) in (0..).zip(names) {
        let root = shared.join(name);
        if !root.is_dir() {
            eprintln!("SKIPPED: {} is not at hand", root.display());
            return None;
        }
        let mut paths = Vec::new();
        walk(&root, "md", &mut paths);
        paths.sort();
        for path in paths {
            let relative = path
                .strip_prefix(&root)
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            sources.add(
                tree,
                relative.clone(),
                relative,
                std::fs::read_to_string(&path).expect("a readable page"),
            );
        }
    }
    Some(read(sources))
}

fn read(sources: SourceMap) -> Edition {
    let (mut drafts, mut diagnostics, mut pages) = (Vec::new(), Vec::new(), 0);
    for file in sources
        .files()
        .iter()
        .filter(|file| is_operation_page(file))
    {
        pages += 1;
        let (page, found) = page(file);
        diagnostics.extend(found);
        let (draft, found) = operation(&page, &sources);
        diagnostics.extend(found);
        drafts.extend(draft);
    }
    let (drafts, found) = distinct(drafts, &sources);
    diagnostics.extend(found);
    Edition {
        sources,
        pages,
        drafts,
        diagnostics,
    }
}

fn walk(folder: &Path, wanted: &str, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, wanted, paths);
        } else if path
            .extension()
            .is_some_and(|extension| extension == wanted)
        {
            paths.push(path);
        }
    }
}
