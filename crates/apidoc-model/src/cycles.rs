//! Which models hold each other: the strongly connected components, found without recursion and in time proportional to the fields,
//! because a page may name any number of types. Takes the API and what is held by a field of a type; refuses nothing.

use std::collections::BTreeMap;

use crate::api::{Api, ModelId, Type};

/// A number for every model, the same for models that hold each other.
#[must_use]
pub fn cycles(api: &Api, held_by: impl Fn(&Type) -> Option<&ModelId>) -> BTreeMap<ModelId, usize> {
    let numbers: BTreeMap<&ModelId, usize> = api.models.keys().zip(0..).collect();
    let held: Vec<Vec<usize>> = api
        .models
        .values()
        .map(|model| {
            let targets = model.fields.iter().filter_map(|field| held_by(&field.ty));
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
