//! Takes the blocks between a page's route and its first section and returns the description: summary, remarks, restrictions,
//! threshold, and the table of path parameters that has no heading of its own. It refuses nothing; a table that is not the one
//! of path parameters is reported.

use apidoc_model::api::RestrictionKind;

use super::section::SectionBlocks;
use super::{Reader, phrase, rows};
use crate::page::BlockKind;
use crate::table::Table;
use crate::text;

/// What the description says.
#[derive(Default)]
pub(super) struct Intro<'p> {
    pub(super) summary: Option<String>,
    pub(super) remarks: Vec<String>,
    pub(super) restrictions: Vec<(RestrictionKind, String)>,
    pub(super) deprecated: bool,
    pub(super) slow_after_ms: Option<u32>,
    pub(super) tables: Vec<&'p Table>,
}

/// How the pseudo headings of restrictions begin.
const RESTRICTIONS: &[(&str, RestrictionKind)] = &[
    ("Online Restricted:", RestrictionKind::OnlineRestricted),
    ("Experimental:", RestrictionKind::Experimental),
];

/// How sentences begin that belong to the description, though they stand on the line of a restriction.
const GLUED: &[&str] = &["Calls the ", "Update the "];

impl Reader<'_> {
    pub(super) fn description<'p>(
        &mut self,
        intro: &SectionBlocks<'p>,
        route_at: usize,
    ) -> Intro<'p> {
        let mut out = Intro::default();
        let mut titled = false;
        for (at, block) in intro.blocks.iter().enumerate() {
            match &block.kind {
                _ if at == route_at => {}
                BlockKind::Heading(_) if !titled && at < route_at => titled = true,
                BlockKind::Heading(title) => out.heading(&text::line(self.text(*title))),
                BlockKind::Paragraph if self.is_lost_table(block) => self.stray(block),
                BlockKind::Paragraph => out.text(text::paragraph(self.text(block.span))),
                BlockKind::Item(span) => out.text(text::paragraph(self.text(*span))),
                BlockKind::Fence(fence) => {
                    self.closed(fence);
                    out.remark(text::code(self.text(fence.body)));
                }
                BlockKind::Table(table)
                    if out.tables.is_empty() && self.is_table(table, rows::PATH) =>
                {
                    out.tables.push(table)
                }
                BlockKind::Table(_) | BlockKind::Include(_) => self.stray(block),
                BlockKind::Rule => {}
            }
        }
        out
    }
}

impl Intro<'_> {
    fn heading(&mut self, title: &str) {
        let Some((kind, rest)) = RESTRICTIONS
            .iter()
            .find_map(|(start, kind)| Some((*kind, title.strip_prefix(start)?)))
        else {
            return self.remark(title.to_owned());
        };
        let rest = rest.trim_start_matches(['#', ' ']);
        let end = GLUED
            .iter()
            .filter_map(|start| sentence(rest, start))
            .min()
            .unwrap_or(rest.len());
        let mut restriction = rest[..end].trim().to_owned();
        self.slow_after_ms = self
            .slow_after_ms
            .or(phrase::take_threshold(&mut restriction));
        self.restrictions.push((kind, restriction));
        self.text(rest[end..].trim().to_owned());
    }

    fn text(&mut self, mut text: String) {
        if let Some(threshold) = phrase::take_threshold(&mut text) {
            self.slow_after_ms.get_or_insert(threshold);
        }
        self.deprecated |= phrase::is_deprecated(&text);
        let first =
            self.summary.is_none() && self.remarks.is_empty() && self.restrictions.is_empty();
        if first && !text.is_empty() {
            self.summary = Some(text.replace('\n', " "));
        } else {
            self.remark(text);
        }
    }

    fn remark(&mut self, text: String) {
        if !text.is_empty() {
            self.remarks.push(text);
        }
    }
}

/// Where a sentence of a text begins like this.
fn sentence(text: &str, start: &str) -> Option<usize> {
    text.match_indices(start)
        .map(|(at, _)| at)
        .find(|at| *at == 0 || text[..*at].ends_with(". "))
}
