//! Texts from pages, and what stands in the documentation for them.

use super::{code, comment, text, url_path};

#[test]
fn text_is_shown_and_not_interpreted() {
    let cases = [
        ("Plain text.", "Plain text."),
        ("a\nb\r\nc\rd\u{85}e\u{2028}f\tg   h", "a b c d e f g h"),
        ("    indented", "indented"),
        ("\tindented", "indented"),
        (
            "[link](x) and [`Client`]",
            "\\[link\\](x) and \\[\\`Client\\`\\]",
        ),
        (
            "<script>alert(1)</script>",
            "\\<script\\>alert(1)\\</script\\>",
        ),
        ("Vec<T> & &lt;", "Vec\\<T\\> \\& \\&lt;"),
        (
            "```rust\nfn main() {}\n```",
            "\\`\\`\\`rust fn main() {} \\`\\`\\`",
        ),
        ("~~~\nx", "\\~\\~\\~ x"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("* item", "\\* item"),
        ("1. item", "1\\. item"),
        ("12) item", "12\\) item"),
        ("=== rule", "\\=== rule"),
        (". item", ". item"),
        (") item", ") item"),
        ("> quote", "\\> quote"),
        ("a_b*c~d|e\\f", "a\\_b\\*c\\~d\\|e\\\\f"),
        (
            "see http://www.example.com/a_b?c=d.",
            "see <http://www.example.com/a_b?c=d>.",
        ),
        ("(https://example.com)", "(https\\://example.com)"),
        ("x:http://example.com/<b>", "x:http\\://example.com/\\<b\\>"),
        ("http://example.com/<b>", "http\\://example.com/\\<b\\>"),
        ("http://", "http\\://"),
        ("http://[::1]/", "http\\://\\[::1\\]/"),
        (
            "zero\u{0}width\u{200b}bidi\u{202e}bom\u{feff}tag\u{e0041}filler\u{3164}",
            "zerowidthbidibomtagfiller",
        ),
        ("", ""),
    ];
    for (raw, expected) in cases {
        assert_eq!(text(raw), expected, "{raw:?}");
    }
}

#[test]
fn code_stays_in_its_span() {
    let cases = [
        ("int32", "`int32`"),
        ("a`b``c", "`a'b''c`"),
        ("POST\n/x", "`POST /x`"),
        ("", "(empty)"),
        ("\u{202e}\u{0}", "(empty)"),
    ];
    for (raw, expected) in cases {
        assert_eq!(code(raw), expected, "{raw:?}");
    }
}

#[test]
fn comments_are_one_line_of_ascii() {
    assert_eq!(comment("a\n*/ fn x() {}\u{2028}ü"), "a */ fn x() {} ?");
}

#[test]
fn addresses_hold_nothing_that_ends_them() {
    assert_eq!(
        url_path("agent/Chat_Agent/v1)<>\" x"),
        "agent/Chat_Agent/v1%29%3C%3E%22%20x"
    );
}

#[test]
fn credentials_are_removed_and_nothing_else() {
    let table = [
        ("Basic dXNlcjpwYXNzd29yZA==", "Basic (removed)"),
        ("Basic dXNlcjpwYXNzd29yZA==.", "Basic (removed)"),
        ("Basic dXNlcjpwYXNzd29yZA", "Basic (removed)"),
        // With the two characters of base64 that are neither letters nor digits.
        ("Basic Pz8/Ong=", "Basic (removed)"),
        ("Basic Pj4+Onk=", "Basic (removed)"),
        // Not base64, no colon, no text.
        ("Basic user:password", "Basic user:password"),
        ("Basic bm9jb2xvbg==", "Basic bm9jb2xvbg=="),
        ("Basic YToBYg==", "Basic YToBYg=="),
        ("Basic authentication", "Basic authentication"),
        ("basic dXNlcjpwYXNzd29yZA==", "basic dXNlcjpwYXNzd29yZA=="),
        ("dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
    ];
    for (raw, expected) in table {
        assert_eq!(text(raw), expected, "{raw}");
    }
}
