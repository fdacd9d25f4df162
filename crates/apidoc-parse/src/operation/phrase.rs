//! Takes the text of a description and returns the facts that its fixed phrases state: the list that feeds a field, the
//! threshold of slowness, and what its markers say. It refuses nothing: a phrase that is written in another
//! way stays part of the text.

use super::marker::{self, Subject};
use crate::text;
use crate::vocabulary::unlinked;

/// What the description cell of a row says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) required: bool,
    pub(super) list: Option<String>,
    pub(super) deprecated: bool,
    /// The rest.
    pub(super) text: String,
}

/// How pages name the list behind a field, in any case: what stands before the quoted name, and what may stand after it. The last
/// ones are the form of vendored pages.
const LIST: [&str; 5] = [
    "use mdo list name ",
    "use mdo list named ",
    "use mdo list ",
    "mdo list name ",
    "mdo list ",
];
const LIST_ITEMS: &str = " to get list items";

/// What stands before and behind the name of a list.
const QUOTES: [(&str, &str); 5] = [
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("\u{201c}", "\u{201d}"),
    ("\u{2018}", "\u{2019}"),
];

/// Says on vendored pages that something is deprecated, in place of a description.
pub(crate) const DEPRECATED: &str = "Deprecated.";

/// Says on vendored pages which type a body is, in place of a description; the name follows.
pub(crate) const MODEL: &str = "Model: ";

/// How the threshold begins, in any case; a number and its unit follow.
const SLOW: &str = "nsapislow threshold";

/// The units of a threshold, and how many milliseconds they have. Longer words stand before those that they begin with.
const UNITS: [(&str, u32); 6] = [
    ("milliseconds", 1),
    ("msec", 1),
    ("ms", 1),
    ("seconds", 1000),
    ("sec", 1000),
    ("s", 1000),
];

/// What may stand between the words and numbers of a threshold.
const THRESHOLD_MARKS: [char; 5] = ['*', '_', '`', ':', ' '];

/// Takes the facts out of a description cell.
pub(super) fn description(raw: &str) -> Description {
    if raw.is_empty() {
        return Description::default();
    }
    let unmarked = marker::without_required(raw);
    let mut text = text::line(unmarked.as_deref().unwrap_or(raw));
    if text.contains("\\|") {
        text = text.replace("\\|", "|");
    }
    let list = take_list(&mut text);
    let deprecated = marker::is_deprecated(&text, Subject::Row);
    if text == DEPRECATED {
        text.clear();
    }
    Description {
        required: unmarked.is_some(),
        list,
        deprecated,
        text,
    }
}

/// What a name cell holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The wire name.
    pub(super) text: String,
    /// What the cell says besides the name; empty where it says nothing.
    pub(super) note: String,
}

impl Name {
    /// Whether the note says so: `(deprecated)`, `(obsolete since 8)`.
    pub(super) fn is_deprecated(&self) -> bool {
        let note = self.note.trim_start_matches('(').to_ascii_lowercase();
        note.starts_with("deprecated") || note.starts_with("obsolete")
    }
}

/// A longer cell holds no name.
const NAME_CAP: usize = 400;

/// The marks that emphasise text.
const MARKS: [char; 2] = ['*', '`'];

/// The wire name in a cell, without the markup around it, and the note behind it: `Height (deprecated)`, `Height?`. `None`
/// where there is none, or where what stands there is more than a name.
pub(super) fn name(raw: &str) -> Option<Name> {
    if raw.len() > NAME_CAP {
        return None;
    }
    let is_bare = raw.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_bare && !raw.is_empty() {
        return Some(Name {
            text: raw.to_owned(),
            note: String::new(),
        });
    }
    let shown = text::line(&unescaped(&unlinked(raw)));
    let struck = shown.trim_matches(MARKS).starts_with("~~");
    let opened = shown.trim_start_matches(MARKS).trim_start_matches('~');
    let marks = &shown[..shown.len() - opened.len()];
    let end = opened.find(|c| !is_in_name(c)).unwrap_or(opened.len());
    let (text, mut note) = opened.split_at(end);
    if !marks.is_empty() {
        let closing: String = marks.chars().rev().collect();
        note = note.strip_prefix(closing.as_str())?;
    }
    let note = if struck { "~~" } else { note.trim() };
    (is_wire_name(text) && is_note(note)).then(|| Name {
        text: text.to_owned(),
        note: note.to_owned(),
    })
}

/// Text on one line without links and the marks of emphasis around it.
pub(super) fn unmarked(raw: &str) -> String {
    let shown = text::line(&unescaped(&unlinked(raw)));
    shown.replace(MARKS, "").trim().to_owned()
}

/// Text without the backslashes that keep a mark from being read as one.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let escapes = c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation);
        out.extend(if escapes { chars.next() } else { Some(c) });
    }
    out
}

/// The characters of the names on real pages, and those of annotations (`@odata.type`) and of prefixes (`dc:title`).
fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '.' | '-' | ':')
}

