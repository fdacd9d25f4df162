//! Takes the blocks of a page and returns them by section. A section is known by its heading, from the one list in this file;
//! a heading that is not in the list belongs to the description before the first known section, and opens a section that is set
//! aside after it.

use std::collections::HashSet;

use apidoc_model::{Code, Diagnostic, SourceFile, Span};

use crate::page::{Block, BlockKind, Page, span, trimmed};
use crate::text;

/// Sections of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Section {
    /// Title, route, description and the table of path parameters.
    Intro,
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

/// Sections have headings of up to three marks.
const DEEP: usize = 4;

/// One section of a page.
pub(super) struct SectionBlocks<'p> {
    pub(super) kind: Section,
    /// The heading; for the intro, the place where the page's body begins.
    pub(super) heading: Span,
    /// What follows the colon of the heading.
    pub(super) value: Option<Span>,
    pub(super) blocks: &'p [Block],
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

    /// The blocks of every section of a kind.
    pub(super) fn all(&self, kind: Section) -> impl Iterator<Item = &'p Block> {
        self.0
            .iter()
            .filter(move |section| section.kind == kind)
            .flat_map(|section| section.blocks)
    }
}

/// Cuts a page at its known headings.
pub(super) fn sections<'p>(page: &'p Page, file: &SourceFile) -> (Sections<'p>, Vec<Diagnostic>) {
    let start = page.blocks.first().map_or(0, |block| block.span.start);
    let heading = Span {
        file: page.file,
        start,
        end: start,
    };
    let mut out = vec![SectionBlocks {
        kind: Section::Intro,
        heading,
        value: None,
        blocks: &page.blocks,
    }];
    let mut seen = HashSet::new();
    let mut diagnostics = Vec::new();
    let mut begun = 0;
    for (at, block) in page.blocks.iter().enumerate() {
        let in_response = out
            .last()
            .is_some_and(|last| last.kind == Section::Response);
        let Some((mut kind, value)) = announced(block, file, in_response, out.len() > 1) else {
            continue;
        };
        if kind == Section::Refused {
            diagnostics.push(unknown(block, file));
        } else if !seen.insert(kind) {
            diagnostics.push(Diagnostic::new(
                Code::DuplicateSection,
                block.span,
                "the page has this section already",
            ));
            kind = Section::Refused;
        }
        if let Some(last) = out.last_mut() {
            last.blocks = page.blocks.get(begun..at).unwrap_or_default();
        }
        begun = at + 1;
        let blocks = page.blocks.get(begun..).unwrap_or_default();
        out.push(SectionBlocks {
            kind,
            heading: block.span,
            value,
            blocks,
        });
    }
    (Sections(out), diagnostics)
}

/// The section that a block opens. Editions print the name of the response type as a heading or as a paragraph.
fn announced(
    block: &Block,
    file: &SourceFile,
    in_response: bool,
    behind_intro: bool,
) -> Option<(Section, Option<Span>)> {
    let (title, heading) = match block.kind {
        BlockKind::Heading(title) => (title, true),
        BlockKind::Paragraph if in_response => (block.span, false),
        _ => return None,
    };
    let known = known(file, title);
    match known {
        Some((Section::ResponseBody, value)) => Some((Section::ResponseBody, value)),
        _ if !heading => None,
        Some(found) => Some(found),
        // A heading this deep is a part of the section that it stands in.
        None if level(block, file) >= DEEP => None,
        None => behind_intro.then_some((Section::Refused, None)),
    }
}

/// How many marks a heading has; one that is underlined has none.
fn level(block: &Block, file: &SourceFile) -> usize {
    let raw = file.at(block.span).bytes();
    raw.take_while(|byte| *byte == b'#').count()
}

/// A title without the anchor behind it (`Response {#response}`), and without the link or the emphasis that is all of it.
fn bare(file: &SourceFile, title: Span) -> Option<Span> {
    let raw = file.at(title);
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
fn known(file: &SourceFile, title: Span) -> Option<(Section, Option<Span>)> {
    let title = bare(file, title)?;
    let raw = file.at(title);
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
    let behind = value.map(|rest| {
        trimmed(
            &file.text,
            title.end as usize - rest.len()..title.end as usize,
        )
    });
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
