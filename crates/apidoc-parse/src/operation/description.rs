//! Takes the blocks before a page's first section and writes the description into the draft: summary, remarks, restrictions,
//! threshold, and the table of path parameters that has no heading of its own. It refuses nothing; a block that no
//! description has, and a restriction that is not known, are reported.

use apidoc_model::api::RestrictionKind;
use apidoc_model::{Code, Diagnostic, Span};

use super::section::SectionBlocks;
use super::{Reader, phrase, rows};
use crate::draft::Draft;
use crate::page::BlockKind;
use crate::table::Table;
use crate::text;

/// How the pseudo headings of restrictions begin.
pub(crate) const RESTRICTIONS: &[(&str, RestrictionKind)] = &[
    ("Online Restricted:", RestrictionKind::OnlineRestricted),
    ("Experimental:", RestrictionKind::Experimental),
];

/// How sentences begin that belong to the description, though they stand on the line of a restriction.
const GLUED: &[&str] = &["Calls the ", "Update the "];

impl Reader<'_> {
    /// Reads everything in the intro but its route.
    pub(super) fn describe(
        &mut self,
        draft: &mut Draft,
        intro: &SectionBlocks<'_>,
        route_at: usize,
    ) {
        let mut path: Option<&Table> = None;
        let mut titled = false;
        for (at, block) in intro.blocks.iter().enumerate() {
            match &block.kind {
                _ if at == route_at => {}
                BlockKind::Heading(_) if !titled && at < route_at => titled = true,
                BlockKind::Heading(title) => self.heading(draft, *title),
                _ if self.is_lost_table(block) => self.stray(block),
                BlockKind::Paragraph => prose(draft, text::paragraph(self.text(block.span))),
                BlockKind::Item(span) => prose(draft, text::paragraph(self.text(*span))),
                BlockKind::Fence(fence) => {
                    self.check_closed(fence);
                    remark(draft, text::code(self.text(fence.body)));
                }
                BlockKind::Table(table) if path.is_none() && self.is_table(table, rows::PATH) => {
                    path = Some(table)
                }
                _ => self.stray(block),
            }
        }
        draft.path = path
            .map(|table| self.rows(table, rows::PATH))
            .unwrap_or_default();
    }
}

impl Reader<'_> {
    /// A heading of a description, or a pseudo heading whose text stands on its line: `X: ## text`.
    fn heading(&mut self, draft: &mut Draft, span: Span) {
        let title = text::line(self.text(span));
        let known = RESTRICTIONS
            .iter()
            .find_map(|(start, kind)| Some((*kind, strip_start(&title, start)?)));
        if let Some((kind, rest)) = known {
            return restriction(draft, kind, rest.trim_start_matches(['#', ' ']));
        }
        let Some((head, text)) = title.split_once(": ##") else {
            draft.deprecated |= phrase::is_deprecated(&title);
            return remark(draft, title);
        };
        if phrase::is_deprecated(head) {
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

/// The rest of a text that begins like this, in any case.
fn strip_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
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
    prose(draft, rest[end..].trim().to_owned());
}

/// Takes the threshold out of a text, and notes what else it says about the operation.
fn facts(draft: &mut Draft, text: &mut String) {
    draft.slow_after_ms = draft.slow_after_ms.or(phrase::take_threshold(text));
    draft.deprecated |= phrase::is_deprecated(text);
}

/// The first paragraph is the summary, unless it says nothing but the threshold.
fn prose(draft: &mut Draft, mut text: String) {
    facts(draft, &mut text);
    if text == phrase::DEPRECATED {
        return;
    }
    let first =
        draft.summary.is_none() && draft.remarks.is_empty() && draft.restrictions.is_empty();
    if first && !text.is_empty() {
        draft.summary = Some(text.replace('\n', " "));
    } else {
        remark(draft, text);
    }
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
