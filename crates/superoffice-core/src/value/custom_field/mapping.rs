//! A type of your own for the custom fields of an entity. Takes a struct with a key for each field; gives it read from a map, and
//! writes into a map only what differs from it. Refuses values of another type, values that do not exist, plain text that would be
//! read as an encoded value, and two fields with one key. A map that cannot be written whole is not changed.

use super::{CustomFieldError, CustomFields, EncodedValue, clear};
use crate::value::Map;
use crate::value::base64::Base64;
use crate::value::date_time::{Civil, Date, DateTime, Time};

/// A Rust type that a custom field can have. Implement it for your own, such as an enumeration of list items.
///
/// ```
/// use superoffice_core::Map;
/// use superoffice_core::custom_field::{CustomFieldError, CustomFieldValue, CustomFields};
///
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// enum Rating {
///     Cold,
///     Warm,
/// }
///
/// impl CustomFieldValue for Rating {
///     fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
///         Ok(match fields.integer(key)? {
///             Some(17) => Some(Self::Cold),
///             Some(18) => Some(Self::Warm),
///             None | Some(0) => None,
///             Some(_) => return Err(CustomFieldError::wrong_type(fields, key, "a rating")),
///         })
///     }
///
///     fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
///         fields.set_integer(key, if *self == Self::Cold { 17 } else { 18 });
///         Ok(())
///     }
/// }
/// # let fields = Map::from([("SuperOffice:4", "[I:18]".to_owned())]);
/// # assert_eq!(Rating::read_from(&fields, "SuperOffice:4"), Ok(Some(Rating::Warm)));
/// ```
pub trait CustomFieldValue: Sized + PartialEq {
    /// Reads a field; `None` where it holds nothing.
    ///
    /// # Errors
    /// When the field holds something else.
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError>;

    /// Sets a field.
    ///
    /// # Errors
    /// When the value cannot be written.
    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError>;
}

/// A number with exactly these digits, for amounts. Equal to another where the digits are the same.
///
/// ```
/// use superoffice_core::custom_field::Decimal;
///
/// let price = Decimal::new("12.50");
/// assert_eq!(price.as_str(), "12.50");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal(Box<str>);

impl Decimal {
    /// The number with these digits (`-12.50`). That they are a number is checked when it is written.
    #[must_use]
    pub fn new(digits: impl Into<Box<str>>) -> Self {
        Self(digits.into())
    }

