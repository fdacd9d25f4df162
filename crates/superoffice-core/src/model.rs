//! How a model meets JSON. Takes a struct of optional fields described by one [`model!`](crate::model!) line list and any serde format;
//! gives decoding and encoding that keep unknown fields and explicit nulls; refuses a field of the wrong type and a known field that
//! comes twice. It stands where serde's derives would stand and costs a fraction of their compile time, because nothing here is
//! compiled for a model before somebody decodes or encodes that model.
//!
//! Rules, the same for every model:
//! - A field that is absent is `None` and stays absent when the model is sent back; one that arrives as `null` is `None` and is sent
//!   back as `null`; one that is set is sent.
//! - A field nobody declared is kept in [`Extra`] with its value and sent back after the declared ones.
//! - Names are compared exactly, case included.
//! - A known field that comes twice is an error, as it is with serde's derive; of an unknown field that comes twice the last value counts,
//!   as it does with [`serde_json::Value`].
//! - An array where an object is expected is an error.
//! - A `null` in an array of models is an empty model, which is sent back as `null` as long as nothing is set in it. A `null` in an array
//!   of texts, numbers or constants is an error with its place: no page shows one, and no value could stand for it and come back.

mod declare;
pub(crate) mod fields;
mod lookup;
mod narrow;
pub(crate) mod origin;
mod print;
pub(crate) mod visit;
mod writer;

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value;

use self::fields::FieldSet;
use self::lookup::{Key, KeyOf};
pub use self::print::debug;
use self::visit::change_extra;
pub use self::visit::{Change, Visit};
use self::writer::Writer;

use crate::value::Extra;

/// A JSON object of the API: a struct whose fields are all `Option`, plus an [`Extra`] for what the struct does not declare.
///
/// Implemented by [`model!`](crate::model!), together with serde's `Deserialize` and `Serialize`, and with [`Debug`](fmt::Debug), which shows
/// the fields that are there under their names in JSON.
pub trait Model: Default {
    /// The names of the fields in JSON, in the order of the API's own declaration.
    const FIELDS: &'static [&'static str];

    /// Shows `visit` the extra and then every declared field, in order.
    fn visit<'m, V: Visit<'m>>(&'m self, visit: &mut V);

    /// Hands the field with this index of [`FIELDS`](Self::FIELDS) to `change`, or the extra if no field has it.
    fn change<'m, 'de, C: Change<'m, 'de>>(&'m mut self, field: usize, change: C) -> C::Output;

    /// Unknown fields and explicit nulls.
    fn extra(&self) -> &Extra {
        visit::extra(self)
    }

    /// Whether the declared field with this JSON name is sent as `null` while it has no value: because it came so, or by
    /// [`set_null`](Self::set_null).
    fn is_null(&self, name: &str) -> bool {
        index_of::<Self>(name).is_some_and(|field| self.extra().is_null(field))
    }

    /// Says whether the declared field with this JSON name is sent as `null` while it has no value; otherwise it is not sent.
    /// Returns false when no field has that name. A value that the field has is not touched: set it to `None` as well.
    fn set_null(&mut self, name: &str, null: bool) -> bool {
        let Some(field) = index_of::<Self>(name) else {
            return false;
        };
        if null {
            change_extra(self, |extra| extra.mark_null(field));
        } else {
            change_extra(self, |extra| extra.unmark_null(field));
        }
        true
    }
}

/// Decodes a model: the body of every `Deserialize` that [`model!`](crate::model!) writes.
///
/// # Errors
/// When the input is neither an object nor `null`, a field has another type than declared, or a declared field comes twice.
#[inline]
pub fn decode<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut model = T::default();
    let marks = origin::enter();
    // Not `deserialize_struct`, which hides the unknown fields inside `#[serde(flatten)]`, nor `deserialize_map`, which knows no `null`.
    let read = deserializer.deserialize_any(Fill(&mut model));
    origin::leave(marks);
    let marks = if read? { marks } else { marks | origin::NULL };
    if marks != 0 {
        change_extra(&mut model, |extra| extra.mark(marks));
    }
    Ok(model)
}

