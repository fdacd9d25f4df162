//! Takes diagnostics and prints them in the style of rustc: errors always and completely, warnings and notes summarised by
//! code unless all are asked for. Refuses nothing; it returns the counts, and the caller decides whether the run failed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use apidoc_model::{Code, Diagnostic, Severity, SourceMap, Span};

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Errors in full, the rest counted by code.
    Summary,
    /// Everything in full.
    All,
}

/// How many diagnostics of each severity there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// Prints to standard error, in colour on a terminal.
pub fn print(diagnostics: &[Diagnostic], sources: &SourceMap, detail: Detail) -> Counts {
    let stderr = io::stderr();
    let colour = stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let (text, counts) = render(diagnostics, sources, detail, &renderer);
    // A reader that went away is no reason to stop the run.
    let _ = stderr.lock().write_all(text.as_bytes());
    counts
}

/// The text of a report, by place, and its counts.
#[must_use]
pub fn render(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    detail: Detail,
    renderer: &Renderer,
) -> (String, Counts) {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    let (full, brief): (Vec<&Diagnostic>, Vec<&Diagnostic>) = sorted
        .into_iter()
        .partition(|diagnostic| detail == Detail::All || diagnostic.severity == Severity::Error);
    let mut text = String::new();
    for diagnostic in full {
        text.push_str(&renderer.render(&groups(diagnostic, sources)));
        text.push_str("\n\n");
    }
    text.push_str(&summary(&brief, sources));
    let counts = count(diagnostics);
    if !diagnostics.is_empty() {
        let _ = writeln!(
            text,
            "{} errors, {} warnings",
            counts.errors, counts.warnings
        );
    }
    (text, counts)
}

fn count(diagnostics: &[Diagnostic]) -> Counts {
    let of = |severity| {
        diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    Counts {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        notes: of(Severity::Note),
    }
}

/// The message with its place, then the places of its notes, then what to do.
fn groups<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity)
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.name());
    let mut main = with_place(Group::with_title(title), sources, diagnostic.span);
    for note in diagnostic.notes.iter().filter(|note| note.span.is_none()) {
        main = main.element(Level::NOTE.message(note.message.as_str()));
    }
    main = main.element(Level::HELP.message(diagnostic.code.help()));
    let places = diagnostic.notes.iter().filter(|note| note.span.is_some());
    let further = places.map(|note| {
        let title = Level::NOTE.secondary_title(note.message.as_str());
        with_place(Group::with_title(title), sources, note.span)
    });
    std::iter::once(main).chain(further).collect()
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Adds the excerpt; only the place where there is no text to show.
fn with_place<'a>(group: Group<'a>, sources: &'a SourceMap, span: Option<Span>) -> Group<'a> {
    let Some((span, file)) = span.and_then(|span| Some((span, sources.file(span.file)?))) else {
        return group;
    };
    let (line, column) = sources.line_col(span);
    let origin = Origin::path(file.display.as_str())
        .line(line as usize)
        .char_column(column as usize);
    let Some(excerpt) = Excerpt::of(&file.text, span) else {
        return group.element(origin);
    };
    let snippet = excerpt.snippet(line);
    // The renderer counts columns from where the text begins that it is given.
    if excerpt.is_cut {
        group.element(origin).element(snippet)
    } else {
        group.element(snippet.path(file.display.as_str()))
    }
}

/// How many bytes of a mark are shown, and of its line on either side: more than the renderer has room for.
const SHOWN: usize = 600;

/// What is shown of a text: the lines of a mark, so that a message about a large page costs no more than one about a small one,
/// and of a long line the part around the mark, because it may have a problem in each of a million cells.
struct Excerpt<'t> {
    text: &'t str,
    /// The mark in it.
    mark: Range<usize>,
    /// Whether the line begins before it.
    is_cut: bool,
}

