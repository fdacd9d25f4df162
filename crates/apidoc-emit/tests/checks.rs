//! What the sample checks are given: the documented messages with what is known of them, and a call of every operation.

mod fixture;

use apidoc_emit::{Options, emit};
use apidoc_model::Api;
use apidoc_model::api::*;
use apidoc_model::sample::{Contradiction, OperationSample, SampleBody, SampleMessage, Side};
use serde_json::{Value, json};

fn message(file: &str, line: u32, body: SampleBody) -> SampleMessage {
    SampleMessage {
        file: file.to_owned(),
        line,
        start_line: format!("line {line}"),
        body,
    }
}

/// The records of `checks/samples.json`.
fn records(api: &Api, samples: &[OperationSample]) -> Value {
    let (files, diagnostics) = emit(api, &Options::default(), samples);
    assert_eq!(diagnostics, []);
    let file = files.iter().find(|file| file.path == "checks/samples.json");
    let text = file.map(|file| file.contents.as_str()).unwrap_or_default();
    serde_json::from_str(text).unwrap_or_default()
}

#[test]
fn a_record_has_both_messages_with_what_is_known_of_each() {
    let contradiction = |side, pointer: &str| Contradiction {
        side,
        pointer: pointer.to_owned(),
    };
    let feed = OperationSample {
        id: "v1Test_SaveChatSession".to_owned(),
        page: "page.md".to_owned(),
        request: Some(message(
            "request.md",
            3,
            SampleBody::Json("{ \"Ids\" : [ 1 ] }".to_owned()),
        )),
        response: Some(message(
            "response.md",
            7,
            SampleBody::Raw("GIF89".to_owned()),
        )),
        contradictions: vec![
            contradiction(Side::Request, "/Ids/0"),
            contradiction(Side::Response, ""),
            contradiction(Side::Request, "/Session"),
        ],
    };
    let empty = OperationSample {
        id: "v1Test_Move".to_owned(),
        page: "page.md".to_owned(),
        request: None,
        response: Some(message("response.md", 1, SampleBody::None)),
        contradictions: Vec::new(),
    };
    let unknown = OperationSample {
        id: "v1Test_Gone".to_owned(),
        ..feed.clone()
    };
    assert_eq!(
        records(&fixture::small(), &[feed, unknown, empty]),
        json!([
            {
                "id": "v1Test_SaveChatSession",
                "page": "page.md",
                "request": { "file": "request.md", "line": 3, "start_line": "line 3", "json": { "Ids": [1] }, "contradictions": ["/Ids/0", "/Session"] },
                "response": { "file": "response.md", "line": 7, "start_line": "line 7", "raw": "GIF89", "contradictions": [""] },
            },
            {
                "id": "v1Test_Move",
                "page": "page.md",
                "response": { "file": "response.md", "line": 1, "start_line": "line 1" },
            },
        ])
    );
}

