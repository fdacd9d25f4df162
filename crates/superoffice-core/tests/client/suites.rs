//! Where the public test suites are, if this machine has them; they are not part of the repository.

use std::path::PathBuf;

/// A file or folder of the suites. Says plainly that a test is skipped where there is none.
pub(crate) fn suite(path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/suites")
        .join(path);
    if !found.exists() {
        eprintln!("skipped: {path} is not here");
        return None;
    }
    Some(found)
}

/// The naughty strings, if they are here, and always a few of their kinds.
pub(crate) fn naughty_strings() -> Vec<String> {
    let mut strings: Vec<String> = [
        "",
        ".",
        "..",
        "...",
        "/",
        "\\",
        "..\\x",
        "../x",
        "a/b",
        "a\\b",
        "%2e",
        "%2E%2E",
        "%2F",
        "%00",
        "\0",
        "\t",
        "\r\n",
        "a\r\nX-Evil: 1",
        "?",
        "#",
        "?x=1",
        "a?b",
        "a#b",
        "a&b=c",
        ";",
        ":",
        "@",
        "//host",
        "http://evil.example",
        " ",
        "  x  ",
        "+",
        "%",
        "%zz",
        "ä",
        "日本",
        "🦀",
        "\u{202e}x",
        "\u{feff}",
        "'; --",
        "{id}",
        "a{id}b",
    ]
    .map(str::to_owned)
    .into();
    if let Some(path) = suite("naughty-strings/blns.json") {
        let more: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        strings.extend(more);
    }
    strings
}
