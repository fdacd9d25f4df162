//! What each operation does with the entities that the tenant keeps, by rule over routes, names and types. It takes all
//! operations and returns one role for each; an operation that no rule knows is answered with a neutral value.

pub(crate) mod kind;

use std::collections::BTreeMap;

use self::kind::{
    Kinds, canonical, collection_of, is_archive_page, item_collection, key_argument, saved_model,
};
use crate::api::{Operation, Payload, Segment, Type, Types};

/// What an operation does; `kind` is an index into [`Kinds::all`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Role {
    /// Nothing that the tenant keeps: a neutral value.
    Neutral,
    /// A new entity that is not saved.
    Default { kind: usize },
    /// Saves a new entity, and gives it or its key back.
    Create { kind: usize },
    /// Gives the entity with the key in the route.
    Read { kind: usize },
    /// Replaces the entity with the key in the route.
    Replace { kind: usize },
    /// Changes the entity with the key in the route by a patch document.
    Change { kind: usize },
    /// Deletes the entity with the key in the route.
    Remove { kind: usize },
    /// An agent's save: creates where the key is zero. `field` holds the entity; without it the body is the entity.
    Save { kind: usize, field: Option<String> },
    /// An agent's save of what has no key: settings and mappings come back as they were sent, and are not kept.
    Echo { field: Option<String> },
    /// An agent's read by key.
    Get { kind: usize },
    /// An agent's read by several keys.
    GetMany { kind: usize },
    /// An agent's delete by key.
    Delete { kind: usize },
    /// Gives all entities of a collection.
    List { kind: usize },
    /// Pages of the archive of a collection; empty ones where the tenant does not keep what is in it.
    Search { kind: Option<usize> },
    /// Pages of the archive that the route names.
    SearchNamed,
    /// Pages of what belongs to the entity of kind `parent` in the route.
    SearchBelow {
        kind: Option<usize>,
        parent: Option<usize>,
    },
    /// Pages of the archive that the body names.
    SearchAgent,
    /// Gives bytes.
    Download,
    /// Takes bytes.
    Upload,
    /// Deletes bytes.
    Discard,
}

impl Role {
    /// The kind whose entities it is about.
    pub(crate) const fn kind(&self) -> Option<usize> {
        match self {
            Self::Create { kind }
            | Self::Read { kind }
            | Self::Replace { kind }
            | Self::Change { kind }
            | Self::Remove { kind }
            | Self::Save { kind, .. }
            | Self::Get { kind }
            | Self::GetMany { kind }
            | Self::Delete { kind }
            | Self::List { kind } => Some(*kind),
            _ => None,
        }
    }
}

/// The roles of all operations, in their order.
pub(crate) fn roles(operations: &[Operation], types: &Types, kinds: &Kinds) -> Vec<Role> {
    let saved: BTreeMap<(&str, &str), usize> = operations
        .iter()
        .filter_map(|operation| {
            let kind = kinds.of_model(&saved_model(operation, types)?)?;
            let name = operation.name.strip_prefix("Save")?;
            Some(((operation.group.as_str(), name), kind))
        })
        .collect();
    let blobs: Vec<String> = operations
        .iter()
        .filter(|operation| matches!(operation.body.as_ref(), Some(body) if matches!(body.content, Payload::Binary)))
        .map(shape)
        .collect();
    operations
        .iter()
        .map(|operation| {
            let rules = Rules {
                operation,
                types,
                kinds,
            };
            if operation.group.starts_with("agent/") {
                rules.agent(&saved)
            } else {
                rules.rest(&blobs)
            }
            .unwrap_or(Role::Neutral)
        })
        .collect()
}

/// A route without the names of its parameters, lower case.
fn shape(operation: &Operation) -> String {
    let segments: Vec<String> = operation
        .route
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.to_ascii_lowercase(),
            Segment::Parameter(_) => "{}".to_owned(),
        })
        .collect();
    segments.join("/")
}

struct Rules<'a> {
    operation: &'a Operation,
    types: &'a Types,
    kinds: &'a Kinds,
}

