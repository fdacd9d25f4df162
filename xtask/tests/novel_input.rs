//! Pages that nobody has seen yet: what is not understood is set aside with its place, code, excerpt and help, everything else
//! is generated; `--strict` refuses the same pages. The snapshots are what a user sees.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;

use common::{CAGE, Zoo, stderr, stdout};

/// Generates from pages with something new; returns what was said. A strict run says the same, and writes nothing.
fn novel(name: &str, change: impl FnOnce(&Zoo)) -> String {
    let zoo = Zoo::new();
    change(&zoo);
    let strict = zoo.codegen(&["--strict", "--verbose"]);
    assert_eq!(
        strict.status.code(),
        Some(1),
        "{name} passes: {}",
        stderr(&strict)
    );
    assert!(!zoo.path("out").exists(), "{name} was written");
    let run = zoo.codegen(&["--verbose"]);
    assert!(run.status.success(), "{name} is refused: {}", stderr(&run));
    assert!(
        zoo.tree("out")
            .contains_key("superoffice/src/agents/zoo.rs")
    );
    assert_eq!(
        stderr(&strict).matches("error[").count(),
        stderr(&run).matches("warning[").count(),
        "{name}: {}",
        stderr(&strict)
    );
    let pages = stdout(&run);
    let counts = pages.split(';').next().unwrap();
    format!("{}\n{counts}\n", stderr(&run))
}

macro_rules! cases {
    ($($name:ident: $change:expr;)+) => {$(
        #[test]
        fn $name() {
            let said = novel(stringify!($name), $change);
            insta::assert_snapshot!(stringify!($name), said);
        }
    )+};
}

fn correction(zoo: &Zoo, row: &str) {
    zoo.put(
        "corrections.md",
        format!("| Element | Read as | Because |\n|---|---|---|\n{row}\n"),
    );
}

cases! {
    short_row: |zoo| zoo.edit(CAGE, "| Width | double | |", "| Width |");
    unknown_section: |zoo| zoo.edit(CAGE, "## Sample request", "## Opening hours\n\nNever.\n\n## Sample request");
    unknown_type_word: |zoo| zoo.edit(CAGE, "| Width | double | |", "| Width | furlong? | |");
    unknown_key: |zoo| zoo.edit(CAGE, "uid: ", "since: 10.4\nuid: ");
    unknown_restriction: |zoo| zoo.edit(CAGE, "\n## Request Body", "\n## Beta: ## Not for lions.\n\n## Request Body");
    broken_json: |zoo| zoo.edit(CAGE, "\"Width\": 2.5,", "\"Width\": 2.5.1,");
    sample_in_another_fence: |zoo| zoo.edit(CAGE, "```http_\nHTTP/1.1 200 OK", "```yaml\nall: well");
    include_outside_the_tree: |zoo| {
        zoo.put("secret.md", "```http_\nHTTP/1.1 200 OK\n\n1\n```\n");
        let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
        let (start, _) = text.split_once("## Sample response").unwrap();
        zoo.put(CAGE, format!("{start}## Sample response\n\n[!include[sample](../../../secret.md)]\n"));
    };
    column_and_statuses: |zoo| {
        zoo.edit(CAGE, "| 200 | |", "| 2XX | |\n| default | |");
        zoo.edit(CAGE, "| CageId | Integer | |", "| CageId | Integer | | yes |");
        zoo.edit(CAGE, "| Property Name | Type | Description |\n|---|---|---|", "| Property Name | Type | Description | Nullable |\n|---|---|---|---|");
    };
    verb_without_operations: |zoo| {
        let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
        zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_HasCage.md", text.replace("GetCage", "HasCage").replace("\nPOST /api", "\nHEAD /api"));
    };
    page_left_over: |zoo| {
        let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
        let older = text.replace("uid: v1ZooAgent_GetCage", "uid: v1ZooAgent_GetCage2").replace("| Animals | array | |\n", "");
        zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_GetCage2.md", older);
    };
    pages_disagree: |zoo| {
        let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
        let other = text.replace("GetCage", "OpenCage").replace("| Width | double | |", "| Width | int32 | |").replace("2.5", "2");
        zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_OpenCage.md", other);
    };
    page_of_another_version: |zoo| {
        let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
        zoo.put("pages/agent/Zoo_Agent/v2ZooAgent_GetCage.md", text.replace("v1", "v2"));
    };
    page_that_is_no_markdown: |zoo| {
        zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_OpenCage.html", "<h1>POST x</h1>");
        // What stands beside its page, or is called otherwise, says nothing new.
        zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_GetCage.json", "{}");
        zoo.put("pages/agent/Zoo_Agent/zoo.json", "{}");
    };
    correction_that_changes_nothing: |zoo| correction(zoo, "| `Cage.Width` | `double` | It is. |");
    mark_far_in_a_long_line: |zoo| zoo.edit(CAGE, "\"Width\": 2.5,", &format!("\"Width\": [{}2.5.1],", "2.5, ".repeat(1_000)));
    correction_that_fits_nothing: |zoo| correction(zoo, "| `Caeg.Width` | `int32` | It is. |");
    bytes_with_a_table: |zoo| zoo.edit(CAGE, "## Response:", "## Response:binary");
}

