//! The operations on entities that the tenant keeps. It takes the role of the operation, the checked request and the store,
//! and returns the value of the result with the time of its last change; it refuses keys it does not hold, changes to what
//! has changed meanwhile, and patches that cannot be applied, each as the platform does in that half of the API.

pub(crate) mod blob;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::api::{Model, Operation, Type, Types};
use crate::check::media;
use crate::exchange::{Answer, Incoming};
use crate::newer::Newer;
use crate::patch::{self, Refusal, child};
use crate::role::Role;
use crate::role::kind::{Kind, Kinds, canonical, key_argument, with_links};
use crate::store::{Row, Store};
use crate::synthesise;

/// An operation on entities, ready to be done.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) types: &'a Types,
    pub(crate) kinds: &'a [Kind],
    pub(crate) request: &'a Incoming,
    /// Values of the path parameters.
    pub(crate) values: &'a [String],
    /// The body.
    pub(crate) json: Option<&'a Value>,
    /// Whether a key that the tenant never saw is answered with a neutral entity.
    pub(crate) invent: bool,
    /// How many entities of every kind are there at the start.
    pub(crate) seed: usize,
    /// How a newer server's entities differ, where the tenant is one.
    pub(crate) newer: Option<Newer>,
}

/// What an operation gives.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A value of the documented type.
    Value(Value),
    /// An entity as it is kept, or several, with the time of its last change.
    Kept(Value, Option<Timestamp>),
    /// Anything else: errors, bytes, answers without body.
    Answer(Answer),
}

impl From<Row> for Outcome {
    fn from(row: Row) -> Self {
        Self::Kept(row.value, Some(row.changed))
    }
}

