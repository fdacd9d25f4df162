//! `cargo xtask ci corpus`: takes the original editions in `../shared`, where they are, and proves the generator on them:
//! every sample of each edition and of their combination, lints and documentation of the SDK that carries their prose, and
//! that the vendored pages lead to the types of the originals. Says so where there is no `../shared`, and fails where an edition is missing in it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};

use super::Verdict::{self, NotChecked, Passed};
use crate::clock::Clock;
use crate::codegen::{Pages, understand};
use crate::{cargo, cli, diff};

/// Editions that are verified, as lists of trees.
const EDITIONS: [&[&str]; 5] = [
    &["seeds"],
    &["corpus/2026"],
    &["corpus/2022"],
    &["corpus/2023"],
    &["corpus/2023", "corpus/2022"],
];

/// Runs the step.
pub(super) fn run(root: &Path) -> Result<Verdict> {
    let shared = root.join("../shared");
    if !shared.is_dir() {
        return Ok(NotChecked("there is no `../shared`".to_owned()));
    }
    for tree in EDITIONS.iter().copied().flatten() {
        ensure!(
            shared.join(tree).is_dir(),
            "`../shared` is there, but `{tree}` is not in it"
        );
    }
    for edition in EDITIONS {
        cli::println(format_args!("corpus: {}", edition.join(" + ")))?;
        let specs = edition
            .iter()
            .flat_map(|tree| ["--specs".into(), shared.join(tree).into_os_string()]);
        cargo::run(
            root,
            ["xtask".into(), "verify".into()].into_iter().chain(specs),
        )?;
    }
    prose_is_harmless(&root.join("target/verify"))?;
    vendoring_loses_nothing(root, &shared)?;
    Ok(Passed)
}

/// Lints and documentation of what the last edition left in the scratch workspace.
fn prose_is_harmless(scratch: &Path) -> Result<()> {
    cargo::run(
        scratch,
        [
            "clippy",
            "--quiet",
            "--package",
            "superoffice",
            "--target-dir",
            "target",
            "--",
            "-D",
            "warnings",
        ],
    )?;
    let mut doc = cargo::command(
        scratch,
        [
            "doc",
            "--quiet",
            "--no-deps",
            "--package",
            "superoffice",
            "--target-dir",
            "target",
        ],
    );
    cargo::checked(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    cli::println("corpus: clippy and rustdoc find nothing in the SDK with prose")?;
    no_prose_is_a_test(scratch)
}

/// Asks rustdoc for the tests in the documentation of the SDK, which its manifest does not. The front page of the crate is left
/// out: it was written by hand, and has programs.
fn no_prose_is_a_test(scratch: &Path) -> Result<()> {
    let sdk = scratch.join("generated/superoffice");
    let (manifest, root) = (sdk.join("Cargo.toml"), sdk.join("src/lib.rs"));
    let text = std::fs::read_to_string(&manifest)?;
    ensure!(
        text.contains("doctest = false"),
        "the SDK tests its documentation"
    );
    std::fs::write(&manifest, text.replace("doctest = false", "doctest = true"))?;
    let code = std::fs::read_to_string(&root)?;
    let code: Vec<&str> = code
        .lines()
        .filter(|line| !line.starts_with("//!"))
        .collect();
    std::fs::write(&root, format!("//! Front page.\n{}\n", code.join("\n")))?;
    let arguments = [
        "test",
        "--doc",
        "--package",
        "superoffice",
        "--target-dir",
        "target",
    ];
    let output = cargo::command(scratch, arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo test")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let none =
        said.contains("running 0 tests") && said.contains("ok. 0 passed; 0 failed; 0 ignored");
    ensure!(
        output.status.success() && none,
        "documentation is a test:\n{said}"
    );
    cli::println("corpus: no documentation of the SDK with prose is a test")
}

/// The vendored pages were imported from the last edition: both must mean the same.
fn vendoring_loses_nothing(root: &Path, shared: &Path) -> Result<()> {
    let [.., edition] = EDITIONS;
    let api = |trees: Vec<PathBuf>| {
        understand(&Pages::of(trees), &mut Clock::start()).map(|understood| understood.api)
    };
    let original = api(edition.iter().map(|tree| shared.join(tree)).collect())?;
    let vendored = api(vec![root.join("specs/pages")])?;
    let changelog = diff::changelog(&original, &vendored);
    if changelog.counts() != (0, 0) {
        bail!("the vendored pages do not mean what the originals mean:\n{changelog}");
    }
    ensure!(!vendored.groups.is_empty(), "there are no vendored pages");
    cli::println("corpus: the vendored pages mean what the originals mean")
}
