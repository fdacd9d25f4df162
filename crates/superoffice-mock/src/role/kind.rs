//! The kinds of entities that the tenant keeps, by rule over routes and types: a kind is an object type that is written, and
//! read or deleted by its integer key alone. It takes all operations and returns the kinds; types without an integer key, and
//! settings and mappings that are found by anything else, are none.

use std::collections::BTreeMap;

use crate::api::{Model, Operation, Payload, Segment, Type, Types};

/// Suffix of the REST form of a type.
const LINKS: &str = "WithLinks";

/// A kind of entity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kind {
    /// Its object type, in the form without links.
    pub(crate) model: String,
    /// Wire name of its key.
    pub(crate) key: String,
    /// Name of its archive and of the archive's rows, lower case (`contact`).
    pub(crate) stem: String,
}

/// All kinds, and which REST collection holds which.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    pub(crate) all: Vec<Kind>,
    collections: BTreeMap<String, usize>,
    models: BTreeMap<String, usize>,
}

impl Kinds {
    pub(crate) fn find(operations: &[Operation], types: &Types) -> Self {
        let mut models_of = BTreeMap::new();
        for operation in operations
            .iter()
            .filter(|operation| operation.verb == "GET")
        {
            if let (Some(collection), Some(model)) =
                (item_collection(operation), operation.result.model())
            {
                models_of
                    .entry(collection)
                    .or_insert_with(|| canonical(model));
            }
        }
        models_of.retain(|collection, _| is_written(operations, collection));
        let arguments = key_arguments(operations, types);
        let mut kinds = Self::default();
        for (collection, model) in &models_of {
            let shared = models_of.values().filter(|other| *other == model).count() > 1;
            kinds.add_collection(collection, model, shared, types);
        }
        for operation in operations {
            kinds.add_saved(operation, &arguments, types);
        }
        kinds
    }

    fn add_collection(&mut self, collection: &str, model: &str, shared: bool, types: &Types) {
        let name = collection
            .trim_end_matches("/items")
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let Some(key) = key_field(types, model, &[name]) else {
            return;
        };
        self.collections
            .insert(collection.to_owned(), self.all.len());
        if !shared {
            self.models.insert(model.to_owned(), self.all.len());
        }
        self.all.push(Kind {
            model: model.to_owned(),
            key,
            stem: name.to_owned(),
        });
    }

    /// A type that an agent saves, and reads or deletes by one integer, is a kind too.
    fn add_saved(&mut self, operation: &Operation, arguments: &Arguments, types: &Types) {
        let Some(model) = saved_model(operation, types) else {
            return;
        };
        if self.models.contains_key(&model) {
            return;
        }
        let saved = operation.name.strip_prefix("Save").unwrap_or_default();
        let Some(argument) = arguments.get(&(operation.group.clone(), saved.to_owned())) else {
            return;
        };
        let argument = argument.strip_suffix("Id").unwrap_or_default();
        if let Some(key) = key_field(types, &model, &[argument]) {
            self.models.insert(model.clone(), self.all.len());
            let stem = stem(&model).to_ascii_lowercase();
            self.all.push(Kind { model, key, stem });
        }
    }

    /// The kind of a REST collection (`contact`, `list/category/items`).
    pub(crate) fn of_collection(&self, collection: &str) -> Option<usize> {
        self.collections.get(collection).copied()
    }

    /// The kind of an object type, unless several collections share it.
    pub(crate) fn of_model(&self, model: &str) -> Option<usize> {
        self.models.get(&canonical(model)).copied()
    }

    /// The kind whose archive has that name: `contact`, `FindContact`, `Persons`.
    pub(crate) fn of_archive(&self, name: &str) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("find").unwrap_or(&name);
        let is = |wanted: &str| self.all.iter().position(|kind| kind.stem == wanted);
        is(name).or_else(|| is(name.strip_suffix('s')?))
    }
}

/// The name of a type without the suffix of its REST form.
pub(crate) fn canonical(model: &str) -> String {
    model.strip_suffix(LINKS).unwrap_or(model).to_owned()
}

/// The other form of a type: the one with links.
pub(crate) fn with_links(model: &str) -> String {
    format!("{model}{LINKS}")
}

/// The collection of an operation on one item: literals below `api/v1`, then an integer key.
pub(crate) fn item_collection(operation: &Operation) -> Option<String> {
    let (last, collection) = operation.route.split_last()?;
    let integer = operation
        .path
        .first()
        .is_some_and(|parameter| parameter.ty.is_integer());
    if !integer || !matches!(last, Segment::Parameter(_)) {
        return None;
    }
    collection_of(collection)
}

/// A route of literals, lower case, without `api/v1`.
pub(crate) fn collection_of(route: &[Segment]) -> Option<String> {
    let literals: Option<Vec<String>> = route
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => Some(text.to_ascii_lowercase()),
            Segment::Parameter(_) => None,
        })
        .collect();
    let literals = literals?;
    let below = literals.strip_prefix(&["api".to_owned(), "v1".to_owned()])?;
    (!below.is_empty()).then(|| below.join("/"))
}

fn is_written(operations: &[Operation], collection: &str) -> bool {
    operations.iter().any(|operation| {
        let creates = operation.verb == "POST"
            && collection_of(&operation.route).as_deref() == Some(collection);
        let replaces =
            operation.verb == "PUT" && item_collection(operation).as_deref() == Some(collection);
        creates || replaces
    })
}

