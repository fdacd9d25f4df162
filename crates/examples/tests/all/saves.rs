//! Reading from a newer server, changing one member and saving: over HTTP, for everything that REST replaces by `PUT` and
//! agents save, the server receives every other member as it sent it, compared as text. What no operation reads before
//! it is saved comes from the tenant's own bodies of the documented type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use serde_json::Value;
use serde_json::value::RawValue;
use superoffice_mock::MockTenant;

use crate::api::Api;
use crate::raw::differences;
use crate::world::World;

/// How many operations save, of how many types, and after how many of them something else was read first; more are welcome, fewer are
/// lost.
const SAVES: Counts = Counts {
    saves: 427,
    types: 170,
    read: 378,
    changed: 395,
};

#[derive(Debug, Default)]
struct Counts {
    saves: usize,
    types: usize,
    /// Saves of what an operation has read.
    read: usize,
    /// Saves in which a member was changed.
    changed: usize,
}

impl Counts {
    fn reach(&self, least: &Self) -> bool {
        self.saves >= least.saves
            && self.types >= least.types
            && self.read >= least.read
            && self.changed >= least.changed
    }
}

/// An operation that saves.
struct Save {
    id: String,
    /// The type of what is saved.
    ty: Value,
    /// The member of the request that holds it.
    field: Option<String>,
    /// The operation that reads it.
    read: Option<String>,
}

/// `PUT` of REST with what `GET` of the same route gives; `Save…` of agents with what `Get…` or `CreateDefault…` gives.
fn saves(api: &Api) -> Vec<Save> {
    let mut readers = BTreeMap::new();
    for (group, operation) in &api.operations {
        let name = operation["name"].as_str().unwrap();
        if group.starts_with("agent/") {
            readers.insert(format!("{group} {name}"), operation);
        } else if operation["verb"] == "GET" {
            readers.insert(route(operation), operation);
        }
    }
    let found = api.operations.iter().filter_map(|(group, operation)| {
        let body = &operation["body"]["content"]["json"];
        let candidates = match operation["name"].as_str().unwrap().strip_prefix("Save") {
            Some(name) if group.starts_with("agent/") => {
                vec![
                    format!("{group} Get{name}"),
                    format!("{group} CreateDefault{name}"),
                ]
            }
            None if operation["verb"] == "PUT" => vec![route(operation)],
            _ => return None,
        };
        if body.is_null() {
            return None;
        }
        let readers = candidates
            .iter()
            .filter_map(|name| readers.get(name).copied());
        let (read, field) = readers
            .filter_map(|reader| Some((reader, holder(api, body, &reader["result"]["json"])?)))
            .map(|(reader, field)| (Some(reader["id"].as_str().unwrap().to_owned()), field))
            .next()
            .unwrap_or_default();
        let ty = match &field {
            Some(field) => field_type(api, body, field),
            None => body.clone(),
        };
        Some(Save {
            id: operation["id"].as_str().unwrap().to_owned(),
            ty,
            field,
            read,
        })
    });
    found.collect()
}

/// The route without the names of its parameters.
fn route(operation: &Value) -> String {
    let segments = operation["route"].as_array().unwrap().iter();
    let words: Vec<&str> = segments
        .map(|segment| segment["literal"].as_str().unwrap_or("{}"))
        .collect();
    words.join("/")
}

/// Where a body of this type holds what was read: nothing for the whole.
fn holder(api: &Api, body: &Value, read: &Value) -> Option<Option<String>> {
    if canonical(body) == canonical(read) {
        return Some(None);
    }
    let fields = api.fields(body["model"].as_str()?).iter();
    let mut holding = fields.filter(|field| field["type"] == *read);
    Some(Some(holding.next()?["name"].as_str()?.to_owned()))
}

/// A type without the links that REST adds to what it gives.
fn canonical(ty: &Value) -> Value {
    match ty["model"].as_str() {
        Some(name) => name.strip_suffix("WithLinks").unwrap_or(name).into(),
        None => ty.clone(),
    }
}

