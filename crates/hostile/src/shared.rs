//! What lies beside the repository, if this machine has it. Takes the name of a folder and returns where it is. Says plainly that a test is
//! skipped where there is no `../shared`; where there is one, a folder that is not in it is a failure, or the test would be skipped for
//! ever and nobody would know.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A folder of `../shared`.
///
/// # Panics
/// When there is a `../shared` without this folder.
#[must_use]
pub fn shared(name: &str) -> Option<PathBuf> {
    shared_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        name,
    )
}

fn shared_in(root: &Path, name: &str) -> Option<PathBuf> {
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        !root.is_dir(),
        "`../shared` is there, but `{name}` is not in it"
    );
    // Straight to the terminal, because what a test prints is shown only if it fails.
    let _ = writeln!(std::io::stderr(), "skipped: ../shared/{name} is not here");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_skipped_only_where_nothing_is_shared() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(shared_in(here, "src"), Some(here.join("src")));
        assert_eq!(shared_in(&here.join("no-such-folder"), "seeds"), None);
        let missed = std::panic::catch_unwind(|| shared_in(here, "seeds"));
        assert!(missed.is_err(), "a folder without the seeds was taken");
    }
}
