//! Texts that programs have stumbled over, from a public suite and from here.

use crate::shared::suite;

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
    assert!(strings.len() >= 71, "own values: {}", strings.len());
    if let Some(path) = suite("naughty-strings/blns.json") {
        let more: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        strings.extend(more);
        assert!(strings.len() >= 555, "all values: {}", strings.len());
    }
    strings
}