#[test]
fn pages_and_their_samples_may_be_mdx() {
    let zoo = Zoo::new();
    assert!(zoo.codegen(&[]).status.success());
    let expected = zoo.tree("out/superoffice");
    for page in zoo.tree("pages").keys() {
        let page = format!("pages/{page}");
        let renamed = page.replace(".md", ".mdx");
        let text = fs::read_to_string(zoo.path(&page)).unwrap();
        fs::remove_file(zoo.path(&page)).unwrap();
        zoo.put(&renamed, text.replace(".md)]", ".mdx)]"));
    }
    let run = zoo.codegen(&["--strict"]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert!(
        zoo.tree("out/superoffice") == expected,
        "the ending changes the output"
    );
}

#[test]
fn a_correction_ends_a_conflict() {
    let zoo = Zoo::new();
    let text = fs::read_to_string(zoo.path(CAGE)).unwrap();
    let other = text
        .replace("GetCage", "OpenCage")
        .replace("| Width | double | |", "| Width | int32 | |")
        .replace("2.5", "2");
    zoo.put("pages/agent/Zoo_Agent/v1ZooAgent_OpenCage.md", other);
    correction(&zoo, "| `Cage.Width` | `double` | Decided. |");
    let run = zoo.codegen(&["--strict"]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(stderr(&run), "");
}

#[test]
fn files_that_are_no_pages_refuse_nothing() {
    let zoo = Zoo::new();
    zoo.put("pages/huge.md", vec![b'x'; (4 << 20) + 1]);
    zoo.put("pages/latin.md", [b'#', b' ', 0xE9]);
    zoo.put("pages/index.md", "# Index\n");
    let run = zoo.codegen(&[]);
    assert!(run.status.success(), "{}", stderr(&run));
    let said = stderr(&run);
    assert!(
        said.contains("warning[too-large]") && said.contains("warning[not-utf8]"),
        "{said}"
    );
    assert!(
        stdout(&run).contains(", 3 files ignored"),
        "{}",
        stdout(&run)
    );
}

#[test]
fn older_pages_refuse_nothing() {
    let zoo = Zoo::new();
    for (path, text) in zoo.tree("pages") {
        zoo.put(&format!("older/{path}"), text);
    }
    let cage = CAGE.replacen("pages", "older", 1);
    zoo.edit(
        &cage,
        "\nPOST /api/v1/Agents/Zoo/GetCage\n```",
        "\nFETCH it\n```",
    );
    let run = zoo.codegen(&["--specs", "older"]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert!(
        stderr(&run).contains("warning[bad-route]"),
        "{}",
        stderr(&run)
    );
    let strict = zoo.codegen(&["--specs", "older", "--strict"]);
    assert_eq!(strict.status.code(), Some(1));
}
