//! Runs cargo for other verbs. Takes arguments, fails when cargo does; what it says goes where that of xtask goes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// The cargo on the path, which knows `+toolchain`, without what the outer `cargo run` has set.
pub fn command<S: AsRef<OsStr>>(root: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .args(arguments)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO_MANIFEST_DIR");
    command
}

/// Runs cargo in `root`.
///
/// # Errors
/// When it cannot be started or fails.
pub fn run<S: AsRef<OsStr>>(root: &Path, arguments: impl IntoIterator<Item = S>) -> Result<()> {
    checked(&mut command(root, arguments))
}

/// Runs a command.
///
/// # Errors
/// When it cannot be started or fails.
pub fn checked(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    ensure!(status.success(), "`{}` failed", shown(command));
    Ok(())
}

/// What a command prints to standard output; why it fails, it says itself on standard error.
///
/// # Errors
/// When it cannot be started or fails, or what it prints is no text.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    ensure!(output.status.success(), "`{}` failed", shown(command));
    String::from_utf8(output.stdout)
        .with_context(|| format!("cannot read what `{}` prints", shown(command)))
}

/// What `cargo metadata` knows of the workspace in `root`.
///
/// # Errors
/// When it cannot be started or fails.
pub fn metadata(root: &Path, arguments: &[&str]) -> Result<Metadata> {
    let form = ["metadata", "--format-version", "1"];
    let text = output(&mut command(root, form.iter().chain(arguments)))?;
    serde_json::from_str(&text).context("cannot read the output of cargo metadata")
}

/// A workspace.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Its packages, and those of others where they were asked for.
    pub packages: Vec<Package>,
    /// Where it stands.
    pub workspace_root: PathBuf,
}

/// A package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The oldest Rust that it promises, where it promises one.
    pub rust_version: Option<String>,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// The registries that it may be published to; all of them without a list.
    pub publish: Option<Vec<String>>,
    /// Its features, and what each turns on.
    pub features: BTreeMap<String, Vec<String>>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
}

/// A line under `[dependencies]` and its kin.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// `dev` or `build`; none for what the crate itself needs.
    pub kind: Option<String>,
    /// Where it comes from; nowhere for a path.
    pub source: Option<String>,
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A lock file that says less than the manifest is what people meet.
    #[test]
    fn metadata_that_fails_is_said_to_have_failed() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("src"))?;
        fs::write(folder.path().join("src/lib.rs"), "")?;
        let manifest = "[package]\nname = \"cage\"\nversion = \"0.1.0\"\n[workspace]\n";
        fs::write(folder.path().join("Cargo.toml"), manifest)?;
        let error = metadata(folder.path(), &["--locked"])
            .err()
            .map(|error| error.to_string());
        let words = "`cargo metadata --format-version 1 --locked` failed";
        assert_eq!(error.as_deref(), Some(words));
        fs::write(
            folder.path().join("Cargo.lock"),
            "version = 4\n[[package]]\nname = \"cage\"\nversion = \"0.1.0\"\n",
        )?;
        let packages = metadata(folder.path(), &["--locked"])?.packages;
        let names: Vec<&str> = packages
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        assert_eq!(names, ["cage"]);
        Ok(())
    }
}
