//! The key of a row, which comes as a number or as text. Gives it as a number, for the next call and for whoever keeps it. Refuses what is no
//! whole number.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use super::filter::column::Literal;
use crate::parameter::{ParameterValues, ToParameter};

/// `PrimaryKey` of a row, which comes as a number or as text, and is written as a number.
///
/// It goes into paths, queries and filters as it is, and into a file as text or JSON, for a program that
/// [goes on later](crate::archive#long-lists).
///
/// ```
/// use superoffice_core::archive::PrimaryKey;
///
/// let key: PrimaryKey = serde_json::from_str(r#""25""#)?;
/// assert_eq!(key, PrimaryKey(25));
/// assert_eq!(key.to_string().parse(), Ok(key));
/// assert_eq!(serde_json::to_string(&key)?, "25");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrimaryKey(pub i64);

impl fmt::Display for PrimaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for PrimaryKey {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.trim().parse().map(Self)
    }
}

impl From<i64> for PrimaryKey {
    fn from(key: i64) -> Self {
        Self(key)
    }
}

impl From<PrimaryKey> for i64 {
    fn from(key: PrimaryKey) -> Self {
        key.0
    }
}

impl From<PrimaryKey> for Literal {
    fn from(key: PrimaryKey) -> Self {
        key.0.into()
    }
}

impl ToParameter for PrimaryKey {
    fn to_parameter(&self, out: &mut ParameterValues) {
        self.0.to_parameter(out);
    }
}

impl Serialize for PrimaryKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for PrimaryKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrText)
    }
}

struct NumberOrText;

impl Visitor<'_> for NumberOrText {
    type Value = PrimaryKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or one as text")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<PrimaryKey, E> {
        Ok(PrimaryKey(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<PrimaryKey, E> {
        let unexpected = || E::invalid_value(serde::de::Unexpected::Unsigned(number), &self);
        number.try_into().map(PrimaryKey).map_err(|_| unexpected())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PrimaryKey, E> {
        let unexpected = |_| E::invalid_value(serde::de::Unexpected::Str(text), &self);
        text.parse().map_err(unexpected)
    }
}
