//! Takes the program and gives every object type that an operation reaches its name and scope. Types that pages name keep
//! that name. The body of an operation is named after the operation, inside its group. An anonymous object in a field is
//! named after the field, shared by all fields of that name whose objects have the same fields; otherwise its parent's name
//! is put in front. Numbers are the last resort. It merges types only where name and fields both agree.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use apidoc_model::api::{GroupId, ModelId, Origin};

use super::field_set::{compatible, is_request_wrapper};
use super::program::{Editions, Key, NodeId, Program, Side};
use super::words::{pascal, singular};

/// Field names that say nothing about what they hold.
const GENERIC: &[&str] = &[
    "Value", "Item", "Data", "Element", "Entry", "Result", "Row", "Node", "Object", "Content",
    "Type", "List", "Info", "Key",
];
/// The variant of a carrier that has links to itself; its inner types are those of the carrier.
const LINKED: &str = "WithLinks";

/// Ids of all types that are reached.
pub(super) type Names = HashMap<NodeId, (ModelId, Origin)>;

/// Names all types.
pub(super) fn name(program: &mut Program<'_>, editions: &[Editions<'_>]) -> Names {
    unite_linked(program);
    unite_siblings(program);
    unite_by_field(program, editions);
    let mut namer = Namer {
        names: Names::new(),
        taken: BTreeSet::new(),
    };
    let reached = reached(program, editions);
    for node in &reached {
        if let Key::Named(name) = &program.get(node.id).key {
            namer.give(node.id, ModelId::shared(name.clone()), Origin::Named);
        }
    }
    for node in &reached {
        namer.anonymous(program, node);
    }
    namer.names
}

/// A node that is reached, and the way to it.
#[derive(Debug, Clone)]
struct Reached {
    id: NodeId,
    group: GroupId,
    /// The node and slot that hold it.
    holder: (NodeId, String),
}

/// Breadth first, in order of operations and fields, so that holders come before what they hold.
fn reached(program: &Program<'_>, editions: &[Editions<'_>]) -> Vec<Reached> {
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    let mut queue = VecDeque::new();
    for edition in editions {
        let draft = edition.newest;
        let group = GroupId {
            world: draft.world,
            name: draft.group.clone(),
        };
        if let Some(operation) = program.find(&Key::Operation(draft.id.value.clone())) {
            queue.extend(
                [Side::Request, Side::Response]
                    .map(|side| (operation, side.name().to_owned(), group.clone())),
            );
        }
    }
    while let Some((holder, slot, group)) = queue.pop_front() {
        let Some(id) = program.inside(holder, &slot) else {
            continue;
        };
        if !seen.insert(id) {
            continue;
        }
        let fields = program
            .get(id)
            .names()
            .map(|name| (id, name.to_owned(), group.clone()));
        queue.extend(fields);
        order.push(Reached {
            id,
            group,
            holder: (holder, slot),
        });
    }
    order
}

/// `XWithLinks` holds the same inner types as `X`.
fn unite_linked(program: &mut Program<'_>) {
    for id in program.ids() {
        let Key::Named(name) = &program.get(id).key else {
            continue;
        };
        let Some(base) = name
            .strip_suffix(LINKED)
            .and_then(|base| program.find(&Key::Named(base.to_owned())))
        else {
            continue;
        };
        let fields: Vec<&str> = program.get(id).names().collect();
        for field in fields {
            if let (Some(linked), Some(plain)) = (
                anonymous_inside(program, id, field),
                anonymous_inside(program, base, field),
            ) {
                unite_if_equal(program, linked, plain);
            }
        }
    }
}

/// Fields of one type that hold equal anonymous objects hold one type.
fn unite_siblings(program: &mut Program<'_>) {
    for id in program.ids() {
        if matches!(program.get(id).key, Key::Operation(_)) {
            continue;
        }
        let fields: Vec<&str> = program.get(id).names().collect();
        let inner: Vec<NodeId> = fields
            .into_iter()
            .filter_map(|field| anonymous_inside(program, id, field))
            .collect();
        for pair in inner.windows(2) {
            unite_if_equal(program, pair[1], pair[0]);
        }
    }
}

/// All fields of one name that hold equal anonymous objects hold one type, unless the name is generic or one of them differs.
fn unite_by_field(program: &mut Program<'_>, editions: &[Editions<'_>]) {
    let mut holders: BTreeMap<String, BTreeSet<NodeId>> = BTreeMap::new();
    for node in reached(program, editions) {
        let is_field = !matches!(program.get(node.holder.0).key, Key::Operation(_));
        if is_field && matches!(program.get(node.id).key, Key::Inside(..)) {
            holders
                .entry(derived(&node.holder.1))
                .or_default()
                .insert(node.id);
        }
    }
    for (_, nodes) in holders
        .into_iter()
        .filter(|(name, _)| !GENERIC.contains(&name.as_str()))
    {
        let nodes: Vec<NodeId> = nodes.into_iter().collect();
        if nodes.iter().all(|node| equal(program, *node, nodes[0])) {
            nodes[1..]
                .iter()
                .for_each(|node| program.merge(*node, nodes[0]));
        }
    }
}

