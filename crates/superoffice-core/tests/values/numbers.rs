//! Numbers at the edges of the types: read exactly or refused.

use serde_json::Value;

use crate::sample::Sample;

fn decode(name: &str, number: &str) -> Result<Sample, serde_json::Error> {
    serde_json::from_str(&format!(r#"{{"{name}":{number}}}"#))
}

#[test]
fn integers_of_32_bits() {
    let table = [
        ("0", Some(0)),
        ("-0", None),
        ("2147483647", Some(i32::MAX)),
        ("-2147483648", Some(i32::MIN)),
        ("2147483648", None),
        ("-2147483649", None),
        ("1.0", None),
        ("1e2", None),
        ("9007199254740993", None),
        ("1e400", None),
    ];
    for (number, expected) in table {
        assert_eq!(
            decode("Id", number).ok().and_then(|sample| sample.id),
            expected,
            "{number}"
        );
    }
}

#[test]
fn integers_of_64_bits() {
    let table = [
        ("9007199254740993", Some(9_007_199_254_740_993)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("-9223372036854775809", None),
        ("18446744073709551615", None),
        ("1.0", None),
        ("123456789012345678901234567890", None),
    ];
    for (number, expected) in table {
        assert_eq!(
            decode("Total", number).ok().and_then(|sample| sample.total),
            expected,
            "{number}"
        );
    }
}

#[test]
fn floating_point_numbers() {
    let table = [
        ("0.1", Some(0.1)),
        ("1", Some(1.0)),
        ("-0.0", Some(-0.0)),
        ("1.7976931348623157e308", Some(f64::MAX)),
        ("5e-324", Some(5e-324)),
        ("1e-400", Some(0.0)),
        ("9007199254740993.0", Some(9_007_199_254_740_992.0)),
        ("1e400", None),
        ("-1e400", None),
    ];
    for (number, expected) in table {
        assert_eq!(
            decode("Rate", number).ok().and_then(|sample| sample.rate),
            expected,
            "{number}"
        );
    }
}

#[test]
fn numbers_of_unknown_fields_are_kept() {
    for number in [
        "1",
        "1.5",
        "-7",
        "9007199254740993",
        "18446744073709551615",
        "1e300",
    ] {
        let sample = decode("Unknown", number).unwrap();
        let value: Value = serde_json::from_str(number).unwrap();
        assert_eq!(sample.extra.get("Unknown"), Some(&value));
    }
    assert!(decode("Unknown", "1e400").is_err());
}

/// The limit of what is kept: see `RELIABILITY.md`.
#[test]
fn integers_beyond_64_bits_are_the_nearest_number() {
    for (number, sent) in [
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("-9223372036854775809", "-9.223372036854776e+18"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ] {
        let sample = decode("Unknown", number).unwrap();
        let text = serde_json::to_string(&sample).unwrap();
        assert_eq!(text, format!(r#"{{"Unknown":{sent}}}"#));
    }
}
