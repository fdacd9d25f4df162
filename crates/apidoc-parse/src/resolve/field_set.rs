//! Takes the program and finds the anonymous types that are named types in disguise: their field names, infrastructure
//! aside, are those of exactly one named type, and no field contradicts it. It refuses to choose between types with equal
//! fields (some thirty list types share one set), unless the operation itself names one of them.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::api::Type;

use crate::draft::Row;

use super::placeholder::is_infrastructure;
use super::program::{Form, Key, Node, NodeId, Program, Slot};
use super::words::mentions;
use crate::vocabulary::Word;

/// Two fields are the least that says anything.
const MINIMUM: usize = 2;

/// Merges every anonymous type that is recognised into the named one, until none is left.
pub(super) fn recognise(program: &mut Program<'_>) {
    loop {
        let matches = find_matches(program);
        if matches.is_empty() {
            return;
        }
        for (anonymous, named) in matches {
            program.merge(anonymous, named);
        }
    }
}

fn find_matches(program: &Program<'_>) -> Vec<(NodeId, NodeId)> {
    let known = known_sets(program);
    let mut matches = Vec::new();
    for id in program.ids() {
        let node = program.get(id);
        if !matches!(node.key, Key::Inside(..)) || is_request_wrapper(program, node) {
            continue;
        }
        let candidates: BTreeSet<NodeId> = sets(node)
            .iter()
            .filter_map(|set| known.get(set))
            .flatten()
            .copied()
            .filter(|named| compatible(program, id, *named))
            .collect();
        if let Some(named) = choose(program, node, &candidates) {
            matches.push((id, named));
        }
    }
    matches
}

/// The parameters of an agent's operation are a type of their own, whatever their names.
pub(super) fn is_request_wrapper(program: &Program<'_>, node: &Node<'_>) -> bool {
    let Key::Inside(owner, slot) = &node.key else {
        return false;
    };
    slot == "request"
        && matches!(program.get(*owner).key, Key::Operation(_))
        && node.tables.iter().any(|(_, place)| {
            place
                .draft
                .request
                .as_ref()
                .is_some_and(|request| request.name == "request")
        })
}

/// Field names without the infrastructure, sorted.
type FieldSet<'a> = Vec<&'a str>;

fn known_sets<'a>(program: &Program<'a>) -> BTreeMap<FieldSet<'a>, BTreeSet<NodeId>> {
    let mut known: BTreeMap<FieldSet<'_>, BTreeSet<NodeId>> = BTreeMap::new();
    for id in program.ids() {
        let node = program.get(id);
        if matches!(node.key, Key::Named(_)) {
            for set in sets(node) {
                known.entry(set).or_default().insert(id);
            }
        }
    }
    known
}

/// The sets of field names that a type has been seen with: each table, or all keys of all samples where it has no table.
fn sets<'a>(node: &Node<'a>) -> BTreeSet<FieldSet<'a>> {
    let of_table =
        |(table, _): &(&'a [Row], _)| field_set(table.iter().map(|row| row.name.value.as_str()));
    let mut sets: BTreeSet<_> = if node.tables.is_empty() {
        BTreeSet::from([field_set(node.names())])
    } else {
        node.tables.iter().map(of_table).collect()
    };
    sets.retain(|set| set.len() >= MINIMUM);
    sets
}

fn field_set<'a>(names: impl Iterator<Item = &'a str>) -> FieldSet<'a> {
    let mut set: FieldSet<'_> = names.filter(|name| !is_infrastructure(name)).collect();
    set.sort_unstable();
    set.dedup();
    set
}

/// One candidate is an answer; of several, the one whose name is in the operation's.
fn choose(program: &Program<'_>, node: &Node<'_>, candidates: &BTreeSet<NodeId>) -> Option<NodeId> {
    if candidates.len() <= 1 {
        return candidates.first().copied();
    }
    let Key::Inside(owner, _) = &node.key else {
        return None;
    };
    let Key::Operation(operation) = &program.get(*owner).key else {
        return None;
    };
    let named: Vec<NodeId> = candidates
        .iter()
        .copied()
        .filter(|id| is_said_by(operation, program.get(*id)))
        .collect();
    longest(program, &named)
}

/// Whether the id of an operation names the type: `v1CategoryList_PostCategory` names `Category`.
fn is_said_by(operation: &str, node: &Node<'_>) -> bool {
    let Key::Named(name) = &node.key else {
        return false;
    };
    let method = operation.split_once('_').map(|(_, method)| method);
    method.is_some_and(|method| mentions(method, name))
}

/// Of names that contain each other, the longest.
fn longest(program: &Program<'_>, ids: &[NodeId]) -> Option<NodeId> {
    let length = |id: &NodeId| {
        if let Key::Named(name) = &program.get(*id).key {
            name.len()
        } else {
            0
        }
    };
    let best = ids.iter().copied().max_by_key(length)?;
    let unique = ids.iter().filter(|id| length(id) == length(&best)).count() == 1;
    unique.then_some(best)
}

