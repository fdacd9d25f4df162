//! Steps of CI about versions: the least ones that dependencies may have, the oldest Rust that they ask for, and what changed since
//! the last tag. Takes the root of the workspace; says plainly what could not be checked, and why.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use super::Verdict::{self, NotChecked, Passed};
use super::published::{self, Crate};
use super::tool;
use crate::cargo::Package;
use crate::{cargo, cli};

/// Resolves every published crate with the least version of every direct dependency, and compiles that set where it is not the locked
/// one, which is what everything else here is compiled with. The flag that resolves so is one of nightly.
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
    let crates = published::crates(root)?;
    copy_crates(root, &copy, &crates)?;
    for package in crates.iter().filter(|package| package.has_dependencies) {
        least_of(package, root, &copy)?;
    }
    Ok(Passed)
}

/// One crate in the workspace of copies, with those of them that it depends on.
fn least_of(package: &Crate, root: &Path, copy: &Path) -> Result<()> {
    let (name, lock) = (&package.name, copy.join("Cargo.lock"));
    let workspace = std::fs::read_to_string(root.join("Cargo.toml"))?;
    std::fs::write(copy.join("Cargo.toml"), alone(&workspace, &package.folder))?;
    std::fs::copy(root.join("Cargo.lock"), &lock)?;
    let update = ["+nightly", "update", "--quiet", "-Zdirect-minimal-versions"];
    cargo::run(copy, update)?;
    let (locked, least) = (packages(&root.join("Cargo.lock"))?, packages(&lock)?);
    let other: Vec<&String> = least
        .iter()
        .filter(|package| !locked.contains(package))
        .collect();
    if !other.is_empty() {
        cli::println(format_args!(
            "least: {name}: {other:?} are not the locked versions"
        ))?;
        let check = ["check", "--quiet", "--all-features", "--package", name];
        cargo::run(copy, check)?;
    }
    cli::println(format_args!(
        "least: {name}: {} packages, {} of them other than the locked ones",
        least.len(),
        other.len()
    ))
}

/// The manifest of the workspace, with one member.
fn alone(workspace: &str, member: &Path) -> String {
    let member = member.to_string_lossy().replace('\\', "/");
    let lines = workspace.lines().map(|line| match line {
        line if line.starts_with("members") => format!("members = [\"{member}\"]\n"),
        line if line.starts_with("exclude") || line.starts_with("apidoc-") => String::new(),
        line => format!("{line}\n"),
    });
    lines.collect()
}

/// The crates at their places, without what only their tests need.
fn copy_crates(root: &Path, copy: &Path, crates: &[Crate]) -> Result<()> {
    for package in crates {
        let (from, to) = (root.join(&package.folder), copy.join(&package.folder));
        if to.exists() {
            std::fs::remove_dir_all(&to)?;
        }
        copy_folder(&from.join("src"), &to.join("src"))?;
        let manifest = std::fs::read_to_string(from.join("Cargo.toml"))?;
        std::fs::write(to.join("Cargo.toml"), without_tests(&manifest))?;
    }
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
    let packages = cargo::metadata(root, &["--locked"])?.packages;
    let newer = newer(&packages, promised);
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

/// What asks for a newer Rust than this one.
fn newer(packages: &[Package], promised: &str) -> Vec<String> {
    let newer = packages.iter().filter_map(|package| {
        let rust = package.rust_version.as_ref()?;
        let (name, version) = (&package.name, &package.version);
        (numbers(rust) > numbers(promised)).then(|| format!("{name} {version} needs {rust}"))
    });
    newer.collect()
}

/// `1.88` as numbers of one length, so that they compare.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

/// The public interface against that of the last tag, by cargo-semver-checks; without a tag there is nothing to compare with.
pub(super) fn semver(root: &Path) -> Result<Verdict> {
    let newest_first = [
        "tag",
        "--list",
        "v*",
        "--merged",
        "HEAD",
        "--sort=-version:refname",
    ];
    let mut git = Command::new("git");
    let tags = cargo::output(git.current_dir(root).args(newest_first))?;
    let Some(tag) = tags.lines().next() else {
        return Ok(NotChecked(
            "there is no tag `v*` to compare with; `cargo xtask diff` compares editions of the API"
                .to_owned(),
        ));
    };
    let tool = tool::program(root, "cargo-semver-checks")?;
    let mut check = Command::new(tool);
    check.current_dir(root).arg("semver-checks");
    for package in published::crates(root)? {
        check.args(["--package", &package.name]);
    }
    cargo::checked(check.arg("--baseline-rev").arg(tag))?;
    Ok(Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_a_newer_rust_is_found() -> Result<()> {
        for (asked, is_newer) in [
            ("null", false),
            (r#""1.9""#, false),
            (r#""1.88""#, false),
            (r#""1.88.0""#, false),
            (r#""1.88.1""#, true),
            (r#""1.89""#, true),
            (r#""1.100""#, true),
            (r#""2""#, true),
        ] {
            let package = format!(
                r#"{{ "name": "cage", "version": "0.1.0", "rust_version": {asked}, "manifest_path": "/zoo/Cargo.toml",
                    "publish": null, "features": {{}}, "dependencies": [] }}"#
            );
            let found = newer(&[serde_json::from_str(&package)?], "1.88");
            assert_eq!(found.len(), usize::from(is_newer), "{asked}: {found:?}");
        }
        Ok(())
    }

    /// The members of the one crate, and nothing that only its tests need.
    #[test]
    fn a_copy_is_one_crate_without_its_tests() {
        let workspace = "[workspace]\nmembers = [\"a\", \"b\"]\nexclude = [\"c\"]\n[workspace.dependencies]\napidoc-model = \"1\"\nsyn = \"2\"\n";
        assert_eq!(
            alone(workspace, Path::new("crates/b")),
            "[workspace]\nmembers = [\"crates/b\"]\n[workspace.dependencies]\nsyn = \"2\"\n"
        );
        let manifest = "[package]\n[dev-dependencies]\na = \"1\"\n[dependencies]\nb = \"2\"\n[[bench]]\nname = \"c\"\n[lints]\n";
        assert_eq!(
            without_tests(manifest),
            "[package]\n[dependencies]\nb = \"2\"\n[lints]\n"
        );
    }
}
