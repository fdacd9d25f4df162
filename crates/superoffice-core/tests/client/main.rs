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
mod environment;
mod errors;
mod faults;
mod fetches;
mod headers;
mod issued_tokens;
mod json_bodies;
#[path = "../vectors/json.rs"]
mod json_vectors;
mod limits;
mod oauth;
mod parameters;
mod patches;
mod proxies;
mod rates;
mod redirects;
mod refusals;
mod results;
mod retries;
mod retry_after;
mod secrets;
#[path = "../vectors/shared.rs"]
mod shared;
mod shown;
mod suites;
mod system_user;
mod tenants;
mod times;
mod tls;
mod tokens;
mod traces;
mod turns;
mod views;
