//! Subcommands of cargo that steps of CI need. Takes the name of one and returns the program to run, which is installed under
//! `target/tools` where this machine has none. Fails when it cannot be installed.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{cargo, cli};

/// The program of a subcommand (`cargo-deny`).
pub(super) fn program(root: &Path, name: &str) -> Result<PathBuf> {
    if is_installed(name) {
        return Ok(name.into());
    }
    let folder = root.join("target/tools");
    let program = folder.join("bin").join(format!("{name}{EXE_SUFFIX}"));
    if !program.exists() {
        cli::println(format_args!("ci: installing {name} into target/tools"))?;
        let install = [
            OsStr::new("install"),
            OsStr::new(name),
            OsStr::new("--locked"),
            OsStr::new("--quiet"),
            OsStr::new("--root"),
            folder.as_os_str(),
        ];
        cargo::checked(cargo::command(root, install).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}

fn is_installed(name: &str) -> bool {
    Command::new(name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}
