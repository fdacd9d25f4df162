//! One page of a list as it stands on the wire: with rows that can be looked into, or with rows as text, for whoever reads them into a
//! type of their own. Refuses rows that are no objects, as text only later.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Row;
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
#[derive(Default)]
pub(super) struct TextPage {
    next_link: Option<String>,
    pub(super) value: Option<Vec<Box<RawValue>>>,
    extra: Extra,
}

crate::model! { TextPage { 0 next_link "odata.nextLink", 1 value "value" } }

impl Paged for TextPage {
    fn next_link(&self) -> Option<&str> {
        next_link(self.next_link.as_ref(), &self.extra)
    }
}

/// One page of a list, and where the next one is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(from = "Fields", into = "Fields")]
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

impl From<Fields> for Page {
    fn from(fields: Fields) -> Self {
        let Fields {
            metadata,
            next_link,
            value,
            extra,
        } = fields;
        Self {
            metadata,
            next_link,
            value,
            extra,
        }
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
