//! Takes the named program and returns the models and operations of the IR. Every type that an operation of the newest
//! edition reaches becomes a model; every conflict met on the way is returned, because a correction may decide it.

use std::collections::{BTreeMap, HashMap};

use apidoc_model::api::{
    Api, Evidence, Field, Group, GroupId, Model, Operation, Payload, Rule, Type,
};

use super::conflict::{Conflict, Conflicts, Subject};
use super::decide::{Decision, decide};
use super::enums::EnumNames;
use super::form::infer;
use super::name::Names;
use super::older::believed;
use super::operations::{operation, prose};
use super::program::{Editions, Key, Node, NodeId, Program, Side, Slot};
use crate::json::Json;
use crate::vocabulary::Word;

/// Builds the API without enumerations.
pub(super) fn build(
    program: &Program<'_>,
    names: &Names,
    editions: &[Editions<'_>],
    enums: &EnumNames,
) -> (Api, Conflicts) {
    let builder = Builder {
        program,
        names,
        scalars: scalars(program),
    };
    let (mut api, mut conflicts) = (Api::default(), Conflicts::default());
    for (id, (model, origin)) in names {
        let node = program.get(*id);
        let mut fields = Vec::with_capacity(node.slots.len());
        for (name, slot) in existing(node) {
            let (field, found) = builder.field(name, slot);
            conflicts.add(Subject::Field(model.clone(), field.name.clone()), found);
            fields.push(field);
        }
        let evidence = builder.name_evidence(node);
        api.models.insert(
            model.clone(),
            Model {
                origin: *origin,
                fields,
                in_request: false,
                in_response: false,
                evidence,
                doc: None,
            },
        );
    }
    api.groups = builder.groups(editions, enums, &mut conflicts);
    (api, conflicts)
}

struct Builder<'p, 'a> {
    program: &'p Program<'a>,
    names: &'p Names,
    scalars: HashMap<NodeId, Type>,
}

impl Builder<'_, '_> {
    /// The type of the objects inside a slot; `None` where nothing is known about them, not even a name.
    fn object(&self, slot: &Slot<'_>) -> Option<Type> {
        let id = self.program.follow(slot.inside?);
        if let Some(scalar) = self.scalars.get(&id) {
            return Some(scalar.clone());
        }
        let node = self.program.get(id);
        let known = matches!(node.key, Key::Named(_)) || !node.slots.is_empty();
        known.then(|| {
            self.names
                .get(&id)
                .map(|(model, _)| Type::Model(model.clone()))
        })?
    }

    fn decide(&self, name: &str, slot: &Slot<'_>) -> Decision {
        decide(self.program, name, slot, self.object(slot))
    }

    /// A field, and the places that do not agree about it.
    fn field(&self, name: &str, slot: &Slot<'_>) -> (Field, Vec<Conflict>) {
        let decision = self.decide(name, slot);
        let rows = || slot.said.iter().filter_map(|said| said.row);
        let field = Field {
            name: name.to_owned(),
            ty: decision.ty,
            boxed: false,
            documented: documented(slot),
            evidence: decision.evidence,
            required: rows().any(|row| row.required),
            list: rows().find_map(|row| row.list.clone()),
            deprecated: rows().any(|row| row.deprecated),
            doc: rows().map(|row| row.doc.as_str()).find_map(prose),
        };
        (field, decision.conflicts)
    }

    fn name_evidence(&self, node: &Node<'_>) -> Evidence {
        match (&node.key, node.tables.first()) {
            (Key::Named(_), Some((_, place))) => super::decide::evidence(Rule::Label, *place, ""),
            (Key::Named(_), None) => Evidence::rule(Rule::Label),
            (_, Some((_, place))) => super::decide::evidence(Rule::Derived, *place, ""),
            _ => Evidence::rule(Rule::Derived),
        }
    }

    fn groups(
        &self,
        editions: &[Editions<'_>],
        enums: &EnumNames,
        conflicts: &mut Conflicts,
    ) -> Vec<Group> {
        let mut groups: BTreeMap<GroupId, Vec<Operation>> = BTreeMap::new();
        for edition in editions {
            let draft = edition.newest;
            let node = self.program.find(&Key::Operation(draft.id.value.clone()));
            let [request, response] = Side::BOTH.map(|side| self.body(node, side));
            let id = GroupId {
                world: draft.world,
                name: draft.group.clone(),
            };
            let found =
                [&request, &response].map(|body| body.as_ref().map(|body| body.conflicts.clone()));
            let operation = operation(edition, request, response, enums);
            let body = operation.body.as_ref().map(|body| &body.content);
            let payloads = [
                (Side::Request, body),
                (Side::Response, Some(&operation.result)),
            ];
            for ((side, payload), found) in payloads.into_iter().zip(found) {
                if matches!(payload, Some(Payload::Json(_))) {
                    let subject = Subject::Body(operation.id.clone(), side);
                    conflicts.add(subject, found.unwrap_or_default());
                }
            }
            groups.entry(id).or_default().push(operation);
        }
        groups
            .into_iter()
            .map(|(id, operations)| Group {
                id,
                operations: sorted(operations),
            })
            .collect()
    }

    fn body(&self, node: Option<NodeId>, side: Side) -> Option<Decision> {
        let slot = self.program.slot(node?, side.name())?;
        Some(self.decide("", slot))
    }
}

/// The names that no table defines, and whose samples are no objects: they are what their samples show.
fn scalars(program: &Program<'_>) -> HashMap<NodeId, Type> {
    let mut shown: HashMap<NodeId, Vec<&Json>> = HashMap::new();
    for id in program.ids() {
        for (_, slot) in &program.get(id).slots {
            let Some(inside) = slot.inside.map(|inside| program.follow(inside)) else {
                continue;
            };
            let node = program.get(inside);
            let is_hollow = node.tables.is_empty() && node.slots.is_empty();
            if is_hollow && matches!(node.key, Key::Named(_)) {
                let (slot, _) = believed(slot, true);
                let values = slot.samples.iter().flat_map(|(json, _)| elements(json));
                shown.entry(inside).or_default().extend(values);
            }
        }
    }
    let scalar = |values: Vec<&Json>| {
        let has_any = values.iter().any(|json| !matches!(json, Json::Object(_)));
        has_any.then(|| infer(values, &Type::Any).unwrap_or(Type::Any))
    };
    let found = shown.into_iter();
    found
        .filter_map(|(id, values)| Some((id, scalar(values)?)))
        .collect()
}

/// The values of a sample, those of an array one by one.
fn elements(json: &Json) -> Vec<&Json> {
    match json {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().flat_map(elements).collect(),
        value => vec![value],
    }
}

/// The fields that exist: where the newest edition has a table, one that only older editions show was removed.
fn existing<'n, 'a>(node: &'n Node<'a>) -> impl Iterator<Item = (&'a str, &'n Slot<'a>)> {
    let newest = node.tables.iter().any(|(_, place)| place.draft.tree == 0);
    let is_known = move |slot: &Slot<'_>| {
        let said = slot.said.iter().map(|said| said.place);
        let mut places = said.chain(slot.samples.iter().map(|(_, place)| *place));
        !newest || places.any(|place| place.draft.tree == 0)
    };
    let slots = node.slots.iter().map(|(name, slot)| (*name, slot));
    slots.filter(move |(_, slot)| is_known(slot))
}

fn sorted(mut operations: Vec<Operation>) -> Vec<Operation> {
    operations.sort_by(|left, right| {
        (&left.route, left.verb, &left.id).cmp(&(&right.route, right.verb, &right.id))
    });
    operations
}

/// The word of the newest table that prints one.
fn documented(slot: &Slot<'_>) -> String {
    let rows = slot
        .said
        .iter()
        .filter(|said| said.word != Word::Blank)
        .filter_map(|said| Some((said.place.draft.tree, said.row?)));
    rows.min_by_key(|(tree, _)| *tree)
        .map(|(_, row)| row.ty.value.clone())
        .unwrap_or_default()
}
