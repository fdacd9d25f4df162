//! The documented messages of the operations, as the resolver hands them over.

pub use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};
