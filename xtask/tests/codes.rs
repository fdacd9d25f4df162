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
    let sources = folders.map(|folder| texts(&root.join(folder).join("src")));
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
    let unraised = |code: &&Code| !sources.iter().flatten().any(|text| raises(text, **code));
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

#[test]
fn only_what_gives_a_code_away_raises_it() {
    for (text, expected) in [
        ("Diagnostic::new(Code::TooDeep, span, message)", true),
        ("Diagnostic::new(\n    Code::TooDeep,\n    span)", true),
        ("Problem {\n    code: Code::TooDeep,\n}", true),
        ("let code = if deep { Code::TooDeep } else { code };", true),
        ("diagnostic.code == Code::TooDeep", false),
        ("matches!(code, Code::TooDeep | Code::TooLarge)", false),
        ("matches!(code, Code::TooLarge | Code::TooDeep)", false),
        ("Diagnostic::new(Code::TooDeeply, span, message)", false),
        (
            "#[cfg(test)]\nmod tests {\n    Diagnostic::new(Code::TooDeep, None, \"x\") }",
            false,
        ),
        ("", false),
    ] {
        assert_eq!(raises(text, Code::TooDeep), expected, "{text}");
    }
}

/// Whether a source file gives the code to something that it makes, outside of its tests, which end a file.
fn raises(text: &str, code: Code) -> bool {
    let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
    places(shipped, code).any(|at| shipped[..at].trim_end().ends_with(['(', '{', ':']))
}

/// Whether a text names the code.
fn mentions(text: &str, code: Code) -> bool {
    places(text, code).next().is_some()
}

/// Where a text names the code, and not only one that begins like it.
fn places(text: &str, code: Code) -> impl Iterator<Item = usize> {
    let name = format!("Code::{code:?}");
    let ends = |at: &usize| {
        let behind = &text[at + name.len()..];
        !behind.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    let all = text.match_indices(&name).map(|(at, _)| at);
    all.filter(ends).collect::<Vec<_>>().into_iter()
}

/// All texts under a folder, joined.
fn text(folder: &Path) -> String {
    texts(folder).concat()
}

/// All texts under a folder, this file aside.
fn texts(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok);
    let files =
        entries.filter(|entry| entry.file_type().is_file() && !entry.path().ends_with(file!()));
    files
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}
