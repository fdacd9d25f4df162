//! Takes one file and returns what is on the page: front matter, headings, paragraphs, tables, fences, includes, each as byte
//! spans into the untouched text, without comments, imports of MDX and the tags around its elements. Refuses a file that is too
//! large and one on which the markdown library fails; anything else becomes a block, also text that the library itself would
//! not print.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use apidoc_model::{Code, Diagnostic, FileId, SourceFile, Span};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use crate::element::{COMMENT, Elements, Tag as Element};
use crate::front_matter::{FrontMatter, beginning, front_matter};
use crate::table::{self, Table};
use crate::text;

/// Pages are a few kilobytes, the largest real one has 63.
pub const PAGE_CAP: usize = 4 << 20;

/// How often a page is read anew behind a tag, so that none takes much longer than its length.
const READINGS: usize = 16;

/// What is on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The file.
    pub file: FileId,
    /// `key: value` lines of the front matter; `None` where there is none.
    pub front: Option<Vec<(Span, Span)>>,
    /// Everything below the front matter, in order.
    pub blocks: Vec<Block>,
    /// Whether the file was refused, so that there is nothing to read.
    pub refused: bool,
}

/// One block of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Which kind, and its parts.
    pub kind: BlockKind,
    /// All of it.
    pub span: Span,
}

/// Kinds of blocks.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    /// A heading; the span is its text without the marks and blanks around it.
    Heading(Span),
    /// A paragraph, or any other running text.
    Paragraph,
    /// An item of a list, without its mark.
    Item(Span),
    /// A fence or an indented block.
    Fence(Fence),
    /// A table.
    Table(Table),
    /// `[!include[text](target)]`, alone in its paragraph; the span is the target.
    Include(Span),
    /// A horizontal rule.
    Rule,
}

/// A code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// The word after the opening fence; empty for indented code.
    pub info: Span,
    /// What stands between the fences, whole lines.
    pub body: Span,
    /// Whether the closing fence is there.
    pub closed: bool,
}

/// Reads a file.
#[must_use]
pub fn page(file: &SourceFile) -> (Page, Vec<Diagnostic>) {
    let mut page = Page {
        file: file.id,
        front: None,
        blocks: Vec::new(),
        refused: false,
    };
    if file.text.len() > PAGE_CAP {
        page.refused = true;
        let message = format!(
            "the file has {} bytes, more than the cap of {PAGE_CAP}",
            file.text.len()
        );
        return (
            page,
            vec![Diagnostic::new(
                Code::TooLarge,
                span(file.id, 0..0),
                message,
            )],
        );
    }
    let mut diagnostics = invisible_characters(file);
    let mut body = beginning(&file.text);
    if let Some(FrontMatter {
        entries,
        end: Some(end),
    }) = front_matter(&file.text)
    {
        let spans = |(key, value)| (span(file.id, key), span(file.id, value));
        page.front = Some(entries.into_iter().map(spans).collect());
        body = end;
    }
    // A library that meets text nobody thought of must cost one page, not the run.
    match catch_unwind(AssertUnwindSafe(|| blocks(file, body))) {
        Ok(blocks) => page.blocks = blocks,
        Err(_) => {
            page.refused = true;
            diagnostics.push(Diagnostic::new(
                Code::RejectedPage,
                span(file.id, 0..0),
                "the markdown library failed on this page",
            ));
        }
    }
    (page, diagnostics)
}

/// Byte range to span. Files above the cap have no spans, so that the offsets always fit.
pub(crate) fn span(file: FileId, range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        file,
        start: offset(range.start),
        end: offset(range.end),
    }
}

/// The part of `range` without white space around it.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

