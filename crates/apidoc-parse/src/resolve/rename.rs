//! Takes an element, the name that a row of corrections gives to the object type there, and the API, and gives the type that
//! name wherever it is mentioned, or that element a type of its own. Refuses a name that a type with other fields has.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::api::{Evidence, Field, Model, ModelId, Origin, Payload, Rule, Type};
use apidoc_model::{Api, Code};

use super::correct::{Refusal, Target, evidence_mut, note, type_mut};

/// Types that have got other names, under which they still stand wherever they are mentioned: one walk over the API is enough
/// for many of them.
#[derive(Default)]
pub(super) struct Moved(BTreeMap<ModelId, ModelId>);

impl Moved {
    fn add(&mut self, old: ModelId, new: &ModelId) {
        for name in self.0.values_mut().filter(|name| **name == old) {
            *name = new.clone();
        }
        self.0.insert(old, new.clone());
    }

    /// The name of a type that is mentioned under this one.
    fn now(&self, id: &ModelId) -> ModelId {
        self.0.get(id).unwrap_or(id).clone()
    }

    /// Mentions all of them by their names.
    pub(super) fn settle(&mut self, api: &mut Api) {
        let moved = std::mem::take(&mut self.0);
        mention(api, |id| moved.get(id));
    }
}

/// Mentions types by their new names.
pub(super) fn mention<'n>(api: &mut Api, new: impl Fn(&ModelId) -> Option<&'n ModelId>) {
    for id in types_mut(api).filter_map(model_mut) {
        if let Some(new) = new(id) {
            *id = new.clone();
        }
    }
}

/// Gives the object type at an element, one of `targets`, a name of its own; says whether it had another. A type that has the
/// name already and the type at the element become one, where one of them has all fields of the other. Where the name that the
/// type had is right for others, the element gets a type of its own: another row has named it, for two carriers may have the
/// same fields; or pages call it so, elsewhere as well.
pub(super) fn rename(
    api: &mut Api,
    target: &Target,
    targets: &[Target],
    name: &str,
    moved: &mut Moved,
) -> Result<bool, Refusal> {
    let new = ModelId::shared(name);
    if moved.0.contains_key(&new) {
        moved.settle(api);
    }
    let old = held(api, target).map(|id| moved.now(&id));
    let model = old.as_ref().and_then(|old| api.models.get(old));
    let (Some(old), Some(mut model)) = (old, model.cloned()) else {
        let message = "no object is known to stand there";
        return Err((Code::UnmatchedCorrection, message.into()));
    };
    if old == new {
        return Ok(false);
    }
    let is_of_others = match model.evidence.rule {
        Rule::Correction => true,
        Rule::Label => is_mentioned_elsewhere(api, &old, targets, moved),
        _ => false,
    };
    let is_labelled = evidence_mut(api, target).is_some_and(|why| why.rule == Rule::Label);
    if is_of_others && is_labelled {
        // The label is what the row corrects: it tells nothing of the fields.
        model.fields.clear();
        note(api, target);
    }
    let model = unite(api.models.get(&new), model).ok_or((
        Code::UnusedCorrection,
        "another type with other fields has this name".into(),
    ))?;
    api.models.insert(new.clone(), model);
    if is_of_others {
        if let Some(id) = type_mut(api, target).and_then(model_mut) {
            *id = new;
        }
    } else {
        api.models.remove(&old);
        moved.add(old, &new);
    }
    Ok(true)
}

/// The model that stands at an element.
fn held(api: &mut Api, target: &Target) -> Option<ModelId> {
    type_mut(api, target).and_then(|ty| ty.model()).cloned()
}

fn is_mentioned_elsewhere(api: &mut Api, id: &ModelId, targets: &[Target], moved: &Moved) -> bool {
    let is_it = |held: &ModelId| moved.now(held) == *id;
    let here = targets
        .iter()
        .filter(|target| held(api, target).is_some_and(|held| is_it(&held)));
    let here = here.count();
    types_mut(api)
        .filter(|ty| ty.model().is_some_and(is_it))
        .count()
        > here
}

/// One type of what has a name and what shall have it, with the fields of the larger one; nothing, where each has fields that
/// the other has not.
fn unite(known: Option<&Model>, model: Model) -> Option<Model> {
    let Some(known) = known else {
        return Some(Model {
            origin: Origin::Named,
            evidence: Evidence::rule(Rule::Correction),
            ..model
        });
    };
    if names(&model).is_subset(&names(known)) {
        return Some(known.clone());
    }
    let has = |name: &str| known.fields.iter().find(|field| field.name == name);
    let fields = model
        .fields
        .iter()
        .map(|field| has(&field.name).unwrap_or(field).clone());
    names(known).is_subset(&names(&model)).then(|| Model {
        fields: fields.collect(),
        ..known.clone()
    })
}

fn names(model: &Model) -> BTreeSet<&str> {
    model
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect()
}

/// All types of fields and bodies.
fn types_mut(api: &mut Api) -> impl Iterator<Item = &mut Type> {
    let fields = api.models.values_mut().flat_map(|model| &mut model.fields);
    let operations = api
        .groups
        .iter_mut()
        .flat_map(|group| &mut group.operations);
    let payloads = operations.flat_map(|operation| {
        let body = operation.body.as_mut().map(|body| &mut body.content);
        body.into_iter().chain([&mut operation.result])
    });
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::Json(ty) => Some(ty),
        _ => None,
    });
    fields.map(|field: &mut Field| &mut field.ty).chain(bodies)
}

fn model_mut(ty: &mut Type) -> Option<&mut ModelId> {
    match ty {
        Type::Array(inner) | Type::Map(inner) => model_mut(inner),
        Type::Model(id) => Some(id),
        _ => None,
    }
}
