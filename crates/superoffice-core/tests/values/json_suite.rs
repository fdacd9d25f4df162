//! JSONTestSuite: what it accepts is read, what it rejects is refused, nothing panics. The suite lies beside the repository; where it is
//! not there, only the small vectors of this repository are tested, and a line says so.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::json;
use crate::sample::Sample;

fn suite() -> Option<Vec<(String, Vec<u8>)>> {
    let folder = crate::shared::suite("json-test-suite/test_parsing")?;
    let file = |path: PathBuf| {
        (
            path.file_name().unwrap().to_string_lossy().into_owned(),
            fs::read(path).unwrap(),
        )
    };
    let entries = fs::read_dir(folder).unwrap();
    Some(entries.map(|entry| file(entry.unwrap().path())).collect())
}

/// The file as a declared field of type `Value`, as an unknown field, and as items of both.
fn enclosed(bytes: &[u8]) -> [Vec<u8>; 4] {
    let around = |before: &str, after: &str| [before.as_bytes(), bytes, after.as_bytes()].concat();
    [
        around(r#"{"Any":"#, "}"),
        around(r#"{"Unknown":"#, "}"),
        around(r#"{"Any":["#, "]}"),
        around(r#"{"Children":[{"Unknown":"#, "}]}"),
    ]
}

/// Whether it is read as untyped JSON and as a model, and wherever else it may stand.
fn check(name: &str, bytes: &[u8], is_good: Option<bool>) {
    let as_value = serde_json::from_slice::<Value>(bytes).is_ok();
    let text = bytes.trim_ascii();
    let is_object_or_null = text.starts_with(b"{") || text == b"null";
    let as_model = serde_json::from_slice::<Sample>(bytes).is_ok();
    let inside = enclosed(bytes).map(|body| serde_json::from_slice::<Sample>(&body).is_ok());
    match is_good {
        Some(true) => {
            assert!(as_value && inside == [true; 4], "{name}");
            assert_eq!(as_model, is_object_or_null, "{name}");
        }
        Some(false) => {
            assert!(!as_value && !as_model, "{name}");
            assert!(
                inside[0] == inside[1],
                "{name}: declared and unknown fields are read by the same rules"
            );
        }
        None => {}
    }
}

#[test]
fn accepts_and_rejects_the_vectors_of_this_repository() {
    assert!(json::GOOD.len() >= 25 && json::BAD.len() >= 56);
    for (vectors, is_good) in [(json::GOOD, true), (json::BAD, false)] {
        for bytes in vectors {
            check(&String::from_utf8_lossy(bytes), bytes, Some(is_good));
        }
    }
}

#[test]
fn accepts_95_of_95_and_rejects_188_of_188() {
    let Some(files) = suite() else { return };
    let (mut accepted, mut rejected, mut either) = (0, 0, 0);
    for (name, bytes) in files {
        let (count, is_good) = match name.as_bytes()[0] {
            b'y' => (&mut accepted, Some(true)),
            b'n' => (&mut rejected, Some(false)),
            _ => (&mut either, None),
        };
        check(&name, &bytes, is_good);
        *count += 1;
    }
    assert_eq!((accepted, rejected, either), (95, 188, 35));
}
