//! Takes raw text of a page (a cell, a paragraph, a fence) and returns plain text: entities and backslashes resolved,
//! documentation tags, comments and the tags of elements gone, characters that a reader cannot see dropped. It refuses nothing;
//! markup that it does not know stays as it is written.

use apidoc_model::text::is_invisible;

use crate::element::{self, COMMENT, Elements};

/// Entities are escaped up to three times on real pages; more rounds would only undo what the author wrote on purpose.
const UNESCAPE_ROUNDS: usize = 3;

/// A tag longer than this is prose that happens to hold a `<`, and code a back tick that begins none.
const TAG_CAP: usize = 300;

/// Tags of documentation comments and simple HTML, as they are spelled: `<Item>` and `<T>` are arguments of a type. Anything
/// else in angle brackets is text.
const TAGS: &[&str] = &[
    "BR",
    "a",
    "b",
    "br",
    "c",
    "code",
    "em",
    "example",
    "i",
    "item",
    "li",
    "list",
    "ol",
    "p",
    "para",
    "paramref",
    "remarks",
    "see",
    "seealso",
    "strong",
    "summary",
    "term",
    "typeparamref",
    "ul",
    "wbr",
];

/// The tags that need no other to close them.
const BREAKS: &[&str] = &["BR", "br", "wbr"];

/// What angle brackets may be besides tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Prose,
    /// Behind a word they hold the arguments of a type: `List<item>`.
    Type,
}

/// Text on one line, every run of white space one blank: for cells, summaries and names.
#[must_use]
pub fn line(raw: &str) -> String {
    on_one_line(&markup_removed(raw, Reading::Prose))
}

/// A type on one line, as [`line()`]; its arguments stay, whatever they are called.
pub(crate) fn type_line(raw: &str) -> String {
    on_one_line(&markup_removed(raw, Reading::Type))
}

fn on_one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Text that keeps its lines, each of them as [`line()`]: for paragraphs.
#[must_use]
pub fn paragraph(raw: &str) -> String {
    let text = markup_removed(raw, Reading::Prose);
    let lines: Vec<String> = text
        .lines()
        .map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|one| !one.is_empty())
        .collect();
    lines.join("\n")
}

/// A text from its first line that is not blank.
pub(crate) fn without_blank_lines(text: &str) -> &str {
    let content = text.trim_start();
    let blank = &text[..text.len() - content.len()];
    let line = blank.rfind('\n').map_or(0, |at| at + 1);
    &text[line..]
}

/// Whether a text is these words, in any case and with any white space between them.
#[must_use]
pub(crate) fn is_phrase(raw: &str, words: &str) -> bool {
    // Most texts are compared with many phrases, and begin with another letter than all but a few of them.
    let begin = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
    if begin(raw.trim_start()) != begin(words) {
        return false;
    }
    let mut found = raw.split_whitespace();
    let same = |word: &str| {
        found
            .next()
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    words.split(' ').all(same) && found.next().is_none()
}

/// Where a text has an ASCII phrase first, in any case.
#[must_use]
pub(crate) fn find_in_any_case(text: &str, phrase: &str) -> Option<usize> {
    let mut places = text.as_bytes().windows(phrase.len().max(1));
    places.position(|place| place.eq_ignore_ascii_case(phrase.as_bytes()))
}

/// Text of a fence: entities resolved, everything else kept, without blank lines around it.
#[must_use]
pub fn code(raw: &str) -> String {
    let text = visible(&unescaped(raw));
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines
        .iter()
        .position(|one| !one.is_empty())
        .unwrap_or(lines.len());
    let last = lines
        .iter()
        .rposition(|one| !one.is_empty())
        .map_or(first, |at| at + 1);
    lines.get(first..last).unwrap_or_default().join("\n")
}

/// First invisible character of a text, as byte offset, and how many there are.
#[must_use]
pub fn invisible(text: &str) -> Option<(usize, usize)> {
    if text
        .bytes()
        .all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\r' | b'\t'))
    {
        return None;
    }
    let mut found = text
        .char_indices()
        .filter(|(_, c)| is_invisible(*c))
        .map(|(at, _)| at);
    let first = found.next()?;
    Some((first, 1 + found.count()))
}

fn markup_removed(raw: &str, reading: Reading) -> String {
    if !raw.contains(['&', '<', '\\', '{']) {
        return visible(raw);
    }
    visible(&tags_removed(&unescaped(raw), reading))
}

/// Drops what is invisible and turns every kind of line end into `\n`.
fn visible(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            c if is_invisible(c) => {}
            c => out.push(c),
        }
    }
    out
}

fn unescaped(raw: &str) -> String {
    let mut text = raw.to_owned();
    for _ in 0..UNESCAPE_ROUNDS {
        if !text.contains('&') {
            break;
        }
        text = unescaped_once(&text);
    }
    text
}

fn unescaped_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|b| b == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

