//! Takes the built API and moves every type of a group that something outside the group holds to the types that all groups
//! share. A name that is taken there gets the group's name in front, and a number where that is taken as well. Refuses nothing.

use std::collections::{HashMap, VecDeque};

use apidoc_model::Api;
use apidoc_model::api::{GroupId, ModelId, Operation, Type};

use super::rename::mention;
use super::words::pascal;

/// Moves what must be shared, with what it holds itself.
pub(super) fn share(api: &mut Api) {
    let mut pending: VecDeque<ModelId> = held_from_outside(api);
    let mut moved: HashMap<ModelId, ModelId> = HashMap::new();
    while let Some(id) = pending.pop_front() {
        let Some(model) = api.models.remove(&id) else {
            continue;
        };
        let held = model.fields.iter().filter_map(|field| field.ty.model());
        pending.extend(held.filter(|held| held.group.is_some()).cloned());
        let new = shared_id(api, &id);
        api.models.insert(new.clone(), model);
        moved.insert(id, new);
    }
    if !moved.is_empty() {
        mention(api, |id| moved.get(id));
    }
}

/// The types of a group that another group, or a shared type, holds.
fn held_from_outside(api: &Api) -> VecDeque<ModelId> {
    let by_models = api.models.iter().flat_map(|(id, model)| {
        let held = model.fields.iter().filter_map(|field| field.ty.model());
        held.map(|held| (id.group.as_ref(), held))
    });
    let by_groups = api.groups.iter().flat_map(|group| {
        let types = group.operations.iter().flat_map(Operation::types);
        let held = types.filter_map(Type::model);
        held.map(|held| (Some(&group.id), held))
    });
    let is_outside = |(holder, held): &(Option<&GroupId>, &ModelId)| {
        held.group.is_some() && held.group.as_ref() != *holder
    };
    let outside = by_models.chain(by_groups).filter(is_outside);
    outside.map(|(_, held)| held.clone()).collect()
}

fn shared_id(api: &Api, id: &ModelId) -> ModelId {
    let group = id.group.as_ref().map(|group| pascal(&group.name));
    let long = format!("{}{}", group.unwrap_or_default(), id.name);
    let numbered = (2_u64..).map(|number| format!("{long}{number}"));
    let names = [id.name.clone(), long.clone()].into_iter().chain(numbered);
    let mut free = names.filter(|name| !api.models.contains_key(&ModelId::shared(name)));
    ModelId::shared(free.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use apidoc_model::api::{Evidence, Field, Model, Origin, Rule, World};

    use super::*;

    fn model(holds: Option<ModelId>) -> Model {
        let field = |id| Field {
            name: "Next".to_owned(),
            ty: Type::Array(Box::new(Type::Model(id))),
            boxed: false,
            documented: String::new(),
            evidence: Evidence::rule(Rule::Derived),
            required: false,
            list: None,
            deprecated: false,
            doc: None,
        };
        Model {
            origin: Origin::Inline,
            fields: holds.into_iter().map(field).collect(),
            in_request: false,
            in_response: false,
            evidence: Evidence::rule(Rule::Derived),
            doc: None,
        }
    }

    /// An agent and an area may have one name.
    #[test]
    fn no_type_takes_the_place_of_another() {
        let own = |world| ModelId {
            group: Some(GroupId {
                world,
                name: "Zoo".to_owned(),
            }),
            name: "Cage".to_owned(),
        };
        let mut api = Api::default();
        api.models.insert(ModelId::shared("Cage"), model(None));
        for (holder, world) in [("One", World::Agent), ("Two", World::Rest)] {
            let held = Some(own(world));
            api.models.insert(ModelId::shared(holder), model(held));
            api.models.insert(own(world), model(None));
        }
        share(&mut api);
        let names: Vec<String> = api.models.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["Cage", "One", "Two", "ZooCage", "ZooCage2"]);
    }

    /// With a walk over everything for each type, this would take minutes.
    #[test]
    fn a_chain_that_a_shared_type_holds_is_shared() {
        const LENGTH: usize = 20_000;
        let group = GroupId {
            world: World::Agent,
            name: "Zoo".to_owned(),
        };
        let id = |at: usize| ModelId {
            group: Some(group.clone()),
            name: format!("Cage{at:05}"),
        };
        let mut api = Api::default();
        api.models
            .insert(ModelId::shared("Zoo"), model(Some(id(0))));
        api.models.insert(ModelId::shared("Cage00007"), model(None));
        for at in 0..LENGTH {
            let next = (at + 1 < LENGTH).then(|| id(at + 1));
            api.models.insert(id(at), model(next));
        }
        share(&mut api);
        assert_eq!(api.models.len(), LENGTH + 2);
        assert!(api.models.keys().all(|id| id.group.is_none()));
        let held = |name: &str| api.models[&ModelId::shared(name)].fields[0].ty.model();
        assert_eq!(held("Cage00006"), Some(&ModelId::shared("ZooCage00007")));
        assert_eq!(held("ZooCage00007"), Some(&ModelId::shared("Cage00008")));
    }
}
