//! Takes names of the API and makes names for types of them: words joined in Pascal case, the singular of a plural. Refuses
//! nothing; what it does not know stays as it is.

use std::collections::BTreeSet;

/// First words of operations that say what is done rather than what it is done with.
const VERBS: &[&str] = &[
    "Get",
    "All",
    "Find",
    "Save",
    "Create",
    "Default",
    "Set",
    "Add",
    "Remove",
    "Update",
    "Delete",
    "Put",
    "Post",
    "Calculate",
    "Validate",
];
/// A single word that operations share says too little.
const LEAST_SHARED: usize = 2;
/// More words than these are no name, and all runs of them are too many to look at.
const MOST_SHARED: usize = 32;

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

/// What all these operations are about: the longest run of words that they share, without verbs, in the singular, if it has
/// at least two words. `GetDiaryViewEntity` and `SaveDiaryViewEntity` share `DiaryViewEntity`.
pub(super) fn shared_words(names: &BTreeSet<String>) -> Option<String> {
    let split: Vec<Vec<&str>> = names.iter().map(|name| without_verb(words(name))).collect();
    let (first, others) = split.split_first()?;
    let runs = (LEAST_SHARED..=first.len())
        .rev()
        .flat_map(|length| first.windows(length));
    let in_all = |run: &&[&str]| {
        let is_in = |other: &Vec<&str>| other.windows(run.len()).any(|window| window == *run);
        others.iter().all(is_in)
    };
    let mut shared = runs.filter(in_all);
    shared.next().map(|run| singular(&run.concat()))
}

fn without_verb(words: Vec<&str>) -> Vec<&str> {
    let verbs = words.iter().take_while(|word| VERBS.contains(word)).count();
    let rest = words.into_iter().skip(verbs);
    rest.take(MOST_SHARED).collect()
}

/// Whether a name of an operation contains the words of a type, the last one in singular or plural.
pub(super) fn mentions(operation: &str, name: &str) -> bool {
    let (operation, name) = (words(operation), words(name));
    let Some((last, head)) = name.split_last() else {
        return false;
    };
    let matches = |window: &[&str]| {
        let (final_word, start) = (
            window.last().copied().unwrap_or_default(),
            &window[..window.len() - 1],
        );
        start == head && is_form_of(final_word, last)
    };
    operation.windows(name.len()).any(matches)
}

/// Whether a word is another one or its plural.
fn is_form_of(word: &str, one: &str) -> bool {
    let plural_of_y = || {
        one.strip_suffix('y')
            .is_some_and(|stem| word.strip_prefix(stem) == Some("ies"))
    };
    word.strip_prefix(one)
        .is_some_and(|ending| ["", "s", "es"].contains(&ending))
        || plural_of_y()
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
            ("Watches", "Watch"),
            ("Dishes", "Dish"),
            ("Ties", "Tie"),
            ("ies", "ie"),
            ("Axis", "Axis"),
            ("As", "As"),
            ("s", "s"),
            ("", ""),
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
            ("a-b.c_d e", "ABCDE"),
            ("1st", "1st"),
            ("__", ""),
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
        assert_eq!(
            shared_words(&names(&["GetDuplicateRules"])).as_deref(),
            Some("DuplicateRule")
        );
    }

    /// With a look at all runs of all words, this would take hours.
    #[test]
    fn names_of_any_length_are_compared() {
        let names = ["Ab".repeat(20_000), "AbAc".repeat(10_000)];
        assert_eq!(shared_words(&names.into()), None);
    }

    #[test]
    fn words_begin_with_capitals() {
        let table: [(&str, &[&str]); 7] = [
            ("GetCat", &["Get", "Cat"]),
            ("GetMDOList", &["Get", "MDO", "List"]),
            ("MDO", &["MDO"]),
            ("getCat", &["get", "Cat"]),
            ("A", &["A"]),
            ("GetX", &["Get", "X"]),
            ("", &[]),
        ];
        for (name, expected) in table {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    #[test]
    fn operations_mention_types() {
        assert!(mentions("GetCategories", "Category"));
        assert!(mentions("GetMrMrses", "MrMrs"));
        assert!(mentions("Category", "Category"));
        assert!(mentions("GetCategorysNow", "Category"));
        assert!(!mentions("GetProductFamily", "ProductCategory"));
        assert!(!mentions("GetCategory", "ProductCategory"));
        assert!(!mentions("GetCategoryx", "Category"));
        assert!(!mentions("GetCategory", ""));
        assert!(mentions("PutProductCategoryHeadings", "ProductCategory"));
        assert!(!mentions("GetProductFamilies", "Product2"));
        assert!(!mentions("GetCategorization", "Category"));
    }
}
