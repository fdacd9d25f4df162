//! Attacks that worked on other tools which make code from descriptions of APIs, each as a page that would have hit this one if it
//! had the flaw. A text that only documents must not change a single token of the code; a name or value changes names and literals
//! and nothing else; everything else is set aside or refused with a place before anything is written.

#![expect(
    clippy::expect_used,
    reason = "emitted code that is not Rust has failed the test"
)]

use hostile::program::Program;
use hostile::shape::{Detail, tokens};
use hostile::targets::assert_closed;
use hostile::template::{SLOTS, page};

/// What must come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The same tokens as without it.
    SameCode,
    /// The same tokens but for names and literals.
    SameShape,
    /// Nothing is written.
    Refused,
    /// What was not understood is set aside with a warning at its place; the rest is harmless code of another shape.
    SetAside,
}
use Fate::{Refused, SameCode, SameShape, SetAside};

/// The advisory or issue, the slot that was its way in, the text, the fate.
type Attack = (&'static str, &'static str, &'static str, Fate);

#[rustfmt::skip]
const ATTACKS: &[Attack] = &[
    // Descriptions and titles that end the comment or text they are printed in.
    ("CVE-2016-5641", "field_doc", "\"; fn pwned() {} //", SameCode),
    ("CVE-2016-5641", "summary", "*/ fn pwned() {} /*", SameCode),
    ("CVE-2016-5641", "title", "*/ pub fn pwned() {} /*", SameCode),
    ("openapi-generator#23956", "summary", "\"\"\" + pwned() + \"\"\"", SameCode),
    ("openapi-generator#23956", "property_doc", "\"## ; fn pwned() {} r##\"", SameCode),
    ("GHSA-rjwr-m7qx-3fjr", "status_doc", "a<br/>pub fn pwned() {}", SameCode),
    ("GHSA-rjwr-m7qx-3fjr", "summary", "a\nfn pwned() {}", SameCode),
    ("GHSA-rjwr-m7qx-3fjr", "summary", "a\rfn pwned() {}", SameCode),
    ("GHSA-rjwr-m7qx-3fjr", "summary", "a\u{2028}fn pwned() {}\u{85}fn pwned() {}", SameCode),
    ("GHSA-2hx3-vp6r-mg3f", "field_doc", "*/}}} fn pwned(){ /*", SameCode),
    ("GHSA-2hx3-vp6r-mg3f", "query_doc", "</summary> fn pwned() {}", SameCode),
    ("GHSA-5293-mq8x-g3xj", "body_doc", "\"\"\"\nimport os # \\", SameCode),
    ("GHSA-5293-mq8x-g3xj", "response_doc", "\\", SameCode),
    ("CVE-2026-22785", "summary", "`${process.exit(1)}`, {} ) { pwned(", SameCode),
    ("GHSA-h526-wf6g-67jv", "query_doc", "' + pwned() + '", SameCode),
    // Documentation that is run as a test.
    ("typify#1060", "summary", "a\n\n```\npanic!()\n```", SameCode),
    ("typify#1060", "summary", "a\n\n~~~rust\npanic!()\n~~~", SameCode),
    ("typify#1060", "summary", "a\n\n    panic!()", SameCode),
    ("typify#1060", "remark", "- a\n\n      panic!()", SameCode),
    ("typify#1060", "remark", "> a\n>\n>     panic!()", SameCode),
    ("typify#1060", "field_doc", "``` panic!()", SameCode),
    ("typify#1060", "field_doc", "&#10;&#10;&#32;&#32;&#32;&#32;panic!()", SameCode),
    ("typify#1060", "field_doc", "a&#x0a;```&#x0a;panic!()&#x0a;```", SameCode),
    ("rust#104810", "remark", "-   panic!()", SameCode),
    ("prost#291", "summary", "1. a\n\n        panic!()", SameCode),
    // Documentation that runs in the browser or calls home.
    ("CVE-2016-5641 (html)", "field_doc", "<script>alert(1)</script>", SameCode),
    ("CVE-2016-5641 (html)", "summary", "<img src=x onerror=alert(1)>", SameCode),
    ("CVE-2016-5641 (html)", "property_doc", "&lt;iframe src='javascript:alert(1)'&gt;", SameCode),
    ("GHSA-h754-fxp7-88wx", "summary", "![a](https://evil.example/?leak) [b](https://evil.example)", SameCode),
    ("GHSA-h754-fxp7-88wx", "remark", "[a]: https://evil.example \"b\"", SameCode),
    // Values of enumerations.
    ("CVE-2026-23947", "value", "Small\"] = 1; fn pwned() {} //", SetAside),
    ("GHSA-xrqw-w576-xgj2", "value", "\") func init() { pwned() } //", SetAside),
    ("GHSA-5f94-x226-ccpm", "value", "\\\" + pwned() + \\\"", SetAside),
    ("GHSA-5f94-x226-ccpm", "value", "'; pwned(); '", SetAside),
    ("GHSA-2hx3-vp6r-mg3f", "value", "#{pwned}", SetAside),
    // Paths.
    ("openapi-generator#9809", "segment", "Feed\"+pwned()+\"", Refused),
    ("openapi-generator#9809", "segment", "Feed';pwned();'", Refused),
    ("GHSA-jwgf-6xff-4hvp", "segment", "Feed`;pwned()", Refused),
    ("GHSA-w284-33mx-6g9v", "segment", "${pwned()}", Refused),
    ("swagger-codegen#11309", "segment", "Feed\\\");pwned(\\\"", Refused),
    ("kiota#7910", "segment", "..", Refused),
    ("kiota#7910", "segment", "../../admin", Refused),
    ("kiota#7910", "segment", "%2e%2e%2fadmin", Refused),
    ("GHSA-h754-fxp7-88wx", "segment", "@evil.example", Refused),
    ("GHSA-h754-fxp7-88wx", "segment", "Feed?leak=1#a", SameCode),
    ("GHSA-w284-33mx-6g9v", "path", "cage}/{other", SetAside),
    ("GHSA-w284-33mx-6g9v", "path", "cage\")", Refused),
    // Names of parameters, headers, properties, types, operations.
    ("GHSA-gpcc-36pq-8qxr", "query", "until\", fn pwned() {}, \"", SetAside),
    ("GHSA-gpcc-36pq-8qxr", "query", "until\\", SetAside),
    ("GHSA-gpcc-36pq-8qxr", "property", "Animal\": pwned(), \"Id", SetAside),
    ("GHSA-2hx3-vp6r-mg3f", "property", "fn pwned() {}", SetAside),
    ("GHSA-2hx3-vp6r-mg3f", "field", "r#\"\"#; pwned!()", SetAside),
    ("GHSA-38c3-wv3c-v3xj", "field", "constructor", SameShape),
    ("GHSA-38c3-wv3c-v3xj", "field", "__proto__", SameShape),
    ("GHSA-38c3-wv3c-v3xj", "header", "X-Key\": pwned(), \"", SameCode),
    ("openapi-typescript-codegen#2809", "body", "request = pwned()", SameCode),
    ("openapi-typescript-codegen#2809", "property_type", "Integer = pwned()", SetAside),
    ("openapi-typescript-codegen#2809", "query_type", "string; fn pwned() {}", SameCode),
    ("GHSA-9c2f-gr95-7wqw", "field_type", "std::process::Command", SetAside),
    ("GHSA-9c2f-gr95-7wqw", "property_type", "crate::pwned", SetAside),
    // The name of the file takes the place of an id that is none.
    ("GHSA-jqwh-526h-c92j", "uid", "v1ZooAgent_Feed{pwned()}", SameCode),
    ("GHSA-jqwh-526h-c92j", "uid", "v1ZooAgent_Feed\"); pwned(\"", SameCode),
    ("swagger-codegen#12611", "uid", "v1ZooAgent_../../../x", SameCode),
    ("vergen#26", "status", "200\", pwned()", SameCode),
    ("vergen#26", "verb", "POST\n#![feature(pwned)]", Refused),
    // Names of files and types that leave the folder.
    ("CVE-2024-35219", "folder", "../../../../tmp/Zoo_Agent", SameShape),
    ("CVE-2024-35219", "folder", "..", SameShape),
    ("redocly-cli#2891", "model", "../../../x", SetAside),
    ("redocly-cli#2891", "model", "..\\\\..\\\\x", SetAside),
    ("swagger-codegen#12611", "folder", "C:\\Windows\\Zoo_Agent", SameShape),
    ("swagger-codegen#12611", "folder", "CON_Agent", SameShape),
    ("mintlify#3116", "folder", "con\u{0}.rs_Agent", SameShape),
    ("CVE-2024-35219", "file", "../../../../etc/passwd", SameShape),
    // Samples and defaults, which other tools print as code.
    ("CVE-2026-72716", "inner_value", "`+pwned()+`", SameCode),
    ("CVE-2026-71869", "inner_value", "${pwned()}", SameCode),
    ("CVE-2026-71869", "inner_value", "\\\"; fn pwned() {} //", SameCode),
    ("GHSA-2hx3-vp6r-mg3f", "inner_key", "Food\\\": pwned(), \\\"", SameShape),
    ("GHSA-2hx3-vp6r-mg3f", "inner_key", "fn pwned(){}//", SameShape),
    ("CVE-2017-1000207", "title", "!!python/object/apply:os.system ['pwned']", SameCode),
    ("CVE-2017-1000207", "list", "!!javax.script.ScriptEngineManager", SameCode),
    ("CVE-2026-22785", "request_header", "Accept: */*\"); pwned(\"", SameCode),
    ("orval#3692", "media", "application/json\"); pwned(\"", SetAside),
    ("orval#3692", "restriction", "\"); pwned(); (\"", SameCode),
];

#[test]
fn attacks_that_hit_others_do_not_hit_here() {
    let plain = Program::read(&[page(&[])]);
    assert!(!plain.is_refused(), "{:?}", plain.errors());
    let mut wrong = Vec::new();
    for (advisory, slot, payload, expected) in ATTACKS {
        let program = Program::read(&[page(&[(slot, payload)])]);
        assert_closed(&program);
        let others = HARMLESS.map(|text| Program::read(&[page(&[(slot, text)])]));
        let fate = fate(&plain, &others, &program);
        if fate != Some(*expected) && !(*expected == SameShape && fate == Some(SameCode)) {
            wrong.push(format!(
                "{advisory} through {slot} {payload:?}: {fate:?}, not {expected:?}: {:?}",
                program.errors()
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut advisories: Vec<&str> = ATTACKS.iter().map(|(advisory, ..)| *advisory).collect();
    advisories.sort_unstable();
    advisories.dedup();
    println!(
        "advisories: {} attacks of {} advisories",
        ATTACKS.len(),
        advisories.len()
    );
    assert!(ATTACKS.len() >= 83 && advisories.len() >= 34);
}

/// A name, and a text that is none.
const HARMLESS: [&str; 2] = ["Other", "Other one"];

/// What became of a page compared with the harmless one, and with those that have something harmless in the same place; `None` where
/// the code has another shape.
fn fate(plain: &Program, others: &[Program; 2], program: &Program) -> Option<Fate> {
    if program.is_refused() {
        let placed = program
            .diagnostics
            .iter()
            .all(|diagnostic| diagnostic.span.is_some());
        return placed.then_some(Refused);
    }
    let same = |one: &Program, detail| code(one, detail) == code(program, detail);
    let is_told = program
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code.is_degraded() && diagnostic.span.is_some());
    let [name, text] = others;
    if same(plain, Detail::Exact) {
        Some(SameCode)
    } else if same(plain, Detail::Shape) || same(name, Detail::Shape) {
        Some(SameShape)
    } else if is_told {
        Some(SetAside)
    } else {
        same(text, Detail::Shape).then_some(SameShape)
    }
}

fn code(program: &Program, detail: Detail) -> Vec<String> {
    let sdk = program
        .files
        .iter()
        .filter(|file| file.path.starts_with("superoffice/") && file.path.ends_with(".rs"));
    let mut all: Vec<String> = sdk
        .map(|file| tokens(&file.contents, detail).expect("Rust"))
        .collect();
    // Names decide the order of items and files, which is no difference in shape.
    if detail == Detail::Shape {
        all = all.join("").split('\n').map(str::to_owned).collect();
        all.sort_unstable();
    }
    all
}

/// Every slot with every way out of a text that Rust, TOML, JSON or markdown has: 36 slots × 29 payloads.
#[test]
fn every_slot_holds_every_payload() {
    let payloads = [
        "\"; fn pwned() {} //",
        "\\\"; fn pwned() {} //",
        "*/ fn pwned() {} /*",
        "\"# ; fn pwned() {} r#\"",
        "\n\nfn pwned() {}\n",
        "\r",
        "\u{0}",
        "\u{85}\u{2028}\u{2029}",
        "\u{202e}\u{2066}\u{feff}\u{200b}",
        "```\npanic!()\n```",
        "    panic!()",
        "\tpanic!()",
        "- a\n\n      panic!()",
        "<script>alert(1)</script>",
        "[a](https://evil.example)",
        "\"]\n[dependencies]\nevil = \"1\"\n#",
        "}\n} fn pwned() { {",
        "'",
        "{}",
        "{pwned}",
        "../../x",
        "r#self",
        "é\u{301}𝒳",
        "",
        // What is a mark only when the page has been read: backslashes before emphasis, and starts of lists, headings and code.
        "&#92;&#42;a&#92;&#42;",
        "&#45; a",
        "1&#46; a",
        "&#35; a",
        "&#96;&#96;&#96;a&#96;&#96;&#96; &#91;a&#93;(https://evil.example)",
    ];
    let (mut written, mut refused) = (0, 0);
    for (slot, _) in SLOTS {
        for payload in payloads {
            let program = Program::read(&[page(&[(slot, payload)])]);
            assert_closed(&program);
            if program.is_refused() {
                refused += 1
            } else {
                written += 1
            }
        }
    }
    println!(
        "injection from page text: {} cells, {written} written without harm, {refused} refused",
        written + refused
    );
    assert!(SLOTS.len() >= 36 && payloads.len() >= 29);
    assert!(written > 600 && refused > 60, "{written} {refused}");
}
