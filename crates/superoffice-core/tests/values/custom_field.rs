//! Custom fields: every encoding read and written, what is none, and typed access to a map of them.

use superoffice_core::Map;
use superoffice_core::custom_field::{CustomFieldError, CustomFields, EncodedValue};
use superoffice_core::date_time::{Civil, Date, Time};

/// Text, its kind, and what it is written as when it is set anew.
const TABLE: &[(&str, &str, &str)] = &[
    ("[I:42]", "integer", "[I:42]"),
    ("[I:-1]", "integer", "[I:-1]"),
    ("[I:+7]", "integer", "[I:7]"),
    (
        "[I:9223372036854775807]",
        "integer",
        "[I:9223372036854775807]",
    ),
    ("[I:9223372036854775808]", "text", "[I:9223372036854775808]"),
    ("[I:1.5]", "text", "[I:1.5]"),
    ("[I: 1]", "text", "[I: 1]"),
    ("[F:6.5]", "float", "[F:6.5]"),
    ("[F:1.50]", "float", "[F:1.5]"),
    ("[F:1e3]", "float", "[F:1000]"),
    ("[F:1e400]", "text", "[F:1e400]"),
    ("[F:NaN]", "text", "[F:NaN]"),
    ("[F:inf]", "text", "[F:inf]"),
    ("[F:1,5]", "text", "[F:1,5]"),
    ("[M:19.90]", "money", "[M:19.90]"),
    ("[M:00.10]", "money", "[M:00.10]"),
    (
        "[M:99999999999999999999.99]",
        "money",
        "[M:99999999999999999999.99]",
    ),
    ("[M:]", "text", "[M:]"),
    ("[D:12/31/2024]", "date", "[D:12/31/2024]"),
    ("[D:1/5/2024]", "date", "[D:01/05/2024]"),
    ("[D:01/01/0001 00:00:00.0000000]", "date", "[D:01/01/0001]"),
    ("[D:31/12/2024]", "text", "[D:31/12/2024]"),
    ("[D:24.12.2024]", "date", "[D:12/24/2024]"),
    ("[D:12.24.2024]", "text", "[D:12.24.2024]"),
    ("[D:24.12/2024]", "text", "[D:24.12/2024]"),
    ("[DT:24.12.2024]", "text", "[DT:24.12.2024]"),
    ("[D:02/29/2023]", "text", "[D:02/29/2023]"),
    ("[D:12/31/2024/1]", "text", "[D:12/31/2024/1]"),
    ("[D:12/31/]", "text", "[D:12/31/]"),
    ("[D:+1/31/2024]", "text", "[D:+1/31/2024]"),
    (
        "[DT:12/31/2024 23:59:58]",
        "date and time",
        "[DT:12/31/2024 23:59:58]",
    ),
    (
        "[DT:12/31/2024 23:59:58.1200000]",
        "date and time",
        "[DT:12/31/2024 23:59:58.12]",
    ),
    (
        "[DT:12/31/2024]",
        "date and time",
        "[DT:12/31/2024 00:00:00]",
    ),
    (
        "[DT:12/31/2024 24:00:00]",
        "text",
        "[DT:12/31/2024 24:00:00]",
    ),
    (
        "[DT:2024-12-31T23:59:58]",
        "text",
        "[DT:2024-12-31T23:59:58]",
    ),
    ("[T:15:37]", "time", "[T:15:37:00]"),
    ("[T:15:37:07]", "time", "[T:15:37:07]"),
    ("[T:25:00]", "text", "[T:25:00]"),
    ("[TS:3600]", "length of time", "[TS:3600]"),
    ("[TS:-60]", "length of time", "[TS:-60]"),
    ("[TS:01:00]", "text", "[TS:01:00]"),
    ("[B:aGVsbG8=]", "bytes", "[B:aGVsbG8=]"),
    ("[B:]", "bytes", "[B:]"),
    ("[B:a b]", "text", "[B:a b]"),
    ("[X:1]", "text", "[X:1]"),
    ("[i:1]", "text", "[i:1]"),
    ("[I:1", "text", "[I:1"),
    ("I:1]", "text", "I:1]"),
    ("[I1]", "text", "[I1]"),
    ("[I:1] ", "text", "[I:1] "),
    ("[]", "text", "[]"),
    ("[", "text", "["),
    ("", "text", ""),
    ("False", "text", "False"),
    ("Ærlig talt", "text", "Ærlig talt"),
];

#[test]
fn every_encoding_is_read_and_written() {
    for (text, kind, written) in TABLE {
        let value = EncodedValue::parse(text);
        assert_eq!(
            (value.kind(), value.to_string().as_str()),
            (*kind, *written),
            "{text}"
        );
        assert_eq!(EncodedValue::parse(written), value);
    }
}

