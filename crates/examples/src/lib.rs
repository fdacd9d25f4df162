//! Examples of the SDK in `examples/`, each a program that runs offline against the tenant of `superoffice-mock`, and tests
//! in `tests/` that need both. There is nothing in this library; `cargo run -p superoffice-examples --example first_call`
//! runs an example.

#![forbid(unsafe_code)]
