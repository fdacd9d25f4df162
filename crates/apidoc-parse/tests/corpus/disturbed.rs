//! Pages that were cut off, that have lost lines, or that have other line ends: read or refused with a place, and the same each time.

use apidoc_model::{Code, Diagnostic, Severity, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::{operation, page, vendor};

use crate::{edition, read, rows_of};

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

fn read_alone(path: &str, text: &str) -> (Option<Draft>, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let id = sources.add(0, path, path, text);
    let (page, mut diagnostics) = page(sources.file(id).expect("just added"));
    let (draft, found) = operation(&page, &sources);
    diagnostics.extend(found);
    (draft, diagnostics)
}
