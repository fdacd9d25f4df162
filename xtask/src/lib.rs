//! The command line of the workspace, `cargo xtask`, and the only code that touches files. It takes arguments, calls the
//! libraries under `crates/apidoc-*`, and writes what is generated or vendored through [`sync`] alone; verbs that check or
//! measure write scratch files of their own below `target/`, and `verify` its record. One file per verb.

#![forbid(unsafe_code)]
// These panic when the reader went away: `cli::print` and its kin do not.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod bench;
pub mod cargo;
pub mod ci;
pub mod cli;
pub mod clock;
pub mod codegen;
pub mod diff;
pub mod export;
pub mod fuzz;
pub mod import;
pub mod inspect;
pub mod lint;
pub mod load;
pub mod mock;
pub mod notation;
pub mod report;
pub mod sync;
pub mod verify;
pub mod workspace;