fn tags_removed(text: &str, reading: Reading) -> String {
    let mut out = String::with_capacity(text.len());
    let elements = Elements::of(text);
    let mut unclosed = false;
    let mut rest = text;
    while let Some(at) = rest.find(['<', '`', '\\', '{']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let place = text.len() - found.len();
        let is_element = |tag: &element::Tag<'_>| elements.has(tag, place);
        let length = if let Some(tag) = Tag::at(found).filter(|tag| !tag.is_argument(&out, reading))
        {
            out.push_str(tag.stands_for);
            tag.length
        } else if let Some(tag) = element::Tag::at(found).filter(is_element) {
            tag.length
        } else if let Some(length) = comment_length(found, &mut unclosed) {
            length
        } else if let Some(c) = escaped(found) {
            out.push(c);
            2
        } else {
            let length = code_length(found).unwrap_or(1);
            out.push_str(&found[..length]);
            length
        };
        rest = &found[length..];
    }
    out.push_str(rest);
    out
}

/// How long the comment of MDX is that a text starts with. Where nothing closes it, nothing closes those behind it.
fn comment_length(text: &str, unclosed: &mut bool) -> Option<usize> {
    if *unclosed || !text.starts_with(COMMENT.0) {
        return None;
    }
    let end = text.find(COMMENT.1);
    *unclosed = end.is_none();
    Some(end? + COMMENT.1.len())
}

/// The mark behind a backslash that keeps it from being read as one.
fn escaped(text: &str) -> Option<char> {
    let mut chars = text.strip_prefix('\\')?.chars();
    chars.next().filter(char::is_ascii_punctuation)
}

/// How long a text is that this reader takes at its beginning for code in back ticks, and whether it takes what it begins with
/// for a mark: where text is written that shall be read again, that needs a backslash.
pub(crate) fn marked(text: &str) -> (Option<usize>, bool) {
    let is_mark = Tag::at(text).is_some()
        || element::Tag::at(text).is_some()
        || text.starts_with(COMMENT.0)
        || text.starts_with('\\');
    (code_length(text), is_mark)
}

/// How long the code in back ticks is that a text starts with, or the ticks alone where nothing closes them.
fn code_length(text: &str) -> Option<usize> {
    let ticks = |text: &str| text.bytes().take_while(|b| *b == b'`').count();
    let opening = ticks(text);
    if opening == 0 {
        return None;
    }
    let mut end = opening;
    while let Some(next) = text.bytes().skip(end).take(TAG_CAP).position(|b| b == b'`') {
        let at = end + next;
        let closing = ticks(&text[at..]);
        end = at + closing;
        if closing == opening {
            return Some(end);
        }
        if end > TAG_CAP {
            break;
        }
    }
    Some(opening)
}

struct Tag<'t> {
    length: usize,
    /// What is read in its place: a blank for tags that separate, the target's name for a reference without text.
    stands_for: &'t str,
    /// Whether it is nothing but a name that another tag must close.
    is_bare: bool,
}

impl<'t> Tag<'t> {
    /// The tag that `text` starts with.
    fn at(text: &'t str) -> Option<Self> {
        let end = text.bytes().take(TAG_CAP).position(|b| b == b'>')?;
        let inner = text.get(..end)?.strip_prefix('<')?;
        let name_of = inner.strip_prefix('/').unwrap_or(inner);
        let name_end = name_of
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name_of.len());
        let (name, behind) = name_of.split_at(name_end);
        if !TAGS.contains(&name) || !may_follow_name(behind) {
            return None;
        }
        let length = end + 1;
        let reference = matches!(name, "see" | "seealso" | "paramref" | "typeparamref");
        let inline = matches!(
            name,
            "a" | "b" | "c" | "code" | "em" | "i" | "strong" | "wbr"
        );
        let empty = inner.ends_with('/')
            || text
                .get(length..)
                .is_some_and(|after| after.starts_with("</"));
        let stands_for = match (reference, inline) {
            (true, _) if empty && !inner.starts_with('/') => target(inner),
            (true, _) | (_, true) => "",
            _ => " ",
        };
        Some(Self {
            length,
            stands_for,
            is_bare: inner == name && !BREAKS.contains(&name),
        })
    }

    /// Whether it is no tag but the argument of the type that `before` ends with.
    fn is_argument(&self, before: &str, reading: Reading) -> bool {
        reading == Reading::Type
            && self.is_bare
            && before.ends_with(|c: char| c.is_ascii_alphanumeric())
    }
}

/// Whether a text can stand behind the name of a tag: nothing, or attributes.
fn may_follow_name(text: &str) -> bool {
    let attributes = text.strip_suffix('/').unwrap_or(text);
    let first = attributes.trim();
    let is_apart = attributes.starts_with(char::is_whitespace);
    let is_name = |name: &str| {
        let name = name.trim_end();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':');
        !name.is_empty() && name.chars().all(is_part)
    };
    first.is_empty() || is_apart && first.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Last part of the name in `cref="P:Some.Type.Name"`.
