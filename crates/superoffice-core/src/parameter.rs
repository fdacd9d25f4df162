//! Values of path and query parameters as text. A parameter gives none (it is not sent), one, or several texts (a repeated
//! name); a value that has no text, such as not-a-number, is refused before anything is sent.

use serde_json::Value;

use crate::value::{Base64, DateTime, FlagSet, OpenEnum};

/// A value that can stand in a path or a query.
pub trait ToParameter {
    /// Writes the value: nothing, once, or once per item of a list.
    fn to_parameter(&self, out: &mut ParameterValues);
}

/// The texts of one parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParameterValues {
    texts: Vec<String>,
    refusal: Option<&'static str>,
}

impl ParameterValues {
    /// The texts, or why there can be none.
    pub(crate) fn into_texts(self) -> Result<Vec<String>, &'static str> {
        self.refusal.map_or(Ok(self.texts), Err)
    }

    /// Adds a text.
    pub fn push(&mut self, text: impl Into<String>) {
        self.texts.push(text.into());
    }

    /// Says that the value cannot be sent, and why.
    pub fn refuse(&mut self, reason: &'static str) {
        self.refusal = Some(reason);
    }
}

macro_rules! by_display {
    ($($ty:ty),*) => {$(
        impl ToParameter for $ty {
            fn to_parameter(&self, out: &mut ParameterValues) {
                out.push(self.to_string());
            }
        }
    )*};
}

by_display!(bool, i32, i64, u32, str, String);

impl ToParameter for f64 {
    fn to_parameter(&self, out: &mut ParameterValues) {
        if self.is_finite() {
            out.push(self.to_string());
        } else {
            out.refuse("a number must be finite");
        }
    }
}

impl ToParameter for DateTime {
    fn to_parameter(&self, out: &mut ParameterValues) {
        out.push(self.as_str());
    }
}

impl ToParameter for Base64 {
    fn to_parameter(&self, out: &mut ParameterValues) {
        out.push(self.as_str());
    }
}

impl<E: OpenEnum> ToParameter for FlagSet<E> {
    fn to_parameter(&self, out: &mut ParameterValues) {
        match (self.as_str(), self.as_number()) {
            (Some(names), _) => out.push(names),
            (None, Some(number)) => out.push(number.to_string()),
            (None, None) => {}
        }
    }
}

impl ToParameter for Value {
    fn to_parameter(&self, out: &mut ParameterValues) {
        match self {
            Self::Null => {}
            Self::String(text) => out.push(text),
            Self::Array(items) => items.to_parameter(out),
            other => out.push(other.to_string()),
        }
    }
}

impl<T: ToParameter + ?Sized> ToParameter for &T {
    fn to_parameter(&self, out: &mut ParameterValues) {
        (**self).to_parameter(out);
    }
}

impl<T: ToParameter> ToParameter for Option<T> {
    fn to_parameter(&self, out: &mut ParameterValues) {
        if let Some(value) = self {
            value.to_parameter(out);
        }
    }
}

impl<T: ToParameter> ToParameter for [T] {
    fn to_parameter(&self, out: &mut ParameterValues) {
        for item in self {
            item.to_parameter(out);
        }
    }
}

impl<T: ToParameter, const N: usize> ToParameter for [T; N] {
    fn to_parameter(&self, out: &mut ParameterValues) {
        self.as_slice().to_parameter(out);
    }
}

impl<T: ToParameter> ToParameter for Vec<T> {
    fn to_parameter(&self, out: &mut ParameterValues) {
        self.as_slice().to_parameter(out);
    }
}
