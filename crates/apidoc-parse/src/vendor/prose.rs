//! Takes plain text of a draft and writes it so that the reader of pages finds the same text again: as a cell, a paragraph or
//! a fence. Refuses nothing; characters that mean something at their place are written as entities.

use std::fmt::Write as _;

use crate::text;

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
    // What a backslash stands before begins no block.
    let is_escaped = text::marked(text).1;
    let block = !first.is_alphanumeric() && !is_escaped
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

/// Text outside of code with entities, and with a backslash before what would be read as a mark all the same.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '\\', '{', '`']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let (code, is_mark) = text::marked(found);
        if is_mark {
            out.push('\\');
        }
        let (shown, behind) = found.split_at(code.unwrap_or(1));
        out.push_str(&entities(shown));
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_no_other_block() {
        let table = [
            ("A cat.", "A cat."),
            ("Éclair", "Éclair"),
            ("1. A cat.", "&#49;. A cat."),
            ("- a cat", "&#45; a cat"),
            ("# a cat", "&#35; a cat"),
            ("<b>", "\\&lt;b&gt;"),
            ("<cat>", "&#60;cat&gt;"),
            (
                "a \\{b} {/* c */} <Tip>",
                "a \\\\{b} \\{/* c */} \\&lt;Tip&gt;",
            ),
            ("a `\\b <c>` \\", "a `\\b &lt;c&gt;` \\\\"),
            ("Response body: Cat", "&#82;esponse body: Cat"),
            ("response bodyguard", "&#114;esponse bodyguard"),
            ("Response", "Response"),
            ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(line(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_paragraph_would_lose_is_fenced() {
        let table = [
            ("One\nTwo", "One\nTwo"),
            ("One  Two", "```\nOne  Two\n```"),
            (" One", "```\n One\n```"),
            ("One\n\nTwo", "```\nOne\n\nTwo\n```"),
            ("a  ``` & b", "````\na  ``` &amp; b\n````"),
        ];
        for (text, expected) in table {
            assert_eq!(block(text), expected, "{text}");
        }
        assert_eq!(fence("a ` b"), "```\na ` b\n```");
        assert_eq!(fence("`````"), "``````\n`````\n``````");
    }

    #[test]
    fn cells_and_headings_stay_on_their_line() {
        assert_eq!(cell("a|b\nc<d"), "a\\|b c&lt;d");
        assert_eq!(heading("a\nb"), "## a b");
        // Marks at the end would be read as the end of the heading.
        assert_eq!(heading("a #"), "## a # ##");
    }
}
