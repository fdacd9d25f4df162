//! Takes the list of values that a cell announces and returns its values, each once. Refuses cells that announce none.

/// The word that announces values.
const ENUM: &str = "enum:";

/// The values of a cell, and those that it lists again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    pub(super) listed: Vec<String>,
    pub(super) repeated: Vec<String>,
}

impl Values {
    /// The values of an `Enum: A, B` cell.
    pub(super) fn of_type(cell: &str) -> Option<Self> {
        let start = cell.get(..ENUM.len())?;
        start
            .eq_ignore_ascii_case(ENUM)
            .then(|| Self::of(cell[ENUM.len()..].split(',')))
    }

    /// The values in a description: `Enum: A, B` at its end, or before a full stop.
    pub(super) fn of_description(text: &str) -> Option<Self> {
        let at = text
            .match_indices("Enum:")
            .map(|(at, _)| at)
            .find(|at| *at == 0 || text[..*at].ends_with(". "))?;
        let list = &text[at + ENUM.len()..];
        let list = list.split_once(". ").map_or(list, |(list, _)| list);
        let values: Vec<&str> = list.trim().trim_end_matches('.').split(',').collect();
        let is_value =
            |value: &&str| !value.trim().is_empty() && !value.trim().contains(char::is_whitespace);
        values.iter().all(is_value).then(|| Self::of(values))
    }

    fn of<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let (mut seen, mut found) = (std::collections::HashSet::new(), Self::default());
        let trimmed = values
            .into_iter()
            .map(|value| value.trim().trim_matches('`'));
        for value in trimmed.filter(|value| !value.is_empty()) {
            let list = if seen.insert(value) {
                &mut found.listed
            } else {
                &mut found.repeated
            };
            list.push(value.to_owned());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(listed: &[&str], repeated: &[&str]) -> Option<Values> {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Some(Values {
            listed: owned(listed),
            repeated: owned(repeated),
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
            assert_eq!(Values::of_type(cell), expected, "{cell}");
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
