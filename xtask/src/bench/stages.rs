//! `bench stages`: takes a folder of pages, runs the stages of `codegen` one after the other in this process and prints the
//! figures of each. `page` and `operation`, which `codegen` does file by file in one go, run here over all files each, and
//! the emitters one by one. In front stands the floor: reading the files and tokenising them, which no generator can save.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use apidoc_emit::{EMITTERS, Input, Names, Options, OutputFile, emit};
use apidoc_model::SourceFile;
use apidoc_parse::{Corrections, distinct, is_operation_page, operation, page, resolve};
use pulldown_cmark::Parser;
use rayon::prelude::*;

use super::measure::step;
use crate::cli;
use crate::load::load;
use crate::sync::{Mode, sync};
use crate::workspace;

/// Steps that make up a run of `codegen`; the others are the floor and parts.
pub(super) const STAGES: [&str; 6] = ["load", "page", "operation", "resolve", "emit", "sync"];
/// The steps of the floor.
pub(super) const FLOOR: [&str; 2] = ["floor: read", "floor: tokenise"];

/// Runs the verb.
pub(super) fn run(specs: &Path, out: &Path) -> Result<()> {
    floor(specs)?;
    let corrections = workspace::root()?.join("specs/corrections.md");
    let trees = [specs.to_owned()];
    let loaded = told("load", || load(&trees, Some(&corrections)))?;
    let sources = &loaded.sources;
    let files: Vec<&SourceFile> = sources
        .files()
        .iter()
        .filter(|file| is_operation_page(file))
        .collect();
    let pages: Vec<_> = told("page", || {
        files.par_iter().map(|file| page(file).0).collect()
    })?;
    let drafts: Vec<_> = told("operation", || {
        pages
            .par_iter()
            .filter_map(|page| operation(page, sources).0)
            .collect()
    })?;
    let (drafts, _) = distinct(drafts, sources);
    drop(pages);
    let file = loaded.corrections.and_then(|id| sources.file(id));
    let (corrections, _) = file.map(Corrections::parse).unwrap_or_default();
    let resolution = told("resolve", || resolve(&drafts, &corrections, sources))?;
    let options = Options {
        core_path: Some(workspace::core_path(out)?),
        ..Options::default()
    };
    let (files, problems) = told("emit", || {
        emit(&resolution.api, &options, &resolution.samples)
    })?;
    ensure!(problems.is_empty(), "cannot emit: {problems:?}");
    written(out, files)?;
    let (names, _) = told("emit: names", || Names::decide(&resolution.api))?;
    let input = Input {
        api: &resolution.api,
        names: &names,
        options: &options,
        samples: &resolution.samples,
    };
    for (emitter, name) in EMITTERS
        .iter()
        .zip(["emit: SDK", "emit: checks", "emit: api.json"])
    {
        told(name, || emitter.emit(&input))?;
    }
    Ok(())
}

/// Reading every file and tokenising its text, on one thread.
fn floor(specs: &Path) -> Result<()> {
    let texts: Vec<String> = told(FLOOR[0], || {
        pages_of(specs)
            .iter()
            .filter_map(|path| fs::read_to_string(path).ok())
            .collect()
    })?;
    let events = told(FLOOR[1], || {
        let tokens =
            |text: &String| Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES).count();
        texts.iter().map(tokens).sum::<usize>()
    })?;
    ensure!(events > 0, "there is no page in `{}`", specs.display());
    Ok(())
}

/// The files under a folder that a page may be in.
pub(super) fn pages_of(specs: &Path) -> Vec<PathBuf> {
    walkdir::WalkDir::new(specs)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// Into an empty folder, and once more, which finds everything as it shall be.
fn written(out: &Path, files: Vec<OutputFile>) -> Result<()> {
    let again = files.clone();
    told("sync, all new", || sync(out, files, Mode::Write))??;
    let outcome = told("sync", || sync(out, again, Mode::Write))??;
    ensure!(
        outcome.changes.is_empty(),
        "writing twice changed {:?}",
        outcome.changes
    );
    Ok(())
}

/// Runs a step and prints its figures.
fn told<T>(name: &str, run: impl FnOnce() -> T) -> Result<T> {
    let (result, figure) = step(name, run)?;
    cli::print(&figure.line())?;
    Ok(result)
}
