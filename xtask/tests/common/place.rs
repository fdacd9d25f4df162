//! A fresh folder in which `sync` makes a folder `out`.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::sync::{Commit, Kind, Mode, Outcome, OutputFile, sync_by};

pub(crate) const BOTH: [Commit; 2] = [Commit::Exchange, Commit::Journal];

/// A folder `out` in a fresh folder of its own.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn write(&self, files: &[(&str, &str)], commit: Commit) -> Outcome {
        sync_by(&self.out(), list(files), Mode::Write, commit).unwrap()
    }

    /// Everything under the folder, `.out.sync` aside.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        tree(&self.out())
    }
}

pub(crate) fn list(files: &[(&str, &str)]) -> Vec<OutputFile> {
    files
        .iter()
        .map(|(path, contents)| OutputFile {
            path: (*path).to_owned(),
            contents: (*contents).to_owned(),
        })
        .collect()
}

pub(crate) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir());
    entries
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (path, fs::read_to_string(entry.path()).unwrap_or_default())
        })
        .collect()
}

pub(crate) fn changes(outcome: &Outcome) -> Vec<(&str, Kind)> {
    outcome
        .changes
        .iter()
        .map(|change| (change.path.as_str(), change.kind))
        .collect()
}