impl<'t> Excerpt<'t> {
    fn of(text: &'t str, span: Span) -> Option<Self> {
        let mark = clamp(text, span);
        let earliest = floor(text, mark.start.saturating_sub(SHOWN));
        let line = text.get(..mark.start)?.get(earliest..)?.rfind('\n');
        let start = line.map_or(earliest, |at| earliest + at + 1);
        let latest = floor(text, mark.end.saturating_add(SHOWN));
        let line_end = text.get(mark.end..latest)?.find('\n');
        let end = line_end.map_or(latest, |at| mark.end + at);
        Some(Self {
            text: text.get(start..end).filter(|_| !text.is_empty())?,
            mark: mark.start - start..mark.end - start,
            is_cut: start > 0 && !text.get(..start)?.ends_with('\n'),
        })
    }

    fn snippet(&self, line: u32) -> Snippet<'t, Annotation<'t>> {
        let annotation = AnnotationKind::Primary.span(self.mark.clone());
        Snippet::source(self.text)
            .line_start(line as usize)
            .annotation(annotation)
    }
}

/// A span that is valid for the text, and that marks no more than the rest of its first line, or the beginning of that.
fn clamp(text: &str, span: Span) -> Range<usize> {
    let start = floor(text, span.start as usize);
    let end = floor(text, (span.end as usize).min(start + SHOWN)).max(start);
    let line_end = text
        .get(start..end)
        .and_then(|marked| marked.find('\n'))
        .map_or(end, |at| start + at);
    start..line_end
}

/// The last place in the text, up to this one, where a character begins.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One line for each code that is not printed in full.
fn summary(diagnostics: &[&Diagnostic], sources: &SourceMap) -> String {
    let mut by_code: BTreeMap<(Severity, Code), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        by_code
            .entry((diagnostic.severity, diagnostic.code))
            .or_default()
            .push(diagnostic);
    }
    let mut text = String::new();
    for ((severity, code), all) in by_code.iter().rev() {
        let word = if *severity == Severity::Warning {
            "warning"
        } else {
            "note"
        };
        let place = all
            .iter()
            .find_map(|diagnostic| diagnostic.span)
            .map(|span| format!(", the first at {}", place(sources, span)));
        let _ = writeln!(
            text,
            "{word}[{}]: {} times{} ({})",
            code.name(),
            all.len(),
            place.unwrap_or_default(),
            code.help()
        );
    }
    if !text.is_empty() {
        text.push_str("(--verbose shows each of them)\n");
    }
    text
}

/// `path:line:col`, 1-based.
#[must_use]
pub fn place(sources: &SourceMap, span: Span) -> String {
    let (line, column) = sources.line_col(span);
    let path = sources
        .file(span.file)
        .map_or("?", |file| file.display.as_str());
    format!("{path}:{line}:{column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_holds_its_mark_wherever_that_stands() {
        let short = "ab\ncäd\n\nef";
        let long = format!("first\n{}\nlast", "|€𝄞a ".repeat(2_000));
        let lines = format!("{}\n", "a\nä".repeat(1_000));
        for text in ["", short, &long, &lines] {
            let step = 1 + text.len() / 300;
            for start in (0..=text.len()).step_by(step) {
                for length in [0, 1, 5, 3 * SHOWN] {
                    assert_shown(text, start, start + length);
                }
            }
        }
    }

    fn assert_shown(text: &str, start: usize, end: usize) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span {
            file: apidoc_model::FileId(0),
            start: offset(start),
            end: offset(end),
        };
        let Some(Excerpt {
            text: shown,
            mark,
            is_cut,
        }) = Excerpt::of(text, span)
        else {
            assert!(text.is_empty(), "nothing is shown of {start}..{end}");
            return;
        };
        let marked = clamp(text, span);
        assert_eq!(shown.get(mark.clone()), text.get(marked.clone()));
        assert!(
            shown.len() <= 3 * SHOWN + 3,
            "{start}..{end}: {}",
            shown.len()
        );
        assert!(!shown.contains('\n'), "{start}..{end} is of one line");
        let begun = marked.start - mark.start;
        let is_line = begun == 0 || text.as_bytes().get(begun - 1) == Some(&b'\n');
        assert_eq!(is_cut, !is_line, "{start}..{end}");
        assert!(
            is_line || mark.start >= SHOWN,
            "{start}..{end} is cut short"
        );
    }
}
