//! Where a model's fields go when it is encoded. Takes declared fields one by one; gives a map entry for each that has a value or came
//! as `null`; leaves out the rest.

use std::fmt::Debug;

use serde::Serialize;
use serde::ser::SerializeMap;

use super::Visit;
use crate::value::Extra;

/// Writes the fields of the model that it visits.
///
/// The first failure is kept until the end, so that a model's list of fields needs no `?` per line: with some eight thousand fields in the
/// generated crate, that halves what the compiler does for them. The fields after it are written as if nothing had happened, since nobody
/// reads an output that failed, and to ask before each field costs all models 3 % of the time.
pub(super) struct Writer<'a, S: SerializeMap> {
    map: &'a mut S,
    extra: &'a Extra,
    failure: Option<S::Error>,
}

impl<'a, S: SerializeMap> Writer<'a, S> {
    pub(super) fn new(map: &'a mut S, extra: &'a Extra) -> Self {
        Self {
            map,
            extra,
            failure: None,
        }
    }

    /// What failed first, if anything did.
    pub(super) fn finish(self) -> Result<(), S::Error> {
        self.failure.map_or(Ok(()), Err)
    }

    fn entry<T: Serialize>(&mut self, name: &'static str, value: &T) {
        if let Err(failure) = self.map.serialize_entry(name, value) {
            self.failure.get_or_insert(failure);
        }
    }
}

impl<'m, S: SerializeMap> Visit<'m> for Writer<'_, S> {
    /// Comes after the declared fields: [`encode`](super::encode) writes it.
    #[inline]
    fn extra(&mut self, _: &'m Extra) {}

    /// The value, `null` when the field came as `null` and has no value since, or nothing.
    #[inline]
    fn field<T: Serialize + Debug>(
        &mut self,
        index: usize,
        name: &'static str,
        value: &'m Option<T>,
    ) {
        match value {
            Some(value) => self.entry(name, value),
            None if self.extra.is_null(index) => self.entry(name, &()),
            None => {}
        }
    }
}
