//! Every kind of problem that the generator can report is shown by a test somewhere: by a snapshot that prints it, or by a test
//! that asks for it. The list is walked, so that a code without a test, or one that nothing raises, is found.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::fs;
use std::path::Path;

use apidoc_model::Code;

/// What no page can raise, because it is a defect of the generator; the fuzzer looks for a page that does.
const NEVER: [Code; 1] = [Code::NotConserved];

#[test]
fn every_code_is_shown_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = [
        "crates/apidoc-parse",
        "crates/apidoc-emit",
        "crates/apidoc-model",
        "xtask",
    ];
    let tests: String = folders
        .map(|folder| text(&root.join(folder).join("tests")))
        .concat();
    let sources: String = folders
        .map(|folder| text(&root.join(folder).join("src")))
        .concat();
    assert!(Code::ALL.len() > 30, "{} codes", Code::ALL.len());
    let untold = |code: &&Code| {
        !tests.contains(&format!("[{}]", code.name()))
            && !tests.contains(&format!("Code::{code:?}"))
    };
    let without: Vec<&Code> = Code::ALL
        .iter()
        .filter(untold)
        .filter(|code| !NEVER.contains(code))
        .collect();
    let fuzzer = fs::read_to_string(root.join("crates/hostile/src/targets.rs")).unwrap();
    assert!(
        NEVER
            .iter()
            .all(|code| fuzzer.contains(&format!("Code::{code:?}")))
    );
    assert!(without.is_empty(), "codes without a test: {without:?}");
    let unraised = |code: &&Code| !sources.contains(&format!("Code::{code:?}"));
    let unraised: Vec<&Code> = Code::ALL.iter().filter(unraised).collect();
    assert!(
        unraised.is_empty(),
        "codes that nothing raises: {unraised:?}"
    );
    println!(
        "codes: {} of {} have a test",
        Code::ALL.len(),
        Code::ALL.len()
    );
}

/// All texts under a folder, this file aside.
fn text(folder: &Path) -> String {
    let entries = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok);
    let files =
        entries.filter(|entry| entry.file_type().is_file() && !entry.path().ends_with(file!()));
    files
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}
