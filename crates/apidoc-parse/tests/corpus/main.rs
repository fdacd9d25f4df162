//! Facts about the real pages that the reader must find, counted in another way than it reads them. The pages are not part of
//! this repository; where there is no `../shared`, the tests say so and do nothing, and where something is missing in it, they fail.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its files has failed"
)]

mod disturbed;
mod editions;
#[expect(unreachable_pub, reason = "it belongs to the library of another crate")]
#[path = "../../../hostile/src/shared.rs"]
mod shared;
mod suite;
mod vendored;

use std::path::{Path, PathBuf};

use apidoc_model::{Code, Diagnostic, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::is_operation_page;
use shared::shared;

/// An edition, read.
struct Edition {
    sources: SourceMap,
    pages: usize,
    drafts: Vec<Draft>,
    diagnostics: Vec<Diagnostic>,
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

/// Reads trees below the shared folder, the first of them as the newest.
fn edition(names: &[&str]) -> Option<Edition> {
    let mut sources = SourceMap::new();
    for (tree, name) in (0..).zip(names) {
        let root = shared(name)?;
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
    let all = sources.files().iter();
    let pages: Vec<_> = all.filter(|file| is_operation_page(file)).collect();
    let (drafts, diagnostics) = apidoc_parse::read(&pages, &sources);
    let pages = pages.len();
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
