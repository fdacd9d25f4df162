//! Takes the blocks before a page's first section and writes the description into the draft: summary, remarks, restrictions,
//! threshold, and the table of path parameters, which seldom has a heading. It refuses nothing; a block that no description has,
//! and a restriction that is not known, are reported.

use apidoc_model::api::RestrictionKind;
use apidoc_model::{Code, Diagnostic, Span};

use super::marker::{Subject, is_deprecated, is_deprecated_alone};
use super::section::{self, SectionBlocks};
use super::tables::{self, Tables};
use super::{Reader, phrase};
use crate::draft::Draft;
use crate::element::{Elements, Tag};
use crate::page::{self, BlockKind, Page, trimmed};
use crate::text;

/// How the pseudo headings of restrictions begin.
pub(crate) const RESTRICTIONS: &[(&str, RestrictionKind)] = &[
    ("Online Restricted:", RestrictionKind::OnlineRestricted),
    ("Experimental:", RestrictionKind::Experimental),
];

/// Headings of a description that only say which part of it follows.
const PARTS: &[&str] = &["description", "summary", "overview"];

/// How DocFX begins a note of one of its kinds, and the line that begins or ends a part of a page.
const ALERT: &str = "[!";
const ZONE: &str = ":::";

/// The key of the front matter that repeats the first heading.
const TITLE: &str = "title";

/// How sentences begin that belong to the description, though they stand on the line of a restriction.
const GLUED: &[&str] = &["Calls the ", "Update the "];

impl Reader<'_> {
    /// Reads everything in the intro but its route.
    pub(super) fn describe(
        &mut self,
        draft: &mut Draft,
        page: &Page,
        intro: &SectionBlocks<'_>,
        route_at: usize,
    ) {
        let mut path = Tables::new(tables::PATH);
        let heading = first_heading(intro, route_at);
        // Titles, notes, images and lists before the first paragraph, which is the summary all the same.
        let mut aside = self.titles(draft, page, heading.map(|(_, title)| title));
        for (at, block) in intro.blocks.iter().enumerate() {
            match &block.kind {
                _ if self.takes(&mut path, block) => {}
                _ if at == route_at || heading.is_some_and(|(title, _)| title == at) => {}
                BlockKind::Heading(title) if section::is_tab(&self.file.text, *title) => {}
                BlockKind::Heading(title) if section::is_path(&self.file.text, *title) => {
                    path.expect(tables::HEADED_PATH);
                }
                BlockKind::Heading(title) => {
                    path.expect(tables::PATH);
                    self.under = Some(block.span);
                    self.heading(draft, *title);
                }
                _ if self.is_lost_table(block) => self.stray(block),
                BlockKind::Paragraph => {
                    let raw = self.without_zones(block.span);
                    let text = text::paragraph(&raw);
                    if is_aside(&raw) || self.is_wrapped(block.span) {
                        aside += aside_of(draft, unquoted(&text));
                    } else {
                        prose(draft, text, aside);
                    }
                }
                BlockKind::Item(span) => {
                    aside += aside_of(draft, text::paragraph(self.text(*span)));
                }
                BlockKind::Fence(fence) => {
                    self.check_closed(fence);
                    remark(draft, text::code(self.text(fence.body)));
                }
                _ => self.stray(block),
            }
        }
        self.under = None;
        draft.path = self.rows(&path);
    }
}

impl Reader<'_> {
    /// Whether the line above a paragraph opens an element, as notes of MDX are.
    fn is_wrapped(&self, span: Span) -> bool {
        let above = self.file.text.get(..span.start as usize).unwrap_or("");
        let line = above.trim_end().rsplit('\n').next();
        line.and_then(Tag::alone).is_some_and(|tag| tag.opens())
    }

    /// A paragraph without the lines that begin or end a part of a page; they are reported.
    fn without_zones(&mut self, span: Span) -> String {
        let raw = self.text(span);
        let mut kept = String::with_capacity(raw.len());
        let mut at = span.start as usize;
        for line in raw.split_inclusive('\n') {
            let place = trimmed(&self.file.text, at..at + line.len());
            at += line.len();
            if line.trim_start().starts_with(ZONE) {
                let message = "whom this part of the page is for is not read";
                let place = page::span(span.file, place);
                self.report(Diagnostic::new(Code::StrayContent, place, message));
            } else {
                kept.push_str(line);
            }
        }
        kept
    }

    /// What the titles of a page say besides its route, as remarks; returns how many they have become.
    fn titles(&self, draft: &mut Draft, page: &Page, heading: Option<Span>) -> usize {
        let mut front = page.front.iter().flatten();
        let title = front.find(|(key, _)| self.text(*key) == TITLE);
        let title = title.map(|(_, span)| *span);
        let titles = title.into_iter().chain(heading);
        titles.map(|span| self.title(draft, span)).sum()
    }

    /// What a title says behind verb and route, as a remark; returns how many it has become. A title in words says what the
    /// summary says.
    fn title(&self, draft: &mut Draft, span: Span) -> usize {
        let title = text::line(self.text(span));
        let Some(behind) = behind_route(&title) else {
            draft.deprecated |= is_deprecated(&title, Subject::Operation);
            return 0;
        };
        draft.deprecated |= is_deprecated(behind, Subject::Operation);
        let is_word = is_deprecated_alone(behind);
        let is_known = draft.remarks.iter().any(|known| known == behind);
        if behind.is_empty() || is_word || is_known {
            return 0;
        }
        aside_of(draft, behind.to_owned())
    }

    /// A heading of a description, or a pseudo heading whose text stands on its line: `X: ## text`.
    fn heading(&mut self, draft: &mut Draft, span: Span) {
        let title = text::line(self.text(span));
        if PARTS.iter().any(|part| text::is_phrase(&title, part)) {
            return;
        }
        let known = RESTRICTIONS
            .iter()
            .find_map(|(start, kind)| Some((*kind, strip_start(&title, start)?)));
        if let Some((kind, rest)) = known {
            return restriction(draft, kind, rest.trim_start_matches(['#', ' ']));
        }
        if let Some(kind) = restriction_alone(&title) {
            return restriction(draft, kind, "");
        }
        let Some((head, text)) = title.split_once(": ##") else {
            draft.deprecated |= is_deprecated(&title, Subject::Remark);
            return remark(draft, title);
        };
        if is_deprecated(head, Subject::Remark) {
            draft.deprecated = true;
        } else {
            let message = format!("`{head}` is no restriction that is known; its text is kept");
            self.report(Diagnostic::new(Code::UnknownSection, span, message));
        }
        let mut text = text.trim().to_owned();
        facts(draft, &mut text);
        remark(draft, format!("{head}: {text}").trim_end().to_owned());
    }
}

