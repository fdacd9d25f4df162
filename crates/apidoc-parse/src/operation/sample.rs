//! Takes the sample sections of a page, follows their includes, and returns the two HTTP messages; JSON alone is the body of the
//! one that its section is about. Fences that are no message, bodies that are not JSON where JSON is announced, and includes
//! that leave the tree are reported and set aside; an include whose file is not there, or says that there is no sample, is read
//! as no sample. It refuses a second include of one file; a page without samples is a page.

use std::ops::Range;

use apidoc_model::api::Segment;
use apidoc_model::sample::Side;
use apidoc_model::{Code, Diagnostic, SourceFile, Span, Spanned};

use super::Reader;
use super::section::{Section, Sections};
use crate::bytes;
use crate::draft::{Draft, Sample, SampleBody};
use crate::json::Json;
use crate::marks;
use crate::page::{self, Block, BlockKind, Fence, span, trimmed};
use crate::pages;

/// The word behind the opening fence of a sample.
pub(crate) const fn fence_word(side: Side) -> &'static str {
    match side {
        Side::Request => "http!",
        Side::Response => "http_",
    }
}

/// Whether the page says that a body is no JSON.
fn is_of_bytes(draft: &Draft, side: Side) -> bool {
    match side {
        Side::Request => bytes::are_sent(draft),
        Side::Response => bytes::are_returned(draft),
    }
}

/// What a fence holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Message,
    /// The body of a message, without its lines and headers.
    Body,
}

/// Which message a fence holds, or a part of: the word behind its opening says so, or its first line; JSON is of the side that
/// its section is about.
fn shown(info: &str, body: &str, section: Side) -> Option<(Side, Form)> {
    let word = info.split([' ', '\t', '{']).next().unwrap_or("");
    let line = body.lines().next().unwrap_or("");
    let by_word = Side::BOTH
        .into_iter()
        .find(|side| word.eq_ignore_ascii_case(fence_word(*side)));
    let by_line = || {
        Side::BOTH
            .into_iter()
            .find(|side| is_start_line(line, *side))
    };
    let message = by_word.or_else(by_line).map(|side| (side, Form::Message));
    let is_json = word.eq_ignore_ascii_case("json");
    message.or_else(|| is_json.then_some((section, Form::Body)))
}

impl Reader<'_> {
    /// Reads all samples of a page into its draft. The fence says which sample it is: 2022 has both under one heading.
    pub(super) fn samples(&mut self, draft: &mut Draft, sections: &Sections<'_>) {
        let of = |section, side| sections.all(section).map(move |block| (block, side));
        let requests = of(Section::RequestSample, Side::Request);
        let responses = of(Section::ResponseSample, Side::Response);
        for (block, side) in requests.chain(responses) {
            match &block.kind {
                BlockKind::Fence(fence) => self.fence(draft, self.file, fence, side),
                BlockKind::Include(target) => self.include(draft, *target, side),
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

    fn include(&mut self, draft: &mut Draft, target: Span, side: Side) {
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
                BlockKind::Fence(fence) => self.fence(draft, file, fence, side),
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

    fn fence(&mut self, draft: &mut Draft, file: &SourceFile, fence: &Fence, section: Side) {
        let info = file.at(fence.info);
        if !fence.closed {
            let message = "the fence that begins here is not closed";
            return self.report(Diagnostic::new(Code::BadSample, fence.info, message));
        }
        let Some((side, form)) = shown(info, file.at(fence.body), section) else {
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
        if draft.sample(side).is_some() {
            return self.report(Diagnostic::new(
                Code::DuplicateSection,
                fence.info,
                "the page has this sample twice; the second one is not read",
            ));
        }
        let Some(sample) = self.message(draft, file, fence, side, form) else {
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
        form: Form,
    ) -> Option<Sample> {
        let Message {
            start_line,
            headers,
            body,
        } = match Message::of(draft, file, fence, (side, form)) {
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
                Err(_) if marks::is_bytes(text) || is_of_bytes(draft, side) => {
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

/// How arrays, objects and texts of JSON begin.
const BODY_STARTS: [char; 3] = ['[', '{', '"'];

/// The three parts of an HTTP message.
struct Message {
    start_line: Spanned<String>,
    headers: Vec<(String, String)>,
    body: Range<usize>,
}

impl Message {
    fn of(
        draft: &Draft,
        file: &SourceFile,
        fence: &Fence,
        (side, form): (Side, Form),
    ) -> Result<Self, (Span, String)> {
        if form == Form::Message {
            return Self::read(file, fence, side);
        }
        let body = fence.body.start as usize..fence.body.end as usize;
        Ok(Self {
            start_line: Spanned {
                value: start_line(draft, side),
                span: fence.info,
            },
            headers: Vec::new(),
            body: trimmed(&file.text, body),
        })
    }

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
            value: without_address(&file.text[first.clone()], side),
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
        let mut body = None;
        for line in lines.by_ref() {
            if line.is_empty() {
                break;
            }
            // Somebody has forgotten the blank line: no header begins like this.
            if file.text[line.clone()].starts_with(BODY_STARTS) {
                body = Some(line.start);
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
            body: trimmed(&file.text, body.unwrap_or(at)..all.end),
        })
    }
}

/// The first line that a message of this page has.
fn start_line(draft: &Draft, side: Side) -> String {
    if side == Side::Request {
        let segments = draft.route.value.iter();
        let path: String = segments
            .map(|segment| match segment {
                Segment::Literal(text) => format!("/{text}"),
                Segment::Parameter(name) => format!("/{{{name}}}"),
            })
            .collect();
        return format!("{} {path}", draft.verb.as_str());
    }
    let statuses = &draft.response.statuses;
    let is_success = |(code, _): &&(Spanned<u16>, String)| (200..300).contains(&code.value);
    let status = statuses.iter().find(is_success).or(statuses.first());
    let code = status.map_or(200, |(code, _)| code.value);
    format!("HTTP/1.1 {code}")
}

/// A request line without the address of a service, which written samples have: it is that of a tenant.
fn without_address(line: &str, side: Side) -> String {
    let parts = line
        .split_once(' ')
        .filter(|_| side == Side::Request)
        .and_then(|(verb, rest)| Some((verb, in_service(rest.trim_start())?)));
    match parts {
        Some((verb, path)) => format!("{verb} {path}"),
        None => line.to_owned(),
    }
}

/// The path of a request in its service: `/api/v1/…`, also behind an address or what stands for one (`{{url}}/api/v1/…`).
fn in_service(path: &str) -> Option<&str> {
    if path.starts_with('/') {
        return Some(path);
    }
    let is_address = ["https://", "http://", "{"]
        .iter()
        .any(|start| path.starts_with(start));
    let at = path.find("/api/").filter(|_| is_address)?;
    Some(&path[at..])
}

fn is_start_line(line: &str, side: Side) -> bool {
    let mut words = line.split_whitespace();
    match side {
        Side::Request => {
            words
                .next()
                .is_some_and(|verb| verb.chars().all(|c| c.is_ascii_uppercase()))
                && words.next().is_some_and(|path| in_service(path).is_some())
        }
        Side::Response => {
            words
                .next()
                .is_some_and(|version| version.starts_with("HTTP/"))
                && words.next().is_some_and(|code| code.parse::<u16>().is_ok())
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
