//! Sets of flags. Takes text such as `Select, Update`, or a number; gives membership by name, and sends back the text or number as it
//! came unless the set was changed. Refuses to change a set that came as a number, since the documentation does not number the flags.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Number;

use super::open_enum::{FromNameOrNumber, NameOrNumber, OpenEnum, Unrecognized};

/// A set of flags of an open enumeration, in the order and spelling it came.
///
/// ```
/// use superoffice_core::{FlagSet, open_enum};
///
/// open_enum! { pub enum Right { Select "Select", Update "Update" } }
///
/// let mut rights: FlagSet<Right> = serde_json::from_str(r#""Select, Audit""#)?;
/// assert!(rights.contains(&Right::Select) && !rights.contains(&Right::Update));
/// rights.insert(Right::Update)?;
/// assert_eq!(rights.to_string(), "Select, Audit, Update");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FlagSet<E> {
    written: Unrecognized,
    flags: PhantomData<fn() -> E>,
}

/// A set of flags that came as a number cannot be changed by name: build a new one from names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the flags came as the number {number}, and which names it stands for is not documented; build a new set from names instead"
)]
pub struct NumericFlagsError {
    number: Number,
}

impl<E: OpenEnum> FlagSet<E> {
    /// The empty set, written as empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text with the names, as it came; `None` when it came as a number.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.written {
            Unrecognized::Name(text) => Some(text),
            Unrecognized::Number(_) => None,
        }
    }

    /// The number, when it came as one.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match &self.written {
            Unrecognized::Name(_) => None,
            Unrecognized::Number(number) => Some(number),
        }
    }

    /// Whether the flag is named in the set. A set that came as a number contains nothing by name.
    #[must_use]
    pub fn contains(&self, flag: &E) -> bool {
        let name = flag.to_name();
        self.names().any(|named| named == name)
    }

    /// The flags in the order they are named; names that the documentation does not list are among them.
    pub fn iter(&self) -> impl Iterator<Item = E> {
        self.names().map(E::from_name)
    }

    /// Whether no flag is named and no number given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_number().is_none() && self.names().next().is_none()
    }

    /// Adds a flag at the end; false when it was there before.
    ///
    /// # Errors
    /// When the set came as a number.
    pub fn insert(&mut self, flag: E) -> Result<bool, NumericFlagsError> {
        let text = self.text()?;
        if self.contains(&flag) {
            return Ok(false);
        }
        let separator = if self.is_empty() { "" } else { ", " };
        let longer = format!("{}{separator}{}", text.trim(), flag.to_name());
        self.written = Unrecognized::Name(longer.into());
        Ok(true)
    }

    /// Takes a flag out; false when it was not there.
    ///
    /// # Errors
    /// When the set came as a number.
    pub fn remove(&mut self, flag: &E) -> Result<bool, NumericFlagsError> {
        self.text()?;
        if !self.contains(flag) {
            return Ok(false);
        }
        let name = flag.to_name();
        let others: Vec<&str> = self.names().filter(|named| *named != name).collect();
        self.written = Unrecognized::Name(others.join(", ").into());
        Ok(true)
    }

    fn text(&self) -> Result<&str, NumericFlagsError> {
        match &self.written {
            Unrecognized::Name(text) => Ok(text),
            Unrecognized::Number(number) => Err(NumericFlagsError {
                number: number.clone(),
            }),
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.as_str()
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }
}

impl<E> FromNameOrNumber for FlagSet<E> {
    fn from_name(name: &str) -> Self {
        Self {
            written: Unrecognized::Name(name.into()),
            flags: PhantomData,
        }
    }

    fn from_number(number: Number) -> Self {
        Self {
            written: Unrecognized::Number(number),
            flags: PhantomData,
        }
    }
}

impl<E> Default for FlagSet<E> {
    fn default() -> Self {
        Self::from_name("")
    }
}

impl<E> From<&str> for FlagSet<E> {
    fn from(names: &str) -> Self {
        Self::from_name(names)
    }
}

/// The set that an open enumeration was, which is where a text with commas ends up when a field is declared as one.
impl<E: OpenEnum> From<E> for FlagSet<E> {
    fn from(flag: E) -> Self {
        let written = match flag.index() {
            Ok(_) => Unrecognized::Name(flag.to_name().into()),
            Err(unrecognized) => unrecognized.clone(),
        };
        Self {
            written,
            flags: PhantomData,
        }
    }
}

impl<E: OpenEnum> FromIterator<E> for FlagSet<E> {
    fn from_iter<I: IntoIterator<Item = E>>(flags: I) -> Self {
        let names: Vec<String> = flags
            .into_iter()
            .map(|flag| flag.to_name().into_owned())
            .collect();
        Self::from_name(&names.join(", "))
    }
}

impl<E> fmt::Display for FlagSet<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.written, f)
    }
}

impl<E> fmt::Debug for FlagSet<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

impl<E> Serialize for FlagSet<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl<'de, E> Deserialize<'de> for FlagSet<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrNumber(PhantomData))
    }
}
