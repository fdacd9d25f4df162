//! Takes a type as a page prints it and says how it is spelled and what it can mean. Two vocabularies are in use: an exact one
//! (`int32`, `date-time`) and, in the request tables of newer pages, a coarse one (`Integer`, `String`) that hides dates, bytes
//! and widths; the words of .NET and of other descriptions of APIs are read as what they plainly mean. Any other word with a
//! capital letter is the name of a type; whether that name is believed is decided elsewhere. What stands beside a word is
//! told from it. Refuses what is neither.

use std::borrow::Cow;

use apidoc_model::api::Type;

use crate::text;

/// The spelling of a type that was not understood: any value.
pub(crate) const OPEN: &str = "any";
/// A longer cell is no type.
const LENGTH_CAP: usize = 120;
/// How deep arrays and dictionaries may nest in one cell.
const DEPTH_CAP: usize = 4;
/// How pages write an array of something in words.
const ARRAYS_OF: [&str; 3] = ["array of ", "list of ", "collection of "];
/// How they write it with brackets, in lower case.
const ARRAYS: [&str; 11] = [
    "array<",
    "list<",
    "collection<",
    "hashset<",
    "iset<",
    "ienumerable<",
    "icollection<",
    "ilist<",
    "ireadonlylist<",
    "ireadonlycollection<",
    "array[",
];
/// The words in small letters that bodies are not named with.
const NO_NAMES: [&str; 7] = [
    "array", "object", "string", "bool", "int32", "int64", "double",
];
/// What most bodies are called. No type is: where pages write one of them with a capital letter, it is still the name of the body.
const BODY_NAMES: [&str; 4] = ["request", "entity", "entities", "changes"];
/// A longer text is no word that is known.
const LONGEST_WORD: usize = "datetimeoffset".len();
/// How they write a dictionary, in lower case.
const MAPS: [&str; 4] = [
    "map<",
    "dictionary<",
    "idictionary<",
    "ireadonlydictionary<",
];
/// How they write, behind a type, that its value may be null, as every value may; in lower case.
const NULLABLE: [&str; 4] = ["?", "(nullable)", "| null", "|null"];

/// What a type word can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// No word: an object, by the custom of the oldest pages.
    Blank,
    /// A type and nothing else.
    Exact(Type),
    /// A type, or a narrower one that shares its JSON form.
    Coarse(Type),
    /// An array; of what is not said.
    Array,
    /// A dictionary; of what is not said.
    Dictionary,
    /// Bytes, when it stands for a whole body.
    Bytes,
    /// A list of values that the row carries.
    Enumeration,
    /// Any value, or a word that was not understood.
    Open,
    /// The name of a type.
    Name(String),
}

impl Word {
    /// Reads a type that [`spelled`] has returned; the name of an element is a second word behind [`Word::Array`].
    pub(crate) fn read(text: &str) -> Vec<Self> {
        words(text, 0).unwrap_or_else(|| vec![Self::Open])
    }

    /// The first word of a type.
    pub(crate) fn first(text: &str) -> Self {
        Self::read(text).into_iter().next().unwrap_or(Self::Open)
    }
}

/// A type as it is spelled when nothing but the type is left: `[X](x.md)` is `X`, `array of X` is `X[]`. `None` where it is
/// not understood.
pub(crate) fn spelled(raw: &str) -> Option<String> {
    let is_bare = raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_bare && raw.len() <= LENGTH_CAP {
        return words(raw, 0).map(|_| raw.to_owned());
    }
    let plain = plain(raw)?;
    let found = canonical(without_null(&plain), 0)?;
    words(&found, 0).map(|_| found)
}

