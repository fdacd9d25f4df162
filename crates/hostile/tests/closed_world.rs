//! The search for foreign code finds what it is for, and finds nothing in what is committed under `generated/`.

use std::path::Path;

use apidoc_emit::OutputFile;
use hostile::Program;
use hostile::closed_world::{foreign, foreign_code};
use hostile::mutants::PAGES;
use hostile::template;

#[test]
fn foreign_code_is_found() {
    let cases = [
        "pub fn pwned() {}",
        "const X: () = ();",
        "static X: u8 = 0;",
        "mod inner { }",
        "extern crate std;",
        "println!(\"a\");",
        "macro_rules! a { () => {} }",
        "#[no_mangle] pub struct A;",
        "#[path = \"/etc/passwd\"] mod a;",
        "impl A { fn a(&self) { std::process::exit(1) ; } }",
        "impl A { fn a(&self) -> u8 { unsafe { 1 } } }",
        "impl A { fn a(&self) -> u8 { let b = 1; b } }",
        "impl A { fn a(&self) -> u8 { include_bytes!(\"a\").len() } }",
        "/// ```\n/// panic!()\n/// ```\npub struct A;",
        "/// a\n///\n///     panic!()\npub struct A;",
        "///\tpanic!()\npub struct A;",
        "/// ~~~rust\n/// panic!()\npub struct A;",
        "/// - a\n///\n///       panic!()\npub struct A;",
        "/// <script>alert(1)</script>\npub struct A;",
        "/// [a](https://evil.example)\npub struct A;",
        "/// ![a](https://evil.example/pixel.png)\npub struct A;",
        "/// [a]: https://evil.example\npub struct A { /** <img src=a> */ b: u8 }",
        "model! { A { #[doc = \"```\\npanic!()\\n```\"] 0 a \"A\" } }",
        "pub struct A; }",
    ];
    let missed: Vec<&str> = cases
        .into_iter()
        .filter(|code| foreign_code(code, true).is_empty())
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(cases.len() >= 24, "{} kinds", cases.len());
    println!("foreign code: {} kinds are found", cases.len());
}

#[test]
fn foreign_paths_are_found() {
    let file = |path: &str| OutputFile {
        path: path.to_owned(),
        contents: String::new(),
    };
    let long = format!("superoffice/src/{}.rs", "x".repeat(200));
    for path in [
        "../x.rs",
        "/x.rs",
        "a//x.rs",
        "a/../x.rs",
        "C:/x.rs",
        "a\\x.rs",
        ".x.rs",
        "\u{e9}.rs",
        &long,
    ] {
        assert_eq!(foreign(&[file(path)]).len(), 1, "{path}");
    }
    assert_eq!(foreign(&[file("a/X.rs"), file("A/x.rs")]).len(), 1);
    assert_eq!(foreign(&[file("a/x.rs"), file("a/y.rs")]).len(), 0);
}

/// The crate's own front page has headings and programs; with one more word it is no longer ours.
#[test]
fn the_front_page_is_taken_word_by_word() {
    let page = include_str!("../../apidoc-emit/emitted/superoffice/front.md")
        .replace("{operations}", "12")
        .replace("{agents}", "3")
        .replace("{areas}", "4");
    let documented = |page: &str| {
        let lines = page
            .lines()
            .map(|line| format!("//! {line}").trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n") + "\n"
    };
    let found = |page: &str| foreign_code(&documented(page), true);
    assert_eq!(found(&page), Vec::<String>::new());
    for (from, to) in [
        ("12 operations", "12 or so operations"),
        ("println!(", "panic!("),
        ("# Versions", "# Versions\n\n    run()"),
    ] {
        assert!(page.contains(from), "{from:?}");
        assert!(!found(&page.replacen(from, to, 1)).is_empty(), "{to:?}");
    }
}

#[test]
fn pages_without_harm_have_none() {
    let mut pages: Vec<(String, String)> = PAGES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    pages.push(template::page(&[
        ("uid", "v1PenAgent_Feed"),
        ("segment", "FeedPen"),
        ("model", "PenMeal"),
        ("folder", "Pen_Agent"),
    ]));
    let program = Program::read(&pages);
    assert!(!program.is_refused(), "{:#?}", program.errors());
    assert_eq!(foreign(&program.files), Vec::<String>::new());
}

/// The SDK itself; also a count of what was looked at, so that an empty folder is no success.
#[test]
fn the_sdk_has_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/superoffice/src");
    let (mut files, mut found, mut folders) = (0, Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("a file");
                found.extend(
                    foreign_code(&text, true)
                        .into_iter()
                        .map(|what| format!("{}: {what}", path.display())),
                );
                files += 1;
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} findings, the first: {:#?}",
        found.len(),
        found.first()
    );
    // As many as the tree of modules names.
    let modules = std::fs::read_to_string(root.join("models/mod.rs")).expect("a file");
    let models = modules
        .lines()
        .filter(|line| line.starts_with("mod "))
        .count();
    let groups: usize = ["agents/mod.rs", "rest/mod.rs"]
        .map(|path| std::fs::read_to_string(root.join(path)).expect("a file"))
        .iter()
        .map(|text| {
            text.lines()
                .filter(|line| line.starts_with("pub mod "))
                .count()
        })
        .sum();
    assert!(
        models > 300 && groups > 100,
        "{models} models, {groups} groups"
    );
    assert_eq!(files, models + groups + 6, "not every file was looked at");
    println!("closed world: {files} files of the SDK, nothing foreign");
}
