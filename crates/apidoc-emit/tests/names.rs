//! Names of every kind in every place where a page can put one: what is emitted parses, nothing falls together, and the wire name is
//! kept.

mod fixture;

use std::collections::BTreeSet;

use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::Code;
use apidoc_model::api::Operation;
use heck::ToSnakeCase as _;

use fixture::names::{NAMES, obstacle_course};

#[test]
fn every_name_in_every_place_becomes_an_item() {
    let (files, diagnostics) = emit(&obstacle_course(), &Options::default(), &[]);
    assert_eq!(diagnostics, Vec::new());
    let all: String = files
        .iter()
        .filter(|file| file.path.starts_with("superoffice/src/"))
        .map(|f| f.contents.as_str())
        .collect();
    // One type, one field, one value, one argument and one method per name.
    assert!(NAMES.len() * 5 >= 460, "{} names", NAMES.len());
    let count = |needle: &str| all.matches(needle).count();
    assert!(count("pub struct ") >= NAMES.len());
    assert!(count("    pub fn ") >= NAMES.len());
    for name in NAMES {
        let literal = proc_macro2_literal(name);
        assert!(count(&literal) >= 3, "{name:?} is not kept as {literal}");
    }
}

#[test]
fn what_the_names_become() {
    let (files, _) = emit(&obstacle_course(), &Options::default(), &[]);
    let fields = files
        .iter()
        .find(|file| file.path.ends_with("/every_field.rs"));
    let lines = fields.into_iter().flat_map(|file| file.contents.lines());
    let fields: Vec<&str> = lines
        .filter_map(|line| line.trim().strip_prefix("pub "))
        .filter(|line| line.contains(": Option<"))
        .collect();
    let table: Vec<String> = NAMES
        .iter()
        .zip(&fields)
        .map(|(name, field)| format!("{name:?} {field}"))
        .collect();
    assert_eq!(fields.len(), NAMES.len());
    insta::assert_snapshot!("fields-and-types", table.join("\n"));
}

#[test]
fn files_stay_inside_and_differ_on_every_system() {
    let (files, _) = emit(&obstacle_course(), &Options::default(), &[]);
    let mut folded = BTreeSet::new();
    for file in &files {
        assert!(
            folded.insert(file.path.to_lowercase()),
            "{} exists twice",
            file.path
        );
        for part in file.path.split('/') {
            let stem = part.split('.').next().unwrap_or_default();
            let allowed = stem.bytes().all(|b| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || stem == "Cargo"
            });
            assert!(allowed && (1..=100).contains(&stem.len()), "{}", file.path);
            assert!(
                !["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&stem),
                "{}",
                file.path
            );
        }
    }
}

#[test]
fn names_do_not_depend_on_order_or_on_what_is_emitted() {
    let mut api = fixture::small();
    let text = |api: &apidoc_model::Api, only: Option<Vec<String>>| {
        let (files, _) = emit(
            api,
            &Options {
                only,
                ..Options::default()
            },
            &[],
        );
        files
            .into_iter()
            .find(|file| file.path.ends_with("chat.rs") && !file.path.starts_with("checks"))
            .map(|file| file.contents)
    };
    let whole = text(&api, None);
    assert_eq!(whole, text(&api, Some(vec!["chat".to_owned()])));
    for model in api.models.values_mut() {
        model.fields.reverse();
    }
    let reversed = text(&api, None);
    let lines = |text: &Option<String>| {
        text.iter()
            .flat_map(|t| t.lines())
            .filter(|l| l.starts_with("    pub "))
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(lines(&whole), lines(&reversed));
}

#[test]
fn a_name_that_stands_twice_is_diagnosed() {
    let mut api = fixture::small();
    for model in api.models.values_mut() {
        let first = model.fields.first().cloned();
        model.fields.extend(first);
    }
    let (_, diagnostics) = emit(&api, &Options::default(), &[]);
    assert!(
        diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code == Code::NameCollision),
        "{diagnostics:?}"
    );
}

#[test]
fn operations_of_one_name_are_called_by_their_ids() {
    let mut api = fixture::small();
    for group in &mut api.groups {
        let twins = group.operations.iter().map(|operation| Operation {
            id: operation.id.replace('_', "Entity_"),
            ..operation.clone()
        });
        let twins: Vec<Operation> = twins.collect();
        group.operations.extend(twins);
    }
    let (files, diagnostics) = emit(&api, &Options::default(), &[]);
    assert_eq!(diagnostics, Vec::new());
    for operation in api.groups.iter().flat_map(|group| &group.operations) {
        let method = format!(
            "fn {}(",
            operation.id.trim_start_matches("v1").to_snake_case()
        );
        let has_it = |file: &OutputFile| file.contents.contains(&method);
        assert!(files.iter().any(has_it), "{method}");
    }
}

#[test]
fn a_filter_that_fits_nothing_is_diagnosed() {
    let options = Options {
        only: Some(vec!["Chats".to_owned()]),
        ..Options::default()
    };
    let (_, diagnostics) = emit(&fixture::small(), &options, &[]);
    assert_eq!(
        diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(),
        [Code::UnknownGroup]
    );
}

#[test]
fn a_filter_keeps_what_its_operations_need() {
    let only = |name: &str| {
        let options = Options {
            only: Some(vec![name.to_owned()]),
            ..Options::default()
        };
        let (files, diagnostics) = emit(&fixture::small(), &options, &[]);
        assert_eq!(diagnostics, Vec::new());
        files
            .into_iter()
            .map(|file| file.path)
            .filter(|path| path.starts_with("superoffice/src/") && !path.ends_with("mod.rs"))
            .collect::<Vec<_>>()
    };
    insta::assert_debug_snapshot!("only-chat", only("Chat"));
    insta::assert_debug_snapshot!("only-string", only("rest/string"));
}

/// The literal as the emitter writes it.
fn proc_macro2_literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}
