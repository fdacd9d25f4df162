//! Takes a page and returns what it means: the draft of one operation, with types still as the words of the page. Refuses a
//! page without id, route or response; every other problem is reported, and the draft holds what was understood.

mod description;
mod phrase;
mod route;
mod rows;
mod sample;
mod section;
mod types;

use std::collections::HashSet;

use apidoc_model::api::{Segment, Verb, World};
use apidoc_model::{Code, Diagnostic, SourceFile, SourceMap, Span, Spanned};

use crate::draft::{Draft, RequestDraft, ResponseDraft, Row};
use crate::page::{Block, BlockKind, Page};
use crate::table::Table;
use crate::{pages, text};
use section::{Section, SectionBlocks};

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
        diagnostics: Vec::new(),
    };
    let draft = if page.refused {
        None
    } else {
        reader.draft(page)
    };
    if draft.is_none() {
        let start = Span {
            file: file.id,
            start: 0,
            end: 0,
        };
        reader.report(Diagnostic::new(
            Code::RejectedPage,
            start,
            "the page has not become an operation",
        ));
    }
    (draft, reader.diagnostics)
}

/// One page while it is read.
struct Reader<'s> {
    file: &'s SourceFile,
    sources: &'s SourceMap,
    rows: u32,
    refused_rows: u32,
    diagnostics: Vec<Diagnostic>,
}

/// The parts of a page that its route fence decides.
struct Route {
    verb: Verb,
    segments: Spanned<Vec<Segment>>,
    /// Position of the fence among the blocks of the intro.
    at: usize,
}

impl<'s> Reader<'s> {
    fn text(&self, span: Span) -> &'s str {
        self.file
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn draft(&mut self, page: &Page) -> Option<Draft> {
        let (sections, diagnostics) = section::sections(page, &self.file.text);
        self.diagnostics.extend(diagnostics);
        let id = self.id(page);
        let intro = sections.first()?;
        let route = self.route(intro);
        let find = |kind| sections.iter().find(|section| section.kind == kind);
        let response = self.response(
            find(Section::Response),
            find(Section::ResponseBody),
            intro.heading,
        );
        let (id, route, mut response) = (id?, route?, response?);
        let description = self.description(intro, route.at);
        let path = description
            .tables
            .iter()
            .flat_map(|table| self.rows(table, rows::PATH))
            .collect();
        self.same_parameters(&route.segments, &path);
        let query = self
            .table_of(find(Section::Query), rows::QUERY)
            .map(|table| self.rows(table, rows::QUERY))
            .unwrap_or_default();
        let headers = self.headers(find(Section::Headers));
        let request = find(Section::RequestBody).map(|section| self.request(section));
        self.refused(&sections);
        if let (None, Some(summary)) = (&response.named, &description.summary) {
            response.named = returns_array(&response)
                .then(|| phrase::named_element(summary))
                .flatten()
                .map(|value| Spanned {
                    value,
                    span: response.span,
                });
        }
        let (group, name) = pages::group_and_name(&self.file.path, &id.value);
        let mut draft = Draft {
            file: self.file.id,
            tree: self.file.tree,
            world: world(&route.segments.value),
            group,
            name,
            id,
            verb: route.verb,
            route: route.segments,
            summary: description.summary,
            remarks: description.remarks,
            restrictions: description.restrictions,
            deprecated: description.deprecated,
            slow_after_ms: description.slow_after_ms,
            path,
            query,
            headers: headers.names,
            content_types: headers.content_types,
            accept: headers.accept,
            request,
            response,
            request_sample: None,
            response_sample: None,
            rows: 0,
            diagnosed_rows: 0,
        };
        self.samples(&mut draft, &sections);
        (draft.rows, draft.diagnosed_rows) = (self.rows, self.refused_rows);
        Some(draft)
    }

    fn id(&mut self, page: &Page) -> Option<Spanned<String>> {
        let start = Span {
            file: page.file,
            start: 0,
            end: 0,
        };
        let Some(front) = &page.front else {
            self.report(Diagnostic::new(
                Code::MissingId,
                start,
                "the page has no front matter",
            ));
            return None;
        };
        let found = ["uid", "id"]
            .iter()
            .find_map(|key| front.iter().find(|(name, _)| self.text(*name) == *key));
        let Some((_, span)) = found else {
            self.report(Diagnostic::new(
                Code::MissingId,
                start,
                "the front matter has no `uid:`",
            ));
            return None;
        };
        let value = self.text(*span).to_owned();
        if !pages::is_operation_id(&value) {
            self.report(Diagnostic::new(
                Code::MissingId,
                *span,
                format!("`{value}` is not an id like `v1Group_Operation`"),
            ));
            return None;
        }
        Some(Spanned { value, span: *span })
    }

