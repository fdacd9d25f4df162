//! `cargo xtask lint`: takes pages and prints what is wrong with them, and nothing else. Fails when there is an error.

use anyhow::Result;
use apidoc_emit::{Options, emit};
use clap::Args;

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Input, understand};

/// Print what the generator does not understand on the pages, and write nothing.
#[derive(Debug, Args)]
pub struct Lint {
    #[command(flatten)]
    input: Input,
}

/// Runs the verb.
///
/// # Errors
/// When there is an error in the pages.
pub fn run(args: &Lint) -> Result<()> {
    let mut clock = Clock::start();
    let mut understood = understand(&args.input.pages, &mut clock)?;
    understood
        .diagnostics
        .extend(emit(&understood.api, &Options::default(), &understood.samples).1);
    understood.accept(args.input.judgement)?;
    cli::println(format_args!("{}; {}", understood.summary(), clock.total()))
}
