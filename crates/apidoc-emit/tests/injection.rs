//! Hostile texts in every place where a page can put a text: the items that are emitted are those of a harmless text.

mod fixture;

use std::collections::BTreeMap;

use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::Api;
use proc_macro2::{TokenStream, TokenTree};

use fixture::payloads::{PAYLOADS, PLACES, payload};

#[test]
fn no_text_becomes_an_item() {
    assert!(
        PAYLOADS.len() * PLACES.len() >= 345,
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

#[test]
fn no_credential_of_a_page_is_documented() {
    let files = emitted(
        |api, x| api.groups[0].operations[0].headers.push(x.to_owned()),
        "Authorization: Basic dGplMDpUamUw",
    );
    for file in files
        .iter()
        .filter(|file| file.path.starts_with("superoffice/"))
    {
        assert!(!file.contents.contains("Basic dGpl"), "{}", file.path);
    }
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
