//! Takes the blocks of a page and returns them by section. A section is known by its heading, from the one list in this file;
//! a heading that is not in the list belongs to the description before the first known section, and opens a section that is set
//! aside after it. A deeper heading of a section inside of it goes on with it.

use std::collections::HashSet;

use apidoc_model::{Code, Diagnostic, Span};

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

    /// The blocks of every section of a kind.
    pub(super) fn all(&self, kind: Section) -> impl Iterator<Item = &'p Block> {
        self.parts(kind).flat_map(|section| section.blocks)
    }
}

/// Cuts a page at its known headings.
pub(super) fn sections<'p>(page: &'p Page, text: &str) -> (Sections<'p>, Vec<Diagnostic>) {
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
        level: 0,
    }];
    let mut seen = HashSet::new();
    let mut diagnostics = Vec::new();
    let mut begun = 0;
    for (at, block) in page.blocks.iter().enumerate() {
        let in_response = out
            .last()
            .is_some_and(|last| last.kind == Section::Response);
        let Some((mut kind, value)) = announced(block, text, in_response, out.len() > 1) else {
            continue;
        };
        let level = level(block, text);
        let is_part = out.last().is_some_and(|last| last.goes_on(kind, level));
        if kind == Section::Refused {
            diagnostics.push(unknown(block, text));
        } else if !seen.insert(kind) && !is_part {
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
            level,
        });
    }
    (Sections(out), diagnostics)
}

/// The section that a block opens. Editions print the name of the response type as a heading or as a paragraph.
fn announced(
    block: &Block,
    text: &str,
    in_response: bool,
    behind_intro: bool,
) -> Option<(Section, Option<Span>)> {
    let (title, heading) = match block.kind {
        BlockKind::Heading(title) => (title, true),
        BlockKind::Paragraph if in_response => (block.span, false),
        _ => return None,
    };
    let known = known(text, title);
    match known {
        Some((Section::ResponseBody, value)) => Some((Section::ResponseBody, value)),
        _ if !heading => None,
        Some(found) => Some(found),
        // A heading this deep is a part of the section that it stands in.
        None if level(block, text) >= DEEP => None,
        None => behind_intro.then_some((Section::Refused, None)),
    }
}

/// How deep a heading is: how many marks it has, or how it is underlined. Text is as deep as the page.
fn level(block: &Block, text: &str) -> usize {
    let raw = text.get(block.span.start as usize..block.span.end as usize);
    let raw = raw.unwrap_or("");
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

fn unknown(block: &Block, text: &str) -> Diagnostic {
    let title = text::line(
        text.get(block.span.start as usize..block.span.end as usize)
            .unwrap_or(""),
    );
    Diagnostic::new(
        Code::UnknownSection,
        block.span,
        format!("`{title}` is no section that a page has"),
    )
}
