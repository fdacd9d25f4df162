//! Documented messages: where they stand, what they hold, and how they look with neutral values.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its pages has failed"
)]

use apidoc_model::SourceMap;
use apidoc_model::sample::{OperationSample, SampleBody, SampleMessage, Side};
use apidoc_parse::draft::Draft;
use apidoc_parse::json::Json;
use apidoc_parse::{Corrections, neutral_samples, operation, page, resolve};

/// A page whose body has an id, a name and the hours of meals.
fn page_of(name: &str, request: &str, response: &str) -> String {
    let table = "| Property Name | Type | Description |\n|---|---|---|\n| Id | int32 | |\n| Name | string | |\n| Meals | int32[] | |\n";
    format!(
        "---\nuid: v1CatAgent_{name}\n---\n\n```http\nPOST /api/v1/Agents/Cat/{name}\n```\n\n\
         ## Request Body: cat Cat\n\n{table}\n## Response:\n\n| Response | Description |\n|---|---|\n| 200 | |\n\n\
         ### Response body: Cat\n\n{table}\n## Sample request\n\n```http!\nPOST /api/v1/Agents/Cat/{name}\n{request}```\n\n\
         ## Sample response\n\n```http_\nHTTP/1.1 200 OK\n{response}```\n"
    )
}

/// The messages of pages as they stand there, and with neutral values.
fn read(pages: &[(u32, &str, String)]) -> (Vec<OperationSample>, Vec<OperationSample>) {
    let mut sources = SourceMap::new();
    for (tree, name, text) in pages {
        let path = format!("agent/Cat_Agent/v1CatAgent_{name}.md");
        sources.add(*tree, path.clone(), path, text.clone());
    }
    let read = |file| operation(&page(file).0, &sources).0;
    let drafts: Vec<Draft> = sources.files().iter().filter_map(read).collect();
    let resolution = resolve(&drafts, &Corrections::default(), &sources);
    let neutral = neutral_samples(
        &drafts,
        &resolution.api,
        &sources,
        resolution.samples.clone(),
    );
    (resolution.samples, neutral)
}

fn body(message: Option<&SampleMessage>) -> String {
    match message.map(|message| &message.body) {
        Some(SampleBody::Json(text)) => {
            let json = Json::parse(text).expect("JSON");
            serde_json::to_string(&json).expect("memory")
        }
        Some(SampleBody::Raw(text)) => format!("raw {text}"),
        Some(SampleBody::None) => "empty".to_owned(),
        None => "nothing".to_owned(),
    }
}

#[test]
fn what_is_neutral_already_keeps_its_place() {
    let neutral = "\n{ \"Id\": 1, \"Name\": \"text\", \"Meals\": [1] }\n";
    for (request, response) in [
        (neutral, neutral),
        (neutral, "\n"),
        ("\n", neutral),
        ("\n", "\n"),
    ] {
        let (found, again) = read(&[(0, "Feed", page_of("Feed", request, response))]);
        assert_eq!(again, found, "{request}{response}");
        let [sample] = found.as_slice() else {
            unreachable!("{found:?}")
        };
        assert_eq!(sample.page, "agent/Cat_Agent/v1CatAgent_Feed.md");
        let request = sample.request.as_ref().expect("a request");
        assert_eq!(
            (request.file.as_str(), request.line),
            (sample.page.as_str(), 34)
        );
        assert_eq!(request.start_line, "POST /api/v1/Agents/Cat/Feed");
        assert!(sample.contradictions.is_empty());
    }
}

#[test]
fn other_values_become_neutral_on_both_sides() {
    let neutral = "\n{ \"Id\": 1, \"Name\": \"text\", \"Meals\": [1] }\n";
    let real = "\n{ \"Id\": 7, \"Name\": \"Momo\", \"Meals\": [7, 12, 19] }\n";
    let expected = r#"{"Id":1,"Name":"text","Meals":[1]}"#;
    for (request, response) in [(real, real), (real, neutral), (neutral, real)] {
        let (found, again) = read(&[(0, "Feed", page_of("Feed", request, response))]);
        assert_ne!(again, found);
        let [sample] = again.as_slice() else {
            unreachable!("{again:?}")
        };
        assert_eq!(body(sample.request.as_ref()), expected);
        assert_eq!(body(sample.response.as_ref()), expected);
        // A message that is written anew stands where its page says its id.
        for message in [&sample.request, &sample.response].into_iter().flatten() {
            assert_eq!(
                (message.file.as_str(), message.line),
                (sample.page.as_str(), 2)
            );
        }
        assert_eq!(sample.id, "v1CatAgent_Feed");
        let start = sample
            .response
            .as_ref()
            .map(|message| message.start_line.as_str());
        assert_eq!(start, Some("HTTP/1.1 200 OK"));
    }
}

