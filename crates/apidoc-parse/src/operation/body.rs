//! Takes the sections of the request body and of the response and returns their drafts: kinds, named types, statuses and
//! property tables. Refuses a response without a table of statuses; an unknown type word or an unknown block is reported.

use apidoc_model::api::World;
use apidoc_model::{Code, Diagnostic, Span, Spanned};

use super::section::{Section, Sections};
use super::tables::{self, Tables};
use super::{Reader, naming, phrase};
use crate::draft::{Draft, RequestDraft, ResponseDraft, Row, SampleBody};
use crate::page::{Block, BlockKind};
use crate::text;
use crate::vocabulary::{self, OPEN, Word};

impl Reader<'_> {
    pub(super) fn request(&mut self, sections: &Sections<'_>) -> Option<RequestDraft> {
        let section = sections.find(Section::RequestBody)?;
        let (name, kind) = self.name_and_kind(section.value);
        let mut request = RequestDraft {
            span: section.heading,
            name,
            kind,
            doc: String::new(),
            named: None,
            table: None,
        };
        let mut properties = Tables::new(tables::PROPERTIES);
        for part in sections.parts(Section::RequestBody) {
            if part.heading != section.heading {
                self.add_type(&mut request, part.value);
            }
            for block in part.blocks {
                if self.takes(&mut properties, block) {
                    continue;
                }
                if properties.is_empty() && self.is_prose(block) && !self.is_property(block) {
                    self.add_doc(&mut request.doc, &mut request.named, block);
                } else {
                    self.stray(block);
                }
            }
            properties.close();
        }
        request.table = self.properties(&properties);
        Some(request)
    }

    pub(super) fn response(
        &mut self,
        sections: &Sections<'_>,
        intro: Span,
    ) -> Option<ResponseDraft> {
        let Some(section) = sections.find(Section::Response) else {
            self.report(Diagnostic::new(
                Code::MissingSection,
                intro,
                "there is no `Response` section",
            ));
            return None;
        };
        let values = sections.values(Section::Response);
        // `Response: 200 OK`
        let is_status = |value: &Span| leading_codes(self.text(*value)).is_some();
        let (told, kinds): (Vec<Span>, Vec<Span>) = values.partition(is_status);
        let kind = self.kind_of(kinds);
        let label = self.kind_of(sections.values(Section::ResponseBody));
        let mut draft = ResponseDraft {
            span: section.heading,
            kind,
            label,
            doc: String::new(),
            named: None,
            statuses: Vec::new(),
            unread_statuses: false,
            table: None,
        };
        let mut statuses = Tables::new(tables::STATUSES);
        let mut properties = Tables::new(tables::PROPERTIES);
        let bodies = sections.parts(Section::ResponseBody);
        for part in sections.parts(Section::Response).chain(bodies) {
            for block in part.blocks {
                // Both want to see every block.
                let is_status = self.takes(&mut statuses, block);
                if self.takes(&mut properties, block) || is_status {
                    continue;
                }
                if statuses.is_empty() && self.is_prose(block) {
                    self.add_doc(&mut draft.doc, &mut draft.named, block);
                } else {
                    self.stray(block);
                }
            }
            statuses.close();
            properties.close();
        }
        self.statuses(&mut draft, &statuses);
        self.told_statuses(&mut draft, &told);
        draft.table = self.properties(&properties);
        if draft.statuses.is_empty() {
            // Where nothing else is there either, the page has been cut off.
            let is_cut = sections.find(Section::ResponseBody).is_none()
                && sections.all(Section::Response).next().is_none();
            let code = if is_cut {
                Code::MissingSection
            } else {
                Code::BadStatus
            };
            let message = "the response has no table of status codes that can be read";
            self.report(Diagnostic::new(code, section.heading, message));
            if is_cut {
                return None;
            }
        }
        Some(draft)
    }

    /// What a deeper heading of the request says besides the first: its type, or its name.
    fn add_type(&mut self, request: &mut RequestDraft, value: Option<Span>) {
        let (name, kind) = self.name_and_kind(value);
        if request.name.is_empty() {
            request.name = name;
        } else if let Some(span) = value.filter(|_| !name.is_empty() && name != request.name) {
            let message = format!("the request is called `{}` already", request.name);
            self.report(Diagnostic::new(Code::DuplicateSection, span, message));
        }
        // What the first heading says may be the form alone: `array`.
        let is_new = |kind: &Spanned<String>| {
            let first = request.kind.as_ref();
            first.is_some_and(|first| first.value != kind.value) && vocabulary::is_name(&kind.value)
        };
        if request.named.is_none() && kind.as_ref().is_some_and(is_new) {
            request.named = kind;
        } else {
            request.kind = self.one_kind(request.kind.take(), kind);
        }
    }

    /// The type that the headings of a section say.
    fn kind_of(&mut self, values: impl IntoIterator<Item = Span>) -> Option<Spanned<String>> {
        let mut said = None;
        for value in values {
            let kind = self.kind(Some(value));
            said = self.one_kind(said, kind);
        }
        said
    }

    /// The first of two types that a section is said to have; another one is reported.
    fn one_kind(
        &mut self,
        first: Option<Spanned<String>>,
        second: Option<Spanned<String>>,
    ) -> Option<Spanned<String>> {
        if let (Some(first), Some(second)) = (&first, &second)
            && first.value != second.value
        {
            let message = format!(
                "this section is said to be of the type `{}` already; this one is not read",
                first.value
            );
            self.report(Diagnostic::new(
                Code::DuplicateSection,
                second.span,
                message,
            ));
        }
        first.or(second)
    }

    /// The rows of the tables of properties, where there is one.
    fn properties(&mut self, tables: &Tables<'_>) -> Option<Vec<Row>> {
        (!tables.is_empty()).then(|| self.rows(tables))
    }

    /// Reads the table of statuses; a row that may be a success, and cannot be read, is remembered.
    fn statuses(&mut self, draft: &mut ResponseDraft, tables: &Tables<'_>) {
        let cells = self.cells(tables);
        let has_success = cells
            .iter()
            .any(|cells| phrase::unmarked(self.text(cells.name)).starts_with('2'));
        for cells in cells {
            let raw = self.text(cells.name);
            let Some((codes, rest)) = self.status(cells.name, has_success) else {
                draft.unread_statuses = true;
                continue;
            };
            let known = |code: &u16| draft.statuses.iter().any(|(old, _)| old.value == *code);
            let (repeated, new): (Vec<u16>, Vec<u16>) = codes.into_iter().partition(known);
            if !repeated.is_empty() {
                let message = format!("the table has a row `{raw}` already");
                let diagnostic = Diagnostic::new(Code::DuplicateRow, cells.name, message);
                self.report(diagnostic);
            }
            if new.is_empty() {
                self.refused_rows += 1;
                continue;
            }
            self.rows += 1;
            let span = cells.name;
            let doc = text::line(self.text(cells.description));
            let doc = [rest, doc].into_iter().filter(|part| !part.is_empty());
            let doc = doc.collect::<Vec<_>>().join(": ");
            let statuses = new
                .into_iter()
                .map(|value| (Spanned { value, span }, doc.clone()));
            draft.statuses.extend(statuses);
        }
    }

    /// What headings say about statuses: the description of one that the table does not describe, or the status itself where
    /// there is no table.
    fn told_statuses(&mut self, draft: &mut ResponseDraft, told: &[Span]) {
        let has_table = !draft.statuses.is_empty() || draft.unread_statuses;
        for span in told {
            let raw = self.text(*span);
            let (codes, doc) = leading_codes(raw).unwrap_or_default();
            for value in codes {
                let mut known = draft.statuses.iter_mut();
                if let Some((_, known)) = known.find(|(code, _)| code.value == value) {
                    if known.is_empty() {
                        known.clone_from(&doc);
                    }
                } else if has_table {
                    let message = format!("`{raw}` is no status that the table has");
                    self.report(Diagnostic::new(Code::BadStatus, *span, message));
                } else {
                    let code = Spanned { value, span: *span };
                    draft.statuses.push((code, doc.clone()));
                }
            }
            if draft.doc.is_empty() {
                draft.doc = doc;
            }
        }
    }

    /// The status codes of a cell, and what it says behind them. A range is its first code; `default` is the success where
    /// the table has no other.
    fn status(&mut self, cell: Span, has_success: bool) -> Option<(Vec<u16>, String)> {
        let shown = phrase::unmarked(self.text(cell));
        if let Some(found) = leading_codes(&shown) {
            return Some(found);
        }
        let range = match shown.as_bytes() {
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(u16::from(class - b'0') * 100),
            _ if shown.eq_ignore_ascii_case("default") && !has_success => Some(200),
            _ => None,
        };
        let raw = self.text(cell);
        let Some(code) = range else {
            let message = format!("`{raw}` is not an HTTP status code");
            self.refuse_row(Code::BadStatus, cell, message);
            return None;
        };
        let message = format!("`{raw}` is not one HTTP status code; it is read as {code}");
        self.report(Diagnostic::new(Code::BadStatus, cell, message));
        Some((vec![code], String::new()))
    }

    /// `request`, `changes string`, or `Cage[]`: the name of the body, and what it is.
    fn name_and_kind(&mut self, value: Option<Span>) -> (String, Option<Spanned<String>>) {
        let Some(span) = value else {
            return (String::new(), None);
        };
        let raw = self.text(span);
        if vocabulary::is_no_name(raw) {
            return (String::new(), self.kind(Some(span)));
        }
        let named = |name| vocabulary::body_name(name).unwrap_or(name).to_owned();
        let Some((name, kind)) = raw.split_once(char::is_whitespace) else {
            return (named(raw), None);
        };
        let width = u32::try_from(kind.trim_start().len()).unwrap_or(0);
        (
            named(name),
            self.kind(Some(Span {
                start: span.end - width,
                ..span
            })),
        )
    }

    /// A type word of a heading, if there is one; an unknown one is reported.
    fn kind(&mut self, span: Option<Span>) -> Option<Spanned<String>> {
        let span = span?;
        let word = self.text(span);
        let known = vocabulary::spelled(word).or_else(|| self.type_beside(word, span, |_| false));
        let value = known.unwrap_or_else(|| {
            let message =
                format!("`{word}` is not a type that a body can have; only its table is read");
            self.report(Diagnostic::new(Code::UnknownType, span, message));
            OPEN.to_owned()
        });
        if vocabulary::says_more(&value) {
            let message = "its values are said to be of a type; only what holds them is read";
            self.report(Diagnostic::new(Code::UnknownType, span, message));
        }
        Some(Spanned { value, span })
    }

    fn is_prose(&self, block: &Block) -> bool {
        matches!(block.kind, BlockKind::Paragraph | BlockKind::Item(_))
            && !self.is_lost_table(block)
            && !self.text(block.span).to_ascii_lowercase().contains("<tr")
    }

    /// Whether an item of a list describes a property: a name, and what it is.
    fn is_property(&self, block: &Block) -> bool {
        let BlockKind::Item(span) = block.kind else {
            return false;
        };
        let raw = self.text(span);
        let (word, behind) = raw.split_once(char::is_whitespace).unwrap_or((raw, ""));
        let name = word.trim_end_matches(':');
        let goes_on = name != word || behind.trim_start().starts_with(['(', ':', '-', '\u{2013}']);
        goes_on && phrase::name(name).is_some()
    }

    fn add_doc(&self, doc: &mut String, named: &mut Option<Spanned<String>>, block: &Block) {
        let content = if let BlockKind::Item(span) = block.kind {
            span
        } else {
            block.span
        };
        let text = text::paragraph(self.text(content));
        if let Some(name) = text
            .strip_prefix(phrase::MODEL)
            .filter(|name| vocabulary::is_name(name))
        {
            *named = Some(Spanned {
                value: name.to_owned(),
                span: block.span,
            });
            return;
        }
        if named.is_none() {
            *named = naming::named(&text).map(|value| Spanned {
                value,
                span: block.span,
            });
        }
        if !doc.is_empty() && !text.is_empty() {
            doc.push('\n');
        }
        doc.push_str(&text);
    }
}

