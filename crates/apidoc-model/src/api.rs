//! The resolved API: what the generator has understood of all pages together. Plain data with ordered collections, wire
//! names only, and evidence on everything that was inferred. It takes nothing and refuses nothing; it is built by `resolve`
//! and read-only from there on.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Serialize, Serializer};

use crate::sample::Side;

/// The whole API of one edition.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Api {
    /// Agents and REST areas with their operations, agents first, each sorted by name.
    pub groups: Vec<Group>,
    /// Every object type, by id.
    pub models: BTreeMap<ModelId, Model>,
    /// Every enumeration whose values are documented, by name.
    pub enums: BTreeMap<String, Enum>,
}

impl Api {
    /// All operations, in the order of their groups.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }

    /// All operations by their ids.
    #[must_use]
    pub fn operations_by_id(&self) -> HashMap<&str, &Operation> {
        let operations = self.operations();
        operations
            .map(|operation| (operation.id.as_str(), operation))
            .collect()
    }

    /// The models that one group has for itself, by name.
    pub fn models_of<'a>(
        &'a self,
        group: &'a GroupId,
    ) -> impl Iterator<Item = (&'a ModelId, &'a Model)> {
        let first = ModelId {
            group: Some(group.clone()),
            name: String::new(),
        };
        let from_first = self.models.range(first..);
        from_first.take_while(move |(id, _)| id.group.as_ref() == Some(group))
    }
}

/// The two halves of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum World {
    /// `/api/v1/Agents/…`: remote procedure calls.
    Agent,
    /// `/api/v1/…`: resources.
    Rest,
}

impl World {
    /// As it stands in front of the name of a group.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Rest => "rest",
        }
    }
}

/// Which agent or area: the world and the name that the pages' ids give it (`Chat`, `Contact`, `List_Business`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId {
    /// Agent or REST area.
    pub world: World,
    /// Name of the agent or area.
    pub name: String,
}

impl Serialize for GroupId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An agent or a REST area.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Which one.
    pub id: GroupId,
    /// Its operations, sorted by route, verb, id.
    pub operations: Vec<Operation>,
}

/// HTTP methods of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    /// As it stands in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A piece of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// Text, without slashes.
    Literal(String),
    /// A parameter that is the whole segment.
    Parameter(String),
}

/// One operation: one page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// The page's id (`v1ChatAgent_PickUpChatSession`).
    pub id: String,
    /// The id's last part (`PickUpChatSession`), not unique across groups.
    pub name: String,
    /// The method.
    pub verb: Verb,
    /// The path, from the root (`api`, `v1`, …).
    pub route: Vec<Segment>,
    /// Parameters in the path, in route order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Parameter>,
    /// Parameters in the query, in page order, `$select` and its kin included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<Parameter>,
    /// Names of the request headers that the page lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// What the page says about them, by name; only where the pages carry prose.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub header_docs: BTreeMap<String, String>,
    /// Media types that the response may have, in page order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// The request body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What a successful call returns.
    pub result: Payload,
    /// What decided the type of the result.
    pub result_evidence: Evidence,
    /// Status codes of the page, in page order, with their text where the pages carry prose.
    pub statuses: Vec<Status>,
    /// Restrictions, in page order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// Whether the page calls the operation deprecated or obsolete.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// `NsApiSlow threshold`, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_after_ms: Option<u32>,
    /// Whether a call may be repeated.
    pub safety: Safety,
    /// The page's own description; only where the pages carry prose.
    #[serde(skip_serializing_if = "Prose::is_empty")]
    pub prose: Prose,
    /// The folder of the page and its file stem (`agent/Chat_Agent/v1ChatAgent_PickUpChatSession`), for links.
    pub page: String,
}

impl Operation {
    /// What one of its messages holds.
    #[must_use]
    pub fn payload(&self, side: Side) -> &Payload {
        match side {
            Side::Request => self
                .body
                .as_ref()
                .map_or(&Payload::Unit, |body| &body.content),
            Side::Response => &self.result,
        }
    }

    /// The types of its messages, where they are JSON.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        let payloads = Side::BOTH.into_iter().map(|side| self.payload(side));
        payloads.filter_map(Payload::json)
    }
}

/// Original text of a page: normalised plain text, never markdown or HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Prose {
    /// The first paragraph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The other paragraphs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Prose {
    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.summary.is_none() && self.remarks.is_empty()
    }
}

/// A path or query parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// Wire name.
    pub name: String,
    /// Its type: a scalar, an enumeration or an array of scalars.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether the page says that it is required.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// Name of the MDO list that has its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Whether the page calls it deprecated or obsolete.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Description, where the pages carry prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// A request body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Body {
    /// The name that the page gives it (`request`, `entity`, `changes`).
    pub name: String,
    /// What it holds.
    pub content: Payload,
    /// Media types that the page lists, in page order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<String>,
    /// What decided its type.
    pub evidence: Evidence,
    /// Description, where the pages carry prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// What a body holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Payload {
    /// Nothing at all.
    Unit,
    /// JSON of this type, or `null`.
    Json(Type),
    /// Bytes, to be streamed.
    Binary,
    /// A JSON Patch or JSON Merge Patch document.
    Patch,
}

impl Payload {
    /// The type of what is JSON.
    #[must_use]
    pub const fn json(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) => Some(ty),
            Self::Unit | Self::Binary | Self::Patch => None,
        }
    }
}

