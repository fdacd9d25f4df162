//! Where the public test suites are, if this machine has them; they are not part of the repository.

use std::io::Write;
use std::path::PathBuf;

/// A file or folder of the suites. Says plainly that a part of a test is skipped where there is none: straight to the terminal, because
/// what a test prints is shown only if it fails.
pub(crate) fn suite(path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/suites")
        .join(path);
    if !found.exists() {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: ../shared/suites/{path} is not here; only the vectors of this repository were tested"
        );
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
        "%25",
        "%252e%252e",
        "..%2f",
        "%c0%ae%c0%ae",
        ".. ",
        " ..",
        "..;",
        "....",
        "a/../b",
        "~",
        "*",
        "!",
        "$select",
        "(1)",
        "[1]",
        "a,b",
        "'",
        "\"",
        "<script>",
        "`",
        "|",
        "^",
        "null",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "e\u{301}",
        "\u{1f468}\u{200d}\u{1f469}",
    ]
    .map(str::to_owned)
    .into();
    assert!(strings.len() >= 60, "own values: {}", strings.len());
    if let Some(path) = suite("naughty-strings/blns.json") {
        let more: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        strings.extend(more);
        assert!(strings.len() >= 555, "all values: {}", strings.len());
    }
    strings
}
