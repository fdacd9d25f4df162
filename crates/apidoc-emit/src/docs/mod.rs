//! Text for documentation comments. Takes plain text of any origin and returns markdown that rustdoc shows as that text: nothing in
//! it becomes a link, a tag, a heading, a list or code that `cargo test` would run. Line ends, tabs and runs of blanks become one
//! blank; control characters and bidirectional marks are dropped.

mod credential;

use apidoc_model::text::is_invisible;
use credential::{REMOVED, is_credential};

/// A paragraph of text on one line, escaped, without credentials.
pub(crate) fn text(raw: &str) -> String {
    let line = one_line(raw);
    let mut out = String::with_capacity(line.len() + 16);
    let mut before = "";
    for word in line.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        let word = if before == "Basic" && is_credential(word) {
            REMOVED
        } else {
            word
        };
        before = word;
        if is_url(word) {
            push_url(&mut out, word);
        } else {
            push_escaped(&mut out, word);
        }
    }
    without_block_mark(out)
}

/// A name or other short text in code font. A backtick inside would end it and becomes an apostrophe.
pub(crate) fn code(raw: &str) -> String {
    let line = one_line(raw).replace('`', "'");
    if line.is_empty() {
        "(empty)".to_owned()
    } else {
        format!("`{line}`")
    }
}

/// A row of a table: its name on the wire, what is known about it, and what it is.
pub(crate) fn described(name: &str, facts: &[String], prose: Option<&str>) -> String {
    let mut doc = code(name);
    if !facts.is_empty() {
        doc.push_str(&format!(" ({})", facts.join("; ")));
    }
    if let Some(prose) = prose {
        doc.push_str(&format!(": {}", text(prose)));
    }
    doc
}

/// The list that has the values of a row.
pub(crate) fn list(name: &str) -> String {
    format!("list {}", code(name))
}

/// The piece of an address that a page's path gives: letters, digits and `/ _ - .`; everything else is percent-encoded.
pub(crate) fn url_path(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for byte in raw.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'_' | b'-' | b'.' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A text for a `//` comment: printable ASCII on one line.
pub(crate) fn comment(raw: &str) -> String {
    one_line(raw)
        .chars()
        .map(|c| if c.is_ascii() { c } else { '?' })
        .collect()
}

/// Everything on one line, single blanks, without characters that are not seen.
fn one_line(raw: &str) -> String {
    let visible = |c: &char| !is_invisible(*c);
    let spaced: String = raw
        .chars()
        .map(|c| if is_blank(c) { ' ' } else { c })
        .filter(visible)
        .collect();
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a word is an address and nothing else, so that it can stand between `<` and `>`.
fn is_url(word: &str) -> bool {
    let body = word
        .strip_prefix("https://")
        .or_else(|| word.strip_prefix("http://"));
    body.is_some_and(|body| {
        body.starts_with(|c: char| c.is_ascii_alphanumeric()) && body.bytes().all(is_url_byte)
    })
}

fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~/?#@!$&'()*+,;=%:".contains(&byte)
}

/// An address as a link, with the punctuation that ends a sentence behind it.
fn push_url(out: &mut String, word: &str) {
    let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
    out.push('<');
    out.push_str(address);
    out.push('>');
    push_escaped(out, &word[address.len()..]);
}

fn push_escaped(out: &mut String, word: &str) {
    for (at, c) in word.char_indices() {
        // rustdoc takes `http://` inside other text for an address that wants to be a link.
        let opens_address = c == ':' && word[at..].starts_with("://");
        if opens_address
            || matches!(
                c,
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '&'
            )
        {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A text that starts like a list, a heading or a rule gets a backslash in front of the mark.
fn without_block_mark(text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some(b'-' | b'+' | b'=') if digits == 0 => format!("\\{text}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests;
