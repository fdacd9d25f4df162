//! The whole program before its types are decided: a graph of [`Node`]s (object types, named or not) with [`Slot`]s (fields)
//! that hold everything any page says about them. An operation is a node too, with the slots `request` and `response`, so
//! that bodies and fields are decided by the same rules. Takes drafts, computes no type, refuses nothing.

use std::collections::HashMap;

use apidoc_model::Span;
pub(super) use apidoc_model::sample::Side;

use crate::draft::{Draft, Row, SampleBody};
pub(super) use crate::editions::Editions;
use crate::json::Json;

use crate::vocabulary::Word;

/// Index of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NodeId(usize);

/// Where something was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) draft: &'a Draft,
    pub(super) side: Side,
}

impl Place<'_> {
    /// Where the sample is.
    pub(super) fn sample_span(&self) -> Option<Span> {
        match self.draft.sample(self.side).map(|sample| &sample.body) {
            Some(SampleBody::Json(_, span)) => Some(*span),
            _ => None,
        }
    }
}

/// What a node stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// An operation, by id.
    Operation(String),
    /// A type that the pages name.
    Named(String),
    /// The object inside a slot whose type no page names.
    Inside(NodeId, String),
}

/// A word that a page prints for a slot.
#[derive(Debug, Clone)]
pub(super) struct Said<'a> {
    pub(super) word: Word,
    pub(super) place: Place<'a>,
    /// The row; `None` for bodies.
    pub(super) row: Option<&'a Row>,
    /// Whether the word is taken from prose rather than from a type position.
    pub(super) from_prose: bool,
}

/// The form of the values of a slot, kept while they come, so that comparing two slots does not look at every value again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// There are none but nulls.
    #[default]
    Unseen,
    Bool,
    Integer,
    /// Numbers, some of them with a fraction.
    Float,
    Text,
    Array,
    Object,
    /// Values of several forms.
    Mixed,
}

impl Said<'_> {
    /// Where the word is; that of a body without one is its heading.
    pub(super) fn span(&self) -> Option<Span> {
        let draft = self.place.draft;
        match (self.row, self.place.side) {
            (Some(row), _) => Some(row.ty.span),
            (None, Side::Request) => draft.request.as_ref().map(|request| {
                let kind = request.kind.as_ref();
                kind.map_or(request.span, |kind| kind.span)
            }),
            (None, Side::Response) => {
                let response = &draft.response;
                let word = response.label.as_ref().or(response.kind.as_ref());
                Some(word.map_or(response.span, |word| word.span))
            }
        }
    }
}

impl Form {
    pub(super) fn of(json: &Json) -> Self {
        match json {
            Json::Null => Self::Unseen,
            Json::Bool(_) => Self::Bool,
            Json::Integer(_) => Self::Integer,
            Json::Float(_) => Self::Float,
            Json::String(_) => Self::Text,
            Json::Array(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }

    fn with(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Unseen, other) | (other, Self::Unseen) => other,
            (Self::Integer | Self::Float, Self::Integer | Self::Float) => Self::Float,
            _ => Self::Mixed,
        }
    }
}

/// Everything that is known about one field or body.
#[derive(Debug, Default, Clone)]
pub(super) struct Slot<'a> {
    pub(super) said: Vec<Said<'a>>,
    pub(super) samples: Vec<(&'a Json, Place<'a>)>,
    /// The form that all of them have.
    pub(super) form: Form,
    /// Whether the objects inside are dictionaries.
    pub(super) dictionary: bool,
    /// The node of the objects inside, once one was seen or named.
    pub(super) inside: Option<NodeId>,
}

impl<'a> Slot<'a> {
    /// Adds a value.
    pub(super) fn add_sample(&mut self, json: &'a Json, place: Place<'a>) {
        self.form = self.form.with(Form::of(json));
        self.samples.push((json, place));
    }

    /// A dictionary keeps the type of its values apart from a name that a page gave to the whole.
    pub(super) fn becomes_dictionary(&mut self) {
        if !self.dictionary {
            self.dictionary = true;
            self.inside = None;
        }
    }
}

/// An object type.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) key: Key,
    /// Fields in the order in which they were first seen.
    pub(super) slots: Vec<(&'a str, Slot<'a>)>,
    index: HashMap<&'a str, usize>,
    /// The slot that was changed last: pages show fields in one order, so that the next one is mostly here or right behind.
    last: usize,
    /// The tables that define it.
    pub(super) tables: Vec<(&'a [Row], Place<'a>)>,
    /// The node that this one turned out to be.
    forward: Option<NodeId>,
}

