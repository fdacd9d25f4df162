//! Media types as pages list them. Takes the text of a row or a list that was read from one, and says which types there are and
//! whether JSON may be among them; it refuses nothing.

use std::ops::Range;

/// The kinds of media types there are; in running text, only what begins with one of them is a media type.
const KINDS: [&str; 9] = [
    "application",
    "audio",
    "font",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];
/// The kinds whose wildcard (`text/*`) may mean JSON.
const KINDS_OF_JSON: [&str; 3] = ["*", "application", "text"];

/// Where a text names media types: in back ticks, or as words of their own.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for (number, part) in text.split('`').enumerate() {
        let quoted = number % 2 == 1;
        if quoted && part.contains('/') {
            found.push(at..at + part.len());
        } else if !quoted {
            found.extend(words(part).map(|word| at + word.start..at + word.end));
        }
        at += part.len() + 1;
    }
    found
}

/// The words of a text that are media types.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"' | '\'');
    let mut at = 0;
    text.split(is_between).filter_map(move |raw| {
        let start = at;
        // One byte is between, or more where it is a white space of another script.
        at += raw.len()
            + text
                .get(at + raw.len()..)?
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let word = raw.trim_end_matches(['.', ':']);
        is_media_type(word).then(|| start..start + word.len())
    })
}

fn is_media_type(word: &str) -> bool {
    let is_known = |kind: &str| KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_' | '*');
    word.split_once('/').is_some_and(|(kind, subtype)| {
        (is_known(kind) && !subtype.is_empty() && subtype.chars().all(is_plain)) || word == "*/*"
    })
}

/// Whether media types are listed and JSON cannot be one of them, so that the body is something else.
pub(crate) fn have_no_json(media_types: &[String]) -> bool {
    !media_types.is_empty() && !media_types.iter().any(|media| may_be_json(media))
}

fn may_be_json(media: &str) -> bool {
    let name = media.split(';').next().unwrap_or("").trim();
    let name = name.to_ascii_lowercase();
    name.split_once('/').is_some_and(|(kind, subtype)| {
        matches!(subtype, "json" | "x-json")
            || subtype.ends_with("+json")
            || (subtype == "*" && KINDS_OF_JSON.contains(&kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_stand_in_back_ticks_or_as_words() {
        let table: [(&str, &[&str]); 9] = [
            (
                "Type: `a/b`, `text/json; charset=utf-8`",
                &["a/b", "text/json; charset=utf-8"],
            ),
            ("Type: image/png, text/csv.", &["image/png", "text/csv"]),
            ("`image/png` or text/csv;q=1", &["image/png", "text/csv"]),
            ("cats and/or dogs (`word`)", &[]),
            ("*/* or Application/*", &["*/*", "Application/*"]),
            ("text/ /json text/a\u{2003}text/b", &["text/a", "text/b"]),
            ("text/a/b", &[]),
            ("`a/b", &["a/b"]),
            ("", &[]),
        ];
        for (text, expected) in table {
            let found: Vec<&str> = places(text).into_iter().map(|at| &text[at]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_list_may_have_json() {
        let table: [(&[&str], bool); 8] = [
            (&[], false),
            (&["application/json"], false),
            (&["image/png", "Text/JSON; charset=utf-8"], false),
            (&["application/merge-patch+json"], false),
            (&["text/plain", "*/*"], false),
            (&["image/*"], true),
            (&["application/xml", "text/plain"], true),
            (&["application/jsonl", "json"], true),
        ];
        for (list, expected) in table {
            let list: Vec<String> = list.iter().map(|media| (*media).to_owned()).collect();
            assert_eq!(have_no_json(&list), expected, "{list:?}");
        }
    }
}
