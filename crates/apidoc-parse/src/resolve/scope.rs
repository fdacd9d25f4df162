//! Takes the built API and moves every type of a group that something outside the group holds to the types that all groups
//! share. A name that is taken there gets the group's name in front. Refuses nothing.

use std::collections::{HashMap, VecDeque};

use apidoc_model::Api;
use apidoc_model::api::{GroupId, ModelId, Payload};

use super::build::models_in;
use super::correct::replace_all;
use super::words::pascal;

/// Moves what must be shared, with what it holds itself.
pub(super) fn share(api: &mut Api) {
    let mut pending: VecDeque<ModelId> = held_from_outside(api);
    let mut moved: HashMap<ModelId, ModelId> = HashMap::new();
    while let Some(id) = pending.pop_front() {
        let Some(model) = api.models.remove(&id) else {
            continue;
        };
        let held = model.fields.iter().filter_map(|field| models_in(&field.ty));
        pending.extend(held.filter(|held| held.group.is_some()).cloned());
        let new = shared_id(api, &id);
        api.models.insert(new.clone(), model);
        moved.insert(id, new);
    }
    replace_all(api, &moved);
}

/// The types of a group that another group, or a shared type, holds.
fn held_from_outside(api: &Api) -> VecDeque<ModelId> {
    let by_models = api.models.iter().flat_map(|(id, model)| {
        let held = model.fields.iter().filter_map(|field| models_in(&field.ty));
        held.map(|held| (id.group.as_ref(), held))
    });
    let by_groups = api.groups.iter().flat_map(|group| {
        let payloads = group.operations.iter().flat_map(|operation| {
            let body = operation.body.as_ref().map(|body| &body.content);
            [Some(&operation.result), body]
        });
        payloads.flatten().filter_map(move |payload| match payload {
            Payload::Json(ty) => models_in(ty).map(|held| (Some(&group.id), held)),
            _ => None,
        })
    });
    let is_outside = |(holder, held): &(Option<&GroupId>, &ModelId)| {
        held.group.is_some() && held.group.as_ref() != *holder
    };
    let outside = by_models.chain(by_groups).filter(is_outside);
    outside.map(|(_, held)| held.clone()).collect()
}

fn shared_id(api: &Api, id: &ModelId) -> ModelId {
    let plain = ModelId::shared(id.name.clone());
    if !api.models.contains_key(&plain) {
        return plain;
    }
    let group = id
        .group
        .as_ref()
        .map(|group| pascal(&group.name))
        .unwrap_or_default();
    ModelId::shared(format!("{group}{}", id.name))
}
