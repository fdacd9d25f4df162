//! Takes the front matter of a page and returns the id of its operation: that of the page, or the name of its file where the page
//! has none that can be one, which is reported. Refuses a page that has neither, and one whose front matter is damaged; a key
//! that is not known is reported.

use apidoc_model::{Code, Diagnostic, Severity, Span, Spanned};

use super::Reader;
use crate::page::{self, Page, front_matter};
use crate::pages;

/// The keys that name the operation, the better one first.
const IDS: [&str; 2] = ["uid", "id"];

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
            if !IDS.contains(&name) && !SILENT.contains(&name) {
                let message = format!("the front matter of a page has no key `{name}`");
                self.report(Diagnostic::new(Code::UnknownKey, *key, message));
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
