//! Takes a plan and its differences, builds the complete new tree beside the old one, and puts it in its place. Everything
//! happens in `.NAME.sync` next to the folder: `lock` (one run at a time), `tree` (the new tree; after the exchange the old
//! one) and `journal` (only where the system cannot exchange two folders). Refuses to start while another run works: it
//! waits. A run that was killed leaves the old or the new tree; what it left in `.NAME.sync` is tidied by the next run.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use fs4::TryLockError;
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::plan::{self, Plan};
use super::{Change, Commit, Kind, MANIFEST};
use crate::cli;

/// The place where a new tree is built; holds the lock until it is dropped.
#[derive(Debug)]
pub(super) struct Workshop {
    out: PathBuf,
    folder: PathBuf,
    _lock: fs::File,
}

/// Whether a former run was killed half-way.
pub(super) fn interrupted(out: &Path) -> bool {
    folder_of(out)
        .is_ok_and(|folder| folder.join("journal").exists() || folder.join("tree").exists())
}

impl Workshop {
    /// Waits for the lock and tidies up after a run that was killed.
    pub(super) fn open(out: &Path) -> Result<Self> {
        let folder = folder_of(out)?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        if !fs::symlink_metadata(&folder)?.is_dir() {
            bail!("`{}` is not a folder; remove it", folder.display());
        }
        let workshop = Self {
            out: out.to_owned(),
            _lock: lock(&folder.join("lock"))?,
            folder,
        };
        workshop.recover().with_context(|| {
            format!(
                "cannot complete the interrupted run in `{}`",
                workshop.folder.display()
            )
        })?;
        Ok(workshop)
    }

    /// Replaces the folder by the planned one.
    pub(super) fn replace(&self, plan: &Plan, changes: &[Change], commit: Commit) -> Result<()> {
        let staged = self.stage(plan, changes);
        if let Err(error) = staged {
            let tidied = remove_tree(&self.tree());
            return Err(tidied.err().into_iter().fold(error, |error, second| {
                error.context(format!("and cannot tidy up: {second}"))
            }));
        }
        self.commit(changes, commit)
            .with_context(|| format!("cannot replace `{}`", self.out.display()))?;
        remove_tree(&self.tree()).context("cannot remove the replaced files")
    }

    fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    fn draft(&self) -> PathBuf {
        self.folder.join("journal.draft")
    }

    fn recover(&self) -> io::Result<()> {
        match fs::read_to_string(self.journal()) {
            Ok(journal) => self.replay(&journal)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        remove_file(&self.draft())?;
        remove_tree(&self.tree())
    }

    /// Builds the new tree: links to what stays, new files for what changes.
    fn stage(&self, plan: &Plan, changes: &[Change]) -> Result<()> {
        let tree = self.tree();
        fs::create_dir(&tree).with_context(|| format!("cannot create `{}`", tree.display()))?;
        if self.out.exists() {
            self.link_what_stays(&tree, changes)?;
        }
        changes
            .par_iter()
            .filter(|change| change.kind != Kind::Remove)
            .try_for_each(|change| {
                let text = plan.wanted.get(&change.path).map_or("", String::as_str);
                write_new(&tree.join(&change.path), text)
                    .with_context(|| format!("cannot write `{}`", change.path))
            })?;
        sync_folders(&tree).with_context(|| format!("cannot write `{}`", tree.display()))
    }

    fn link_what_stays(&self, tree: &Path, changes: &[Change]) -> Result<()> {
        let changed: HashSet<&Path> = changes
            .iter()
            .map(|change| Path::new(&change.path))
            .collect();
        for entry in WalkDir::new(&self.out).min_depth(1).follow_links(false) {
            let entry = entry.context("cannot read the folder")?;
            let path = entry.path().strip_prefix(&self.out)?;
            if !changed.contains(path) {
                link(&entry, &tree.join(path))
                    .with_context(|| format!("cannot keep `{}`", entry.path().display()))?;
            }
        }
        Ok(())
    }

    fn commit(&self, changes: &[Change], commit: Commit) -> io::Result<()> {
        let parent = self.folder.parent().unwrap_or(&self.folder);
        if !self.out.exists() {
            rename(&self.tree(), &self.out)?;
        } else if commit == Commit::Journal || !exchange(&self.tree(), &self.out)? {
            self.commit_by_journal(changes)?;
        }
        sync_folder(parent)
    }

    fn commit_by_journal(&self, changes: &[Change]) -> io::Result<()> {
        let verb = |kind| {
            if kind == Kind::Remove {
                "remove"
            } else {
                "write"
            }
        };
        let journal: String = changes
            .iter()
            .map(|change| format!("{} {}\n", verb(change.kind), change.path))
            .collect();
        write_new(&self.draft(), &journal)?;
        rename(&self.draft(), &self.journal())?;
        sync_folder(&self.folder)?;
        self.replay(&journal)
    }

    /// Does what the journal says and was not done yet.
    fn replay(&self, journal: &str) -> io::Result<()> {
        let steps: Vec<(&str, &str)> = journal
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect();
        if let Some((_, path)) = steps.iter().find(|(_, path)| !is_ours(path)) {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                format!("the journal names `{path}`"),
            ));
        }
        for (_, path) in steps.iter().filter(|(verb, _)| *verb == "remove") {
            remove_file(&self.out.join(path))?;
            remove_empty_folders(&self.out, path);
        }
        for (_, path) in steps.iter().filter(|(verb, _)| *verb == "write") {
            let from = self.tree().join(path);
            if from.exists() {
                create_parent(&self.out.join(path))?;
                rename(&from, &self.out.join(path))?;
            }
        }
        sync_folders(&self.out)?;
        remove_file(&self.journal())?;
        witness::saw("remove", &self.journal());
        Ok(())
    }
}

