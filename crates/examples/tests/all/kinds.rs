//! Every kind of entity that the reference can create and read by its key, through its whole life over HTTP: made by default,
//! created, read, patched, replaced or saved again, deleted and missed; by every REST collection and by every agent. What
//! is asserted to be the key is the one member that differs between two entities that were created from the same body.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use superoffice::Error;
use superoffice_mock::MockTenant;

use crate::api::{Api, model};
use crate::world::{Failure, Reply, World};

/// How many collections and agents do what; more are welcome, fewer are lost.
const REST: Counts = Counts {
    kinds: 74,
    defaults: 69,
    reads: 184,
    patches: 36,
    replacements: 74,
    deletions: 72,
};
const AGENTS: Counts = Counts {
    kinds: 93,
    defaults: 76,
    reads: 182,
    patches: 0,
    replacements: 93,
    deletions: 62,
};

#[derive(Debug, Default)]
struct Counts {
    kinds: usize,
    defaults: usize,
    reads: usize,
    patches: usize,
    replacements: usize,
    deletions: usize,
}

impl Counts {
    fn reach(&self, least: &Self) -> bool {
        self.kinds >= least.kinds
            && self.defaults >= least.defaults
            && self.reads >= least.reads
            && self.patches >= least.patches
            && self.replacements >= least.replacements
            && self.deletions >= least.deletions
    }
}

/// The operations of one kind, by what they do to it.
#[derive(Debug, Default)]
struct Life {
    name: String,
    /// The member of the request that holds the entity; without it the request is the entity.
    field: Option<String>,
    default: Option<String>,
    create: String,
    read: Option<String>,
    patch: Option<String>,
    replace: Option<String>,
    delete: Option<String>,
}

/// REST: what can be created in a collection and read by an integer.
fn collections(api: &Api) -> Vec<Life> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (group, operation) in &api.operations {
        let Some((path, verb)) = step(operation).filter(|_| group.starts_with("rest/")) else {
            continue;
        };
        let id = operation["id"].as_str().unwrap().to_owned();
        let gives_entity = !model(&operation["result"]).is_empty();
        if gives_entity || verb == "DELETE" {
            found.entry(path).or_default().insert(verb, id);
        }
    }
    let lives = found.into_iter().filter_map(|(name, mut verbs)| {
        Some(Life {
            name,
            field: None,
            create: verbs.remove("POST")?,
            read: Some(verbs.remove("GET")?),
            default: verbs.remove("DEFAULT"),
            patch: verbs.remove("PATCH"),
            replace: verbs.remove("PUT"),
            delete: verbs.remove("DELETE"),
        })
    });
    lives.collect()
}

/// Agents: what is saved, and read or deleted by one integer.
fn agents(api: &Api) -> Vec<Life> {
    let named: BTreeMap<(&str, &str), &Value> = api
        .operations
        .iter()
        .map(|(group, operation)| {
            (
                (group.as_str(), operation["name"].as_str().unwrap()),
                operation,
            )
        })
        .collect();
    let lives = named.iter().filter_map(|((group, name), save)| {
        let kind = name
            .strip_prefix("Save")
            .filter(|_| group.starts_with("agent/"))?;
        let entity = model(&save["result"]);
        let sibling = |verb: &str| {
            let name = format!("{verb}{kind}");
            named.get(&(*group, name.as_str())).copied()
        };
        let id = |operation: &Value| operation["id"].as_str().unwrap().to_owned();
        let keyed = |operation: &&Value| api.takes_one_integer(operation);
        let read = sibling("Get")
            .filter(keyed)
            .filter(|get| model(&get["result"]) == entity);
        let delete = sibling("Delete").filter(keyed);
        let body = model(&save["body"]["content"]);
        let holds = |field: &&Value| field["type"]["model"] == entity;
        let field = api.fields(&body).iter().find(holds);
        let is_kept = !entity.is_empty() && (read.is_some() || delete.is_some());
        let is_sent = body == entity || field.is_some();
        (is_kept && is_sent).then(|| Life {
            name: format!("{group} {kind}"),
            field: field
                .filter(|_| body != entity)
                .map(|field| field["name"].as_str().unwrap().to_owned()),
            create: id(save),
            read: read.map(id),
            default: sibling("CreateDefault")
                .filter(|make| model(&make["result"]) == entity)
                .map(id),
            patch: None,
            replace: Some(id(save)),
            delete: delete.map(id),
        })
    });
    lives.collect()
}

