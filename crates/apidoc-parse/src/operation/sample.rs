//! Takes the sample sections of a page, follows their includes, and returns the two HTTP messages. Fences that are no
//! message, bodies that are not JSON where JSON is announced, and includes that leave the tree are reported and set aside; an
//! include whose file is not there, or says that there is no sample, is read as no sample. It refuses a second include
//! of one file; a page without samples is a page.

use std::ops::Range;

use apidoc_model::{Code, Diagnostic, SourceFile, Span, Spanned};

use super::Reader;
use super::section::{Section, Sections};
use crate::draft::{Draft, Sample, SampleBody};
use crate::json::Json;
use crate::marks;
use crate::media;
use crate::page::{self, Block, BlockKind, Fence, span, trimmed};
use crate::pages;

/// Which of the two messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

impl Side {
    /// The word behind the opening fence.
    fn of(info: &str) -> Option<Self> {
        match info {
            "http!" => Some(Self::Request),
            "http_" => Some(Self::Response),
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// Reads all samples of a page into its draft. The fence says which sample it is: 2022 has both under one heading.
    pub(super) fn samples(&mut self, draft: &mut Draft, sections: &Sections<'_>) {
        for block in sections
            .all(Section::RequestSample)
            .chain(sections.all(Section::ResponseSample))
        {
            match &block.kind {
                BlockKind::Fence(fence) => self.fence(draft, self.file, fence),
                BlockKind::Include(target) => self.include(draft, *target),
                BlockKind::Paragraph if pages::is_placeholder(self.text(block.span)) => {
                    self.no_sample(block.span)
                }
                _ => self.stray(block),
            }
        }
    }

    fn no_sample(&mut self, place: Span) {
        self.report(Diagnostic::new(Code::NoSample, place, "there is no sample"));
    }

    fn include(&mut self, draft: &mut Draft, target: Span) {
        let written = self.text(target);
        let Some(path) = resolved(&self.file.path, written) else {
            self.report(Diagnostic::new(
                Code::IncludeOutside,
                target,
                format!("`{written}` is outside the tree of this page"),
            ));
            return;
        };
        let Some(file) = self.sources.find(self.file.tree, &path) else {
            self.report(Diagnostic::new(
                Code::DanglingInclude,
                target,
                format!("there is no file `{path}`"),
            ));
            return;
        };
        if !self.included.insert(file.id) {
            let message = format!("the page includes `{path}` already");
            return self.report(Diagnostic::new(Code::DuplicateSection, target, message));
        }
        draft.included.push(file.id);
        if pages::says_no_sample(file) {
            return self.no_sample(target);
        }
        let (included, diagnostics) = page::page(file);
        if included.refused || included.blocks.is_empty() {
            let message = format!("there is nothing to read in `{path}`");
            return self.report(Diagnostic::new(Code::BadSample, target, message));
        }
        self.diagnostics.extend(diagnostics);
        for block in &included.blocks {
            match &block.kind {
                BlockKind::Fence(fence) => self.fence(draft, file, fence),
                // Names what the file itself is for.
                BlockKind::Heading(_) => {}
                _ => self.not_a_sample(block, target),
            }
        }
    }

    fn not_a_sample(&mut self, block: &Block, include: Span) {
        let message = "an included sample holds one fence and nothing else";
        self.report(
            Diagnostic::new(Code::BadSample, block.span, message)
                .note_at(include, "included from here"),
        );
    }

    fn fence(&mut self, draft: &mut Draft, file: &SourceFile, fence: &Fence) {
        let info = file
            .text
            .get(fence.info.start as usize..fence.info.end as usize)
            .unwrap_or("");
        if !fence.closed {
            let message = "the fence that begins here is not closed";
            return self.report(Diagnostic::new(Code::BadSample, fence.info, message));
        }
        let Some(side) = Side::of(info) else {
            let message = format!(
                "`{info}` is not a sample: request samples are `http!` fences, response samples `http_`"
            );
            return self.report(Diagnostic::new(Code::BadSample, fence.info, message));
        };
        if let Some((place, code)) = failure(draft, file, fence, side) {
            let message =
                format!("the sample shows the status {code}, not what the operation returns");
            return self.report(Diagnostic::new(Code::ErrorSample, place, message));
        }
        let taken = match side {
            Side::Request => draft.request_sample.is_some(),
            Side::Response => draft.response_sample.is_some(),
        };
        if taken {
            return self.report(Diagnostic::new(
                Code::DuplicateSection,
                fence.info,
                "the page has this sample twice; the second one is not read",
            ));
        }
        let Some(sample) = self.message(draft, file, fence, side) else {
            return;
        };
        match side {
            Side::Request => draft.request_sample = Some(sample),
            Side::Response => draft.response_sample = Some(sample),
        }
    }

    fn message(
        &mut self,
        draft: &Draft,
        file: &SourceFile,
        fence: &Fence,
        side: Side,
    ) -> Option<Sample> {
        let Message {
            start_line,
            headers,
            body,
        } = match Message::read(file, fence, side) {
            Ok(message) => message,
            Err((place, problem)) => {
                self.report(Diagnostic::new(Code::BadSample, place, problem));
                return None;
            }
        };
        let body_span = span(file.id, body.clone());
        let text = &file.text[body];
        let body = if text.is_empty() {
            SampleBody::None
        } else {
            match Json::parse(text) {
                Ok(json) => SampleBody::Json(json, body_span),
                Err(_) if marks::is_bytes(text) || announces_bytes(draft, side) => {
                    SampleBody::Raw(body_span)
                }
                Err(error) => {
                    let place = json_error_place(text, body_span, &error);
                    self.report(Diagnostic::new(
                        Code::BrokenJson,
                        place,
                        format!("the sample is not JSON: {}", reason(&error)),
                    ));
                    return None;
                }
            }
        };
        Some(Sample {
            file: file.id,
            start_line,
            headers,
            body,
        })
    }
}

/// The status that a response sample shows, if it is no success. Where the page has no success at all, it is the sample.
fn failure(draft: &Draft, file: &SourceFile, fence: &Fence, side: Side) -> Option<(Span, u16)> {
    let is_success = |code: u16| (200..300).contains(&code);
    let response = &draft.response;
    let mut codes = response.statuses.iter().map(|(code, _)| code.value);
    let is_told = !response.statuses.is_empty() && !response.unread_statuses;
    let fails = is_told && !codes.any(is_success);
    if side == Side::Request || fails {
        return None;
    }
    let body = fence.body.start as usize..fence.body.end as usize;
    let line = file.text.get(body.clone())?.split('\n').next()?;
    let code = line.split_whitespace().nth(1)?.parse().ok()?;
    let place = trimmed(&file.text, body.start..body.start + line.len());
    (is_start_line(line, side) && !is_success(code)).then(|| (span(file.id, place), code))
}

/// The three parts of an HTTP message.
struct Message {
    start_line: Spanned<String>,
    headers: Vec<(String, String)>,
    body: Range<usize>,
}

impl Message {
    fn read(file: &SourceFile, fence: &Fence, side: Side) -> Result<Self, (Span, String)> {
        let all = fence.body.start as usize..fence.body.end as usize;
        let mut at = all.start;
        let mut lines = file.text[all.clone()].split_inclusive('\n').map(|line| {
            let start = at;
            at += line.len();
            trimmed(&file.text, start..at)
        });
        let first = lines.next().unwrap_or(all.start..all.start);
        let start_line = Spanned {
            value: file.text[first.clone()].to_owned(),
            span: span(file.id, first),
        };
        if !is_start_line(&start_line.value, side) {
            let wanted = if side == Side::Request {
                "a request line"
            } else {
                "a status line"
            };
            return Err((
                start_line.span,
                format!("`{}` is not {wanted}", start_line.value),
            ));
        }
        let mut headers = Vec::new();
        for line in lines.by_ref() {
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = file.text[line.clone()].split_once(':') else {
                return Err((
                    span(file.id, line.clone()),
                    format!("`{}` is not a header", &file.text[line]),
                ));
            };
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        drop(lines);
        Ok(Self {
            start_line,
            headers,
            body: trimmed(&file.text, at..all.end),
        })
    }
}

fn is_start_line(line: &str, side: Side) -> bool {
    let mut words = line.split_whitespace();
    match side {
        Side::Request => {
            words
                .next()
                .is_some_and(|verb| verb.chars().all(|c| c.is_ascii_uppercase()))
                && words.next().is_some_and(|path| path.starts_with('/'))
        }
        Side::Response => {
            words
                .next()
                .is_some_and(|version| version.starts_with("HTTP/"))
                && words.next().is_some_and(|code| code.parse::<u16>().is_ok())
        }
    }
}

/// Whether the page says that the body is no JSON.
fn announces_bytes(draft: &Draft, side: Side) -> bool {
    let bytes = |word: &str| matches!(word, "byte" | "binary");
    let listed = match side {
        Side::Request => &draft.content_types,
        Side::Response => &draft.accept,
    };
    if media::have_no_json(listed) {
        return true;
    }
    match side {
        Side::Request => draft
            .request
            .iter()
            .any(|request| request.kind.iter().any(|kind| bytes(&kind.value))),
        Side::Response => {
            let words = [&draft.response.kind, &draft.response.label];
            let media =
                |media: &String| media == "application/octet-stream" || media.starts_with("image/");
            words
                .iter()
                .copied()
                .flatten()
                .any(|word| bytes(&word.value))
                || (words.iter().all(|word| word.is_none()) && draft.accept.iter().any(media))
        }
    }
}

/// Path of an include inside its tree, seen from the page; `None` where it leaves the tree.
fn resolved(page: &str, target: &str) -> Option<String> {
    let target = target.replace('\\', "/");
    let (mut parts, rest): (Vec<&str>, &str) = match target.strip_prefix("~/") {
        Some(rest) => (Vec::new(), rest),
        None => (
            page.rsplit_once('/')
                .map(|(folder, _)| folder.split('/').collect())
                .unwrap_or_default(),
            &target,
        ),
    };
    if rest.starts_with('/') || rest.contains(':') {
        return None;
    }
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Where in the file the parser stopped.
fn json_error_place(text: &str, body: Span, error: &serde_json::Error) -> Span {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let width = text[at..].chars().next().map_or(0, char::len_utf8);
    let start = body.start as usize + at;
    span(body.file, start..start + width)
}

/// The parser's sentence without its position, which is one inside the sample.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ")
        .map_or(text.clone(), |(reason, _)| reason.to_owned())
}
