//! What is emitted for one of everything, as text to be read.

mod fixture;

#[test]
fn one_of_everything() {
    let mut text = String::new();
    for file in fixture::files(&fixture::small()) {
        if file.path.starts_with("superoffice/") {
            text.push_str(&format!("===== {}\n{}", file.path, file.contents));
        }
    }
    insta::assert_snapshot!("one-of-everything", text);
}

#[test]
fn its_checks() {
    let mut text = String::new();
    for file in fixture::files(&fixture::small()) {
        if file.path.starts_with("checks/src/calls/") {
            text.push_str(&format!("===== {}\n{}", file.path, file.contents));
        }
    }
    insta::assert_snapshot!("its-checks", text);
}
