//! `cargo xtask import`: takes checkouts of the documentation and writes the vendored pages: facts only, unless the prose is
//! asked for. Refuses to write anything when a page cannot be read without errors.

use std::path::PathBuf;

use anyhow::Result;
use apidoc_emit::OutputFile;
use apidoc_parse::vendor;
use clap::Args;

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Judgement, read_pages};
use crate::sync::{Mode, sync};
use crate::workspace;

/// Write the vendored pages from checkouts of the documentation.
#[derive(Debug, Args)]
pub struct Import {
    /// Folder of original pages; the first decides what exists, further ones are older editions that may show more
    #[arg(long, value_name = "DIR", required = true)]
    docs: Vec<PathBuf>,
    /// Keep the descriptions, which are the publisher's text; for people who vendor privately
    #[arg(long)]
    keep_prose: bool,
    /// Folder that receives the pages [default: specs/pages]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing; print how much would be written
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    judgement: Judgement,
}

/// Runs the verb.
///
/// # Errors
/// When there is an error in the pages, or files cannot be written.
pub fn run(args: &Import) -> Result<()> {
    let mut clock = Clock::start();
    let out = args.out.clone().map_or_else(
        || workspace::root().map(|root| root.join("specs/pages")),
        Ok,
    )?;
    let mut read = read_pages(&args.docs, None, &mut clock);
    args.judgement
        .accept(&mut read.diagnostics, &read.sources)?;
    let pages = vendor(&read.drafts, args.keep_prose);
    let files: Vec<OutputFile> = pages
        .into_iter()
        .map(|page| OutputFile {
            path: page.path,
            contents: page.text,
        })
        .collect();
    let mode = if args.dry_run {
        Mode::DryRun
    } else {
        Mode::Write
    };
    let count = files.len();
    let outcome = sync(&out, files, mode)?;
    let verb = if args.dry_run { "stale" } else { "changed" };
    cli::println(format_args!(
        "{} pages read, {count} written; {} files {verb}, {} unchanged; {}",
        read.pages,
        outcome.changes.len(),
        outcome.unchanged,
        clock.total()
    ))
}
