//! Rows of lists are what they were on the wire, whatever row was read before them.

use proptest::prelude::*;
use serde_json::{Value, json};
use superoffice_core::Map;
use superoffice_core::archive::{Page, Row};

fn read(text: &str) -> Row {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_row_is_read_after_any_other() {
    let texts = [
        r#"{"a":1,"b":2,"c":3}"#,
        r#"{"a":4,"b":5,"c":6}"#,
        r#"{"a":7,"b":8}"#,
        r#"{"a":9,"b":10,"c":11}"#,
        r#"{"b":1,"a":2}"#,
        r#"{}"#,
        r#"{"a":null,"b":"x"}"#,
        r#"{"a":1,"contactAssociate/fullName":"y"}"#,
        r#"{"a":1,"b":2,"c":3,"d":4}"#,
    ];
    for first in texts {
        for second in texts {
            let rows = [read(first), read(second)];
            assert_eq!(
                rows.clone().map(|row| serde_json::to_string(&row).unwrap()),
                [first, second]
            );
            let values: [Value; 2] =
                [first, second].map(|text| serde_json::from_str(text).unwrap());
            assert_eq!(
                rows[0] == rows[1],
                values[0] == values[1],
                "{first} {second}"
            );
        }
    }
}

#[test]
fn the_last_value_of_a_column_counts() {
    for before in [r#"{}"#, r#"{"a":0}"#, r#"{"a":0,"b":0}"#, r#"{"b":0}"#] {
        read(before);
        let row = read(r#"{"a":1,"b":2,"a":3,"c":4,"b":5}"#);
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            r#"{"a":3,"b":5,"c":4}"#
        );
        assert_eq!((row.len(), row.get("a")), (3, Some(&json!(3))));
        read(before);
        assert_eq!(read(r#"{"a":1,"a":2}"#), read(r#"{"a":2}"#));
    }
}

#[test]
fn what_is_null_and_what_is_not_there() {
    let row = read(r#"{"a":null,"b":false,"c":"x"}"#);
    let found =
        ["a", "b", "z"].map(|name| (row.get(name), row.contains_key(name), row.is_null(name)));
    assert_eq!(
        found,
        [
            (None, true, true),
            (Some(&json!(false)), true, false),
            (None, false, false)
        ]
    );
    let entries: Vec<_> = row.iter().collect();
    assert_eq!(
        entries,
        [
            ("a", None),
            ("b", Some(&json!(false))),
            ("c", Some(&json!("x")))
        ]
    );
    assert!(row.keys().eq(["a", "b", "c"]) && row.values().eq([&json!(false), &json!("x")]));
    assert!(!row.is_empty() && Row::default().is_empty());
    assert_eq!(
        format!("{row:?}"),
        r#"{"a": None, "b": Some(Bool(false)), "c": Some(String("x"))}"#
    );
}

#[test]
fn what_is_no_object_is_no_row() {
    for text in ["null", "[]", "1", r#""a""#, r#"{"a":}"#, r#"{"a":1"#] {
        assert!(serde_json::from_str::<Row>(text).is_err(), "{text}");
    }
    let error = serde_json::from_str::<Page>(r#"{"value":[{"a":1},7]}"#).unwrap_err();
    assert!(error.to_string().contains("expected an object"), "{error}");
}

#[test]
fn very_many_columns_are_not_kept_and_are_read_all_the_same() {
    let wide: Map<Value> = (0..1000).map(|at| (format!("c{at}"), json!(at))).collect();
    let text = serde_json::to_string(&wide).unwrap();
    let narrow = read(r#"{"c0":1}"#);
    for _ in 0..2 {
        assert_eq!(serde_json::to_string(&read(&text)).unwrap(), text);
        assert_eq!(read(r#"{"c0":1}"#), narrow);
    }
}

proptest! {
    #[test]
    fn rows_are_as_dictionaries_are(rows in prop::collection::vec(prop::collection::vec(("[abc]", prop::option::of(0..3_i32)), 0..5), 1..6)) {
        for entries in rows {
            let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{name:?}:{}", json!(value))).collect();
            let text = format!("{{{}}}", entries.join(","));
            let (row, map) = (read(&text), serde_json::from_str::<Map<Value>>(&text).unwrap());
            prop_assert_eq!(serde_json::to_string(&row).unwrap(), serde_json::to_string(&map).unwrap());
            prop_assert_eq!(Map::from(row.clone()), map.clone());
            prop_assert_eq!(Row::from(map), row);
        }
    }
}
