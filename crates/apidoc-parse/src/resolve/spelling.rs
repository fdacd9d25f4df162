//! The names that tables give to fields. Takes the tables of a node and a key of a sample and returns the name that it means:
//! its own, or the one that differs from it in nothing but capital letters. Refuses keys that may mean several.

use std::collections::{HashMap, HashSet};

use super::program::{Node, NodeId};

/// The names in the tables of the nodes that were asked about. Few are: most keys are the name of a row, and no others of
/// their node need to be known.
#[derive(Debug, Default)]
pub(super) struct Spellings<'a>(HashMap<NodeId, Names<'a>>);

#[derive(Debug, Default)]
struct Names<'a> {
    exact: HashSet<&'a str>,
    /// By the name in small letters; `None` where several share it.
    lower: HashMap<String, Option<&'a str>>,
}

impl<'a> Names<'a> {
    fn of(node: &Node<'a>) -> Self {
        let mut names = Self::default();
        for row in node.tables.iter().flat_map(|(table, _)| *table) {
            let name = row.name.value.as_str();
            if names.exact.insert(name) {
                let found = names.lower.entry(name.to_ascii_lowercase());
                found.and_modify(|one| *one = None).or_insert(Some(name));
            }
        }
        names
    }
}

impl<'a> Spellings<'a> {
    /// Whether a table of the node knows any of these keys, however they are spelled. All its tables must be there already.
    pub(super) fn knows_any<'k>(
        &mut self,
        (id, node): (NodeId, &Node<'a>),
        mut keys: impl Iterator<Item = &'k str>,
    ) -> bool {
        let names = self.names(id, node);
        keys.any(|key| {
            names.exact.contains(key) || names.lower.contains_key(&key.to_ascii_lowercase())
        })
    }

    /// The name that the tables of the node have in place of this key. All of them must be there already.
    pub(super) fn other(&mut self, (id, node): (NodeId, &Node<'a>), key: &str) -> Option<&'a str> {
        if node.tables.is_empty() {
            return None;
        }
        let names = self.names(id, node);
        if names.exact.contains(key) {
            return None;
        }
        *names.lower.get(&key.to_ascii_lowercase())?
    }

    fn names(&mut self, id: NodeId, node: &Node<'a>) -> &Names<'a> {
        self.0.entry(id).or_insert_with(|| Names::of(node))
    }
}
