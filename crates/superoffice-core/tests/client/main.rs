//! The client against servers whose every byte is written here, and against a transport whose clock is.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod server;

mod archives;
mod authentication;
mod blobs;
mod cancelling;
mod faults;
#[path = "../vectors/json.rs"]
mod json_vectors;
mod limits;
mod parameters;
mod patches;
mod redirects;
mod results;
mod retries;
mod secrets;
mod suites;
mod system_user;
mod tenants;
mod tls;
mod views;
