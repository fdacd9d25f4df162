//! Parts of rows whose form depends on the mode of the list.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::value::{Extra, Map};

/// `PrimaryKey` of a row, which comes as a number or as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrimaryKey(pub i64);

impl<'de> Deserialize<'de> for PrimaryKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Number(i64),
            Text(String),
        }
        match Wire::deserialize(deserializer)? {
            Wire::Number(number) => Ok(Self(number)),
            Wire::Text(text) => text
                .trim()
                .parse()
                .map(Self)
                .map_err(serde::de::Error::custom),
        }
    }
}

/// A row of a list in [full mode](super::Mode::Full).
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FullRow {
    /// Number or text.
    pub primary_key: Option<Value>,
    /// The kind of the row.
    pub entity_name: Option<String>,
    /// The columns by name.
    pub column: Option<Map<Cell>>,
    /// Unknown fields and explicit nulls.
    pub extra: Extra,
}

/// A value of a list in [full mode](super::Mode::Full).
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Cell {
    /// The value as it is stored.
    pub raw_value: Option<Value>,
    /// The value as it is shown.
    pub display_value: Option<String>,
    /// What a click on it leads to.
    pub link_hint: Option<String>,
    /// What its tooltip tells about.
    pub tooltip_hint: Option<String>,
    /// Unknown fields and explicit nulls.
    pub extra: Extra,
}

crate::model! {
    FullRow { 0 primary_key "PrimaryKey", 1 entity_name "EntityName", 2 column "Column" }
    Cell { 0 raw_value "RawValue", 1 display_value "DisplayValue", 2 link_hint "LinkHint", 3 tooltip_hint "TooltipHint" }
}
