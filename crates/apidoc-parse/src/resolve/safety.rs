//! Takes a verb, a world and the name of an operation and returns whether a call may be repeated when it is not known
//! whether the first one ran. REST operations are classed by their verb, unless a word of the name says that they do more;
//! all agents' operations are POST, so that their names decide, by words that were reviewed against both editions. What no
//! rule knows is not repeated.

use apidoc_model::api::{Safety, Verb, World};

/// First words of operations that only read.
const READS: &[&str] = &[
    "Get",
    "Find",
    "Search",
    "Calculate",
    "CreateDefault",
    "Validate",
    "Is",
    "Has",
    "Can",
    "Parse",
    "List",
    "Count",
    "Exists",
    "Lookup",
    "Preview",
    "Compare",
    "Detect",
];
/// First words of operations that write what a repetition would write again.
const REPEATABLE: &[&str] = &["Delete", "Remove", "Set", "Clear"];
/// Words that betray a write anywhere in the name of an operation that seems to read.
const WRITES: &[&str] = &[
    "Next",
    "OrCreate",
    "Generate",
    "New",
    "Login",
    "Authenticate",
    "Send",
];
/// Words that are a second action behind `And`, whatever stands before it.
const SECOND_ACTIONS: &[&str] = &[
    "Add", "Approve", "Assign", "Cancel", "Change", "Clear", "Close", "Create", "Delete",
    "Execute", "Insert", "Lock", "Mark", "Merge", "Move", "Publish", "Purge", "Register", "Remove",
    "Replace", "Reset", "Restore", "Save", "Set", "Submit", "Unlock", "Update", "Upload",
];
/// Words behind which `And` joins two things: `GetCatsByCageAndName`.
const BEFORE_THINGS: &[&str] = &["By", "For", "From", "With", "Of", "Between", "My"];

/// Words of REST operations that do more than their verb says: they tell somebody, or they are a `GET` that writes.
const MORE_THAN_THE_VERB: &[&str] = &["WithNotify", "Change"];

/// The class of an operation.
pub(super) fn safety(world: World, verb: Verb, name: &str) -> Safety {
    match (world, verb) {
        (World::Agent, Verb::Get) => Safety::Safe,
        (World::Agent, _) => agent_safety(name),
        (World::Rest, _) if has_any(name, MORE_THAN_THE_VERB) => Safety::Unsafe,
        (World::Rest, Verb::Get) => Safety::Safe,
        (World::Rest, Verb::Post) if starts_with_word(name, "Validate") && !does_more(name) => {
            Safety::Safe
        }
        (World::Rest, Verb::Put | Verb::Delete) => Safety::Idempotent,
        _ => Safety::Unsafe,
    }
}

fn agent_safety(name: &str) -> Safety {
    if has_any(name, WRITES) || does_more(name) {
        Safety::Unsafe
    } else if starts_with_any(name, READS) {
        Safety::Safe
    } else if starts_with_any(name, REPEATABLE) {
        Safety::Idempotent
    } else {
        Safety::Unsafe
    }
}

/// Whether a name joins its first action and another one that may write. What stands behind `And` is not known to be a thing
/// unless a word before it says so; an operation that reads in the end does no more than what it begins with.
fn does_more(name: &str) -> bool {
    occurrences(name, "And").any(|(before, behind)| {
        starts_with_any(behind, SECOND_ACTIONS)
            || !(starts_with_any(behind, READS) || has_any(before, BEFORE_THINGS))
    })
}

fn starts_with_any(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| starts_with_word(name, word))
}

/// Whether a name begins with a word, not merely with its letters: `Check` begins `CheckRights`, not `Checkout`.
fn starts_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

fn has_any(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| contains_word(name, word))
}

fn contains_word(name: &str, word: &str) -> bool {
    occurrences(name, word).next().is_some()
}

/// What stands before and behind a word, wherever it is one.
fn occurrences<'t>(name: &'t str, word: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    name.match_indices(word)
        .map(|(at, _)| (&name[..at], &name[at + word.len()..]))
        .filter(|(_, behind)| !behind.starts_with(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_classed_by_words_of_their_names() {
        for (name, class) in [
            ("GetContactEntity", Safety::Safe),
            ("ResolveContact", Safety::Unsafe),
            ("CreateDefaultContactEntity", Safety::Safe),
            ("GetNextNumber", Safety::Unsafe),
            ("Getaway", Safety::Unsafe),
            ("DeleteContact", Safety::Idempotent),
            ("SaveContactEntity", Safety::Unsafe),
            ("CheckoutDocument", Safety::Unsafe),
            ("IssueToken", Safety::Unsafe),
            ("GetAndReset", Safety::Unsafe),
            ("FindAndReplace", Safety::Unsafe),
            ("ListAndRemoveExpired", Safety::Unsafe),
            ("ValidateAndSubmit", Safety::Unsafe),
            ("GetCatsAndPet", Safety::Unsafe),
            ("GetCatsByCageAndDelete", Safety::Unsafe),
            ("SetCatAndFeed", Safety::Unsafe),
            ("GetAndCountCats", Safety::Safe),
            ("GetCatsByCageAndName", Safety::Safe),
            ("GetMyAndOthersCats", Safety::Safe),
            ("GetAndorraCats", Safety::Safe),
            ("RemoveCatAndGetCage", Safety::Idempotent),
            ("DeleteFromCageAndName", Safety::Idempotent),
        ] {
            assert_eq!(safety(World::Agent, Verb::Post, name), class, "{name}");
        }
    }

    #[test]
    fn rest_is_classed_by_verb() {
        assert_eq!(safety(World::Rest, Verb::Get, "x"), Safety::Safe);
        assert_eq!(safety(World::Rest, Verb::Put, "x"), Safety::Idempotent);
        assert_eq!(safety(World::Rest, Verb::Delete, "x"), Safety::Idempotent);
        assert_eq!(safety(World::Rest, Verb::Patch, "x"), Safety::Unsafe);
        assert_eq!(safety(World::Rest, Verb::Post, "GetX"), Safety::Unsafe);
    }

    #[test]
    fn names_of_rest_operations_say_more_than_their_verb() {
        for (verb, name, class) in [
            (Verb::Put, "SaveCatWithNotify", Safety::Unsafe),
            (Verb::Put, "SaveCat", Safety::Idempotent),
            (Verb::Get, "GlobalChangeCatStatus", Safety::Unsafe),
            (Verb::Get, "DetectUnpublishedChanges", Safety::Safe),
            (Verb::Get, "GetChangedCats", Safety::Safe),
            (Verb::Post, "ValidateCat", Safety::Safe),
            (Verb::Post, "ValidateAndSubmitCat", Safety::Unsafe),
            (Verb::Get, "GetCatAndCage", Safety::Safe),
            (Verb::Post, "GetCats", Safety::Unsafe),
        ] {
            assert_eq!(safety(World::Rest, verb, name), class, "{name}");
        }
    }
}