fn invisible_characters(file: &SourceFile) -> Vec<Diagnostic> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let skipped = file.text.len() - text.len();
    let Some((at, count)) = text::invisible(text) else {
        return Vec::new();
    };
    let at = at + skipped;
    let width = file.text[at..].chars().next().map_or(1, char::len_utf8);
    let code = file.text[at..].chars().next().map_or(0, u32::from);
    let message = format!("{count} invisible character(s), the first is U+{code:04X}");
    vec![Diagnostic::new(
        Code::TextNormalised,
        span(file.id, at..at + width),
        message,
    )]
}

fn blocks(file: &SourceFile, body: usize) -> Vec<Block> {
    let mut reader = Blocks {
        file,
        body,
        covered: body,
        skipped: body,
        unclosed: false,
        depth: 0,
        list: None,
        readings: 0,
        anew: Some(body),
        begun: body,
        elements: None,
        blocks: Vec::new(),
    };
    while let Some(at) = reader.anew.take() {
        reader.read(at);
    }
    reader.fill_gap(file.text.len());
    reader.blocks
}

struct Blocks<'f> {
    file: &'f SourceFile,
    /// Where the library has begun.
    body: usize,
    /// Up to where the text is in some block.
    covered: usize,
    /// Up to where the text was passed over last.
    skipped: usize,
    /// Whether a comment of MDX was found that nothing closes.
    unclosed: bool,
    depth: usize,
    /// End of the list that is being read.
    list: Option<usize>,
    readings: usize,
    /// Where the library must begin anew.
    anew: Option<usize>,
    /// Where it began first.
    begun: usize,
    /// Made once there is a line that may be a tag, of all the text.
    elements: Option<Elements<'f>>,
    blocks: Vec<Block>,
}

