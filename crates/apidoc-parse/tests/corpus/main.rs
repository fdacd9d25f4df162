//! Facts about the real pages that the reader must find, counted in another way than it reads them. The pages are not part of
//! this repository; where there is no `../shared`, the tests say so and do nothing, and where something is missing in it, they fail.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its files has failed"
)]

mod disturbed;
mod editions;
mod suite;
mod vendored;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use apidoc_model::{Code, Diagnostic, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::is_operation_page;

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

/// A folder of the shared one. One that is missing there is a failure, or its tests would be skipped for ever and nobody would know.
fn shared(name: &str) -> Option<PathBuf> {
    shared_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        name,
    )
}

fn shared_in(root: &Path, name: &str) -> Option<PathBuf> {
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        !root.is_dir(),
        "`../shared` is there, but `{name}` is not in it"
    );
    // Straight to the terminal, because what a test prints is shown only if it fails.
    let _ = writeln!(std::io::stderr(), "skipped: ../shared/{name} is not here");
    None
}

#[test]
fn a_test_is_skipped_only_where_nothing_is_shared() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(shared_in(&here.join("no-such-folder"), "seeds"), None);
    let missed = std::panic::catch_unwind(|| shared_in(here, "seeds"));
    assert!(missed.is_err(), "a folder without the seeds was taken");
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
