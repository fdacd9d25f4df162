//! What must hold for any input, as functions that take bytes or pages and return nothing: they panic with a sentence where a
//! promise is broken. The tests of this crate run them over mutants, bombs, known attacks and the kept corpus; the fuzzer in
//! `crates/fuzz` runs them over what it finds itself.

#![forbid(unsafe_code)]

pub mod bombs;
pub mod closed_world;
pub mod mutants;
pub mod program;
pub mod promises;
pub mod shape;
pub mod shared;
pub mod sweep;
pub mod targets;
pub mod template;
pub mod type_graph;
pub mod values;

pub use program::Program;
