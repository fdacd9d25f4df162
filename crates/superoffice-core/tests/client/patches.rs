//! Patches: what they say, and that what they say turns the one value into the other.

use serde_json::{Value, json};
use superoffice_core::{Patch, PatchOperation};

use crate::shared::suite;

/// Applies a patch with an implementation that is not ours.
fn applied(document: &Value, patch: &Patch) -> Value {
    let mut document = document.clone();
    let patch: json_patch::Patch =
        serde_json::from_value(serde_json::to_value(patch).unwrap()).unwrap();
    json_patch::patch(&mut document, &patch).unwrap();
    document
}

fn check(before: &Value, after: &Value) {
    for patch in [
        Patch::diff(before, after).unwrap(),
        Patch::diff_with_tests(before, after).unwrap(),
    ] {
        assert_eq!(
            applied(before, &patch),
            *after,
            "{before} → {after}: {patch:?}"
        );
        assert_eq!(patch.is_empty(), before == after);
    }
}

#[test]
fn a_difference_turns_one_into_the_other() {
    let values = [
        json!(null),
        json!(1),
        json!("a"),
        json!([]),
        json!([1, 2]),
        json!([1, 3]),
        json!([[1], [2]]),
        json!([1, 2, 3]),
        json!({}),
        json!({"a": 1}),
        json!({"a": null}),
        json!({"a": {"b": [1, {"c": 2}]}}),
        json!({"a": {"b": [1, {"c": 3}]}}),
        json!({"": 1, "/": 2, "~": 3, "~1": 4, "a/b~c": {"x": 1}}),
        json!({"": 2, "/": 1, "~": 4, "~1": 3, "a/b~c": {"x": 2}}),
        json!({"0": 1}),
        json!({"-": [1]}),
    ];
    for before in &values {
        for after in &values {
            check(before, after);
        }
    }
}

#[test]
fn every_step_is_written_as_rfc_6902_has_it() {
    let table = [
        (
            PatchOperation::add("/a/-", 1),
            json!({"op": "add", "path": "/a/-", "value": 1}),
        ),
        (
            PatchOperation::remove("/b"),
            json!({"op": "remove", "path": "/b"}),
        ),
        (
            PatchOperation::replace("/c", json!(null)),
            json!({"op": "replace", "path": "/c", "value": null}),
        ),
        (
            PatchOperation::test("/d", "x"),
            json!({"op": "test", "path": "/d", "value": "x"}),
        ),
    ];
    for (step, expected) in table {
        assert_eq!(serde_json::to_value(&step).unwrap(), expected);
        let patch = Patch::from([step]);
        assert!(!patch.is_empty());
        assert_eq!(serde_json::to_value(&patch).unwrap(), json!([expected]));
    }
    assert!(Patch::from([]).is_empty());
    assert!(!Patch::merge(json!({"a": null})).is_empty());
    assert!(!Patch::merge(json!([])).is_empty());
}

#[test]
fn a_difference_says_no_more_than_it_must() {
    let (before, after) = (
        json!({"a": 1, "b": [1, 2], "c": {"d": 1}, "e": 5}),
        json!({"a": 1, "b": [1, 3], "c": {"d": 2}, "f": 6}),
    );
    let patch = serde_json::to_value(Patch::diff_with_tests(&before, &after).unwrap()).unwrap();
    let expected = json!([
        {"op": "test", "path": "/b/1", "value": 2},
        {"op": "test", "path": "/c/d", "value": 1},
        {"op": "test", "path": "/e", "value": 5},
        {"op": "replace", "path": "/b/1", "value": 3},
        {"op": "replace", "path": "/c/d", "value": 2},
        {"op": "remove", "path": "/e"},
        {"op": "add", "path": "/f", "value": 6},
    ]);
    assert_eq!(patch, expected);
    assert_eq!(
        serde_json::to_value(Patch::diff(&before, &before).unwrap()).unwrap(),
        json!([])
    );
}

