//! Steps of CI about versions: the least ones that dependencies may have, the oldest Rust that they ask for, and what changed since
//! the last tag. Takes the root of the workspace; says plainly what could not be checked, and why.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Verdict::{self, NotChecked, Passed};
use super::tool;
use crate::{cargo, cli};

/// Crates that are published and have versions of others in their manifest.
const PUBLISHED: &str = "superoffice-core";

/// Resolves the runtime with the least version of every direct dependency, and compiles that set where it is not the locked one, which
/// is what everything else here is compiled with. The flag that resolves so is one of nightly.
pub(super) fn least(root: &Path) -> Result<Verdict> {
    let there = cargo::command(root, ["+nightly", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        return Ok(NotChecked("there is no nightly toolchain".to_owned()));
    }
    let copy = root.join("target/least");
    copy_runtime(root, &copy)?;
    cargo::run(
        &copy,
        ["+nightly", "update", "--quiet", "-Zdirect-minimal-versions"],
    )?;
    let (locked, least) = (
        packages(&root.join("Cargo.lock"))?,
        packages(&copy.join("Cargo.lock"))?,
    );
    let other: Vec<&String> = least
        .iter()
        .filter(|package| !locked.contains(package))
        .collect();
    if !other.is_empty() {
        cli::println(format_args!("least: {other:?} are not the locked versions"))?;
        cargo::run(&copy, ["check", "--quiet", "--all-features"])?;
    }
    cli::println(format_args!(
        "least: {} packages, {} of them older than the locked ones",
        least.len(),
        other.len()
    ))?;
    Ok(Passed)
}

/// A workspace of the runtime alone, without what only its tests need.
fn copy_runtime(root: &Path, copy: &Path) -> Result<()> {
    let crate_folder = copy.join("crates").join(PUBLISHED);
    if crate_folder.exists() {
        std::fs::remove_dir_all(&crate_folder)?;
    }
    copy_folder(
        &root.join("crates").join(PUBLISHED).join("src"),
        &crate_folder.join("src"),
    )?;
    let workspace = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let alone = workspace.lines().map(|line| match line {
        line if line.starts_with("members") => format!("members = [\"crates/{PUBLISHED}\"]"),
        line if line.starts_with("exclude") || line.starts_with("apidoc-") => String::new(),
        line => line.to_owned(),
    });
    std::fs::write(
        copy.join("Cargo.toml"),
        alone.collect::<Vec<_>>().join("\n"),
    )?;
    let manifest = std::fs::read_to_string(root.join("crates").join(PUBLISHED).join("Cargo.toml"))?;
    std::fs::write(crate_folder.join("Cargo.toml"), without_tests(&manifest))?;
    std::fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock"))?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A manifest without the sections of tests and benchmarks.
fn without_tests(manifest: &str) -> String {
    let mut kept = true;
    let mut out = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            kept = !line.starts_with("[dev-") && !line.starts_with("[[");
        }
        if kept {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// `name version` of every package of a lock file.
fn packages(lock: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(lock)?;
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let mut lines = text.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let name = value(line, "name = ");
        let version = lines.peek().and_then(|next| value(next, "version = "));
        found.extend(
            name.zip(version)
                .map(|(name, version)| format!("{name} {version}")),
        );
    }
    Ok(found)
}

/// No dependency asks for a newer Rust than this workspace promises, as far as they say.
pub(super) fn rust_of_dependencies(root: &Path, promised: &str) -> Result<()> {
    let output = cargo::command(root, ["metadata", "--format-version", "1", "--locked"])
        .stdout(Stdio::piped())
        .output()
        .context("cannot run cargo metadata")?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .context("cannot read the output of cargo metadata")?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("no packages")?;
    let text = |package: &Value, key: &str| {
        package
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let newer: Vec<String> = packages
        .iter()
        .filter(|package| numbers(&text(package, "rust_version")) > numbers(promised))
        .map(|package| {
            format!(
                "{} {} needs {}",
                text(package, "name"),
                text(package, "version"),
                text(package, "rust_version")
            )
        })
        .collect();
    ensure!(
        newer.is_empty(),
        "newer than Rust {promised}: {}",
        newer.join(", ")
    );
    cli::println(format_args!(
        "msrv: {} packages ask for Rust {promised} at most",
        packages.len()
    ))
}

/// `1.88` as numbers of one length, so that they compare.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// The public interface against that of the last tag, by cargo-semver-checks; without a tag there is nothing to compare with.
pub(super) fn semver(root: &Path) -> Result<Verdict> {
    let tag = Command::new("git")
        .current_dir(root)
        .args(["describe", "--tags", "--abbrev=0", "--match", "v*"])
        .stderr(Stdio::null())
        .output()
        .context("cannot run git")?;
    let tag = String::from_utf8_lossy(&tag.stdout).trim().to_owned();
    if tag.is_empty() {
        return Ok(NotChecked(
            "there is no tag `v*` to compare with; `cargo xtask diff` compares editions of the API"
                .to_owned(),
        ));
    }
    let tool = tool::program(root, "cargo-semver-checks")?;
    let mut check = Command::new(tool);
    check.current_dir(root).args([
        "semver-checks",
        "--package",
        PUBLISHED,
        "--package",
        "superoffice",
        "--baseline-rev",
    ]);
    cargo::checked(check.arg(tag))?;
    Ok(Passed)
}
