//! How a model is printed for people. Takes any model; gives its name, the declared fields that have a value or came as `null`, under
//! their names in JSON, and the unknown ones as `extra`; leaves out the rest, which is most of a large entity. Refuses nothing.
//!
//! The names of unknown fields are quoted and escaped, as text of the server must be that ends up in a log.

use std::fmt::{self, Debug, DebugStruct, Formatter};

use serde::Serialize;

use super::visit::Visit;
use super::{Model, name_of};
use crate::value::Extra;

/// Prints a model: the body of every `Debug` that [`model!`](crate::model!) writes.
///
/// # Errors
/// When the formatter fails.
pub fn debug<T: Model>(model: &T, f: &mut Formatter<'_>) -> fmt::Result {
    let extra = model.extra();
    let mut shown = Shown {
        fields: f.debug_struct(name_of::<T>()),
        extra,
    };
    model.visit(&mut shown);
    if !extra.is_empty() {
        shown.fields.field("extra", extra);
    }
    shown.fields.finish()
}

/// Prints the fields of the model that it visits.
struct Shown<'a, 'f, 'w> {
    fields: DebugStruct<'f, 'w>,
    extra: &'a Extra,
}

impl<'m> Visit<'m> for Shown<'_, '_, '_> {
    /// Comes after the declared fields: [`debug`] prints it.
    fn extra(&mut self, _: &'m Extra) {}

    fn field<T: Serialize + Debug>(
        &mut self,
        index: usize,
        name: &'static str,
        value: &'m Option<T>,
    ) {
        match value {
            Some(value) => {
                self.fields.field(name, value);
            }
            None if self.extra.is_null(index) => {
                self.fields.field(name, &format_args!("null"));
            }
            None => {}
        }
    }
}
