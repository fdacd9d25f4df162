//! Takes a type word of a page and says whether it can be one. It refuses words that are neither in the vocabulary nor look
//! like the name of a type; what a word means is decided later.

/// The type words of both spellings, response and request.
const WORDS: &[&str] = &[
    "string",
    "int32",
    "int64",
    "bool",
    "double",
    "date-time",
    "byte",
    "binary",
    "array",
    "object", // responses, and all of 2022
    "String",
    "Integer",
    "Boolean",
    "Number",
    "Array",
    "Object", // requests since 2023
];

/// Whether a parameter can have this type.
pub(super) fn is_word(word: &str) -> bool {
    WORDS.contains(&word)
}

/// Whether a property or a body can have this type: a word, nothing at all, or the name of a type.
pub(super) fn is_word_or_name(word: &str) -> bool {
    word.is_empty() || is_word(word) || is_name(word)
}

/// A name begins with a capital letter and is no known word in another spelling.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The values of an `Enum: A, B` cell.
pub(super) fn enum_values(cell: &str) -> Option<Vec<String>> {
    let (head, values) = cell.split_once(':')?;
    if !head.trim().eq_ignore_ascii_case("enum") {
        return None;
    }
    Some(
        values
            .split(',')
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}
