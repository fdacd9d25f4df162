//! Whether a type has a place for a name in JSON. Takes any type that can be decoded; tells whether it is a dictionary, an object that
//! declares the name, or anything else. It decodes nothing: it asks the type what it would read next, and then stops.

use std::cell::Cell;

use serde::de::value::Error;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Where a type keeps the value of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Under the name, as under any other.
    Dictionary,
    /// In a field that is declared with this name.
    Field,
    /// Nowhere, or wherever any JSON is kept.
    Nowhere,
}

/// Where `T` keeps the value of a name.
pub(super) fn of<T: DeserializeOwned>(name: &'static str) -> Place {
    let place = Cell::new(Place::Nowhere);
    // It always fails, because it stops at the first value.
    let _ = T::deserialize(Whole {
        name,
        place: &place,
    });
    place.get()
}

/// An object with one member.
struct Whole<'p> {
    name: &'static str,
    place: &'p Cell<Place>,
}

/// The same for a type that takes anything, of which only a declared field says something.
struct Anything<'p>(Whole<'p>);

impl<'de> Deserializer<'de> for Whole<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Anything(self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Whole<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let key = Key {
            name: self.name,
            place: self.place,
        };
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Member(self.place))
    }
}

impl<'de> MapAccess<'de> for Anything<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let key = self.0.next_key_seed(seed)?;
        if self.0.place.replace(Place::Nowhere) == Place::Dictionary {
            return Err(stop());
        }
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.0.next_value_seed(seed)
    }
}

/// The name. Whoever asks for an identifier looks for a field; whoever asks for text keeps it.
struct Key<'p> {
    name: &'static str,
    place: &'p Cell<Place>,
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.place.set(Place::Dictionary);
        visitor.visit_borrowed_str(self.name)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.name)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum ignored_any
    }
}

/// The value. Whoever takes anything has not declared it.
struct Member<'p>(&'p Cell<Place>);

impl<'de> Deserializer<'de> for Member<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(stop())
    }

    fn deserialize_option<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.declared()
    }

    fn deserialize_str<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.declared()
    }

    fn deserialize_string<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.declared()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

impl Member<'_> {
    fn declared<T>(self) -> Result<T, Error> {
        if self.0.get() == Place::Nowhere {
            self.0.set(Place::Field);
        }
        Err(stop())
    }
}

fn stop() -> Error {
    Error::custom("")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde_json::Value;

    use super::*;
    use crate::value::{Extra, Map};

    #[derive(Default)]
    struct Note {
        message: Option<String>,
        extra: Extra,
    }

    crate::model! { Note { 0 message "Message" } }

    #[derive(serde::Deserialize)]
    struct Derived {
        #[serde(rename = "Message")]
        _message: String,
    }

    #[derive(serde::Deserialize)]
    struct Wrapped(#[expect(dead_code, reason = "only its type counts")] Derived);

    #[derive(serde::Deserialize)]
    struct Text(#[expect(dead_code, reason = "only its type counts")] String);

    #[derive(serde::Deserialize)]
    struct OfText {
        #[serde(rename = "Message")]
        _message: Text,
    }

    #[derive(serde::Deserialize)]
    struct OfNumber {
        #[serde(rename = "Message")]
        _message: i32,
    }

    #[derive(serde::Deserialize)]
    struct OfMaybe {
        #[serde(rename = "Message")]
        _message: Option<i32>,
    }

    #[test]
    fn dictionaries_fields_and_the_rest() {
        let table = [
            (of::<Map<String>>("Message"), Place::Dictionary),
            (of::<Map<Value>>("Message"), Place::Dictionary),
            (of::<Option<Map<Note>>>("Message"), Place::Dictionary),
            (of::<HashMap<String, String>>("Message"), Place::Dictionary),
            (of::<BTreeMap<String, Value>>("Message"), Place::Dictionary),
            (of::<Note>("Message"), Place::Field),
            (of::<Derived>("Message"), Place::Field),
            (of::<crate::View<Note>>("Message"), Place::Field),
            (of::<Wrapped>("Message"), Place::Field),
            (of::<OfText>("Message"), Place::Field),
            (of::<OfMaybe>("Message"), Place::Field),
            // A text cannot be its value.
            (of::<OfNumber>("Message"), Place::Nowhere),
            (of::<Note>("Other"), Place::Nowhere),
            (of::<Derived>("Other"), Place::Nowhere),
            (of::<Value>("Message"), Place::Nowhere),
            (of::<String>("Message"), Place::Nowhere),
            (of::<Vec<Note>>("Message"), Place::Nowhere),
            (of::<i32>("Message"), Place::Nowhere),
        ];
        for (index, (found, expected)) in table.into_iter().enumerate() {
            assert_eq!(found, expected, "row {index}");
        }
    }
}
