//! Lists: the OData lists of REST areas, which come in pages with a link to the next one, and the agents' lists, which are asked
//! for page by page. A list is described on its request (`select`, `filter`, `order_by`…), and read as one page, as a stream of
//! pages, or as a stream of rows in the caller's own type. Agents that take the same as texts in their body are given
//! [`Filter::to_text`] for conditions, and [`names`] for columns, orders and entities.
//!
//! ```
//! use superoffice_core::archive::{Page, column};
//! use superoffice_core::{Client, Operation};
//!
//! const CONTACTS: Operation = Operation::get("v1ContactEntity_GetAll", "/api/v1/Contact");
//! let client = Client::builder().base_url("https://crm.example.com").bearer("token").build()?;
//! let request = client
//!     .request::<Option<Page>>(CONTACTS)
//!     .select(["contactId", "name"])
//!     .filter(column::text("name").begins("Rock 'n'").and(column::list("category").one_of([1, 2])))
//!     .order_by(["contactId"])
//!     .top(500);
//! let http = request.into_http()?;
//! assert!(http.uri().query().is_some_and(|query| query.contains("$filter=name%20begins%20%27Rock%20%27%27n%27%27%27")));
//! # Ok::<(), superoffice_core::Error>(())
//! ```

pub use self::agent::{AgentItems, agent_items};
pub use self::filter::{Filter, InvalidFilter, column};
pub use self::full_row::{Cell, FullRow, PrimaryKey};
pub use self::page::Page;
pub use self::query::{InlineCount, Mode, Output, descending, names};
pub use self::row::Row;
pub use self::walk::{Items, Pages};

mod agent;
mod filter;
mod full_row;
mod page;
mod query;
mod row;
mod walk;
