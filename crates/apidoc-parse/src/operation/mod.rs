//! Takes a page and returns what it means: the draft of one operation, with types still as the words of the page. Refuses a
//! page without id, route or response, and sets one aside whose verb the SDK has not; every other problem is reported, and the
//! draft holds what was understood.

mod body;
mod description;
mod front;
mod marker;
mod naming;
mod parameters;
mod phrase;
mod route;
mod rows;
mod sample;
mod section;
mod shown;
mod tables;
mod values;

use std::collections::{BTreeMap, HashSet};

use apidoc_model::api::{Segment, Verb, World};
use apidoc_model::{Code, Diagnostic, FileId, SourceFile, SourceMap, Span, Spanned};

use crate::draft::{Draft, ResponseDraft};
use crate::page::{Block, BlockKind, Fence, Page, span};
use crate::pages;
use crate::text;
pub(crate) use description::RESTRICTIONS;
pub(crate) use marker::{Subject, is_deprecated, required_before};
pub(crate) use naming::named;
pub(crate) use phrase::{DEPRECATED, MODEL};
pub(crate) use sample::fence_word;
use section::{Section, SectionBlocks, Sections};
pub(crate) use shown::route_in;

/// Reads what a page means.
#[must_use]
pub fn operation(page: &Page, sources: &SourceMap) -> (Option<Draft>, Vec<Diagnostic>) {
    let Some(file) = sources.file(page.file) else {
        return (None, Vec::new());
    };
    let mut reader = Reader {
        file,
        sources,
        rows: 0,
        refused_rows: 0,
        set_aside: false,
        under: None,
        included: HashSet::new(),
        diagnostics: Vec::new(),
    };
    let draft = if page.refused {
        None
    } else {
        reader.draft(page)
    };
    if draft.is_none() && !reader.set_aside {
        let message = "the page has not become an operation";
        reader.report(Diagnostic::new(
            Code::RejectedPage,
            span(file.id, 0..0),
            message,
        ));
    }
    reader.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    (draft, reader.diagnostics)
}

/// One page while it is read.
struct Reader<'s> {
    file: &'s SourceFile,
    sources: &'s SourceMap,
    /// Table rows that became part of the draft.
    rows: u32,
    /// Table rows that were reported instead.
    refused_rows: u32,
    /// Whether the page is understood, and describes nothing that the SDK can have.
    set_aside: bool,
    /// The unknown heading below which the description goes on.
    under: Option<Span>,
    /// Included files that were read.
    included: HashSet<FileId>,
    diagnostics: Vec<Diagnostic>,
}

/// What the first fence of a page says.
struct Route {
    verb: Verb,
    segments: Spanned<Vec<Segment>>,
    /// Position of the fence among the blocks of the intro.
    at: usize,
}

impl<'s> Reader<'s> {
    fn draft(&mut self, page: &Page) -> Option<Draft> {
        let (sections, diagnostics) = section::sections(page, self.file);
        self.diagnostics.extend(diagnostics);
        let intro = sections.intro()?;
        let id = self.id(page);
        let route = self.route(intro);
        let response = self.response(&sections, intro.heading);
        let (id, route, response) = (id?, route?, response?);
        let fence_at = route.at;
        let mut draft = blank(self.file, id, route, response);
        self.describe(&mut draft, page, intro, fence_at);
        self.front(&mut draft, page);
        self.parameters(&mut draft, &sections);
        draft.request = self.request(&sections);
        body::name_contents(&mut draft);
        self.samples(&mut draft, &sections);
        body::find_list(&mut draft);
        self.count_refused(&sections);
        self.check_rows(page, draft.id.span);
        (draft.rows, draft.diagnosed_rows) = (self.rows, self.refused_rows);
        Some(draft)
    }

