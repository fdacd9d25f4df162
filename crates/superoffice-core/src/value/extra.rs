//! What a model carries besides its declared fields. Takes the unknown fields of an object with their values, which declared fields
//! came as `null`, and whether the model was read in part or in translation; gives the first two back when the object is encoded. It
//! costs two words and no allocation while there are no unknown fields and no marks.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

use crate::model::fields::FieldSet;
use crate::model::origin::{self, Marks};

/// The unknown fields of a model, in order, and its explicit nulls; both are sent back when the model is.
///
/// Two `Extra`s are equal when their unknown fields are: whether an empty field came as `null` or did not come is kept for sending, but
/// does not make models different. Nor does where a model came from, below.
///
/// # Where a model came from
///
/// A model at the root of an answer (or in a list or dictionary there) remembers whether only some properties were asked for
/// ([`Request::select`](crate::Request::select)) and whether it came through a language, the client's own included. Saving it would empty
/// the other properties, or write the translation over the texts of all languages; so a call that writes refuses a body that holds such
/// a model anywhere, with [`Error::PartialWrite`](crate::Error::PartialWrite) or [`Error::TranslatedWrite`](crate::Error::TranslatedWrite).
/// [`assume_complete`](Self::assume_complete) says that it may be saved. Clones remember too; models that are made from copied fields, and
/// models that were taken out of another one, do not.
#[derive(Clone, Default)]
pub struct Extra {
    /// Fields 0 to 63 that came as `null`.
    nulls: u64,
    more: Option<Box<More>>,
}

/// What is seldom there.
#[derive(Clone, Default)]
struct More {
    /// Fields from 64 on that came as `null`, counted from 64.
    nulls: FieldSet,
    fields: IndexMap<String, Value>,
    marks: Marks,
}

impl Extra {
    /// Nothing extra.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            nulls: 0,
            more: None,
        }
    }

    /// The value of an unknown field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.more.as_ref()?.fields.get(name)
    }

    /// The value of an unknown field, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.more.as_mut()?.fields.get_mut(name)
    }

    /// Adds an unknown field, or replaces its value in place and returns the old one.
    ///
    /// A name that the model declares would be sent twice: set the field instead.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.more().fields.insert(name.into(), value.into())
    }

    /// Takes an unknown field out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.more.as_mut()?.fields.shift_remove(name)
    }

    /// The unknown fields, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.more.iter().flat_map(|more| {
            more.fields
                .iter()
                .map(|(name, value)| (name.as_str(), value))
        })
    }

    /// Number of unknown fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.more.as_ref().map_or(0, |more| more.fields.len())
    }

    /// Whether there are no unknown fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the model was read in part: what is missing in it may exist.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.marks() & origin::PART != 0
    }

    /// Whether the model was read through a language: its texts may be translated.
    #[must_use]
    pub fn is_translated(&self) -> bool {
        self.marks() & origin::TRANSLATED != 0
    }

    /// Forgets that the model was read in part or in translation, so that it can be saved as it is.
    pub fn assume_complete(&mut self) {
        if let Some(more) = &mut self.more {
            more.marks &= !origin::VIEW;
        }
    }

    /// Where the model came from.
    #[inline]
    pub(crate) fn marks(&self) -> Marks {
        self.more.as_ref().map_or(0, |more| more.marks)
    }

    #[cold]
    pub(crate) fn mark(&mut self, marks: Marks) {
        self.more().marks |= marks;
    }

    /// Whether the declared field with this index of [`Model::FIELDS`](crate::Model::FIELDS) is sent as `null` while it has no value.
    #[inline]
    pub(crate) fn is_null(&self, field: usize) -> bool {
        match field {
            0..64 => self.nulls & (1 << field) != 0,
            _ => self
                .more
                .as_ref()
                .is_some_and(|more| more.nulls.contains(field - 64)),
        }
    }

    /// Notes that the declared field with this index came as `null`.
    #[inline]
    pub(crate) fn mark_null(&mut self, field: usize) {
        match field {
            0..64 => self.nulls |= 1 << field,
            _ => {
                self.more().nulls.insert(field - 64);
            }
        }
    }

    /// Forgets that the declared field with this index came as `null`.
    pub(crate) fn unmark_null(&mut self, field: usize) {
        match field {
            0..64 => self.nulls &= !(1 << field),
            _ => self.more().nulls.remove(field - 64),
        }
    }

    #[cold]
    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        match (&self.more, &other.more) {
            (Some(one), Some(two)) => one.fields == two.fields,
            _ => self.is_empty() && other.is_empty(),
        }
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
