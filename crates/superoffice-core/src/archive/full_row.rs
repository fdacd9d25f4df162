//! Parts of rows whose form depends on the mode of the list.

use serde_json::Value;

use crate::value::{Extra, Map};

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
