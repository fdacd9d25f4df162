//! Steps of CI about what others have written: licences, sources and known vulnerabilities of every locked dependency. Takes the root
//! of the workspace, looks at its lock file and at that of the fuzzer; says plainly where the data base of advisories is out of reach.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::Verdict::{self, NotChecked, Passed};
use super::tool;
use crate::{cargo, cli, fuzz};

/// The advisories of the Rust project, which both tools read.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db.git";

/// By cargo-deny: the licences, bans and sources always, the advisories where their data base can be fetched.
pub(super) fn deny(root: &Path) -> Result<Verdict> {
    let tool = tool::program(root, "cargo-deny")?;
    let deny = |manifest: &str, what: &[&str]| {
        let mut command = Command::new(&tool);
        command
            .current_dir(root)
            .args(["--locked", "--all-features", "--manifest-path", manifest])
            .arg("--config")
            .arg(root.join("deny.toml"))
            .arg("check")
            .args(what);
        command
    };
    let mut unreachable = false;
    for manifest in ["Cargo.toml", fuzz::MANIFEST] {
        cargo::checked(&mut deny(manifest, &["bans", "licenses", "sources"]))?;
        let advisories = deny(manifest, &["advisories"])
            .output()
            .context("cannot run cargo-deny")?;
        let said = String::from_utf8_lossy(&advisories.stderr);
        if advisories.status.success() {
            cli::println(format_args!("deny: advisories of {manifest} ok"))?;
        } else if said.contains("failed to fetch advisory database") {
            unreachable = true;
        } else {
            bail!("{said}");
        }
    }
    Ok(if unreachable {
        NotChecked(
            "the advisory data base cannot be reached from here; licences, bans and sources were"
                .to_owned(),
        )
    } else {
        Passed
    })
}

/// By cargo-audit, which reads the lock files whatever features and targets are chosen. It takes minutes to install, so that whether
/// there is a data base to ask is seen first.
pub(super) fn audit(root: &Path) -> Result<Verdict> {
    if !is_reachable(root, ADVISORIES)? {
        return Ok(NotChecked(
            "the advisory data base cannot be reached from here".to_owned(),
        ));
    }
    let tool = tool::program(root, "cargo-audit")?;
    let targets = Path::new(fuzz::MANIFEST).with_extension("lock");
    for lock in [Path::new("Cargo.lock"), &targets] {
        let mut audit = Command::new(&tool);
        audit
            .current_dir(root)
            .args(["audit", "--deny", "warnings", "--file"])
            .arg(lock);
        cargo::checked(&mut audit)?;
    }
    Ok(Passed)
}

/// Whether git can read the heads of a repository.
fn is_reachable(root: &Path, repository: &str) -> Result<bool> {
    let status = Command::new("git")
        .current_dir(root)
        .args(["ls-remote", "--heads", repository])
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("cannot run git")?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    /// A line that is gone forbids nothing, and no step would fail for it.
    #[test]
    fn what_must_not_be_is_forbidden() {
        let config = include_str!("../../../deny.toml");
        for line in [
            "yanked = \"deny\"",
            "wildcards = \"deny\"",
            "unknown-registry = \"deny\"",
            "unknown-git = \"deny\"",
            "features = [{ crate = \"serde_json\", deny = [\"arbitrary_precision\", \"unbounded_depth\"] }]",
        ] {
            assert!(config.lines().any(|one| one == line), "{line}");
        }
        let ignores = config.lines().filter(|line| line.starts_with("ignore"));
        assert_eq!(ignores.count(), 0, "an advisory is left out");
    }
}
