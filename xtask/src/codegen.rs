//! `cargo xtask codegen`: takes pages, returns the SDK, in seven calls: load, page, operation, resolve, samples, emit, sync.
//! Refuses to write anything when there is an error in any of them; all problems are printed first.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use apidoc_emit::{Options, emit};
use apidoc_model::{Api, Code, Diagnostic, OperationSample, SourceFile, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::{
    Corrections, distinct, is_operation_page, is_sample_file, lost, neutral_samples, operation,
    page, resolve, unread, without_included,
};
use clap::Args;
use rayon::prelude::*;

use crate::cli::{self, Reported};
use crate::clock::Clock;
use crate::load::{self, Loaded, load, shown};
use crate::report::{self, Counts, Detail};
use crate::sync::{Kind, Mode, Outcome, sync};
use crate::workspace;

/// Generate the SDK from the pages.
#[derive(Debug, Args)]
pub struct Codegen {
    #[command(flatten)]
    input: Input,
    /// Folder that receives the crates and `api.json` [default: generated]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Emit only these agents and areas, with the models they need, for example `Chat,rest/Contact`
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    only: Option<Vec<String>>,
    /// Write nothing; fail, with a list, when a file of the output is stale
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Write nothing; list what would be written
    #[arg(long)]
    dry_run: bool,
    /// Print how long each step took
    #[arg(long)]
    timings: bool,
}

/// Which pages are read, and how they are judged.
#[derive(Debug, Clone, Default, Args)]
pub struct Input {
    /// The pages.
    #[command(flatten)]
    pub pages: Pages,
    /// Print every warning and note, not only a summary of them
    #[arg(long, short)]
    pub verbose: bool,
    /// Fail also where something on a page was set aside or read as less than it may be
    #[arg(long)]
    pub strict: bool,
}

/// Which pages are read.
#[derive(Debug, Clone, Default, Args)]
pub struct Pages {
    /// Folder of pages, or one page; the first decides what exists, further ones are evidence from older editions [default: specs/pages]
    #[arg(long, value_name = "DIR")]
    pub specs: Vec<PathBuf>,
    /// Deliberate deviations from the pages [default: specs/corrections.md]
    #[arg(long, value_name = "FILE")]
    pub corrections: Option<PathBuf>,
}

/// What is on the pages.
#[derive(Debug)]
pub struct Read {
    /// The files.
    pub sources: SourceMap,
    /// How many of them are pages of the first tree.
    pub pages: usize,
    /// How many files of the first tree are neither pages nor samples.
    pub ignored: usize,
    /// One draft per page that was not rejected, of all trees.
    pub drafts: Vec<Draft>,
    /// Deviations from the pages.
    pub corrections: Corrections,
    /// Everything that was not understood.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the pages mean, all together.
#[derive(Debug)]
pub struct Understood {
    /// The files.
    pub sources: SourceMap,
    /// How many of them are pages of the first tree.
    pub pages: usize,
    /// How many files of the first tree are neither pages nor samples.
    pub ignored: usize,
    /// One draft per page that was not rejected, of all trees.
    pub drafts: Vec<Draft>,
    /// The API.
    pub api: Api,
    /// Its samples.
    pub samples: Vec<OperationSample>,
    /// Everything that was not understood.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs the verb.
///
/// # Errors
/// When there is an error in the pages, when the output is stale and `--check` was given, or when files cannot be written.
pub fn run(args: &Codegen) -> Result<()> {
    let mut clock = Clock::start();
    let out = args
        .out
        .clone()
        .map_or_else(|| workspace::root().map(|root| root.join("generated")), Ok)?;
    let mut understood = understand(&args.input.pages, &mut clock)?;
    let samples = clock.time("samples", || understood.take_neutral_samples());
    let options = Options {
        only: args.only.clone(),
        core_path: Some(workspace::core_path(&out)?),
        ..Options::default()
    };
    let (files, problems) = clock.time("emit", || emit(&understood.api, &options, &samples));
    drop(samples);
    understood.diagnostics.extend(problems);
    understood.accept(&args.input)?;
    let outcome = clock.time("sync", || sync(&out, files, args.mode()))?;
    args.tell(&out, &understood, &outcome, &clock)?;
    // The process ends here, and the system takes its memory back faster than a walk over millions of small pieces.
    std::mem::forget(understood);
    Ok(())
}

impl Understood {
    /// The samples without their values, which change with each build of the documentation. Takes them and the drafts out
    /// of it: all that the pages say is in the API then, and the room is for what is emitted.
    fn take_neutral_samples(&mut self) -> Vec<OperationSample> {
        let samples = std::mem::take(&mut self.samples);
        let drafts = std::mem::take(&mut self.drafts);
        let neutral = neutral_samples(&drafts, &self.api, &self.sources, samples);
        // Their many small pieces are given back on another thread, while this one goes on.
        rayon::spawn(move || drop(drafts));
        neutral
    }
}

/// The first four calls: load, page, operation, resolve.
///
/// # Errors
/// When a default path is needed and the workspace is not found.
pub fn understand(pages: &Pages, clock: &mut Clock) -> Result<Understood> {
    let read = read_pages(&pages.trees()?, pages.corrections_file()?.as_deref(), clock);
    let Read {
        sources,
        pages,
        ignored,
        drafts,
        corrections,
        mut diagnostics,
    } = read;
    let resolution = clock.time("resolve", || resolve(&drafts, &corrections, &sources));
    diagnostics.extend(resolution.diagnostics);
    load::spare_evidence(&mut diagnostics, &sources);
    Ok(Understood {
        sources,
        pages,
        ignored,
        drafts,
        api: resolution.api,
        samples: resolution.samples,
        diagnostics,
    })
}

/// The first three calls: load, page, operation.
#[must_use]
pub fn read_pages(trees: &[PathBuf], corrections: Option<&Path>, clock: &mut Clock) -> Read {
    let Loaded {
        sources,
        refused,
        mut diagnostics,
        corrections,
    } = clock.time("load", || load(trees, corrections));
    let (corrections, problems) = corrections
        .and_then(|id| sources.file(id))
        .map(Corrections::parse)
        .unwrap_or_default();
    diagnostics.extend(problems);
    let is_page = |file: &&SourceFile| !refused.contains(&file.id) && is_operation_page(file);
    let pages: Vec<&SourceFile> = sources.files().iter().filter(is_page).collect();
    let is_other = |file: &&SourceFile| {
        load::is_in_tree(file) && !is_operation_page(file) && !is_sample_file(file)
    };
    let others: Vec<&SourceFile> = sources.files().iter().filter(is_other).collect();
    let ignored = others.iter().filter(|file| file.tree == 0).count();
    diagnostics.extend(others.iter().filter_map(|file| unread(file)));
    diagnostics.extend(empty_trees(trees, &pages));
    let read: Vec<_> = clock.time("page, operation", || {
        pages.par_iter().map(|file| read(file, &sources)).collect()
    });
    let (pages, read) = without_included(pages, read);
    let (drafts, problems): (Vec<Option<Draft>>, Vec<Vec<Diagnostic>>) = read.into_iter().unzip();
    diagnostics.extend(problems.into_iter().flatten());
    let (drafts, repeated) = distinct(drafts.into_iter().flatten().collect(), &sources);
    diagnostics.extend(repeated);
    diagnostics.extend(lost(&pages, &drafts, &diagnostics));
    load::spare_evidence(&mut diagnostics, &sources);
    let pages = pages.iter().filter(|file| file.tree == 0).count();
    Read {
        sources,
        pages,
        ignored,
        drafts,
        corrections,
        diagnostics,
    }
}

fn read(file: &SourceFile, sources: &SourceMap) -> (Option<Draft>, Vec<Diagnostic>) {
    let (page, mut diagnostics) = page(file);
    let (draft, problems) = operation(&page, sources);
    diagnostics.extend(problems);
    (draft, diagnostics)
}

/// A tree without pages is an error, so that a wrong path never empties an SDK.
fn empty_trees(trees: &[PathBuf], pages: &[&SourceFile]) -> Vec<Diagnostic> {
    let is_empty = |tree: u32| !pages.iter().any(|page| page.tree == tree);
    let empty = (0..).zip(trees).filter(|(tree, _)| is_empty(*tree));
    empty
        .map(|(_, root)| {
            Diagnostic::new(
                Code::EmptyTree,
                None,
                format!("no operation page in `{}`", shown(root)),
            )
        })
        .collect()
}

impl Input {
    /// How much of the diagnostics is printed.
    #[must_use]
    pub fn detail(&self) -> Detail {
        if self.verbose {
            Detail::All
        } else {
            Detail::Summary
        }
    }
}

impl Pages {
    /// Exactly these trees.
    #[must_use]
    pub fn of(specs: Vec<PathBuf>) -> Self {
        Self {
            specs,
            ..Self::default()
        }
    }

    fn trees(&self) -> Result<Vec<PathBuf>> {
        if self.specs.is_empty() {
            Ok(vec![workspace::root()?.join("specs/pages")])
        } else {
            Ok(self.specs.clone())
        }
    }

    /// The file that was asked for; the default one only where it is there.
    fn corrections_file(&self) -> Result<Option<PathBuf>> {
        if let Some(file) = &self.corrections {
            return Ok(Some(file.clone()));
        }
        let file = workspace::root()?.join("specs/corrections.md");
        Ok(Some(file).filter(|file| file.exists()))
    }
}

impl Understood {
    /// Prints the diagnostics.
    #[must_use]
    pub fn report(&self, detail: Detail) -> Counts {
        report::print(&self.diagnostics, &self.sources, detail)
    }

    /// Prints the diagnostics.
    ///
    /// # Errors
    /// When one of them is an error, or is one in a strict run where that was asked for.
    pub fn accept(&mut self, input: &Input) -> Result<()> {
        if input.strict {
            for diagnostic in &mut self.diagnostics {
                diagnostic.severity = diagnostic.in_strict_run();
            }
        }
        if self.report(input.detail()).errors > 0 {
            Err(Reported.into())
        } else {
            Ok(())
        }
    }

    /// `3116 pages, 3116 operations, 1847 models`
    #[must_use]
    pub fn summary(&self) -> String {
        let operations: usize = self
            .api
            .groups
            .iter()
            .map(|group| group.operations.len())
            .sum();
        let ignored = match self.ignored {
            0 => String::new(),
            files => format!(", {files} files ignored"),
        };
        format!(
            "{} pages, {operations} operations, {} models{ignored}",
            self.pages,
            self.api.models.len()
        )
    }
}

impl Codegen {
    fn mode(&self) -> Mode {
        match (self.check, self.dry_run) {
            (true, _) => Mode::Check,
            (_, true) => Mode::DryRun,
            _ => Mode::Write,
        }
    }

    fn tell(
        &self,
        out: &Path,
        understood: &Understood,
        outcome: &Outcome,
        clock: &Clock,
    ) -> Result<()> {
        let mode = self.mode();
        if mode != Mode::Write {
            tell_changes(out, outcome)?;
        }
        if self.timings {
            cli::print(&clock.to_string())?;
        }
        let verb = if mode == Mode::Write {
            "changed"
        } else {
            "stale"
        };
        cli::println(format_args!(
            "{}; {} files {verb}, {} unchanged; {}",
            understood.summary(),
            outcome.changes.len(),
            outcome.unchanged,
            clock.total()
        ))?;
        if mode == Mode::Check && !outcome.changes.is_empty() {
            bail!(
                "the output is stale: run `{}` and commit the result",
                command_without("--check")
            );
        }
        Ok(())
    }
}

fn tell_changes(out: &Path, outcome: &Outcome) -> Result<()> {
    for change in &outcome.changes {
        let what = match change.kind {
            Kind::Create => "is missing",
            Kind::Update => "differs",
            Kind::Remove => "is no longer generated",
        };
        cli::println(format_args!("stale: {}/{} {what}", shown(out), change.path))?;
    }
    cli::print(outcome.difference.as_deref().unwrap_or_default())
}

/// The command line of this run, without one of its flags.
fn command_without(flag: &str) -> String {
    let arguments = std::env::args().skip(1).filter(|argument| argument != flag);
    ["cargo", "xtask"]
        .into_iter()
        .map(str::to_owned)
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}
