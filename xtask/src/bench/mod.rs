//! `cargo xtask bench`: takes pages, or the generated crate, and prints what they cost: CPU time, wall time and peak memory,
//! the minimum of some repetitions, each in a process of its own. It judges nothing; `crates/BENCHMARKS.md` does.

mod crates;
mod generator;
mod grow;
mod measure;
mod stages;
mod table;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Measure the generator, or the crate that it emits.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Bench {
    #[command(subcommand)]
    subject: Option<Subject>,
    #[command(flatten)]
    generator: Generator,
}

#[derive(Debug, Subcommand)]
enum Subject {
    /// What `cargo check`, `build` and `doc` of the generated crate cost
    Crate(Crate),
    /// One run through the stages, measured in this process
    #[command(hide = true)]
    Stages(Stages),
    /// Another program, measured with all that it starts
    #[command(hide = true)]
    Measure(Measure),
}

/// What the generator costs: stage by stage, as a whole, after one page changed, and on 2, 4, 8 times as many pages.
#[derive(Debug, Args)]
struct Generator {
    /// Folder of pages, may be given several times [default: specs/pages, and ../shared/corpus/2023 where it is]
    #[arg(long, value_name = "DIR")]
    specs: Vec<PathBuf>,
    /// How often everything is repeated; the least counts
    #[arg(long, value_name = "N", default_value_t = 5)]
    repeat: usize,
    /// Leave out how the cost grows with the number of pages
    #[arg(long)]
    no_growth: bool,
}

#[derive(Debug, Args)]
struct Crate {
    /// How often everything is repeated; the least counts
    #[arg(long, value_name = "N", default_value_t = 3)]
    repeat: usize,
}

#[derive(Debug, Args)]
struct Stages {
    /// Folder of pages
    #[arg(long, value_name = "DIR")]
    specs: PathBuf,
    /// Folder that receives the output
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Measure {
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// Runs the verb.
///
/// # Errors
/// When something that is measured fails.
pub fn run(args: &Bench) -> Result<()> {
    match &args.subject {
        None => generator::run(
            &args.generator.specs,
            args.generator.repeat,
            !args.generator.no_growth,
        ),
        Some(Subject::Crate(verb)) => crates::run(verb.repeat),
        Some(Subject::Stages(verb)) => stages::run(&verb.specs, &verb.out),
        Some(Subject::Measure(verb)) => measure::run(&verb.command),
    }
}
