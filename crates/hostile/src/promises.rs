//! What the reader of pages promises about any text: it comes to an end, every problem has a place on the page, and a page that
//! did not become an operation is said to be rejected. Takes the text of one page; panics where a promise is broken.

use apidoc_model::{Code, Diagnostic, SourceMap, Span};
use apidoc_parse::{Corrections, operation, page, resolve};

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It became an operation.
    Read,
    /// It was rejected.
    Rejected,
}

/// Reads a page alone and resolves what it says.
///
/// # Panics
/// Where a promise is broken.
#[must_use]
pub fn read(path: &str, text: &str) -> Fate {
    let mut sources = SourceMap::new();
    let id = sources.add(0, path, path, text);
    let Some(file) = sources.file(id) else {
        unreachable!("the file was just added")
    };
    let (page, mut diagnostics) = page(file);
    for block in &page.blocks {
        assert_inside(&sources, block.span);
    }
    let library_failed = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code == Code::RejectedPage);
    assert!(!library_failed, "the markdown library panicked");
    let (draft, found) = operation(&page, &sources);
    diagnostics.extend(found);
    let rejected = diagnostics
        .iter()
        .any(|diagnostic| matches!(diagnostic.code, Code::RejectedPage | Code::UnsupportedVerb));
    assert_eq!(
        rejected,
        draft.is_none(),
        "rejected without a word, or read and rejected"
    );
    let drafts: Vec<_> = draft.into_iter().collect();
    let resolution = resolve(&drafts, &Corrections::default(), &sources);
    diagnostics.extend(resolution.diagnostics);
    diagnostics
        .iter()
        .for_each(|diagnostic| assert_placed(&sources, diagnostic));
    if rejected { Fate::Rejected } else { Fate::Read }
}

/// Every problem of a page has a place, and the place is one.
pub(crate) fn assert_placed(sources: &SourceMap, diagnostic: &Diagnostic) {
    let Some(span) = diagnostic.span else {
        unreachable!("a problem without a place: {diagnostic:?}")
    };
    assert_inside(sources, span);
    let (line, column) = sources.line_col(span);
    assert!(line >= 1 && column >= 1);
    diagnostic
        .notes
        .iter()
        .filter_map(|note| note.span)
        .for_each(|span| assert_inside(sources, span));
}

fn assert_inside(sources: &SourceMap, span: Span) {
    let text = sources.file(span.file).map(|file| file.text.as_str());
    let part = text.and_then(|text| text.get(span.start as usize..span.end as usize));
    assert!(part.is_some(), "{span:?} is no part of its page");
}