fn is_ours(path: &str) -> bool {
    path == MANIFEST || plan::check_path(path).is_ok()
}

/// `.NAME.sync` beside the folder.
fn folder_of(out: &Path) -> Result<PathBuf> {
    let name = out
        .file_name()
        .with_context(|| format!("`{}` has no name", out.display()))?;
    Ok(out.with_file_name(format!(".{}.sync", name.to_string_lossy())))
}

fn lock(path: &Path) -> Result<fs::File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open `{}`", path.display()))?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => {
            cli::eprintln("another run is writing here; waiting for it");
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock `{}`", path.display()));
        }
    }
    fs4::FileExt::lock(&file).with_context(|| format!("cannot lock `{}`", path.display()))?;
    Ok(file)
}

/// Exchanges two folders in one step; says so where the system or the file system cannot. An error of another kind is none of
/// that, and moving file by file would meet it half-way.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => {
            witness::saw("exchange", other);
            Ok(true)
        }
        Err(error) if cannot_exchange(error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// An old kernel knows no such call, and a file system no such flag; a layered one moves files of a lower layer, but no folders.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn cannot_exchange(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    let unable = [
        Errno::NOSYS,
        Errno::INVAL,
        Errno::NOTSUP,
        Errno::OPNOTSUPP,
        Errno::XDEV,
    ];
    unable.contains(&error)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Makes an entry of the old tree appear in the new one. A folder appears with its first entry, or because it is empty.
fn link(entry: &DirEntry, to: &Path) -> io::Result<()> {
    let kind = entry.file_type();
    if kind.is_dir() {
        if fs::read_dir(entry.path())?.next().is_none() {
            fs::create_dir_all(to)?;
        }
        return Ok(());
    }
    create_parent(to)?;
    if kind.is_file() {
        return fs::hard_link(entry.path(), to).or_else(|_| copy(entry.path(), to));
    }
    if kind.is_symlink() {
        return copy_symlink(entry.path(), to);
    }
    Err(io::Error::new(
        ErrorKind::Unsupported,
        "neither file, folder nor symbolic link; move it elsewhere",
    ))
}

/// Where files cannot have two names: a copy with the same time stamp.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let file = OpenOptions::new().write(true).open(to)?;
    file.set_modified(fs::metadata(from)?.modified()?)?;
    sync_file(&file, to)
}

#[cfg(unix)]
fn copy_symlink(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::new(
        ErrorKind::Unsupported,
        "a symbolic link; move it elsewhere",
    ))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    create_parent(path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    sync_file(&file, path)
}

/// To the disk, not only to the system: what is put in place afterwards must be whole after a loss of power as well.
fn sync_file(file: &fs::File, path: &Path) -> io::Result<()> {
    file.sync_all()?;
    witness::saw("sync file", path);
    Ok(())
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    witness::saw("move", to);
    Ok(())
}

fn create_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|error| {
        if error.kind() == ErrorKind::NotFound {
            Ok(())
        } else {
            Err(error)
        }
    })
}

fn remove_tree(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path).or_else(|error| {
        if error.kind() == ErrorKind::NotFound {
            Ok(())
        } else {
            Err(error)
        }
    })
}

/// Removes the folders above `path` that nothing is left in; `remove_dir` refuses the others.
fn remove_empty_folders(out: &Path, path: &str) {
    let folders = Path::new(path)
        .ancestors()
        .skip(1)
        .take_while(|folder| !folder.as_os_str().is_empty());
    for folder in folders {
        if fs::remove_dir(out.join(folder)).is_err() {
            return;
        }
    }
}

