//! Takes the text of a description and returns the facts that its fixed phrases state: required, deprecated, the list that
//! feeds a field, the threshold of slowness, the name of a type. It refuses nothing: a phrase that is written in another way
//! stays part of the text.

use crate::text;

/// What the description cell of a row says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) required: bool,
    pub(super) list: Option<String>,
    pub(super) deprecated: bool,
    /// The rest.
    pub(super) text: String,
}

const REQUIRED: &str = "**Required**";

/// How pages name the list behind a field: what stands before the name, and what after it. The last one is the form of
/// vendored pages.
const LIST_HINTS: &[(&str, &str)] = &[
    ("Use MDO List name \"", "\" to get list items."),
    ("MDO list \"", "\"."),
];

/// Says on vendored pages that something is deprecated, in place of a description.
pub(crate) const DEPRECATED: &str = "Deprecated.";

/// Says on vendored pages which type a body is, in place of a description; the name follows.
pub(crate) const MODEL: &str = "Model: ";

/// Summaries of types that do not say the name: how they begin, and the public name of the type.
const SUMMARIES: &[(&str, &str)] = &[("Easy to use archive results", "ODataSlimResponse")];

const SLOW: &str = "NsApiSlow threshold:";

/// Takes the facts out of a description cell.
pub(super) fn description(raw: &str) -> Description {
    if raw.is_empty() {
        return Description::default();
    }
    let required = raw.contains(REQUIRED);
    let mut text = if required {
        text::line(&raw.replace(REQUIRED, " "))
    } else {
        text::line(raw)
    };
    if text.contains("\\|") {
        text = text.replace("\\|", "|");
    }
    let list = take_list(&mut text);
    let deprecated = is_deprecated(&text);
    if text == DEPRECATED {
        text.clear();
    }
    Description {
        required,
        list,
        deprecated,
        text,
    }
}

/// A wire name as its cell prints it.
pub(super) fn name(raw: &str) -> String {
    let name = text::line(raw).replace("\\|", "|");
    let bare = ["**", "`"].iter().find_map(|mark| {
        let inner = name.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.is_empty()).then(|| inner.to_owned())
    });
    bare.unwrap_or(name)
}

/// Whether a sentence of the text begins with the word.
pub(crate) fn is_deprecated(text: &str) -> bool {
    ["Deprecated", "Obsolete"].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].trim_end();
            let ends = before.is_empty() || before.ends_with(['.', '!', '?', ':', '(', '[']);
            ends && !text[at + word.len()..].starts_with(char::is_alphanumeric)
        })
    })
}

/// Takes `NsApiSlow threshold: N ms.` out of a text.
pub(super) fn take_threshold(text: &mut String) -> Option<u32> {
    let start = text.find(SLOW)?;
    let rest = &text[start + SLOW.len()..];
    let number = rest.trim_start();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let value = number[..digits].parse().ok()?;
    let unit = number[digits..].trim_start().strip_prefix("ms")?;
    let after = unit.strip_prefix('.').unwrap_or(unit);
    let end = text.len() - after.len();
    cut(text, start, end);
    Some(value)
}

/// The type that the text under a heading names.
pub(super) fn named(text: &str) -> Option<String> {
    if let Some(name) = word_before(text, " entity with API _Links added") {
        return Some(format!("{name}WithLinks"));
    }
    if let Some((_, name)) = SUMMARIES.iter().find(|(summary, _)| text.contains(summary)) {
        return Some((*name).to_owned());
    }
    if let Some(name) = word_after(text, "Carrier object for ") {
        return Some(name.to_owned());
    }
    let name = word_after(text, "Partial ")?;
    text.contains(&format!("Partial {name} class associating"))
        .then(|| name.to_owned())
}

/// The element type that the summary of a list operation names.
pub(super) fn named_element(summary: &str) -> Option<String> {
    let name = word_after(summary, "Gets an array of ")?;
    let known = summary.contains(&format!("array of {name} objects"))
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    known.then(|| name.to_owned())
}

fn take_list(text: &mut String) -> Option<String> {
    for (before, after) in LIST_HINTS {
        let Some(start) = text.find(before) else {
            continue;
        };
        let rest = &text[start + before.len()..];
        let Some(length) = rest.find('"').filter(|at| rest[*at..].starts_with(after)) else {
            continue;
        };
        let name = rest[..length].to_owned();
        let end = start + before.len() + length + after.len();
        cut(text, start, end);
        return Some(name);
    }
    None
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

fn word_after<'t>(text: &'t str, phrase: &str) -> Option<&'t str> {
    let rest = &text[text.find(phrase)? + phrase.len()..];
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn word_before<'t>(text: &'t str, phrase: &str) -> Option<&'t str> {
    let before = &text[..text.find(phrase)?];
    let start = before
        .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .map_or(0, |at| at + 1);
    (start < before.len()).then(|| &before[start..])
}
