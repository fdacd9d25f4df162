//! `sync` under everything that can go wrong: refused paths, links, other people's files, kills, full disks, two at once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use xtask::sync::{Commit, Kind, MANIFEST, Mode, Outcome, OutputFile, recover, sync, sync_by};

const BOTH: [Commit; 2] = [Commit::Exchange, Commit::Journal];

/// A folder `out` in a fresh folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn write(&self, files: &[(&str, &str)], commit: Commit) -> Outcome {
        sync_by(&self.out(), list(files), Mode::Write, commit).unwrap()
    }

    /// Everything under the folder, `.out.sync` aside.
    fn tree(&self) -> BTreeMap<String, String> {
        tree(&self.out())
    }
}

fn list(files: &[(&str, &str)]) -> Vec<OutputFile> {
    files
        .iter()
        .map(|(path, contents)| OutputFile {
            path: (*path).to_owned(),
            contents: (*contents).to_owned(),
        })
        .collect()
}

fn tree(folder: &Path) -> BTreeMap<String, String> {
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

fn changes(outcome: &Outcome) -> Vec<(&str, Kind)> {
    outcome
        .changes
        .iter()
        .map(|change| (change.path.as_str(), change.kind))
        .collect()
}

#[test]
fn writes_updates_and_removes_what_it_wrote() {
    for commit in BOTH {
        let place = Place::new();
        let first = place.write(&[("a.rs", "1"), ("b/c.rs", "2"), ("b/d.rs", "3")], commit);
        assert_eq!(
            changes(&first),
            [
                ("a.rs", Kind::Create),
                ("b/c.rs", Kind::Create),
                ("b/d.rs", Kind::Create),
                (MANIFEST, Kind::Create)
            ]
        );

        let second = place.write(
            &[("a.rs", "changed"), ("e/f/g.rs", "4"), ("b/d.rs", "3")],
            commit,
        );
        assert_eq!(
            changes(&second),
            [
                ("a.rs", Kind::Update),
                ("b/c.rs", Kind::Remove),
                ("e/f/g.rs", Kind::Create),
                (MANIFEST, Kind::Update)
            ]
        );
        let tree = place.tree();
        assert_eq!(
            tree.keys().collect::<Vec<_>>(),
            ["a.rs", "b/d.rs", "e/f/g.rs", MANIFEST]
        );
        assert_eq!(tree["a.rs"], "changed");
        assert_eq!(
            fs::read_dir(place.folder.path().join(".out.sync"))
                .unwrap()
                .count(),
            1,
            "only the lock stays"
        );
    }
}

#[test]
fn a_folder_that_lost_its_last_file_goes_too() {
    for commit in BOTH {
        let place = Place::new();
        place.write(&[("a.rs", "1"), ("b/c/d.rs", "2")], commit);
        place.write(&[("a.rs", "1")], commit);
        assert!(!place.out().join("b").exists());
    }
}

#[test]
fn unchanged_files_keep_their_time_stamps() {
    for commit in BOTH {
        let place = Place::new();
        place.write(&[("a.rs", "1"), ("b.rs", "2")], commit);
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for name in ["a.rs", "b.rs"] {
            fs::File::options()
                .write(true)
                .open(place.out().join(name))
                .unwrap()
                .set_modified(long_ago)
                .unwrap();
        }
        place.write(&[("a.rs", "1"), ("b.rs", "changed")], commit);
        let modified = |name| {
            fs::metadata(place.out().join(name))
                .unwrap()
                .modified()
                .unwrap()
        };
        assert_eq!(modified("a.rs"), long_ago);
        assert_ne!(modified("b.rs"), long_ago);
    }
}

#[test]
fn a_second_run_touches_nothing() {
    let place = Place::new();
    let files = [("a.rs", "1"), ("b/c.rs", "2")];
    place.write(&files, Commit::Exchange);
    fs::remove_dir_all(place.folder.path().join(".out.sync")).unwrap();
    let outcome = place.write(&files, Commit::Exchange);
    assert_eq!((outcome.changes.len(), outcome.unchanged), (0, 3));
    assert!(
        !place.folder.path().join(".out.sync").exists(),
        "not even a lock was needed"
    );
}

#[test]
fn files_of_others_stay() {
    for commit in BOTH {
        let place = Place::new();
        place.write(&[("a/b.rs", "1")], commit);
        fs::write(place.out().join("mine.txt"), "mine").unwrap();
        fs::write(place.out().join("a/mine.txt"), "mine too").unwrap();
        fs::create_dir(place.out().join("empty")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("mine.txt", place.out().join("link")).unwrap();
        place.write(&[("c.rs", "2")], commit);
        let tree = place.tree();
        assert_eq!(tree["mine.txt"], "mine");
        assert_eq!(tree["a/mine.txt"], "mine too");
        assert!(!tree.contains_key("a/b.rs"));
        assert!(place.out().join("empty").is_dir());
        #[cfg(unix)]
        assert_eq!(
            fs::read_link(place.out().join("link")).unwrap(),
            Path::new("mine.txt")
        );
    }
}

#[test]
fn check_and_dry_run_only_report() {
    let place = Place::new();
    let files = [("a.rs", "one\ntwo\nthree\n"), ("b.rs", "2")];
    place.write(&files, Commit::Exchange);
    fs::write(place.out().join("a.rs"), "one\ntwO\nthree\n").unwrap();
    let before = place.tree();
    for mode in [Mode::Check, Mode::DryRun] {
        let outcome = sync(&place.out(), list(&files), mode).unwrap();
        assert_eq!(changes(&outcome), [("a.rs", Kind::Update)]);
        let difference = outcome.difference.unwrap();
        assert!(
            difference.contains("-twO") && difference.contains("+two"),
            "{difference}"
        );
        assert_eq!(place.tree(), before);
    }
}

#[test]
fn an_empty_list_never_empties_the_folder() {
    let place = Place::new();
    place.write(&[("a.rs", "1")], Commit::Exchange);
    let before = place.tree();
    assert!(sync(&place.out(), Vec::new(), Mode::Write).is_err());
    assert_eq!(place.tree(), before);
}

#[test]
fn hostile_paths_are_refused_and_create_nothing() {
    let long = "x".repeat(300);
    let hostile = [
        "",
        "/",
        "//",
        ".",
        "..",
        "../x",
        "a/../x",
        "a/..",
        "./x",
        "a/./b",
        "a//b",
        "a/",
        "/abs",
        "/etc/passwd",
        "~/x",
        "C:\\x",
        "C:x",
        "\\\\host\\x",
        "a\\b",
        "..\\x",
        "CON",
        "con.rs",
        "a/NUL",
        "nul",
        "PRN.md",
        "aux.rs",
        "COM1",
        "com9.rs",
        "LPT1",
        "lpt3.txt",
        "a\0b",
        "a\nb",
        "a\rb",
        "a\tb",
        " a",
        "a ",
        "a b",
        "a:b",
        "a*b",
        "a?b",
        "a\"b",
        "a<b",
        "a>b",
        "a|b",
        ".hidden",
        ".git/config",
        "a/.git",
        "a.",
        "a/b.",
        "ä.rs",
        "\u{202e}rs.x",
        "\u{feff}a",
        "%2e%2e/x",
        "$HOME",
        "`id`",
        "a;b",
        "a'b",
        "-\u{7f}",
        MANIFEST,
        &long,
    ];
    assert_eq!(hostile.len(), 60);
    for path in hostile {
        let place = Place::new();
        let canary = place.folder.path().join("x");
        fs::write(&canary, "canary").unwrap();
        assert!(
            sync(
                &place.out(),
                list(&[("fine.rs", "1"), (path, "2")]),
                Mode::Write
            )
            .is_err(),
            "{path:?}"
        );
        assert_eq!(
            tree(place.folder.path()).into_iter().collect::<Vec<_>>(),
            [("x".to_owned(), "canary".to_owned())],
            "{path:?}"
        );
    }
}

#[test]
fn paths_that_collide_are_refused() {
    for files in [
        [("a.rs", "1"), ("A.rs", "2")],
        [("a", "1"), ("a/b", "2")],
        [("A", "1"), ("a/b", "2")],
        [("a.rs", "1"), ("a.rs", "2")],
    ] {
        let place = Place::new();
        assert!(
            sync(&place.out(), list(&files), Mode::Write).is_err(),
            "{files:?}"
        );
        assert!(!place.out().exists());
    }
}

#[test]
fn a_manifest_that_points_elsewhere_is_not_followed() {
    let place = Place::new();
    let canary = place.folder.path().join("canary");
    fs::write(&canary, "alive").unwrap();
    place.write(&[("a.rs", "1")], Commit::Exchange);
    for line in ["../canary", canary.to_str().unwrap(), "a/../../canary"] {
        fs::write(place.out().join(MANIFEST), format!("{line}\n")).unwrap();
        sync(&place.out(), list(&[("a.rs", "2")]), Mode::Write).unwrap();
        assert_eq!(fs::read_to_string(&canary).unwrap(), "alive");
        assert!(!place.tree()[MANIFEST].contains("canary"), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn never_writes_through_a_symbolic_link() {
    use std::os::unix::fs::symlink;
    for commit in BOTH {
        for (name, link) in [
            ("the folder", "out"),
            ("a folder in it", "out/sub"),
            ("a file in it", "out/sub/a.rs"),
            ("the manifest", "out/manifest.txt"),
        ] {
            let place = Place::new();
            let elsewhere = place.folder.path().join("elsewhere");
            fs::create_dir(&elsewhere).unwrap();
            fs::write(elsewhere.join("a.rs"), "canary").unwrap();
            let link = place.folder.path().join(link);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            let target = if link.extension().is_some() {
                elsewhere.join("a.rs")
            } else {
                elsewhere.clone()
            };
            symlink(target, &link).unwrap();

            let error = sync_by(
                &place.out(),
                list(&[("sub/a.rs", "new")]),
                Mode::Write,
                commit,
            )
            .unwrap_err();
            assert!(
                format!("{error:#}").contains("symbolic link"),
                "{name}: {error:#}"
            );
            assert_eq!(
                tree(&elsewhere).into_iter().collect::<Vec<_>>(),
                [("a.rs".to_owned(), "canary".to_owned())],
                "{name}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_fifo_in_the_way_is_refused_and_not_opened() {
    let place = Place::new();
    place.write(&[("a.rs", "1")], Commit::Exchange);
    fs::remove_file(place.out().join("a.rs")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(place.out().join("a.rs"))
            .status()
            .unwrap()
            .success()
    );
    let error = sync(&place.out(), list(&[("a.rs", "2")]), Mode::Write).unwrap_err();
    assert!(
        format!("{error:#}").contains("not a regular file"),
        "{error:#}"
    );
}

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
