//! `cargo xtask verify`: takes pages, generates the SDK and its checks into a workspace of their own under `target/verify`,
//! compiles them, and holds every sample of the pages against the SDK. Fails when anything in it does, when the checker looked
//! at less than the pages have, and, for the vendored pages, when the figures or the places of contradictions are not those of
//! the committed record; the last line has the figures.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use apidoc_emit::{Options, emit};
use apidoc_model::OperationSample;
use apidoc_model::sample::{Contradiction, SampleBody, SampleMessage};
use clap::Args;

use crate::cargo;
use crate::cli::{self, Reported};
use crate::clock::Clock;
use crate::codegen::{Input, understand};
use crate::sync::{Mode, sync};
use crate::workspace;

/// Hold every sample of the pages against the SDK that is generated from them.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    input: Input,
    /// Write what was found to the record of the vendored pages, instead of comparing it
    #[arg(long)]
    accept: bool,
}

/// What a run over the vendored pages finds.
const RECORD: &str = "specs/verified.txt";

const MANIFEST: &str = r#"# Written by `cargo xtask verify`.
[workspace]
resolver = "3"
members = ["generated/superoffice", "generated/checks"]

[profile.dev]
debug = false
incremental = false
"#;

/// Runs the verb.
///
/// # Errors
/// When there is an error in the pages, the SDK does not compile, or a sample does not survive.
pub fn run(args: &Verify) -> Result<()> {
    let mut clock = Clock::start();
    let root = workspace::root()?;
    let scratch = root.join("target/verify");
    let out = scratch.join("generated");
    let mut understood = understand(&args.input.pages, &mut clock)?;
    let options = Options {
        core_path: Some(workspace::core_path(&out)?),
        ..Options::default()
    };
    let (files, problems) = emit(&understood.api, &options, &understood.samples);
    understood.diagnostics.extend(problems);
    understood.accept(args.input.judgement)?;
    fs::create_dir_all(&scratch)
        .with_context(|| format!("cannot create `{}`", scratch.display()))?;
    sync(&out, files, Mode::Write)?;
    prepare(&root, &scratch)?;
    cli::eprintln(format_args!("{}; {}", understood.summary(), clock.total()));
    cargo::run(
        &scratch,
        [
            "build",
            "--quiet",
            "--package",
            "superoffice-checks",
            "--target-dir",
            "target",
        ],
    )
    .context("the generated crates do not compile")?;
    let figures = check(&scratch)?;
    let expected = expected(&understood.samples);
    ensure!(
        without_mutants(&figures).as_ref() == Some(&expected),
        "the checks should have found: {expected}"
    );
    if args.input.pages.specs.is_empty() && args.input.pages.corrections.is_none() {
        compare(&root, &record(&figures, &understood.samples), args.accept)?;
    }
    Ok(())
}