/// The collection that an operation is about, and its verb; `DEFAULT` for a new entity.
fn step(operation: &Value) -> Option<(String, String)> {
    let segments: Vec<(&str, bool)> = operation["route"]
        .as_array()?
        .iter()
        .map(|segment| match &segment["literal"] {
            Value::String(text) => (text.as_str(), true),
            _ => ("", false),
        })
        .collect();
    let (last, before) = segments.split_last()?;
    let literals = |segments: &[(&str, bool)]| {
        let all = segments.iter().all(|(_, literal)| *literal);
        let words: Vec<&str> = segments.iter().map(|(word, _)| *word).collect();
        all.then(|| words.join("/"))
    };
    let verb = operation["verb"].as_str()?;
    let first = &operation["path"][0]["type"];
    match (verb, last) {
        ("POST", (_, true)) => Some((literals(&segments)?, verb.to_owned())),
        ("GET", (word, true)) if word.eq_ignore_ascii_case("default") => {
            Some((literals(before)?, "DEFAULT".to_owned()))
        }
        ("GET" | "PUT" | "PATCH" | "DELETE", (_, false))
            if first == "int32" || first == "int64" =>
        {
            Some((literals(before)?, verb.to_owned()))
        }
        _ => None,
    }
}

/// One kind on its way.
struct Walk<'w> {
    world: &'w World,
    life: &'w Life,
    key: String,
}

impl<'w> Walk<'w> {
    /// Creates entities until one has the key that the calls by key use; returns it.
    fn begin(
        world: &'w World,
        life: &'w Life,
        counts: &mut Counts,
    ) -> Result<(Self, Value), String> {
        let mut walk = Self {
            world,
            life,
            key: String::new(),
        };
        let new = walk.new_entity(counts)?;
        let first = walk.send(&life.create, &new)?;
        let second = walk.send(&life.create, &new)?;
        let differs = |(name, value): &(&String, &Value)| value.is_i64() && first[*name] != **value;
        let keys: Vec<&String> = members(&second)
            .filter(differs)
            .map(|(name, _)| name)
            .collect();
        let [key] = keys[..] else {
            return Err(format!("{keys:?} differ between two entities of {new}"));
        };
        walk.key.clone_from(key);
        if (&first[key], &second[key]) != (&json!(1), &json!(2)) {
            return Err(format!("the key {key} does not count from 1"));
        }
        // The calls give every path and query parameter its own number, the first one 10.
        for _ in 3..10 {
            walk.send(&life.create, &new)?;
        }
        let created = walk.send(&life.create, &new)?;
        for (name, value) in members(&new) {
            if created[name] != *value && name != key && !name.ends_with("Date") {
                return Err(format!("{name} was {value} and is {}", created[name]));
            }
        }
        counts.kinds += 1;
        Ok((walk, created))
    }

    fn new_entity(&self, counts: &mut Counts) -> Result<Value, String> {
        let mut new = match &self.life.default {
            Some(default) => {
                counts.defaults += 1;
                self.call(default, None)?.value
            }
            None => {
                let body = self.world.tenant.neutral_body(&self.life.create);
                let mut body = body.ok_or("no body")?;
                match &self.life.field {
                    Some(field) => body[field].take(),
                    None => body,
                }
            }
        };
        // Zero is the key of what is not saved yet. Which of the numbers is the key is yet to be found.
        let ids = new.as_object_mut().ok_or("no object")?.iter_mut();
        ids.filter(|(name, value)| name.ends_with("Id") && value.is_number())
            .for_each(|(_, value)| *value = 0.into());
        // Links are what the server adds.
        new.as_object_mut().map(|new| new.remove("_Links"));
        Ok(new)
    }

    fn call(&self, id: &str, body: Option<Value>) -> Result<Reply, String> {
        self.world
            .call(id, body)
            .map_err(|error| format!("{id}: {error:?}"))
    }

    /// Sends an entity; returns what was answered.
    fn send(&self, id: &str, entity: &Value) -> Result<Value, String> {
        let body = match &self.life.field {
            Some(field) => {
                let mut body = self.world.tenant.neutral_body(id).ok_or("no body")?;
                body[field] = entity.clone();
                body
            }
            None => entity.clone(),
        };
        Ok(self.call(id, Some(body))?.value)
    }

    /// Calls an operation by the key of `entity`.
    fn by_key(&self, id: &str, entity: &Value) -> Result<Reply, Failure> {
        let key = entity[&self.key].as_i64().unwrap_or_default();
        let reply = self.world.call(id, self.world.keyed(id, key))?;
        if let Some(sent) = reply.key {
            assert_eq!(sent, key, "{id} was called with another key");
        }
        Ok(reply)
    }

