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
