//! Takes the built API, drops models that nothing reaches any more, and marks which of the others requests and responses
//! hold, and which fields would make a type contain itself. Refuses nothing.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::Api;
use apidoc_model::api::{ModelId, Payload, Type};

use super::build::models_in;

/// Marks usage and drops the unused.
pub(super) fn mark(api: &mut Api) {
    let bodies = |api: &Api, request: bool| -> Vec<ModelId> {
        let operations = api.groups.iter().flat_map(|group| &group.operations);
        let payloads = operations.filter_map(|operation| {
            if request {
                operation.body.as_ref().map(|body| &body.content)
            } else {
                Some(&operation.result)
            }
        });
        payloads
            .filter_map(|payload| {
                if let Payload::Json(ty) = payload {
                    models_in(ty).cloned()
                } else {
                    None
                }
            })
            .collect()
    };
    let (requests, responses) = (
        reachable(api, bodies(api, true)),
        reachable(api, bodies(api, false)),
    );
    api.models
        .retain(|id, _| requests.contains(id) || responses.contains(id));
    for (id, model) in &mut api.models {
        model.in_request = requests.contains(id);
        model.in_response = responses.contains(id);
    }
}

fn reachable(api: &Api, mut pending: Vec<ModelId>) -> BTreeSet<ModelId> {
    let mut reached = BTreeSet::new();
    while let Some(id) = pending.pop() {
        let Some(model) = api.models.get(&id) else {
            continue;
        };
        if reached.insert(id) {
            let fields = model.fields.iter();
            pending.extend(fields.filter_map(|field| models_in(&field.ty).cloned()));
        }
    }
    reached
}

/// Boxes every field whose type holds, by value, the model that the field is in. Arrays and dictionaries are on the heap
/// already.
pub(super) fn box_cycles(api: &mut Api) {
    let cycles: BTreeMap<ModelId, usize> = cycles(api);
    for (id, model) in &mut api.models {
        let own = cycles.get(id);
        for field in &mut model.fields {
            let held = by_value(&field.ty).and_then(|target| cycles.get(target));
            field.boxed = held.is_some() && held == own;
        }
    }
}

fn by_value(ty: &Type) -> Option<&ModelId> {
    if let Type::Model(id) = ty {
        Some(id)
    } else {
        None
    }
}

/// A number for every model, the same for models that hold each other by value: the strongly connected components, found
/// without recursion and in time proportional to the fields, because a page may name any number of types.
fn cycles(api: &Api) -> BTreeMap<ModelId, usize> {
    let numbers: BTreeMap<&ModelId, usize> = api.models.keys().zip(0..).collect();
    let held: Vec<Vec<usize>> = api
        .models
        .values()
        .map(|model| {
            let targets = model.fields.iter().filter_map(|field| by_value(&field.ty));
            targets.filter_map(|id| numbers.get(id).copied()).collect()
        })
        .collect();
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); held.len()];
    for (holder, targets) in held.iter().enumerate() {
        for target in targets {
            if let Some(list) = holders.get_mut(*target) {
                list.push(holder);
            }
        }
    }
    let mut of = vec![None; held.len()];
    for start in finished(&held).into_iter().rev() {
        let mut pending = vec![start];
        while let Some(at) = pending.pop() {
            if let Some(slot @ None) = of.get_mut(at) {
                *slot = Some(start);
                pending.extend(holders.get(at).into_iter().flatten());
            }
        }
    }
    let numbered = api.models.keys().cloned().zip(of);
    numbered
        .filter_map(|(id, cycle)| Some((id, cycle?)))
        .collect()
}

/// All numbers, each behind everything that is reached from it first.
fn finished(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    for start in 0..edges.len() {
        let mut path = vec![(start, false)];
        while let Some((at, done)) = path.pop() {
            if done {
                order.push(at);
            } else if seen
                .get_mut(at)
                .is_some_and(|seen| !std::mem::replace(seen, true))
            {
                path.push((at, true));
                path.extend(
                    edges
                        .get(at)
                        .into_iter()
                        .flatten()
                        .map(|next| (*next, false)),
                );
            }
        }
    }
    order
}
