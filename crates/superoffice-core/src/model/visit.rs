//! The two ways into a model: [`Visit`] sees every field, [`Change`] may change one. Takes what a [`model!`](crate::model!) line list
//! hands over; gives the extra of any model. Refuses nothing. There are two methods for all purposes and not one for each, because the
//! generated crate has some 1,600 models and every method more costs a tenth of its compile time.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::Model;
use crate::value::Extra;

/// What sees the fields of a model, one after the other: the argument of [`Model::visit`].
pub trait Visit<'m> {
    /// The unknown fields and explicit nulls.
    fn extra(&mut self, extra: &'m Extra);

    /// A declared field: its index, its name in JSON, its value.
    fn field<T: Serialize + Debug>(
        &mut self,
        index: usize,
        name: &'static str,
        value: &'m Option<T>,
    );
}

/// What may change one field of a model: the argument of [`Model::change`].
pub trait Change<'m, 'de> {
    /// What comes of it.
    type Output;

    /// Takes the declared field that has the index.
    fn field<T: Deserialize<'de>>(self, slot: &'m mut Option<T>) -> Self::Output;

    /// Takes the unknown fields and explicit nulls, because no declared field has the index.
    fn extra(self, extra: &'m mut Extra) -> Self::Output;
}

/// The extra of a model.
#[inline]
pub(crate) fn extra<T: Model>(model: &T) -> &Extra {
    static NOTHING: Extra = Extra::new();
    let mut seen = Seen(&NOTHING);
    model.visit(&mut seen);
    seen.0
}

/// Changes the extra of a model.
#[inline]
pub(crate) fn change_extra<T: Model>(model: &mut T, change: impl FnOnce(&mut Extra)) {
    model.change(usize::MAX, OfExtra(change));
}

/// The extra that was seen.
struct Seen<'m>(&'m Extra);

impl<'m> Visit<'m> for Seen<'m> {
    #[inline]
    fn extra(&mut self, extra: &'m Extra) {
        self.0 = extra;
    }

    #[inline]
    fn field<T: Serialize + Debug>(&mut self, _: usize, _: &'static str, _: &'m Option<T>) {}
}

/// A change of the extra. No model has so many fields that one of them has the last index of all.
struct OfExtra<F>(F);

impl<'m, F: FnOnce(&mut Extra)> Change<'m, '_> for OfExtra<F> {
    type Output = ();

    #[inline]
    fn field<T>(self, _: &'m mut Option<T>) {}

    #[inline]
    fn extra(self, extra: &'m mut Extra) {
        (self.0)(extra);
    }
}
