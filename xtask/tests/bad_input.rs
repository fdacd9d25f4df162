//! Bad input through the real binary: each kind gets its place, code, excerpt and help; all problems are shown, then one
//! failure; and the output of the last good run is untouched. The snapshots are what a user sees.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;

use common::{CAGE, Zoo, stderr};

/// Generates from good pages, spoils them, generates again; returns what the second run said.
fn spoiled(name: &str, spoil: impl FnOnce(&Zoo)) -> String {
    let zoo = Zoo::new();
    let good = zoo.codegen(&[]);
    assert!(good.status.success(), "{}", stderr(&good));
    let before = zoo.tree("out");
    spoil(&zoo);
    let bad = zoo.codegen(&[]);
    assert_eq!(
        bad.status.code(),
        Some(1),
        "{name} is accepted: {}",
        stderr(&bad)
    );
    assert!(bad.stdout.is_empty(), "no line says success");
    assert_eq!(zoo.tree("out"), before, "{name} changed the output");
    stderr(&bad)
}

macro_rules! cases {
    ($($name:ident: $spoil:expr;)+) => {$(
        #[test]
        fn $name() {
            let said = spoiled(stringify!($name), $spoil);
            insta::assert_snapshot!(stringify!($name), said);
        }
    )+};
}

cases! {
    file_that_is_not_utf8: |zoo| {
        let mut bytes = fs::read(zoo.path(CAGE)).unwrap();
        bytes[70] = 0xFF;
        zoo.put(CAGE, bytes);
    };
    page_without_route: |zoo| zoo.edit(CAGE, "```http\nPOST /api/v1/Agents/Zoo/GetCage\n```\n", "");
    route_that_is_none: |zoo| zoo.edit(CAGE, "\nPOST /api/v1/Agents/Zoo/GetCage\n```", "\nFETCH it\n```");
    page_cut_off: |zoo| {
        let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
        zoo.put(CAGE, text.split_once("## Response:").unwrap().0);
    };
    empty_tree: |zoo| {
        fs::remove_dir_all(zoo.path("pages")).unwrap();
        fs::create_dir(zoo.path("pages")).unwrap();
    };
    missing_tree: |zoo| fs::remove_dir_all(zoo.path("pages")).unwrap();
    file_above_the_cap: |zoo| zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_Huge.md", vec![b'x'; (4 << 20) + 1]);
    page_above_the_cap: |zoo| {
        let head = "\u{feff}\n---\nuid: v1ZooAgent_Huge\n---\n";
        zoo.put("pages/agent/Zoo_Agent/huge.md", format!("{head}{}", "x".repeat(4 << 20)));
    };
    correction_that_cannot_be_read: |zoo| zoo.put("corrections.md", "| Element | Read as | Because |\n|---|---|---|\n| `Cage.Width` | `int32` | |\n");
    corrections_in_a_folder: |zoo| {
        fs::remove_file(zoo.path("corrections.md")).unwrap();
        zoo.put("corrections.md/some.md", "");
    };
    corrections_that_are_not_there: |zoo| fs::remove_file(zoo.path("corrections.md")).unwrap();
    all_problems_then_one_failure: |zoo| {
        zoo.edit(CAGE, "\nPOST /api/v1/Agents/Zoo/GetCage\n```", "\nFETCH it\n```");
        zoo.edit("pages/agent/Zoo_Agent/v1ZooAgent_Feed.md", "---\n", "----\n");
        zoo.put("corrections.md", "| Element | Read as | Because |\n|---|---|---|\n| `Cage.Width` | `int32` | |\n");
    };
}

#[cfg(unix)]
cases! {
    symbolic_link_to_nothing: |zoo| std::os::unix::fs::symlink("nowhere", zoo.path("pages/agent/v1ZooAgent_Lost.md")).unwrap();
    symbolic_link_that_leaves_the_tree: |zoo| {
        zoo.put("secret.md", "secret");
        std::os::unix::fs::symlink("../secret.md", zoo.path("pages/v1ZooAgent_Secret.md")).unwrap();
    };
    folder_that_contains_itself: |zoo| std::os::unix::fs::symlink(".", zoo.path("pages/agent/loop")).unwrap();
    fifo: |zoo| assert!(std::process::Command::new("mkfifo").arg(zoo.path("pages/v1ZooAgent_Pipe.md")).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_link_inside_the_tree_is_followed() {
    let zoo = Zoo::new();
    fs::rename(zoo.path(CAGE), zoo.path("pages/original.md")).unwrap();
    std::os::unix::fs::symlink("../../original.md", zoo.path(CAGE)).unwrap();
    let run = zoo.codegen(&[]);
    // The link and what it leads to are two pages with one id: one is read, the other reported.
    assert!(run.status.success(), "{}", stderr(&run));
    assert!(stderr(&run).contains("duplicate-id"), "{}", stderr(&run));
}

/// A tree of evidence that is not there, or holds no page, is a path that is wrong.
#[test]
fn an_older_tree_without_pages_is_an_error() {
    let zoo = Zoo::new();
    zoo.put("older/agent/readme.md", "# None of ours");
    for older in ["older", "nowhere"] {
        let run = zoo.codegen(&["--specs", older]);
        assert_eq!(run.status.code(), Some(1), "{older}");
        let said = stderr(&run);
        assert!(
            said.contains(&format!("no operation page in `{older}`")),
            "{said}"
        );
        assert!(!zoo.path("out").exists(), "{older}");
    }
}

/// Where the runner may read everything, permissions cannot be tested.
#[cfg(unix)]
#[test]
fn a_file_without_permission_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let zoo = Zoo::new();
    fs::set_permissions(zoo.path(CAGE), fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(zoo.path(CAGE)).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    let run = zoo.codegen(&[]);
    assert_eq!(run.status.code(), Some(1));
    assert!(
        stderr(&run).contains("error[unreadable]"),
        "{}",
        stderr(&run)
    );
}
