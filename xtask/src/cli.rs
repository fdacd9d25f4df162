//! Takes the arguments of `cargo xtask`, runs one verb and turns its result into an exit code: 0 for success, 1 for a
//! failure that has been printed, 2 for arguments that make no sense.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::{bench, ci, codegen, diff, export, fuzz, import, inspect, lint, mock, verify};

/// Generates the SuperOffice WebAPI SDK from pages of the API reference, and checks it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Codegen(codegen::Codegen),
    Import(import::Import),
    Verify(verify::Verify),
    Lint(lint::Lint),
    Inspect(inspect::Inspect),
    Diff(diff::Diff),
    Export(export::Export),
    Mock(mock::Mock),
    Ci(ci::Ci),
    Bench(bench::Bench),
    Fuzz(fuzz::Fuzz),
}

/// A failure whose reasons are on the screen already.
#[derive(Debug)]
pub struct Reported;

impl std::fmt::Display for Reported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed; the reasons are above")
    }
}

impl std::error::Error for Reported {}

/// Runs the verb of the command line.
#[must_use]
pub fn main() -> ExitCode {
    match run(Cli::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is::<Reported>() {
                eprintln(format_args!("error: {error:#}"));
            }
            ExitCode::FAILURE
        }
    }
}

/// Prints to standard output, at once; a reader that has seen enough is no failure.
///
/// # Errors
/// When standard output cannot be written for another reason.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a line to standard output, as [`print()`] does.
///
/// # Errors
/// As [`print()`].
pub fn println(line: impl Display) -> anyhow::Result<()> {
    print(&format!("{line}\n"))
}

/// Prints a line to standard error. That it cannot be written could be said nowhere else, and is no reason to stop.
pub fn eprintln(line: impl Display) {
    let _ = io::stderr()
        .lock()
        .write_all(format!("{line}\n").as_bytes());
}

fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Codegen(verb) => codegen::run(&verb),
        Verb::Import(verb) => import::run(&verb),
        Verb::Verify(verb) => verify::run(&verb),
        Verb::Lint(verb) => lint::run(&verb),
        Verb::Inspect(verb) => inspect::run(&verb),
        Verb::Diff(verb) => diff::run(&verb),
        Verb::Export(verb) => export::run(&verb),
        Verb::Mock(verb) => mock::run(&verb),
        Verb::Ci(verb) => ci::run(&verb),
        Verb::Bench(verb) => bench::run(&verb),
        Verb::Fuzz(verb) => fuzz::run(&verb),
    }
}
