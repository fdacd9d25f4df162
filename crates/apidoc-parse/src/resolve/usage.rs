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
    let edges: BTreeMap<ModelId, Vec<ModelId>> = api
        .models
        .iter()
        .map(|(id, model)| {
            (
                id.clone(),
                model
                    .fields
                    .iter()
                    .filter_map(|field| by_value(&field.ty).cloned())
                    .collect(),
            )
        })
        .collect();
    for (id, model) in &mut api.models {
        for field in &mut model.fields {
            field.boxed = by_value(&field.ty).is_some_and(|target| holds(&edges, target, id));
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

fn holds(edges: &BTreeMap<ModelId, Vec<ModelId>>, from: &ModelId, wanted: &ModelId) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![from];
    while let Some(id) = pending.pop() {
        if id == wanted {
            return true;
        }
        if seen.insert(id) {
            pending.extend(edges.get(id).into_iter().flatten());
        }
    }
    false
}