fn is_wire_name(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@'));
    begins && text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

/// Whether a text in brackets says no more than that something is required.
pub(super) fn is_required(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("required")
}

/// Whether a text behind a name speaks about it, rather than going on with it.
fn is_note(text: &str) -> bool {
    let in_brackets = text.starts_with('(') && text.ends_with(')');
    let is_required =
        |text| marker::without_required(text).is_some_and(|rest| rest.trim().is_empty());
    matches!(text, "" | "?" | "*" | "~~") || in_brackets || is_required(text)
}

/// Takes `NsApiSlow threshold: N ms.` out of a text, with the marks that emphasise it.
pub(super) fn take_threshold(text: &mut String) -> Option<u32> {
    let start = text::find_in_any_case(text, SLOW)?;
    let rest = text[start + SLOW.len()..].trim_start_matches(THRESHOLD_MARKS);
    let (number, rest) = number(rest)?;
    let rest = rest.trim_start_matches(THRESHOLD_MARKS);
    let (scale, rest) = UNITS.iter().find_map(|(unit, scale)| {
        let rest = rest.strip_prefix(unit)?;
        (!rest.starts_with(char::is_alphanumeric)).then_some((scale, rest))
    })?;
    let value = number.checked_mul(*scale)?;
    let marks = &['*', '_', '`'];
    let rest = rest.trim_start_matches(marks);
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let end = text.len() - rest.trim_start_matches(marks).len();
    let start = text[..start].trim_end_matches(marks).len();
    cut(text, start, end);
    Some(value)
}

/// The number that a text begins with, which may have commas before every three of its digits, and the rest.
fn number(text: &str) -> Option<(u32, &str)> {
    let is_in_number = |c: char| c.is_ascii_digit() || c == ',';
    let end = text.find(|c| !is_in_number(c)).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let mut groups = number.split(',');
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some((digits.parse().ok()?, rest))
}

fn take_list(text: &mut String) -> Option<String> {
    let (start, begin) = LIST.iter().find_map(|before| {
        let start = text::find_in_any_case(text, before)?;
        Some((start, start + before.len()))
    })?;
    let (name, rest) = quoted(&text[begin..])?;
    let is_phrase = rest.get(..LIST_ITEMS.len());
    let is_phrase = is_phrase.is_some_and(|rest| rest.eq_ignore_ascii_case(LIST_ITEMS));
    let rest = if is_phrase {
        &rest[LIST_ITEMS.len()..]
    } else {
        rest
    };
    let behind = rest.strip_prefix('.').unwrap_or(rest);
    let is_whole = behind.len() < rest.len() || rest.is_empty();
    let name = (is_whole && !name.trim().is_empty()).then(|| name.to_owned())?;
    let end = text.len() - behind.len();
    cut(text, start, end);
    Some(name)
}

/// The text between the quotes that a text begins with, and what stands behind them.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let (rest, close) = QUOTES
        .iter()
        .find_map(|(open, close)| Some((text.strip_prefix(open)?, close)))?;
    rest.split_once(close)
}

