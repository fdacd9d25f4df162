//! Custom fields: the maps `CustomFields`, `UserDefinedFields` and `ExtraFields` of an entity, whose values are texts with an encoded
//! type. Takes a key and gives the value as a Rust type, or sets it; what is not set keeps its text byte for byte. All fields of an entity
//! at once, as a type of your own: [`custom_fields!`](crate::custom_fields!). Refuses to read one type as another, and to write numbers
//! and dates that do not exist.

mod encoded;
mod mapping;

pub use self::encoded::EncodedValue;
pub use self::mapping::{CustomFieldValue, Decimal};
#[doc(hidden)]
pub use self::mapping::{assert_distinct, read_field, write_field};
use super::base64::Base64;
use super::date_time::{Civil, Date, Time};
use super::map::Map;

/// Why a custom field cannot be read or written as asked. Names the key, never the value, which may be about a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CustomFieldError {
    /// The field holds a value of another type.
    #[error("custom field `{key}` holds {found}, not {expected}; `get` gives the text as it is")]
    WrongType {
        /// The key.
        key: String,
        /// What was asked for.
        expected: &'static str,
        /// What the field holds.
        found: &'static str,
    },
    /// The value cannot be written.
    #[error("custom field `{key}` cannot be set: {reason}")]
    NotWritable {
        /// The key.
        key: String,
        /// What is wrong with the value.
        reason: &'static str,
    },
}

impl CustomFieldError {
    /// That a field holds a value of another type: for a [`CustomFieldValue`] of your own.
    #[must_use]
    pub fn wrong_type(fields: &Map<String>, key: &str, expected: &'static str) -> Self {
        let text = fields.get(key).map_or("", String::as_str);
        Self::WrongType {
            key: key.to_owned(),
            expected,
            found: EncodedValue::parse(text).kind(),
        }
    }
}

/// Typed access to a map of custom fields.
///
/// Setting another value takes out what the server has sent beside the old one, `KEY:DisplayText` and `KEY:DisplayTooltip`: it would not
/// be true any more.
///
/// It is implemented for such a map and for nothing else.
///
/// Keys are the field's own name or `SuperOffice:1` for user-defined fields, and `x_name` for extra fields. Reading gives `None` for a
/// field that is not there, is `null`, or is empty text.
///
/// ```
/// use superoffice_core::Map;
/// use superoffice_core::custom_field::CustomFields;
///
/// let mut fields: Map<String> = serde_json::from_str(
///     r#"{"SuperOffice:1":"[I:7]","SuperOffice:1:DisplayText":"Seven","SuperOffice:2":"False"}"#,
/// )?;
/// assert_eq!(fields.integer("SuperOffice:1")?, Some(7));
/// assert_eq!(fields.display_text("SuperOffice:1"), Some("Seven"));
/// fields.set_boolean("SuperOffice:2", true);
/// fields.set_decimal("x_amount", "12.50")?;
/// assert_eq!(fields.get("SuperOffice:2").map(String::as_str), Some("True"));
/// assert_eq!(fields.get("x_amount").map(String::as_str), Some("[M:12.50]"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait CustomFields: sealed::CustomFields {
    /// The value of a field, whatever its type; `None` when it is not there or `null`.
    fn value(&self, key: &str) -> Option<EncodedValue<'_>>;

    /// A whole number, also where it came as plain digits.
    ///
    /// # Errors
    /// When the field holds something else.
    fn integer(&self, key: &str) -> Result<Option<i64>, CustomFieldError>;

    /// A number of any of the three kinds, also where it came as plain digits.
    ///
    /// # Errors
    /// When the field holds something else.
    fn float(&self, key: &str) -> Result<Option<f64>, CustomFieldError>;

    /// A number of any of the three kinds with exactly the digits that came, for a decimal type of your choice.
    ///
    /// # Errors
    /// When the field holds something else.
    fn decimal(&self, key: &str) -> Result<Option<&str>, CustomFieldError>;

    /// A check box: `[I:0]` and any other `[I:…]`, or `True` and `False` in any case.
    ///
    /// # Errors
    /// When the field holds something else.
    fn boolean(&self, key: &str) -> Result<Option<bool>, CustomFieldError>;

    /// A calendar day, also that of a date and time.
    ///
    /// # Errors
    /// When the field holds something else.
    fn date(&self, key: &str) -> Result<Option<Date>, CustomFieldError>;

    /// A date and time; midnight where only a date came.
    ///
    /// # Errors
    /// When the field holds something else.
    fn date_time(&self, key: &str) -> Result<Option<Civil>, CustomFieldError>;

    /// A time of day.
    ///
    /// # Errors
    /// When the field holds something else.
    fn time(&self, key: &str) -> Result<Option<Time>, CustomFieldError>;

    /// A length of time, in seconds.
    ///
    /// # Errors
    /// When the field holds something else.
    fn seconds(&self, key: &str) -> Result<Option<i64>, CustomFieldError>;

    /// Bytes.
    ///
    /// # Errors
    /// When the field holds something else, or its base64 is damaged.
    fn bytes(&self, key: &str) -> Result<Option<Vec<u8>>, CustomFieldError>;

    /// Plain text.
    ///
    /// # Errors
    /// When the field holds an encoded value.
    fn text(&self, key: &str) -> Result<Option<&str>, CustomFieldError>;

    /// The text that a user sees for the value, which the server sends beside it: `KEY:DisplayText`.
    fn display_text(&self, key: &str) -> Option<&str>;

    /// The longer text that a user sees on hovering: `KEY:DisplayTooltip`.
    fn display_tooltip(&self, key: &str) -> Option<&str>;

    /// Sets a whole number, or the number of a list item.
    fn set_integer(&mut self, key: &str, value: i64);

    /// Sets a floating point number.
    ///
    /// # Errors
    /// When it is infinite or not a number.
    fn set_float(&mut self, key: &str, value: f64) -> Result<(), CustomFieldError>;

    /// Sets an amount from decimal text such as `-12.50`.
    ///
    /// # Errors
    /// When the text is not a decimal number.
    fn set_decimal(&mut self, key: &str, value: &str) -> Result<(), CustomFieldError>;

    /// Sets a check box, in the spelling the field has: `True` and `False` where it came so, `[I:1]` and `[I:0]` otherwise.
    fn set_boolean(&mut self, key: &str, value: bool);

    /// Sets a calendar day.
    ///
    /// # Errors
    /// When there is no such day.
    fn set_date(&mut self, key: &str, value: Date) -> Result<(), CustomFieldError>;

    /// Sets a date and time.
    ///
    /// # Errors
    /// When there is no such day or time.
    fn set_date_time(&mut self, key: &str, value: Civil) -> Result<(), CustomFieldError>;

    /// Sets a time of day.
    ///
    /// # Errors
    /// When there is no such time.
    fn set_time(&mut self, key: &str, value: Time) -> Result<(), CustomFieldError>;

    /// Sets a length of time, in seconds.
    fn set_seconds(&mut self, key: &str, value: i64);

    /// Sets bytes.
    fn set_bytes(&mut self, key: &str, value: &[u8]);

    /// Sets plain text, as it is. Text that looks like an encoded value will be read as one.
    fn set_text(&mut self, key: &str, value: &str);
}