/// Whether no field of the two says something that the other cannot be.
fn compatible(program: &Program<'_>, left: NodeId, right: NodeId) -> bool {
    program.get(left).slots.iter().all(|(name, slot)| {
        program
            .slot(right, name)
            .is_none_or(|other| kinds_agree(slot, other))
    })
}

fn kinds_agree(left: &Slot<'_>, right: &Slot<'_>) -> bool {
    match (kind(left), kind(right)) {
        (Some(one), Some(other)) => {
            one == other || may_show(left, one, other) || may_show(right, other, one)
        }
        _ => true,
    }
}

/// Whether a slot that nothing but samples speak of may be of another kind than they show: a written sample has whole numbers
/// where there may be fractions, and dictionaries with keys like names of properties.
fn may_show(slot: &Slot<'_>, shown: Kind, meant: Kind) -> bool {
    let is_less = matches!(
        (shown, meant),
        (Kind::Integer, Kind::Float) | (Kind::Object, Kind::Dictionary)
    );
    is_less && slot.said.is_empty()
}

/// The JSON kind of a slot, coarse enough that every vocabulary can tell it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Bool,
    Integer,
    Float,
    Text,
    Array,
    Dictionary,
    Object,
}

/// The kind that pages tell, or samples show.
pub(super) fn kind(slot: &Slot<'_>) -> Option<Kind> {
    if slot.dictionary {
        return Some(Kind::Dictionary);
    }
    slot.said
        .iter()
        .find_map(|said| word_kind(&said.word))
        .or(form_kind(slot.form))
}

pub(super) fn form_kind(form: Form) -> Option<Kind> {
    match form {
        Form::Unseen | Form::Mixed => None,
        Form::Bool => Some(Kind::Bool),
        Form::Integer => Some(Kind::Integer),
        Form::Float => Some(Kind::Float),
        Form::Text => Some(Kind::Text),
        Form::Array => Some(Kind::Array),
        Form::Object => Some(Kind::Object),
    }
}

pub(super) fn word_kind(word: &Word) -> Option<Kind> {
    match word {
        Word::Exact(ty) | Word::Coarse(ty) => type_kind(ty),
        Word::Array => Some(Kind::Array),
        Word::Dictionary => Some(Kind::Dictionary),
        Word::Blank | Word::Name(_) => Some(Kind::Object),
        Word::Bytes | Word::Enumeration => Some(Kind::Text),
        Word::Open => None,
    }
}

fn type_kind(ty: &Type) -> Option<Kind> {
    match ty {
        Type::Bool => Some(Kind::Bool),
        Type::Int32 | Type::Int64 => Some(Kind::Integer),
        Type::Double => Some(Kind::Float),
        Type::String | Type::DateTime | Type::Base64 | Type::Enum(_) | Type::Flags(_) => {
            Some(Kind::Text)
        }
        Type::Array(_) => Some(Kind::Array),
        Type::Map(_) | Type::Model(_) => Some(Kind::Object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn a_word_and_a_value_of_it_are_of_one_kind() {
        let name = || "Mood".to_owned();
        let boxed = || Box::new(Type::Any);
        let id = || apidoc_model::api::ModelId::shared("Cage");
        let rows: [(&[Type], Json); 6] = [
            (&[Type::Bool], Json::Bool(true)),
            (&[Type::Int32, Type::Int64], Json::Integer(1)),
            (&[Type::Double], Json::Float(1.5)),
            (
                &[
                    Type::String,
                    Type::DateTime,
                    Type::Base64,
                    Type::Enum(name()),
                    Type::Flags(name()),
                ],
                Json::String(String::new()),
            ),
            (&[Type::Array(boxed())], Json::Array(Vec::new())),
            (
                &[Type::Map(boxed()), Type::Model(id())],
                Json::Object(Vec::new()),
            ),
        ];
        for (at, (types, _)) in rows.iter().enumerate() {
            for (other, (_, json)) in rows.iter().enumerate() {
                for ty in *types {
                    let same =
                        type_kind(ty).is_some() && type_kind(ty) == form_kind(Form::of(json));
                    assert_eq!(same, at == other, "{ty:?} and {json:?}");
                }
            }
        }
        assert!(type_kind(&Type::Any).is_none() && form_kind(Form::of(&Json::Null)).is_none());
        assert!(form_kind(Form::Mixed).is_none());
    }

    #[test]
    fn words_have_the_kind_of_what_they_mean() {
        let table = [
            (Word::Exact(Type::Bool), Some(Kind::Bool)),
            (Word::Coarse(Type::Int32), Some(Kind::Integer)),
            (Word::Array, Some(Kind::Array)),
            (Word::Dictionary, Some(Kind::Dictionary)),
            (Word::Blank, Some(Kind::Object)),
            (Word::Name("Cage".to_owned()), Some(Kind::Object)),
            (Word::Bytes, Some(Kind::Text)),
            (Word::Enumeration, Some(Kind::Text)),
            (Word::Open, None),
        ];
        for (word, expected) in table {
            assert!(word_kind(&word) == expected, "{word:?}");
        }
    }
}
