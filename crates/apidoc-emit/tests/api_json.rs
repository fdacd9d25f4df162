//! `api.json`: the same as the resolved API, on as many lines as a small diff needs.

mod fixture;

use apidoc_model::Api;
use apidoc_model::api::{ModelId, Origin, Type, Verb, World};
use serde_json::Value;

fn printed(api: &Api) -> String {
    let mut files = fixture::files(api).into_iter();
    let file = files.find(|file| file.path == "api.json");
    file.map(|file| file.contents).unwrap_or_default()
}

#[test]
fn nothing_is_lost_in_it() {
    for api in [fixture::small(), fixture::pairs::api(), Api::default()] {
        let text = printed(&api);
        let expected = serde_json::to_value(&api).ok();
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), expected);
        assert!(text.ends_with("}\n") && !text.contains("\n\n"), "{text}");
        // No line ends in white space, and none is indented deeper than the keys of operations and fields.
        for line in text.lines() {
            assert_eq!(line.trim_end(), line);
            assert!(!line.starts_with("      "), "{line}");
        }
    }
}

#[test]
fn operations_and_fields_stand_on_lines_of_their_own() {
    let mut api = Api::default();
    let feed = fixture::operation("Feed", Verb::Post, "/api/v1/Agents/Cat/{id}");
    let mut wash = fixture::operation("Wash", Verb::Get, "/api/v1/Agents/Cat/Wash");
    wash.statuses.clear();
    api.groups
        .push(fixture::group(World::Agent, "Cat", vec![feed, wash]));
    let names = Type::Array(Box::new(Type::String));
    let fields = vec![
        fixture::field("Id", Type::Int32),
        fixture::field("Names", names),
    ];
    api.models.insert(
        ModelId::shared("Cat"),
        fixture::model(Origin::Named, fields),
    );
    api.models.insert(
        ModelId::shared("Void"),
        fixture::model(Origin::Named, Vec::new()),
    );
    insta::assert_snapshot!("api-json", printed(&api));
}