#[test]
fn the_dictionaries_of_a_body_are_found_by_its_type() {
    let array = |ty| Type::Array(Box::new(ty));
    let map = |ty| Type::Map(Box::new(ty));
    let chat = || Type::Model(ModelId::shared("ChatSessionEntity"));
    // The type of a body, its text, and the pointers of the dictionaries in it.
    let table: [(Type, &str, &[&str]); 13] = [
        (map(Type::Int32), "{}", &[""]),
        (
            map(map(Type::Int32)),
            r#"{"a/b":{},"c~d":{"e":1}}"#,
            &["", "/a~1b", "/c~0d"],
        ),
        (
            array(map(Type::Int32)),
            "[{},{},null,{}]",
            &["/0", "/1", "/3"],
        ),
        (
            array(array(map(Type::Any))),
            "[[{}],[],[{},{}]]",
            &["/0/0", "/2/0", "/2/1"],
        ),
        (chat(), r#"{"_Links":{"a":"b"},"Type":"x"}"#, &["/_Links"]),
        (
            chat(),
            r#"{"Parent":{"ExtraFields":{}},"ExtraFields":{}}"#,
            &["/ExtraFields", "/Parent/ExtraFields"],
        ),
        // What is no field has no type, and neither has what can be anything.
        (chat(), r#"{"New":{"_Links":{}},"Rest":{"a":{}}}"#, &[]),
        (map(Type::Any), r#"{"a":{"b":{}}}"#, &[""]),
        (map(Type::Int32), r#"{"a":{"b":{}}}"#, &[""]),
        (Type::Any, "{}", &[]),
        (array(Type::Int32), "[{}]", &[]),
        (map(Type::Int32), "[{}]", &[]),
        (map(Type::Int32), "null", &[]),
    ];
    for (ty, text, expected) in table {
        let mut api = fixture::small();
        api.groups[0].operations[0].result = Payload::Json(ty.clone());
        let sample = OperationSample {
            id: api.groups[0].operations[0].id.clone(),
            page: "page.md".to_owned(),
            request: None,
            response: Some(message("a.md", 1, SampleBody::Json(text.to_owned()))),
            contradictions: Vec::new(),
        };
        let records = records(&api, &[sample]);
        let found = records[0]["response"].get("dictionaries").cloned();
        let expected = (!expected.is_empty()).then(|| json!(expected));
        assert_eq!(found, expected, "{ty:?} {text}");
    }
}

/// The call of one operation in the checks.
fn call(operation: Operation) -> String {
    let mut api = fixture::small();
    api.groups = vec![fixture::group(World::Rest, "Cat", vec![operation])];
    let files = fixture::files(&api);
    let calls = files
        .iter()
        .filter(|file| file.path.starts_with("checks/src/calls/"));
    let lines = calls.flat_map(|file| file.contents.lines());
    let mut found: Vec<&str> = lines.filter(|line| line.contains(".find(")).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.pop().unwrap_or_default().trim().to_owned()
}

#[test]
fn every_operation_is_called_with_values_of_its_types() {
    let array = |ty| Type::Array(Box::new(ty));
    let mood = || Type::Enum("ChatStatus".to_owned());
    // The type; how a value of it is made as a parameter, and as a body.
    let table = [
        (Type::Bool, "args.query(\"a\").value()", "args.body()?"),
        (Type::Int32, "args.query(\"a\").value()", "args.body()?"),
        (Type::Int64, "args.query(\"a\").value()", "args.body()?"),
        (Type::Double, "args.query(\"a\").value()", "args.body()?"),
        (Type::String, "&args.query(\"a\").text()", "&args.text()?"),
        (
            Type::DateTime,
            "&args.query(\"a\").value()",
            "&args.body()?",
        ),
        (mood(), "&args.query(\"a\").constant()", "&args.body()?"),
        (
            array(Type::String),
            "&args.query(\"a\").texts()",
            "&args.list()?",
        ),
        (
            array(mood()),
            "&args.query(\"a\").constants()",
            "&args.list()?",
        ),
        (
            array(Type::Int32),
            "&args.query(\"a\").values()",
            "&args.list()?",
        ),
    ];
    let find = || fixture::operation("Find", Verb::Post, "/api/v1/Cat");
    for (ty, parameter, body) in table {
        let mut operation = find();
        operation.query = vec![fixture::parameter("a", ty.clone(), true)];
        let found = call(operation);
        assert!(
            found.contains(&format!(".find({parameter})")),
            "{ty:?}: {found}"
        );
        let mut operation = find();
        operation.body = Some(fixture::body("a", Payload::Json(ty.clone())));
        let found = call(operation);
        assert!(found.contains(&format!(".find({body})")), "{ty:?}: {found}");
        let mut operation = find();
        operation.query = vec![fixture::parameter("a", ty.clone(), false)];
        let found = call(operation);
        assert!(
            found.contains("|client, _|") && found.contains(".find(&Default::default())"),
            "{found}"
        );
    }
    for (content, arguments) in [
        (Payload::Unit, ""),
        (Payload::Binary, "args.bytes()"),
        (Payload::Patch, "&args.patch()?"),
    ] {
        let mut operation = find();
        operation.body = Some(fixture::body("a", content));
        let found = call(operation);
        assert!(found.contains(&format!(".find({arguments})")), "{found}");
    }
}