    fn route(&mut self, intro: &SectionBlocks<'_>) -> Option<Route> {
        let Some((at, place)) = self.route_place(intro) else {
            self.report(Diagnostic::new(
                Code::MissingRoute,
                intro.heading,
                "there is no `http` fence before the first section",
            ));
            return None;
        };
        if let BlockKind::Fence(fence) = intro.blocks[at].kind {
            self.check_closed(&fence);
        }
        let line = self.text(place).trim();
        if let Some(verb) = route::unsupported_verb(line) {
            let message = format!("there are no operations with the verb `{verb}`");
            self.report(Diagnostic::new(Code::UnsupportedVerb, place, message));
            self.set_aside = true;
            return None;
        }
        let plain = route::plain(line);
        let read = route::route(&plain);
        if plain != line && read.is_ok() && route::route(line) != read {
            let message = format!("`{line}` is read as `{plain}`");
            self.report(Diagnostic::new(Code::OddRoute, place, message));
        }
        match read.or_else(|_| route::route(line)) {
            Ok((verb, value)) => Some(Route {
                verb,
                segments: Spanned { value, span: place },
                at,
            }),
            Err(message) => {
                self.report(Diagnostic::new(Code::BadRoute, place, message));
                None
            }
        }
    }

    /// The block that shows the route, and the place of the route in it: the first `http` fence; where a page has none, the
    /// first fence without a word, or text in back ticks, that is a route and nothing else.
    fn route_place(&mut self, intro: &SectionBlocks<'_>) -> Option<(usize, Span)> {
        let blocks = || intro.blocks.iter().enumerate();
        let announced =
            blocks().find_map(|(at, block)| Some((at, shown::announced(self.file, block)?)));
        if announced.is_some() {
            return announced;
        }
        let (at, place) = blocks().find_map(|(at, block)| {
            let place = shown::unannounced(self.file, block)?;
            let is_route = route::route(&route::plain(self.text(place).trim())).is_ok();
            is_route.then_some((at, place))
        })?;
        let message = "the route is not in an `http` fence";
        self.report(Diagnostic::new(Code::OddRoute, place, message));
        Some((at, place))
    }

    fn text(&self, span: Span) -> &'s str {
        self.file.at(span)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn check_closed(&mut self, fence: &Fence) {
        if !fence.closed {
            self.report(Diagnostic::new(
                Code::UnclosedFence,
                fence.info,
                "the fence that begins here is not closed",
            ));
        }
    }

    /// Text with lines that begin like rows, or with a rule between columns: a table whose head is broken, so that markdown
    /// does not see it.
    fn is_lost_table(&self, block: &Block) -> bool {
        matches!(block.kind, BlockKind::Paragraph | BlockKind::Item(_))
            && self
                .text(block.span)
                .lines()
                .map(str::trim)
                .any(|line| line.starts_with('|') || is_bare_rule(line))
    }

    fn lines_like_rows(&self, block: &Block) -> u32 {
        let lines = || self.text(block.span).lines().map(str::trim);
        let is_bare = lines().any(is_bare_rule);
        let is_row = |line: &&str| line.starts_with('|') || is_bare && line.contains('|');
        let all = lines().filter(is_row).count();
        // A rule is no row, and neither is the header that it belongs to.
        let is_rule = |line: &&str| line.starts_with("|--") || is_bare_rule(line);
        let rules = lines().filter(is_rule).count();
        u32::try_from(all.saturating_sub(2 * rules)).unwrap_or(u32::MAX)
    }

    /// Reports a block that its section does not know, and counts its rows.
    fn stray(&mut self, block: &Block) {
        let diagnostic = match &block.kind {
            BlockKind::Rule => return,
            BlockKind::Heading(title) if section::is_tab(&self.file.text, *title) => return,
            BlockKind::Table(table) => {
                self.refused_rows += rows::count(table);
                let place = table.header.first().copied().unwrap_or(block.span);
                let message = self.unread(self.text(place));
                Diagnostic::new(Code::UnknownColumn, place, message)
            }
            _ if self.is_lost_table(block) => {
                self.refused_rows += self.lines_like_rows(block);
                Diagnostic::new(
                    Code::ShortRow,
                    block.span,
                    "these rows are no table: the header and the rule below it do not fit",
                )
            }
            _ => Diagnostic::new(
                Code::StrayContent,
                block.span,
                "this part of the section is not read",
            ),
        };
        self.report(diagnostic);
    }

    /// Why a table with such a first column is not read.
    fn unread(&self, column: &str) -> String {
        let Some(heading) = self.under else {
            return format!(
                "this section has no table with a first column `{column}`, or has it already"
            );
        };
        let heading = text::line(self.text(heading));
        format!(
            "`{heading}` is no section that a page has, so that the table below it with a first column `{column}` is not read"
        )
    }

