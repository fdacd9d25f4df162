//! Rows whose columns are known only when they are read. Takes an object; gives its values by column, in the order they came, nulls
//! included. The rows of a list have the same columns, so a row shares the names with the row that was read before it on the same
//! thread, as far as they are the same, and reading it costs its values and nothing for the names. Refuses what is no object.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexSet;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::value::Map;

/// Columns by name, in order.
type Columns = IndexSet<Box<str>>;

/// Names of more columns than this are not kept for the next row: they would stay in memory until then.
const MOST_KEPT: usize = 256;

thread_local! {
    /// The columns of the row that was read last.
    static LAST: RefCell<Arc<Columns>> = RefCell::default();
}

fn last() -> Arc<Columns> {
    let last = LAST.try_with(|last| Arc::clone(&last.borrow()));
    // A thread that is about to end has none any more.
    last.unwrap_or_default()
}

fn keep(columns: &Arc<Columns>) {
    let _ = LAST.try_with(|last| last.replace(Arc::clone(columns)));
}

/// A row whose columns are known only when it is read. Names hold slashes, dots and parentheses (`contactAssociate/fullName`).
///
/// Of a column that comes twice the last value counts. A row is read, not changed; as a [`Map`] it can be changed.
///
/// ```
/// use superoffice_core::archive::Row;
///
/// let row: Row = serde_json::from_str(r#"{"contactId":7,"category/name":null}"#)?;
/// assert_eq!(row.get("contactId").and_then(serde_json::Value::as_i64), Some(7));
/// assert!(row.is_null("category/name"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Row {
    columns: Arc<Columns>,
    /// As many as there are columns.
    values: Vec<Value>,
}

impl Row {
    /// The value of a column; `None` when the column is not there or its value is `null`.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.value(column).filter(|value| !value.is_null())
    }

    /// Whether the column is there, be its value `null` or not.
    #[must_use]
    pub fn contains_key(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    /// Whether the column is there with the value `null`.
    #[must_use]
    pub fn is_null(&self, column: &str) -> bool {
        self.value(column).is_some_and(Value::is_null)
    }

    /// Columns and values in order; the value is `None` where it is `null`.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Option<&Value>)> {
        let values = self.values.iter().map(present);
        self.keys().zip(values)
    }

    /// The columns in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.iter().map(|name| &**name)
    }

    /// The values in order, without the nulls.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.iter().filter_map(present)
    }

    /// Number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn value(&self, column: &str) -> Option<&Value> {
        self.values.get(self.columns.get_index_of(column)?)
    }
}

fn present(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| !value.is_null())
}

impl From<Row> for Map<Value> {
    fn from(row: Row) -> Self {
        let mut map = Self::new();
        for (name, value) in row.columns.iter().zip(row.values) {
            match value {
                Value::Null => map.insert_null(&**name),
                value => map.insert(&**name, value),
            };
        }
        map
    }
}

impl From<Map<Value>> for Row {
    fn from(map: Map<Value>) -> Self {
        let entries = map.into_iter();
        let entries = entries.map(|(name, value)| (name.into(), value.unwrap_or_default()));
        let (columns, values): (Columns, Vec<Value>) = entries.unzip();
        Self {
            columns: Arc::new(columns),
            values,
        }
    }
}

/// Equal when they have the same columns with the same values, in whatever order.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.columns, &other.columns) {
            return self.values == other.values;
        }
        let mut entries = self.keys().zip(&self.values);
        self.len() == other.len() && entries.all(|(name, value)| other.value(name) == Some(value))
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.keys().zip(&self.values))
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Row, A::Error> {
        let last = last();
        let mut values = Vec::with_capacity(last.len());
        let differs = loop {
            let expected = Expected(last.get_index(values.len()).map(|name| &**name));
            match entries.next_key_seed(expected)? {
                None => break None,
                Some(Key::Expected) => values.push(entries.next_value()?),
                Some(Key::Other(name)) => break Some(name),
            }
        };
        let columns = match differs {
            None if values.len() == last.len() => {
                return Ok(Row {
                    columns: last,
                    values,
                });
            }
            None => first(&last, values.len()),
            Some(name) => rest(first(&last, values.len()), name, &mut values, &mut entries)?,
        };
        let columns = Arc::new(columns);
        if columns.len() <= MOST_KEPT {
            keep(&columns);
        }
        Ok(Row { columns, values })
    }
}

fn first(columns: &Columns, count: usize) -> Columns {
    columns.iter().take(count).cloned().collect()
}

/// What comes from the first column on that the last row did not have there.
fn rest<'de, A: MapAccess<'de>>(
    mut columns: Columns,
    name: Box<str>,
    values: &mut Vec<Value>,
    entries: &mut A,
) -> Result<Columns, A::Error> {
    let mut next = Some(name);
    while let Some(name) = next {
        let value = entries.next_value()?;
        let (index, _) = columns.insert_full(name);
        match values.get_mut(index) {
            Some(earlier) => *earlier = value,
            None => values.push(value),
        }
        next = entries.next_key()?;
    }
    Ok(columns)
}

/// The column that comes next if the row is like the last one.
struct Expected<'c>(Option<&'c str>);

enum Key {
    Expected,
    Other(Box<str>),
}

impl<'de> DeserializeSeed<'de> for Expected<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Expected<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        if self.0 == Some(name) {
            Ok(Key::Expected)
        } else {
            Ok(Key::Other(name.into()))
        }
    }
}
