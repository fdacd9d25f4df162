//! Entities that were read only in part (`$select`) or in translation (a language). Saving such an entity would empty the other
//! fields, or write the translation over the texts of all languages; so it comes wrapped, and the wrapper cannot be serialised. What is
//! inside remembers it as well ([`Extra`](crate::Extra)), for a clone of it and for results whose type was chosen by the caller.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::archive::Page;
use crate::blob::Blob;
use crate::model::Model;
use crate::model::visit::change_extra;
use crate::value::{Base64, DateTime, Extra, Map};

/// An entity to look at, not to save: partial or translated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View<T>(T);

impl<T> View<T> {
    /// What was read. Fields that were not asked for are `None`.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl<T: Model> View<T> {
    /// The entity as if it were complete and untranslated. Saving it replaces every field: only for entities that are not
    /// saved, or where all that is missing has been filled in.
    #[must_use]
    pub fn assume_complete(mut self) -> T {
        change_extra(&mut self.0, Extra::assume_complete);
        self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for View<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// A result that can be read in part or in translation.
pub trait Viewable {
    /// What it is then: a [`View`] for entities, the same for everything that is never saved.
    type View;
}

impl<T: Viewable> Viewable for Option<T> {
    type View = Option<T::View>;
}

impl<T: Viewable> Viewable for Vec<T> {
    type View = Vec<T::View>;
}

impl<T: Viewable> Viewable for Map<T> {
    type View = Map<T::View>;
}

impl<T: Model> Viewable for T {
    type View = View<T>;
}

impl<T> Viewable for View<T> {
    type View = Self;
}

macro_rules! never_saved {
    ($($ty:ty),*) => {$(
        impl Viewable for $ty {
            type View = Self;
        }
    )*};
}

never_saved!(
    (),
    bool,
    i32,
    i64,
    f64,
    String,
    Value,
    DateTime,
    Base64,
    Blob,
    Page
);
