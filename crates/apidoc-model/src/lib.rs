//! The plain data that the stages of the generator hand to each other: sources and spans, diagnostics, and the resolved
//! [`Api`]. It takes nothing, computes nothing but positions, the text of types, cycles and what is seen of a text, and refuses
//! nothing but text that is no type: every stage may read it, and none may hide a decision in it.

#![forbid(unsafe_code)]

pub mod api;
pub mod cycles;
pub mod diagnostic;
pub mod notation;
pub mod sample;
pub mod source;
pub mod text;

pub use api::Api;
pub use diagnostic::{Code, Diagnostic, Severity};
pub use sample::OperationSample;
pub use source::{FileId, SourceFile, SourceMap, Span, Spanned};
