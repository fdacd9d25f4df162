//! Lists: archives and the OData lists of REST areas.

pub use self::page::{Page, Row};

mod page;
