//! The names that tables give to fields. Takes the tables of the nodes and a key of a sample and returns the name that it
//! means: its own, or the one that differs from it in nothing but capital letters. Refuses keys that may mean several.

use std::collections::{HashMap, HashSet};

use crate::draft::Row;

use super::program::NodeId;

/// The names in the tables of all nodes.
#[derive(Debug, Default)]
pub(super) struct Spellings<'a>(HashMap<NodeId, Names<'a>>);

#[derive(Debug, Default)]
struct Names<'a> {
    exact: HashSet<&'a str>,
    /// By the name in small letters; `None` where several share it.
    lower: HashMap<String, Option<&'a str>>,
}

impl<'a> Spellings<'a> {
    /// Adds a table.
    pub(super) fn add(&mut self, node: NodeId, table: &'a [Row]) {
        let names = self.0.entry(node).or_default();
        for row in table {
            let name = row.name.value.as_str();
            if names.exact.insert(name) {
                let found = names.lower.entry(name.to_ascii_lowercase());
                found.and_modify(|one| *one = None).or_insert(Some(name));
            }
        }
    }

    /// Whether a table knows any of these keys, however they are spelled.
    pub(super) fn knows_any<'k>(
        &self,
        node: NodeId,
        mut keys: impl Iterator<Item = &'k str>,
    ) -> bool {
        self.0.get(&node).is_some_and(|names| {
            keys.any(|key| {
                names.exact.contains(key) || names.lower.contains_key(&key.to_ascii_lowercase())
            })
        })
    }

    /// The name that the tables have in place of this key.
    pub(super) fn other(&self, node: NodeId, key: &str) -> Option<&'a str> {
        let names = self.0.get(&node)?;
        if names.exact.contains(key) {
            return None;
        }
        *names.lower.get(&key.to_ascii_lowercase())?
    }
}