/// The first heading above the route, and which block of the intro it is.
fn first_heading(intro: &SectionBlocks<'_>, route_at: usize) -> Option<(usize, Span)> {
    let mut above = intro.blocks.iter().take(route_at).enumerate();
    above.find_map(|(at, block)| match block.kind {
        BlockKind::Heading(title) => Some((at, title)),
        _ => None,
    })
}

/// What stands behind the verb and the route that a title begins with.
fn behind_route(title: &str) -> Option<&str> {
    let (verb, rest) = title.split_once(' ')?;
    let is_verb = verb.bytes().all(|b| b.is_ascii_uppercase());
    let behind = rest.split_once(' ').map_or("", |(_, behind)| behind);
    is_verb.then(|| behind.trim_start_matches(['-', '\u{2013}', '\u{2014}', ':', ' ']))
}

/// The rest of a text that begins like this, in any case.
fn strip_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}

/// The restriction that a heading names and says no more about: `Experimental`. What stands below it is a remark.
fn restriction_alone(title: &str) -> Option<RestrictionKind> {
    let named = |start: &str| text::is_phrase(title, start.trim_end_matches(':'));
    let mut known = RESTRICTIONS.iter();
    known.find(|(start, _)| named(start)).map(|(_, kind)| *kind)
}

fn restriction(draft: &mut Draft, kind: RestrictionKind, rest: &str) {
    let end = GLUED
        .iter()
        .filter_map(|start| sentence(rest, start))
        .min()
        .unwrap_or(rest.len());
    let mut restriction = rest[..end].trim().to_owned();
    facts(draft, &mut restriction);
    draft.restrictions.push((kind, restriction));
    prose(draft, rest[end..].trim().to_owned(), 0);
}

/// Takes the threshold out of a text, and notes what else it says about the operation.
pub(super) fn facts(draft: &mut Draft, text: &mut String) {
    draft.slow_after_ms = draft.slow_after_ms.or(phrase::take_threshold(text));
    draft.deprecated |= is_deprecated(text, Subject::Remark);
}

/// The first paragraph is the summary, unless it says nothing but the threshold. So many remarks may stand before it.
fn prose(draft: &mut Draft, mut text: String, aside: usize) {
    facts(draft, &mut text);
    if text == phrase::DEPRECATED {
        return;
    }
    let first =
        draft.summary.is_none() && draft.remarks.len() == aside && draft.restrictions.is_empty();
    if first && !text.is_empty() {
        draft.deprecated |= is_deprecated(&text, Subject::Operation);
        draft.summary = Some(text.replace('\n', " "));
    } else {
        remark(draft, text);
    }
}

/// A text that is no summary, wherever it stands; returns how many remarks it has become.
fn aside_of(draft: &mut Draft, mut text: String) -> usize {
    facts(draft, &mut text);
    let before = draft.remarks.len();
    if text != phrase::DEPRECATED {
        remark(draft, text);
    }
    draft.remarks.len() - before
}

/// Whether a paragraph is a quotation or an element, which notes are, one image, or the target of a link, which no page shows.
fn is_aside(raw: &str) -> bool {
    let is_target = raw.starts_with('[')
        && raw
            .split_once(']')
            .is_some_and(|(_, behind)| behind.starts_with(": "));
    let image = raw
        .strip_prefix("![")
        .and_then(|raw| raw.split_once("](")?.1.split_once(')'));
    is_target
        || raw.starts_with('>')
        || Elements::encloses(raw)
        || image.is_some_and(|(_, behind)| behind.trim().is_empty())
}

/// A quotation without its marks; `[!NOTE]` is `Note:`.
fn unquoted(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start_matches(['>', ' ']);
        let alert = line
            .strip_prefix(ALERT)
            .and_then(|line| line.split_once(']'));
        let Some((kind, behind)) = alert.filter(|(kind, _)| kind.is_ascii()) else {
            return line.to_owned();
        };
        let (first, rest) = kind.split_at(1.min(kind.len()));
        format!("{}{}:{behind}", first.to_uppercase(), rest.to_lowercase())
    });
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn remark(draft: &mut Draft, text: String) {
    if !text.is_empty() {
        draft.remarks.push(text);
    }
}

/// Where a sentence of a text begins like this.
fn sentence(text: &str, start: &str) -> Option<usize> {
    text.match_indices(start)
        .map(|(at, _)| at)
        .find(|at| *at == 0 || text[..*at].ends_with(". "))
}
