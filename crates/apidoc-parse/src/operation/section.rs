//! Takes the blocks of a page and returns them by section. A section is known by its heading, from the lists in this file, or,
//! with a warning, by the columns of the table right below it; any other heading belongs to the description before the first
//! known section, and opens a section that is set aside after it. A deeper heading of a section inside of it goes on with it.

use std::collections::HashSet;

use apidoc_model::{Code, Diagnostic, SourceFile, Span};

use super::tables::{self, Kind};
use crate::page::{Block, BlockKind, Page, span, trimmed};
use crate::table::Table;
use crate::text;

/// Sections of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Section {
    /// Title, route, description and the table of path parameters.
    Intro,
    /// Path parameters that stand behind the intro.
    Path,
    Query,
    Headers,
    RequestBody,
    Response,
    ResponseBody,
    RequestSample,
    ResponseSample,
    /// Unknown, or there already; diagnosed, and not read.
    Refused,
}

/// Headings in lower case, and whether a colon and a value may follow.
const KNOWN: &[(&str, bool, Section)] = &[
    ("query string parameters", false, Section::Query),
    ("request headers", false, Section::Headers),
    ("request body", true, Section::RequestBody),
    ("response body", true, Section::ResponseBody),
    ("response", true, Section::Response),
    ("responses", true, Section::Response),
    ("sample request", false, Section::RequestSample),
    ("sample response", false, Section::ResponseSample),
];

/// Other words for headings, in lower case. They count where the page has none of the usual ones for their section, and what
/// they announce stands right below.
const SYNONYMS: &[(&str, Section)] = &[
    ("path parameters", Section::Path),
    ("path parts", Section::Path),
    ("path string parameters", Section::Path),
    ("route parameters", Section::Path),
    ("query parameters", Section::Query),
    ("query string", Section::Query),
    ("headers", Section::Headers),
    ("http headers", Section::Headers),
    ("request sample", Section::RequestSample),
    ("request example", Section::RequestSample),
    ("example request", Section::RequestSample),
    ("response sample", Section::ResponseSample),
    ("response example", Section::ResponseSample),
    ("example response", Section::ResponseSample),
];

/// Sections have headings of up to three marks.
const DEEP: usize = 4;

/// One section of a page, or the part of one that begins with a deeper heading of its kind.
pub(super) struct SectionBlocks<'p> {
    pub(super) kind: Section,
    /// The heading; for the intro, the place where the page's body begins.
    pub(super) heading: Span,
    /// What follows the colon of the heading.
    pub(super) value: Option<Span>,
    pub(super) blocks: &'p [Block],
    /// How deep the heading is; text is as deep as the page.
    level: usize,
}

impl SectionBlocks<'_> {
    /// Whether a heading of this kind and depth, right behind this section, is a part of it.
    fn goes_on(&self, kind: Section, level: usize) -> bool {
        self.kind == kind && self.level < level
    }
}

/// The sections of a page, in order.
pub(super) struct Sections<'p>(Vec<SectionBlocks<'p>>);

impl<'p> Sections<'p> {
    /// What stands before the first known section.
    pub(super) fn intro(&self) -> Option<&SectionBlocks<'p>> {
        self.0.first()
    }

    pub(super) fn find(&self, kind: Section) -> Option<&SectionBlocks<'p>> {
        self.0.iter().find(|section| section.kind == kind)
    }

    /// The parts of a section.
    pub(super) fn parts(&self, kind: Section) -> impl Iterator<Item = &SectionBlocks<'p>> {
        self.0.iter().filter(move |section| section.kind == kind)
    }

    /// What the headings of a section say behind their colons.
    pub(super) fn values(&self, kind: Section) -> impl Iterator<Item = Span> {
        self.parts(kind).filter_map(|section| section.value)
    }

    /// The blocks of every section of a kind.
    pub(super) fn all(&self, kind: Section) -> impl Iterator<Item = &'p Block> {
        self.parts(kind).flat_map(|section| section.blocks)
    }
}

