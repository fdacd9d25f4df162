//! Cuts a wire name into words and joins them the way Rust writes names. Takes any text at all; returns ASCII letters, digits
//! and underscores that start with a letter, or nothing for a name that has no letter and no digit.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Spellings that the word rule (a new word starts at an upper-case letter) would cut in the wrong places, and how they are
/// read instead. The longer of two that begin alike stands first.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("cRMScript", "CrmScript"),
    ("CRMScript", "CrmScript"),
    ("OData", "Odata"),
    ("EMails", "Emails"),
    ("EMail", "Email"),
    ("eMail", "Email"),
    ("URLs", "Urls"),
    ("IDs", "Ids"),
    ("DBs", "Dbs"),
    ("VIPs", "Vips"),
    ("uRL", "Url"),
    ("EMarketing", "Emarketing"),
    ("UDef", "Udef"),
    ("uDef", "Udef"),
];

/// Whole wire names that have a better Rust name than their words give.
const SPELLINGS: &[(&str, &str)] = &[("_Links", "api_links")];

/// What a symbol is called when it alone keeps two names apart.
const SYMBOLS: &[(char, &str)] = &[
    ('_', "underscore"),
    ('.', "dot"),
    ('$', "dollar"),
    ('-', "dash"),
    (' ', "space"),
    ('/', "slash"),
    ('\\', "backslash"),
    (':', "colon"),
    ('@', "at"),
    ('#', "hash"),
    ('+', "plus"),
    ('*', "star"),
    ('%', "percent"),
    ('&', "and"),
];

/// `ChatSessionId` → `chat_session_id`.
pub(super) fn snake(wire: &str) -> String {
    match SPELLINGS.iter().find(|(name, _)| *name == wire) {
        Some((_, rust)) => (*rust).to_owned(),
        None => lead(readable(wire).to_snake_case(), 'n'),
    }
}

/// `chat_session` → `ChatSession`; a name that is in camel case already keeps its spelling.
pub(super) fn camel(wire: &str) -> String {
    if is_camel(wire) {
        return wire.to_owned();
    }
    lead(readable(wire).to_upper_camel_case(), 'N')
}

/// The name with every symbol and every letter outside ASCII spelled out, for names that are equal without them.
pub(super) fn spelled(wire: &str) -> String {
    let mut text = String::new();
    for c in wire.chars() {
        if c.is_ascii_alphanumeric() {
            text.push(c);
            continue;
        }
        let word = SYMBOLS
            .iter()
            .find(|(symbol, _)| *symbol == c)
            .map_or_else(|| code_point(c), |(_, w)| (*w).to_owned());
        text.push_str(&format!(" {word} "));
    }
    text
}

fn is_camel(wire: &str) -> bool {
    wire.starts_with(|c: char| c.is_ascii_uppercase())
        && wire.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The text in which the word rule finds the right words: ASCII, with abbreviations as words.
fn readable(wire: &str) -> String {
    let mut text = String::with_capacity(wire.len());
    for c in wire.chars() {
        match c {
            c if c.is_ascii() => text.push(c),
            c if c.is_alphanumeric() => text.push_str(&format!(" {} ", code_point(c))),
            _ => text.push(' '),
        }
    }
    for (spelling, word) in ABBREVIATIONS {
        if text.contains(spelling) {
            text = reworded(&text, spelling, word);
        }
    }
    text
}

/// The text with a spelling replaced where it is a word: `EMail` in `GetEMail`, but not the letters of `eMail` in `SaveMailbox`.
fn reworded(text: &str, spelling: &str, word: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(spelling) {
        let (before, found) = rest.split_at(at);
        let after = &found[spelling.len()..];
        out.push_str(before);
        let is_word = begins_word(&out, spelling) && !after.starts_with(|c: char| c.is_lowercase());
        out.push_str(if is_word { word } else { spelling });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a word may begin behind this text: a capital begins one unless it goes on with capitals, a small letter only where
/// no letter or digit stands before it.
fn begins_word(before: &str, word: &str) -> bool {
    let last = before.chars().next_back();
    if word.starts_with(|c: char| c.is_uppercase()) {
        !last.is_some_and(char::is_uppercase)
    } else {
        !last.is_some_and(char::is_alphanumeric)
    }
}

fn code_point(c: char) -> String {
    format!("u{:04x}", u32::from(c))
}

/// A name may not start with a digit.
fn lead(name: String, letter: char) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{letter}{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn abbreviations_are_read_as_words_and_only_as_words() {
        let table = [
            ("GetEMail", "get_email"),
            ("EMails", "emails"),
            ("eMailId", "email_id"),
            ("UDefFields", "udef_fields"),
            ("uDefId", "udef_id"),
            ("DeleteURLs", "delete_urls"),
            ("SaveMailbox", "save_mailbox"),
            ("CreateMailing", "create_mailing"),
            ("MenuDefinition", "menu_definition"),
            ("GPUDefault", "gpu_default"),
            ("UDefault", "u_default"),
        ];
        for (wire, rust) in table {
            assert_eq!(snake(wire), rust, "{wire}");
        }
    }
}
