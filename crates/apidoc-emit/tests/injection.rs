//! Hostile texts in every place where a page can put a text: the items that are emitted are those of a harmless text.

mod fixture;

use std::collections::BTreeMap;
use std::path::Path;

use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::Api;
use proc_macro2::{TokenStream, TokenTree};

use fixture::payloads::{PAYLOADS, PLACES, payload};

#[test]
fn no_text_becomes_an_item() {
    assert!(
        PAYLOADS.len() >= 28 && PLACES.len() >= 32,
        "the matrix is too small"
    );
    for (place, put) in PLACES {
        let harmless = shape(&emitted(*put, "Harmless"));
        for n in 0..PAYLOADS.len() {
            let files = emitted(*put, &payload(n));
            let found = shape(&files);
            assert_eq!(found, harmless, "payload {n} as {place}");
        }
    }
}

/// User and password of RFC 7617, as a page would show them.
const CREDENTIAL: &str = "QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

/// In every text that is documentation; names are printed as they are, whatever they are.
#[test]
fn no_credential_of_a_page_is_documented() {
    let texts = PLACES
        .iter()
        .filter(|(place, _)| place.ends_with(" doc") || ["summary", "remark"].contains(place));
    let mut places = 0;
    for (place, put) in texts {
        let text = format!("Send Authorization: Basic {CREDENTIAL}, or Basic authentication.");
        let files = emitted(*put, &text);
        let sdk = files.iter().filter(|file| file.path.ends_with(".rs"));
        let all: String = sdk.map(|file| file.contents.as_str()).collect();
        assert!(!all.contains(CREDENTIAL.trim_end_matches('=')), "{place}");
        let shown = "Basic (removed) or Basic authentication";
        if *place != "body doc" && *place != "path parameter doc" {
            assert!(all.contains(shown), "{place} is not documented");
        }
        places += 1;
    }
    assert!(places >= 8, "{places} places");
}

/// Also not in what is committed, of whatever kind the file is.
#[test]
fn no_credential_is_committed() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated")];
    let (mut files, mut found) = (0, Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            files += 1;
            found.extend(credentials(&text).map(|word| format!("{}: {word}", path.display())));
        }
    }
    assert_eq!(found, Vec::<String>::new());
    assert!(files > 500, "{files} files were looked at");
    assert_eq!(
        credentials(&format!("Authorization: Basic {CREDENTIAL}")).count(),
        1
    );
}

/// What stands behind `Basic` and is no word.
fn credentials(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("Basic ").skip(1);
    after
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c));
            &rest[..end.unwrap_or(rest.len())]
        })
        .filter(|token| {
            let odd = |c: char| !c.is_ascii_lowercase();
            token.len() >= 6 && token.chars().skip(1).any(odd)
        })
}

fn emitted(put: fn(&mut Api, &str), text: &str) -> Vec<OutputFile> {
    let mut api = fixture::small();
    put(&mut api, text);
    let (files, diagnostics) = emit(&api, &Options::default(), &[]);
    assert_eq!(diagnostics, Vec::new(), "{text:?}");
    files
}

/// How often each keyword that opens an item stands in the emitted code, outside of comments and strings.
fn shape(files: &[OutputFile]) -> BTreeMap<String, usize> {
    let mut shape = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let tokens = file.contents.parse::<TokenStream>();
        assert!(tokens.is_ok(), "{} has no tokens", file.path);
        let tokens = tokens.unwrap_or_default();
        count(tokens, &mut shape);
    }
    shape.insert("files".to_owned(), files.len());
    shape
}

fn count(tokens: TokenStream, shape: &mut BTreeMap<String, usize>) {
    let mut before = String::new();
    for token in tokens {
        let word = match token {
            TokenTree::Group(group) => {
                count(group.stream(), shape);
                String::new()
            }
            TokenTree::Ident(ident) => ident.to_string(),
            TokenTree::Punct(_) | TokenTree::Literal(_) => String::new(),
        };
        let is_item = [
            "fn",
            "struct",
            "enum",
            "mod",
            "impl",
            "trait",
            "macro_rules",
            "unsafe",
            "extern",
            "static",
        ];
        if is_item.contains(&word.as_str()) {
            *shape.entry(word.clone()).or_default() += 1;
        }
        assert!(
            !(before == "fn" && word.starts_with("pwned_")),
            "a function of the payload was emitted: {word}"
        );
        before = word;
    }
}