/// The day first, where dots stand between. Reading changes nothing.
#[test]
fn days_with_dots_and_lengths_of_time() {
    let mut fields = Map::<String>::default();
    fields.insert("day", "[D:09.11.2017]".to_owned());
    fields.insert("length", "[TS:3600]".to_owned());
    let day = fields.date("day").unwrap().unwrap();
    assert_eq!((day.year, day.month, day.day), (2017, 11, 9));
    assert_eq!(fields.seconds("length"), Ok(Some(3600)));
    assert!(fields.seconds("day").is_err() && fields.integer("length").is_err());
    assert_eq!(
        fields.get("day").map(String::as_str),
        Some("[D:09.11.2017]")
    );
    fields.set_seconds("length", -60);
    assert_eq!(fields.get("length").map(String::as_str), Some("[TS:-60]"));
}

fn fields() -> Map<String> {
    serde_json::from_str(
        r#"{"int":"[I:7]","float":"[F:1.5]","money":"[M:12.50]","date":"[D:12/31/2024]","at":"[DT:12/31/2024 23:59:58.5000000]",
            "time":"[T:15:37]","bytes":"[B:aGVsbG8=]","bad":"[B:abcde]","text":"plain","digits":"42","point":"4.20","no":"False","yes":"TRUE",
            "empty":"","null":null,"int:DisplayText":"Seven","int:DisplayTooltip":"The number seven"}"#,
    )
    .unwrap()
}

#[test]
fn fields_are_read_as_their_types() {
    let fields = fields();
    assert_eq!(
        (fields.integer("int"), fields.integer("digits")),
        (Ok(Some(7)), Ok(Some(42)))
    );
    assert_eq!(
        (
            fields.float("int"),
            fields.float("float"),
            fields.float("point")
        ),
        (Ok(Some(7.0)), Ok(Some(1.5)), Ok(Some(4.2)))
    );
    assert_eq!(
        (
            fields.decimal("money"),
            fields.decimal("point"),
            fields.decimal("int")
        ),
        (Ok(Some("12.50")), Ok(Some("4.20")), Ok(Some("7")))
    );
    assert_eq!(
        (
            fields.boolean("int"),
            fields.boolean("no"),
            fields.boolean("yes")
        ),
        (Ok(Some(true)), Ok(Some(false)), Ok(Some(true)))
    );
    let date = Date::new(2024, 12, 31).unwrap();
    let at = Civil {
        nanosecond: 500_000_000,
        ..Civil::new(2024, 12, 31, 23, 59, 58).unwrap()
    };
    assert_eq!(
        (fields.date("date"), fields.date("at")),
        (Ok(Some(date)), Ok(Some(date)))
    );
    assert_eq!(
        (fields.date_time("at"), fields.date_time("date")),
        (Ok(Some(at)), Ok(Some(Civil::at(date, Time::MIDNIGHT))))
    );
    assert_eq!(fields.time("time"), Ok(Some(Time::new(15, 37, 0).unwrap())));
    assert_eq!(fields.bytes("bytes"), Ok(Some(b"hello".to_vec())));
    assert_eq!(
        (fields.text("text"), fields.text("digits")),
        (Ok(Some("plain")), Ok(Some("42")))
    );
    assert_eq!(
        (fields.display_text("int"), fields.display_tooltip("int")),
        (Some("Seven"), Some("The number seven"))
    );
    assert_eq!(
        (
            fields.display_text("text"),
            fields.value("null"),
            fields.value("nowhere")
        ),
        (None, None, None)
    );
}

#[test]
fn fields_without_a_value_are_none() {
    let fields = fields();
    for key in ["empty", "null", "nowhere"] {
        assert_eq!(
            (fields.integer(key), fields.float(key), fields.decimal(key)),
            (Ok(None), Ok(None), Ok(None))
        );
        assert_eq!(
            (fields.boolean(key), fields.date(key), fields.date_time(key)),
            (Ok(None), Ok(None), Ok(None))
        );
        assert_eq!(
            (fields.time(key), fields.bytes(key), fields.text(key)),
            (Ok(None), Ok(None), Ok(None))
        );
    }
}

