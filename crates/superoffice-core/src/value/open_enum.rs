//! Constants of the API. Takes a name, or a number, that may or may not be listed in the documentation; gives the listed variant or keeps
//! what came, and sends back exactly that. Refuses JSON that is neither text nor number.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

/// An enumeration whose documented values are variants and whose other values are kept.
///
/// Implemented by [`open_enum!`](crate::open_enum!), together with `Display`, `From<&str>`, `FromStr`, and serde's `Deserialize` and
/// `Serialize`.
pub trait OpenEnum: Sized + Clone + PartialEq + 'static {
    /// The documented names, in the order of the documentation.
    const NAMES: &'static [&'static str];

    /// The variant with this index of [`NAMES`](Self::NAMES).
    fn from_index(index: usize) -> Option<Self>;

    /// The index of this variant in [`NAMES`](Self::NAMES), or the value that is not listed there.
    ///
    /// # Errors
    /// Not a failure: the `Err` holds the value that is not listed.
    fn index(&self) -> Result<usize, &Unrecognized>;

    /// The variant for a value that is not listed.
    fn unrecognized(value: Unrecognized) -> Self;

    /// The variant with this name, or the name kept as it is.
    #[must_use]
    fn from_name(name: &str) -> Self {
        Self::NAMES
            .iter()
            .position(|known| *known == name)
            .and_then(Self::from_index)
            .unwrap_or_else(|| Self::unrecognized(Unrecognized::Name(name.into())))
    }

    /// The name, or the number in digits.
    #[must_use]
    fn to_name(&self) -> Cow<'_, str> {
        match self.index() {
            Ok(index) => Cow::Borrowed(Self::NAMES.get(index).copied().unwrap_or_default()),
            Err(Unrecognized::Name(name)) => Cow::Borrowed(name),
            Err(Unrecognized::Number(number)) => Cow::Owned(number.to_string()),
        }
    }

    /// Whether the documentation lists this value.
    #[must_use]
    fn is_recognized(&self) -> bool {
        self.index().is_ok()
    }
}

/// A value of an enumeration that the documentation does not list, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unrecognized {
    /// A name, or several with commas between them.
    Name(Box<str>),
    /// A number.
    Number(Number),
}

impl fmt::Display for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.pad(name),
            Self::Number(number) => fmt::Display::fmt(number, f),
        }
    }
}

impl Serialize for Unrecognized {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Name(name) => serializer.serialize_str(name),
            Self::Number(number) => number.serialize(serializer),
        }
    }
}

/// Decodes an enumeration: the body of every `Deserialize` that [`open_enum!`](crate::open_enum!) writes.
///
/// # Errors
/// When the input is neither text nor a number.
pub fn decode<'de, E: OpenEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    deserializer.deserialize_any(NameOrNumber(PhantomData))
}

/// Encodes an enumeration: the body of every `Serialize` that [`open_enum!`](crate::open_enum!) writes.
///
/// # Errors
/// When the format fails.
pub fn encode<E: OpenEnum, S: Serializer>(value: &E, serializer: S) -> Result<S::Ok, S::Error> {
    match value.index() {
        Ok(index) => serializer.serialize_str(E::NAMES.get(index).copied().unwrap_or_default()),
        Err(unrecognized) => unrecognized.serialize(serializer),
    }
}

/// Something that is made from a name or from a number.
pub(super) trait FromNameOrNumber: Sized {
    fn from_name(name: &str) -> Self;
    fn from_number(number: Number) -> Self;
}

impl<E: OpenEnum> FromNameOrNumber for E {
    fn from_name(name: &str) -> Self {
        OpenEnum::from_name(name)
    }

    fn from_number(number: Number) -> Self {
        E::unrecognized(Unrecognized::Number(number))
    }
}

pub(super) struct NameOrNumber<T>(pub(super) PhantomData<T>);

impl<'de, T: FromNameOrNumber> Visitor<'de> for NameOrNumber<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or a number")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        Ok(T::from_name(name))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Ok(T::from_number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::from_number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        let finite = Number::from_f64(number)
            .ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))?;
        Ok(T::from_number(finite))
    }

    /// A number, when a crate of the same build turns on `arbitrary_precision` of `serde_json`.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        match Value::deserialize(MapAccessDeserializer::new(map))? {
            Value::Number(number) => Ok(T::from_number(number)),
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// Declares an enumeration of the API: documented names as variants, and `Unrecognized` for everything else.
///
/// ```
/// use superoffice_core::{OpenEnum, Unrecognized, open_enum};
///
/// open_enum! {
///     /// How much of a row is returned.
///     pub enum Mode {
///         /// `Slim`
///         Slim "Slim",
///         Wide "Wide",
///     }
/// }
///
/// let mode: Mode = serde_json::from_str(r#""Slim""#)?;
/// assert_eq!(mode, Mode::Slim);
/// let newer = Mode::from("Full");
/// assert!(!newer.is_recognized());
/// assert_eq!(serde_json::to_string(&newer)?, r#""Full""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($($(#[$attribute:meta])* $visibility:vis enum $name:ident {
        $($(#[$variant_attribute:meta])* $variant:ident $text:literal),* $(,)?
    })*) => {$(
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $visibility enum $name {
            $($(#[$variant_attribute])* $variant,)*
            /// A value that the documentation does not list, kept as it came.
            Unrecognized($crate::Unrecognized),
        }

        impl $crate::OpenEnum for $name {
            const NAMES: &'static [&'static str] = &[$($text),*];
            #[inline]
            fn from_index(index: usize) -> ::core::option::Option<Self> {
                const VARIANTS: &[$name] = &[$($name::$variant),*];
                VARIANTS.get(index).cloned()
            }
            #[inline]
            fn index(&self) -> ::core::result::Result<usize, &$crate::Unrecognized> {
                enum Index { $($variant,)* }
                match self {
                    $(Self::$variant => ::core::result::Result::Ok(Index::$variant as usize),)*
                    Self::Unrecognized(value) => ::core::result::Result::Err(value),
                }
            }
            #[inline]
            fn unrecognized(value: $crate::Unrecognized) -> Self {
                Self::Unrecognized(value)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(&$crate::OpenEnum::to_name(self))
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(name: &str) -> Self {
                $crate::OpenEnum::from_name(name)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;
            #[inline]
            fn from_str(name: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok($crate::OpenEnum::from_name(name))
            }
        }

        impl $crate::ToParameter for $name {
            #[inline]
            fn to_parameter(&self, out: &mut $crate::ParameterValues) {
                out.push($crate::OpenEnum::to_name(self));
            }
        }

        impl $crate::Viewable for $name {
            type View = Self;
        }

        impl<'de> $crate::__serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::value::open_enum::decode(deserializer)
            }
        }

        impl $crate::__serde::Serialize for $name {
            fn serialize<S: $crate::__serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::value::open_enum::encode(self, serializer)
            }
        }
    )*};
}
