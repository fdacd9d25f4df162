//! Takes diagnostics and prints them in the style of rustc: errors always and completely, warnings and notes summarised by
//! code unless all are asked for. Refuses nothing; it returns the counts, and the caller decides whether the run failed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use apidoc_model::{Code, Diagnostic, Severity, SourceFile, SourceMap, Span};

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
    match snippet(file, span, sources.line_col(span).0) {
        Some(snippet) => group.element(snippet),
        None => group.element(Origin::path(file.display.as_str()).line(1).char_column(1)),
    }
}

/// The lines of a span: only those, so that a message about a large page costs no more than one about a small one.
fn snippet(file: &SourceFile, span: Span, line: u32) -> Option<Snippet<'_, Annotation<'_>>> {
    let marked = clamp(&file.text, span);
    let start = file
        .text
        .get(..marked.start)?
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let end = file
        .text
        .get(marked.end..)?
        .find('\n')
        .map_or(file.text.len(), |at| marked.end + at);
    let lines = file
        .text
        .get(start..end)
        .filter(|_| !file.text.is_empty())?;
    let annotation = AnnotationKind::Primary.span(marked.start - start..marked.end - start);
    Some(
        Snippet::source(lines)
            .path(file.display.as_str())
            .line_start(line as usize)
            .annotation(annotation),
    )
}

/// A span that is valid for the text, and that marks no more than the rest of its first line where it is longer than that.
fn clamp(text: &str, span: Span) -> Range<usize> {
    let floor = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    let end = floor(span.end).max(start);
    let line_end = text
        .get(start..end)
        .and_then(|marked| marked.find('\n'))
        .map_or(end, |at| start + at);
    start..line_end
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
