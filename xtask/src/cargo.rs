//! Runs cargo for other verbs. Takes arguments, fails when cargo does; the output goes where that of xtask goes.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

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

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
