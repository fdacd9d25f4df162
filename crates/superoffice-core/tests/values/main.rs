//! Tests of models and values: what JSON brings is kept, read, refused and sent back as documented.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod codecs;
mod custom_field;
mod custom_field_mapping;
mod date_time;
mod depth;
mod failed_writes;
#[path = "../vectors/json.rs"]
mod json;
mod json_suite;
mod map;
mod model;
mod numbers;
mod open_enum;
mod row;
mod sample;
#[path = "../vectors/shared.rs"]
mod shared;
mod texts;