    fn is_kept(&self, entity: &Value, counts: &mut Counts) -> Result<(), String> {
        let Some(read) = &self.life.read else {
            return Ok(());
        };
        let found = self
            .by_key(read, entity)
            .map_err(|error| format!("{read}: {error:?}"))?;
        counts.reads += 1;
        if found.value == *entity {
            Ok(())
        } else {
            Err(format!("{read}: {} instead of {entity}", found.value))
        }
    }

    fn changes(&self, entity: &Value, counts: &mut Counts) -> Result<Value, String> {
        let mut entity = entity.clone();
        let field = self.changeable(&entity).ok_or("nothing to change")?;
        if let Some(patch) = &self.life.patch {
            let steps = json!([{ "op": "replace", "path": format!("/{field}"), "value": other(&entity[&field], 1) }]);
            let patched = self.call(patch, Some(steps))?.value;
            counts.patches += 1;
            entity = self.changed(&entity, &field, &other(&entity[&field], 1), patched)?;
            self.is_kept(&entity, counts)?;
        }
        if let Some(replace) = &self.life.replace {
            let mut wanted = entity.clone();
            wanted[&field] = other(&entity[&field], 2);
            let replaced = self.send(replace, &wanted)?;
            counts.replacements += 1;
            entity = self.changed(&entity, &field, &wanted[&field], replaced)?;
            self.is_kept(&entity, counts)?;
        }
        Ok(entity)
    }

    /// A member that is no key: a text, or else a number, or else a date.
    fn changeable(&self, entity: &Value) -> Option<String> {
        let text = members(entity).find(|(_, value)| **value == "text");
        let number = || members(entity).find(|(name, value)| **value == 1 && !name.ends_with("Id"));
        let date = || members(entity).find(|(_, value)| value.is_string());
        text.or_else(number)
            .or_else(date)
            .map(|(name, _)| name.clone())
    }

    /// The entity after a change, if nothing but the field and the date of the change differs.
    fn changed(
        &self,
        before: &Value,
        field: &str,
        value: &Value,
        after: Value,
    ) -> Result<Value, String> {
        let mut expected = before.clone();
        expected[field] = value.clone();
        if let Some(date) = after.get("UpdatedDate") {
            expected["UpdatedDate"] = date.clone();
        }
        if after == expected {
            Ok(after)
        } else {
            Err(format!("{} became {after}, not {expected}", self.life.name))
        }
    }

    fn end(&self, entity: &Value, counts: &mut Counts) -> Result<(), String> {
        let Some(delete) = &self.life.delete else {
            return Ok(());
        };
        self.by_key(delete, entity)
            .map_err(|error| format!("{delete}: {error:?}"))?;
        counts.deletions += 1;
        let Some(read) = &self.life.read else {
            return Ok(());
        };
        match self.by_key(read, entity) {
            Ok(Reply {
                value: Value::Null, ..
            }) if self.life.name.starts_with("agent/") => Ok(()),
            Err(Failure::Call(error)) if matches!(*error, Error::NotFound(_)) => Ok(()),
            Ok(reply) => Err(format!("{read}: {} is still there", reply.value)),
            Err(error) => Err(format!("{read}: {error:?}")),
        }
    }
}

/// Another value of the same type.
fn other(value: &Value, by: i64) -> Value {
    match value {
        Value::Number(number) => (number.as_i64().unwrap() + by).into(),
        Value::String(text) if text != "text" => format!("2025-01-0{by}T00:00:00").into(),
        _ => format!("text {by}").into(),
    }
}

fn members(entity: &Value) -> impl Iterator<Item = (&String, &Value)> {
    entity.as_object().into_iter().flatten()
}

fn live(world: &World, lives: &[Life]) -> Counts {
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    for life in lives {
        world.tenant.forget_entities();
        let walked = Walk::begin(world, life, &mut counts).and_then(|(walk, created)| {
            walk.is_kept(&created, &mut counts)?;
            let changed = walk.changes(&created, &mut counts)?;
            walk.end(&changed, &mut counts)
        });
        failures.extend(
            walked
                .err()
                .map(|failure| format!("{}: {failure}", life.name)),
        );
    }
    world.assert_well(failures);
    counts
}

#[test]
fn every_kind_lives_and_dies() {
    let (world, api) = (World::new(MockTenant::builder()), Api::read());
    let rest = live(&world, &collections(&api));
    println!("REST: {rest:?}");
    let agents = live(&world, &agents(&api));
    println!("agents: {agents:?}");
    assert!(rest.reach(&REST), "{rest:?}, and not {REST:?}");
    assert!(agents.reach(&AGENTS), "{agents:?}, and not {AGENTS:?}");
}
