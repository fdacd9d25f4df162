//! The OpenAPI document of one of everything: nothing is missing, and every reference leads somewhere.

mod fixture;

use apidoc_emit::{Options, openapi};
use apidoc_model::Api;
use apidoc_model::api::Verb;
use serde_json::Value;

fn document(api: &Api) -> Value {
    let emission = openapi(api, &Options::default());
    assert_eq!(emission.diagnostics, Vec::new());
    let file = emission.files.first().map(|file| file.contents.as_str());
    serde_json::from_str(file.unwrap_or_default()).unwrap_or_default()
}

#[test]
fn nothing_is_missing() {
    for api in [fixture::small(), fixture::pairs::api()] {
        let document = document(&api);
        let paths = document["paths"].as_object().into_iter().flatten();
        let found: usize = paths
            .filter_map(|(_, path)| Some(path.as_object()?.len()))
            .sum();
        let operations = api.groups.iter().map(|group| group.operations.len());
        assert_eq!(found, operations.sum::<usize>());
        let schemas = document["components"]["schemas"].as_object();
        assert_eq!(
            schemas.map(serde_json::Map::len),
            Some(api.models.len() + api.enums.len())
        );
        let references = references(&document);
        assert!(!references.is_empty());
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap_or_default();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}

#[test]
fn operations_fields_and_enumerations_are_as_the_pages_say() {
    let document = document(&fixture::small());
    let at = |pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
    let patch = at("/paths/~1api~1v1~1String~1{id}~1{name}/patch");
    insta::assert_snapshot!("openapi-operation", format!("{patch:#}"));
    let all = at("/paths/~1api~1v1~1String/get/parameters");
    insta::assert_snapshot!("openapi-parameters", format!("{all:#}"));
    let model = at("/components/schemas/model.ChatSessionEntity");
    insta::assert_snapshot!("openapi-model", format!("{model:#}"));
    let open = at("/components/schemas/enum.ChatStatus");
    insta::assert_snapshot!(open, @r#"{"anyOf":[{"enum":["Active","Closed"]},{}],"type":"string"}"#);
}

/// Verb and route are all that tells operations apart.
#[test]
fn the_second_of_two_is_said_to_be_left_out() {
    let mut api = fixture::small();
    let twin = fixture::operation("Twin", Verb::Get, "/api/v1/String");
    api.groups[1].operations.push(twin);
    let emission = openapi(&api, &Options::default());
    assert_eq!(emission.diagnostics.len(), 1);
    assert!(emission.diagnostics[0].message.contains("v1Test_Twin"));
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let inner = members.values().flat_map(references);
            own.map(str::to_owned).into_iter().chain(inner).collect()
        }
        _ => Vec::new(),
    }
}