    fn route(&mut self, intro: &SectionBlocks<'_>) -> Option<Route> {
        let is_route = |block: &Block| matches!(&block.kind, BlockKind::Fence(fence) if self.text(fence.info) == "http");
        let Some(at) = intro.blocks.iter().position(is_route) else {
            self.report(Diagnostic::new(
                Code::MissingRoute,
                intro.heading,
                "there is no `http` fence before the first section",
            ));
            return None;
        };
        let Some(BlockKind::Fence(fence)) = intro.blocks.get(at).map(|block| &block.kind) else {
            return None;
        };
        self.closed(fence);
        let line = self.text(fence.body).trim();
        match route::route(line) {
            Ok((verb, value)) => Some(Route {
                verb,
                segments: Spanned {
                    value,
                    span: fence.body,
                },
                at,
            }),
            Err(message) => {
                self.report(Diagnostic::new(Code::BadRoute, fence.body, message));
                None
            }
        }
    }

    fn same_parameters(&mut self, route: &Spanned<Vec<Segment>>, path: &Vec<Row>) {
        let parameter = |segment: &Segment| {
            if let Segment::Parameter(name) = segment {
                Some(name.clone())
            } else {
                None
            }
        };
        let names: HashSet<String> = route.value.iter().filter_map(parameter).collect();
        for row in path.iter().filter(|row| !names.contains(&row.name.value)) {
            let message = format!("the route has no parameter `{}`", row.name.value);
            self.report(
                Diagnostic::new(Code::ParameterMismatch, row.name.span, message)
                    .note_at(route.span, "the route"),
            );
        }
        for name in names
            .iter()
            .filter(|name| path.iter().all(|row| row.name.value != **name))
        {
            let message = format!("no table describes the parameter `{name}` of the route");
            self.report(Diagnostic::new(
                Code::ParameterMismatch,
                route.span,
                message,
            ));
        }
    }

