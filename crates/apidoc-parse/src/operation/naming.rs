//! Takes a sentence about a body or a field and returns what it says about the type, in the fixed phrases of the reference: its name,
//! or that there is a list of it. It refuses nothing: what is written in another way names none.

/// Summaries of types that do not say the name: how they begin, and the public name of the type.
const SUMMARIES: &[(&str, &str)] = &[("Easy to use archive results", "ODataSlimResponse")];

/// How the summaries of agents' operations name the type of what is given back: what stands before the name, and what behind it.
const RESULTS: &[(&str, &str)] = &[
    ("Gets a ", " object"),
    ("Gets an ", " object"),
    ("Loading default values into a new ", ""),
    ("Set default values into a new ", ""),
    ("Updates the existing ", " or creates a new "),
];

/// The type that the text under a heading names.
pub(crate) fn named(text: &str) -> Option<String> {
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

/// The type that the summary of an agent's operation names as what is given back.
pub(super) fn named_result(summary: &str) -> Option<String> {
    RESULTS.iter().find_map(|(before, behind)| {
        let rest = summary.strip_prefix(before)?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let rest = rest.strip_prefix(behind)?;
        // What is created is what is updated, and nothing else is said of what is given.
        let is_whole = match rest.strip_prefix(name) {
            Some(rest) if behind.ends_with(' ') => !rest.starts_with(|c: char| c.is_alphanumeric()),
            _ => matches!(rest, "" | "."),
        };
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase());
        (is_name && is_whole).then(|| name.to_owned())
    })
}

/// Whether a text begins by calling what it describes a list: `An array with …`, `Collection of …`.
pub(super) fn says_list(text: &str) -> bool {
    let mut words = text.split_whitespace().map(str::to_ascii_lowercase);
    let mut next = || words.next().unwrap_or_default();
    let first = next();
    let is_article = matches!(first.as_str(), "a" | "an" | "the");
    let noun = if is_article { next() } else { first };
    matches!(noun.as_str(), "array" | "list" | "collection")
        && matches!(next().as_str(), "of" | "with")
}

/// The element type that the summary of a list operation names.
pub(super) fn named_element(summary: &str) -> Option<String> {
    let name = word_after(summary, "Gets an array of ")?;
    let known = summary.contains(&format!("array of {name} objects"))
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    known.then(|| name.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_may_name_what_is_given_back() {
        let table = [
            ("Gets a Cat object.", Some("Cat")),
            ("Gets an Animal object", Some("Animal")),
            ("Loading default values into a new Cat.", Some("Cat")),
            ("Set default values into a new Cat", Some("Cat")),
            (
                "Updates the existing Cat or creates a new Cat if the id is empty",
                Some("Cat"),
            ),
            ("Updates the existing Cat or creates a new Cattery", None),
            ("Updates the existing Cat or creates a new Dog", None),
            ("Gets a Cat object by its name.", None),
            ("Gets a Cat objection.", None),
            ("Gets a cat object.", None),
            ("Gets a  object.", None),
            ("Loading default values into a new Cat and a Dog.", None),
            ("It gets a Cat object.", None),
            ("", None),
        ];
        for (summary, expected) in table {
            assert_eq!(named_result(summary).as_deref(), expected, "{summary}");
        }
    }

    #[test]
    fn a_text_may_call_something_a_list() {
        let table = [
            ("An array with cats. Only their names.", true),
            ("Array of cats", true),
            ("The list\nof cats", true),
            ("A collection of cats", true),
            ("The list entity", false),
            ("JSON array of cats", false),
            ("A cat, or a list of cats", false),
            ("An array", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(says_list(text), expected, "{text}");
        }
    }

    #[test]
    fn summaries_name_types() {
        let table = [
            ("Cat entity with API _Links added", Some("CatWithLinks")),
            (
                "The Big_Cat entity with API _Links added.",
                Some("Big_CatWithLinks"),
            ),
            (" entity with API _Links added", None),
            ("A - entity with API _Links added", None),
            (
                "Easy to use archive results, more",
                Some("ODataSlimResponse"),
            ),
            ("Carrier object for Cat.", Some("Cat")),
            ("Carrier object for Cat_2 things", Some("Cat_2")),
            ("Carrier object for .", None),
            ("Partial Cat class associating x", Some("Cat")),
            ("Partial Cat class", None),
            ("Partial of x class associating y", None),
            ("A cat.", None),
        ];
        for (text, expected) in table {
            assert_eq!(named(text).as_deref(), expected, "{text}");
        }
        let table = [
            ("Gets an array of Cat objects.", Some("Cat")),
            ("Gets an array of cat objects.", None),
            ("Gets an array of Cat.", None),
            ("Gets an array of  objects", None),
            ("An array of Cat objects", None),
        ];
        for (text, expected) in table {
            assert_eq!(named_element(text).as_deref(), expected, "{text}");
        }
    }
}
