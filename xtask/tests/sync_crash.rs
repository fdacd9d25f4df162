//! `sync` killed at random moments, on a full disk, and eight times at once: the tree is wholly old or wholly new.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/place.rs"]
mod place;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
    if let Some(mark) = std::env::var_os("SYNC_TEST_MARK") {
        fs::write(mark, "at work").unwrap();
    }
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

/// A process that is at work, and does not end by itself.
fn child_at_work(place: &Place, commit: Commit) -> Child {
    let mark = place.folder.path().join("mark");
    let _ = fs::remove_file(&mark);
    let mut command = Command::new(std::env::current_exe().unwrap());
    let mut child = configure(&mut command, &place.out(), commit)
        .env("SYNC_TEST_ROUNDS", usize::MAX.to_string())
        .env("SYNC_TEST_MARK", &mark)
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !mark.exists() {
        let ended = child.try_wait().unwrap();
        assert_eq!(ended, None, "the child did not do its work");
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the child never began"
        );
        std::thread::sleep(Duration::from_micros(200));
    }
    child
}

/// What was left by the kills.
#[derive(Debug, Default)]
struct Seen {
    kills: u64,
    old: u32,
    new: u32,
    half_way: u32,
}

impl Seen {
    fn all_kinds(&self) -> bool {
        self.old > 0 && self.new > 0 && self.half_way > 0
    }
}

/// 20 kills of each kind, and as many more as it takes to have met an old, a new and a half-written tree; `SYNC_TEST_KILLS=200`
/// for the long form.
#[test]
fn killed_at_a_random_moment_the_tree_is_wholly_old_or_wholly_new() {
    let kills: u64 = std::env::var("SYNC_TEST_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20);
    let (old, new) = (expected("a"), expected("b"));
    for commit in BOTH {
        let place = Place::new();
        sync(&place.out(), version("a"), Mode::Write).unwrap();
        let mut seen = Seen::default();
        while seen.kills < kills || (!seen.all_kinds() && seen.kills < 20 * kills) {
            let mut child = child_at_work(&place, commit);
            // Multiples of a number without small factors: spread evenly, and the same in every run.
            std::thread::sleep(Duration::from_micros(seen.kills * 7919 % 60_000));
            child.kill().unwrap();
            child.wait().unwrap();
            seen.half_way += u32::from(place.folder.path().join(".out.sync/tree").exists());
            if commit == Commit::Journal {
                recover(&place.out()).unwrap();
            }
            let tree = place.tree();
            assert!(
                tree == old || tree == new,
                "torn after {seen:?} ({commit:?}): {:?}",
                tree.keys().collect::<Vec<_>>()
            );
            seen.old += u32::from(tree == old);
            seen.new += u32::from(tree == new);
            seen.kills += 1;
        }
        println!("{commit:?}: 0 torn, {seen:?}");
        assert!(seen.all_kinds(), "not every state was met: {seen:?}");
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
            // Not `println`, which is not shown when a test passes.
            let skipped = format!("skipped: no right to mount a small disk ({status:?})\n");
            std::io::stderr().write_all(skipped.as_bytes()).unwrap();
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
