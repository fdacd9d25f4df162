//! Takes the front matter of a page and returns the id of its operation: that of the page, or the name of its file where the page
//! has none that can be one, which is reported. Writes what else it says about the operation into the draft. Refuses a page that
//! has neither id nor name, and one whose front matter is damaged; a key that is not known is reported.

use apidoc_model::{Code, Diagnostic, Severity, Span, Spanned};

use super::description::facts;
use super::marker::{Subject, is_deprecated};
use super::{DEPRECATED, Reader};
use crate::draft::Draft;
use crate::front_matter::front_matter;
use crate::page::{self, Page};
use crate::pages;
use crate::text;

/// The keys that name the operation, the better one first.
const IDS: [&str; 2] = ["uid", "id"];

/// The keys that say what paragraphs say.
const DESCRIPTION: &str = "description";
const IS_DEPRECATED: &str = "deprecated";

/// The line before front matter in another form.
const TOML: &str = "+++";

/// The keys that say nothing about the operation.
const SILENT: [&str; 5] = ["title", "generated", "content_type", "author", "keywords"];

impl Reader<'_> {
    pub(super) fn id(&mut self, page: &Page) -> Option<Spanned<String>> {
        let front = page.front.as_deref().unwrap_or_default();
        self.check_keys(front);
        let found = IDS.iter().filter_map(|key| self.value(front, key));
        let found: Vec<Span> = found.collect();
        let is_id = |span: &&Span| pages::is_operation_id(self.text(**span));
        if let Some(span) = found.iter().find(is_id) {
            let value = self.text(*span).to_owned();
            return Some(Spanned { value, span: *span });
        }
        let start = page::span(page.file, 0..0);
        let (place, message) = match found.first() {
            Some(span) => {
                let value = self.text(*span);
                (
                    *span,
                    format!("`{value}` is not an id like `v1Group_Operation`"),
                )
            }
            None if page.front.is_some() => (start, "the front matter has no `uid:`".to_owned()),
            None => (start, "the page has no front matter".to_owned()),
        };
        let problem = Diagnostic::new(Code::MissingId, place, message);
        self.name_of_file(page, problem)
    }

    /// The name of the file in place of an id, where it can be one. Front matter that is damaged, or not in this form, may hold
    /// the id, and would be read as prose.
    fn name_of_file(&mut self, page: &Page, mut problem: Diagnostic) -> Option<Spanned<String>> {
        let name = pages::stem(&self.file.path);
        let text = &self.file.text;
        let is_damaged = front_matter(text).is_some() || text.trim_start().starts_with(TOML);
        let is_damaged = page.front.is_none() && is_damaged;
        let span = problem.span?;
        if is_damaged || !pages::is_operation_id(name) {
            self.report(problem);
            return None;
        }
        problem.severity = Severity::Warning;
        self.report(problem.note(format!("read as `{name}`, which is the name of the file")));
        let value = name.to_owned();
        Some(Spanned { value, span })
    }

    fn check_keys(&mut self, front: &[(Span, Span)]) {
        for (key, _) in front {
            let name = self.text(*key);
            let is_read = IDS.contains(&name) || [DESCRIPTION, IS_DEPRECATED].contains(&name);
            if !is_read && !SILENT.contains(&name) {
                let message = format!("the front matter of a page has no key `{name}`");
                self.report(Diagnostic::new(Code::UnknownKey, *key, message));
            }
        }
    }

    /// Writes the facts of the front matter into the draft of its page, once that holds what the page itself says.
    pub(super) fn front(&mut self, draft: &mut Draft, page: &Page) {
        let front = page.front.as_deref().unwrap_or_default();
        if let Some(span) = self.value(front, IS_DEPRECATED) {
            self.deprecated(draft, span);
        }
        if let Some(span) = self.value(front, DESCRIPTION) {
            summary(draft, scalar(self.text(span)));
        }
    }

    fn deprecated(&mut self, draft: &mut Draft, span: Span) {
        let value = self.text(span);
        match value.to_ascii_lowercase().as_str() {
            "true" | "yes" => draft.deprecated = true,
            "false" | "no" | "" => {}
            _ => {
                let message = format!("`{value}` is neither true nor false");
                self.report(Diagnostic::new(Code::UnknownKey, span, message));
            }
        }
    }

    /// Where the value of a key stands.
    fn value(&self, front: &[(Span, Span)], key: &str) -> Option<Span> {
        let mut entries = front.iter();
        let entry = entries.find(|(name, _)| self.text(*name) == key);
        entry.map(|(_, value)| *value)
    }
}

/// The description of a page without a summary is its summary; of another one a remark, if nothing says it already.
fn summary(draft: &mut Draft, mut text: String) {
    facts(draft, &mut text);
    if text.is_empty() || text == DEPRECATED {
        return;
    }
    if draft.summary.is_none() {
        draft.deprecated |= is_deprecated(&text, Subject::Operation);
        draft.summary = Some(text);
        return;
    }
    let begin = text.trim_end_matches(['.', '\u{2026}']);
    let mut said = draft.summary.iter().chain(&draft.remarks);
    if !said.any(|said| said.starts_with(begin)) {
        draft.remarks.push(text);
    }
}

/// A value on one line, without the mark before a text over several lines and the quotes around one.
fn scalar(raw: &str) -> String {
    let (first, rest) = raw.split_once('\n').unwrap_or((raw, ""));
    let style = first.trim_end();
    let is_style = |c: char| matches!(c, '>' | '|' | '-' | '+') || c.is_ascii_digit();
    let is_marked = style.starts_with(['>', '|']) && style.chars().all(is_style);
    let value = if is_marked { rest } else { raw };
    let within = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    text::line(within('"').or_else(|| within('\'')).unwrap_or(value))
}
