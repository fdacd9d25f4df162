//! Takes the program after recognition and makes one type of anonymous types that are the same: those of a carrier and its
//! linked variant, those in fields of one type or of one name, and those that share so many fields that chance is no
//! explanation. Types that a page names are never touched: some thirty of them share one small set of fields.

use std::collections::{BTreeMap, BTreeSet};

use super::field_set::{compatible, is_request_wrapper};
use super::name::{by_field, is_generic};
use super::placeholder::INFRASTRUCTURE;
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

/// Anonymous objects with many equal fields are one type, wherever they stand.
fn unite_large(program: &mut Program<'_>) {
    let mut large: BTreeMap<BTreeSet<&str>, Vec<NodeId>> = BTreeMap::new();
    for id in program.ids() {
        let node = program.get(id);
        let names = visible_names(program, id);
        if matches!(node.key, Key::Inside(..))
            && names.len() >= MANY
            && !is_request_wrapper(program, node)
        {
            large.entry(names).or_default().push(id);
        }
    }
    for nodes in large.into_values() {
        for node in &nodes[1..] {
            if program.follow(*node) != program.follow(nodes[0])
                && compatible(program, *node, nodes[0])
            {
                program.merge(*node, nodes[0]);
            }
        }
    }
}

/// All fields of one name that hold equal anonymous objects hold one type, unless the name is generic or one of them
/// differs.
fn unite_by_field(program: &mut Program<'_>, editions: &[Editions<'_>]) {
    let holders = by_field(program, editions);
    for (_, nodes) in holders.into_iter().filter(|(name, _)| !is_generic(name)) {
        let nodes: Vec<NodeId> = nodes.into_iter().collect();
        if nodes.iter().all(|node| equal(program, *node, nodes[0])) {
            nodes[1..]
                .iter()
                .for_each(|node| program.merge(*node, nodes[0]));
        }
    }
}

fn anonymous_inside(program: &Program<'_>, id: NodeId, field: &str) -> Option<NodeId> {
    let inside = program.inside(id, field);
    inside.filter(|inside| matches!(program.get(*inside).key, Key::Inside(..)))
}

fn unite_if_equal(program: &mut Program<'_>, from: NodeId, into: NodeId) {
    if from != into && equal(program, from, into) {
        program.merge(from, into);
    }
}

/// Same field names, and no field of a different kind.
fn equal(program: &Program<'_>, left: NodeId, right: NodeId) -> bool {
    visible_names(program, left) == visible_names(program, right)
        && compatible(program, left, right)
}

fn visible_names<'a>(program: &Program<'a>, id: NodeId) -> BTreeSet<&'a str> {
    let names = program.get(id).names();
    names
        .filter(|name| !INFRASTRUCTURE.contains(name))
        .collect()
}
