//! `cargo xtask ci [STEP…]`: takes the names of steps, or none for all, and runs what CI runs, so that local is the same as
//! CI. All steps run even when one fails; the failed ones are listed at the end, and so is what could not be checked here.

mod corpus;
mod published;
mod supply_chain;
mod tool;
mod versions;

use std::collections::HashSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use crate::fuzz::{self, Fuzz};
use crate::{cargo, cli, workspace};

/// How long each target of the fuzzer runs: a minute for all of them.
const FUZZ_SECONDS: u64 = 8;

/// The tests of the verb `mock`, which `cargo test --workspace` leaves out.
const MOCK: [&str; 7] = [
    "test",
    "--package",
    "xtask",
    "--features",
    "mock",
    "--test",
    "mock",
];

/// Run the steps of CI, or some of them.
#[derive(Debug, Args)]
pub struct Ci {
    /// The steps, in this order; all of them without
    #[arg(value_name = "STEP")]
    steps: Vec<Step>,
}

/// The steps, in the order they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The sources are formatted (rustfmt, default settings)
    Fmt,
    /// Clippy finds nothing, over all crates, targets and features
    Clippy,
    /// Rustdoc finds nothing, over all crates
    Docs,
    /// The committed output is what the generator prints (`codegen --check`)
    Fresh,
    /// Every sample of the vendored pages survives the SDK (`verify`)
    Verify,
    /// Every sample of the original editions does, and vendoring loses nothing; needs `../shared`
    Corpus,
    /// The published crates compile without features and with each alone, one agent and one area for all
    Features,
    /// The verb `mock`, which is behind a feature, does what its options say
    Mock,
    /// The published crates compile with the oldest Rust they promise
    Msrv,
    /// The published crates compile with the least versions that their manifests allow
    Least,
    /// The public interfaces are those of the last tag, or newer by the rules (cargo-semver-checks)
    Semver,
    /// Every target of the fuzzer runs for some seconds and finds nothing (`fuzz`)
    Fuzz,
    /// No known vulnerability, no other licence, no other source than the registry, also of the fuzzer (cargo-deny)
    Deny,
    /// No advisory stands against any locked version (cargo-audit)
    Audit,
}

/// What a step has come to, when nothing failed.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// All of it was checked.
    Passed,
    /// Something was not, because of this.
    NotChecked(String),
}
use Verdict::{NotChecked, Passed};

/// Runs the verb.
///
/// # Errors
/// When a step failed.
pub fn run(args: &Ci) -> Result<()> {
    let root = workspace::root()?;
    let steps = match args.steps.as_slice() {
        [] => Step::value_variants(),
        steps => steps,
    };
    let mut summary = Summary::default();
    for step in steps {
        let (name, start) = (step.name(), Instant::now());
        cli::println(format_args!("== ci {name}"))?;
        let outcome = step.run(&root);
        let seconds = start.elapsed().as_secs_f64();
        let verdict = summary.add(&name, outcome);
        cli::println(format_args!("== ci {name}: {seconds:.1} s, {verdict}"))?;
    }
    cli::println(summary.last_line()?)
}

/// What has become of the steps.
#[derive(Debug, Default)]
struct Summary {
    passed: usize,
    failed: Vec<String>,
    not_checked: Vec<String>,
}

impl Summary {
    /// Counts a step; returns what it has come to.
    fn add(&mut self, name: &str, outcome: Result<Verdict>) -> String {
        match outcome {
            Ok(Passed) => {
                self.passed += 1;
                "passed".to_owned()
            }
            Ok(NotChecked(why)) => {
                self.not_checked.push(format!("{name}: {why}"));
                format!("NOT CHECKED: {why}")
            }
            Err(error) => {
                self.failed.push(name.to_owned());
                format!("FAILED: {error:#}")
            }
        }
    }

    /// The end of a run. What was not checked is said again, because its own place has scrolled away.
    fn last_line(&self) -> Result<String> {
        let lines: Vec<String> = self
            .not_checked
            .iter()
            .map(|step| format!("ci: NOT CHECKED: {step}\n"))
            .collect();
        let lines = lines.concat();
        ensure!(
            self.failed.is_empty(),
            "failed: {}\n{lines}",
            self.failed.join(", ")
        );
        Ok(format!(
            "{lines}ci: passed: {}, not checked in full: {}",
            self.passed,
            self.not_checked.len()
        ))
    }
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn run(self, root: &Path) -> Result<Verdict> {
        match self {
            Self::Fmt => cargo::run(root, ["fmt", "--all", "--check"])?,
            Self::Clippy => clippy(root)?,
            Self::Docs => docs(root)?,
            Self::Fresh => fresh(root)?,
            Self::Verify => cargo::run(root, ["xtask", "verify", "--strict"])?,
            Self::Corpus => return corpus::run(root),
            Self::Features => features(root)?,
            Self::Mock => cargo::run(root, MOCK)?,
            Self::Msrv => return msrv(root),
            Self::Least => return versions::least(root),
            Self::Semver => return versions::semver(root),
            Self::Fuzz => return search(),
            Self::Deny => return supply_chain::deny(root),
            Self::Audit => return supply_chain::audit(root),
        }
        Ok(Passed)
    }
}

