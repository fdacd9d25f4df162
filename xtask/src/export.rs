//! `cargo xtask export`: takes pages and prints the resolved API as JSON. Fails when there is an error in the pages.

use anyhow::{Context as _, Result};
use apidoc_emit::{Options, emit};
use clap::Args;

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Input, understand};

/// Print the resolved API as JSON.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    input: Input,
}

/// Runs the verb.
///
/// # Errors
/// When there is an error in the pages, or the reader of the output went away.
pub fn run(args: &Export) -> Result<()> {
    let mut understood = understand(&args.input, &mut Clock::start())?;
    let (files, problems) = emit(&understood.api, &Options::default(), &understood.samples);
    understood.diagnostics.extend(problems);
    understood.accept(&args.input)?;
    let api = files
        .iter()
        .find(|file| file.path == "api.json")
        .context("no `api.json` was emitted")?;
    cli::print(&api.contents)
}
