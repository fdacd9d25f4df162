//! Takes the program after recognition and makes one type of anonymous types that are the same: those of a carrier and its
//! linked variant, those in fields of one type or of one name, and those that share so many fields that chance is no
//! explanation. Types that a page names are never touched: some thirty of them share one small set of fields.

use std::collections::{BTreeMap, BTreeSet};

use super::field_set::{Kind, is_request_wrapper, kind};
use super::name::{by_field, is_generic};
use super::placeholder::is_infrastructure;
use super::program::{Editions, Key, NodeId, Program};

/// The variant of a carrier that has links to itself; its inner types are those of the carrier.
pub(super) const LINKED: &str = "WithLinks";
/// How many equal field names exclude chance.
const MANY: usize = 4;

/// Unites what is the same.
pub(super) fn unite(program: &mut Program<'_>, editions: &[Editions<'_>]) {
    unite_linked(program);
    unite_siblings(program);
    unite_large(program);
    unite_by_field(program, editions);
}

/// `XWithLinks` holds the same inner types as `X`.
fn unite_linked(program: &mut Program<'_>) {
    for id in program.ids() {
        let Key::Named(name) = &program.get(id).key else {
            continue;
        };
        let base = name
            .strip_suffix(LINKED)
            .map(|base| Key::Named(base.to_owned()));
        let Some(base) = base.and_then(|base| program.find(&base)) else {
            continue;
        };
        let fields: Vec<&str> = program.get(id).names().collect();
        for field in fields {
            let inside = |holder| anonymous_inside(program, holder, field);
            if let (Some(linked), Some(plain)) = (inside(id), inside(base)) {
                unite_equal(program, &[plain, linked]);
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
        let fields = program.get(id).names();
        let inner = fields.filter_map(|field| anonymous_inside(program, id, field));
        let inner: Vec<NodeId> = inner.collect();
        unite_equal(program, &inner);
    }
}

/// Anonymous objects with many equal fields are one type, wherever they stand.
fn unite_large(program: &mut Program<'_>) {
    let is_large = |id: &NodeId| {
        let node = program.get(*id);
        matches!(node.key, Key::Inside(..))
            && visible_names(program, *id).len() >= MANY
            && !is_request_wrapper(program, node)
    };
    let large: Vec<NodeId> = program.ids().into_iter().filter(is_large).collect();
    unite_equal(program, &large);
}

/// All fields of one name that hold equal anonymous objects hold one type, unless the name is generic or one of them
/// differs.
fn unite_by_field(program: &mut Program<'_>, editions: &[Editions<'_>]) {
    let holders = by_field(program, editions);
    for (_, nodes) in holders.into_iter().filter(|(name, _)| !is_generic(name)) {
        let nodes: Vec<NodeId> = nodes.into_iter().collect();
        if let [all] = equal(program, &nodes).as_slice() {
            unite_all(program, all);
        }
    }
}

fn anonymous_inside(program: &Program<'_>, id: NodeId, field: &str) -> Option<NodeId> {
    let inside = program.inside(id, field);
    inside.filter(|inside| matches!(program.get(*inside).key, Key::Inside(..)))
}

/// Makes one type of those among these that are equal.
fn unite_equal(program: &mut Program<'_>, nodes: &[NodeId]) {
    for group in equal(program, nodes) {
        unite_all(program, &group);
    }
}

fn unite_all(program: &mut Program<'_>, nodes: &[NodeId]) {
    if let Some((first, others)) = nodes.split_first() {
        others.iter().for_each(|node| program.merge(*node, *first));
    }
}

/// The types in groups of equal ones, whatever their order: those with the same field names, and among them those whose
/// fields are of the same kinds. A kind that is not known is any, but where others differ it is a kind of its own: nothing
/// tells which of them it is.
fn equal(program: &Program<'_>, nodes: &[NodeId]) -> Vec<Vec<NodeId>> {
    let mut by_names: BTreeMap<BTreeSet<&str>, Vec<NodeId>> = BTreeMap::new();
    for node in nodes {
        let names = visible_names(program, *node);
        by_names.entry(names).or_default().push(*node);
    }
    let groups = by_names.into_values();
    groups.flat_map(|nodes| by_kinds(program, &nodes)).collect()
}

fn by_kinds(program: &Program<'_>, nodes: &[NodeId]) -> Vec<Vec<NodeId>> {
    let mut known: BTreeMap<&str, BTreeSet<Kind>> = BTreeMap::new();
    for node in nodes {
        for (name, slot) in &program.get(*node).slots {
            known.entry(name).or_default().extend(kind(slot));
        }
    }
    known.retain(|_, kinds| kinds.len() > 1);
    let mut groups: BTreeMap<Vec<Option<Kind>>, Vec<NodeId>> = BTreeMap::new();
    for node in nodes {
        let differing = known.keys().map(|name| program.slot(*node, name));
        let kinds = differing.map(|slot| slot.and_then(kind)).collect();
        groups.entry(kinds).or_default().push(*node);
    }
    groups.into_values().collect()
}

fn visible_names<'a>(program: &Program<'a>, id: NodeId) -> BTreeSet<&'a str> {
    let names = program.get(id).names();
    names.filter(|name| !is_infrastructure(name)).collect()
}
