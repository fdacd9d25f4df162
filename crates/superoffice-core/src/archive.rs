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
//!
//! # Long lists
//!
//! A list that has failed has ended. A program that reads a long one keeps the key of the last row that it has dealt with, and asks for what
//! comes after that key when it is run again. Sorted by the key, no row is lost or comes twice where others are added or go away meanwhile, as
//! can happen with [`skip`](crate::Request::skip). Rows that have changed since they were read do not come again; those are found by the date
//! of their last change.
//!
//! ```no_run
//! use serde::Deserialize;
//! use superoffice_core::archive::{Page, PrimaryKey, column};
//! use superoffice_core::{Client, Error, Operation};
//!
//! # const CONTACTS: Operation = Operation::get("v1ContactEntity_GetAll", "/api/v1/Contact");
//! #[derive(Deserialize)]
//! struct Company {
//!     #[serde(rename = "PrimaryKey")]
//!     key: PrimaryKey,
//!     name: Option<String>,
//! }
//!
//! async fn go_on(client: &Client, done: &mut PrimaryKey) -> Result<(), Error> {
//!     let list = client.request::<Option<Page>>(CONTACTS).select(["name"]);
//!     let rest = list.filter(column::number("contactId").greater(*done)).order_by(["contactId"]);
//!     let mut companies = rest.items::<Company>();
//!     while let Some(company) = companies.next().await {
//!         let company = company?;
//!         println!("{}: {:?}", company.key, company.name);
//!         // Kept where it outlives the program.
//!         *done = company.key;
//!     }
//!     Ok(())
//! }
//! ```

pub use self::agent::{AgentItems, agent_items};
pub use self::filter::{Filter, InvalidFilter, column};
pub use self::full_row::{Cell, FullRow};
pub use self::page::Page;
pub use self::primary_key::PrimaryKey;
pub use self::query::{InlineCount, Mode, Output, descending, names};
pub use self::row::Row;
pub use self::walk::{Items, Pages};

mod agent;
mod filter;
mod full_row;
mod page;
mod primary_key;
mod query;
mod row;
mod walk;