fn target(tag: &str) -> &str {
    let quoted = tag.split('"').nth(1).unwrap_or("");
    let member = quoted.split('(').next().unwrap_or("");
    member.rsplit(['.', ':', '/', '!']).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_read_as_what_it_shows() {
        let long = format!("a <b {}> c", "x".repeat(TAG_CAP));
        let table = [
            ("  a \n  b\t c ", "a b c"),
            ("a &amp; b", "a & b"),
            ("a &amp;amp;lt; b", "a < b"),
            ("a &amp;amp;amp;lt; b", "a &lt; b"),
            ("&quot;&apos;&#65;&#x42;&#X43;", "\"'ABC"),
            ("a&nbsp;b", "a b"),
            ("a & b &unknown; &#; &#xZ;", "a & b &unknown; &#; &#xZ;"),
            ("&verylongname; &amp", "&verylongname; &amp"),
            ("a<br/>b", "a b"),
            ("a<p>b</p>c", "a b c"),
            ("a<b>b</b>c", "abc"),
            ("a <B>b</B>", "a <B>b</B>"),
            ("a<BR>b<wbr/>c", "a bc"),
            ("a <i>b</i>", "a b"),
            ("<see cref=\"P:Cats.Cat.Name\"/> x", "Name x"),
            ("<see cref=\"M:Cats.Cat.Feed(System.Int32)\"/>", "Feed"),
            ("<see cref=\"T:Cats.Cat\">the cat</see>", "the cat"),
            ("<see cref=\"T:Cats.Cat\"></see>", "Cat"),
            ("<paramref name=\"id\"/>", "id"),
            ("<see/>", ""),
            ("a < b > c", "a < b > c"),
            ("List<int>", "List<int>"),
            ("a List<Item> of <T>", "a List<Item> of <T>"),
            ("a <b and c> d", "a <b and c> d"),
            ("a <b-c> <i:d> <a = b>", "a <b-c> <i:d> <a = b>"),
            ("a <b c=d>b</b >", "a b"),
            ("`Feed<code>` <b>b</b>", "`Feed<code>` b"),
            ("``a`<b>`` <b>b</b>", "``a`<b>`` b"),
            ("a ` <b>b</b>", "a ` b"),
            ("`` <b>b</b> `", "`` b `"),
            ("a <", "a <"),
            (
                "a \\{b\\} \\<c\\> \\<b\\> d\\e \\\\f \\",
                "a {b} <c> <b> d\\e \\f \\",
            ),
            ("`a\\{b` \\`<b>c\\`", "`a\\{b` `c`"),
            ("a {/* <b> */} b {/* c", "a b {/* c"),
            (
                "<Note>a</Note> <Tip/> <Tip x=y>b</Tip>",
                "a <Tip/> <Tip x=y>b</Tip>",
            ),
            (long.as_str(), long.as_str()),
            ("a\u{200b}b\u{202e}c\u{feff}", "abc"),
            ("a\u{85}b\u{2028}c", "a b c"),
        ];
        for (raw, expected) in table {
            assert_eq!(line(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn arguments_of_types_are_no_tags() {
        let table = [
            ("List<item>", "List<item>"),
            ("List&lt;code&gt;", "List<code>"),
            ("array<list<c>>", "array<list<c>>"),
            ("<code>int</code>", "int"),
            ("array of <b>Cat</b>", "array of Cat"),
            ("Big<wbr>Cat", "BigCat"),
            ("Cat<br>Dog<br/>Cow", "Cat Dog Cow"),
            ("Cat<a id=\"cat\"></a>", "Cat"),
        ];
        for (raw, expected) in table {
            assert_eq!(type_line(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn paragraphs_and_code_keep_their_lines() {
        assert_eq!(paragraph(" a  b \r\n\r\n c\rd "), "a b\nc\nd");
        assert_eq!(paragraph(""), "");
        assert_eq!(code("\n\n  a  \n\n b &lt;c&gt;\n\n"), "  a\n\n b <c>");
        assert_eq!(code("a"), "a");
        assert_eq!(code("\n \n"), "");
    }

    #[test]
    fn what_cannot_be_seen_is_counted() {
        let table = [
            ("plain\ttext\r\n", None),
            ("é\u{85}\u{2028}", None),
            ("a\u{0}b", Some((1, 1))),
            ("é\u{200b}x\u{200f}", Some((2, 2))),
            (
                "\u{202a}\u{202e}\u{2060}\u{2069}\u{61c}\u{feff}\u{7f}\u{ad}\u{e0041}",
                Some((0, 9)),
            ),
        ];
        for (text, expected) in table {
            assert_eq!(invisible(text), expected, "{text:?}");
        }
    }

    #[test]
    fn only_whole_blank_lines_are_left_out() {
        let table = [
            ("\n \r\n  a\n", "  a\n"),
            ("  a", "  a"),
            ("a\n\nb", "a\n\nb"),
            (" \n", ""),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(without_blank_lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_phrase_is_all_of_its_words_and_no_others() {
        let table = [
            ("Path Part", true),
            ("  path\t PART ", true),
            ("path", false),
            ("path part x", false),
            ("pathpart", false),
            ("", false),
        ];
        for (raw, expected) in table {
            assert_eq!(is_phrase(raw, "path part"), expected, "{raw:?}");
        }
    }
}