/// A type on the wire. Every value may also be `null`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Type {
    /// Some JSON value whose type the pages do not tell.
    Any,
    /// `true` or `false`.
    Bool,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A floating point number.
    Double,
    /// Text.
    String,
    /// A date and time, or a date, as text.
    DateTime,
    /// Bytes as base64 text.
    Base64,
    /// One of the documented values of an enumeration, or one unknown so far.
    Enum(String),
    /// Any number of the values of an enumeration, as one text with commas between them.
    Flags(String),
    /// An array.
    Array(Box<Type>),
    /// A dictionary with text keys.
    Map(Box<Type>),
    /// An object.
    Model(ModelId),
}

impl Type {
    /// What arrays and dictionaries hold in the end.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        let mut ty = self;
        while let Self::Array(inner) | Self::Map(inner) = ty {
            ty = inner;
        }
        ty
    }

    /// The object type that it mentions.
    #[must_use]
    pub fn model(&self) -> Option<&ModelId> {
        match self.innermost() {
            Self::Model(id) => Some(id),
            _ => None,
        }
    }
}

/// Address of a model: its name, inside the group that owns it or shared by all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId {
    /// The group whose operations alone use it (request bodies); `None` for carriers.
    pub group: Option<GroupId>,
    /// Name, unique inside its scope.
    pub name: String,
}

impl ModelId {
    /// A carrier that all groups share.
    #[must_use]
    pub fn shared(name: impl Into<String>) -> Self {
        Self {
            group: None,
            name: name.into(),
        }
    }
}

impl Serialize for ModelId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An object type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Where its name comes from.
    pub origin: Origin,
    /// Its fields, in the order of the richest table.
    pub fields: Vec<Field>,
    /// Whether requests hold it.
    #[serde(skip_serializing_if = "is_false")]
    pub in_request: bool,
    /// Whether responses hold it.
    #[serde(skip_serializing_if = "is_false")]
    pub in_response: bool,
    /// What decided its name.
    pub evidence: Evidence,
    /// Description, where the pages carry prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// Where a model comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The pages name it.
    Named,
    /// The body of one operation, named after it.
    RequestBody,
    /// An anonymous object, named after the operation or the field that holds it.
    Inline,
}

/// A field of a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Wire name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether the type contains this model again, so that the field must be boxed.
    #[serde(skip_serializing_if = "is_false")]
    pub boxed: bool,
    /// The type word as the table prints it; empty where it prints none, and for fields seen in samples alone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub documented: String,
    /// What decided the type.
    pub evidence: Evidence,
    /// Whether a page says that it is required.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// Name of the MDO list that feeds the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Whether the page calls it deprecated or obsolete.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Description, where the pages carry prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// An open enumeration: values that are documented, and others that may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enum {
    /// Documented values, in page order.
    pub values: Vec<String>,
    /// What decided name and values.
    pub evidence: Evidence,
}

impl Enum {
    /// Adds the values that are not listed yet, in their order.
    pub fn add(&mut self, values: &[String]) {
        let mut known: HashSet<&String> = self.values.iter().collect();
        let new = values.iter().filter(|value| known.insert(value));
        let new: Vec<String> = new.cloned().collect();
        self.values.extend(new);
    }
}

/// A status code of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The code.
    pub code: u16,
    /// The page's sentence about it, where the pages carry prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// A restriction of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restriction {
    /// Which one.
    pub kind: RestrictionKind,
    /// The page's sentence about it, where the pages carry prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// Kinds of restrictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestrictionKind {
    /// Not available in the online installation unless asked for.
    OnlineRestricted,
    /// May change; not meant for partners.
    Experimental,
}

/// Whether a call may be repeated when it is not known whether the first one ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// It reads only.
    Safe,
    /// It writes, but twice is the same as once.
    Idempotent,
    /// It must not be repeated.
    Unsafe,
}

/// Which rule decided, and what it looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The rule.
    pub rule: Rule,
    /// Id of the page; empty for rules that need none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// The element of the page (`response.Status`, `request sample /Items/0`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub element: String,
}

impl Evidence {
    /// Evidence without a place.
    #[must_use]
    pub fn rule(rule: Rule) -> Self {
        Self {
            rule,
            page: String::new(),
            element: String::new(),
        }
    }
}

/// Rules of inference, in the order of their weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// A row of `corrections.md`.
    Correction,
    /// The statuses: nothing but 204, or no success at all.
    Status,
    /// A primitive type word in a table or heading.
    Declared,
    /// A type name in a table or heading that is not a placeholder.
    Label,
    /// A type name in the prose of a heading (`Carrier object for X`).
    Summary,
    /// An infrastructure field that every carrier has (`TableRight`, `FieldProperties`).
    Infrastructure,
    /// The sample of the same page.
    Sample,
    /// A declaration or label of an older edition's page.
    OlderDeclared,
    /// The sample of an older edition's page.
    OlderSample,
    /// Another page of the same edition that shows the same field of the same type.
    OtherPage,
    /// The field names are those of exactly one named type.
    FieldSet,
    /// A list of documented values.
    Values,
    /// The name of the field (`…Ids`).
    FieldName,
    /// The media types of the response.
    MediaType,
    /// A name derived from the operation or field that holds an anonymous object.
    Derived,
    /// Nothing tells: the type is left open.
    Unknown,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