/// json-patch/json-patch-tests: documents and what becomes of them, as pairs for the difference; and own pairs of these kinds.
#[test]
fn the_documents_of_the_json_patch_tests() {
    let own = [
        (json!({"list": [1, 2]}), json!({"list": [1, 5, 2]})),
        (json!({"list": [1, 2]}), json!({"list": [2]})),
        (json!({"a": {"b": 1}}), json!({"a": {"b": 1, "c": null}})),
        (json!({"a/b": 1, "m~n": 2}), json!({"a/b": 2, "m~n": 1})),
        (json!({"": 1}), json!({"": {"": 1}})),
        (json!([[1], [2]]), json!([[2], [1]])),
        (json!({"a": true}), json!({"a": "true"})),
        (json!({"a": 1}), json!([{"a": 1}])),
        (json!("a"), json!({"a": "a"})),
        (json!({"0": [0]}), json!([{"0": 0}])),
        (json!({"a": [{}, {}]}), json!({"a": [{}, {"b": []}]})),
        (
            json!({"\u{e5}": "\u{1f980}"}),
            json!({"\u{1f980}": "\u{e5}"}),
        ),
    ];
    for (before, after) in &own {
        check(before, after);
        check(after, before);
    }
    for file in ["json-patch/tests.json", "json-patch/spec_tests.json"] {
        let Some(path) = suite(file) else { continue };
        let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let pairs: Vec<_> = cases
            .iter()
            .filter_map(|case| Some((case.get("doc")?, case.get("expected")?)))
            .collect();
        assert!(pairs.len() >= 12, "{file}: {}", pairs.len());
        for (before, after) in pairs {
            check(before, after);
            check(after, before);
        }
    }
}

/// RFC 7396, appendix A: a document, a merge patch, and what must come of it. Applied by an implementation that is not ours, from what
/// is sent.
#[test]
fn the_cases_of_rfc_7396_come_out_as_they_must() {
    let table = [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (
            json!({"a": "b"}),
            json!({"b": "c"}),
            json!({"a": "b", "b": "c"}),
        ),
        (json!({"a": "b"}), json!({"a": null}), json!({})),
        (
            json!({"a": "b", "b": "c"}),
            json!({"a": null}),
            json!({"b": "c"}),
        ),
        (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
        (
            json!({"a": {"b": "c"}}),
            json!({"a": {"b": "d", "c": null}}),
            json!({"a": {"b": "d"}}),
        ),
        (
            json!({"a": [{"b": "c"}]}),
            json!({"a": [1]}),
            json!({"a": [1]}),
        ),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({"a": "b"}), json!(["c"]), json!(["c"])),
        (json!({"a": "foo"}), json!(null), json!(null)),
        (json!({"a": "foo"}), json!("bar"), json!("bar")),
        (
            json!({"e": null}),
            json!({"a": 1}),
            json!({"e": null, "a": 1}),
        ),
        (
            json!([1, 2]),
            json!({"a": "b", "c": null}),
            json!({"a": "b"}),
        ),
        (
            json!({}),
            json!({"a": {"bb": {"ccc": null}}}),
            json!({"a": {"bb": {}}}),
        ),
    ];
    assert_eq!(table.len(), 15);
    let client = superoffice_core::Client::builder()
        .base_url("https://crm.example.com")
        .build()
        .unwrap();
    for (document, changes, expected) in table {
        let patch = Patch::merge(changes.clone());
        let request = client.request::<()>(crate::server::PUT).patch(&patch);
        let http = request.into_http().unwrap();
        assert_eq!(
            http.headers()["content-type"],
            "application/merge-patch+json"
        );
        let sent: Value = serde_json::from_slice(http.body().as_bytes().unwrap()).unwrap();
        assert_eq!(sent, changes);
        let mut result = document.clone();
        json_patch::merge(&mut result, &sent);
        assert_eq!(result, expected, "{document} with {changes}");
    }
    assert!(Patch::merge(json!({})).is_empty());
}

/// Any JSON, with names that need escaping.
fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3_i32).prop_map(Value::from),
        "[ab]?".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[ab~/01]{0,2}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest::proptest! {
    #[test]
    fn any_difference_turns_one_into_the_other(before in any_json(), after in any_json()) {
        check(&before, &after);
    }
}
