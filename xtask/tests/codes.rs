//! Every kind of problem that the generator can report is shown by a test somewhere: by a snapshot that prints it, or by a test
//! that asks for it. The list is walked, so that a code without a test, or one that nothing raises, is found.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::fs;
use std::path::Path;

use apidoc_model::Code;

/// Codes that no test shows, and why.
const UNSHOWN: &[(Code, &str)] = &[];

/// What no page can raise, because it is a defect of the generator: tests beside the checks hand them what was lost, and the fuzzer
/// looks for a page that raises it.
const DEFECTS: [Code; 2] = [Code::NotConserved, Code::BadEmission];

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
    let is_shown = |code: &Code| {
        let printed = tests.contains(&format!("[{}]", code.name()));
        printed || mentions(&tests, *code)
    };
    let without: Vec<&Code> = Code::ALL.iter().filter(|code| !is_shown(code)).collect();
    let unshown: Vec<&Code> = UNSHOWN.iter().map(|(code, _)| code).collect();
    assert_eq!(
        without, unshown,
        "codes without a test, and those that are known to have none"
    );
    let fuzzer = fs::read_to_string(root.join("crates/hostile/src/targets.rs")).unwrap();
    assert!(DEFECTS.iter().all(|code| mentions(&fuzzer, *code)));
    let unraised = |code: &&Code| !mentions(&sources, **code);
    let unraised: Vec<&Code> = Code::ALL.iter().filter(unraised).collect();
    assert!(
        unraised.is_empty(),
        "codes that nothing raises: {unraised:?}"
    );
    println!(
        "codes: {} of {} have a test",
        Code::ALL.len() - UNSHOWN.len(),
        Code::ALL.len()
    );
}

/// Whether a text names the code, and not only one that begins like it.
fn mentions(text: &str, code: Code) -> bool {
    let name = format!("Code::{code:?}");
    text.match_indices(&name).any(|(at, _)| {
        let behind = &text[at + name.len()..];
        !behind.starts_with(|c: char| c.is_ascii_alphanumeric())
    })
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