#[test]
fn a_value_of_another_type_is_told_before_and_after() {
    let real = "\n{ \"Id\": 7.5, \"Name\": { \"a\": 1 }, \"Meals\": [7, \"noon\"] }\n";
    let (found, again) = read(&[(0, "Feed", page_of("Feed", "\n", real))]);
    let pointers = |samples: &[OperationSample]| -> Vec<(Side, String)> {
        let all = samples.iter().flat_map(|sample| &sample.contradictions);
        all.map(|one| (one.side, one.pointer.clone())).collect()
    };
    let at = |pointer: &str| (Side::Response, pointer.to_owned());
    assert_eq!(pointers(&found), [at("/Id"), at("/Name"), at("/Meals/1")]);
    assert_eq!(pointers(&again), pointers(&found));
    assert_eq!(
        body(again[0].response.as_ref()),
        r#"{"Id":1.5,"Name":{"a":1},"Meals":[1,"text"]}"#
    );
}

#[test]
fn older_samples_fill_what_the_newest_leaves_open() {
    let newest = "\n{ \"Id\": 7, \"Name\": null, \"Meals\": [] }\n";
    let older = "\n{ \"Id\": 7, \"Name\": \"Momo\", \"Meals\": [3], \"Gone\": 1 }\n";
    let (_, again) = read(&[
        (0, "Feed", page_of("Feed", "\n", newest)),
        (1, "Feed", page_of("Feed", "\n", older)),
        (1, "Gone", page_of("Gone", "\n", older)),
    ]);
    let [sample] = again.as_slice() else {
        unreachable!("{again:?}")
    };
    assert_eq!(
        body(sample.response.as_ref()),
        r#"{"Id":1,"Name":"text","Meals":[1]}"#
    );
    assert_eq!(body(sample.request.as_ref()), "empty");
}

#[test]
fn bytes_are_shown_as_their_mark() {
    let text = "---\nuid: v1CatAgent_Picture\n---\n\n```http\nPOST /api/v1/Agents/Cat/Picture\n```\n\n## Response:binary\n\n\
        | Response | Description |\n|---|---|\n| 200 | |\n\n## Sample response\n\n```http_\nHTTP/1.1 200 OK\n\nGIF89 and much more\n```\n";
    let (found, again) = read(&[(0, "Picture", text.to_owned())]);
    assert_eq!(body(found[0].response.as_ref()), "raw GIF89 and much more");
    assert_eq!(body(again[0].response.as_ref()), "raw GIF89");
    assert_eq!(body(again[0].request.as_ref()), "nothing");
}

#[test]
fn keys_of_dictionaries_become_neutral() {
    let page = |name: &str, json: &str| {
        format!(
            "---\nuid: v1CatAgent_{name}\n---\n\n```http\nPOST /api/v1/Agents/Cat/{name}\n```\n\n## Response:\n\n\
             | Response | Description |\n|---|---|\n| 200 | |\n\n### Response body: Cat\n\n\
             | Property Name | Type | Description |\n|---|---|---|\n| Meals | object | |\n| Links | object | |\n| Rest | object | |\n\n\
             ## Sample response\n\n```http_\nHTTP/1.1 200 OK\n\n{json}\n```\n"
        )
    };
    let bodies = |pages: &[&str]| -> Vec<String> {
        let names = ["Feed", "Wash", "Walk"];
        let pages: Vec<(u32, &str, String)> = names
            .into_iter()
            .zip(pages)
            .map(|(name, json)| (0, name, page(name, json)))
            .collect();
        let (_, neutral) = read(&pages);
        neutral
            .iter()
            .map(|sample| body(sample.response.as_ref()))
            .collect()
    };
    // A word that several pages show is kept, a name that one page shows is not.
    let found = bodies(&[
        r#"{"Meals":{"Momo":1,"Bella":2},"Links":{"Self":"a"},"Rest":{"momo@cat.example":{"a cat":1}}}"#,
        r#"{"Meals":{"Momo":1,"12":2},"Links":{"Self":"a"},"Rest":{"Rest1":1,"Rest2":2}}"#,
        r#"{"Meals":{"fieldName":1},"Links":{"Links1":"text"},"Rest":null}"#,
    ]);
    assert_eq!(
        found,
        [
            r#"{"Meals":{"key:1":1,"key:2":1},"Links":{"Self":"text"},"Rest":{"key:1":{"key:1":1}}}"#,
            r#"{"Meals":{"fieldName":1},"Links":{"Links1":"text"},"Rest":null}"#,
            r#"{"Meals":{"key:1":1,"2":1},"Links":{"Self":"text"},"Rest":{"Rest1":1,"Rest2":1}}"#,
        ]
    );
    // Keys alone are reason enough.
    let found_alone = bodies(&[r#"{"Meals":{"Momo":1},"Links":null,"Rest":null}"#]);
    assert_eq!(
        found_alone,
        [r#"{"Meals":{"key:1":1},"Links":null,"Rest":null}"#]
    );
    // What is neutral stays.
    let again = bodies(&[&found[0], &found[2], &found[1]]);
    assert_eq!(again, found);
}
