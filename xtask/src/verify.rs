//! `cargo xtask verify`: takes pages, generates the SDK and its checks into a workspace of their own under `target/verify`,
//! compiles them, and holds every sample of the pages against the SDK. Fails when anything in it does; the last line has
//! the figures.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use apidoc_emit::{Options, emit};
use clap::Args;

use crate::cargo;
use crate::cli::Reported;
use crate::clock::Clock;
use crate::codegen::{Input, understand};
use crate::sync::{Mode, sync};
use crate::workspace;

/// Hold every sample of the pages against the SDK that is generated from them.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    input: Input,
}

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
    let mut understood = understand(&args.input, &mut clock)?;
    let options = Options {
        core_path: Some(workspace::core_path(&out)?),
        ..Options::default()
    };
    let (files, problems) = emit(&understood.api, &options, &understood.samples);
    understood.diagnostics.extend(problems);
    understood.accept(&args.input)?;
    fs::create_dir_all(&scratch)
        .with_context(|| format!("cannot create `{}`", scratch.display()))?;
    sync(&out, files, Mode::Write)?;
    prepare(&root, &scratch)?;
    eprintln!("{}; {}", understood.summary(), clock.total());
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
    check(&scratch)
}

/// A workspace of its own, with the versions of this one.
fn prepare(root: &Path, scratch: &Path) -> Result<()> {
    write_if_changed(&scratch.join("Cargo.toml"), MANIFEST)?;
    let lock = scratch.join("Cargo.lock");
    if !lock.exists() {
        fs::copy(root.join("Cargo.lock"), &lock)
            .with_context(|| format!("cannot write `{}`", lock.display()))?;
    }
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Runs the checker, which prints the failures itself and then one line of figures.
fn check(scratch: &Path) -> Result<()> {
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
    println!("verify: {figures}");
    if output.status.success() && is_complete(figures) {
        Ok(())
    } else {
        Err(Reported.into())
    }
}

/// Whether every `n/m` of the line has n = m, and pages were checked at all.
fn is_complete(figures: &str) -> bool {
    let mut tallies = figures
        .split(", ")
        .filter_map(|part| part.rsplit(' ').next()?.split_once('/'));
    !figures.starts_with("pages 0/") && tallies.all(|(passed, all)| passed == all)
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn only_full_marks_are_complete() {
        for (figures, complete) in [
            (
                "pages 3/3, responses 3/3, requests 0/0, calls 3/3, mutants 90/90, contradictions 1",
                true,
            ),
            (
                "pages 0/0, responses 0/0, requests 0/0, calls 0/0, mutants 0/0, contradictions 0",
                false,
            ),
            (
                "pages 2/3, responses 3/3, requests 0/0, calls 3/3, mutants 90/90, contradictions 0",
                false,
            ),
            (
                "pages 3/3, responses 3/3, requests 0/0, calls 3/3, mutants 89/90, contradictions 0",
                false,
            ),
        ] {
            assert_eq!(is_complete(figures), complete, "{figures}");
        }
    }
}