impl<'f> Blocks<'f> {
    /// Reads the rest of the page, or up to where the library must begin anew.
    fn read(&mut self, body: usize) {
        (self.body, self.depth) = (body, 0);
        self.readings += 1;
        let parser = Parser::new_ext(&self.file.text[body..], Options::ENABLE_TABLES);
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(tag) => {
                    self.start(&tag, range);
                    self.depth += 1;
                }
                Event::End(_) => self.end(),
                Event::Rule if self.depth == 0 => self.push(range, |_, _| BlockKind::Rule),
                _ => {}
            }
            if self.anew.is_some() {
                return;
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        if self.depth == 0 && self.body + range.start < self.skipped {
            // Markdown sees blocks in comments of MDX, which may end inside one.
            self.push_text(self.skipped - self.body..range.end);
            return;
        }
        match (self.depth, tag) {
            (0, Tag::Heading { .. }) => self.push(range, heading),
            (0, Tag::Paragraph) => self.paragraph(range),
            (0, Tag::CodeBlock(kind)) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                self.push(range, |file, range| {
                    BlockKind::Fence(if fenced {
                        fence(file, range)
                    } else {
                        indented(file, range)
                    })
                });
            }
            (0, Tag::Table(_)) => {
                let end = table::end(&self.file.text[self.body..], range.clone());
                self.push(range.start..end, |file, range| {
                    BlockKind::Table(table::table(file, range))
                });
                self.push_text(end..range.end);
            }
            (0, Tag::List(_)) => {
                self.fill_gap(self.body + range.start);
                self.list = Some(self.body + range.end);
            }
            (0, Tag::HtmlBlock) => self.html(range),
            (1, Tag::Item) if self.list.is_some() => {
                self.push(range, |file, range| BlockKind::Item(item(file, range)))
            }
            (0, _) => self.push(range, |_, _| BlockKind::Paragraph),
            _ => {}
        }
    }

    fn end(&mut self) {
        self.depth -= 1;
        if self.depth == 0
            && let Some(end) = self.list.take()
        {
            self.fill_gap(end);
        }
    }

    fn paragraph(&mut self, range: Range<usize>) {
        let text = &self.file.text[self.body..];
        let shown = &text[range.clone()];
        if shown.starts_with(COMMENT.0) && !self.unclosed {
            let Some(end) = text[range.start..].find(COMMENT.1) else {
                self.unclosed = true;
                return self.paragraph(range);
            };
            let end = range.start + end + COMMENT.1.len();
            self.skip(range.start..end);
            self.push_text(end..range.end);
        } else if self.blocks.is_empty() && is_module(shown) {
            self.skip(range);
        } else if shown.contains("</") {
            self.lines(range, false);
        } else {
            self.push(range, |file, range| {
                include(file, range).map_or(BlockKind::Paragraph, BlockKind::Include)
            });
        }
    }

    /// To markdown everything up to a blank line belongs to the tag before it; a heading in there is still a heading, and a
    /// fence a fence. The library has not seen where that one ends.
    fn html(&mut self, range: Range<usize>) {
        let text = &self.file.text[self.body..][range.clone()];
        let shown = text.trim();
        if shown.starts_with("<!--") && shown.find("-->") == shown.len().checked_sub(3) {
            // A comment is not part of what the page says.
            return self.skip(range);
        }
        self.lines(range, true);
    }

    /// Text whose lines may be tags of elements, which say nothing, and headings.
    fn lines(&mut self, range: Range<usize>, is_html: bool) {
        let text = &self.file.text[self.body..][range.clone()];
        let (mut begun, mut at) = (range.start, range.start);
        for line in text.split_inclusive('\n') {
            let next = at + line.len();
            let is_heading =
                || line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
            if is_html && is_heading() {
                self.push_text(begun..at);
                self.push(at..next, heading);
                begun = next;
            } else if is_html && is_fence(line) && self.readings < READINGS {
                self.push_text(begun..at);
                self.anew = Some(self.body + at);
                return;
            } else if self.is_wrapper(line, at) {
                self.push_text(begun..at);
                self.skip(at..next);
                begun = next;
            }
            at = next;
        }
        self.push_text(begun..range.end);
    }

    /// Whether a line is nothing but the tag of an element.
    fn is_wrapper(&mut self, line: &str, at: usize) -> bool {
        let Some(tag) = Element::alone(line) else {
            return false;
        };
        let text = &self.file.text[self.begun..];
        let elements = self.elements.get_or_insert_with(|| Elements::of(text));
        let indent = line.len() - line.trim_start().len();
        elements.has(&tag, self.body + at + indent - self.begun)
    }

    /// Passes over a part of the text that says nothing.
    fn skip(&mut self, range: Range<usize>) {
        self.fill_gap(self.body + range.start);
        self.skipped = self.body + range.end;
        self.covered = self.covered.max(self.skipped);
    }

    fn push_text(&mut self, range: Range<usize>) {
        let text = self.file.text[self.body..].get(range.clone());
        if text.is_some_and(|text| !text.trim().is_empty()) {
            self.push(range, |_, _| BlockKind::Paragraph);
        }
    }

    fn push(
        &mut self,
        range: Range<usize>,
        kind: impl FnOnce(&SourceFile, Range<usize>) -> BlockKind,
    ) {
        let range = self.body + range.start..self.body + range.end;
        self.fill_gap(range.start);
        self.covered = self.covered.max(range.end);
        let content = trimmed(&self.file.text, range.clone());
        self.blocks.push(Block {
            kind: kind(self.file, range),
            span: span(self.file.id, content),
        });
    }

    /// Text between two blocks is something that markdown does not print, a reference definition: it is read like a paragraph.
    fn fill_gap(&mut self, until: usize) {
        let gap = trimmed(&self.file.text, self.covered..until.max(self.covered));
        if !gap.is_empty() {
            self.blocks.push(Block {
                kind: BlockKind::Paragraph,
                span: span(self.file.id, gap),
            });
        }
        self.covered = self.covered.max(until);
    }
}

/// Whether a line opens a fence.
fn is_fence(line: &str) -> bool {
    let opened = line.trim_start_matches(' ');
    let is_indented = line.len() - opened.len() > 3;
    !is_indented && (opened.starts_with("```") || opened.starts_with("~~~"))
}

