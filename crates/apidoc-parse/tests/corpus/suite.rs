//! The public suite for JSON parsers, against the reader of samples.

use apidoc_parse::json::Json;

use crate::{shared, walk};

/// The public suite for JSON parsers: what must be refused is refused, what must be read is read, and nothing panics.
#[test]
fn samples_are_strict_json() {
    let Some(suite) = shared("suites/json-test-suite") else {
        return;
    };
    let mut paths = Vec::new();
    walk(&suite, "json", &mut paths);
    let mut read = 0;
    for path in &paths {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let parsed = Json::parse(&text);
        read += 1;
        // Keys of an object must differ here, though JSON does not ask for it.
        if name.starts_with("y_") && !name.contains("duplicated_key") {
            assert!(parsed.is_ok(), "{name}: {parsed:?}");
        } else if name.starts_with("n_") {
            assert!(parsed.is_err(), "{name}");
        }
    }
    assert!(read > 200, "only {read} files were read");
}