/// The graph.
#[derive(Debug, Default)]
pub(super) struct Program<'a> {
    nodes: Vec<Node<'a>>,
    by_key: HashMap<Key, NodeId>,
}

impl<'a> Program<'a> {
    /// The node of a key, made if it is new.
    pub(super) fn node(&mut self, key: Key) -> NodeId {
        if let Some(id) = self.by_key.get(&key) {
            return self.follow(*id);
        }
        let id = NodeId(self.nodes.len());
        self.by_key.insert(key.clone(), id);
        self.nodes.push(Node {
            key,
            slots: Vec::new(),
            index: HashMap::new(),
            last: 0,
            tables: Vec::new(),
            forward: None,
        });
        id
    }

    /// The node of a key, if there is one.
    pub(super) fn find(&self, key: &Key) -> Option<NodeId> {
        self.by_key.get(key).map(|id| self.follow(*id))
    }

    /// What a node turned out to be.
    pub(super) fn follow(&self, mut id: NodeId) -> NodeId {
        while let Some(next) = self.nodes[id.0].forward {
            id = next;
        }
        id
    }

    /// A node; ids come from this graph alone, so that the index is always valid.
    pub(super) fn get(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[self.follow(id).0]
    }

    /// A node, to be changed.
    pub(super) fn get_mut(&mut self, id: NodeId) -> &mut Node<'a> {
        let id = self.follow(id);
        &mut self.nodes[id.0]
    }

    /// All nodes that stand for themselves, in the order in which they were made.
    pub(super) fn ids(&self) -> Vec<NodeId> {
        (0..self.nodes.len())
            .map(NodeId)
            .filter(|id| self.nodes[id.0].forward.is_none())
            .collect()
    }

    /// The slot of a name, made if it is new.
    pub(super) fn slot_mut(&mut self, node: NodeId, name: &'a str) -> &mut Slot<'a> {
        let node = self.get_mut(node);
        node.last = node.place(name, node.last).unwrap_or_else(|| {
            let end = node.slots.len();
            node.index.insert(name, end);
            node.slots.push((name, Slot::default()));
            end
        });
        &mut node.slots[node.last].1
    }

    /// The slot of a name.
    pub(super) fn slot(&self, node: NodeId, name: &str) -> Option<&Slot<'a>> {
        let node = self.get(node);
        node.place(name, node.last).map(|at| &node.slots[at].1)
    }

    /// The node of the objects inside a slot.
    pub(super) fn inside(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.slot(node, name)
            .and_then(|slot| slot.inside)
            .map(|id| self.follow(id))
    }

    /// The type that a row names for a slot, where that is the type of what is in it and not of elements.
    pub(super) fn labelled(&self, slot: &Slot<'_>) -> Option<&Node<'a>> {
        let node = self.get(slot.inside?);
        let Key::Named(name) = &node.key else {
            return None;
        };
        let is_name = |said: &Said<'_>| said.row.is_some() && said.word == Word::Name(name.clone());
        let is_array = |said: &Said<'_>| said.word == Word::Array;
        let is_labelled = slot.said.iter().any(is_name) && !slot.said.iter().any(is_array);
        is_labelled.then_some(node)
    }

    /// Makes `from` the same type as `into`, and so on for the objects inside their fields. What is known about either is
    /// known about the one.
    pub(super) fn merge(&mut self, from: NodeId, into: NodeId) {
        let (from, into) = (self.follow(from), self.follow(into));
        if from == into {
            return;
        }
        let tables = std::mem::take(&mut self.nodes[from.0].tables);
        let slots = std::mem::take(&mut self.nodes[from.0].slots);
        self.nodes[from.0].index.clear();
        self.nodes[from.0].forward = Some(into);
        self.get_mut(into).tables.extend(tables);
        for (name, slot) in slots {
            self.merge_slot(into, name, slot);
        }
    }

    fn merge_slot(&mut self, into: NodeId, name: &'a str, mut slot: Slot<'a>) {
        if slot.dictionary {
            self.becomes_dictionary(into, name);
        } else if self.slot(into, name).is_some_and(|slot| slot.dictionary) {
            slot.inside = slot.inside.and_then(|inside| self.values(into, inside));
        }
        let target = self.slot_mut(into, name);
        target.said.extend(slot.said);
        target.samples.extend(slot.samples);
        target.form = target.form.with(slot.form);
        target.dictionary |= slot.dictionary;
        match (slot.inside, target.inside) {
            (Some(other), Some(own)) => self.merge_inside(other, own),
            (Some(other), None) => target.inside = Some(other),
            _ => {}
        }
    }

    /// Makes a slot one of dictionaries: what seemed to be the fields of an object in it are values.
    pub(super) fn becomes_dictionary(&mut self, node: NodeId, name: &'a str) {
        let slot = self.slot_mut(node, name);
        if slot.dictionary {
            return;
        }
        let inside = slot.inside;
        slot.becomes_dictionary();
        let values = inside.and_then(|inside| self.values(node, inside));
        self.slot_mut(node, name).inside = values;
    }

    /// The type of the objects in all fields of a type that has no name and no table, and that is no type any more; its node
    /// stands for them. A type that holds itself stays what it is.
    fn values(&mut self, holder: NodeId, inside: NodeId) -> Option<NodeId> {
        let (holder, inside) = (self.follow(holder), self.follow(inside));
        let node = self.get_mut(inside);
        let is_type = matches!(node.key, Key::Named(_)) || !node.tables.is_empty();
        if is_type || inside == holder {
            return None;
        }
        let slots = std::mem::take(&mut node.slots);
        node.index.clear();
        for object in slots.into_iter().filter_map(|(_, slot)| slot.inside) {
            let is_named = matches!(self.get(object).key, Key::Named(_));
            if !is_named && self.follow(object) != self.follow(holder) {
                self.merge(object, inside);
            }
        }
        let is_shown = !self.get(inside).slots.is_empty();
        is_shown.then_some(inside)
    }

    /// Of two types of one field, the named one stays; two different names stay apart.
    fn merge_inside(&mut self, other: NodeId, own: NodeId) {
        match (&self.get(other).key, &self.get(own).key) {
            (Key::Named(_), Key::Named(_)) => {}
            (Key::Named(_), _) => self.merge(own, other),
            _ => self.merge(other, own),
        }
    }
}