/// A workspace of its own, with the versions of this one: those of today, whatever a former run was compiled with. Cargo takes
/// out of the copy what is not needed here.
fn prepare(root: &Path, scratch: &Path) -> Result<()> {
    write_if_changed(&scratch.join("Cargo.toml"), MANIFEST)?;
    let lock = scratch.join("Cargo.lock");
    fs::copy(root.join("Cargo.lock"), &lock)
        .with_context(|| format!("cannot write `{}`", lock.display()))?;
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Runs the checker, which prints the failures itself and then one line of figures.
fn check(scratch: &Path) -> Result<String> {
    let mut command = cargo::command(
        scratch,
        [
            "run",
            "--quiet",
            "--package",
            "superoffice-checks",
            "--target-dir",
            "target",
        ],
    );
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run the checks")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures = text.lines().last().unwrap_or_default();
    ensure!(
        figures.starts_with("pages "),
        "the checks ended without figures"
    );
    for line in text.lines() {
        cli::println(format_args!("verify: {line}"))?;
    }
    if output.status.success() {
        Ok(figures.to_owned())
    } else {
        Err(Reported.into())
    }
}

/// What the checker must find, counted from the pages: everything passes, and nothing was left out.
fn expected(samples: &[OperationSample]) -> String {
    let has_body = |message: &&SampleMessage| message.body != SampleBody::None;
    let is_json = |message: &&SampleMessage| matches!(message.body, SampleBody::Json(_));
    let requests = || samples.iter().filter_map(|sample| sample.request.as_ref());
    let responses = samples
        .iter()
        .filter_map(|sample| sample.response.as_ref())
        .filter(has_body)
        .count();
    let bodies = requests().filter(is_json).count();
    let (pages, calls) = (samples.len(), requests().count());
    let contradictions: usize = samples
        .iter()
        .map(|sample| sample.contradictions.len())
        .sum();
    format!(
        "pages {pages}/{pages}, responses {responses}/{responses}, requests {bodies}/{bodies}, \
         calls {calls}/{calls}, mutants M/M, contradictions {contradictions}"
    )
}

/// The figures without the number of mutants, which only the checker knows; it must not be none where there are responses.
fn without_mutants(figures: &str) -> Option<String> {
    let (before, rest) = figures.split_once("mutants ")?;
    let (mutants, after) = rest.split_once(',')?;
    let (passed, all) = mutants.split_once('/')?;
    (passed == all && (all != "0" || before.contains("responses 0/")))
        .then(|| format!("{before}mutants M/M,{after}"))
}

/// The record of a run: its figures, and where samples contradict their types. No values of samples, which are not ours.
fn record(figures: &str, samples: &[OperationSample]) -> String {
    let mut text = format!("{figures}\n");
    for sample in samples {
        for Contradiction { side, pointer } in &sample.contradictions {
            let place = if pointer.is_empty() { "/" } else { pointer };
            text.push_str(&format!("{} {} {place}\n", sample.id, side.name()));
        }
    }
    text
}

/// The vendored pages have a committed record, which a run must repeat word for word.
fn compare(root: &Path, found: &str, accept: bool) -> Result<()> {
    let path = root.join(RECORD);
    if accept {
        return write_if_changed(&path, found);
    }
    let known = fs::read_to_string(&path)
        .with_context(|| format!("cannot read `{RECORD}`; `--accept` writes it"))?;
    if known == found {
        return Ok(());
    }
    for line in known
        .lines()
        .filter(|line| !found.lines().any(|one| one == *line))
    {
        cli::println(format_args!("- {line}"))?;
    }
    for line in found
        .lines()
        .filter(|line| !known.lines().any(|one| one == *line))
    {
        cli::println(format_args!("+ {line}"))?;
    }
    bail!("the run differs from `{RECORD}`; if that is meant, `cargo xtask verify --accept`")
}

#[cfg(test)]
mod tests {
    use apidoc_model::sample::Side;

    use super::*;

    fn message(body: SampleBody) -> Option<SampleMessage> {
        Some(SampleMessage {
            file: String::new(),
            line: 1,
            start_line: String::new(),
            body,
        })
    }

    fn samples() -> Vec<OperationSample> {
        let sample = |id: &str, request, response, contradictions| OperationSample {
            id: id.to_owned(),
            page: String::new(),
            request,
            response,
            contradictions,
        };
        let json = || message(SampleBody::Json("1".to_owned()));
        let place = |side, pointer: &str| Contradiction {
            side,
            pointer: pointer.to_owned(),
        };
        let contradictions = vec![place(Side::Request, "/A/0"), place(Side::Response, "")];
        vec![
            sample("v1A_One", json(), json(), contradictions),
            sample("v1A_Two", message(SampleBody::None), None, Vec::new()),
        ]
    }

    #[test]
    fn only_what_the_pages_have_is_complete() {
        let expected = expected(&samples());
        let good =
            "pages 2/2, responses 1/1, requests 1/1, calls 2/2, mutants 9/9, contradictions 2";
        assert_eq!(without_mutants(good), Some(expected.clone()));
        for (part, other) in [
            ("pages 2/2", "pages 1/2"),
            ("pages 2/2", "pages 0/0"),
            ("responses 1/1", "responses 0/0"),
            ("requests 1/1", "requests 0/1"),
            ("calls 2/2", "calls 1/1"),
            ("mutants 9/9", "mutants 8/9"),
            ("mutants 9/9", "mutants 0/0"),
            ("contradictions 2", "contradictions 3"),
        ] {
            let figures = good.replace(part, other);
            assert_ne!(
                without_mutants(&figures),
                Some(expected.clone()),
                "{figures}"
            );
        }
    }

    #[test]
    fn a_record_has_places_and_no_values() {
        assert_eq!(
            record("pages 2/2", &samples()),
            "pages 2/2\nv1A_One request /A/0\nv1A_One response /\n"
        );
    }

    #[test]
    fn every_run_has_the_versions_of_the_workspace() -> Result<()> {
        let (root, scratch) = (tempfile::tempdir()?, tempfile::tempdir()?);
        for versions in ["old", "new"] {
            fs::write(root.path().join("Cargo.lock"), versions)?;
            prepare(root.path(), scratch.path())?;
            let found = fs::read_to_string(scratch.path().join("Cargo.lock"))?;
            assert_eq!(found, versions);
        }
        Ok(())
    }

    #[test]
    fn a_run_that_differs_from_its_record_fails() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("specs"))?;
        assert!(compare(folder.path(), "one\n", false).is_err());
        compare(folder.path(), "one\n", true)?;
        compare(folder.path(), "one\n", false)?;
        assert!(compare(folder.path(), "one\ntwo\n", false).is_err());
        assert!(compare(folder.path(), "one\none\n", false).is_err());
        Ok(())
    }
}
