//! Takes the text of a file and returns the keys and values of its front matter, as byte ranges, and what stands behind it. Front
//! matter that is damaged has no end; lines without a key are passed over. It refuses nothing.

use std::ops::Range;

use crate::page::trimmed;
use crate::text;

/// The line before front matter, and the line behind it.
const DELIMITER: &str = "---";

/// What stands at the beginning of a file between two lines of `---`.
pub(crate) struct FrontMatter {
    /// Where the keys and values of its lines stand.
    pub(crate) entries: Vec<(Range<usize>, Range<usize>)>,
    /// Where the rest of the file begins; `None` where one of the two lines is not as it must be.
    pub(crate) end: Option<usize>,
}

/// The front matter of a text, also where it is damaged; `None` where the text does not begin like it.
pub(crate) fn front_matter(text: &str) -> Option<FrontMatter> {
    let mut at = beginning(text);
    let mut lines = text[at..].split_inclusive('\n');
    let first = lines.next().filter(|line| line.starts_with(DELIMITER))?;
    at += first.len();
    let mut entries: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    // How far the keys are indented, once there is one.
    let mut margin = None;
    for line in lines {
        let next = at + line.len();
        if line.trim_end() == DELIMITER {
            let end = (first.trim_end() == DELIMITER).then_some(next);
            return Some(FrontMatter { entries, end });
        }
        match entries.last_mut() {
            Some((_, value)) if margin.is_some_and(|margin| goes_on(line, margin)) => {
                *value = longer(text, value, at..next);
            }
            _ => {
                entries.extend(key_value(text, at..next));
                margin = margin.or_else(|| (!entries.is_empty()).then(|| indent(line)));
            }
        }
        at = next;
    }
    Some(FrontMatter { entries, end: None })
}

/// Whether a line of front matter belongs to the key above it: it is indented further than keys are, or an item of a list.
fn goes_on(line: &str, margin: usize) -> bool {
    let content = line.trim();
    let is_item = content == "-" || content.starts_with("- ");
    !content.is_empty() && !content.starts_with('#') && (is_item || indent(line) > margin)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// A value with one more line.
fn longer(text: &str, value: &Range<usize>, line: Range<usize>) -> Range<usize> {
    let line = trimmed(text, line);
    let start = if value.is_empty() {
        line.start
    } else {
        value.start
    };
    start..line.end
}

/// What stands behind the front matter of a text; `None` where that is damaged.
pub(crate) fn content(text: &str) -> Option<&str> {
    match front_matter(text) {
        Some(front) => front.behind(text),
        None => text.get(beginning(text)..),
    }
}

impl FrontMatter {
    /// What stands behind it in its text; `None` where it is damaged.
    pub(crate) fn behind<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.get(self.end?..)
    }
}

/// Where a text begins, behind the mark of its byte order and blank lines.
pub(crate) fn beginning(text: &str) -> usize {
    let content = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.len() - text::without_blank_lines(content).len()
}

fn key_value(text: &str, line: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let colon = line.start + text[line.clone()].find(':')?;
    let key = trimmed(text, line.start..colon);
    if text[key.clone()].starts_with('#') {
        return None;
    }
    let mut value = trimmed(text, colon + 1..line.end);
    let quoted = |value: &Range<usize>, mark: char| {
        let raw = &text[value.clone()];
        raw.len() > 1 && raw.starts_with(mark) && raw.ends_with(mark)
    };
    let is_quoted = |value: &Range<usize>| quoted(value, '"') || quoted(value, '\'');
    if !is_quoted(&value)
        && let Some(comment) = text[value.clone()].rfind(" #")
    {
        value = trimmed(text, value.start..value.start + comment);
    }
    if is_quoted(&value) {
        value = value.start + 1..value.end - 1;
    }
    Some((key, value))
}
