//! The hand-written runtime of the SuperOffice WebAPI SDK.

#![forbid(unsafe_code)]

pub mod model;
pub mod value;

pub use model::Model;
pub use serde_json::Value;
#[doc(hidden)]
pub use serde as __serde;
pub use value::{Base64, DateTime, Extra, FlagSet, Map, OpenEnum, Unrecognized, date_time};