/// Encodes a model: the body of every `Serialize` that [`model!`](crate::model!) writes.
///
/// # Errors
/// When the format fails.
#[inline]
pub fn encode<T: Model, S: Serializer>(model: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let extra = model.extra();
    if extra.marks() != 0 {
        origin::note(extra.marks());
        if extra.marks() & origin::NULL != 0 && is_untouched(model) {
            return serializer.serialize_unit();
        }
    }
    let mut map = serializer.serialize_map(None)?;
    let mut out = Writer::new(&mut map, extra);
    model.visit(&mut out);
    out.finish()?;
    for (name, value) in extra.iter() {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// Whether nothing of a model would be written. It is written to find out, as JSON, for which every model that is sent is compiled anyway.
#[cold]
fn is_untouched<T: Model>(model: &T) -> bool {
    let extra = model.extra();
    let mut json = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut json);
    let written = serializer.serialize_map(None).and_then(|mut map| {
        let mut out = Writer::new(&mut map, extra);
        model.visit(&mut out);
        out.finish()?;
        map.end()
    });
    written.is_ok() && extra.is_empty() && json == b"{}"
}

/// Takes the next value of a map into a field, and tells whether it was `null`; passes over it if there is no field.
struct Read<'a, A>(&'a mut A);

impl<'m, 'de, A: MapAccess<'de>> Change<'m, 'de> for Read<'_, A> {
    type Output = Result<bool, A::Error>;

    #[inline]
    fn field<T: Deserialize<'de>>(self, slot: &'m mut Option<T>) -> Self::Output {
        self.0.next_value_seed(FillSlot(slot))
    }

    fn extra(self, _: &'m mut Extra) -> Self::Output {
        self.0.next_value::<IgnoredAny>().map(|_| false)
    }
}

/// Name of a model, for messages.
fn name_of<T: Model>() -> &'static str {
    let path = std::any::type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}

fn index_of<T: Model>(name: &str) -> Option<usize> {
    T::FIELDS.iter().position(|field| *field == name)
}

/// Fills a model where it stands, and tells whether it was an object and not `null`. A model is large, and the stack of a format that handed it up through its frames would not bear 127 of
/// them one inside the other.
struct Fill<'m, T>(&'m mut T);

impl<'de, T: Model> Visitor<'de> for Fill<'_, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", name_of::<T>())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let model = self.0;
        let mut seen = FieldSet::default();
        let mut next = 0;
        while let Some(key) = map.next_key_seed(KeyOf {
            fields: T::FIELDS,
            next,
        })? {
            match key {
                Key::Known(field) => {
                    if !seen.insert(field) {
                        return Err(duplicate::<T, A::Error>(field));
                    }
                    if model.change(field, Read(&mut map))? {
                        change_extra(model, |extra| extra.mark_null(field));
                    }
                    next = field + 1;
                }
                Key::Unknown(name) => {
                    let value: Value = map.next_value()?;
                    change_extra(model, |extra| {
                        extra.insert(name, value);
                    });
                }
            }
        }
        Ok(true)
    }
}

/// Fills a field where it stands, and tells whether it was `null`.
struct FillSlot<'m, T>(&'m mut Option<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for FillSlot<'_, T> {
    type Value = bool;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for FillSlot<'_, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    #[inline]
    fn visit_none<E: serde::de::Error>(self) -> Result<bool, E> {
        *self.0 = None;
        Ok(true)
    }

    #[inline]
    fn visit_unit<E: serde::de::Error>(self) -> Result<bool, E> {
        self.visit_none()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        *self.0 = Some(T::deserialize(deserializer)?);
        Ok(false)
    }
}

#[cold]
fn duplicate<T: Model, E: serde::de::Error>(field: usize) -> E {
    E::duplicate_field(T::FIELDS.get(field).copied().unwrap_or_default())
}
