//! Where a model's fields go when it is encoded. Takes declared fields one by one; gives a map entry for each that has a value or came
//! as `null`; leaves out the rest.

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::value::Extra;

/// Receives the declared fields of a model: the argument of [`Model::write`](crate::Model::write).
pub struct Writer<'a, S> {
    map: &'a mut S,
    extra: &'a Extra,
}

impl<'a, S: SerializeMap> Writer<'a, S> {
    pub(super) fn new(map: &'a mut S, extra: &'a Extra) -> Self {
        Self { map, extra }
    }

    /// Writes one declared field: its value, `null` when it came as `null` and has no value since, or nothing.
    ///
    /// # Errors
    /// When the format fails.
    #[inline]
    pub fn field<T: Serialize>(
        &mut self,
        index: usize,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<(), S::Error> {
        match value {
            Some(value) => self.map.serialize_entry(name, value),
            None if self.extra.is_null(index) => self.map.serialize_entry(name, &()),
            None => Ok(()),
        }
    }
}