/// Cuts a page at its headings.
pub(super) fn sections<'p>(page: &'p Page, file: &SourceFile) -> (Sections<'p>, Vec<Diagnostic>) {
    let start = page.blocks.first().map_or(0, |block| block.span.start);
    let heading = Span {
        file: page.file,
        start,
        end: start,
    };
    let mut cutter = Cutter {
        file,
        blocks: &page.blocks,
        seen: HashSet::new(),
        has_properties: false,
        usual: None,
        has_one_body: None,
        in_route: None,
        sections: vec![SectionBlocks {
            kind: Section::Intro,
            heading,
            value: None,
            blocks: &page.blocks,
            level: 0,
        }],
        begun: 0,
        diagnostics: Vec::new(),
    };
    for (at, block) in page.blocks.iter().enumerate() {
        cutter.block(at, block);
    }
    (Sections(cutter.sections), cutter.diagnostics)
}

/// The sections that have one of the usual headings somewhere on a page.
fn usual(blocks: &[Block], text: &str) -> HashSet<Section> {
    let titles = blocks.iter().filter_map(|block| match block.kind {
        BlockKind::Heading(title) => Some(title),
        _ => None,
    });
    titles
        .filter(|title| !is_tab(text, *title))
        .filter_map(|title| Some(known(text, title)?.0))
        .collect()
}

/// Whether one table of properties stands right below an unknown heading, and no other does.
fn has_one_body(blocks: &[Block], file: &SourceFile) -> bool {
    let is_unknown = |block: &Block| matches!(block.kind, BlockKind::Heading(title) if known(&file.text, title).is_none());
    let is_body = |block: &Block| match &block.kind {
        BlockKind::Table(table) => tables::is_usual(file, table, tables::PROPERTIES),
        _ => false,
    };
    let pairs = blocks.iter().zip(blocks.iter().skip(1));
    let mut bodies = pairs.filter(|(above, block)| is_body(block) && is_unknown(above));
    bodies.next().is_some() && bodies.next().is_none()
}

/// A page while it is cut.
struct Cutter<'p, 'f> {
    file: &'f SourceFile,
    blocks: &'p [Block],
    /// The sections so far.
    seen: HashSet<Section>,
    /// Whether a table of properties stands behind the heading of the response.
    has_properties: bool,
    // What only unknown headings ask for, as soon as one has.
    /// The sections with a usual heading somewhere on the page.
    usual: Option<HashSet<Section>>,
    /// Whether one table of properties stands right below an unknown heading. Of several, none is known to be of the body.
    has_one_body: Option<bool>,
    /// The names in the braces of the intro.
    in_route: Option<HashSet<&'f str>>,
    sections: Vec<SectionBlocks<'p>>,
    /// Where the last section begins.
    begun: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'p> Cutter<'p, '_> {
    fn block(&mut self, at: usize, block: &'p Block) {
        if let BlockKind::Table(table) = &block.kind {
            self.table(table);
        }
        let Some((mut kind, value)) = self.announced(at, block) else {
            return;
        };
        let level = level(block, self.file);
        let last = self.sections.last_mut();
        let is_part = last.as_ref().is_some_and(|last| last.goes_on(kind, level));
        if kind == Section::Refused {
            self.diagnostics.push(unknown(block, self.file));
        } else if !self.seen.insert(kind) && !is_part {
            self.diagnostics.push(Diagnostic::new(
                Code::DuplicateSection,
                block.span,
                "the page has this section already",
            ));
            kind = Section::Refused;
        }
        if let Some(last) = last {
            last.blocks = self.blocks.get(self.begun..at).unwrap_or_default();
        }
        self.begun = at + 1;
        self.sections.push(SectionBlocks {
            kind,
            heading: block.span,
            value,
            blocks: self.blocks.get(self.begun..).unwrap_or_default(),
            level,
        });
    }

    /// Notes of what kind a table is, so that no heading opens a section for another of its kind.
    fn table(&mut self, table: &Table) {
        let is_of = |kind| tables::name_column(self.file, table, kind).is_some();
        if self.sections.len() == 1 && is_of(tables::PATH) {
            self.seen.insert(Section::Path);
        }
        self.has_properties |= self.seen.contains(&Section::Response) && is_of(tables::PROPERTIES);
    }

