//! JSON objects used as dictionaries. Takes text keys with values that may be `null`; gives them back in the order they came, nulls
//! included. Of a key that comes twice the last value counts.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// How many entries get room at once when a map is read.
const USUAL: usize = 8;

/// A dictionary with text keys, in the order of insertion, whose values may be `null`.
///
/// ```
/// use superoffice_core::Map;
///
/// let text = r#"{"b":1,"a":null}"#;
/// let mut map: Map<i32> = serde_json::from_str(text)?;
/// assert_eq!(map.get("b"), Some(&1));
/// assert_eq!(map.get("a"), None);
/// assert!(map.contains_key("a"));
/// assert_eq!(serde_json::to_string(&map)?, text);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Map<T>(IndexMap<String, Option<T>>);

impl<T> Map<T> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key; `None` when the key is not there or its value is `null`.
    #[must_use]
    pub fn get<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> Option<&T>
    where
        String: Borrow<Q>,
    {
        self.0.get(key)?.as_ref()
    }

    /// The value of a key, to be changed; `None` when the key is not there or its value is `null`.
    #[must_use]
    pub fn get_mut<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<&mut T>
    where
        String: Borrow<Q>,
    {
        self.0.get_mut(key)?.as_mut()
    }

    /// Whether the key is there, be its value `null` or not.
    #[must_use]
    pub fn contains_key<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> bool
    where
        String: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    /// Whether the key is there with the value `null`.
    #[must_use]
    pub fn is_null<Q: ?Sized + Hash + Eq>(&self, key: &Q) -> bool
    where
        String: Borrow<Q>,
    {
        matches!(self.0.get(key), Some(None))
    }

    /// Sets the value of a key and returns the old one. A key that was there keeps its place.
    pub fn insert(&mut self, key: impl Into<String>, value: T) -> Option<T> {
        self.0.insert(key.into(), Some(value)).flatten()
    }

    /// Sets the value of a key to `null` and returns the old one.
    pub fn insert_null(&mut self, key: impl Into<String>) -> Option<T> {
        self.0.insert(key.into(), None).flatten()
    }

    /// Takes a key out and returns its value; the others keep their order.
    pub fn remove<Q: ?Sized + Hash + Eq>(&mut self, key: &Q) -> Option<T>
    where
        String: Borrow<Q>,
    {
        self.0.shift_remove(key).flatten()
    }

    /// Keys and values in order; the value is `None` where it is `null`.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.0.iter())
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The values in order, without the nulls.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.values().flatten()
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all keys out.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Keys and values of a [`Map`] in order.
#[derive(Debug, Clone)]
pub struct Iter<'a, T>(indexmap::map::Iter<'a, String, Option<T>>);

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (&'a str, Option<&'a T>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0
            .next()
            .map(|(key, value)| (key.as_str(), value.as_ref()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

/// Keys and values of a [`Map`] in order, by value.
#[derive(Debug)]
pub struct IntoIter<T>(indexmap::map::IntoIter<String, Option<T>>);

impl<T> Iterator for IntoIter<T> {
    type Item = (String, Option<T>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> IntoIterator for Map<T> {
    type Item = (String, Option<T>);
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self.0.into_iter())
    }
}

impl<'a, T> IntoIterator for &'a Map<T> {
    type Item = (&'a str, Option<&'a T>);
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<K: Into<String>, T> FromIterator<(K, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl<K: Into<String>, T> Extend<(K, T)> for Map<T> {
    fn extend<I: IntoIterator<Item = (K, T)>>(&mut self, entries: I) {
        self.0.extend(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), Some(value))),
        );
    }
}

impl<K: Into<String>, T, const N: usize> From<[(K, T); N]> for Map<T> {
    fn from(entries: [(K, T); N]) -> Self {
        Self::from_iter(entries)
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

/// Equal when they have the same keys with the same values, in whatever order.
impl<T: PartialEq> PartialEq for Map<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Eq> Eq for Map<T> {}

impl<T: fmt::Debug> fmt::Debug for Map<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
    type Value = Map<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<T>, A::Error> {
        let mut map = Map::default();
        while let Some((key, value)) = entries.next_entry()? {
            if map.is_empty() {
                // Room for what a dictionary usually has, in one piece.
                map.0.reserve(USUAL);
            }
            map.0.insert(key, value);
        }
        Ok(map)
    }
}