fn sync_folders(tree: &Path) -> io::Result<()> {
    for entry in WalkDir::new(tree).follow_links(false) {
        let entry = entry?;
        if entry.file_type().is_dir() {
            sync_folder(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()?;
    witness::saw("sync folder", folder);
    Ok(())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// What was made durable and what was put in place, in this order. No process can be killed so that it shows: the system keeps what it
/// was given, and only a loss of power does not.
#[cfg(not(test))]
mod witness {
    pub(super) fn saw(_: &str, _: &std::path::Path) {}
}

#[cfg(test)]
mod witness {
    use std::path::Path;
    use std::sync::{Mutex, PoisonError};

    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    pub(super) fn saw(what: &str, path: &Path) {
        let line = format!("{what} {}", path.display());
        SEEN.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    /// What was seen in a folder, which each test has for itself.
    pub(super) fn seen_in(folder: &Path) -> Vec<String> {
        let (inside, itself) = (
            format!("{}/", folder.display()),
            folder.display().to_string(),
        );
        let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = seen.iter().filter(|line| line.contains(&itself));
        lines
            .map(|line| line.replace(&inside, "").replace(&itself, "."))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::OutputFile;
    use super::*;

    /// Nothing takes its place before it is durable, the journal tells nothing that is not, and it goes when all it tells is done.
    #[cfg(unix)]
    #[test]
    fn what_takes_its_place_is_durable() -> Result<()> {
        let tree = [
            "sync file .out.sync/tree/a/new.rs",
            "sync folder .out.sync/tree",
            "sync folder .out.sync/tree/a",
        ];
        let exchange = ["exchange out", "sync folder ."];
        let journal = [
            "sync file .out.sync/journal.draft",
            "move .out.sync/journal",
            "sync folder .out.sync",
            "move out/a/new.rs",
            "sync folder out",
            "sync folder out/a",
            "remove .out.sync/journal",
            "sync folder .",
        ];
        let fresh = ["move out", "sync folder ."];
        let table: [(Commit, bool, &[&str]); 3] = [
            (Commit::Exchange, true, &exchange),
            (Commit::Journal, true, &journal),
            (Commit::Exchange, false, &fresh),
        ];
        for (commit, exists, expected) in table {
            // Where two folders cannot be exchanged, the journal stands in.
            if commit == Commit::Exchange
                && exists
                && !cfg!(any(target_os = "linux", target_os = "macos"))
            {
                continue;
            }
            let folder = tempfile::tempdir()?;
            let out = folder.path().join("out");
            if exists {
                fs::create_dir(&out)?;
                fs::write(out.join("old.rs"), "old")?;
            }
            let new = OutputFile {
                path: "a/new.rs".to_owned(),
                contents: "new".to_owned(),
            };
            let plan = Plan::new(&out, vec![new])?;
            let create = [change("a/new.rs", Kind::Create)];
            let both = [create[0].clone(), change("old.rs", Kind::Remove)];
            let changes: &[Change] = if exists { &both } else { &create };
            Workshop::open(&out)?.replace(&plan, changes, commit)?;
            let expected: Vec<&str> = tree.iter().chain(expected).copied().collect();
            assert_eq!(witness::seen_in(folder.path()), expected, "{commit:?}");
            assert!(out.join("a/new.rs").exists() && !out.join("old.rs").exists());
        }
        Ok(())
    }

    fn change(path: &str, kind: Kind) -> Change {
        Change {
            path: path.to_owned(),
            kind,
        }
    }

    /// A tree that is gone can be exchanged with nothing; the journal would have taken it for a run that is done already.
    #[test]
    fn an_error_of_the_exchange_is_no_reason_for_the_journal() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let out = folder.path().join("out");
        fs::create_dir(&out)?;
        fs::write(out.join("old.rs"), "old")?;
        let changes = [
            change("new.rs", Kind::Create),
            change("old.rs", Kind::Remove),
        ];
        let workshop = Workshop::open(&out)?;
        if cfg!(any(target_os = "linux", target_os = "macos")) {
            let error = workshop.commit(&changes, Commit::Exchange);
            let kind = error.map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::NotFound));
            assert!(out.join("old.rs").exists() && !workshop.journal().exists());
        }
        Ok(())
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    #[test]
    fn only_a_system_that_cannot_exchange_goes_by_the_journal() {
        use rustix::io::Errno;
        for error in [Errno::NOSYS, Errno::INVAL, Errno::NOTSUP, Errno::XDEV] {
            assert!(cannot_exchange(error), "{error}");
        }
        for error in [
            Errno::ACCESS,
            Errno::BUSY,
            Errno::IO,
            Errno::NOSPC,
            Errno::NOENT,
            Errno::ROFS,
        ] {
            assert!(!cannot_exchange(error), "{error}");
        }
    }
}