impl Rules<'_> {
    fn rest(&self, blobs: &[String]) -> Option<Role> {
        self.item()
            .or_else(|| self.search())
            .or_else(|| self.collection())
            .or_else(|| self.blob(blobs))
    }

    fn item(&self) -> Option<Role> {
        let kind = self
            .kinds
            .of_collection(&item_collection(self.operation)?)?;
        match self.operation.verb.as_str() {
            "GET" => Some(Role::Read { kind }),
            "PUT" => Some(Role::Replace { kind }),
            "PATCH" => Some(Role::Change { kind }),
            "DELETE" => Some(Role::Remove { kind }),
            _ => None,
        }
    }

    fn collection(&self) -> Option<Role> {
        let collection = collection_of(&self.operation.route)?;
        let model = self.operation.result.model();
        match self.operation.verb.as_str() {
            "POST" => {
                let kind = self.kinds.of_collection(&collection)?;
                let takes_one = self.operation.body.as_ref()?.content.model().is_some();
                let gives_key =
                    matches!(&self.operation.result, Payload::Json(ty) if ty.is_integer());
                let creates = takes_one && (model.is_some() || gives_key);
                creates.then_some(Role::Create { kind })
            }
            "GET" if self.gives_all(&collection) => Some(Role::List {
                kind: self.kinds.of_collection(&collection)?,
            }),
            "GET" => {
                let collection = collection.strip_suffix("/default")?;
                let kind = self.kinds.of_collection(collection);
                let kind = kind.or_else(|| self.kinds.of_model(model?))?;
                Some(Role::Default { kind })
            }
            _ => None,
        }
    }

    /// Whether the result is an array of what the collection holds.
    fn gives_all(&self, collection: &str) -> bool {
        let kind = self.kinds.of_collection(collection);
        let kind = kind.and_then(|kind| self.kinds.all.get(kind));
        let Payload::Json(Type::Array(item)) = &self.operation.result else {
            return false;
        };
        let Type::Model(model) = item.as_ref() else {
            return false;
        };
        kind.is_some_and(|kind| kind.model == canonical(model))
    }

    fn search(&self) -> Option<Role> {
        if self.operation.verb != "GET" || !is_archive_page(&self.operation.result, self.types) {
            return None;
        }
        let (last, before) = self.operation.route.split_last()?;
        match last {
            Segment::Parameter(_) => Some(Role::SearchNamed),
            Segment::Literal(name) => match before.split_last() {
                Some((Segment::Parameter(_), parent)) => Some(Role::SearchBelow {
                    kind: self.kinds.of_archive(name),
                    parent: self.kinds.of_collection(&collection_of(parent)?),
                }),
                _ => {
                    let collection = collection_of(&self.operation.route)?;
                    let kind = self.kinds.of_collection(&collection);
                    Some(Role::Search { kind })
                }
            },
        }
    }

    fn blob(&self, blobs: &[String]) -> Option<Role> {
        if !blobs.contains(&shape(self.operation)) {
            return None;
        }
        match self.operation.verb.as_str() {
            "GET" => Some(Role::Download),
            "DELETE" => Some(Role::Discard),
            _ => Some(Role::Upload),
        }
    }

    fn agent(&self, saved: &BTreeMap<(&str, &str), usize>) -> Option<Role> {
        let known = |name: &str| saved.get(&(self.operation.group.as_str(), name)).copied();
        let name = self.operation.name.as_str();
        if let Some(name) = name.strip_prefix("CreateDefault") {
            return known(name).map(|kind| Role::Default { kind });
        }
        if let Some(kind) = name.strip_prefix("Save").and_then(known) {
            return Some(Role::Save {
                kind,
                field: self.entity_field(),
            });
        }
        if saved_model(self.operation, self.types).is_some() {
            return Some(Role::Echo {
                field: self.entity_field(),
            });
        }
        if let Some(kind) = name.strip_prefix("Delete").and_then(known) {
            return key_argument(self.operation, self.types)
                .is_some()
                .then_some(Role::Delete { kind });
        }
        if self.names_archive() {
            return Some(Role::SearchAgent);
        }
        self.agent_read(name.strip_prefix("Get")?, known)
    }

    fn agent_read(&self, name: &str, known: impl Fn(&str) -> Option<usize>) -> Option<Role> {
        if let Some(kind) = known(name) {
            let same = self.kinds.of_model(self.operation.result.model()?) == Some(kind);
            return (same && key_argument(self.operation, self.types).is_some())
                .then_some(Role::Get { kind });
        }
        let kind = known(name.strip_suffix("List")?)?;
        let Payload::Json(Type::Array(item)) = &self.operation.result else {
            return None;
        };
        let Type::Model(model) = item.as_ref() else {
            return None;
        };
        let keys = matches!(&self.operation.body.as_ref()?.content, Payload::Json(Type::Array(item)) if item.is_integer());
        (keys && self.kinds.of_model(model) == Some(kind)).then_some(Role::GetMany { kind })
    }

    /// The field of the request that holds the entity; nothing where the body is the entity itself.
    fn entity_field(&self) -> Option<String> {
        let result = self.operation.result.model()?;
        let body = self.operation.body.as_ref()?.content.model()?;
        if body == result {
            return None;
        }
        let wanted = Type::Model(result.to_owned());
        let fields = &self.types.models.get(body)?.fields;
        fields
            .iter()
            .find(|field| field.ty == wanted)
            .map(|field| field.name.clone())
    }

    fn names_archive(&self) -> bool {
        let body = self
            .operation
            .body
            .as_ref()
            .and_then(|body| body.content.model());
        body.and_then(|id| self.types.models.get(id))
            .is_some_and(|model| {
                ["ProviderName", "Page", "PageSize"]
                    .iter()
                    .all(|name| model.field(name).is_some())
            })
    }
}