fn search() -> Result<Verdict> {
    if !fuzz::has_compiler() {
        let why = "there is no compiler of C++, in which libFuzzer is written";
        return Ok(NotChecked(why.to_owned()));
    }
    fuzz::run(&Fuzz {
        targets: Vec::new(),
        seconds: FUZZ_SECONDS,
    })?;
    Ok(Passed)
}

fn docs(root: &Path) -> Result<()> {
    let arguments = [
        "doc",
        "--workspace",
        "--no-deps",
        "--all-features",
        "--quiet",
    ];
    cargo::checked(cargo::command(root, arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

/// With one thread, and with more than there are pages in a folder: the order of work must not show.
fn fresh(root: &Path) -> Result<()> {
    for threads in ["1", "16"] {
        let mut check = cargo::command(root, ["xtask", "codegen", "--check", "--strict"]);
        cargo::checked(check.env("RAYON_NUM_THREADS", threads))?;
    }
    Ok(())
}

/// Features of which there are many of a kind: the first stands for all.
const KINDS: [&str; 2] = ["agent-", "rest-"];

/// Every published crate with none of its features, and with each alone.
fn features(root: &Path) -> Result<()> {
    let mut count = 0;
    for package in published::crates(root)? {
        let name = &package.name;
        for feature in std::iter::once("").chain(one_of_each_kind(&package.features)) {
            cli::println(format_args!("{name} with features `{feature}`"))?;
            let check = [
                "check",
                "--quiet",
                "--package",
                name,
                "--no-default-features",
            ];
            cargo::run(root, check.iter().chain(&["--features", feature]))?;
            count += 1;
        }
    }
    cli::println(format_args!("features: {count} combinations compile"))
}

fn one_of_each_kind(features: &[String]) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    features.iter().map(String::as_str).filter(move |feature| {
        let kind = KINDS.iter().find(|kind| feature.starts_with(**kind));
        kind.is_none_or(|kind| seen.insert(kind))
    })
}

/// What dependencies say they need is always checked; compiling needs the toolchain, and where rustup does not have it, that is said.
fn msrv(root: &Path) -> Result<Verdict> {
    let version = env!("CARGO_PKG_RUST_VERSION");
    versions::rust_of_dependencies(root, version)?;
    let toolchain = format!("+{version}");
    let there = cargo::command(root, [toolchain.as_str(), "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        let install = format!("`rustup toolchain install {version}`");
        return Ok(NotChecked(format!(
            "the toolchain {version} is not installed ({install}); only what dependencies say was"
        )));
    }
    let check = [&toolchain, "check", "--quiet", "--all-features"];
    let mut check = cargo::command(root, check);
    for package in published::crates(root)? {
        check.args(["--package", &package.name]);
    }
    cargo::checked(check.args(["--target-dir", "target/msrv"]))?;
    Ok(Passed)
}

/// What is shipped may not panic; a test ends by panicking, so that the lints against it do not hold there.
fn clippy(root: &Path) -> Result<()> {
    let shipped = ["--lib", "--bins", "--examples"];
    let tests = ["--tests", "--benches"];
    let common = ["clippy", "--workspace", "--all-features", "--quiet"];
    let denied = ["--", "-D", "warnings"];
    let allowed = ["unwrap_used", "expect_used", "panic"].map(|lint| format!("-Aclippy::{lint}"));
    cargo::run(root, common.iter().chain(&shipped).chain(&denied))?;
    let allowed = allowed.iter().map(String::as_str);
    let arguments = common.into_iter().chain(tests).chain(denied).chain(allowed);
    cargo::run(root, arguments)
}

#[cfg(test)]
mod tests {
    use super::{NotChecked, Passed, Summary};

    #[test]
    fn what_was_not_checked_is_said_at_the_end() {
        let mut summary = Summary::default();
        summary.add("fmt", Ok(Passed));
        summary.add("least", Ok(NotChecked("no nightly".to_owned())));
        let said = summary.last_line().unwrap_or_default();
        assert_eq!(
            said,
            "ci: NOT CHECKED: least: no nightly\nci: passed: 1, not checked in full: 1"
        );
        summary.add("deny", Err(anyhow::anyhow!("a licence")));
        let error = summary.last_line().map_err(|error| error.to_string());
        assert_eq!(
            error,
            Err("failed: deny\nci: NOT CHECKED: least: no nightly\n".to_owned())
        );
    }
}
