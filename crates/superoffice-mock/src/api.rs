//! The part of the resolved API that the tenant needs, read from the text of `api.json`. It returns plain data with the
//! wire names of the reference, ignores everything else in the text, and refuses a text that is not such a document.

use std::collections::BTreeMap;

use serde::Deserialize;

/// All operations and types of one edition.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Api {
    pub(crate) groups: Vec<Group>,
    #[serde(default)]
    pub(crate) models: BTreeMap<String, Model>,
    #[serde(default)]
    pub(crate) enums: BTreeMap<String, Enum>,
}

/// An agent (`agent/Chat`) or a REST area (`rest/Contact`).
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) verb: String,
    pub(crate) route: Vec<Segment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) path: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) query: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Body>,
    pub(crate) result: Payload,
    /// Filled after reading: the id of the group.
    #[serde(skip)]
    pub(crate) group: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Segment {
    Literal(String),
    Parameter(String),
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: Type,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) required: bool,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Body {
    pub(crate) content: Payload,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Payload {
    Unit,
    Json(Type),
    Binary,
    Patch,
}

impl Payload {
    /// The model, where the payload is JSON of one.
    pub(crate) fn model(&self) -> Option<&str> {
        match self {
            Self::Json(Type::Model(id)) => Some(id),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Type {
    Any,
    Bool,
    Int32,
    Int64,
    Double,
    String,
    DateTime,
    Base64,
    Enum(String),
    Flags(String),
    Array(Box<Type>),
    Map(Box<Type>),
    Model(String),
}

impl Type {
    pub(crate) const fn is_integer(&self) -> bool {
        matches!(self, Self::Int32 | Self::Int64)
    }
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Model {
    pub(crate) fields: Vec<Field>,
}

impl Model {
    /// The field of that name, whatever its case.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .or_else(|| {
                self.fields
                    .iter()
                    .find(|field| field.name.eq_ignore_ascii_case(name))
            })
    }
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: Type,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Enum {
    pub(crate) values: Vec<String>,
}

/// Object types and enumerations by name.
#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) models: BTreeMap<String, Model>,
    pub(crate) enums: BTreeMap<String, Enum>,
}

impl Api {
    /// Reads `api.json`.
    pub(crate) fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Takes the API apart into a flat list of operations, each of which knows its group, and the types.
    pub(crate) fn into_parts(self) -> (Vec<Operation>, Types) {
        let operations = self
            .groups
            .into_iter()
            .flat_map(|group| {
                group
                    .operations
                    .into_iter()
                    .map(move |operation| Operation {
                        group: group.id.clone(),
                        ..operation
                    })
            })
            .collect();
        let types = Types {
            models: self.models,
            enums: self.enums,
        };
        (operations, types)
    }
}
