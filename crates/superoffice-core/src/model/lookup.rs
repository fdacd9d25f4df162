//! Which field a key names. Takes the key where it lies in the input, without copying it; gives the field's index, or the key as text
//! when no field has that name. Servers answer in declaration order, so the field after the last one is tried first.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

/// What a key turned out to be.
pub(super) enum Key {
    /// Index of a declared field.
    Known(usize),
    /// A name that is not declared.
    Unknown(String),
}

/// The search for one key.
#[derive(Clone, Copy)]
pub(super) struct KeyOf {
    /// The declared names.
    pub(super) fields: &'static [&'static str],
    /// The index to try first.
    pub(super) next: usize,
}

impl KeyOf {
    #[inline]
    fn find(self, key: &str) -> Key {
        if self.fields.get(self.next).is_some_and(|name| *name == key) {
            return Key::Known(self.next);
        }
        self.scan(key)
    }

    /// The fields after the expected one, then those before it.
    fn scan(self, key: &str) -> Key {
        let (before, after) = self.fields.split_at(self.next.min(self.fields.len()));
        let ahead = after
            .iter()
            .position(|name| *name == key)
            .map(|at| at + before.len());
        match ahead.or_else(|| before.iter().position(|name| *name == key)) {
            Some(field) => Key::Known(field),
            None => Key::Unknown(key.to_owned()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = Key;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeyOf {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(self.find(key))
    }
}
