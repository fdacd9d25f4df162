//! `sync` under everything that can be in its way: refused paths, links, other people's files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/place.rs"]
mod place;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use place::{BOTH, Place, changes, list, tree};
use xtask::sync::{Commit, Kind, MANIFEST, Mode, sync, sync_by};

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
    let long = "x".repeat(121);
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
    for commit in BOTH {
        let place = Place::new();
        let canary = place.folder.path().join("canary");
        fs::write(&canary, "alive").unwrap();
        place.write(&[("a.rs", "1")], commit);
        for line in ["../canary", canary.to_str().unwrap(), "a/../../canary"] {
            fs::write(place.out().join(MANIFEST), format!("{line}\n")).unwrap();
            let outcome = place.write(&[("a.rs", "2")], commit);
            assert!(outcome.changes.iter().all(|change| change.path != line));
            assert_eq!(fs::read_to_string(&canary).unwrap(), "alive");
            assert!(!place.tree()[MANIFEST].contains("canary"), "{line}");
        }
    }
}

/// What a killed run has left in `.out.sync`: the file that was to be moved, and the journal that says so.
fn leave_half_done(place: &Place, journal: &str, file: (&str, &str)) {
    let workshop = place.folder.path().join(".out.sync");
    let moved = workshop.join("tree").join(file.0);
    fs::create_dir_all(moved.parent().unwrap()).unwrap();
    fs::write(moved, file.1).unwrap();
    fs::write(workshop.join("journal"), journal).unwrap();
}

#[test]
fn a_killed_run_is_completed_before_anything_is_compared() {
    for commit in BOTH {
        let place = Place::new();
        place.write(&[("a.rs", "1"), ("b.rs", "1")], commit);
        leave_half_done(&place, "remove b.rs\nwrite a.rs\n", ("a.rs", "2"));
        // As it was before the killed run: equal to what is wanted, until the journal has been followed.
        let outcome = place.write(&[("a.rs", "1"), ("b.rs", "1")], commit);
        assert_eq!(
            changes(&outcome),
            [("a.rs", Kind::Update), ("b.rs", Kind::Create)]
        );
        let tree = place.tree();
        assert_eq!((&*tree["a.rs"], &*tree["b.rs"]), ("1", "1"), "{commit:?}");
    }
}

#[test]
fn a_journal_that_points_elsewhere_is_not_followed() {
    for line in [
        "remove ../canary",
        "write ../canary",
        "remove a/../../canary",
        "write /canary",
        "remove .git/config",
    ] {
        let place = Place::new();
        place.write(&[("a.rs", "1")], Commit::Exchange);
        let canary = place.folder.path().join("canary");
        fs::write(&canary, "alive").unwrap();
        let before = place.tree();
        leave_half_done(&place, &format!("remove a.rs\n{line}\n"), ("x", "2"));
        let error = sync(&place.out(), list(&[("a.rs", "2")]), Mode::Write).unwrap_err();
        assert!(
            format!("{error:#}").contains("the journal names"),
            "{error:#}"
        );
        assert_eq!(fs::read_to_string(&canary).unwrap(), "alive", "{line}");
        assert_eq!(place.tree(), before, "{line}");
    }
}

/// `--check` finds what is wrong with a file wherever it is: any byte changed, gone, or one too many.
#[test]
fn a_byte_that_differs_anywhere_is_found() {
    let place = Place::new();
    let text = "// One.\nfn a() {}\n\n";
    let files = [("a.rs", text)];
    place.write(&files, Commit::Exchange);
    let mut edits = Vec::new();
    for at in 0..text.len() {
        let mut changed = text.as_bytes().to_vec();
        changed[at] ^= 0x20;
        let (before, after) = text.split_at(at);
        edits.extend([
            changed,
            format!("{before}{}", &after[1..]).into_bytes(),
            format!("{before} {after}").into_bytes(),
        ]);
    }
    let more = ["\n", " ", "\r", "\0", "x"].map(|more| format!("{text}{more}").into_bytes());
    edits.extend(more);
    edits.push(text.replace('\n', "\r\n").into_bytes());
    edits.push(Vec::new());
    for edit in edits {
        fs::write(place.out().join("a.rs"), &edit).unwrap();
        let outcome = sync(&place.out(), list(&files), Mode::Check).unwrap();
        let found = changes(&outcome);
        assert_eq!(
            found,
            [("a.rs", Kind::Update)],
            "{:?}",
            String::from_utf8_lossy(&edit)
        );
        assert_eq!(fs::read(place.out().join("a.rs")).unwrap(), edit);
    }
}

/// A folder that a former run has written in, and that is a link now: what was written is not removed through it.
#[cfg(unix)]
#[test]
fn never_removes_through_a_symbolic_link() {
    for commit in BOTH {
        let place = Place::new();
        place.write(&[("sub/a.rs", "1"), ("b.rs", "1")], commit);
        let elsewhere = place.folder.path().join("elsewhere");
        fs::rename(place.out().join("sub"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, place.out().join("sub")).unwrap();
        let error = sync_by(&place.out(), list(&[("b.rs", "2")]), Mode::Write, commit).unwrap_err();
        assert!(format!("{error:#}").contains("symbolic link"), "{error:#}");
        let left = tree(&elsewhere);
        assert_eq!(
            left.get("a.rs").map(String::as_str),
            Some("1"),
            "{commit:?}"
        );
    }
}

/// Nor is anything prepared through one.
#[cfg(unix)]
#[test]
fn the_folder_beside_the_output_is_no_link() {
    for commit in BOTH {
        let place = Place::new();
        place.write(&[("a.rs", "1")], commit);
        let workshop = place.folder.path().join(".out.sync");
        let elsewhere = place.folder.path().join("elsewhere");
        fs::remove_dir_all(&workshop).unwrap();
        fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &workshop).unwrap();
        let error = sync_by(&place.out(), list(&[("a.rs", "2")]), Mode::Write, commit).unwrap_err();
        assert!(
            format!("{error:#}").contains("is not a folder"),
            "{error:#}"
        );
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "{commit:?}");
        assert_eq!(place.tree()["a.rs"], "1");
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
