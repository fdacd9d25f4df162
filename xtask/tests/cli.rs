//! The command line as a user meets it: help, exit codes, `--check`, determinism.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use common::{CAGE, FEED, Zoo, stderr, stdout};

#[test]
fn help() {
    let zoo = Zoo::new();
    let overview = stdout(&zoo.run(&["--help"]));
    let mut text = format!("$ cargo xtask --help\n{overview}");
    let verbs = overview
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    for verb in verbs
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
    {
        text += &format!(
            "\n$ cargo xtask {verb} --help\n{}",
            stdout(&zoo.run(&[verb, "--help"]))
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn pages_may_have_the_long_ending() {
    let zoo = Zoo::new();
    fs::rename(zoo.path(FEED), zoo.path(&FEED.replace(".md", ".Markdown"))).unwrap();
    let run = zoo.codegen(&[]);
    assert!(
        stdout(&run).starts_with("2 pages, 2 operations, "),
        "{}{}",
        stdout(&run),
        stderr(&run)
    );
}

#[test]
fn writes_then_changes_nothing() {
    let zoo = Zoo::new();
    let first = zoo.codegen(&[]);
    assert!(
        stdout(&first).starts_with("2 pages, 2 operations, "),
        "{}{}",
        stdout(&first),
        stderr(&first)
    );
    let before = zoo.tree("out");
    assert!(
        before.contains_key("superoffice/src/agents/zoo.rs") && before.contains_key("api.json"),
        "{:?}",
        before.keys()
    );
    let second = zoo.codegen(&[]);
    assert!(
        stdout(&second).contains("; 0 files changed, "),
        "{}",
        stdout(&second)
    );
    assert_eq!(zoo.tree("out"), before);
}

#[test]
fn the_emitted_crate_finds_the_runtime() {
    let zoo = Zoo::new();
    for out in ["out", "deeper/down/out"] {
        let run = zoo.run(&["codegen", "--specs", "pages", "--out", out]);
        assert!(run.status.success(), "{}", stderr(&run));
        let manifest = fs::read_to_string(zoo.path(out).join("superoffice/Cargo.toml")).unwrap();
        let line = manifest
            .lines()
            .find(|line| line.starts_with("superoffice-core = "))
            .unwrap();
        let path = line.split('"').nth(1).unwrap();
        assert!(
            zoo.path(out)
                .join("superoffice")
                .join(path)
                .join("Cargo.toml")
                .exists(),
            "{line}"
        );
    }
}

#[test]
fn one_edited_byte_in_any_file_is_found() {
    let zoo = Zoo::new();
    assert!(zoo.codegen(&[]).status.success());
    assert_eq!(zoo.codegen(&["--check"]).status.code(), Some(0));
    let files = zoo.tree("out");
    for (path, bytes) in &files {
        let mut edited = bytes.clone();
        *edited.last_mut().unwrap() ^= 1;
        zoo.put(&format!("out/{path}"), &edited);
        let check = zoo.codegen(&["--check"]);
        assert_eq!(check.status.code(), Some(1), "{path}");
        assert!(
            stdout(&check).contains(&format!("stale: out/{path} differs")),
            "{}",
            stdout(&check)
        );
        assert!(stderr(&check).contains("run `cargo xtask codegen --specs pages --corrections corrections.md --out out` and commit"), "{}", stderr(&check));
        assert_eq!(
            fs::read(zoo.path("out").join(path)).unwrap(),
            edited,
            "--check has written"
        );
        zoo.put(&format!("out/{path}"), bytes);
    }
    println!("{} files, each edited, each found", files.len());
}

#[test]
fn check_lists_every_stale_file_and_shows_the_first_difference() {
    let zoo = Zoo::new();
    assert!(zoo.codegen(&[]).status.success());
    zoo.edit(
        CAGE,
        "| Width | double | |",
        "| Width | double | |\n| Height | double | |",
    );
    fs::remove_file(zoo.path("out/superoffice/src/prelude.rs")).unwrap();
    let before = zoo.tree("out");
    for (flag, code) in [("--check", 1), ("--dry-run", 0)] {
        let run = zoo.codegen(&[flag]);
        let said = stdout(&run);
        assert_eq!(run.status.code(), Some(code), "{said}");
        assert!(
            said.contains("stale: out/api.json differs")
                && said.contains("stale: out/superoffice/src/prelude.rs is missing"),
            "{said}"
        );
        assert!(said.contains("\n+") && said.contains("Height"), "{said}");
        assert_eq!(zoo.tree("out"), before);
    }
}

#[test]
fn an_operation_that_is_gone_takes_its_files_along() {
    let zoo = Zoo::new();
    assert!(zoo.codegen(&[]).status.success());
    assert!(zoo.path("out/superoffice/src/models/cage.rs").exists());
    fs::remove_file(zoo.path(CAGE)).unwrap();
    assert!(zoo.codegen(&[]).status.success());
    assert!(!zoo.path("out/superoffice/src/models/cage.rs").exists());
}

#[test]
fn only_what_was_asked_for() {
    let zoo = Zoo::new();
    let cage = String::from_utf8(fs::read(zoo.path(CAGE)).unwrap()).unwrap();
    zoo.put(
        "pages/agent/Barn_Agent/v1BarnAgent_GetStall.md",
        cage.replace("Zoo", "Barn").replace("Cage", "Stall"),
    );
    assert!(zoo.codegen(&["--only", "Barn"]).status.success());
    let files = zoo.tree("out");
    assert!(
        files.contains_key("superoffice/src/agents/barn.rs")
            && files.contains_key("superoffice/src/models/stall.rs")
    );
    assert!(
        !files.contains_key("superoffice/src/agents/zoo.rs")
            && !files.contains_key("superoffice/src/models/cage.rs")
    );

    let unknown = zoo.codegen(&["--only", "Barn,Aquarium"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        stderr(&unknown).contains("error[unknown-group]") && stderr(&unknown).contains("Aquarium"),
        "{}",
        stderr(&unknown)
    );
    assert_eq!(zoo.tree("out"), files);
}

/// Two editions that differ in nothing but the values of samples, as two builds of the documentation do.
#[test]
fn sample_values_change_nothing_and_stay_out() {
    let (one, other) = (Zoo::new(), Zoo::new());
    let said = ["meat", "seaweed for the penguins", "2.5", "937.25"];
    other.edit(FEED, said[0], said[1]);
    other.edit(FEED, "\"CageId\": 7", "\"CageId\": 4711");
    other.edit(CAGE, said[2], said[3]);
    let outputs = [&one, &other].map(|zoo| {
        assert!(zoo.codegen(&[]).status.success());
        zoo.tree("out")
    });
    assert_eq!(outputs[0], outputs[1]);
    for (path, bytes) in &outputs[0] {
        let text = String::from_utf8_lossy(bytes);
        for value in [said[0], said[1], said[3], "4711"] {
            assert!(
                !text.contains(value),
                "{path} has the sample's value {value:?}"
            );
        }
    }
}

/// 20 runs: names of the trees that give another order of files on disk, threads, locale, time zone.
#[test]
fn the_same_pages_give_the_same_bytes() {
    let mut seen = BTreeSet::new();
    for run in 0..20 {
        let zoo = Zoo::new();
        let mut pages: Vec<(String, Vec<u8>)> = zoo.tree("pages").into_iter().collect();
        fs::remove_dir_all(zoo.path("pages")).unwrap();
        let half = run % pages.len();
        pages.rotate_left(half);
        for (path, text) in pages {
            zoo.put(&format!("pages/{path}"), text);
        }
        let mut command = zoo.command(&[
            "codegen",
            "--specs",
            "pages",
            "--corrections",
            "corrections.md",
            "--out",
            "out",
        ]);
        command.env("RAYON_NUM_THREADS", if run % 2 == 0 { "1" } else { "16" });
        command
            .env("LC_ALL", if run % 3 == 0 { "tr_TR.UTF-8" } else { "C" })
            .env("TZ", if run % 5 == 0 { "Asia/Tokyo" } else { "UTC" });
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
        seen.insert(zoo.tree("out").into_iter().collect::<Vec<_>>());
    }
    assert_eq!(seen.len(), 1, "20 runs gave different bytes");
}

/// The vendored pages are enough of them that threads meet: one, more than there are processors, and as many as there are (`0`).
#[test]
fn the_number_of_threads_changes_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let zoo = Zoo::new();
    let mut outputs = ["1", "16", "0"].map(|threads| {
        let out = format!("out-{threads}");
        let mut command = zoo.command(&["codegen", "--out", &out]);
        command
            .arg("--specs")
            .arg(root.join("specs/pages"))
            .env("RAYON_NUM_THREADS", threads);
        let run = command.output().unwrap();
        assert!(run.status.success(), "{}", stderr(&run));
        zoo.tree(&out)
    });
    let first = std::mem::take(&mut outputs[0]);
    let committed = fs::read_to_string(root.join("generated/manifest.txt")).unwrap();
    assert_eq!(first["manifest.txt"], committed.as_bytes());
    for (threads, files) in ["16", "0"].iter().zip(&outputs[1..]) {
        assert!(first.keys().eq(files.keys()), "{threads} threads");
        for (path, bytes) in &first {
            assert!(files[path] == *bytes, "{path} with {threads} threads");
        }
    }
    println!("{} files, thrice", first.len());
}

/// The same workspace, asked from its root and from below, with the defaults and with paths of either kind.
#[test]
fn the_working_folder_changes_nothing() {
    let mut seen = BTreeSet::new();
    for (folder, specs) in [
        ("", None),
        ("xtask", None),
        ("crates/superoffice-core", None),
        ("", Some("specs/pages")),
        ("crates/superoffice-core", Some("../../specs/pages")),
        ("xtask", Some("{root}/specs/pages")),
    ] {
        let zoo = Zoo::new();
        zoo.put("xtask/Cargo.toml", "");
        zoo.put("crates/superoffice-core/Cargo.toml", "");
        zoo.put("specs/corrections.md", "");
        // Pages with neutral values keep their place in what is generated.
        let import = zoo.run(&["import", "--docs", "pages", "--out", "specs/pages"]);
        assert!(import.status.success(), "{}", stderr(&import));
        let root = zoo.path("").to_string_lossy().into_owned();
        let mut command = zoo.command(&["codegen"]);
        command
            .current_dir(zoo.path(folder))
            .env_remove("CARGO_MANIFEST_DIR");
        if let Some(specs) = specs {
            command.args(["--specs", &specs.replace("{root}", &root)]);
        }
        let run = command.output().unwrap();
        assert!(run.status.success(), "{folder}: {}", stderr(&run));
        let files = zoo.tree("generated");
        assert!(files.contains_key("checks/samples.json"));
        for (path, bytes) in &files {
            assert!(!String::from_utf8_lossy(bytes).contains(&root), "{path}");
        }
        seen.insert(files.into_iter().collect::<Vec<_>>());
    }
    assert_eq!(seen.len(), 1, "the working folder shows in the output");
}

#[test]
fn lint_writes_nothing() {
    let zoo = Zoo::new();
    let before = zoo.tree("");
    let run = zoo.run(&[
        "lint",
        "--specs",
        "pages",
        "--corrections",
        "corrections.md",
    ]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(zoo.tree(""), before);
}

#[test]
fn inspect_shows_every_stage() {
    let zoo = Zoo::new();
    for name in ["v1ZooAgent_GetCage", CAGE, "Zoo_Agent/v1ZooAgent_GetCage"] {
        let run = zoo.run(&[
            "inspect",
            name,
            "--specs",
            "pages",
            "--corrections",
            "corrections.md",
        ]);
        assert!(run.status.success(), "{}", stderr(&run));
        if name == CAGE {
            insta::assert_snapshot!(stdout(&run));
        }
    }
    let run = zoo.run(&["inspect", "v1Nothing_Here", "--specs", "pages"]);
    assert_eq!(run.status.code(), Some(1));
}

/// Page of `Zoo/GetCage` in the newer edition.
const NEWER_CAGE: &str = "newer/agent/Zoo_Agent/v1ZooAgent_GetCage.md";

/// Two editions, `pages` and `newer`, which are the same.
fn newer() -> Zoo {
    let zoo = Zoo::new();
    for (path, text) in zoo.tree("pages") {
        zoo.put(&format!("newer/{path}"), text);
    }
    zoo
}

fn diff(zoo: &Zoo) -> String {
    let run = zoo.run(&["diff", "pages", "newer"]);
    assert!(run.status.success(), "{}", stderr(&run));
    stdout(&run)
}

#[test]
fn diff_says_what_changed_and_what_it_means() {
    let zoo = newer();
    assert!(diff(&zoo).contains("no new version is needed"));
    zoo.edit(
        NEWER_CAGE,
        "| Width | double | |",
        "| Width | double | |\n| Height | double | |",
    );
    assert!(diff(&zoo).contains("a minor version"));
    zoo.edit(NEWER_CAGE, "| Width | double | |", "| Width | int32 | |");
    zoo.edit(NEWER_CAGE, "2.5", "2");
    fs::remove_file(zoo.path("newer/agent/Zoo_Agent/v1ZooAgent_Feed.md")).unwrap();
    insta::assert_snapshot!(diff(&zoo));
}

/// What `diff` says when the query of one operation changes from one list of rows to another.
#[test]
fn diff_breaks_where_a_call_must_give_something_else() {
    let id = "| id | int32 | **Required** |";
    let until = "| until | string | **Required** |";
    let (from, to) = ("| from | string | |", "| to | string | |");
    let select = "| $select | string | |";
    let mut said = String::new();
    for (what, before, after) in [
        ("a required one more", vec![id], vec![id, until]),
        (
            "the required in another order",
            vec![id, until],
            vec![until, id],
        ),
        ("the first optional one", vec![id], vec![id, from]),
        ("the second optional one", vec![from], vec![from, to]),
        ("the only optional one is gone", vec![from], vec![]),
        (
            "optional, then required",
            vec![to, from],
            vec![to, "| from | string | **Required** |"],
        ),
        (
            "another type",
            vec![from, until],
            vec!["| from | int32 | |", until],
        ),
        ("an option of every request", vec![id], vec![id, select]),
        (
            "the optional in another order",
            vec![from, to],
            vec![to, from],
        ),
    ] {
        let zoo = newer();
        for (page, rows) in [(CAGE, before), (NEWER_CAGE, after)] {
            let table = "| Parameter Name | Type | Description |\n|---|---|---|";
            let rows = rows.join("\n");
            let query = format!("## Query String Parameters\n\n{table}\n{rows}\n\n## Request Body");
            zoo.edit(page, "## Request Body", &query);
        }
        said += &format!("# {what}\n\n{}\n", diff(&zoo));
    }
    insta::assert_snapshot!(said);
}

/// What the SDK says of itself is what the workspace is tested with.
#[test]
fn the_sdk_promises_the_rust_of_the_workspace() {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/superoffice");
    let front = fs::read_to_string(sdk.join("src/lib.rs")).unwrap();
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert!(front.contains(&format!("Rust {rust} or newer")));
    let manifest = fs::read_to_string(sdk.join("Cargo.toml")).unwrap();
    assert!(manifest.contains(&format!("\nrust-version = \"{rust}\"\n")));
    let version = env!("CARGO_PKG_VERSION");
    assert!(manifest.contains(&format!("\nversion = \"{version}\"\n")));
}

/// The folder of a page names the module and the feature that an operation is behind.
#[test]
fn diff_breaks_where_an_operation_moves() {
    let zoo = newer();
    let page = fs::read(zoo.path(NEWER_CAGE)).unwrap();
    fs::remove_file(zoo.path(NEWER_CAGE)).unwrap();
    zoo.put(&NEWER_CAGE.replace("Zoo_Agent", "Barn_Agent"), page);
    insta::assert_snapshot!(diff(&zoo));
}

/// A type that comes to contain itself stands in a box from then on.
#[test]
fn diff_breaks_where_a_field_gets_a_box() {
    let zoo = newer();
    for page in [CAGE, NEWER_CAGE] {
        zoo.edit(page, "| Animals | array | |", "| Keeper | Keeper | |");
        zoo.edit(page, "\"Animals\": [\"tiger\"]", "\"Keeper\": null");
        let keeper = fs::read_to_string(zoo.path(page)).unwrap();
        let keeper = keeper
            .replace("Cage", "Keeper")
            .replace("| Keeper | Keeper |", "| Name | string |");
        zoo.put(
            &page.replace("GetCage", "GetKeeper"),
            keeper.replace("\"Keeper\": null", "\"Name\": null"),
        );
    }
    let keeper = NEWER_CAGE.replace("GetCage", "GetKeeper");
    zoo.edit(
        &keeper,
        "| Name | string | |",
        "| Name | string | |\n| Cage | Cage | |",
    );
    insta::assert_snapshot!(diff(&zoo));
}

/// As `import --docs NEW --docs OLD` reads it: what the newer edition shows as `null` is what the older one shows.
#[test]
fn diff_takes_the_older_edition_as_evidence() {
    let zoo = newer();
    zoo.edit(NEWER_CAGE, "[\"tiger\"]", "null");
    assert!(
        diff(&zoo).contains("no new version is needed"),
        "{}",
        diff(&zoo)
    );
}

/// Every verb that ends by itself and needs no cargo; the others print through the same functions.
#[test]
fn a_reader_that_went_away_is_no_failure() {
    let zoo = newer();
    let specs = ["--specs", "pages", "--corrections", "corrections.md"];
    for arguments in [
        &["codegen", "--out", "out", "--dry-run", "--timings"][..],
        &["import", "--docs", "pages", "--out", "vendored"],
        &["lint"],
        &["inspect", "v1ZooAgent_Feed"],
        &["export"],
        &["diff", "pages", "newer"],
        &["bench", "measure", "--", "cargo", "--version"],
    ] {
        let takes_specs = ["codegen", "lint", "inspect", "export"].contains(&arguments[0]);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = zoo.command(arguments);
        command.args(specs.iter().filter(|_| takes_specs));
        let run = command
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(
            run.status.code(),
            Some(0),
            "{arguments:?}: {}",
            stderr(&run)
        );
    }
}

/// Nor is one of standard error, where a failure is said: the code says it too.
#[test]
fn a_failure_that_nobody_reads_keeps_its_code() {
    let zoo = Zoo::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = zoo.command(&["inspect", "v1Nothing_Here", "--specs", "pages"]);
    let status = command.stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn export_prints_the_resolved_api() {
    let zoo = Zoo::new();
    assert!(zoo.codegen(&[]).status.success());
    let run = zoo.run(&[
        "export",
        "--specs",
        "pages",
        "--corrections",
        "corrections.md",
    ]);
    assert_eq!(run.stdout, fs::read(zoo.path("out/api.json")).unwrap());
}

/// Of the vendored pages: as many operations and schemas as `generated/api.json` has.
#[test]
fn export_prints_openapi() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let zoo = Zoo::new();
    let specs = root.join("specs/pages").to_string_lossy().into_owned();
    let run = zoo.run(&["export", "--format", "openapi", "--specs", &specs]);
    assert!(run.status.success(), "{}", stderr(&run));
    let json = |text: &[u8]| serde_json::from_slice::<Value>(text).unwrap();
    let (openapi, api) = (
        json(&run.stdout),
        json(&fs::read(root.join("generated/api.json")).unwrap()),
    );
    let size = |value: &Value| value.as_object().unwrap().len();
    let paths = openapi["paths"].as_object().unwrap();
    let groups = api["groups"].as_array().unwrap();
    let operations = groups
        .iter()
        .map(|group| group["operations"].as_array().unwrap().len());
    assert_eq!(
        paths.values().map(size).sum::<usize>(),
        operations.sum::<usize>()
    );
    assert_eq!(
        size(&openapi["components"]["schemas"]),
        size(&api["models"]) + size(&api["enums"])
    );
    println!("openapi: {} paths", paths.len());
}

#[test]
fn importing_twice_gives_the_same_bytes_and_the_same_api() {
    let zoo = Zoo::new();
    let first = zoo.run(&["import", "--docs", "pages", "--out", "vendored"]);
    assert!(first.status.success(), "{}", stderr(&first));
    let second = zoo.run(&["import", "--docs", "vendored", "--out", "again"]);
    assert!(second.status.success(), "{}", stderr(&second));
    assert_eq!(zoo.tree("vendored"), zoo.tree("again"));
    let api = |specs| {
        stdout(&zoo.run(&[
            "export",
            "--specs",
            specs,
            "--corrections",
            "corrections.md",
        ]))
    };
    assert_eq!(api("pages"), api("vendored"));
}
