//! Whole-SDK tests against the offline tenant: every operation, every kind of entity, everything that is saved. Each is a
//! walk over all operations of the reference, so that they share one table of calls.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod kinds;
mod operations;
mod raw;
mod saves;
mod world;
