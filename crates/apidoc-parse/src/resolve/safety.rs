//! Takes a verb, a world and the name of an operation and returns whether a call may be repeated when it is not known
//! whether the first one ran. REST operations are classed by their verb; all agents' operations are POST, so that their
//! names decide, by words that were reviewed against both editions. What no rule knows is not repeated.

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
    "Resolve",
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
    "AndSave",
    "AndUpdate",
    "AndDelete",
    "AndLock",
    "AndMark",
    "Generate",
    "New",
    "Login",
    "Authenticate",
    "Send",
];

/// The class of an operation.
pub(super) fn safety(world: World, verb: Verb, name: &str) -> Safety {
    match (world, verb) {
        (_, Verb::Get) => Safety::Safe,
        (World::Rest, Verb::Put | Verb::Delete) => Safety::Idempotent,
        (World::Agent, _) => agent_safety(name),
        _ => Safety::Unsafe,
    }
}

fn agent_safety(name: &str) -> Safety {
    if WRITES.iter().any(|word| contains_word(name, word)) {
        Safety::Unsafe
    } else if READS.iter().any(|word| starts_with_word(name, word)) {
        Safety::Safe
    } else if REPEATABLE.iter().any(|word| starts_with_word(name, word)) {
        Safety::Idempotent
    } else {
        Safety::Unsafe
    }
}

/// Whether a name begins with a word, not merely with its letters: `Check` begins `CheckRights`, not `Checkout`.
fn starts_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

fn contains_word(name: &str, word: &str) -> bool {
    name.match_indices(word)
        .any(|(at, _)| !name[at + word.len()..].starts_with(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_classed_by_words_of_their_names() {
        for (name, class) in [
            ("GetContactEntity", Safety::Safe),
            ("CreateDefaultContactEntity", Safety::Safe),
            ("GetNextNumber", Safety::Unsafe),
            ("Getaway", Safety::Unsafe),
            ("DeleteContact", Safety::Idempotent),
            ("SaveContactEntity", Safety::Unsafe),
            ("CheckoutDocument", Safety::Unsafe),
            ("IssueToken", Safety::Unsafe),
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
}