/// Removes a part of a text and the blank that it leaves over.
fn cut(text: &mut String, start: usize, end: usize) {
    let before = text[..start].trim_end();
    let after = text[end..].trim_start();
    let glue = match (
        before.is_empty() || after.is_empty(),
        text[..start].ends_with('\n') || text[end..].starts_with('\n'),
    ) {
        (true, _) => "",
        (false, true) => "\n",
        (false, false) => " ",
    };
    *text = format!("{before}{glue}{after}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_taken_out_of_a_description() {
        // The cell; whether it is required, deprecated, its list, and the rest.
        let table = [
            ("", false, false, None, ""),
            ("**Required** The id.", true, false, None, "The id."),
            ("The **Required** id.", true, false, None, "The id."),
            ("Required", false, false, None, "Required"),
            ("**Required.** The id.", true, false, None, "The id."),
            ("*Required* The id.", true, false, None, "The id."),
            ("The id. (required)", true, false, None, "The id."),
            (
                "The id (required with x).",
                false,
                false,
                None,
                "The id (required with x).",
            ),
            ("Deprecated.", false, true, None, ""),
            (
                "Deprecated: use x.",
                false,
                true,
                None,
                "Deprecated: use x.",
            ),
            ("a \\| b", false, false, None, "a | b"),
            (
                "The cat. Use MDO List name \"cat\" to get list items. More.",
                false,
                false,
                Some("cat"),
                "The cat. More.",
            ),
            ("MDO list \"cat\".", false, false, Some("cat"), ""),
            ("See MDO list \"cat\".", false, false, Some("cat"), "See"),
            // Written in another way, it stays part of the text.
            (
                "MDO list \"cat\" and more",
                false,
                false,
                None,
                "MDO list \"cat\" and more",
            ),
            ("MDO list \"cat", false, false, None, "MDO list \"cat"),
            ("MDO list \"\".", false, false, None, "MDO list \"\"."),
            ("MDO list cat.", false, false, None, "MDO list cat."),
            // In another dress, it says the same.
            ("Use MDO list 'cat'.", false, false, Some("cat"), ""),
            (
                "A cat. Use MDO list name `cat` to get list items",
                false,
                false,
                Some("cat"),
                "A cat.",
            ),
            (
                "use MDO List named \u{201c}cat\u{201d} to get list items. More.",
                false,
                false,
                Some("cat"),
                "More.",
            ),
            (
                "MDO list name \u{2018}cat\u{2019}",
                false,
                false,
                Some("cat"),
                "",
            ),
        ];
        for (raw, required, deprecated, list, text) in table {
            let expected = Description {
                required,
                list: list.map(str::to_owned),
                deprecated,
                text: text.to_owned(),
            };
            assert_eq!(description(raw), expected, "{raw}");
        }
    }

    #[test]
    fn names_lose_the_marks_around_them_and_nothing_else_is_a_name() {
        // The cell, the name, and the note behind it.
        let table = [
            ("Id", Some(("Id", ""))),
            ("`Id`", Some(("Id", ""))),
            ("**Id**", Some(("Id", ""))),
            ("*Id*", Some(("Id", ""))),
            ("**`Id`**", Some(("Id", ""))),
            ("[Id](id.md)", Some(("Id", ""))),
            ("[**Id**](id.md)", Some(("Id", ""))),
            ("\\_Links", Some(("_Links", ""))),
            ("\\$select", Some(("$select", ""))),
            ("_id_", Some(("_id_", ""))),
            ("$select", Some(("$select", ""))),
            ("odata.nextLink", Some(("odata.nextLink", ""))),
            ("@odata.type", Some(("@odata.type", ""))),
            ("If-Match", Some(("If-Match", ""))),
            ("&lt;b&gt;x", Some(("x", ""))),
            ("~~Id~~", Some(("Id", "~~"))),
            ("Id?", Some(("Id", "?"))),
            ("Id*", Some(("Id", "*"))),
            ("Id (old)", Some(("Id", "(old)"))),
            ("**Id** (old)", Some(("Id", "(old)"))),
            ("Id<br>**Required**", Some(("Id", "**Required**"))),
            ("**Id", None),
            ("``", None),
            ("*", None),
            ("a\\|b", None),
            ("First name", None),
            ("a, b", None),
            ("Cats[].Id", None),
            ("-> Id", None),
            ("Id.", None),
            ("\\", None),
            ("", None),
        ];
        for (raw, expected) in table {
            let found = name(raw);
            let found = found.as_ref().map(|name| (&*name.text, &*name.note));
            assert_eq!(found, expected, "{raw}");
        }
        assert_eq!(name(&"x".repeat(NAME_CAP + 1)), None);
    }

    #[test]
    fn a_threshold_is_a_length_of_time() {
        let table = [
            ("NsApiSlow threshold: 500 ms.", Some(500), ""),
            (
                "Feeds. NsApiSlow threshold: 500 ms. Twice.",
                Some(500),
                "Feeds. Twice.",
            ),
            (
                "Feeds.\nNsApiSlow threshold:500ms\nTwice.",
                Some(500),
                "Feeds.\nTwice.",
            ),
            ("Feeds.\nNsApiSlow threshold: 7 ms.", Some(7), "Feeds."),
            (
                "NsApiSlow threshold: soon",
                None,
                "NsApiSlow threshold: soon",
            ),
            ("Feeds. NSAPISLOW threshold 5 s.", Some(5000), "Feeds."),
            ("NsApiSlow threshold: 2 seconds", Some(2000), ""),
            ("NsApiSlow threshold: 1,500 ms.", Some(1500), ""),
            (
                "**NsApiSlow threshold:** `700` ms. Twice.",
                Some(700),
                "Twice.",
            ),
            (
                "Feeds.\n*NsApiSlow threshold: 700 ms.*",
                Some(700),
                "Feeds.",
            ),
            (
                "NsApiSlow threshold: 15,00 ms.",
                None,
                "NsApiSlow threshold: 15,00 ms.",
            ),
            (
                "NsApiSlow threshold: 1.5 s.",
                None,
                "NsApiSlow threshold: 1.5 s.",
            ),
            (
                "NsApiSlow threshold: 5 min.",
                None,
                "NsApiSlow threshold: 5 min.",
            ),
            (
                "NsApiSlow threshold: 5 sheep.",
                None,
                "NsApiSlow threshold: 5 sheep.",
            ),
            (
                "NsApiSlow threshold: 4,294,968 s.",
                None,
                "NsApiSlow threshold: 4,294,968 s.",
            ),
            (
                "NsApiSlow threshold: 99999999999 ms.",
                None,
                "NsApiSlow threshold: 99999999999 ms.",
            ),
            ("Feeds.", None, "Feeds."),
        ];
        for (text, value, rest) in table {
            let mut left = text.to_owned();
            assert_eq!(take_threshold(&mut left), value, "{text}");
            assert_eq!(left, rest, "{text}");
        }
    }
}