    /// The one table of a section; other contents than it, and example fences, are reported.
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
                BlockKind::Fence(fence) if self.text(fence.info) == "http" => self.closed(fence),
                _ => self.stray(block),
            }
        }
        found
    }

    fn headers(&mut self, section: Option<&SectionBlocks<'_>>) -> Headers {
        let mut headers = Headers::default();
        let Some(table) = self.table_of(section, rows::HEADERS) else {
            return headers;
        };
        for (cells, _) in self.cells(table, rows::HEADERS) {
            self.rows += 1;
            let name = phrase::name(self.text(cells.name));
            let media = || media_types(self.text(cells.description));
            match name.to_ascii_lowercase().as_str() {
                "content-type" => headers.content_types = media(),
                "accept" => headers.accept = media(),
                _ => {}
            }
            headers.names.push(Spanned {
                value: name,
                span: cells.name,
            });
        }
        headers
    }

    fn request(&mut self, section: &SectionBlocks<'_>) -> RequestDraft {
        let (name, kind) = self.name_and_kind(section);
        let mut request = RequestDraft {
            span: section.heading,
            name,
            kind,
            doc: String::new(),
            named: None,
            table: None,
        };
        for block in section.blocks {
            match &block.kind {
                BlockKind::Table(table)
                    if request.table.is_none() && self.is_table(table, rows::PROPERTIES) =>
                {
                    request.table = Some(self.rows(table, rows::PROPERTIES));
                }
                BlockKind::Paragraph if request.table.is_none() && !self.is_lost_table(block) => {
                    self.add_doc(&mut request.doc, &mut request.named, block);
                }
                _ => self.stray(block),
            }
        }
        request
    }

    fn name_and_kind(&mut self, section: &SectionBlocks<'_>) -> (String, Option<Spanned<String>>) {
        let Some(value) = section.value else {
            return (String::new(), None);
        };
        let raw = self.text(value);
        let Some((name, kind)) = raw.split_once(char::is_whitespace) else {
            return (raw.to_owned(), None);
        };
        let end = value.end;
        let start = end - u32::try_from(kind.trim_start().len()).unwrap_or(0);
        (name.to_owned(), self.kind(Some(Span { start, ..value })))
    }

    fn response(
        &mut self,
        response: Option<&SectionBlocks<'_>>,
        body: Option<&SectionBlocks<'_>>,
        intro: Span,
    ) -> Option<ResponseDraft> {
        let Some(section) = response else {
            self.report(Diagnostic::new(
                Code::MissingSection,
                intro,
                "there is no `Response` section",
            ));
            return None;
        };
        let kind = self.kind(section.value);
        let mut draft = ResponseDraft {
            span: section.heading,
            kind,
            label: None,
            doc: String::new(),
            named: None,
            statuses: Vec::new(),
            table: None,
        };
        let blocks = section
            .blocks
            .iter()
            .chain(body.map(|body| body.blocks).unwrap_or_default());
        for block in blocks {
            match &block.kind {
                BlockKind::Table(table)
                    if draft.statuses.is_empty() && self.is_table(table, rows::STATUSES) =>
                {
                    draft.statuses = self.statuses(table)
                }
                BlockKind::Table(table)
                    if draft.table.is_none() && self.is_table(table, rows::PROPERTIES) =>
                {
                    draft.table = Some(self.rows(table, rows::PROPERTIES));
                }
                BlockKind::Paragraph if draft.statuses.is_empty() && !self.is_lost_table(block) => {
                    self.add_doc(&mut draft.doc, &mut draft.named, block)
                }
                _ => self.stray(block),
            }
        }
        draft.label = self.kind(body.and_then(|body| body.value));
        if draft.statuses.is_empty() {
            self.report(Diagnostic::new(
                Code::MissingSection,
                section.heading,
                "the response has no table of status codes",
            ));
            return None;
        }
        Some(draft)
    }

    fn statuses(&mut self, table: &Table) -> Vec<(Spanned<u16>, String)> {
        let mut statuses = Vec::new();
        for (cells, _) in self.cells(table, rows::STATUSES) {
            let raw = self.text(cells.name);
            match raw.parse().ok().filter(|code| (100..600).contains(code)) {
                Some(value) => {
                    self.rows += 1;
                    statuses.push((
                        Spanned {
                            value,
                            span: cells.name,
                        },
                        text::line(self.text(cells.description)),
                    ));
                }
                None => self.refuse_row(
                    Code::BadStatus,
                    cells.name,
                    format!("`{raw}` is not an HTTP status code"),
                ),
            }
        }
        statuses
    }

    /// A type word of a heading, if there is one; an unknown one is reported.
    fn kind(&mut self, span: Option<Span>) -> Option<Spanned<String>> {
        let span = span?;
        let word = self.text(span);
        if !types::is_word_or_name(word) {
            self.report(Diagnostic::new(
                Code::UnknownType,
                span,
                format!("`{word}` is not a type that a body can have"),
            ));
            return None;
        }
        Some(Spanned {
            value: word.to_owned(),
            span,
        })
    }

    fn add_doc(&self, doc: &mut String, named: &mut Option<Spanned<String>>, block: &Block) {
        let text = text::paragraph(self.text(block.span));
        if named.is_none() {
            *named = phrase::named(&text).map(|value| Spanned {
                value,
                span: block.span,
            });
        }
        if !doc.is_empty() && !text.is_empty() {
            doc.push('\n');
        }
        doc.push_str(&text);
    }

    /// Text with lines that begin like rows: a table whose head is broken, so that markdown does not see it.
    fn is_lost_table(&self, block: &Block) -> bool {
        matches!(block.kind, BlockKind::Paragraph)
            && self
                .text(block.span)
                .lines()
                .any(|line| line.trim_start().starts_with('|'))
    }

    /// Reports a block that its section does not know, and counts its rows.
    fn stray(&mut self, block: &Block) {
        let diagnostic = match &block.kind {
            BlockKind::Table(table) => {
                self.refused_rows += rows::count(table);
                let place = table.header.first().copied().unwrap_or(block.span);
                Diagnostic::new(
                    Code::UnknownColumn,
                    place,
                    format!(
                        "no table of this section has a first column `{}`",
                        self.text(place)
                    ),
                )
            }
            BlockKind::Paragraph if self.is_lost_table(block) => {
                let lines = self
                    .text(block.span)
                    .lines()
                    .filter(|line| line.trim_start().starts_with('|'))
                    .count();
                self.refused_rows += u32::try_from(lines).unwrap_or(u32::MAX);
                Diagnostic::new(
                    Code::ShortRow,
                    block.span,
                    "these rows are no table: its header and the rule below it do not have the same cells",
                )
            }
            BlockKind::Rule => return,
            _ => Diagnostic::new(
                Code::StrayContent,
                block.span,
                "this part of the section is not read",
            ),
        };
        self.report(diagnostic);
    }

    fn closed(&mut self, fence: &crate::page::Fence) {
        if !fence.closed {
            self.report(Diagnostic::new(
                Code::UnclosedFence,
                fence.info,
                "the fence that begins here is not closed",
            ));
        }
    }

    fn refused(&mut self, sections: &[SectionBlocks<'_>]) {
        let refused = sections
            .iter()
            .filter(|section| section.kind == Section::Refused);
        for block in refused.flat_map(|section| section.blocks) {
            if let BlockKind::Table(table) = &block.kind {
                self.refused_rows += rows::count(table);
            }
        }
    }
}

/// The table of request headers.
#[derive(Default)]
struct Headers {
    names: Vec<Spanned<String>>,
    content_types: Vec<String>,
    accept: Vec<String>,
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

fn world(route: &[Segment]) -> World {
    let agents = route
        .iter()
        .any(|segment| matches!(segment, Segment::Literal(text) if text == "Agents"));
    if agents { World::Agent } else { World::Rest }
}

fn returns_array(response: &ResponseDraft) -> bool {
    [&response.kind, &response.label]
        .into_iter()
        .flatten()
        .any(|word| word.value.eq_ignore_ascii_case("array"))
}