    /// The digits, for a decimal type of your choice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// Reads one field of a mapped type.
///
/// # Errors
/// When the field holds something else.
#[doc(hidden)]
pub fn read_field<T: CustomFieldValue>(
    fields: Option<&Map<String>>,
    key: &str,
) -> Result<Option<T>, CustomFieldError> {
    fields.map_or(Ok(None), |fields| T::read_from(fields, key))
}

/// Writes one field of a mapped type, if it differs from what is there. `None` clears what is there.
///
/// # Errors
/// When the value cannot be written.
#[doc(hidden)]
pub fn write_field<T: CustomFieldValue>(
    fields: &mut Map<String>,
    key: &str,
    value: Option<&T>,
) -> Result<(), CustomFieldError> {
    // What cannot be read as this type is something else, and is replaced.
    let is_there = T::read_from(fields, key).is_ok_and(|there| there.as_ref() == value);
    match value {
        _ if is_there => {}
        Some(value) => value.write_to(fields, key)?,
        None => clear(fields, key),
    }
    Ok(())
}

/// Refuses, when the program is compiled, two fields with one key.
#[doc(hidden)]
pub const fn assert_distinct(keys: &[&str]) {
    let mut first = 0;
    while first < keys.len() {
        let mut second = first + 1;
        while second < keys.len() {
            assert!(
                !same_field(keys[first], keys[second]),
                "two fields have the same key"
            );
            second += 1;
        }
        first += 1;
    }
}

/// Whether two keys are the same text.
const fn same_field(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Makes a struct of your own from the custom fields of an entity: for each field a name, a type and a key.
///
/// The struct has an `Option` for each field and derives `Debug`, `Clone`, `Default` and `PartialEq`. Its methods:
///
/// - `read(fields)` takes a map, or an `Option` of one as entities have it, `CustomFields` as well as `UserDefinedFields`. A field
///   is `None` where its key is not there, is `null`, is empty text, or is the date that stands for "no date".
/// - `write(&self, fields)` makes the map say what the struct says. A field that says the same already keeps its text, byte for
///   byte; so does every key that the struct does not have. `None` clears a field: its text becomes empty, so that the service is
///   told, and the display texts go. A key that is not there is not added for `None`.
/// - `write_some(&self, fields)` does the same, but `None` leaves what is there: for a struct that was not read from this map.
///
/// Types: `i32`, `i64`, `f64`, [`Decimal`](crate::custom_field::Decimal), `bool`, `String`,
/// [`DateTime`](crate::DateTime), [`Civil`](crate::date_time::Civil), [`Date`](crate::date_time::Date),
/// [`Time`](crate::date_time::Time), [`Base64`](crate::Base64), and your own that are
/// [`CustomFieldValue`](crate::custom_field::CustomFieldValue)s. Two fields with one key are an error of compilation.
///
/// ```
/// use superoffice_core::{DateTime, Map, custom_fields};
///
/// custom_fields! {
///     /// What we keep about a company.
///     pub struct CompanyFields {
///         /// How good a customer it is.
///         pub score: i32 = "SuperOffice:1",
///         /// Since when.
///         pub since: DateTime = "x_since",
///     }
/// }
///
/// let mut map: Map<String> = serde_json::from_str(
///     r#"{"SuperOffice:1":"[I:7]","x_since":"[DT:02/29/2024 08:30]","SuperOffice:2":"other"}"#,
/// )?;
/// let mut fields = CompanyFields::read(&map)?;
/// assert_eq!(fields.score, Some(7));
/// fields.score = Some(8);
/// fields.write(&mut map)?;
/// assert_eq!(map.get("SuperOffice:1").map(String::as_str), Some("[I:8]"));
/// assert_eq!(map.get("x_since").map(String::as_str), Some("[DT:02/29/2024 08:30]"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail
/// superoffice_core::custom_fields! {
///     struct Twice {
///         first: i32 = "SuperOffice:1",
///         second: i32 = "SuperOffice:1",
///     }
/// }
/// ```
#[macro_export]
macro_rules! custom_fields {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $ty:ty = $key:literal),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: ::core::option::Option<$ty>,)*
        }

        const _: () = $crate::custom_field::assert_distinct(&[$($key),*]);

        #[allow(dead_code)]
        impl $name {
            /// The keys of the fields, in their order.
            $vis const KEYS: &'static [&'static str] = &[$($key),*];

            /// Reads the fields from a map, or from an `Option` of one.
            ///
            /// # Errors
            /// When a field holds a value of another type.
            $vis fn read<'map>(
                fields: impl ::core::convert::Into<::core::option::Option<&'map $crate::Map<::std::string::String>>>,
            ) -> ::core::result::Result<Self, $crate::custom_field::CustomFieldError> {
                let fields = fields.into();
                ::core::result::Result::Ok(Self {
                    $($field: $crate::custom_field::read_field(fields, $key)?,)*
                })
            }

            /// Makes a map say what this says: fields that differ are set, and those that are `None` cleared.
            ///
            /// # Errors
            /// When a value cannot be written; nothing is changed then.
            $vis fn write(
                &self,
                fields: &mut $crate::Map<::std::string::String>,
            ) -> ::core::result::Result<(), $crate::custom_field::CustomFieldError> {
                let mut changed = fields.clone();
                $($crate::custom_field::write_field(&mut changed, $key, self.$field.as_ref())?;)*
                *fields = changed;
                ::core::result::Result::Ok(())
            }

            /// Sets the fields that are `Some` and differ in a map; those that are `None` stay as they are there.
            ///
            /// # Errors
            /// When a value cannot be written; nothing is changed then.
            $vis fn write_some(
                &self,
                fields: &mut $crate::Map<::std::string::String>,
            ) -> ::core::result::Result<(), $crate::custom_field::CustomFieldError> {
                let mut changed = fields.clone();
                $(if self.$field.is_some() {
                    $crate::custom_field::write_field(&mut changed, $key, self.$field.as_ref())?;
                })*
                *fields = changed;
                ::core::result::Result::Ok(())
            }
        }
    };
}

