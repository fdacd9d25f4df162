//! Takes the built API and moves every type of a group that something outside the group holds to the types that all groups
//! share. A name that is taken there gets the group's name in front. Refuses nothing.

use apidoc_model::Api;
use apidoc_model::api::{GroupId, ModelId, Payload};

use super::build::models_in;
use super::correct::replace;
use super::words::pascal;

/// Moves what must be shared, until nothing is left to move.
pub(super) fn share(api: &mut Api) {
    while let Some(id) = held_from_outside(api) {
        let Some(model) = api.models.remove(&id) else {
            return;
        };
        let new = shared_id(api, &id);
        api.models.insert(new.clone(), model);
        replace(api, &id, &new);
    }
}

fn held_from_outside(api: &Api) -> Option<ModelId> {
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
    let mut outside = by_models.chain(by_groups).filter(is_outside);
    outside
        .find(|(_, held)| api.models.contains_key(held))
        .map(|(_, held)| held.clone())
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
