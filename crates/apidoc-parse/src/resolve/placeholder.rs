//! Takes the drafts of one tree and returns the type names that its documentation generator prints where it could not name
//! the type. They are found by their symptoms, because each edition has others: a name announced for bodies that do not
//! exist, or given to root tables that no single type could have. A name with symptoms is still believed where the field or
//! operation itself says it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::draft::{Draft, Row};

use super::collect::INFRASTRUCTURE_TYPES;
use super::operations::has_body;
use crate::vocabulary::Word;

/// The placeholder names of every tree.
#[derive(Debug, Default)]
pub(super) struct Placeholders(HashMap<u32, BTreeSet<String>>);

impl Placeholders {
    /// Finds them in all trees.
    pub(super) fn find(drafts: &[Draft]) -> Self {
        let mut found: HashMap<u32, BTreeSet<String>> = HashMap::new();
        let mut roots: BTreeMap<(u32, &str), Vec<BTreeSet<&str>>> = BTreeMap::new();
        for draft in drafts {
            let Some(name) = root_name(draft) else {
                continue;
            };
            if !has_body(draft) {
                found.entry(draft.tree).or_default().insert(name.to_owned());
            } else if let Some(table) = &draft.response.table {
                roots
                    .entry((draft.tree, name))
                    .or_default()
                    .push(field_set(table));
            }
        }
        for ((tree, name), sets) in roots {
            if !is_one_type(sets) {
                found.entry(tree).or_default().insert(name.to_owned());
            }
        }
        Self(found)
    }

    /// Whether a tree uses this name for types that it could not name.
    pub(super) fn contains(&self, tree: u32, name: &str) -> bool {
        self.0.get(&tree).is_some_and(|names| names.contains(name))
    }

    /// Whether a name may be believed for a thing called `holder` (a field, or an operation).
    pub(super) fn believed(&self, tree: u32, name: &str, holder: &str) -> bool {
        !self.contains(tree, name)
            || holder.contains(name)
            || (holder.len() > 4 && name.starts_with(holder))
    }
}

fn root_name(draft: &Draft) -> Option<&str> {
    let label = draft.response.label.as_ref()?;
    matches!(Word::first(&label.value), Word::Name(_)).then_some(label.value.as_str())
}

/// Whether tables with these fields can be views of one type: sorted by size, each has all fields of the one before. A view
/// may leave fields out; two views that each have a field of their own are two types.
fn is_one_type(mut sets: Vec<BTreeSet<&str>>) -> bool {
    sets.sort_by_key(BTreeSet::len);
    sets.is_sorted_by(|smaller, larger| smaller.is_subset(larger))
}

/// The field names of a table without the infrastructure fields.
fn field_set(table: &[Row]) -> BTreeSet<&str> {
    table
        .iter()
        .map(|row| row.name.value.as_str())
        .filter(|name| !is_infrastructure(name))
        .collect()
}

/// Whether a field is one that every carrier has, and that tells none from another: responses have it and requests have not,
/// and both are views of one type.
pub(super) fn is_infrastructure(field: &str) -> bool {
    INFRASTRUCTURE_TYPES
        .iter()
        .any(|(known, ..)| *known == field)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each list in all its rotations and backwards.
    #[test]
    fn the_order_of_tables_does_not_tell_a_type_from_a_placeholder() {
        let table: [(&[&[&str]], bool); 7] = [
            (&[&["Id"], &["Id", "Name"], &["Id", "Legs"]], false),
            (&[&["Id", "Name"], &["Id"], &["Id", "Name", "Legs"]], true),
            (&[&["Id"], &["Name"]], false),
            (&[&["Id"], &["Id"], &["Id", "Name"], &["Id", "Name"]], true),
            (&[&[], &["Id"], &["Name"]], false),
            (&[&["Id"]], true),
            (&[], true),
        ];
        for (sets, expected) in table {
            let mut sets: Vec<BTreeSet<&str>> = sets
                .iter()
                .map(|set| set.iter().copied().collect())
                .collect();
            for _ in 0..sets.len().max(1) {
                assert_eq!(is_one_type(sets.clone()), expected, "{sets:?}");
                let backwards = sets.iter().rev().cloned().collect();
                assert_eq!(is_one_type(backwards), expected, "{sets:?} backwards");
                let middle = sets.len().min(1);
                sets.rotate_left(middle);
            }
        }
    }

    #[test]
    fn a_placeholder_is_believed_where_the_holder_says_it() {
        let found = Placeholders(HashMap::from([(0, BTreeSet::from(["Animal".to_owned()]))]));
        // The tree, the name, who holds it.
        let table = [
            (0, "Animal", "Cage", false),
            (0, "Animal", "GetAnimal", true),
            (0, "Animal", "Animals", true),
            (0, "Animal", "Anima", true),
            // Four letters begin too many names.
            (0, "Animal", "Anim", false),
            (0, "Animal", "animal", false),
            (0, "Plant", "Cage", true),
            (1, "Animal", "Cage", true),
        ];
        for (tree, name, holder, expected) in table {
            assert_eq!(
                found.believed(tree, name, holder),
                expected,
                "{name} in {holder}"
            );
        }
        assert!(found.contains(0, "Animal") && !found.contains(1, "Animal"));
    }
}
