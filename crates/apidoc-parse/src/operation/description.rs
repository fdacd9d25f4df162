//! Takes the blocks before a page's first section and writes the description into the draft: summary, remarks, restrictions,
//! threshold, and the table of path parameters that has no heading of its own. It refuses nothing; a block that no
//! description has is reported.

use apidoc_model::api::RestrictionKind;

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
                BlockKind::Heading(title) => heading(draft, &text::line(self.text(*title))),
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

fn heading(draft: &mut Draft, title: &str) {
    let found = RESTRICTIONS
        .iter()
        .find_map(|(start, kind)| Some((*kind, title.strip_prefix(start)?)));
    let Some((kind, rest)) = found else {
        return remark(draft, title.to_owned());
    };
    let rest = rest.trim_start_matches(['#', ' ']);
    let end = GLUED
        .iter()
        .filter_map(|start| sentence(rest, start))
        .min()
        .unwrap_or(rest.len());
    let mut restriction = rest[..end].trim().to_owned();
    draft.slow_after_ms = draft
        .slow_after_ms
        .or(phrase::take_threshold(&mut restriction));
    draft.restrictions.push((kind, restriction));
    prose(draft, rest[end..].trim().to_owned());
}

/// The first paragraph is the summary, unless it says nothing but the threshold.
fn prose(draft: &mut Draft, mut text: String) {
    draft.slow_after_ms = draft.slow_after_ms.or(phrase::take_threshold(&mut text));
    draft.deprecated |= phrase::is_deprecated(&text);
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
