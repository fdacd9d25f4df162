//! Takes the list of values that a cell announces and returns its values, each once, without what the list says about them.
//! Refuses cells that announce none, and lists with an entry that is no value.

use std::collections::HashSet;

use crate::text;

/// The word that announces values.
const ENUM: &str = "enum:";

/// What divides values, in the order in which it is looked for.
const DIVIDERS: [char; 3] = [',', ';', '|'];

/// The values of a cell, and what else its list holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) listed: Vec<String>,
    /// Values that it lists again.
    pub(super) repeated: Vec<String>,
    /// Entries that say more than their value: `Fast = 0`, `Slow (default)`.
    pub(super) noted: Vec<String>,
}

impl Values {
    /// The values of an `Enum: A, B` cell, or the entry that is no value.
    pub(super) fn of_type(cell: &str) -> Option<Result<Self, String>> {
        let start = cell.get(..ENUM.len())?;
        start
            .eq_ignore_ascii_case(ENUM)
            .then(|| Self::of(&cell[ENUM.len()..]))
    }

    /// The values in a description: `Enum: A, B` at its end, or before a full stop.
    pub(super) fn of_description(text: &str) -> Option<Self> {
        let at = text
            .match_indices("Enum:")
            .map(|(at, _)| at)
            .find(|at| *at == 0 || text[..*at].ends_with(". "))?;
        let list = &text[at + ENUM.len()..];
        let list = list.split_once(". ").map_or(list, |(list, _)| list);
        let is_whole = !list.split(',').any(|value| value.trim().is_empty());
        Self::of(list).ok().filter(|_| is_whole)
    }

    fn of(list: &str) -> Result<Self, String> {
        let list = text::line(list).replace("\\|", "|");
        let list = list.trim_end_matches('.');
        let divider = DIVIDERS.into_iter().find(|mark| list.contains(*mark));
        let (mut seen, mut found) = (HashSet::new(), Self::default());
        for entry in list.split(divider.unwrap_or(',')).map(str::trim) {
            if entry.trim_matches('`').is_empty() {
                continue;
            }
            let value = value(entry).ok_or_else(|| entry.to_owned())?;
            if unquoted(entry) != value {
                found.noted.push(entry.to_owned());
            }
            let listed = if seen.insert(value) {
                &mut found.listed
            } else {
                &mut found.repeated
            };
            listed.push(value.to_owned());
        }
        Ok(found)
    }
}

/// The value of an entry: all of it, or the name before its number or a remark in brackets.
fn value(entry: &str) -> Option<&str> {
    let whole = unquoted(entry);
    if is_value(whole) {
        return Some(whole);
    }
    let numbered = entry
        .split_once('=')
        .filter(|(_, number)| is_number(number.trim()));
    let remarked = || {
        entry
            .strip_suffix(')')
            .and_then(|entry| entry.split_once('('))
    };
    let (name, _) = numbered.or_else(remarked)?;
    let name = unquoted(name.trim());
    (is_value(name) && name.starts_with(char::is_alphabetic)).then_some(name)
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['`', '"', '\'', '\u{201c}', '\u{201d}'])
}

/// Values are words.
fn is_value(text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || "=()[]{}<>\"'`;|*\\~".contains(c);
    !text.is_empty() && !text.contains(is_mark)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let hex = digits.strip_prefix("0x").unwrap_or("");
    let is_hex = !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex || !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn values(listed: &[&str], repeated: &[&str]) -> Option<Values> {
        Some(Values {
            listed: owned(listed),
            repeated: owned(repeated),
            noted: Vec::new(),
        })
    }

    #[test]
    fn a_type_cell_that_announces_values_lists_them() {
        let table = [
            ("Enum: A, B", values(&["A", "B"], &[])),
            ("enum:`A`,`B`", values(&["A", "B"], &[])),
            ("ENUM: A, B, A, A", values(&["A", "B"], &["A", "A"])),
            ("Enum: A,, B", values(&["A", "B"], &[])),
            ("Enum:", values(&[], &[])),
            ("Enum", None),
            ("Enumé: A", None),
            ("An Enum: A", None),
            ("", None),
        ];
        for (cell, expected) in table {
            assert_eq!(Values::of_type(cell).transpose(), Ok(expected), "{cell}");
        }
    }

    #[test]
    fn values_are_read_in_every_dress() {
        let table = [
            "Enum: A; B",
            "Enum: A \\| B",
            "Enum: \"A\", 'B'",
            "Enum: A,<br>B",
            "Enum: A, B.",
        ];
        for cell in table {
            assert_eq!(
                Values::of_type(cell).transpose(),
                Ok(values(&["A", "B"], &[]))
            );
        }
    }

    #[test]
    fn an_entry_is_a_value_with_a_note_or_the_list_is_not_read() {
        // An entry, its value, and whether the entry says more.
        let table = [
            ("A", Some("A"), false),
            ("a-b.c", Some("a-b.c"), false),
            ("7", Some("7"), false),
            ("A = 0", Some("A"), true),
            ("A=-0", Some("A"), true),
            ("`A` = 0x1F", Some("A"), true),
            ("A (default)", Some("A"), true),
            ("A(0)", Some("A"), true),
            ("0 (A)", None, false),
            ("A = B", None, false),
            ("A = 0x", None, false),
            ("A and B", None, false),
            ("A (b) c", None, false),
            ("(A)", None, false),
            ("*", None, false),
        ];
        for (entry, value, is_noted) in table {
            let found = Values::of_type(&format!("Enum: {entry}"));
            let noted = if is_noted {
                vec![entry.to_owned()]
            } else {
                Vec::new()
            };
            let expected = value.map(|value| Values {
                listed: owned(&[value]),
                repeated: Vec::new(),
                noted,
            });
            assert_eq!(found, Some(expected.ok_or(entry.to_owned())), "{entry}");
        }
    }

    #[test]
    fn a_description_lists_values_in_a_sentence_of_its_own() {
        let table = [
            ("Enum: A, B", values(&["A", "B"], &[])),
            ("The mood. Enum: A, B.", values(&["A", "B"], &[])),
            (
                "The mood. Enum: A, B. It changes.",
                values(&["A", "B"], &[]),
            ),
            ("See Enum: A, B", None),
            ("Enum: A, one of these", None),
            ("Enum: A,, B", None),
            ("The mood.", None),
            // The second one begins a sentence.
            ("No Enum: x y. Enum: A", values(&["A"], &[])),
        ];
        for (text, expected) in table {
            assert_eq!(Values::of_description(text), expected, "{text}");
        }
    }
}
