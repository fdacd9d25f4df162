//! Takes the text of a cell, a sentence or a title and returns what its markers say: that a value must be given, and that
//! something is deprecated. It refuses nothing: a word that marks something else, or only sometimes, stays part of the text.

/// Says that a value must be given, where it is emphasised or in brackets.
const REQUIRED: &str = "required";

/// What stands before and behind an emphasised word.
const EMPHASES: [(&str, &str); 10] = [
    ("*", "*"),
    ("_", "_"),
    (TICK, TICK),
    ("(", ")"),
    ("[", "]"),
    ("<b>", "</b>"),
    ("<i>", "</i>"),
    ("<em>", "</em>"),
    ("<strong>", "</strong>"),
    ("<code>", "</code>"),
];
const TICK: &str = "`";

/// The words before a marker that take back what it says.
const DENIALS: [&str; 8] = [
    "not",
    "never",
    "no longer",
    "if",
    "when",
    "whether",
    "as",
    "where",
];

/// The words behind a marker that say when it holds.
const CONDITIONS: [&str; 13] = [
    "if", "when", "whenever", "where", "unless", "only", "except", "for", "with", "without", "in",
    "by", "on",
];

/// The words behind a name in back ticks, which is no marker.
const VERBS: [&str; 8] = ["is", "are", "was", "has", "must", "can", "may", "means"];

/// What says that something is deprecated.
const DEPRECATED: [&str; 2] = ["deprecated", "obsolete"];

/// The words behind that say since when, and what to use instead.
const EXPLANATIONS: [&str; 13] = [
    "since",
    "in",
    "from",
    "as",
    "by",
    "use",
    "please",
    "see",
    "replaced",
    "superseded",
    "will",
    "but",
    "due",
];

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An operation, among other things: a paragraph or an item of its description.
    Remark,
    /// An operation: its title or its summary.
    Operation,
    /// A property or a parameter: its cell.
    Row,
}

/// What pages call an operation.
const OPERATIONS: [&str; 10] = [
    "operation",
    "method",
    "endpoint",
    "api",
    "function",
    "call",
    "service",
    "route",
    "resource",
    "request",
];

/// What they call a property or a parameter.
const ROWS: [&str; 6] = [
    "property",
    "field",
    "parameter",
    "argument",
    "attribute",
    "member",
];

/// A text without the markers which say that a value must be given; `None` where it has none.
pub(super) fn without_required(raw: &str) -> Option<String> {
    let lower = raw.to_ascii_lowercase();
    let (mut kept, mut from) = (String::with_capacity(raw.len()), 0);
    for (at, word) in lower.match_indices(REQUIRED) {
        let Some((start, end)) = required(raw, at, at + word.len()) else {
            continue;
        };
        kept.push_str(&raw[from..start.max(from)]);
        kept.push(' ');
        from = end;
    }
    if from == 0 {
        return None;
    }
    let rest = &raw[from..];
    let is_first = kept.trim().is_empty();
    kept.push_str(if is_first { without_stop(rest) } else { rest });
    Some(kept)
}

/// The marker to write before a text, which does not become its condition.
pub(crate) fn required_before(text: &str) -> &'static str {
    if begins_with(text, &CONDITIONS) {
        "**Required.**"
    } else {
        "**Required**"
    }
}

/// Where the marker around a word begins and ends, if the word is one.
fn required(raw: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let stop = usize::from(raw[end..].starts_with(['.', ':', '!']));
    let (mut from, mut to, mut outermost) = (start, end + stop, None);
    while let Some((open, close)) = EMPHASES
        .iter()
        .find(|(open, close)| raw[..from].ends_with(open) && raw[to..].starts_with(close))
    {
        (from, to) = (from - open.len(), to + close.len());
        outermost = Some(*open);
    }
    let (before, behind) = (&raw[..from], &raw[to..]);
    let is_glued =
        before.ends_with(char::is_alphanumeric) || behind.starts_with(char::is_alphanumeric);
    let is_marker = match outermost? {
        // A mark in a word, an index, or the text of a link.
        "_" | "[" => !is_glued && !behind.starts_with('('),
        // The name of something, where it does not come first.
        TICK => before.trim().is_empty() && !begins_with(behind, &VERBS),
        _ => true,
    };
    let holds = stop == 1 || !begins_with(behind, &CONDITIONS);
    (is_marker && holds && !ends_with(before, &DENIALS)).then_some((from, to))
}