fn field_type(api: &Api, body: &Value, name: &str) -> Value {
    let fields = api
        .fields(body["model"].as_str().unwrap_or_default())
        .iter();
    let mut named = fields.filter(|field| field["name"] == name);
    named
        .next()
        .map(|field| field["type"].clone())
        .unwrap_or_default()
}

/// Changes a text, or else a number that is no key, of a value of type `ty`; returns where.
fn change(api: &Api, ty: &Value, value: &mut Value) -> Option<String> {
    if let (Value::Array(items), item @ Value::Object(_)) = (&mut *value, &ty["array"]) {
        let pointer = change(api, item, items.first_mut()?)?;
        return Some(format!("/0{pointer}"));
    }
    let entity = value.as_object_mut()?;
    let fields = api.fields(ty["model"].as_str()?);
    let of = |wanted: &str| {
        let name = |field: &Value| field["name"].as_str().unwrap().to_owned();
        let fits = |field: &&Value| field["type"] == wanted && !name(field).ends_with("Id");
        fields.iter().find(fits).map(name)
    };
    let (name, other) = of("string")
        .map(|name| (name, Value::from("changed")))
        .or_else(|| Some((of("int32")?, 4711.into())))?;
    entity.insert(name.clone(), other);
    Some(format!("/{name}"))
}

/// Goes the whole way; returns whether a member was changed.
fn go(world: &World, api: &Api, save: &Save) -> Result<bool, Vec<String>> {
    let failed = |id: &str, failure: &dyn Debug| vec![format!("{id}: {failure:?}")];
    world.tenant.forget_requests();
    world.tenant.forget_entities();
    let mut body = world.tenant.neutral_body(&save.id).unwrap();
    let (text, mut entity) = match &save.read {
        Some(read) => {
            let reply = world.call(read, world.keyed(read, 10));
            reply.map_err(|failure| failed(read, &failure))?;
            let text = world.answer();
            // Through the type of the answer; then, as a body, through that of the request.
            let again = world.round_trip(read, &text);
            let again = again.map_err(|error| failed(read, &error))?;
            let lost = differences(&text, &again, None);
            if !lost.is_empty() {
                return Err(lost);
            }
            (text, serde_json::from_str(&again).unwrap())
        }
        None => (body.to_string(), body.clone()),
    };
    let changed = change(api, &save.ty, &mut entity);
    match &save.field {
        Some(field) => body[field] = entity,
        None => body = entity,
    }
    let reply = world.call(&save.id, Some(body));
    reply.map_err(|failure| failed(&save.id, &failure))?;
    let request = world.tenant.last_request().unwrap();
    let sent = String::from_utf8_lossy(&request.body);
    let lost = match &save.field {
        Some(field) => {
            let members: BTreeMap<&str, &RawValue> = serde_json::from_str(&sent).unwrap();
            differences(&text, members[field.as_str()].get(), changed.as_deref())
        }
        None => differences(&text, &sent, changed.as_deref()),
    };
    if lost.is_empty() {
        Ok(changed.is_some())
    } else {
        Err(lost)
    }
}

#[test]
fn what_is_saved_is_what_was_read_but_for_the_change() {
    let api = Api::read();
    let saves = saves(&api);
    for nulls in 0..4 {
        let tenant = MockTenant::builder().invent_entities().seed(12);
        let world = World::new(tenant.newer_server_nulls(nulls));
        let mut counts = Counts::default();
        let mut failures = Vec::new();
        let mut types = BTreeSet::new();
        for save in &saves {
            counts.saves += 1;
            counts.read += usize::from(save.read.is_some());
            types.insert(canonical(&save.ty).to_string());
            match go(&world, &api, save) {
                Ok(changed) => counts.changed += usize::from(changed),
                Err(lost) => {
                    failures.extend(lost.iter().map(|lost| format!("{}: {lost}", save.id)))
                }
            }
        }
        counts.types = types.len();
        world.assert_well(failures);
        println!("{counts:?}");
        assert!(counts.reach(&SAVES), "{counts:?}, and not {SAVES:?}");
    }
}
