//! The documented messages of every operation, held against the SDK: each response decodes into the operation's result and encodes
//! to the same JSON, each request does so with the operation's request type, each typed call becomes the documented request, and
//! damaged responses (a key null or gone, an unknown key, an unknown constant, a date without offset) survive as well. Takes the
//! messages; returns a [`Report`] with figures and failures, each with page, line and JSON path.

#![forbid(unsafe_code)]

pub mod args;
#[rustfmt::skip]
pub mod calls;
mod check;
mod kept;
mod message;
mod mutant;
mod payload;
mod pointer;
mod report;
mod table;
#[rustfmt::skip]
pub mod types;

pub use args::{Args, Problem};
pub use kept::{Kept, TypeVisitor};
pub use message::{Message, OperationSample};
pub use payload::Payload;
pub use report::{Report, Tally};
pub use table::{Table, Visitor};

/// The messages of the pages that the SDK was generated from.
pub const SAMPLES: &str = include_str!("../samples.json");

/// Runs every check over messages in the form of [`SAMPLES`].
///
/// # Errors
/// When the text is not of that form.
pub fn run(samples: &str) -> Result<Report, serde_json::Error> {
    let samples: Vec<OperationSample> = serde_json::from_str(samples)?;
    Ok(check::run(&samples, &Table::new()))
}
