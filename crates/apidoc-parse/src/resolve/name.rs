//! Takes the united program and gives every object type that an operation reaches its name and scope. Types that pages name
//! keep that name. The parameters of an agent's operation are named after the operation, inside its group. Any other
//! anonymous type is named after what holds it: the words that several operations share, the field, the parent and the
//! field, or the one operation. Numbers are the last resort.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use apidoc_model::api::{GroupId, ModelId, Origin};

use super::field_set::is_request_wrapper;
use super::program::{Editions, Key, NodeId, Program, Side, Slot};
use super::unite::LINKED;
use super::words::{pascal, shared_words, singular};
use crate::draft::Draft;
use crate::json::Json;
use crate::vocabulary::Word;

/// Field names that say nothing about what they hold.
const GENERIC: &[&str] = &[
    "Actor", "Change", "Chat", "Column", "Content", "Current", "Data", "Date", "Element", "Entry",
    "Error", "Info", "Item", "Key", "List", "New", "Node", "Object", "Old", "Option", "Request",
    "Response", "Result", "Right", "Row", "Rule", "Tag", "Type", "Url", "Value",
];

/// Ids of all types that are reached.
pub(super) type Names = HashMap<NodeId, (ModelId, Origin)>;

/// A place that holds a type, and a page that leads to it.
#[derive(Debug, Clone, Copy)]
struct Holder<'a> {
    node: NodeId,
    slot: &'a str,
    draft: &'a Draft,
}

impl Holder<'_> {
    fn group(&self) -> GroupId {
        GroupId {
            world: self.draft.world,
            name: self.draft.group.clone(),
        }
    }
}

/// The holders of every type that is reached.
type Holders<'a> = BTreeMap<NodeId, Vec<Holder<'a>>>;

/// Names all types.
pub(super) fn name(program: &Program<'_>, editions: &[Editions<'_>]) -> Names {
    let (order, holders) = reached(program, editions);
    let mut namer = Namer {
        program,
        by_field: held_by_field(program, &holders),
        holders,
        names: Names::new(),
        taken: BTreeSet::new(),
        numbers: RefCell::default(),
    };
    for id in &order {
        if let Key::Named(name) = &program.get(*id).key {
            namer.give(*id, ModelId::shared(name.clone()), Origin::Named);
        }
    }
    for id in &order {
        if matches!(program.get(*id).key, Key::Inside(..)) {
            namer.anonymous(*id);
        }
    }
    namer.names
}

/// Whether a derived name says nothing.
pub(super) fn is_generic(name: &str) -> bool {
    GENERIC.contains(&name)
}

/// The name that a field gives to what it holds.
pub(super) fn derived(field: &str) -> String {
    singular(&pascal(field))
}

