//! The stages of `codegen`, each alone, on the vendored pages: how their wall times are spread, in pages and bytes per second. Takes
//! nothing and judges nothing. What they take of the processor and of memory, other editions and growth: `cargo xtask bench`.
//!
//! ```console
//! cargo bench -p xtask --bench stages
//! ```

#![allow(
    clippy::unwrap_used,
    reason = "vendored pages that cannot be read are a mistake in this repository"
)]

use std::path::PathBuf;
use std::sync::LazyLock;

use apidoc_emit::{EMITTERS, Input, Names, Options, OutputFile, emit};
use apidoc_model::SourceFile;
use apidoc_parse::draft::Draft;
use apidoc_parse::{
    Corrections, Page, Resolution, distinct, is_operation_page, operation, page, resolve,
};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use rayon::prelude::*;
use xtask::load::{Loaded, load};
use xtask::sync::{Mode, sync};
use xtask::workspace;

fn main() {
    divan::main();
}

// What each stage takes is made once, by the stages in front of it.

static LOADED: LazyLock<Loaded> = LazyLock::new(load_all);
static PAGES: LazyLock<Vec<Page>> = LazyLock::new(all_pages);
static DRAFTS: LazyLock<Vec<Draft>> = LazyLock::new(|| distinct(all_drafts(), &LOADED.sources).0);
static CORRECTIONS: LazyLock<Corrections> = LazyLock::new(|| {
    let file = LOADED.sources.file(LOADED.corrections.unwrap()).unwrap();
    Corrections::parse(file).0
});
static RESOLUTION: LazyLock<Resolution> = LazyLock::new(resolve_all);
static OPTIONS: LazyLock<Options> = LazyLock::new(|| Options {
    core_path: Some(workspace::core_path(&out()).unwrap()),
    ..Options::default()
});
static NAMES: LazyLock<Names> = LazyLock::new(|| Names::decide(&RESOLUTION.api).0);
static FILES: LazyLock<Vec<OutputFile>> = LazyLock::new(emit_all);

fn out() -> PathBuf {
    workspace::root().unwrap().join("target/bench/alone")
}

fn load_all() -> Loaded {
    let specs = workspace::root().unwrap().join("specs");
    load(&[specs.join("pages")], Some(&specs.join("corrections.md")))
}

fn operation_pages() -> Vec<&'static SourceFile> {
    let files = LOADED.sources.files().iter();
    files.filter(|file| is_operation_page(file)).collect()
}

fn all_pages() -> Vec<Page> {
    let files = operation_pages();
    files.par_iter().map(|file| page(file).0).collect()
}

fn all_drafts() -> Vec<Draft> {
    let pages = PAGES.par_iter();
    pages
        .filter_map(|page| operation(page, &LOADED.sources).0)
        .collect()
}

fn resolve_all() -> Resolution {
    resolve(&DRAFTS, &CORRECTIONS, &LOADED.sources)
}

fn emit_all() -> Vec<OutputFile> {
    let (files, problems) = emit(&RESOLUTION.api, &OPTIONS, &RESOLUTION.samples);
    assert!(problems.is_empty(), "cannot emit: {problems:?}");
    files
}

/// Counts the pages and bytes that go through a stage.
fn counting<'a, 'b>(bencher: Bencher<'a, 'b>) -> Bencher<'a, 'b> {
    let pages = operation_pages();
    let bytes: usize = pages.iter().map(|file| file.text.len()).sum();
    bencher
        .counter(ItemsCount::new(pages.len()))
        .counter(BytesCount::new(bytes))
}

#[divan::bench(sample_count = 20)]
fn a_load(bencher: Bencher<'_, '_>) {
    counting(bencher).bench(load_all);
}

#[divan::bench(sample_count = 20)]
fn b_page(bencher: Bencher<'_, '_>) {
    counting(bencher).bench(all_pages);
}

#[divan::bench(sample_count = 20)]
fn c_operation(bencher: Bencher<'_, '_>) {
    LazyLock::force(&PAGES);
    counting(bencher).bench(all_drafts);
}

#[divan::bench(sample_count = 20)]
fn d_resolve(bencher: Bencher<'_, '_>) {
    LazyLock::force(&DRAFTS);
    LazyLock::force(&CORRECTIONS);
    counting(bencher).bench(resolve_all);
}

#[divan::bench(sample_count = 20)]
fn e_emit(bencher: Bencher<'_, '_>) {
    LazyLock::force(&RESOLUTION);
    counting(bencher).bench(emit_all);
}

#[divan::bench(sample_count = 20)]
fn e_emit_names(bencher: Bencher<'_, '_>) {
    LazyLock::force(&RESOLUTION);
    counting(bencher).bench(|| Names::decide(&RESOLUTION.api));
}

/// The emitters one by one: the SDK, its checks, `api.json`.
#[divan::bench(sample_count = 20, args = 0..EMITTERS.len())]
fn e_emitter(bencher: Bencher<'_, '_>, emitter: usize) {
    let input = Input {
        api: &RESOLUTION.api,
        names: &NAMES,
        options: &OPTIONS,
        samples: &RESOLUTION.samples,
    };
    counting(bencher).bench(|| EMITTERS[emitter].emit(&input));
}

/// Nothing to change: every file is compared with what stands on the disk.
#[divan::bench(sample_count = 20)]
fn f_sync(bencher: Bencher<'_, '_>) {
    std::fs::create_dir_all(out()).unwrap();
    sync(&out(), FILES.clone(), Mode::Write).unwrap();
    let files = || FILES.clone();
    counting(bencher).with_inputs(files).bench_values(|files| {
        let outcome = sync(&out(), files, Mode::Write).unwrap();
        assert!(outcome.changes.is_empty(), "writing twice changed files");
    });
}
