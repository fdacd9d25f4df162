//! Two JSON texts, compared as texts: every number, text, truth value and null must be spelled alike, every object must have
//! the same members, every array the same items in the same order. Only white space and the order of members may differ.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The places where `sent` is not what was `read`, except at the pointer `changed`, where it must be another.
pub(crate) fn differences(read: &str, sent: &str, changed: Option<&str>) -> Vec<String> {
    let mut comparison = Comparison {
        changed,
        differences: Vec::new(),
    };
    comparison.compare("", read.trim(), sent.trim());
    comparison.differences
}

struct Comparison<'c> {
    changed: Option<&'c str>,
    differences: Vec<String>,
}

type Members<'j> = BTreeMap<String, &'j RawValue>;

impl Comparison<'_> {
    fn compare(&mut self, at: &str, read: &str, sent: &str) {
        if self.changed == Some(at) {
            if read == sent {
                self.differences
                    .push(format!("{at}: was to be changed, and is {sent}"));
            }
            return;
        }
        if read == sent && self.changed.is_none() {
            return;
        }
        match (members(read), members(sent)) {
            (Some(read), Some(sent)) => self.members(at, &read, &sent),
            _ => match (items(read), items(sent)) {
                (Some(read), Some(sent)) if read.len() == sent.len() => {
                    for (index, (read, sent)) in read.iter().zip(&sent).enumerate() {
                        self.compare(&format!("{at}/{index}"), read.get(), sent.get());
                    }
                }
                _ if read == sent => {}
                _ => self
                    .differences
                    .push(format!("{at}: read {read}, sent {sent}")),
            },
        }
    }

    fn members(&mut self, at: &str, read: &Members<'_>, sent: &Members<'_>) {
        for (name, value) in read {
            let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            match sent.get(name) {
                Some(sent) => self.compare(&at, value.get(), sent.get()),
                None => self.differences.push(format!("{at}: was not sent")),
            }
        }
        let added = sent.keys().filter(|name| !read.contains_key(*name));
        self.differences
            .extend(added.map(|name| format!("{at}: was sent {name}, which was not read")));
    }
}

fn members(text: &str) -> Option<Members<'_>> {
    text.starts_with('{')
        .then(|| serde_json::from_str(text).unwrap())
}

fn items(text: &str) -> Option<Vec<&RawValue>> {
    text.starts_with('[')
        .then(|| serde_json::from_str(text).unwrap())
}

#[test]
fn spelling_counts_and_order_does_not() {
    let none = |read, sent| assert_eq!(differences(read, sent, None), [""; 0], "{read} {sent}");
    none(
        r#"{"a":1.50,"b":[{"c":null}]}"#,
        r#"{ "b": [{"c":null}], "a":1.50 }"#,
    );
    none("[]", "[ ]");
    for (read, sent) in [
        (r#"{"a":1.50}"#, r#"{"a":1.5}"#),
        (r#"{"a":1}"#, r#"{"a":1.0}"#),
        (r#"{"a":null}"#, "{}"),
        ("{}", r#"{"a":null}"#),
        (r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,null]"),
        ("[{}]", "[[]]"),
    ] {
        assert!(!differences(read, sent, None).is_empty(), "{read} {sent}");
    }
    let (read, sent) = (r#"{"a":[{"b":1,"c":1.0}]}"#, r#"{"a":[{"b":2,"c":1.0}]}"#);
    assert_eq!(differences(read, sent, Some("/a/0/b")), [""; 0]);
    assert_eq!(differences(read, read, Some("/a/0/b")).len(), 1);
    assert_eq!(differences(read, sent, Some("/a/0/c")).len(), 2);
}