#[test]
fn fields_of_another_type_are_refused_by_key() {
    let fields = fields();
    let wrong = |key: &str, expected, found| {
        Some(CustomFieldError::WrongType {
            key: key.to_owned(),
            expected,
            found,
        })
    };
    assert_eq!(
        fields.integer("float").err(),
        wrong("float", "an integer", "float")
    );
    assert_eq!(
        fields.integer("text").err(),
        wrong("text", "an integer", "text")
    );
    assert_eq!(
        fields.float("date").err(),
        wrong("date", "a number", "date")
    );
    assert_eq!(
        fields.decimal("text").err(),
        wrong("text", "a number", "text")
    );
    assert_eq!(
        fields.boolean("digits").err(),
        wrong("digits", "a check box", "text")
    );
    assert_eq!(fields.date("time").err(), wrong("time", "a date", "time"));
    assert_eq!(
        fields.date_time("int").err(),
        wrong("int", "a date and time", "integer")
    );
    assert_eq!(
        fields.time("at").err(),
        wrong("at", "a time", "date and time")
    );
    assert_eq!(fields.bytes("bad").err(), wrong("bad", "bytes", "bytes"));
    assert_eq!(
        fields.text("money").err(),
        wrong("money", "plain text", "money")
    );
    let message = fields.text("money").unwrap_err().to_string();
    assert!(
        message.contains("`money`") && !message.contains("12.50"),
        "{message}"
    );
}

#[test]
fn fields_are_set_and_the_others_stay_as_they_are() {
    let before = fields();
    let mut fields = before.clone();
    let at = Civil::new(2025, 1, 2, 3, 4, 5).unwrap();
    fields.set_integer("int", -1);
    fields.set_float("float", 2.25).unwrap();
    fields.set_decimal("money", "0.10").unwrap();
    fields.set_date("date", at.date()).unwrap();
    fields.set_date_time("at", at).unwrap();
    fields.set_time("time", at.time()).unwrap();
    fields.set_bytes("bytes", &[0, 255]);
    fields.set_text("text", "other");
    fields.set_boolean("no", true);
    fields.set_boolean("new", true);
    let texts = [
        "int", "float", "money", "date", "at", "time", "bytes", "text", "no", "new",
    ]
    .map(|key| fields.get(key).unwrap().as_str());
    let expected = [
        "[I:-1]",
        "[F:2.25]",
        "[M:0.10]",
        "[D:01/02/2025]",
        "[DT:01/02/2025 03:04:05]",
        "[T:03:04:05]",
        "[B:AP8=]",
        "other",
        "True",
        "[I:1]",
    ];
    assert_eq!(texts, expected);
    for key in ["bad", "digits", "point", "yes", "empty", "null"] {
        assert_eq!(fields.get(key), before.get(key));
    }
    // What the server said about the old value is true no more.
    let keys: Vec<&str> = before
        .keys()
        .filter(|key| !key.starts_with("int:Display"))
        .chain(["new"])
        .collect();
    assert_eq!(fields.keys().collect::<Vec<_>>(), keys, "order is kept");
}

#[test]
fn values_that_do_not_exist_are_not_written() {
    let mut fields = fields();
    let before = fields.clone();
    assert!(
        fields.set_float("float", f64::NAN).is_err()
            && fields.set_float("float", f64::INFINITY).is_err()
    );
    assert!(
        fields.set_decimal("money", "12,50").is_err()
            && fields.set_decimal("money", "inf").is_err()
    );
    assert!(fields.set_decimal("money", "1]").is_err() && fields.set_decimal("money", "").is_err());
    assert!(
        fields
            .set_date(
                "date",
                Date {
                    year: 2023,
                    month: 2,
                    day: 29
                }
            )
            .is_err()
    );
    assert!(
        fields
            .set_date_time(
                "at",
                Civil {
                    hour: 24,
                    ..Civil::UNSET
                }
            )
            .is_err()
    );
    assert!(
        fields
            .set_time(
                "time",
                Time {
                    minute: 60,
                    ..Time::MIDNIGHT
                }
            )
            .is_err()
    );
    assert_eq!(fields, before);
}

#[test]
fn what_the_server_said_of_a_value_goes_with_the_value() {
    let sent = r#"{"A:1":"[I:7]","A:1:DisplayText":"Seven","A:1:DisplayTooltip":"7","A:10":"x","A:10:DisplayText":"X"}"#;
    let mut fields: Map<String> = serde_json::from_str(sent).unwrap();
    fields.set_integer("A:1", 7);
    assert_eq!(serde_json::to_string(&fields).unwrap(), sent);
    fields.set_integer("A:1", 8);
    assert_eq!(
        serde_json::to_string(&fields).unwrap(),
        r#"{"A:1":"[I:8]","A:10":"x","A:10:DisplayText":"X"}"#
    );
    fields.set_text("A:10", "y");
    assert_eq!(
        serde_json::to_string(&fields).unwrap(),
        r#"{"A:1":"[I:8]","A:10":"y"}"#
    );
}
