//! Takes plain text of a draft and writes it so that the reader of pages finds the same text again: as a cell, a paragraph or
//! a fence. Refuses nothing; characters that mean something at their place are written as entities.

use std::fmt::Write as _;

/// A table cell.
pub(super) fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|").replace('\n', " ")
}

/// A paragraph, or a fence where a paragraph would lose blanks or lines.
pub(super) fn block(text: &str) -> String {
    let loses = |line: &str| {
        line.is_empty() || line.split_whitespace().collect::<Vec<_>>().join(" ") != line
    };
    if text.lines().any(loses) {
        return fence(text);
    }
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n")
}

/// A fence, longer than any run of back ticks inside it.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let marks = "`".repeat(longest.max(2) + 1);
    format!("{marks}\n{}\n{marks}", text.replace('&', "&amp;"))
}

/// A heading.
pub(super) fn heading(text: &str) -> String {
    let closing = text.ends_with('#').then_some(" ##");
    format!(
        "## {}{}",
        escaped(&text.replace('\n', " ")),
        closing.unwrap_or("")
    )
}

/// A line of a paragraph: its first character must not begin another kind of block, and its words no section.
fn line(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let block = !first.is_alphanumeric()
        || first.is_ascii_digit()
        || text.to_ascii_lowercase().starts_with("response body");
    if !block {
        return escaped(text);
    }
    let mut out = String::new();
    let _infallible = write!(out, "&#{};", u32::from(first));
    out.push_str(&escaped(chars.as_str()));
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
