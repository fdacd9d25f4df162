//! `cargo xtask fuzz [TARGET…] [--seconds N]`: takes names of fuzz targets, or none for all, and a time for each; builds them so that
//! libFuzzer sees what they cover, which the stable compiler can, and runs as many at once as there are processors. Prints what each has done;
//! inputs worth keeping stay in `target/fuzz/corpus`. An input that breaks a promise stays in `target/fuzz/found`, and the run fails when
//! all have ended.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, value_parser};
use rayon::prelude::*;

use crate::cli::{self, Reported};
use crate::{cargo, workspace};

/// The manifest of the targets, which are no members of the workspace.
pub(crate) const MANIFEST: &str = "crates/fuzz/Cargo.toml";

/// Words of the reference, of which inputs are made.
const DICTIONARY: &str = "crates/fuzz/pages.dict";

/// How the compiler counts what an input covers: the flags of cargo-fuzz without a sanitizer, since there is no unsafe code of ours.
const FLAGS: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0";

/// How much of what a broken target said is shown.
const SHOWN_LINES: usize = 30;

/// Search for inputs that break a promise, with libFuzzer.
#[derive(Debug, Args)]
pub struct Fuzz {
    /// The targets; all of them without
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Seconds for each of them
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = value_parser!(u64).range(1..))]
    pub seconds: u64,
}

/// What a target has done.
#[derive(Debug)]
struct Outcome {
    target: String,
    executions: u64,
    kept: u64,
    time: Duration,
    /// The end of what it said, when it broke.
    broken: Option<String>,
}

/// Runs the verb.
///
/// # Errors
/// When the targets cannot be built or started, or one of them found something.
pub fn run(args: &Fuzz) -> Result<()> {
    let root = workspace::root()?;
    let targets = chosen(targets(&root)?, &args.targets)?;
    let programs = build(&root)?;
    let results: Vec<Result<Outcome>> = targets
        .par_iter()
        .map(|target| fuzz(&root, &programs, target, args.seconds))
        .collect();
    cli::print("| target | executions | seconds | inputs kept | |\n|---|--:|--:|--:|---|\n")?;
    for outcome in results.iter().flatten() {
        cli::println(outcome.line())?;
    }
    let problems: Vec<String> = results.iter().filter_map(problem).collect();
    for problem in &problems {
        cli::eprintln(format_args!("\n{problem}"));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Reported.into())
    }
}

/// Why a target has not come to its end: it found something, or it could not run.
fn problem(result: &Result<Outcome>) -> Option<String> {
    match result {
        Ok(outcome) => {
            let said = outcome.broken.as_ref()?;
            Some(format!("{} broke:\n{said}", outcome.target))
        }
        Err(error) => Some(format!("error: {error:#}")),
    }
}

impl Outcome {
    fn line(&self) -> String {
        let Self {
            target,
            executions,
            kept,
            time,
            broken,
        } = self;
        let found = if broken.is_some() { "BROKE" } else { "" };
        format!(
            "| `{target}` | {executions} | {:.0} | {kept} | {found} |",
            time.as_secs_f64()
        )
    }
}

/// The names of all targets.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("crates/fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder)
        .with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy());
        names.extend(stem.map(|stem| stem.into_owned()));
    }
    names.sort();
    Ok(names)
}

/// The targets that were asked for.
fn chosen(all: Vec<String>, asked: &[String]) -> Result<Vec<String>> {
    if asked.is_empty() {
        return Ok(all);
    }
    for name in asked {
        ensure!(
            all.contains(name),
            "there is no target `{name}`; there are {}",
            all.join(", ")
        );
    }
    Ok(asked.to_vec())
}