    /// The section that a block opens. Editions print the name of the response type as a heading or as a paragraph.
    fn announced(&mut self, at: usize, block: &Block) -> Option<(Section, Option<Span>)> {
        let last = self.sections.last().map(|last| last.kind);
        let (title, heading) = match block.kind {
            BlockKind::Heading(title) => (title, true),
            BlockKind::Paragraph if last == Some(Section::Response) => (block.span, false),
            _ => return None,
        };
        if is_tab(&self.file.text, title) {
            return None;
        }
        match known(&self.file.text, title) {
            Some((Section::ResponseBody, value)) => return Some((Section::ResponseBody, value)),
            _ if !heading => return None,
            Some(found) => return Some(found),
            // A heading this deep is a part of the section that it stands in.
            None if level(block, self.file) >= DEEP => return None,
            None => {}
        }
        let next = self.blocks.get(at + 1);
        let found = next.and_then(|next| match synonym(&self.file.text, title) {
            Some(section) => self.by_synonym(section, next),
            None => self.by_columns(block, next),
        });
        let is_behind_intro = last != Some(Section::Intro);
        let refused = is_behind_intro.then_some(Section::Refused);
        found.or(refused).map(|section| (section, None))
    }

    /// Whether a heading that says a section in other words opens it, with what stands right below it.
    fn by_synonym(&mut self, section: Section, next: &Block) -> Option<Section> {
        let is_table = |kind| match &next.kind {
            BlockKind::Table(table) => tables::name_column(self.file, table, kind).is_some(),
            _ => false,
        };
        let is_announced = match section {
            Section::Path => is_table(tables::HEADED_PATH),
            Section::Query => is_table(tables::QUERY),
            Section::Headers => is_table(tables::HEADERS),
            _ => matches!(next.kind, BlockKind::Fence(_) | BlockKind::Include(_)),
        };
        if !is_announced || !self.is_missing(section) {
            return None;
        }
        if section == Section::Path && self.sections.len() == 1 {
            // The description reads it.
            self.seen.insert(section);
            return None;
        }
        Some(section)
    }

    /// The section to which the table right below an unknown heading belongs, if there is one and the page does not have it.
    /// Below the title of the page stands what belongs to its description.
    fn by_columns(&mut self, heading: &Block, next: &Block) -> Option<Section> {
        let BlockKind::Table(table) = &next.kind else {
            return None;
        };
        if level(heading, self.file) <= 1 {
            return None;
        }
        let is_response = self.seen.contains(&Section::Response);
        let body = if is_response {
            Section::ResponseBody
        } else {
            Section::RequestBody
        };
        let kinds: [(Kind, Section); 4] = [
            (tables::QUERY, Section::Query),
            (tables::HEADERS, Section::Headers),
            (tables::PROPERTIES, body),
            (tables::STATUSES, Section::Response),
        ];
        let mut fitting = kinds
            .into_iter()
            .filter(|(kind, _)| tables::is_usual(self.file, table, *kind));
        let (_, section) = fitting.next()?;
        let is_clear = fitting.next().is_none()
            && match section {
                Section::Query => !self.has_parameter_of_route(table),
                Section::RequestBody => self.sections.len() > 1 && self.has_one_body(),
                Section::ResponseBody => !self.has_properties && self.has_one_body(),
                _ => true,
            };
        if !is_clear || !self.is_missing(section) {
            return None;
        }
        self.diagnostics.push(by_table(heading, self.file));
        Some(section)
    }

    /// Whether a page has no section of a kind, and this is where it may have one: nothing about the request stands behind the
    /// response.
    fn is_missing(&mut self, section: Section) -> bool {
        let is_late = self.seen.contains(&Section::Response);
        let may_be_late = matches!(
            section,
            Section::ResponseBody | Section::RequestSample | Section::ResponseSample
        );
        let (blocks, text) = (self.blocks, &self.file.text);
        (may_be_late || !is_late) && !self.seen.contains(&section) && {
            let usual = self.usual.get_or_insert_with(|| usual(blocks, text));
            !usual.contains(&section)
        }
    }

    fn has_one_body(&mut self) -> bool {
        let (blocks, file) = (self.blocks, self.file);
        *self
            .has_one_body
            .get_or_insert_with(|| has_one_body(blocks, file))
    }

    /// Whether a row of a table may be a parameter of the route, so that the table is not, or not only, about the query.
    fn has_parameter_of_route(&mut self, table: &Table) -> bool {
        let (blocks, file) = (self.blocks, self.file);
        let in_route = self.in_route.get_or_insert_with(|| in_braces(blocks, file));
        tables::names(file, table, tables::QUERY).any(|name| in_route.contains(name.as_str()))
    }
}

