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

/// Media types of bodies and results, as far as the page lists them.
#[test]
fn bodies_and_results_have_the_media_types_of_their_page() {
    use apidoc_model::api::{Payload, Type};
    let owned = |media: &[&str]| {
        media
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<String>>()
    };
    // What it is, what the page lists, the media types of the request and of the result.
    type Row<'a> = (Payload, &'a [&'a str], &'a [&'a str], &'a [&'a str]);
    let table: [Row<'_>; 6] = [
        (
            Payload::Binary,
            &[],
            &["application/octet-stream"],
            &["application/octet-stream"],
        ),
        (
            Payload::Binary,
            &["image/gif", "image/png"],
            &["image/gif", "image/png"],
            &["image/gif", "image/png"],
        ),
        (
            Payload::Json(Type::Int32),
            &["text/xml"],
            &["application/json"],
            &["application/json"],
        ),
        (
            Payload::Patch,
            &["image/png"],
            &[
                "application/json-patch+json",
                "application/merge-patch+json",
            ],
            &["application/octet-stream"],
        ),
        (Payload::Unit, &["image/png"], &[], &[]),
        (Payload::Unit, &[], &[], &[]),
    ];
    for (payload, listed, request, result) in table {
        let mut api = fixture::small();
        let mut operation = fixture::operation("Feed", Verb::Post, "/api/v1/Feed");
        let mut body = fixture::body("cat", payload.clone());
        body.media_types = owned(listed);
        operation.body = Some(body);
        operation.result = payload.clone();
        operation.accept = owned(listed);
        api.groups[1].operations = vec![operation];
        let document = document(&api);
        let media = |pointer: &str| {
            let content = document.pointer(pointer).and_then(Value::as_object);
            let names = content.into_iter().flat_map(serde_json::Map::keys);
            names.cloned().collect::<Vec<String>>()
        };
        let found = media("/paths/~1api~1v1~1Feed/post/requestBody/content");
        assert_eq!(found, owned(request), "{payload:?}");
        let found = media("/paths/~1api~1v1~1Feed/post/responses/200/content");
        assert_eq!(found, owned(result), "{payload:?}");
    }
}

/// Only a success that has a body has the result.
#[test]
fn results_stand_at_the_successes_that_have_one() {
    use apidoc_model::api::{Payload, Status, Type};
    let mut api = fixture::small();
    let mut operation = fixture::operation("Feed", Verb::Post, "/api/v1/Feed");
    operation.result = Payload::Json(Type::Int32);
    let status = |(code, doc): (u16, Option<&str>)| Status {
        code,
        doc: doc.map(str::to_owned),
    };
    let statuses = [
        (199, None),
        (200, Some("Fed.")),
        (204, None),
        (299, None),
        (300, None),
        (404, None),
    ];
    operation.statuses = statuses.into_iter().map(status).collect();
    operation.headers = vec![
        "accept".to_owned(),
        "X-Cat".to_owned(),
        "Content-type".to_owned(),
    ];
    operation.deprecated = true;
    operation.prose.remarks = vec!["One.".to_owned(), "Two.".to_owned()];
    api.groups[1].operations = vec![operation];
    let document = document(&api);
    let feed = &document["paths"]["/api/v1/Feed"]["post"];
    for (code, has_content) in [
        ("199", false),
        ("200", true),
        ("204", false),
        ("299", true),
        ("300", false),
        ("404", false),
        ("default", false),
    ] {
        let response = &feed["responses"][code];
        assert_eq!(response.get("content").is_some(), has_content, "{code}");
        let expected = match code {
            "200" => "Fed.".to_owned(),
            "default" => "Anything else".to_owned(),
            code => format!("Status {code}"),
        };
        assert_eq!(response["description"], expected);
    }
    assert_eq!(feed["deprecated"], true);
    assert_eq!(feed["description"], "One.\n\nTwo.");
    assert_eq!(feed["parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(feed["parameters"][0]["name"], "X-Cat");
    assert_eq!(feed.get("requestBody"), None);
}

/// What a page says about a thing stands at that thing.
#[test]
fn descriptions_stand_where_the_page_has_them() {
    use apidoc_model::api::{ModelId, Payload, Type};
    let mut api = fixture::small();
    let mut operation = fixture::operation("Feed", Verb::Post, "/api/v1/Feed/{id}");
    operation.path[0].doc = Some("The cat.".to_owned());
    operation.query = vec![fixture::parameter("odd name/1", Type::Int32, false)];
    let mut body = fixture::body("meal", Payload::Json(Type::Int32));
    body.doc = Some("The meal.".to_owned());
    operation.body = Some(body);
    operation.prose.summary = Some("Feeds.".to_owned());
    api.groups[1].operations = vec![operation];
    if let Some(model) = api.models.get_mut(&ModelId::shared("Link")) {
        model.doc = Some("A link.".to_owned());
        model.fields[0].doc = Some("Where to.".to_owned());
        model.fields[0].deprecated = true;
    }
    let odd = ModelId::shared("Odd name-é");
    api.models.insert(
        odd,
        fixture::model(apidoc_model::api::Origin::Named, Vec::new()),
    );
    let document = document(&api);
    // The place, and what stands there.
    let table = [
        (
            "/paths/~1api~1v1~1Feed~1{id}/post/parameters/0/description",
            Some("The cat."),
        ),
        (
            "/paths/~1api~1v1~1Feed~1{id}/post/parameters/1/description",
            None,
        ),
        (
            "/paths/~1api~1v1~1Feed~1{id}/post/parameters/1/name",
            Some("odd name/1"),
        ),
        (
            "/paths/~1api~1v1~1Feed~1{id}/post/requestBody/description",
            Some("The meal."),
        ),
        ("/paths/~1api~1v1~1Feed~1{id}/post/summary", Some("Feeds.")),
        ("/paths/~1api~1v1~1Feed~1{id}/post/description", None),
        (
            "/components/schemas/model.Link/description",
            Some("A link."),
        ),
        (
            "/components/schemas/model.Link/properties/Url/description",
            Some("Where to."),
        ),
        (
            "/components/schemas/model.Odd-20-name-2d--e9-/type",
            Some("object"),
        ),
        (
            "/components/schemas/model.Odd-20-name-2d--e9-/description",
            None,
        ),
    ];
    for (pointer, expected) in table {
        let found = document.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, expected, "{pointer}");
    }
    let link = &document["components"]["schemas"]["model.Link"]["properties"]["Url"];
    assert_eq!(link["deprecated"], true);
}
