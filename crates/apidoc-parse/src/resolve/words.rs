//! Takes names of the API and makes names for types of them: words joined in Pascal case, the singular of a plural. Refuses
//! nothing; what it does not know stays as it is.

use std::collections::BTreeSet;

/// A single word that operations share says too little.
const LEAST_SHARED: usize = 2;

/// `ifBlank` → `IfBlank`, `List_Business` → `ListBusiness`; letters keep their case otherwise.
pub(super) fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .map(capitalised)
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `Categories` → `Category`, `Boxes` → `Box`, `Links` → `Link`, `Address` → `Address`.
pub(super) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if name.ends_with(ending) {
            return name[..name.len() - 2].to_owned();
        }
    }
    match name.strip_suffix('s') {
        Some(stem) if !["s", "u", "i"].iter().any(|end| stem.ends_with(end)) && stem.len() > 1 => {
            stem.to_owned()
        }
        _ => name.to_owned(),
    }
}

/// The longest run of words that all these names share, if it has at least two words: `GetDiaryViewEntity` and
/// `SaveDiaryViewEntity` share `DiaryViewEntity`.
pub(super) fn shared_words(names: &BTreeSet<String>) -> Option<String> {
    let split: Vec<Vec<&str>> = names.iter().map(|name| words(name)).collect();
    let (first, others) = split.split_first()?;
    if others.is_empty() {
        return None;
    }
    let runs = (LEAST_SHARED..=first.len())
        .rev()
        .flat_map(|length| first.windows(length));
    let mut shared = runs.filter(|run| {
        others
            .iter()
            .all(|other| other.windows(run.len()).any(|window| window == *run))
    });
    shared.next().map(|run| run.concat())
}

/// The words of a name in Pascal case; runs of capitals stay together.
fn words(name: &str) -> Vec<&str> {
    let bytes = name.as_bytes();
    let is_start = |at: &usize| {
        let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
        *at == 0
            || (upper(*at)
                && (!upper(at - 1) || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)))
    };
    let starts: Vec<usize> = (0..name.len())
        .filter(is_start)
        .chain([name.len()])
        .collect();
    starts
        .windows(2)
        .filter_map(|pair| name.get(pair[0]..pair[1]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_lose_their_ending() {
        for (plural, one) in [
            ("Categories", "Category"),
            ("Boxes", "Box"),
            ("Links", "Link"),
            ("Address", "Address"),
            ("Status", "Status"),
            ("Addresses", "Address"),
            ("Data", "Data"),
            ("CallerIDs", "CallerID"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn names_become_pascal_case() {
        for (name, expected) in [
            ("ifBlank", "IfBlank"),
            ("List_Business", "ListBusiness"),
            ("odata.metadata", "OdataMetadata"),
            ("CRMScript", "CRMScript"),
        ] {
            assert_eq!(pascal(name), expected);
        }
    }

    #[test]
    fn operations_share_words() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(
            shared_words(&names(&["GetDiaryViewEntity", "SaveDiaryViewEntity"])).as_deref(),
            Some("DiaryViewEntity")
        );
        assert_eq!(
            shared_words(&names(&["GetMDOList", "SaveMDOListNow"])).as_deref(),
            Some("MDOList")
        );
        assert_eq!(
            shared_words(&names(&["GetDocument", "DeleteDocument"])),
            None
        );
        assert_eq!(shared_words(&names(&["GetDiaryViewEntity"])), None);
    }
}