/// A type as it is spelled, and what stands beside it, where the whole is not understood: brackets behind a known word
/// (`string(250)`, `date-time (UTC)`), or a namespace before a word (`System.Int32`). What is in the brackets may contradict the
/// word, if it is a type itself; then neither is believed.
pub(crate) fn beside(raw: &str) -> Option<(String, String)> {
    if !raw.contains(['(', '.']) {
        return None;
    }
    let plain = plain(raw)?;
    let inner = plain.strip_suffix(')');
    if let Some((word, note)) = inner.and_then(|inner| inner.split_once('(')) {
        let (word, note) = (word.trim(), note.trim());
        let is_type = known(word).is_some_and(|word| word != Word::Enumeration)
            && known(note.trim_start_matches('$')).is_none();
        return is_type.then(|| (word.to_owned(), note.to_owned()));
    }
    let (space, word) = plain.rsplit_once('.')?;
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let word = spelled(word).filter(|word| !word.is_empty())?;
    space
        .split('.')
        .all(is_part)
        .then(|| (word, space.to_owned()))
}

/// A type without the marks around it: a backslash keeps a bracket or a pipe from being read as one.
fn plain(raw: &str) -> Option<String> {
    let plain = text::type_line(&unlinked(&raw.replace(['`', '*', '\\'], "")));
    (plain.len() <= LENGTH_CAP).then_some(plain)
}

/// Whether a word is the name of a type: it begins with a capital letter and is no known word in another spelling.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && known(word).is_none()
}

