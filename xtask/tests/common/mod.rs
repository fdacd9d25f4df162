//! A folder with the fixture pages, in which the real binary is run.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Page of `Zoo/GetCage` in the tree.
pub(crate) const CAGE: &str = "pages/agent/Zoo_Agent/v1ZooAgent_GetCage.md";

/// Page of `Zoo/Feed` in the tree.
pub(crate) const FEED: &str = "pages/agent/Zoo_Agent/v1ZooAgent_Feed.md";

/// A fresh folder with `pages/`, and an empty file of corrections.
pub(crate) struct Zoo {
    folder: TempDir,
}

impl Zoo {
    pub(crate) fn new() -> Self {
        let zoo = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
        for (path, text) in tree(&fixtures) {
            zoo.put(&format!("pages/{path}"), &text);
        }
        zoo.put("corrections.md", b"");
        zoo
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, with its folders.
    pub(crate) fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a text in a file; the text must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        self.put(path, text.replacen(from, to, 1));
    }

    /// `cargo xtask`, in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .env("RUST_BACKTRACE", "0");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// `codegen` from `pages` to `out`, with further arguments.
    pub(crate) fn codegen(&self, arguments: &[&str]) -> Output {
        let all = [
            &[
                "codegen",
                "--specs",
                "pages",
                "--corrections",
                "corrections.md",
                "--out",
                "out",
            ],
            arguments,
        ]
        .concat();
        self.run(&all)
    }

    /// Everything under a folder of it.
    pub(crate) fn tree(&self, path: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path(path))
    }
}

pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    entries
        .map(|entry| {
            (
                entry
                    .path()
                    .strip_prefix(folder)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/"),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