/// Whether a paragraph is nothing but what a page of MDX imports or exports: prose ends otherwise.
fn is_module(text: &str) -> bool {
    let begins = text.starts_with("import ") || text.starts_with("export ");
    begins && text.trim_end().ends_with(['"', '\'', ';', '}', ')'])
}

fn heading(file: &SourceFile, range: Range<usize>) -> BlockKind {
    let raw = &file.text[range.clone()];
    let opened = raw.trim_start();
    let mut content = range.start + (raw.len() - opened.len())..range.end;
    let marks = opened.bytes().take_while(|b| *b == b'#').count();
    content.start += marks;
    content = trimmed(&file.text, content);
    let inner = &file.text[content.clone()];
    let unclosed = inner.trim_end_matches('#');
    if marks > 0 && (unclosed.is_empty() || unclosed.ends_with([' ', '\t'])) {
        content.end = content.start + unclosed.trim_end().len();
    }
    if marks == 0 {
        content.end = content.start
            + inner
                .rfind('\n')
                .map_or(inner.len(), |at| inner[..at].trim_end().len());
    }
    BlockKind::Heading(span(file.id, content))
}

fn fence(file: &SourceFile, range: Range<usize>) -> Fence {
    let raw = &file.text[range.clone()];
    let opened = raw.trim_start_matches(' ');
    let mark = opened.chars().next().unwrap_or('`');
    let length = opened.len() - opened.trim_start_matches(mark).len();
    let info_start = range.start + (raw.len() - opened.len()) + length;
    let first_line = raw.find('\n').map_or(range.end, |at| range.start + at);
    let info = trimmed(&file.text, info_start.min(first_line)..first_line);
    let body_start = (first_line + 1).min(range.end);
    let rest = &file.text[body_start..range.end];
    let unpadded = rest.trim_end();
    let last_line = unpadded.rfind('\n').map_or(0, |at| at + 1);
    let last = unpadded[last_line..].trim();
    let closed = last.len() >= length && last.chars().all(|c| c == mark);
    let body_end = if closed {
        body_start + last_line
    } else {
        range.end
    };
    Fence {
        info: span(file.id, info),
        body: span(file.id, body_start..body_end),
        closed,
    }
}

fn indented(file: &SourceFile, range: Range<usize>) -> Fence {
    Fence {
        info: span(file.id, range.start..range.start),
        body: span(file.id, range),
        closed: true,
    }
}

fn item(file: &SourceFile, range: Range<usize>) -> Span {
    let item = trimmed(&file.text, range);
    let mark = mark_length(&file.text[item.clone()]);
    span(file.id, trimmed(&file.text, item.start + mark..item.end))
}

/// How long the mark of an item is: a sign, or a number with a sign behind it. What follows it is text, also where it looks
/// like another mark.
fn mark_length(item: &str) -> usize {
    let digits = item.bytes().take_while(u8::is_ascii_digit).count();
    match item.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if digits > 0 => digits + 1,
        _ => 0,
    }
}

/// The target of a paragraph that is nothing but an include.
fn include(file: &SourceFile, range: Range<usize>) -> Option<Span> {
    let content = trimmed(&file.text, range);
    let raw = &file.text[content.clone()];
    let inner = raw.strip_prefix("[!")?.strip_suffix(")]")?;
    if !inner
        .get(..7)
        .is_some_and(|word| word.eq_ignore_ascii_case("include"))
        || raw.contains('\n')
    {
        return None;
    }
    let open = content.start + raw.find("](")? + 2;
    let target = trimmed(&file.text, open..content.end - 2);
    let shown = &file.text[target.clone()];
    // What is shown for a target may stand behind it: `(path.md "text")`.
    let title = shown
        .find([' ', '\t'])
        .filter(|_| shown.ends_with(['"', '\'']));
    let end = title.map_or(target.end, |at| target.start + at);
    Some(span(file.id, target.start..end))
}
