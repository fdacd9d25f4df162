//! Takes the complete list of files that a folder shall hold and makes it so: all old or all new, whatever happens in
//! between. Unchanged files keep their time stamps, files that a former run wrote and this one does not are removed, files
//! of others stay. Refuses paths that leave the folder, symbolic links on the way, and an empty list.

mod plan;
mod stage;

use std::path::Path;

use anyhow::{Result, bail};
pub use apidoc_emit::OutputFile;

use plan::Plan;
use stage::Workshop;

/// Name of the file that lists what the last run wrote.
pub const MANIFEST: &str = "manifest.txt";

/// What to do about differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Make the folder hold the files.
    Write,
    /// Only report; the caller fails when there is a difference.
    Check,
    /// Only report.
    DryRun,
}

/// How a new tree takes the place of the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Exchange the two folders in one step where the system can, else go by the journal.
    Exchange,
    /// Move file by file as a journal says; a run that was interrupted is completed by the next one.
    Journal,
}

/// What was, or would be, done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Differences, sorted by path.
    pub changes: Vec<Change>,
    /// Number of files that were already as they shall be.
    pub unchanged: usize,
    /// The first difference as a diff, where there is one and nothing is written.
    pub difference: Option<String>,
}

/// A difference between the folder and the list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Path inside the folder.
    pub path: String,
    /// What it needs.
    pub kind: Kind,
}

/// Kinds of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The file is missing.
    Create,
    /// The file holds something else.
    Update,
    /// The file was written by a former run and is not wanted any more.
    Remove,
}

/// Makes `out` hold `files`, or says what is missing.
///
/// # Errors
/// When a path or the folder is refused (see the head of this file), or reading or writing fails; the folder is then as it
/// was before.
pub fn sync(out: &Path, files: Vec<OutputFile>, mode: Mode) -> Result<Outcome> {
    sync_by(out, files, mode, Commit::Exchange)
}

/// [`sync`] with a choice of how the new tree takes its place.
///
/// # Errors
/// As [`sync`].
pub fn sync_by(out: &Path, files: Vec<OutputFile>, mode: Mode, commit: Commit) -> Result<Outcome> {
    if files.is_empty() {
        bail!(
            "nothing to write: an empty list would empty `{}`",
            out.display()
        );
    }
    let plan = Plan::new(out, files)?;
    let outcome = plan.compare(mode != Mode::Write)?;
    if mode != Mode::Write || (outcome.changes.is_empty() && !stage::interrupted(&plan.out)) {
        return Ok(outcome);
    }
    let workshop = Workshop::open(&plan.out)?;
    // The lock may have been waited for, and a killed run completed: what was seen before is out of date.
    let outcome = plan.compare(false)?;
    if !outcome.changes.is_empty() {
        workshop.replace(&plan, &outcome.changes, commit)?;
    }
    Ok(outcome)
}

/// Completes a run on `out` that was killed while it moved files by the journal, and removes what any killed run left beside
/// the folder. [`sync`] does this by itself when it writes.
///
/// # Errors
/// When reading or writing fails; another call may then succeed.
pub fn recover(out: &Path) -> Result<()> {
    let out = std::path::absolute(out)?;
    if stage::interrupted(&out) {
        Workshop::open(&out)?;
    }
    Ok(())
}