/// The usual name of a body that a word is, in whatever letters.
pub(crate) fn body_name(word: &str) -> Option<&'static str> {
    let mut names = BODY_NAMES.into_iter();
    names.find(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a text that may be the name of a body, in small letters as all of them are, is its type instead.
pub(crate) fn is_no_name(text: &str) -> bool {
    let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let is_capital = text.starts_with(|c: char| c.is_ascii_uppercase());
    (!is_plain || is_capital || NO_NAMES.contains(&text))
        && body_name(text).is_none()
        && spelled(text).is_some()
}

/// `[text](target)` as `text`, wherever it stands.
pub(crate) fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Where one bracket begins no link, none behind it does, so that the text is searched once.
    while let Some((before, label, behind)) = first_link(rest) {
        out.push_str(before);
        out.push_str(label);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// What stands before the first link of a text, in it, and behind it.
fn first_link(text: &str) -> Option<(&str, &str, &str)> {
    let (before, link) = text.split_once('[')?;
    let (label, target) = link.split_once("](")?;
    let (_, behind) = target.split_once(')')?;
    Some((before, label, behind))
}

/// A type without what says that its value may be null.
fn without_null(text: &str) -> &str {
    let mut plain = text.trim();
    loop {
        let lower = plain.to_ascii_lowercase();
        if let Some(mark) = NULLABLE.iter().find(|mark| lower.ends_with(**mark)) {
            plain = plain[..plain.len() - mark.len()].trim_end();
        } else if lower.starts_with("nullable<") && lower.ends_with('>') {
            plain = plain["nullable<".len()..plain.len() - 1].trim();
        } else {
            return plain;
        }
    }
}

/// Whether a type says more than the words can: what the values of a dictionary are, where they are no scalars.
pub(crate) fn says_more(spelled: &str) -> bool {
    let (mut inside, mut is_value) = (spelled, false);
    loop {
        if let Some(element) = inside.strip_suffix("[]") {
            inside = element;
        } else if let Some(value) = value_of_map(inside) {
            (inside, is_value) = (value, true);
        } else {
            return is_value && is_name(inside);
        }
    }
}

/// What the values of a dictionary are, as [`canonical`] writes them.
fn value_of_map(text: &str) -> Option<&str> {
    text.strip_prefix("map<")?.strip_suffix('>')
}

fn canonical(text: &str, depth: usize) -> Option<String> {
    if depth > DEPTH_CAP {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if let Some(start) = ARRAYS_OF.iter().find(|start| lower.starts_with(**start)) {
        let inner = text[start.len()..].trim();
        let one = inner.strip_suffix('s').unwrap_or(inner);
        let found = canonical(inner, depth + 1).filter(|found| words(found, 0).is_some());
        return Some(format!(
            "{}[]",
            found.or_else(|| canonical(one, depth + 1))?
        ));
    }
    if let Some(inner) = text.strip_suffix("[]") {
        return Some(format!("{}[]", canonical(inner.trim(), depth + 1)?));
    }
    if let Some(inner) = text.strip_suffix(['>', ']']) {
        if let Some(start) = ARRAYS.iter().find(|start| lower.starts_with(**start)) {
            let inner = inner[start.len()..].trim();
            return Some(format!("{}[]", canonical(inner, depth + 1)?));
        }
        if let Some(start) = MAPS.iter().find(|start| lower.starts_with(**start)) {
            let inner = &inner[start.len()..];
            let value = inner.split_once(',').map_or(inner, |(_, value)| value);
            return Some(format!("map<{}>", canonical(value.trim(), depth + 1)?));
        }
    }
    Some(formatted(text).unwrap_or_else(|| text.to_owned()))
}

/// The format behind a word, which says more: `integer (int64)`, `string($date-time)`, `array (int32)`. A format of another
/// form than the word contradicts it, and neither is believed.
fn formatted(text: &str) -> Option<String> {
    let (word, format) = text.strip_suffix(')')?.split_once('(')?;
    let format = format.trim().trim_start_matches('$');
    let said = known(format)?;
    match known(word.trim())? {
        Word::Array => Some(format!("{format}[]")),
        Word::Dictionary => Some(format!("map<{format}>")),
        word => have_one_form(&word, &said).then(|| format.to_owned()),
    }
}

/// Whether the values of two words are written alike in JSON: as text, as numbers, as truth.
fn have_one_form(one: &Word, other: &Word) -> bool {
    let form = |word: &Word| match word {
        Word::Bytes | Word::Enumeration => Some(Type::String),
        Word::Exact(ty) | Word::Coarse(ty) => match ty {
            Type::String | Type::DateTime | Type::Base64 => Some(Type::String),
            Type::Int32 | Type::Int64 | Type::Double => Some(Type::Double),
            ty => Some(ty.clone()),
        },
        _ => None,
    };
    *one == Word::Open || form(one).is_some_and(|found| form(other) == Some(found))
}

fn words(text: &str, depth: usize) -> Option<Vec<Word>> {
    if depth > DEPTH_CAP {
        return None;
    }
    if text.is_empty() {
        return Some(vec![Word::Blank]);
    }
    if text.eq_ignore_ascii_case("byte[]") {
        return Some(vec![Word::Exact(Type::Base64)]);
    }
    if let Some(inner) = text.strip_suffix("[]") {
        return array_of(words(inner, depth + 1)?);
    }
    if let Some(inner) = value_of_map(text) {
        let map = |ty: Type| Word::Exact(Type::Map(Box::new(ty)));
        let value = words(inner, depth + 1)?;
        return Some(vec![match value.as_slice() {
            [Word::Exact(ty) | Word::Coarse(ty)] => map(ty.clone()),
            // `object` says any value as often as a dictionary.
            [Word::Dictionary] if value_of_map(inner).is_some() => {
                map(Type::Map(Box::new(Type::Any)))
            }
            _ => Word::Dictionary,
        }]);
    }
    let word = known(text).or_else(|| is_name(text).then(|| Word::Name(text.to_owned())));
    word.map(|word| vec![word])
}

/// `None` for an array of arrays of objects: the words have no form that says both.
fn array_of(element: Vec<Word>) -> Option<Vec<Word>> {
    let array = |ty: Type| Type::Array(Box::new(ty));
    let [element] = <[Word; 1]>::try_from(element).ok()?;
    Some(match element {
        Word::Exact(ty) => vec![Word::Exact(array(ty))],
        Word::Coarse(ty) => vec![Word::Coarse(array(ty))],
        Word::Bytes => vec![Word::Exact(array(Type::Base64))],
        Word::Array => vec![Word::Exact(array(array(Type::Any)))],
        Word::Dictionary => vec![Word::Exact(array(Type::Map(Box::new(Type::Any))))],
        Word::Blank | Word::Open | Word::Enumeration => vec![Word::Array],
        name @ Word::Name(_) => vec![Word::Array, name],
    })
}

/// The words that are no names. In capitals, those that are types of .NET mean the same; the others may be names.
fn known(text: &str) -> Option<Word> {
    if text.len() > LONGEST_WORD {
        return None;
    }
    match text {
        "String" => return Some(Word::Coarse(Type::String)),
        "date" => return Some(Word::Exact(Type::DateTime)),
        "uri" | "url" | "text" | "time" | "timespan" | "duration" | "char" | "dateonly"
        | "timeonly" | "TimeSpan" | "DateOnly" | "TimeOnly" | "Char" => {
            return Some(Word::Exact(Type::String));
        }
        "file" | "stream" => return Some(Word::Bytes),
        "list" => return Some(Word::Array),
        "map" | "dictionary" => return Some(Word::Dictionary),
        OPEN => return Some(Word::Open),
        _ => {}
    }
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = if is_lower {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_ascii_lowercase())
    };
    Some(match lower.as_ref() {
        "string" | "guid" | "uuid" => Word::Exact(Type::String),
        "integer" => Word::Coarse(Type::Int32),
        "int16" | "short" | "int32" | "int" | "int8" | "sbyte" | "uint8" | "uint16" | "ushort" => {
            Word::Exact(Type::Int32)
        }
        // No number on any page needs more than the 63 bits.
        "int64" | "long" | "uint32" | "uint" | "uint64" | "ulong" => Word::Exact(Type::Int64),
        "bool" | "boolean" => Word::Exact(Type::Bool),
        "double" | "float" | "single" | "decimal" | "number" => Word::Exact(Type::Double),
        "date-time" | "datetime" | "datetimeoffset" => Word::Exact(Type::DateTime),
        "byte" | "base64" => Word::Exact(Type::Base64),
        "array" => Word::Array,
        "object" => Word::Dictionary,
        "binary" => Word::Bytes,
        "enum" => Word::Enumeration,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_what_they_plainly_mean() {
        let array = |ty| Type::Array(Box::new(ty));
        let map = |ty| Type::Map(Box::new(ty));
        for (raw, expected) in [
            ("decimal", vec![Word::Exact(Type::Double)]),
            ("Guid", vec![Word::Exact(Type::String)]),
            ("`int`", vec![Word::Exact(Type::Int32)]),
            ("long", vec![Word::Exact(Type::Int64)]),
            ("Int64", vec![Word::Exact(Type::Int64)]),
            ("DateTime?", vec![Word::Exact(Type::DateTime)]),
            ("date", vec![Word::Exact(Type::DateTime)]),
            ("Date", vec![Word::Name("Date".to_owned())]),
            ("file", vec![Word::Bytes]),
            ("File", vec![Word::Name("File".to_owned())]),
            ("integer", vec![Word::Coarse(Type::Int32)]),
            ("integer (int64)", vec![Word::Exact(Type::Int64)]),
            ("string($uuid)", vec![Word::Exact(Type::String)]),
            ("byte[]", vec![Word::Exact(Type::Base64)]),
            ("int32[]", vec![Word::Exact(array(Type::Int32))]),
            ("String[]", vec![Word::Coarse(array(Type::String))]),
            ("array of strings", vec![Word::Exact(array(Type::String))]),
            ("List&lt;int&gt;", vec![Word::Exact(array(Type::Int32))]),
            (
                "[Cage](cage.md)[]",
                vec![Word::Array, Word::Name("Cage".to_owned())],
            ),
            (
                "Array of [Cage](cage.md)",
                vec![Word::Array, Word::Name("Cage".to_owned())],
            ),
            (
                "Dictionary&lt;string, int&gt;",
                vec![Word::Exact(Type::Map(Box::new(Type::Int32)))],
            ),
            ("object", vec![Word::Dictionary]),
            ("", vec![Word::Blank]),
            // As deep as arrays may nest in one cell.
            (
                "int[][][][]",
                vec![Word::Exact(array(array(array(array(Type::Int32)))))],
            ),
            (
                "object[]",
                vec![Word::Exact(array(Type::Map(Box::new(Type::Any))))],
            ),
            ("array[]", vec![Word::Exact(array(array(Type::Any)))]),
            ("binary[]", vec![Word::Exact(array(Type::Base64))]),
            ("any[]", vec![Word::Array]),
            ("Enum[]", vec![Word::Array]),
            ("map<Cage>", vec![Word::Dictionary]),
            ("map<object>", vec![Word::Dictionary]),
            ("map<map<Cage>>", vec![Word::Exact(map(map(Type::Any)))]),
            (
                "map<int[]>",
                vec![Word::Exact(Type::Map(Box::new(array(Type::Int32))))],
            ),
            (
                "Dictionary<string>",
                vec![Word::Exact(Type::Map(Box::new(Type::String)))],
            ),
            (
                "IEnumerable<Cage>",
                vec![Word::Array, Word::Name("Cage".to_owned())],
            ),
            (
                "List of Cages",
                vec![Word::Array, Word::Name("Cages".to_owned())],
            ),
            ("collection of ints", vec![Word::Exact(array(Type::Int32))]),
            ("integer (furlong)", vec![]),
            ("array (int32)", vec![Word::Exact(array(Type::Int32))]),
            ("list($date-time)", vec![Word::Exact(array(Type::DateTime))]),
            ("array (object)", vec![Word::Exact(array(map(Type::Any)))]),
            ("object (string)", vec![Word::Exact(map(Type::String))]),
            ("string (binary)", vec![Word::Bytes]),
            ("number (int32)", vec![Word::Exact(Type::Int32)]),
            ("string (enum)", vec![Word::Enumeration]),
            ("string (int32)", vec![]),
            ("integer (enum)", vec![]),
            ("string (array)", vec![]),
            (
                "List<List<int>>",
                vec![Word::Exact(array(array(Type::Int32)))],
            ),
            (
                "List<Item>",
                vec![Word::Array, Word::Name("Item".to_owned())],
            ),
            (
                "IEnumerable&lt;Code&gt;",
                vec![Word::Array, Word::Name("Code".to_owned())],
            ),
            ("HashSet<int>", vec![Word::Exact(array(Type::Int32))]),
            ("List<item>", vec![]),
            ("<code>int32</code>", vec![Word::Exact(Type::Int32)]),
            ("furlong (int64)", vec![]),
            ("**int**", vec![Word::Exact(Type::Int32)]),
            ("Big_Cage", vec![Word::Name("Big_Cage".to_owned())]),
            ("uri", vec![Word::Exact(Type::String)]),
            ("Uri", vec![Word::Name("Uri".to_owned())]),
            ("list", vec![Word::Array]),
            ("dictionary", vec![Word::Dictionary]),
            ("any", vec![Word::Open]),
            ("number", vec![Word::Exact(Type::Double)]),
            ("enum", vec![Word::Enumeration]),
            ("base64", vec![Word::Exact(Type::Base64)]),
            ("boolean", vec![Word::Exact(Type::Bool)]),
            ("int32 (nullable)", vec![Word::Exact(Type::Int32)]),
            ("Nullable&lt;int32&gt;", vec![Word::Exact(Type::Int32)]),
            ("int32 \\| null", vec![Word::Exact(Type::Int32)]),
            ("string | null", vec![Word::Exact(Type::String)]),
            ("Cage?", vec![Word::Name("Cage".to_owned())]),
            ("int[] | null", vec![Word::Exact(array(Type::Int32))]),
            (
                "IReadOnlyList<Cage>",
                vec![Word::Array, Word::Name("Cage".to_owned())],
            ),
            (
                "array[Cage]",
                vec![Word::Array, Word::Name("Cage".to_owned())],
            ),
            (
                "Cage\\[\\]",
                vec![Word::Array, Word::Name("Cage".to_owned())],
            ),
            ("uint32", vec![Word::Exact(Type::Int64)]),
            ("UInt64", vec![Word::Exact(Type::Int64)]),
            ("UInt16", vec![Word::Exact(Type::Int32)]),
            ("TimeSpan", vec![Word::Exact(Type::String)]),
            ("DateOnly", vec![Word::Exact(Type::String)]),
            ("TimeOnly?", vec![Word::Exact(Type::String)]),
            ("Char", vec![Word::Exact(Type::String)]),
        ] {
            let found = spelled(raw).map(|text| Word::read(&text));
            assert_eq!(found.unwrap_or_default(), expected, "{raw}");
            let again = spelled(raw).and_then(|text| spelled(&text));
            assert_eq!(again, spelled(raw), "{raw}");
        }
    }

    #[test]
    fn what_stands_beside_a_type_is_told_from_it() {
        for (raw, expected) in [
            ("string(80)", Some(("string", "80"))),
            ("date-time (local time)", Some(("date-time", "local time"))),
            ("object (Cage)", Some(("object", "Cage"))),
            ("`int32` (required)", Some(("int32", "required"))),
            ("System.Int32", Some(("Int32", "System"))),
            ("Zoo.Cages.Cage[]", Some(("Cage[]", "Zoo.Cages"))),
            ("string (int32)", None),
            ("string ($int32)", None),
            ("Enum (A, B)", None),
            ("furlong (80)", None),
            ("Cage (80)", None),
            ("zoo.Cage", None),
            (".Cage", None),
            ("Zoo.", None),
            ("Zoo..Cage", None),
            ("Zoo.furlong", None),
            ("(80)", None),
            ("", None),
        ] {
            let found = beside(raw);
            let found = found.as_ref().map(|(word, note)| (&**word, &**note));
            assert_eq!(found, expected, "{raw}");
        }
    }

    #[test]
    fn types_are_told_from_names_of_bodies() {
        for (text, expected) in [
            ("request", false),
            ("newListItem", false),
            ("stream", false),
            ("data", false),
            ("sr_ids", false),
            ("Request", false),
            ("ENTITY", false),
            ("Requests", true),
            ("changes string", false),
            ("request array", false),
            ("", false),
            ("date-time", true),
            ("array", true),
            ("Cage", true),
            ("Cage[]", true),
            ("[Cage](cage.md)", true),
            ("array of Cage", true),
            ("List<Cage>", true),
        ] {
            assert_eq!(is_no_name(text), expected, "{text}");
        }
    }

    #[test]
    fn links_are_read_as_their_text() {
        let table = [
            ("[Cage](cage.md)", "Cage"),
            ("a [Cage](cage.md)[] b", "a Cage[] b"),
            ("[A](a.md) and [B](b.md)", "A and B"),
            ("int[]", "int[]"),
            ("[Cage]", "[Cage]"),
            ("[Cage](cage.md", "[Cage](cage.md"),
            ("", ""),
        ];
        for (raw, expected) in table {
            assert_eq!(unlinked(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_cell_may_be_as_long_as_a_type() {
        for (length, is_type) in [(LENGTH_CAP, true), (LENGTH_CAP + 1, false)] {
            let name = "X".repeat(length);
            assert_eq!(spelled(&name).is_some(), is_type, "{length}");
            assert_eq!(spelled(&format!("`{name}`")).is_some(), is_type, "{length}");
        }
    }

    #[test]
    fn the_values_of_a_dictionary_may_be_more_than_words_can_say() {
        let table = [
            ("Dictionary<string, Cage>", true),
            ("map<Cage[]>", true),
            ("map<Cage>?", true),
            ("Dictionary<string, Dictionary<string, Cage>>", true),
            ("List<Dictionary<string, Cage[]>>", true),
            ("map<Cage>[]", true),
            ("Cage[]", false),
            ("map<map<int>>", false),
            ("map<object>", false),
            ("map<int>", false),
            ("map<array>", false),
            ("Cage", false),
            ("object", false),
            ("", false),
        ];
        for (raw, expected) in table {
            let spelled = spelled(raw).unwrap_or_default();
            assert_eq!(says_more(&spelled), expected, "{raw}");
        }
    }

    #[test]
    fn what_is_no_type_is_not_understood() {
        for raw in [
            "furlong",
            "furlong?",
            "one of these",
            "Cage[][]",
            "string | int",
            "null",
            "[]",
            "int[][][][][]",
            "map<map<map<map<map<int>>>>>",
            "int[][][][][][]",
            &"X".repeat(200),
        ] {
            let understood = spelled(raw).filter(|text| !text.is_empty() && text != "[]");
            assert_eq!(understood, None, "{raw}");
        }
    }
}