/// A text without the stop that divides it from the marker before it.
fn without_stop(text: &str) -> &str {
    text.strip_prefix(['.', ':', ',', ';', '!', '-', '\u{2013}', '\u{2014}'])
        .or_else(|| {
            text.trim_start()
                .strip_prefix(['-', '\u{2013}', '\u{2014}'])
        })
        .filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        .unwrap_or(text)
}

/// Whether a text says that what it is about is deprecated, and not that something else is.
pub(crate) fn is_deprecated(text: &str, about: Subject) -> bool {
    let lower = text.to_ascii_lowercase();
    let last_bracket = bracket_at_the_end(text);
    DEPRECATED.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let (before, rest) = text.split_at(at);
            let (word, behind) = rest.split_at(word.len());
            let before = unemphasised(before);
            !behind.starts_with(char::is_alphanumeric)
                && (begins_sentence(before, word)
                    || states(before, behind, about)
                    || about != Subject::Remark && marks(before, behind, last_bracket))
        })
    })
}

/// Whether a text says that something is deprecated, and nothing else: `(deprecated)`.
pub(super) fn is_deprecated_alone(text: &str) -> bool {
    let word = text.trim_matches(['(', ')', '[', ']', '*', '_', '.']);
    DEPRECATED
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// `Deprecated: use x`, with a capital letter.
fn begins_sentence(before: &str, word: &str) -> bool {
    let begins = before.is_empty() || before.ends_with(['.', '!', '?', ':', '(', '[']);
    begins && word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// `This operation is deprecated.`
fn states(before: &str, behind: &str, about: Subject) -> bool {
    let now = cut(before, "now").unwrap_or(before);
    let verb = ["is", "was"].iter().find_map(|verb| cut(now, verb));
    let verb = verb.or_else(|| cut(cut(before, "been")?, "has"));
    let Some(mut subject) = verb else {
        return false;
    };
    let nouns: &[&str] = match about {
        Subject::Row => &ROWS,
        Subject::Remark | Subject::Operation => &OPERATIONS,
    };
    // `API method` is two of them.
    for _ in 0..2 {
        let noun = nouns.iter().find_map(|noun| cut(subject, noun));
        subject = noun.unwrap_or(subject);
    }
    let begins = |rest: &str| {
        subject.ends_with("This") || rest.is_empty() || rest.ends_with(['.', '!', ':'])
    };
    cut(subject, "this").is_some_and(begins) && !begins_with(behind, &CONDITIONS)
}

/// `deprecated, use x` at the beginning, and `… (deprecated)` at the end.
fn marks(before: &str, behind: &str, last_bracket: Option<usize>) -> bool {
    let said = behind.trim_start_matches(['*', '_', '`', '~']);
    let is_alone = said.is_empty() || said.starts_with(['.', ':', ';', '!', ')', ']']);
    let is_explained = begins_with(said.trim_start_matches(','), &EXPLANATIONS);
    let begins = before.is_empty() || before.ends_with(['.', '!', '?']);
    let in_brackets = last_bracket.is_some_and(|open| before.len() == open + 1);
    (is_alone || is_explained) && (begins || in_brackets)
}

/// Where the bracket opens that a text ends with.
fn bracket_at_the_end(text: &str) -> Option<usize> {
    let inside = text.trim_end_matches(['.', ' ']).strip_suffix([')', ']'])?;
    inside.rfind(['(', '['])
}

/// What is before a word and the marks that emphasise it.
fn unemphasised(before: &str) -> &str {
    before.trim_end_matches(['*', '_']).trim_end()
}

/// A text before its last word, in any case, if that is this one.
fn cut<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(word.len())?;
    let rest = text.get(..at)?;
    let is_whole = rest.is_empty() || rest.ends_with(|c: char| !c.is_alphanumeric());
    (is_whole && text.get(at..)?.eq_ignore_ascii_case(word)).then(|| rest.trim_end())
}

fn ends_with(text: &str, words: &[&str]) -> bool {
    words
        .iter()
        .any(|word| cut(text.trim_end(), word).is_some())
}

/// Whether the first word of a text is one of these; as they are spelled, because a capital letter begins a sentence.
fn begins_with(text: &str, words: &[&str]) -> bool {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    words.contains(&&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_must_be_given_where_the_word_is_emphasised() {
        // The cell, and what is left of it if it says so.
        let table = [
            ("**Required** The id.", Some("The id.")),
            ("__Required__ The id.", Some("The id.")),
            ("**REQUIRED** The id.", Some("The id.")),
            ("***Required*** The id.", Some("The id.")),
            ("<b>Required</b> The id.", Some("The id.")),
            ("<strong>Required</strong>. The id.", Some("The id.")),
            ("`Required` The id.", Some("The id.")),
            ("**Required**: The id.", Some("The id.")),
            ("**Required:** The id.", Some("The id.")),
            ("**Required** - the id.", Some("the id.")),
            ("**Required** -1 is all.", Some("-1 is all.")),
            ("[Required] The id.", Some("The id.")),
            ("The **required** id.", Some("The   id.")),
            ("The id. (required)", Some("The id.")),
            ("**Required**", Some("")),
            ("**Required** One. **Required**", Some("One.")),
            ("**Required.** if given, the id.", Some("if given, the id.")),
            ("Required. The id.", None),
            ("**Required** if a is not set", None),
            ("Not **Required**", None),
            ("Used if **required**.", None),
            ("**Not required**", None),
            ("**Required, one**", None),
            ("`Required` is true for cats.", None),
            ("The name of `required` cats.", None),
            ("is_required_ by cats", None),
            ("[Required](cats.md) cats", None),
            ("The id (required with x).", None),
            ("**Requiredness**", None),
            ("", None),
        ];
        for (raw, left) in table {
            let found = without_required(raw);
            assert_eq!(found.as_deref().map(str::trim), left, "{raw}");
        }
    }

    #[test]
    fn what_is_written_before_a_text_reads_back() {
        for text in ["The id.", "if given, the id.", "for cats", ""] {
            let cell = format!("{} {text}", required_before(text));
            let found = without_required(&cell);
            assert_eq!(found.as_deref().map(str::trim), Some(text), "{cell}");
        }
    }

    #[test]
    fn only_what_a_text_is_about_is_deprecated() {
        // The text, and whether it says so in the remarks of an operation and in the cell of a row.
        let table = [
            ("Deprecated", true, true),
            ("Obsolete, use x", true, true),
            ("A cat. Deprecated since 8.", true, true),
            ("A cat! Obsolete", true, true),
            ("Cats (Deprecated)", true, true),
            ("Note: Deprecated.", true, true),
            ("[Obsolete]", true, true),
            ("**Deprecated**: use x", true, true),
            ("**Deprecated.** Use x", true, true),
            ("A cat. *Obsolete.*", true, true),
            ("DEPRECATED: use x", true, true),
            ("A **Deprecated** cat", false, false),
            ("Deprecatedly old", false, false),
            ("Obsolete2", false, false),
            ("Not Deprecated", false, false),
            ("", false, false),
            // The first one says nothing, the second does.
            ("Not Deprecated. Deprecated.", true, true),
            // In small letters, it is a sentence or an adjective.
            ("deprecated", false, true),
            ("deprecated, use x", false, true),
            ("A cat. deprecated since 8", false, true),
            ("Use x instead (deprecated).", false, true),
            ("A cat [obsolete since 8]", false, true),
            ("A cat (**deprecated**)", false, true),
            ("deprecated cats", false, false),
            ("deprecated, old, new", false, false),
            ("Cats (deprecated) and dogs", false, false),
            ("Cats (deprecated ones)", false, false),
            ("One of: deprecated, new", false, false),
            // A statement about the thing itself.
            ("This is deprecated.", true, true),
            (
                "Warning:\nThis operation is deprecated. Use x.",
                true,
                false,
            ),
            ("This API is deprecated and will go.", true, false),
            ("This API method has been **deprecated**.", true, false),
            ("Note: this method is now obsolete.", true, false),
            ("This field is deprecated.", false, true),
            (
                "The old cats are deprecated in favour of this.",
                false,
                false,
            ),
            ("This operation is not deprecated.", false, false),
            ("This operation is deprecated if x.", false, false),
            ("If this operation is deprecated, x.", false, false),
            (
                "This operation replaces x, which is deprecated.",
                false,
                false,
            ),
            ("See the deprecated field x.", false, false),
            ("This replaces the deprecated y.", false, false),
        ];
        for (text, remark, row) in table {
            assert_eq!(is_deprecated(text, Subject::Remark), remark, "{text}");
            assert_eq!(is_deprecated(text, Subject::Row), row, "{text}");
        }
        for (text, expected) in [
            ("Feeds (deprecated, use x).", true),
            ("deprecated", true),
            ("This operation is deprecated.", true),
            ("This field is deprecated.", false),
        ] {
            assert_eq!(is_deprecated(text, Subject::Operation), expected, "{text}");
        }
    }
}