/// The codes that a text begins with, divided by commas, and the words behind them: `200, 201`, `404 Not found`.
fn leading_codes(text: &str) -> Option<(Vec<u16>, String)> {
    let mut codes = Vec::new();
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at(digits);
        let code = number
            .parse()
            .ok()
            .filter(|code| (100..600).contains(code))?;
        if !codes.contains(&code) {
            codes.push(code);
        }
        let next = behind
            .trim_start()
            .strip_prefix([',', ';', '/'])
            .map(str::trim_start);
        match next.filter(|next| next.starts_with(|c: char| c.is_ascii_digit())) {
            Some(next) => rest = next,
            None if behind.is_empty() || behind.starts_with([' ', ':', '(']) => {
                let words = behind.trim_start_matches([' ', ':', '-']);
                // `200 - 299` is a range.
                let is_text = !words.starts_with(|c: char| c.is_ascii_digit());
                return is_text.then(|| (codes, words.trim_end().to_owned()));
            }
            None => return None,
        }
    }
}

/// Where no word and no sample shows what is sent, only the text under the heading may say that the table is that of an element.
pub(super) fn find_list(draft: &mut Draft) {
    let is_shown = draft.request_sample.as_ref();
    let is_shown = is_shown.is_some_and(|sample| sample.body != SampleBody::None);
    let Some(request) = draft.request.as_mut().filter(|_| !is_shown) else {
        return;
    };
    let is_list = request.table.is_some() && naming::says_list(&request.doc);
    if is_list && request.kind.is_none() {
        request.kind = Some(Spanned {
            value: "array".to_owned(),
            span: request.span,
        });
    }
}

/// Where the response is an array, or a table with no word at all, only the summary of the operation may name what is in it.
pub(super) fn name_contents(draft: &mut Draft) {
    let response = &draft.response;
    let words = [&response.kind, &response.label];
    let words = || {
        words
            .into_iter()
            .flatten()
            .map(|word| Word::read(&word.value))
    };
    if response.named.is_some() {
        return;
    }
    let summary = draft.summary.as_deref().unwrap_or("");
    let is_object = response.table.is_some() && words().all(|word| word == [Word::Blank]);
    let named = if words().any(|word| word == [Word::Array]) {
        naming::named_element(summary)
    } else if is_object && draft.world == World::Agent {
        naming::named_result(summary)
    } else {
        None
    };
    draft.response.named = named.map(|value| Spanned {
        value,
        span: draft.response.span,
    });
}