fn anonymous_inside(program: &Program<'_>, id: NodeId, field: &str) -> Option<NodeId> {
    program
        .inside(id, field)
        .filter(|inside| matches!(program.get(*inside).key, Key::Inside(..)))
}

fn unite_if_equal(program: &mut Program<'_>, from: NodeId, into: NodeId) {
    if from != into && equal(program, from, into) {
        program.merge(from, into);
    }
}

/// Same field names, and no field of a different kind.
fn equal(program: &Program<'_>, left: NodeId, right: NodeId) -> bool {
    let names = |id: NodeId| program.get(id).names().collect::<BTreeSet<_>>();
    names(left) == names(right) && compatible(program, left, right)
}

/// The name that a field gives to what it holds.
fn derived(field: &str) -> String {
    singular(&pascal(field))
}

struct Namer {
    names: Names,
    taken: BTreeSet<ModelId>,
}

impl Namer {
    fn give(&mut self, id: NodeId, model: ModelId, origin: Origin) {
        self.taken.insert(model.clone());
        self.names.insert(id, (model, origin));
    }

    fn anonymous(&mut self, program: &Program<'_>, node: &Reached) {
        if self.names.contains_key(&node.id) {
            return;
        }
        let holder = program.get(node.holder.0);
        if let Key::Operation(operation) = &holder.key {
            self.body(program, node, operation);
        } else {
            self.field(program, node);
        }
    }

    fn body(&mut self, program: &Program<'_>, node: &Reached, operation: &str) {
        let method = operation
            .split_once('_')
            .map_or(operation, |(_, method)| method);
        let request = node.holder.1 == Side::Request.name();
        let many = program
            .slot(node.holder.0, &node.holder.1)
            .is_some_and(is_many);
        let (suffix, origin) = match (request, many) {
            (true, false) => ("Request", Origin::RequestBody),
            (true, true) => ("RequestItem", Origin::Inline),
            (false, false) => ("Result", Origin::Inline),
            (false, true) => ("Item", Origin::Inline),
        };
        let origin = if request && is_request_wrapper(program, program.get(node.id)) {
            Origin::RequestBody
        } else {
            origin
        };
        let model = self.free(Some(&node.group), &[&format!("{}{suffix}", pascal(method))]);
        self.give(node.id, model, origin);
    }

    fn field(&mut self, program: &Program<'_>, node: &Reached) {
        let name = derived(&node.holder.1);
        let Some((parent, _)) = self.names.get(&program.follow(node.holder.0)).cloned() else {
            return;
        };
        let parent_name = parent.name.strip_suffix(LINKED).unwrap_or(&parent.name);
        let long = format!("{parent_name}{name}");
        let longer = format!("{long}Element");
        let shared = !GENERIC.contains(&name.as_str()) && self.is_one(program, &name, node.id);
        let model = if shared {
            self.free(None, &[&name, &long, &longer])
        } else {
            self.free(parent.group.as_ref(), &[&long, &longer])
        };
        self.give(node.id, model, Origin::Inline);
    }

    /// Whether all anonymous objects in fields of this name are this one.
    fn is_one(&self, program: &Program<'_>, name: &str, id: NodeId) -> bool {
        let named = Key::Named(name.to_owned());
        program.find(&named).is_none()
            && program
                .ids()
                .into_iter()
                .filter(|other| matches!(program.get(*other).key, Key::Inside(..)))
                .all(|other| {
                    let Key::Inside(holder, field) = &program.get(other).key else {
                        return true;
                    };
                    other == id
                        || derived(field) != name
                        || matches!(program.get(*holder).key, Key::Operation(_))
                })
    }

    /// The first of these names that is free in its scope, or the last with a number.
    fn free(&self, group: Option<&GroupId>, names: &[&str]) -> ModelId {
        let id = |name: String| ModelId {
            group: group.cloned(),
            name,
        };
        let numbered =
            (2..).map(|number| format!("{}{number}", names.last().copied().unwrap_or_default()));
        let mut candidates = names
            .iter()
            .map(|name| (*name).to_owned())
            .chain(numbered)
            .map(id);
        candidates
            .find(|model| !self.taken.contains(model))
            .unwrap_or_else(|| id(String::new()))
    }
}

/// Whether a slot holds several objects rather than one.
fn is_many(slot: &super::program::Slot<'_>) -> bool {
    slot.dictionary
        || slot
            .said
            .iter()
            .any(|said| said.word == super::vocabulary::Word::Array)
        || slot
            .samples
            .iter()
            .any(|(json, _)| matches!(json, crate::json::Json::Array(_)))
}
