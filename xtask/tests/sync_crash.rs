//! `sync` killed at random moments, on a full disk, and eight times at once: the tree is wholly old or wholly new.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/place.rs"]
mod place;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use place::{BOTH, Place, tree};
use xtask::sync::{Commit, Mode, OutputFile, recover, sync, sync_by};

/// Trees of the crash tests: many files, some of which change.
fn version(name: &str) -> Vec<OutputFile> {
    let file = |path: String, contents: String| OutputFile { path, contents };
    let mut files: Vec<OutputFile> = (0..40)
        .map(|n| file(format!("src/m{n}.rs"), format!("{name} {n}\n").repeat(500)))
        .collect();
    files.extend((0..20).map(|n| file(format!("same/s{n}.rs"), "same\n".repeat(500))));
    files.push(file(format!("only_{name}/x.rs"), name.to_owned()));
    files
}

fn expected(name: &str) -> BTreeMap<String, String> {
    let place = Place::new();
    sync(&place.out(), version(name), Mode::Write).unwrap();
    place.tree()
}

/// Not a test of its own: the body of the processes that the tests below start, and kill.
#[test]
fn child_process() {
    let Ok(out) = std::env::var("SYNC_TEST_OUT") else {
        return;
    };
    let commit = if std::env::var("SYNC_TEST_COMMIT").unwrap() == "journal" {
        Commit::Journal
    } else {
        Commit::Exchange
    };
    let rounds: usize = std::env::var("SYNC_TEST_ROUNDS").unwrap().parse().unwrap();
    for round in 0..rounds {
        let name = if round % 2 == 0 { "b" } else { "a" };
        sync_by(Path::new(&out), version(name), Mode::Write, commit).unwrap();
    }
}

fn child(out: &Path, commit: Commit, rounds: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    configure(&mut command, out, commit)
        .env("SYNC_TEST_ROUNDS", rounds.to_string())
        .spawn()
        .unwrap()
}

fn configure<'a>(command: &'a mut Command, out: &Path, commit: Commit) -> &'a mut Command {
    let commit = if commit == Commit::Journal {
        "journal"
    } else {
        "exchange"
    };
    command
        .args(["--exact", "child_process"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .env("SYNC_TEST_OUT", out)
        .env("SYNC_TEST_COMMIT", commit)
        .env("SYNC_TEST_ROUNDS", "1")
}

/// 20 kills of each kind; `SYNC_TEST_KILLS=200` for the long form.
#[test]
fn killed_at_a_random_moment_the_tree_is_wholly_old_or_wholly_new() {
    let kills: u32 = std::env::var("SYNC_TEST_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20);
    let (old, new) = (expected("a"), expected("b"));
    for commit in BOTH {
        let place = Place::new();
        sync(&place.out(), version("a"), Mode::Write).unwrap();
        let (mut seen_old, mut seen_new, mut half_way) = (0, 0, 0);
        for kill in 0..kills {
            let mut child = child(&place.out(), commit, usize::MAX);
            // Multiples of a number without small factors: spread evenly, and the same in every run.
            std::thread::sleep(Duration::from_micros(
                15_000 + u64::from(kill) * 7919 % 40_000,
            ));
            child.kill().unwrap();
            child.wait().unwrap();
            half_way += u32::from(place.folder.path().join(".out.sync/tree").exists());
            if commit == Commit::Journal {
                recover(&place.out()).unwrap();
            }
            let tree = place.tree();
            assert!(
                tree == old || tree == new,
                "torn after kill {kill} ({commit:?}): {:?}",
                tree.keys().collect::<Vec<_>>()
            );
            if tree == old {
                seen_old += 1
            } else {
                seen_new += 1
            }
        }
        println!(
            "{commit:?}: {kills} kills, 0 torn ({seen_old} old, {seen_new} new, {half_way} half-way)"
        );
        sync_by(&place.out(), version("b"), Mode::Write, commit).unwrap();
        assert_eq!(place.tree(), new);
    }
}

/// A limit on the size of files fails in the middle of a file, like a full disk does.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_whole_leaves_the_old_tree() {
    for commit in BOTH {
        let place = Place::new();
        sync(&place.out(), version("a"), Mode::Write).unwrap();
        let limited = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let status = in_shell(limited, &place.out(), commit).status().unwrap();
        assert!(!status.success());
        assert_eq!(place.tree(), expected("a"));
        assert!(
            !place.folder.path().join(".out.sync/tree").exists(),
            "the half-written tree is removed"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_tree() {
    for commit in BOTH {
        let place = Place::new();
        let (disk, copy) = (
            place.folder.path().join("disk"),
            place.folder.path().join("copy"),
        );
        fs::create_dir(&disk).unwrap();
        let mounted = "mount -t tmpfs -o size=400k none \"$DISK\" || exit 77
            mkdir \"$DISK/out\" && cp -r \"$OLD/.\" \"$DISK/out\" && \"$@\" && exit 1
            cp -r \"$DISK/out\" \"$COPY\"";
        let old = place.out();
        sync(&old, version("a"), Mode::Write).unwrap();
        let mut shell = Command::new("unshare");
        shell
            .args(["--mount", "--", "sh", "-c", mounted, "sh"])
            .arg(std::env::current_exe().unwrap());
        let status = configure(&mut shell, &disk.join("out"), commit)
            .env("DISK", &disk)
            .env("OLD", &old)
            .env("COPY", &copy)
            .status();
        if !status
            .as_ref()
            .is_ok_and(|status| matches!(status.code(), Some(0 | 1)))
        {
            println!("skipped: no right to mount a small disk ({status:?})");
            return;
        }
        assert!(
            status.unwrap().success(),
            "the run did not fail, or left nothing"
        );
        assert_eq!(tree(&copy), expected("a"));
    }
}

#[cfg(unix)]
fn in_shell(script: &str, out: &Path, commit: Commit) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script, "sh"])
        .arg(std::env::current_exe().unwrap());
    configure(&mut shell, out, commit);
    shell
}

#[test]
fn eight_runs_at_once_leave_what_one_leaves() {
    for commit in BOTH {
        let place = Place::new();
        sync(&place.out(), version("a"), Mode::Write).unwrap();
        let children: Vec<Child> = (0..8).map(|_| child(&place.out(), commit, 5)).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(place.tree(), expected("b"));
    }
}