impl Call<'_> {
    /// Does what `role` says; nothing where it is no role of an entity.
    pub(crate) fn run(&self, role: &Role, store: &mut Store) -> Option<Outcome> {
        if let Some(kind) = role.kind() {
            self.sow(kind, store);
        }
        let outcome = match role {
            Role::Default { kind } => Outcome::Kept(self.fresh(self.kind(*kind)?, 0), None),
            Role::Create { kind } => self.create(*kind, store)?,
            Role::Read { kind } => self.read(*kind, store)?,
            Role::Replace { kind } => self.replace(*kind, store)?,
            Role::Change { kind } => self.change(*kind, store)?,
            Role::Remove { kind } => self.remove(*kind, store)?,
            Role::Save { kind, field } => self.agent_save(*kind, field.as_deref(), store)?,
            Role::List { kind } => {
                let all = store.rows(*kind).cloned().collect::<Vec<_>>();
                Outcome::Kept(all.into(), None)
            }
            Role::Echo { field } => self.echo(field.as_deref())?,
            Role::Get { kind } => self.agent_get(*kind, store)?,
            Role::GetMany { kind } => self.agent_get_many(*kind, store)?,
            Role::Delete { kind } => {
                store.delete(*kind, self.argument()?);
                Outcome::Answer(Answer::empty(StatusCode::NO_CONTENT))
            }
            _ => return None,
        };
        Some(outcome)
    }

    /// The entity in the route, where the operation gives one of its kind.
    pub(crate) fn owner(&self, kinds: &Kinds, store: &mut Store) -> Option<Outcome> {
        let kind = kinds.of_model(self.operation.result.model()?)?;
        let key = self.values.first()?.parse().ok()?;
        self.sow(kind, store);
        self.find(kind, key, store).map(Into::into)
    }

    fn kind(&self, kind: usize) -> Option<&Kind> {
        self.kinds.get(kind)
    }

    /// The key at the end of the path.
    fn path_key(&self) -> Option<i64> {
        self.values.last()?.parse().ok()
    }

    fn read(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let key = self.path_key()?;
        let Some(row) = self.find(kind, key, store) else {
            return Some(self.not_found(kind, key));
        };
        let since = media::date(&self.request.headers, "if-modified-since");
        if since.is_some_and(|since| row.changed <= since) {
            return Some(Outcome::Answer(Answer::empty(StatusCode::NOT_MODIFIED)));
        }
        Some(row.into())
    }

    /// The new entity, or its key where the operation gives a number.
    fn create(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let key = store.next_key(kind);
        let created = self.save(kind, store, key, self.json?);
        let gives_entity = self.operation.result.model().is_some();
        Some(if gives_entity {
            created
        } else {
            Outcome::Value(key.into())
        })
    }

    fn replace(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let key = self.path_key()?;
        match self.current(kind, key, store) {
            Ok(_) => Some(self.save(kind, store, key, self.json?)),
            Err(refusal) => Some(*refusal),
        }
    }

    fn change(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let key = self.path_key()?;
        let mut value = match self.current(kind, key, store) {
            Ok(row) => row.value,
            Err(refusal) => return Some(*refusal),
        };
        match patch::apply(&mut value, self.json?) {
            Ok(()) => Some(self.save(kind, store, key, &value)),
            Err(Refusal::Conflict(message)) => Some(failure(
                StatusCode::CONFLICT,
                "SoPatchConflictException",
                &message,
            )),
            Err(Refusal::Malformed(message)) => Some(failure(
                StatusCode::BAD_REQUEST,
                "SoPatchException",
                &message,
            )),
        }
    }

    fn remove(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let key = self.path_key()?;
        if let Err(refusal) = self.current(kind, key, store) {
            return Some(*refusal);
        }
        store.delete(kind, key);
        Some(Outcome::Answer(Answer::empty(StatusCode::NO_CONTENT)))
    }

    /// The entity that is about to be changed, unless it is missing or has changed since the caller looked.
    fn current(&self, kind: usize, key: i64, store: &mut Store) -> Result<Row, Box<Outcome>> {
        let row = self
            .find(kind, key, store)
            .ok_or_else(|| Box::new(self.not_found(kind, key)))?;
        let since = media::date(&self.request.headers, "if-unmodified-since");
        if since.is_some_and(|since| row.changed > since) {
            let message = format!(
                "the entity has changed since: it was saved at {}",
                row.changed
            );
            return Err(Box::new(failure(
                StatusCode::PRECONDITION_FAILED,
                "SoPreconditionFailedException",
                &message,
            )));
        }
        Ok(row)
    }

    /// The entity, or a neutral one where the tenant invents what it never saw.
    fn find(&self, kind: usize, key: i64, store: &mut Store) -> Option<Row> {
        if let Some(row) = store.row(kind, key) {
            return Some(row.clone());
        }
        if !self.invent || store.was_deleted(kind, key) {
            return None;
        }
        let value = self.fresh(self.kind(kind)?, key);
        Some(store.save(kind, key, value, |_, _, _| {}))
    }

    fn fresh(&self, kind: &Kind, key: i64) -> Value {
        let id = match self.operation.result.model() {
            Some(id) if canonical(id) == kind.model => id,
            _ => &kind.model,
        };
        let mut value = Value::Object(synthesise::object(self.types, id));
        if let Some(newer) = self.newer {
            newer.age(self.types, &Type::Model(id.to_owned()), &mut value);
        }
        if let Value::Object(entity) = &mut value {
            entity.insert(kind.key.clone(), key.into());
        }
        value
    }

    /// Makes the entities of a kind that are there at the start, unless the kind was touched before.
    pub(crate) fn sow(&self, index: usize, store: &mut Store) {
        let Some(kind) = self.kind(index).filter(|_| !store.is_touched(index)) else {
            return;
        };
        for key in (1..=self.seed).filter_map(|key| i64::try_from(key).ok()) {
            let mut value = self.fresh(kind, key);
            self.relate(&mut value, kind, key);
            store.save(index, key, value, |_, _, _| {});
        }
    }

    /// Makes an entity belong to those of other kinds that have the same key: `ContactId`, and `ContactId` in `Contact`.
    fn relate(&self, value: &mut Value, own: &Kind, key: i64) {
        let (Value::Object(entity), Some(form)) = (value, form(self.types, &own.model)) else {
            return;
        };
        for kind in self.kinds.iter().filter(|kind| kind.key != own.key) {
            let fields = form.fields.iter().filter(|field| field.ty.is_integer());
            for field in fields.filter(|field| is_reference(&field.name, &kind.key)) {
                entity.insert(field.name.clone(), key.into());
            }
            let Some(field) = form.field(&kind.stem) else {
                continue;
            };
            let Type::Model(inner) = &field.ty else {
                continue;
            };
            let inner = self.types.models.get(inner);
            if inner.is_some_and(|inner| inner.field(&kind.key).is_some()) {
                match entity.get_mut(&field.name) {
                    Some(Value::Object(inner)) => drop(inner.insert(kind.key.clone(), key.into())),
                    _ => drop(entity.insert(field.name.clone(), json!({ &kind.key: key }))),
                }
            }
        }
    }

    /// Keeps an entity under `key`, or under a new one where it is zero, with `null` for documented fields it lacks.
    fn save(&self, index: usize, store: &mut Store, key: i64, value: &Value) -> Outcome {
        let (Some(kind), Value::Object(entity)) = (self.kind(index), value) else {
            return Outcome::Value(Value::Null);
        };
        let key = if key == 0 { store.next_key(index) } else { key };
        let mut entity = complete(self.types, &kind.model, entity);
        entity.insert(kind.key.clone(), key.into());
        store
            .save(index, key, Value::Object(entity), |value, time, new| {
                self.stamp(kind, value, time, new)
            })
            .into()
    }

    /// The dates that the server itself sets.
    fn stamp(&self, kind: &Kind, value: &mut Value, time: Timestamp, new: bool) {
        let Some(model) = self.types.models.get(&kind.model) else {
            return;
        };
        let dates = [("UpdatedDate", true), ("CreatedDate", new)];
        for (name, due) in dates {
            let field = model
                .field(name)
                .filter(|field| due && field.ty == Type::DateTime);
            if let (Some(field), Value::Object(entity)) = (field, &mut *value) {
                entity.insert(field.name.clone(), time.to_string().into());
            }
        }
    }

    /// The entity in the request of an agent's save.
    fn sent(&self, field: Option<&str>) -> Option<&Value> {
        let body = self.json?;
        match field {
            Some(field) => child(body, field),
            None => Some(body),
        }
    }

    fn echo(&self, field: Option<&str>) -> Option<Outcome> {
        let model = self.operation.result.model()?;
        let entity = self.sent(field)?.as_object()?;
        let value = Value::Object(complete(self.types, model, entity));
        Some(Outcome::Kept(value, None))
    }

    fn agent_save(&self, index: usize, field: Option<&str>, store: &mut Store) -> Option<Outcome> {
        let entity = self.sent(field)?;
        let key = child(entity, &self.kind(index)?.key)
            .and_then(Value::as_i64)
            .unwrap_or(0);
        if key != 0 && self.find(index, key, store).is_none() {
            return Some(Outcome::Value(Value::Null));
        }
        Some(self.save(index, store, key, entity))
    }

    fn agent_get(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let found = self.find(kind, self.argument()?, store);
        Some(found.map_or(Outcome::Value(Value::Null), Into::into))
    }

    fn agent_get_many(&self, kind: usize, store: &mut Store) -> Option<Outcome> {
        let keys = self.json?.as_array()?.iter().filter_map(Value::as_i64);
        let found: Vec<Value> = keys
            .filter_map(|key| self.find(kind, key, store))
            .map(|row| row.value)
            .collect();
        Some(Outcome::Kept(found.into(), None))
    }

    /// The key among the arguments of an agent's operation.
    fn argument(&self) -> Option<i64> {
        let name = key_argument(self.operation, self.types)?;
        match self.request.query(name) {
            Some(text) => text.parse().ok(),
            None => child(self.json?, name)?.as_i64(),
        }
    }

    fn not_found(&self, kind: usize, key: i64) -> Outcome {
        let name = self.kind(kind).map_or("entity", |kind| &kind.model);
        failure(
            StatusCode::NOT_FOUND,
            "SoNotFoundException",
            &format!("there is no {name} with key {key}"),
        )
    }
}

/// Whether a field names an entity by its key: `ContactId` and `SourceContactId` name a contact.
pub(crate) fn is_reference(field: &str, key: &str) -> bool {
    key != "Id" && field.ends_with(key)
}

fn failure(status: StatusCode, kind: &str, message: &str) -> Outcome {
    Outcome::Answer(Answer::error(status, kind, message))
}

/// The model of that name, or its form with links.
fn form<'t>(types: &'t Types, model: &str) -> Option<&'t Model> {
    let models = &types.models;
    models.get(model).or_else(|| models.get(&with_links(model)))
}

/// The entity with every documented field: spelled as documented, `null` where it lacks one.
fn complete(types: &Types, model: &str, entity: &Map<String, Value>) -> Map<String, Value> {
    let form = form(types, model);
    let mut complete = Map::new();
    for (name, value) in entity {
        let documented = form.and_then(|form| form.field(name));
        let name = documented.map_or(name, |field| &field.name);
        complete.insert(name.clone(), value.clone());
    }
    for field in form.iter().flat_map(|form| &form.fields) {
        complete.entry(&field.name).or_insert(Value::Null);
    }
    complete
}