/// Builds all targets and returns the folder of their programs. With a triple, so that programs that only build are not slowed down.
fn build(root: &Path) -> Result<PathBuf> {
    let host = host(root)?;
    let arguments = ["build", "--locked", "--quiet", "--release"];
    let mut build = cargo::command(root, arguments);
    build
        .args(["--manifest-path", MANIFEST, "--target", &host])
        .args(["--target-dir", "target/fuzz/build"])
        .env("RUSTFLAGS", FLAGS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo::checked(&mut build)?;
    Ok(root.join("target/fuzz/build").join(host).join("release"))
}

/// Whether there is a compiler of C++, in which libFuzzer is written.
pub(crate) fn has_compiler() -> bool {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let version = Command::new(compiler).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// The triple of this machine, as the compiler calls it.
fn host(root: &Path) -> Result<String> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(root).arg("-vV");
    let said = cargo::output(rustc.env_remove("RUSTUP_TOOLCHAIN"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .context("rustc does not say what machine this is")
}

fn fuzz(root: &Path, programs: &Path, target: &str, seconds: u64) -> Result<Outcome> {
    let work = root.join("target/fuzz");
    let (corpus, found) = (work.join("corpus").join(target), work.join("found"));
    for folder in [&corpus, &found] {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let start = Instant::now();
    let output = Command::new(programs.join(target))
        .arg(corpus)
        .arg(root.join("crates/hostile/corpus").join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-dict={}", root.join(DICTIONARY).display()))
        .arg(format!("-artifact_prefix={}/{target}-", found.display()))
        .arg("-print_final_stats=1")
        // Calls of the fuzzer would fill the lines that are shown.
        .env("RUST_BACKTRACE", "0")
        .output()
        .with_context(|| format!("cannot run the target `{target}`"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let broken = (!output.status.success()).then(|| end(&said));
    let figures = figure(&said, "number_of_executed_units").zip(figure(&said, "new_units_added"));
    let (executions, kept) = match (figures, &broken) {
        (None | Some((0, _)), None) => bail!("the target `{target}` has run nothing:\n{said}"),
        (figures, _) => figures.unwrap_or_default(),
    };
    Ok(Outcome {
        target: target.to_owned(),
        executions,
        kept,
        time: start.elapsed(),
        broken,
    })
}

/// A figure that libFuzzer prints at its end: `stat::new_units_added: 12`.
fn figure(said: &str, name: &str) -> Option<u64> {
    let lines = said.lines().filter_map(|line| line.strip_prefix("stat::"));
    let mut named = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    named.next()?.trim().parse().ok()
}

/// The last lines, in which the broken promise is named and the place of the input.
fn end(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    lines
        .get(lines.len().saturating_sub(SHOWN_LINES)..)
        .unwrap_or_default()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{chosen, end, figure, targets};

    /// What was found once is searched for again: each folder of kept inputs has its target, and each target its folder.
    #[test]
    fn every_kept_corpus_has_its_target() -> anyhow::Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut kept = Vec::new();
        for entry in std::fs::read_dir(root.join("crates/hostile/corpus"))? {
            kept.push(entry?.file_name().to_string_lossy().into_owned());
        }
        kept.sort();
        assert_eq!(targets(&root)?, kept);
        let manifest = std::fs::read_to_string(root.join(super::MANIFEST))?;
        for name in kept {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        }
        Ok(())
    }

    #[test]
    fn figures_are_found_by_their_whole_name() {
        let said =
            "#9 DONE\nstat::number_of_executed_units: 1234\nstat::new_units_added:          5\n";
        assert_eq!(figure(said, "number_of_executed_units"), Some(1234));
        assert_eq!(figure(said, "new_units_added"), Some(5));
        for name in ["new_units", "units_added", "DONE"] {
            assert_eq!(figure(said, name), None, "{name}");
        }
    }

    #[test]
    fn a_target_that_is_not_there_is_refused_with_those_that_are() {
        let all = || vec!["address".to_owned(), "page".to_owned()];
        assert_eq!(chosen(all(), &[]).ok(), Some(all()));
        let page = ["page".to_owned()];
        assert_eq!(chosen(all(), &page).ok().as_deref(), Some(&page[..]));
        let error = chosen(all(), &["cage".to_owned()]).map_err(|error| error.to_string());
        let words = "there is no target `cage`; there are address, page";
        assert_eq!(error, Err(words.to_owned()));
    }

    #[test]
    fn the_last_lines_are_shown() {
        let said: Vec<String> = (0..40).map(|line| line.to_string()).collect();
        let shown = end(&said.join("\n"));
        assert_eq!(
            (shown.lines().next(), shown.lines().count()),
            (Some("10"), 30)
        );
        assert_eq!(end("one"), "one");
    }
}