/// Only maps of custom fields have them, so that a kind of field more breaks nobody.
mod sealed {
    /// Keeps other types out.
    pub trait CustomFields {}

    impl CustomFields for super::Map<String> {}
}

impl CustomFields for Map<String> {
    fn value(&self, key: &str) -> Option<EncodedValue<'_>> {
        self.get(key).map(|text| EncodedValue::parse(text))
    }

    fn integer(&self, key: &str) -> Result<Option<i64>, CustomFieldError> {
        read(self, key, "an integer", |value, text| match value {
            EncodedValue::Integer(number) => Some(number),
            EncodedValue::Text(_) => text.parse().ok(),
            _ => None,
        })
    }

    fn float(&self, key: &str) -> Result<Option<f64>, CustomFieldError> {
        read(self, key, "a number", |value, text| {
            encoded::float(digits(&value, text)?)
        })
    }

    fn decimal(&self, key: &str) -> Result<Option<&str>, CustomFieldError> {
        read(self, key, "a number", |value, text| {
            digits(&value, text).filter(|digits| encoded::float(digits).is_some())
        })
    }

    fn boolean(&self, key: &str) -> Result<Option<bool>, CustomFieldError> {
        read(self, key, "a check box", |value, text| match value {
            EncodedValue::Integer(number) => Some(number != 0),
            _ => word(text),
        })
    }

    fn date(&self, key: &str) -> Result<Option<Date>, CustomFieldError> {
        read(self, key, "a date", |value, _| match value {
            EncodedValue::Date(date) => Some(date),
            EncodedValue::DateTime(at) => Some(at.date()),
            _ => None,
        })
    }

    fn date_time(&self, key: &str) -> Result<Option<Civil>, CustomFieldError> {
        read(self, key, "a date and time", |value, _| match value {
            EncodedValue::Date(date) => Some(Civil::at(date, Time::MIDNIGHT)),
            EncodedValue::DateTime(at) => Some(at),
            _ => None,
        })
    }

    fn time(&self, key: &str) -> Result<Option<Time>, CustomFieldError> {
        read(self, key, "a time", |value, _| match value {
            EncodedValue::Time(time) => Some(time),
            _ => None,
        })
    }

    fn seconds(&self, key: &str) -> Result<Option<i64>, CustomFieldError> {
        read(self, key, "a length of time", |value, _| match value {
            EncodedValue::Seconds(seconds) => Some(seconds),
            _ => None,
        })
    }

    fn bytes(&self, key: &str) -> Result<Option<Vec<u8>>, CustomFieldError> {
        read(self, key, "bytes", |value, _| match value {
            EncodedValue::Bytes(base64) => Base64::new(&*base64).decode().ok(),
            _ => None,
        })
    }

    fn text(&self, key: &str) -> Result<Option<&str>, CustomFieldError> {
        read(self, key, "plain text", |value, text| {
            matches!(value, EncodedValue::Text(_)).then_some(text)
        })
    }

    fn display_text(&self, key: &str) -> Option<&str> {
        self.get(&format!("{key}:{DISPLAY_TEXT}"))
            .map(String::as_str)
    }

    fn display_tooltip(&self, key: &str) -> Option<&str> {
        self.get(&format!("{key}:{DISPLAY_TOOLTIP}"))
            .map(String::as_str)
    }

    fn set_integer(&mut self, key: &str, value: i64) {
        write(self, key, &EncodedValue::Integer(value));
    }

    fn set_float(&mut self, key: &str, value: f64) -> Result<(), CustomFieldError> {
        writable(key, value.is_finite(), "the number is not finite")?;
        write(self, key, &EncodedValue::Float(value));
        Ok(())
    }

    fn set_decimal(&mut self, key: &str, value: &str) -> Result<(), CustomFieldError> {
        writable(
            key,
            encoded::float(value).is_some(),
            "the text is not a decimal number",
        )?;
        write(self, key, &EncodedValue::Money(value.into()));
        Ok(())
    }

    fn set_boolean(&mut self, key: &str, value: bool) {
        match self.get(key).and_then(|text| word(text)) {
            Some(_) => self.set_text(key, if value { "True" } else { "False" }),
            None => self.set_integer(key, i64::from(value)),
        }
    }

    fn set_date(&mut self, key: &str, value: Date) -> Result<(), CustomFieldError> {
        writable(key, value.exists(), "there is no such day")?;
        write(self, key, &EncodedValue::Date(value));
        Ok(())
    }

    fn set_date_time(&mut self, key: &str, value: Civil) -> Result<(), CustomFieldError> {
        writable(key, value.exists(), "there is no such day or time")?;
        write(self, key, &EncodedValue::DateTime(value));
        Ok(())
    }

    fn set_time(&mut self, key: &str, value: Time) -> Result<(), CustomFieldError> {
        writable(key, value.exists(), "there is no such time")?;
        write(self, key, &EncodedValue::Time(value));
        Ok(())
    }

    fn set_seconds(&mut self, key: &str, value: i64) {
        write(self, key, &EncodedValue::Seconds(value));
    }

    fn set_bytes(&mut self, key: &str, value: &[u8]) {
        write(
            self,
            key,
            &EncodedValue::Bytes(Base64::from_bytes(value).as_str().into()),
        );
    }

    fn set_text(&mut self, key: &str, value: &str) {
        set(self, key, value.to_owned());
    }
}