impl<'a> Node<'a> {
    /// The names of its fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.slots.iter().map(|(name, _)| *name)
    }

    /// Whether it has tables, and none of them knows any of these entries, however they are spelled.
    pub(super) fn is_strange_to(&self, entries: &[(String, Json)]) -> bool {
        let mut rows = self.tables.iter().flat_map(|(table, _)| *table);
        let is_entry = |row: &Row| {
            let name = row.name.value.as_str();
            entries
                .iter()
                .any(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        !self.tables.is_empty() && !rows.any(is_entry)
    }

    /// Those of these names that no row of a table has said anything about.
    pub(super) fn without_row<'k>(
        &self,
        names: impl Iterator<Item = &'k str>,
    ) -> impl Iterator<Item = &'k str> {
        let mut last = self.last;
        names.filter(move |name| {
            last = self.place(name, last).unwrap_or(last);
            let slot = self.slots.get(last).filter(|(known, _)| known == name);
            !slot.is_some_and(|(_, slot)| slot.said.iter().any(|said| said.row.is_some()))
        })
    }

    /// The position of a slot, which is mostly that of the last one or the next.
    fn place(&self, name: &str, last: usize) -> Option<usize> {
        let is_at = |at: &usize| self.slots.get(*at).is_some_and(|(known, _)| *known == name);
        let near = [last, last + 1].into_iter().find(is_at);
        near.or_else(|| self.index.get(name).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_several_values_is_that_of_all() {
        use Form::{Array, Bool, Float, Integer, Mixed, Object, Text, Unseen};
        let all = [Unseen, Bool, Integer, Float, Text, Array, Object, Mixed];
        for one in all {
            assert_eq!(one.with(one), one);
            assert_eq!((one.with(Unseen), Unseen.with(one)), (one, one));
            for other in all.into_iter().filter(|other| *other != one) {
                let expected = match (one, other) {
                    (Unseen, form) | (form, Unseen) => form,
                    (Integer, Float) | (Float, Integer) => Float,
                    _ => Mixed,
                };
                assert_eq!(one.with(other), expected, "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn slots_keep_their_order_and_are_found_in_any() {
        let mut program = Program::default();
        let node = program.node(Key::Named("Cage".to_owned()));
        let names = ["C", "A", "B", "D"];
        for name in names {
            program.slot_mut(node, name);
        }
        // In their order, against it, and one again.
        for name in ["C", "A", "B", "D", "D", "B", "A", "C", "C", "X"] {
            let is_there = names.contains(&name);
            assert_eq!(program.slot(node, name).is_some(), is_there, "{name}");
            if is_there {
                program.slot_mut(node, name).dictionary = name == "B";
            }
        }
        assert_eq!(program.get(node).names().collect::<Vec<_>>(), names);
        let dictionaries: Vec<bool> = names
            .into_iter()
            .filter_map(|name| program.slot(node, name))
            .map(|slot| slot.dictionary)
            .collect();
        assert_eq!(dictionaries, [false, false, true, false]);
    }

    #[test]
    fn what_seemed_to_be_fields_are_the_values_of_a_dictionary() {
        let mut program = Program::default();
        let cage = program.node(Key::Named("Cage".to_owned()));
        let cats = program.node(Key::Inside(cage, "Cats".to_owned()));
        let [momo, lala] = ["momo", "lala"].map(|name| {
            let cat = program.node(Key::Inside(cats, name.to_owned()));
            program.slot_mut(cats, name).inside = Some(cat);
            cat
        });
        program.slot_mut(momo, "Legs");
        program.slot_mut(lala, "Tail");
        // One holds the cage, and one itself.
        program.slot_mut(cats, "home").inside = Some(cage);
        program.slot_mut(cats, "all").inside = Some(cats);
        program.slot_mut(cage, "Cats").inside = Some(cats);
        program.becomes_dictionary(cage, "Cats");
        program.becomes_dictionary(cage, "Cats");
        assert_eq!(program.inside(cage, "Cats"), Some(cats));
        let names: Vec<&str> = program.get(cats).names().collect();
        assert_eq!(names, ["Legs", "Tail"]);
        assert_eq!((program.follow(momo), program.follow(lala)), (cats, cats));
        assert_eq!(program.follow(cage), cage);
        // A type that holds itself, and one with a name, keep their fields.
        let node = program.node(Key::Inside(cage, "Node".to_owned()));
        program.slot_mut(node, "Next").inside = Some(node);
        program.becomes_dictionary(node, "Next");
        program.slot_mut(node, "Cage").inside = Some(cage);
        program.becomes_dictionary(node, "Cage");
        assert_eq!(program.get(node).names().count(), 2);
        assert_eq!(program.get(cage).names().count(), 1);
        assert_eq!(program.inside(node, "Cage"), None);
    }

    #[test]
    fn merged_types_are_one_with_everything_inside() {
        let mut program = Program::default();
        let cage = program.node(Key::Named("Cage".to_owned()));
        let other = program.node(Key::Inside(cage, "other".to_owned()));
        let bars = program.node(Key::Named("Bars".to_owned()));
        let thin = program.node(Key::Inside(other, "Bars".to_owned()));
        let wide = program.node(Key::Named("Wide".to_owned()));
        let tall = program.node(Key::Named("Tall".to_owned()));
        program.slot_mut(cage, "Bars").inside = Some(thin);
        program.slot_mut(other, "Bars").inside = Some(bars);
        program.slot_mut(cage, "Size").inside = Some(wide);
        program.slot_mut(other, "Size").inside = Some(tall);
        program.slot_mut(other, "New").becomes_dictionary();
        program.slot_mut(other, "Door").inside = Some(tall);
        program.merge(other, cage);
        program.merge(cage, other);
        assert_eq!(program.follow(other), cage);
        assert_eq!(
            program.find(&Key::Inside(cage, "other".to_owned())),
            Some(cage)
        );
        let names: Vec<&str> = program.get(other).names().collect();
        assert_eq!(names, ["Bars", "Size", "New", "Door"]);
        // The named one stays, and two names stay apart.
        assert_eq!(program.inside(cage, "Bars"), Some(bars));
        assert_eq!(program.follow(thin), bars);
        assert_eq!(program.inside(cage, "Size"), Some(wide));
        assert_eq!(program.follow(tall), tall);
        assert_eq!(program.inside(cage, "Door"), Some(tall));
        assert!(
            program
                .slot(cage, "New")
                .is_some_and(|slot| slot.dictionary)
        );
        assert_eq!(program.ids(), [cage, bars, wide, tall]);
    }
}
