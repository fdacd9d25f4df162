//! Pages of the reference to the resolved [`Api`](apidoc_model::Api), in three steps that never fail but return what they
//! understood and what they did not: [`page()`] (what is on the page), [`operation()`] (what it means) and [`resolve`] (the whole
//! program). Nothing here reads a file or knows what Rust is.

#![forbid(unsafe_code)]

mod bytes;
pub mod corrections;
pub mod draft;
mod editions;
mod element;
mod front_matter;
pub mod json;
mod marks;
mod media;
pub mod operation;
pub mod page;
pub mod pages;
mod resolve;
pub mod table;
pub mod text;
mod vendor;
mod vocabulary;

pub use corrections::Corrections;
pub use operation::operation;
pub use page::{Page, page};
pub use pages::{distinct, is_operation_page, is_sample_file, lost, read, unread};
pub use resolve::{Resolution, resolve};
pub use vendor::{VendoredPage, neutral_samples, vendor};