impl CustomFieldValue for i64 {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        fields.integer(key)
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_integer(key, *self);
        Ok(())
    }
}

impl CustomFieldValue for i32 {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        let narrow = |number| {
            Self::try_from(number)
                .map_err(|_| CustomFieldError::wrong_type(fields, key, "an integer of 32 bits"))
        };
        fields.integer(key)?.map(narrow).transpose()
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        i64::from(*self).write_to(fields, key)
    }
}

impl CustomFieldValue for f64 {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        fields.float(key)
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_float(key, *self)
    }
}

impl CustomFieldValue for Decimal {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        Ok(fields.decimal(key)?.map(Self::new))
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_decimal(key, self.as_str())
    }
}

impl CustomFieldValue for bool {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        fields.boolean(key)
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_boolean(key, *self);
        Ok(())
    }
}

impl CustomFieldValue for String {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        Ok(fields.text(key)?.map(str::to_owned))
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        if !matches!(EncodedValue::parse(self), EncodedValue::Text(_)) {
            return Err(CustomFieldError::NotWritable {
                key: key.to_owned(),
                reason: "the text would be read as an encoded value",
            });
        }
        fields.set_text(key, self);
        Ok(())
    }
}

impl CustomFieldValue for Date {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        Ok(fields
            .date(key)?
            .filter(|date| *date != Civil::UNSET.date()))
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_date(key, *self)
    }
}

impl CustomFieldValue for Time {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        fields.time(key)
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_time(key, *self)
    }
}

impl CustomFieldValue for Civil {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        Ok(fields.date_time(key)?.filter(|at| *at != Self::UNSET))
    }

    /// A field that holds a date alone stays one as long as the time is midnight.
    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        let is_date = matches!(fields.value(key), Some(EncodedValue::Date(_)));
        if is_date && self.time() == Time::MIDNIGHT {
            return fields.set_date(key, self.date());
        }
        fields.set_date_time(key, *self)
    }
}

/// Without an offset, because the encoding has none. A text that is a date alone is written as one.
impl CustomFieldValue for DateTime {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        let Some(at) = Civil::read_from(fields, key)? else {
            return Ok(None);
        };
        let date = match fields.value(key) {
            Some(EncodedValue::Date(date)) => Self::from_date(date),
            _ => Self::from_civil(at),
        };
        date.map(Some)
            .map_err(|_| CustomFieldError::wrong_type(fields, key, "a date and time"))
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        let refused = |reason| CustomFieldError::NotWritable {
            key: key.to_owned(),
            reason,
        };
        let at = self
            .civil()
            .map_err(|_| refused("the text is no date, or none that exists"))?;
        if self.offset().is_ok_and(|offset| offset.is_some()) {
            return Err(refused("custom fields hold no offset from UTC"));
        }
        // The same moment in another spelling.
        if Civil::read_from(fields, key).is_ok_and(|there| there == Some(at)) {
            return Ok(());
        }
        let is_empty = fields.get(key).is_none_or(String::is_empty);
        if is_empty && !self.as_str().contains(':') {
            return fields.set_date(key, at.date());
        }
        at.write_to(fields, key)
    }
}

impl CustomFieldValue for Base64 {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        Ok(fields.bytes(key)?.map(Self::from))
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        let bytes = self.decode().map_err(|_| CustomFieldError::NotWritable {
            key: key.to_owned(),
            reason: "the text is not base64",
        })?;
        fields.set_bytes(key, &bytes);
        Ok(())
    }
}