    /// Rows in sections that are not read at all.
    fn count_refused(&mut self, sections: &Sections<'_>) {
        for block in sections.all(Section::Refused) {
            self.refused_rows += self.rows_in(block);
        }
    }

    /// The law of conservation: every row of every table of a page is in the draft, or was reported.
    fn check_rows(&mut self, page: &Page, place: Span) {
        let all: u32 = page.blocks.iter().map(|block| self.rows_in(block)).sum();
        let known = self.rows + self.refused_rows;
        if all != known {
            let message = format!("the tables of the page have {all} rows, {known} were read");
            self.report(Diagnostic::new(Code::NotConserved, place, message));
        }
    }

    fn rows_in(&self, block: &Block) -> u32 {
        match &block.kind {
            BlockKind::Table(table) => rows::count(table),
            _ if self.is_lost_table(block) => self.lines_like_rows(block),
            _ => 0,
        }
    }
}

/// Whether a line is the rule below the header of a table without pipes around its rows: `---|---`.
fn is_bare_rule(line: &str) -> bool {
    line.starts_with(['-', ':'])
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '-' | ':' | '|' | ' '))
}

/// Whether the words behind an opening fence say that it shows HTTP: the first one does, in any case; attributes may follow.
fn is_http(info: &str) -> bool {
    let word = info.split([' ', '\t', '{']).next().unwrap_or("");
    word.eq_ignore_ascii_case("http")
}

/// A draft that holds what every page must have, and nothing else yet.
fn blank(file: &SourceFile, id: Spanned<String>, route: Route, response: ResponseDraft) -> Draft {
    let (group, name) = pages::group_and_name(&file.path, &id.value);
    Draft {
        file: file.id,
        tree: file.tree,
        world: world(&route.segments.value),
        group,
        name,
        id,
        verb: route.verb,
        route: route.segments,
        summary: None,
        remarks: Vec::new(),
        restrictions: Vec::new(),
        deprecated: false,
        slow_after_ms: None,
        path: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        header_docs: BTreeMap::new(),
        content_types: Vec::new(),
        accept: Vec::new(),
        request: None,
        response,
        request_sample: None,
        response_sample: None,
        included: Vec::new(),
        rows: 0,
        diagnosed_rows: 0,
    }
}

/// `/api/v1/Agents/…` is the one world, everything else the other.
fn world(route: &[Segment]) -> World {
    match route.get(2) {
        Some(Segment::Literal(text)) if text == "Agents" => World::Agent,
        _ => World::Rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\nuid: v1CatAgent_Feed\n---\n\n| A | B |\n|---|---|\n| a | b |\n| c | d |\n\n\
        | A |\n|---|---|\n| a | b |\n";

    /// A reader that forgets rows, or counts some twice, is found out.
    #[test]
    fn rows_that_are_not_accounted_for_are_a_defect() {
        let mut sources = SourceMap::new();
        let id = sources.add(0, "a.md", "a.md", PAGE);
        let Some(file) = sources.file(id) else {
            return;
        };
        let page = crate::page(file).0;
        let place = Span {
            file: id,
            start: 0,
            end: 3,
        };
        // Rows that were read, rows that were reported, and what is said.
        let table = [
            (3, 0, None),
            (0, 3, None),
            (1, 2, None),
            (
                2,
                0,
                Some("the tables of the page have 3 rows, 2 were read"),
            ),
            (
                2,
                2,
                Some("the tables of the page have 3 rows, 4 were read"),
            ),
        ];
        for (rows, refused_rows, expected) in table {
            let mut reader = Reader {
                file,
                sources: &sources,
                rows,
                refused_rows,
                set_aside: false,
                under: None,
                included: HashSet::new(),
                diagnostics: Vec::new(),
            };
            reader.check_rows(&page, place);
            let said = reader.diagnostics.iter().map(|diagnostic| {
                assert_eq!(
                    (diagnostic.code, diagnostic.span),
                    (Code::NotConserved, Some(place))
                );
                diagnostic.message.as_str()
            });
            assert_eq!(said.collect::<Vec<_>>(), Vec::from_iter(expected));
        }
    }
}