/// The anonymous types in fields, by the name that the fields give them.
pub(super) fn by_field(
    program: &Program<'_>,
    editions: &[Editions<'_>],
) -> BTreeMap<String, BTreeSet<NodeId>> {
    held_by_field(program, &reached(program, editions).1)
}

fn held_by_field(
    program: &Program<'_>,
    holders: &Holders<'_>,
) -> BTreeMap<String, BTreeSet<NodeId>> {
    let mut found: BTreeMap<String, BTreeSet<NodeId>> = BTreeMap::new();
    for (id, holders) in holders {
        if matches!(program.get(*id).key, Key::Inside(..)) {
            for holder in holders.iter().filter(|holder| is_field(program, holder)) {
                found.entry(derived(holder.slot)).or_default().insert(*id);
            }
        }
    }
    found
}

fn is_field(program: &Program<'_>, holder: &Holder<'_>) -> bool {
    !matches!(program.get(holder.node).key, Key::Operation(_))
}

/// All types that operations reach, breadth first, so that holders come before what they hold; and their holders.
fn reached<'a>(program: &Program<'a>, editions: &[Editions<'a>]) -> (Vec<NodeId>, Holders<'a>) {
    let mut order = Vec::new();
    let mut holders = Holders::new();
    let mut queue: VecDeque<Holder<'_>> = editions
        .iter()
        .flat_map(|edition| bodies(program, edition))
        .collect();
    while let Some(holder) = queue.pop_front() {
        let Some(id) = program.inside(holder.node, holder.slot) else {
            continue;
        };
        let known = holders.entry(id).or_default();
        if known.is_empty() {
            order.push(id);
            let fields = program.get(id).names();
            queue.extend(fields.map(|slot| Holder {
                node: id,
                slot,
                ..holder
            }));
        }
        known.push(holder);
    }
    (order, holders)
}

fn bodies<'a>(program: &Program<'a>, edition: &Editions<'a>) -> Vec<Holder<'a>> {
    let draft = edition.newest;
    let node = program.find(&Key::Operation(draft.id.value.clone()));
    let holder = |node, side: Side| Holder {
        node,
        slot: side.name(),
        draft,
    };
    node.map_or_else(Vec::new, |node| {
        vec![holder(node, Side::Request), holder(node, Side::Response)]
    })
}

struct Namer<'p, 'a> {
    program: &'p Program<'a>,
    holders: Holders<'a>,
    by_field: BTreeMap<String, BTreeSet<NodeId>>,
    names: Names,
    taken: BTreeSet<ModelId>,
    /// The first number that may still be free, by the name before it.
    numbers: RefCell<HashMap<ModelId, u64>>,
}

impl Namer<'_, '_> {
    fn give(&mut self, id: NodeId, model: ModelId, origin: Origin) {
        self.taken.insert(model.clone());
        self.names.insert(id, (model, origin));
    }

    fn anonymous(&mut self, id: NodeId) {
        let holders = self.holders.get(&id).cloned().unwrap_or_default();
        let (fields, bodies): (Vec<&Holder<'_>>, Vec<&Holder<'_>>) = holders
            .iter()
            .partition(|holder| is_field(self.program, holder));
        let (model, origin) = match (fields.as_slice(), bodies.as_slice()) {
            ([], [body]) => self.body(id, body),
            ([], bodies) => (self.bodies(id, bodies), Origin::Inline),
            (fields, []) => (self.fields(fields), Origin::Inline),
            (fields, bodies) => (self.fields_and_bodies(fields, bodies), Origin::Inline),
        };
        self.give(id, model, origin);
    }

    /// The body of one operation.
    fn body(&self, id: NodeId, body: &Holder<'_>) -> (ModelId, Origin) {
        let many = self.program.slot(body.node, body.slot).is_some_and(is_many);
        let (suffix, origin) = match (body.slot == Side::Request.name(), many) {
            (true, false) => ("Request", Origin::RequestBody),
            (true, true) => ("RequestItem", Origin::Inline),
            (false, false) => ("Result", Origin::Inline),
            (false, true) => ("Item", Origin::Inline),
        };
        let wrapper = is_request_wrapper(self.program, self.program.get(id));
        let origin = if wrapper { Origin::RequestBody } else { origin };
        let name = format!("{}{suffix}", self.method(body));
        (self.free(Some(&body.group()), &[&name]), origin)
    }

    /// One type in the bodies of several operations.
    fn bodies(&self, id: NodeId, bodies: &[&Holder<'_>]) -> ModelId {
        let methods: BTreeSet<String> = bodies.iter().map(|body| self.method(body)).collect();
        let (first, _) = self.body(id, bodies[0]);
        let group = bodies[0].group();
        let one_group = bodies.iter().all(|body| body.group() == group);
        match shared_words(&methods) {
            Some(shared) => self.free(None, &[&shared, &format!("{shared}Item"), &first.name]),
            None => self.free(one_group.then_some(&group), &[&first.name]),
        }
    }

    fn method(&self, body: &Holder<'_>) -> String {
        let Key::Operation(operation) = &self.program.get(body.node).key else {
            return String::new();
        };
        pascal(
            operation
                .split_once('_')
                .map_or(operation.as_str(), |(_, method)| method),
        )
    }

    /// One type in one or several fields.
    fn fields(&self, fields: &[&Holder<'_>]) -> ModelId {
        let name = most_frequent(fields.iter().map(|field| derived(field.slot)));
        let parent = fields
            .iter()
            .find_map(|field| self.names.get(&self.program.follow(field.node)));
        let Some((parent, _)) = parent else {
            return self.free(None, &[&name]);
        };
        let parent_name = parent.name.strip_suffix(LINKED).unwrap_or(&parent.name);
        let long = format!("{parent_name}{name}");
        let longer = format!("{long}Element");
        if !is_generic(&name) && self.is_one(&name) {
            return self.free(None, &[&name, &long, &longer]);
        }
        self.free(parent.group.as_ref(), &[&long, &longer])
    }

    fn fields_and_bodies(&self, fields: &[&Holder<'_>], bodies: &[&Holder<'_>]) -> ModelId {
        let names: BTreeSet<String> = fields.iter().map(|field| derived(field.slot)).collect();
        let methods: BTreeSet<String> = bodies.iter().map(|body| self.method(body)).collect();
        match (names.len(), shared_words(&methods)) {
            (1, _) => self.fields(fields),
            (_, Some(shared)) => self.free(None, &[&shared, &format!("{shared}Item")]),
            _ => self.fields(fields),
        }
    }

    /// Whether all anonymous objects in fields of this name are one type, and no page names a type so.
    fn is_one(&self, name: &str) -> bool {
        let one = self
            .by_field
            .get(name)
            .is_some_and(|nodes| nodes.len() == 1);
        one && self.program.find(&Key::Named(name.to_owned())).is_none()
    }

    /// The first of these names that is free in its scope, or the last with a number.
    fn free(&self, group: Option<&GroupId>, names: &[&str]) -> ModelId {
        let id = |name: &str| ModelId {
            group: group.cloned(),
            name: name.to_owned(),
        };
        let last = names.last().copied().unwrap_or_default();
        let mut plain = names.iter().map(|name| id(name));
        if let Some(free) = plain.find(|model| !self.taken.contains(model)) {
            return free;
        }
        // Names are only ever taken, so that a number that was taken once is not tried again.
        let mut numbers = self.numbers.borrow_mut();
        let number = numbers.entry(id(last)).or_insert(2);
        loop {
            let numbered = id(&format!("{last}{number}"));
            if !self.taken.contains(&numbered) {
                return numbered;
            }
            *number += 1;
        }
    }
}

/// The most frequent name, the first in the alphabet among equals.
fn most_frequent(names: impl Iterator<Item = String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let best = counts
        .into_iter()
        .max_by(|left, right| left.1.cmp(&right.1).then_with(|| right.0.cmp(&left.0)));
    best.map(|(name, _)| name).unwrap_or_default()
}

/// Whether a slot holds several objects rather than one.
fn is_many(slot: &Slot<'_>) -> bool {
    slot.dictionary
        || slot.said.iter().any(|said| said.word == Word::Array)
        || slot
            .samples
            .iter()
            .any(|(json, _)| matches!(json, Json::Array(_)))
}