/// What the server sends beside a value about it.
const DISPLAY_TEXT: &str = "DisplayText";
const DISPLAY_TOOLTIP: &str = "DisplayTooltip";

/// Empties a field that holds something. The key stays, so that the service is told.
fn clear(fields: &mut Map<String>, key: &str) {
    if fields.get(key).is_some_and(|text| !text.is_empty()) {
        set(fields, key, String::new());
    }
}

/// Sets the text of a field. If that changes it, what the server has said about the old value is taken out.
fn set(fields: &mut Map<String>, key: &str, text: String) {
    if fields.get(key) == Some(&text) {
        return;
    }
    for companion in [DISPLAY_TEXT, DISPLAY_TOOLTIP] {
        fields.remove(&format!("{key}:{companion}"));
    }
    fields.insert(key, text);
}

/// Reads a field that has a text; `select` picks the value out of it, or says by `None` that the type is another.
fn read<'a, T>(
    fields: &'a Map<String>,
    key: &str,
    expected: &'static str,
    select: impl FnOnce(EncodedValue<'a>, &'a str) -> Option<T>,
) -> Result<Option<T>, CustomFieldError> {
    let Some(text) = fields.get(key).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match select(EncodedValue::parse(text), text) {
        Some(value) => Ok(Some(value)),
        None => Err(CustomFieldError::wrong_type(fields, key, expected)),
    }
}

/// The digits of a number, in brackets or not.
fn digits<'a>(value: &EncodedValue<'a>, text: &'a str) -> Option<&'a str> {
    match value {
        EncodedValue::Integer(_) | EncodedValue::Float(_) | EncodedValue::Money(_) => {
            text.get(3..text.len() - 1)
        }
        EncodedValue::Text(_) => Some(text),
        _ => None,
    }
}

fn word(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn writable(key: &str, condition: bool, reason: &'static str) -> Result<(), CustomFieldError> {
    if condition {
        return Ok(());
    }
    Err(CustomFieldError::NotWritable {
        key: key.to_owned(),
        reason,
    })
}

fn write(fields: &mut Map<String>, key: &str, value: &EncodedValue<'_>) {
    set(fields, key, value.to_string());
}
