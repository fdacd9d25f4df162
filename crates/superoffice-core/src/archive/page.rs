//! One page of a list as it stands on the wire: with rows that can be looked into, or with rows as text, for whoever reads them into a
//! type of their own. Refuses rows that are no objects, as text only later, and objects that have nothing of a page: whoever takes these for
//! empty lists loses what he keeps a copy of.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Row;
use crate::model::Model;
use crate::value::Extra;

/// A page, as far as the way to the next one goes.
pub(super) trait Paged: DeserializeOwned + Default + Send + 'static {
    /// Address of the next page, if there is one.
    fn next_link(&self) -> Option<&str>;
}

/// The entries of a page that have other names where names are asked for without dots (`$jsonSafe`).
const NEXT_LINK: [&str; 2] = ["odata.nextLink", "odata_nextLink"];
const COUNT: [&str; 2] = ["odata.count", "odata_count"];

/// An entry that is no field, under either of its names.
fn entry<'p>(extra: &'p Extra, names: [&str; 2]) -> Option<&'p serde_json::Value> {
    names.into_iter().find_map(|name| extra.get(name))
}

/// An object with other entries than those of a page: something else has answered, or a service that calls them otherwise.
#[derive(Debug, thiserror::Error)]
#[error("an object without `value` is no page of a list")]
struct NoPage;

/// Refuses an object that has entries, and none of a page, be it `null`. One without any is a page without rows.
fn checked<M: Model>(fields: &M, has_value: bool) -> Result<(), NoPage> {
    let of_page = |name: &str| name.starts_with("odata");
    let is_null = || M::FIELDS.iter().any(|name| fields.is_null(name));
    let extra = fields.extra();
    let is_page =
        has_value || extra.is_empty() || is_null() || extra.iter().any(|(name, _)| of_page(name));
    is_page.then_some(()).ok_or(NoPage)
}

fn next_link<'p>(link: Option<&'p String>, extra: &'p Extra) -> Option<&'p str> {
    match link {
        Some(link) => Some(link),
        None => entry(extra, NEXT_LINK)?.as_str(),
    }
}

impl Paged for Page {
    fn next_link(&self) -> Option<&str> {
        next_link(self.next_link.as_ref(), &self.extra)
    }
}

/// A page whose rows nobody has read yet.
#[derive(Default, Deserialize)]
#[serde(try_from = "TextFields")]
pub(super) struct TextPage(TextFields);

#[derive(Default)]
struct TextFields {
    next_link: Option<String>,
    value: Option<Vec<Box<RawValue>>>,
    extra: Extra,
}

crate::model! { TextFields { 0 next_link "odata.nextLink", 1 value "value" } }

impl TryFrom<TextFields> for TextPage {
    type Error = NoPage;

    fn try_from(fields: TextFields) -> Result<Self, NoPage> {
        let has_value = fields.value.is_some() || fields.next_link.is_some();
        checked(&fields, has_value)?;
        Ok(Self(fields))
    }
}

impl TextPage {
    pub(super) fn into_rows(self) -> Vec<Box<RawValue>> {
        self.0.value.unwrap_or_default()
    }
}

impl Paged for TextPage {
    fn next_link(&self) -> Option<&str> {
        next_link(self.0.next_link.as_ref(), &self.0.extra)
    }
}

/// One page of a list, and where the next one is. An object that has entries, and none of a page, cannot be read as one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Fields", into = "Fields")]
#[non_exhaustive]
pub struct Page {
    /// `odata.metadata`.
    pub metadata: Option<String>,
    /// `odata.nextLink`: address of the next page, if there is one.
    pub next_link: Option<String>,
    /// The rows.
    pub value: Option<Vec<Row>>,
    /// Unknown fields and explicit nulls.
    pub extra: Extra,
}

impl Page {
    /// How many rows there are on all pages (`odata.count`), where they were [counted](crate::Request::inline_count).
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        let count = entry(&self.extra, COUNT)?;
        count.as_u64().or_else(|| count.as_str()?.parse().ok())
    }
}

/// The same as a model. A page is none itself, because asking for some columns only leaves it whole.
#[derive(Default)]
struct Fields {
    metadata: Option<String>,
    next_link: Option<String>,
    value: Option<Vec<Row>>,
    extra: Extra,
}

crate::model! { Fields { 0 metadata "odata.metadata", 1 next_link "odata.nextLink", 2 value "value" } }

impl TryFrom<Fields> for Page {
    type Error = NoPage;

    fn try_from(fields: Fields) -> Result<Self, NoPage> {
        let has_link = fields.metadata.is_some() || fields.next_link.is_some();
        checked(&fields, has_link || fields.value.is_some())?;
        let Fields {
            metadata,
            next_link,
            value,
            extra,
        } = fields;
        Ok(Self {
            metadata,
            next_link,
            value,
            extra,
        })
    }
}

impl From<Page> for Fields {
    fn from(page: Page) -> Self {
        let Page {
            metadata,
            next_link,
            value,
            extra,
        } = page;
        Self {
            metadata,
            next_link,
            value,
            extra,
        }
    }
}
