//! `cargo xtask export`: takes pages and prints the resolved API as JSON, in the form of `generated/api.json` or as OpenAPI. Fails
//! when there is an error in the pages.

use anyhow::{Context as _, Result};
use apidoc_emit::{Options, emit, openapi};
use clap::{Args, ValueEnum};

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Input, understand};

/// Print the resolved API as JSON.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    input: Input,
    /// Which form
    #[arg(long, value_enum, default_value_t = Format::Api)]
    format: Format,
}

/// Forms of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// What was understood, with the evidence: `generated/api.json`
    Api,
    /// OpenAPI 3.1, for tools of other languages
    Openapi,
}

/// Runs the verb.
///
/// # Errors
/// When there is an error in the pages, or standard output cannot be written.
pub fn run(args: &Export) -> Result<()> {
    let mut understood = understand(&args.input.pages, &mut Clock::start())?;
    let options = Options::default();
    let (mut files, problems) = emit(&understood.api, &options, &understood.samples);
    understood.diagnostics.extend(problems);
    if args.format == Format::Openapi {
        let emission = openapi(&understood.api, &options);
        understood.diagnostics.extend(emission.diagnostics);
        files = emission.files;
    }
    understood.accept(args.input.judgement)?;
    let path = match args.format {
        Format::Api => "api.json",
        Format::Openapi => "openapi.json",
    };
    let file = files.iter().find(|file| file.path == path);
    let file = file.with_context(|| format!("no `{path}` was emitted"))?;
    cli::print(&file.contents)
}
