//! Takes the built API, drops models that nothing reaches any more, and marks which of the others requests and responses
//! hold, and which fields would make a type contain itself. Refuses nothing.

use std::collections::BTreeSet;

use apidoc_model::Api;
use apidoc_model::api::{ModelId, Type};
use apidoc_model::cycles::cycles;
use apidoc_model::sample::Side;

/// Marks usage and drops the unused.
pub(super) fn mark(api: &mut Api) {
    let [requests, responses] = Side::BOTH.map(|side| {
        let types = api
            .operations()
            .filter_map(|operation| operation.payload(side).json());
        reachable(api, types.filter_map(Type::model).cloned().collect())
    });
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
            pending.extend(fields.filter_map(|field| field.ty.model().cloned()));
        }
    }
    reached
}

/// Boxes every field whose type holds, by value, the model that the field is in. Arrays and dictionaries are on the heap
/// already.
pub(super) fn box_cycles(api: &mut Api) {
    let cycles = cycles(api, by_value);
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