/// What `Save…` of an agent takes and gives back.
pub(crate) fn saved_model(operation: &Operation, types: &Types) -> Option<String> {
    let result = operation.result.model()?;
    let saves = operation.group.starts_with("agent/") && operation.name.starts_with("Save");
    let body = operation.body.as_ref()?.content.model()?;
    let fits = body == result
        || types.models.get(body).is_some_and(|model| {
            model
                .fields
                .iter()
                .any(|field| field.ty == Type::Model(result.to_owned()))
        });
    (saves && fits).then(|| canonical(result))
}

/// Names of the arguments by which agents read or delete, by group and by what follows `Get` or `Delete`.
type Arguments = BTreeMap<(String, String), String>;

fn key_arguments(operations: &[Operation], types: &Types) -> Arguments {
    operations
        .iter()
        .filter_map(|operation| {
            let name = &operation.name;
            let name = name.strip_prefix("Get").or(name.strip_prefix("Delete"))?;
            let argument = key_argument(operation, types)?;
            Some((
                (operation.group.clone(), name.to_owned()),
                argument.to_owned(),
            ))
        })
        .collect()
}

/// The only integer among the arguments of an agent's operation, if nothing else could say what is meant: texts and objects
/// beside it could.
pub(crate) fn key_argument<'o>(operation: &'o Operation, types: &'o Types) -> Option<&'o str> {
    let body = operation
        .body
        .as_ref()
        .and_then(|body| body.content.model())
        .and_then(|id| types.models.get(id));
    let query = operation.query.iter();
    let arguments = query
        .filter(|parameter| !parameter.name.starts_with('$'))
        .map(|parameter| (parameter.name.as_str(), &parameter.ty))
        .chain(
            body.iter()
                .flat_map(|model| &model.fields)
                .map(|field| (field.name.as_str(), &field.ty)),
        );
    let mut naming = arguments.filter(|(_, ty)| **ty != Type::Bool);
    let (name, ty) = naming.next()?;
    (ty.is_integer() && naming.next().is_none()).then_some(name)
}

/// The integer that identifies an entity, by the first rule that finds one: the name of its type with `Id`; `Id`; a name that
/// the API has for it (`names`: its collection, or the argument that it is read by) with `Id`; the last words of its type with
/// `Id`; what begins with its type and ends in `Id`; the first that ends in `Id`.
fn key_field(types: &Types, model: &str, names: &[&str]) -> Option<String> {
    let model_type = types
        .models
        .get(model)
        .or_else(|| types.models.get(&with_links(model)))?;
    let stem = stem(model);
    let named = |name: &str| {
        let key = format!("{name}Id");
        let field = model_type.field(&key);
        field.filter(|field| field.ty.is_integer())
    };
    let mut ids = model_type
        .fields
        .iter()
        .filter(|field| field.ty.is_integer() && field.name.ends_with("Id"));
    let begins = |name: &str| {
        let start = name.get(..stem.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(stem))
    };
    named(stem)
        .or_else(|| named(""))
        .or_else(|| names.iter().find_map(|name| named(name)))
        .or_else(|| last_words(stem).find_map(named))
        .or_else(|| ids.clone().find(|field| begins(&field.name)))
        .or_else(|| ids.next())
        .map(|field| field.name.clone())
}

/// `ContactRelation`: `Relation`. `QuoteLineConfiguration`: `LineConfiguration`, `Configuration`.
fn last_words(name: &str) -> impl Iterator<Item = &str> {
    name.char_indices()
        .skip(1)
        .filter(|(_, character)| character.is_ascii_uppercase())
        .filter_map(|(start, _)| name.get(start..))
}

fn stem(model: &str) -> &str {
    let name = model.rsplit('/').next().unwrap_or(model);
    name.strip_suffix("Entity").unwrap_or(name)
}

/// Whether a result is an archive page: rows and a link to the next.
pub(crate) fn is_archive_page(result: &Payload, types: &Types) -> bool {
    let model = result.model().and_then(|id| types.models.get(id));
    model.is_some_and(is_archive_page_model)
}

/// Whether an object is an archive page.
pub(crate) fn is_archive_page_model(model: &Model) -> bool {
    model.field("odata.nextLink").is_some() && model.field("value").is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::key_field;
    use crate::api::{Field, Model, Type, Types};

    fn key(model: &str, names: &[&str], integers: &[&str]) -> Option<String> {
        let field = |name: &&str| Field {
            name: (*name).to_owned(),
            ty: Type::Int32,
        };
        let fields = integers.iter().map(field).collect();
        let types = Types {
            models: BTreeMap::from([(model.to_owned(), Model { fields })]),
            ..Types::default()
        };
        key_field(&types, model, names)
    }

    #[test]
    fn a_key_is_called_as_the_entity_is() {
        let found = |model, names: &[&str], integers: &[&str], expected: &str| {
            assert_eq!(
                key(model, names, integers).as_deref(),
                Some(expected),
                "{model}"
            );
        };
        found("ShipEntity", &[], &["OwnerId", "Id", "ShipId"], "ShipId");
        found("ShipEntity", &["owner"], &["OwnerId", "Id"], "Id");
        found(
            "ShipEntity",
            &["vessel"],
            &["OwnerId", "VesselId"],
            "VesselId",
        );
        found("ShipPortCall", &[], &["FromPortId", "CallId"], "CallId");
        found("ShipEntity", &[], &["OwnerId", "ShippingId"], "ShippingId");
        found(
            "ShipEntity",
            &["x"],
            &["Length", "HullId", "OwnerId"],
            "HullId",
        );
        assert_eq!(key("ShipEntity", &["x"], &["Length"]), None);
    }
}
