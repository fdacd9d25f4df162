//! Takes the sections of query parameters and headers, and returns their rows in the draft. Refuses parameters of the path
//! that the route does not have, and the other way round; anything but the section's table and its examples is reported.

use std::collections::BTreeSet;

use apidoc_model::api::Segment;
use apidoc_model::{Code, Diagnostic, Spanned};

use super::section::{Section, SectionBlocks, Sections};
use super::{Reader, phrase, rows};
use crate::draft::Draft;
use crate::page::BlockKind;
use crate::table::Table;

impl Reader<'_> {
    pub(super) fn parameters(&mut self, draft: &mut Draft, sections: &Sections<'_>) {
        self.check_path(draft);
        if let Some(table) = self.table_of(sections.find(Section::Query), rows::QUERY) {
            draft.query = self.rows(table, rows::QUERY);
        }
        if let Some(table) = self.table_of(sections.find(Section::Headers), rows::HEADERS) {
            self.headers(draft, table);
        }
    }

    fn check_path(&mut self, draft: &Draft) {
        let in_route: BTreeSet<&str> = draft.route.value.iter().filter_map(parameter).collect();
        for row in draft
            .path
            .iter()
            .filter(|row| !in_route.contains(row.name.value.as_str()))
        {
            let message = format!("the route has no parameter `{}`", row.name.value);
            self.report(
                Diagnostic::new(Code::ParameterMismatch, row.name.span, message)
                    .note_at(draft.route.span, "the route"),
            );
        }
        let in_table: BTreeSet<&str> = draft
            .path
            .iter()
            .map(|row| row.name.value.as_str())
            .collect();
        for name in in_route.difference(&in_table) {
            let message = format!("no table describes the parameter `{name}` of the route");
            self.report(Diagnostic::new(
                Code::ParameterMismatch,
                draft.route.span,
                message,
            ));
        }
    }

    /// The one table of a section.
    fn table_of<'p>(
        &mut self,
        section: Option<&SectionBlocks<'p>>,
        kind: rows::Kind,
    ) -> Option<&'p Table> {
        let mut found = None;
        for block in section?.blocks {
            match &block.kind {
                BlockKind::Table(table) if found.is_none() && self.is_table(table, kind) => {
                    found = Some(table)
                }
                BlockKind::Fence(fence) if self.text(fence.info) == "http" => {
                    self.check_closed(fence)
                }
                _ => self.stray(block),
            }
        }
        found
    }

    fn headers(&mut self, draft: &mut Draft, table: &Table) {
        for cells in self.cells(table, rows::HEADERS) {
            self.rows += 1;
            let name = phrase::name(self.text(cells.name));
            let media = media_types(self.text(cells.description));
            match name.to_ascii_lowercase().as_str() {
                "content-type" => draft.content_types = media,
                "accept" => draft.accept = media,
                _ => {}
            }
            draft.headers.push(Spanned {
                value: name,
                span: cells.name,
            });
        }
    }
}

fn parameter(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Parameter(name) => Some(name),
        Segment::Literal(_) => None,
    }
}

/// What stands between back ticks.
fn media_types(description: &str) -> Vec<String> {
    description
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::trim)
        .filter(|media| media.contains('/'))
        .map(str::to_owned)
        .collect()
}