/// Whether a title is that of a tab, which is no section but one of several ways to show one: `[C#](#tab/cs)`.
pub(super) fn is_tab(text: &str, title: Span) -> bool {
    let raw = text.get(title.start as usize..title.end as usize);
    raw.is_some_and(|raw| raw.starts_with('[') && raw.ends_with(')') && raw.contains("](#tab/"))
}

/// The names in braces before the first table of a page.
fn in_braces<'f>(blocks: &[Block], file: &'f SourceFile) -> HashSet<&'f str> {
    let above = blocks
        .iter()
        .take_while(|block| !matches!(block.kind, BlockKind::Table(_)));
    let texts = above.flat_map(|block| file.at(block.span).split('{').skip(1));
    texts
        .filter_map(|text| Some(text.split_once('}')?.0))
        .collect()
}

/// Whether a title is that of the path parameters.
pub(super) fn is_path(text: &str, title: Span) -> bool {
    synonym(text, title) == Some(Section::Path)
}

/// The section of which a title is another word.
fn synonym(text: &str, title: Span) -> Option<Section> {
    let title = bare(text, title)?;
    let raw = text.get(title.start as usize..title.end as usize)?;
    let head = raw.strip_suffix(':').unwrap_or(raw);
    let (_, section) = SYNONYMS
        .iter()
        .find(|(name, _)| text::is_phrase(head, name))?;
    Some(*section)
}

/// How deep a heading is: how many marks it has, or how it is underlined. Text is as deep as the page.
fn level(block: &Block, file: &SourceFile) -> usize {
    let raw = file.at(block.span);
    let marks = raw.bytes().take_while(|byte| *byte == b'#').count();
    match block.kind {
        BlockKind::Heading(_) if marks == 0 => 1 + usize::from(raw.ends_with('-')),
        BlockKind::Heading(_) => marks,
        _ => 0,
    }
}

/// A title without the anchor behind it (`Response {#response}`), and without the link or the emphasis that is all of it.
fn bare(text: &str, title: Span) -> Option<Span> {
    let raw = text.get(title.start as usize..title.end as usize)?;
    let shown = raw.strip_suffix('}').and_then(|raw| raw.rsplit_once("{#"));
    let shown = shown.map_or(raw, |(shown, _)| shown.trim_end());
    let link = shown
        .strip_prefix('[')
        .and_then(|shown| shown.strip_suffix(')'));
    let label = link
        .and_then(|link| link.split_once("]("))
        .map(|(label, _)| label);
    let label = label.filter(|label| !label.contains('['));
    let label = label.unwrap_or(shown).trim_matches(['*', ' ']);
    let start = title.start as usize + raw.find(label)?;
    Some(span(title.file, start..start + label.len()))
}

/// The section that a title names, and the value behind the colon; no value where the title is the bare name.
fn known(text: &str, title: Span) -> Option<(Section, Option<Span>)> {
    let title = bare(text, title)?;
    let raw = text.get(title.start as usize..title.end as usize)?;
    if raw.contains('\n') {
        return None;
    }
    let (head, value) = raw
        .split_once(':')
        .map_or((raw, None), |(head, value)| (head, Some(value)));
    let (_, valued, kind) = KNOWN
        .iter()
        .find(|(name, ..)| text::is_phrase(head, name))?;
    if !valued && value.is_some_and(|rest| !rest.trim().is_empty()) {
        return None;
    }
    let behind =
        value.map(|rest| trimmed(text, title.end as usize - rest.len()..title.end as usize));
    let behind = behind
        .filter(|range| !range.is_empty())
        .map(|range| span(title.file, range));
    Some((*kind, behind))
}

fn unknown(block: &Block, file: &SourceFile) -> Diagnostic {
    let title = text::line(file.at(block.span));
    Diagnostic::new(
        Code::UnknownSection,
        block.span,
        format!("`{title}` is no section that a page has"),
    )
}

/// What is to be said where the table right below a heading says which section it is.
fn by_table(block: &Block, file: &SourceFile) -> Diagnostic {
    let title = text::line(file.at(block.span));
    let message = format!("`{title}` is known by the columns of its table alone");
    Diagnostic::new(Code::OddSection, block.span, message)
}
