//! What lies beside the repository, if this machine has it: the public test suites are not part of it.

use std::io::Write;
use std::path::{Path, PathBuf};

/// A file or folder of `../shared/suites`. Where there is no `../shared`, a part of a test is skipped, and that is said; where there is one,
/// a suite that is not in it is a failure, or the test would be skipped for ever and nobody would know.
pub(crate) fn suite(path: &str) -> Option<PathBuf> {
    suite_in(&shared(), path)
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared")
}

fn suite_in(shared: &Path, path: &str) -> Option<PathBuf> {
    let found = shared.join("suites").join(path);
    if found.exists() {
        return Some(found);
    }
    assert!(
        !shared.is_dir(),
        "`../shared` is there, but `suites/{path}` is not in it"
    );
    say_skipped(path);
    None
}

/// Straight to the terminal, because what a test prints is shown only if it fails.
pub(crate) fn say_skipped(path: &str) {
    let _ = writeln!(
        std::io::stderr(),
        "skipped: ../shared/suites/{path} is not here; only the vectors of this repository were tested"
    );
}

#[test]
fn a_suite_is_skipped_only_where_there_are_none() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(suite_in(&here.join("no-such-folder"), "a"), None);
    let missed = std::panic::catch_unwind(|| suite_in(here, "a"));
    assert!(missed.is_err(), "a folder without the suite was taken");
}
