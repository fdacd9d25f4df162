//! Values that are texts on the wire: made from what Rust has, and shown as they came; bytes are counted and not shown.

use std::fmt::Debug;

use serde_json::json;
use superoffice_core::date_time::{Date, TimeSpan, TimeSpanError};
use superoffice_core::{Base64, DateTime, Extra, FlagSet, Unrecognized};

use crate::sample::{Right, Size};

#[test]
fn dates_are_made_from_texts_and_are_texts() {
    let text = "2024-02-29T23:30:00";
    let made = [
        DateTime::new(text),
        DateTime::from(text),
        DateTime::from(text.to_owned()),
    ];
    for date in made {
        assert_eq!(date.as_str(), text);
        let as_ref: &str = date.as_ref();
        assert_eq!(as_ref, text);
    }
    let unset = Date::new(1, 1, 1).unwrap();
    assert!(unset.is_unset());
    assert!(!Date::new(1, 1, 2).unwrap().is_unset());
}

#[test]
fn bytes_are_made_from_what_holds_bytes() {
    for made in [
        Base64::from(vec![1_u8, 2, 3]),
        Base64::from([1_u8, 2, 3].as_slice()),
        Base64::from_bytes([1, 2, 3]),
    ] {
        assert_eq!(made.as_str(), "AQID");
    }
}

#[test]
fn values_are_shown_as_they_came() {
    let date = DateTime::new("soon");
    let span = TimeSpan::new("01:30:00");
    let names = FlagSet::<Right>::from("Select,Audit");
    let number = FlagSet::<Right>::from(Right::Unrecognized(Unrecognized::Number(6.into())));
    // What `Debug` writes, and what it must be.
    let table: [(&dyn Debug, &str); 6] = [
        (&date, r#""soon""#),
        (&span, r#""01:30:00""#),
        (&names, r#""Select,Audit""#),
        (&number, r#""6""#),
        (&Base64::new("c2VjcmV0"), "Base64(8 characters)"),
        (&Size::Small, "Small"),
    ];
    for (value, expected) in table {
        assert_eq!(format!("{value:?}"), expected);
    }
    // `Display` keeps to the width that is asked for.
    assert_eq!(format!("[{date:6}]"), "[soon  ]");
    assert_eq!(format!("[{span:>10}]"), "[  01:30:00]");
    assert_eq!(format!("[{names:>14}] [{number}]"), "[  Select,Audit] [6]");
    assert_eq!(format!("[{:6}]", Size::Large), "[Large ]");
}

#[test]
fn a_length_of_time_has_days_and_fractions_only_where_it_needs_them() {
    use std::time::Duration;
    let table = [
        (Duration::ZERO, "00:00:00"),
        (Duration::from_secs(59), "00:00:59"),
        (Duration::from_secs(3_661), "01:01:01"),
        (Duration::from_secs(86_399), "23:59:59"),
        (Duration::from_secs(86_400), "1.00:00:00"),
        (Duration::new(90_061, 100), "1.01:01:01.0000001"),
        (Duration::new(0, 500_000_000), "00:00:00.5000000"),
    ];
    for (length, expected) in table {
        assert_eq!(TimeSpan::from(length).as_str(), expected);
    }
    let negative = TimeSpan::new("-1.00:00:00.5");
    assert_eq!(negative.to_nanos(), Ok(-86_400_500_000_000));
    assert!(matches!(
        negative.to_duration(),
        Err(TimeSpanError::Negative { text }) if text == "-1.00:00:00.5"
    ));
}

#[test]
fn unknown_fields_are_counted_changed_and_shown() {
    let mut extra = Extra::new();
    assert_eq!((extra.len(), extra.is_empty()), (0, true));
    assert_eq!(extra.get("A"), None);
    assert_eq!(extra.get_mut("A"), None);
    assert_eq!(extra.remove("A"), None);
    assert_eq!(extra.insert("A", 1), None);
    assert_eq!(extra.insert("B", "x"), None);
    assert_eq!(extra.insert("A", 2), Some(json!(1)));
    assert_eq!((extra.len(), extra.is_empty()), (2, false));
    assert_eq!(
        extra.iter().collect::<Vec<_>>(),
        [("A", &json!(2)), ("B", &json!("x"))]
    );
    assert_eq!(
        format!("{extra:?}"),
        r#"{"A": Number(2), "B": String("x")}"#
    );
    assert_eq!(extra.remove("A"), Some(json!(2)));
    assert_ne!(extra, Extra::new());
    assert_eq!(extra.remove("B"), Some(json!("x")));
    assert_eq!(extra, Extra::new());
    assert!(!extra.is_partial() && !extra.is_translated());
}
