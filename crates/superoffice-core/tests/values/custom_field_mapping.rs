//! A type of the user's own for custom fields: what is read, what is written, what keeps its text, and what is refused.

use superoffice_core::custom_field::{CustomFieldError, CustomFieldValue, CustomFields, Decimal};
use superoffice_core::date_time::{Civil, Date, Time};
use superoffice_core::{Base64, DateTime, Map, custom_fields};

custom_fields! {
    /// One field of each type.
    pub(crate) struct AllFields {
        small: i32 = "SuperOffice:1",
        large: i64 = "SuperOffice:2",
        float: f64 = "SuperOffice:3",
        amount: Decimal = "x_amount",
        is_open: bool = "SuperOffice:5",
        text: String = "SuperOffice:6",
        at: DateTime = "x_at",
        civil: Civil = "x_civil",
        day: Date = "x_day",
        time: Time = "x_time",
        bytes: Base64 = "x_bytes",
    }
}

/// Spellings that the codec would not write itself.
const MAP: &str = r#"{"SuperOffice:1":"[I:+7]","SuperOffice:1:DisplayText":"Seven","other":"[F:1.50]","SuperOffice:2":"42",
    "SuperOffice:3":"[F:1.50]","x_amount":"[M:00.10]","SuperOffice:5":"FALSE","SuperOffice:6":"plain","nothing":null,
    "x_at":"[DT:2/9/2024 08:30]","x_civil":"[DT:02/09/2024]","x_day":"[D:02/09/2024 00:00:00.0000000]","x_time":"[T:15:37]",
    "x_bytes":"[B:aGVsbG8]"}"#;

fn map() -> Map<String> {
    serde_json::from_str(MAP).unwrap()
}

fn text(map: &Map<String>) -> String {
    serde_json::to_string(map).unwrap()
}

#[test]
fn every_type_is_read() {
    let fields = AllFields::read(&map()).unwrap();
    let day = Date::new(2024, 2, 9).unwrap();
    let expected = AllFields {
        small: Some(7),
        large: Some(42),
        float: Some(1.5),
        amount: Some(Decimal::new("00.10")),
        is_open: Some(false),
        text: Some("plain".to_owned()),
        at: Some(DateTime::new("2024-02-09T08:30:00")),
        civil: Some(Civil::at(day, Time::MIDNIGHT)),
        day: Some(day),
        time: fields.time,
        bytes: Some(Base64::from_bytes(b"hello")),
    };
    assert_eq!(fields, expected);
    assert_eq!(
        fields.time.map(|time| (time.hour, time.minute)),
        Some((15, 37))
    );
    assert_eq!(AllFields::read(None).unwrap(), AllFields::default());
    assert_eq!(AllFields::read(Some(&map())).unwrap(), fields);
    assert_eq!(AllFields::KEYS.len(), 11);
}

#[test]
fn what_is_the_same_keeps_its_text() {
    let mut written = map();
    let mut fields = AllFields::read(&written).unwrap();
    fields.write(&mut written).unwrap();
    assert_eq!(text(&written), text(&map()));
    fields.small = Some(8);
    fields.write(&mut written).unwrap();
    let expected = text(&map())
        .replace("[I:+7]", "[I:8]")
        .replace(r#""SuperOffice:1:DisplayText":"Seven","#, "");
    assert_eq!(text(&written), expected);
}

#[test]
fn every_type_is_written_and_read_again() {
    let fields = AllFields {
        small: Some(i32::MIN),
        large: Some(i64::MAX),
        float: Some(-0.25),
        amount: Some(Decimal::new("-12.50")),
        is_open: Some(true),
        text: Some("[not encoded]".to_owned()),
        at: Some(DateTime::new("2031-12-31T23:59:58.5")),
        civil: Some(Civil::new(2031, 1, 2, 3, 4, 5).unwrap()),
        day: Some(Date::new(2031, 1, 2).unwrap()),
        time: Some(Civil::new(1, 1, 1, 3, 4, 5).unwrap().time()),
        bytes: Some(Base64::from_bytes([0, 255])),
    };
    for mut target in [Map::default(), map()] {
        fields.write(&mut target).unwrap();
        let again = AllFields::read(&target).unwrap();
        let civil = |fields: &AllFields| fields.at.as_ref().unwrap().civil().unwrap();
        assert_eq!(civil(&again), civil(&fields));
        let at = fields.at.clone();
        assert_eq!(AllFields { at, ..again }, fields);
    }
}

#[test]
fn none_clears_or_leaves() {
    let mut cleared = map();
    AllFields::default().write(&mut cleared).unwrap();
    for key in AllFields::KEYS {
        assert_eq!(cleared.get(*key).map(String::as_str), Some(""), "{key}");
    }
    assert_eq!(cleared.display_text("SuperOffice:1"), None);
    assert_eq!(cleared.get("other").map(String::as_str), Some("[F:1.50]"));
    assert!(cleared.is_null("nothing"));

    let mut left = map();
    AllFields::default().write_some(&mut left).unwrap();
    assert_eq!(text(&left), text(&map()));
    let one = AllFields {
        large: Some(43),
        ..Default::default()
    };
    one.write_some(&mut left).unwrap();
    assert_eq!(text(&left), text(&map()).replace(r#""42""#, r#""[I:43]""#));

    let mut empty = Map::default();
    AllFields::default().write(&mut empty).unwrap();
    assert!(empty.is_empty());
}

/// The service writes year 1 where there is no date; that is nothing, and stays as it is.
#[test]
fn no_date_is_none() {
    let unset = r#"{"x_at":"[DT:01/01/0001 00:00:00.0000000]","x_civil":"[D:01/01/0001]","x_day":"[D:01/01/0001 00:00:00.0000000]"}"#;
    let mut map: Map<String> = serde_json::from_str(unset).unwrap();
    let fields = AllFields::read(&map).unwrap();
    assert_eq!(fields, AllFields::default());
    fields.write(&mut map).unwrap();
    assert_eq!(text(&map), unset);
}

#[test]
fn dates_keep_their_kind() {
    let mut map = Map::from([("x_at", "[D:02/09/2024]".to_owned())]);
    let mut fields = AllFields::read(&map).unwrap();
    assert_eq!(fields.at, Some(DateTime::new("2024-02-09")));
    let mut then = |at: &str| {
        fields.at = Some(DateTime::new(at));
        fields.write(&mut map).unwrap();
        map.get("x_at").cloned().unwrap()
    };
    assert_eq!(then("2024-02-09T00:00:00"), "[D:02/09/2024]");
    assert_eq!(then("2024-02-10"), "[D:02/10/2024]");
    assert!(then("2024-02-10T08:00:00").starts_with("[DT:02/10/2024 08:00:00"));
    assert!(then("2024-02-11").starts_with("[DT:02/11/2024 00:00:00"));
    fields.at = Some(DateTime::new("2024-02-11"));
    for empty in ["{}", r#"{"x_at":null}"#, r#"{"x_at":""}"#] {
        let mut new: Map<String> = serde_json::from_str(empty).unwrap();
        fields.write(&mut new).unwrap();
        let written = new.get("x_at").map(String::as_str);
        assert_eq!(written, Some("[D:02/11/2024]"), "{empty}");
    }
}

#[test]
fn another_type_is_refused_with_key_and_types_and_without_the_value() {
    let long = "word ".repeat(40);
    let table = [
        (
            "SuperOffice:1",
            "[I:2147483648]",
            "an integer of 32 bits",
            "integer",
        ),
        ("SuperOffice:1", "[D:01/02/2024]", "an integer", "date"),
        ("SuperOffice:5", long.as_str(), "a check box", "text"),
        ("SuperOffice:6", "[I:1]", "plain text", "integer"),
        ("x_at", "[T:10:00]", "a date and time", "time"),
        ("x_bytes", "[B:a]", "bytes", "bytes"),
    ];
    for (key, value, expected, found) in table {
        let map = Map::from([(key, value.to_owned())]);
        let error = AllFields::read(&map).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(key) && shown.contains(expected) && !shown.contains(value),
            "{shown}"
        );
        let wrong = CustomFieldError::WrongType {
            key: key.to_owned(),
            expected,
            found,
        };
        assert_eq!(error, wrong);
    }
}

#[test]
fn what_cannot_be_written_changes_nothing() {
    let at = |text: &str| AllFields {
        at: Some(DateTime::new(text)),
        ..Default::default()
    };
    let text_of = |text: &str| AllFields {
        text: Some(text.to_owned()),
        ..Default::default()
    };
    let refused = [
        (at("2024-02-30T00:00:00"), "no date"),
        (at("yesterday"), "no date"),
        (at("2024-02-09T08:30:00Z"), "no offset"),
        (text_of("[I:1]"), "encoded value"),
        (
            AllFields {
                float: Some(f64::NAN),
                ..Default::default()
            },
            "not finite",
        ),
        (
            AllFields {
                amount: Some(Decimal::new("1,5")),
                ..Default::default()
            },
            "not a decimal",
        ),
        (
            AllFields {
                bytes: Some(Base64::new("!")),
                ..Default::default()
            },
            "not base64",
        ),
    ];
    for (mut fields, expected) in refused {
        fields.small = Some(99);
        let mut target = map();
        for result in [fields.write(&mut target), fields.write_some(&mut target)] {
            let message = result.unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert_eq!(text(&target), text(&map()));
        }
    }
}

/// A list item of one's own.
#[derive(Debug, Clone, PartialEq)]
struct Item(i64);

impl CustomFieldValue for Item {
    fn read_from(fields: &Map<String>, key: &str) -> Result<Option<Self>, CustomFieldError> {
        match fields.integer(key)? {
            None | Some(0) => Ok(None),
            Some(id) if id < 100 => Ok(Some(Self(id))),
            Some(_) => Err(CustomFieldError::wrong_type(fields, key, "an item")),
        }
    }

    fn write_to(&self, fields: &mut Map<String>, key: &str) -> Result<(), CustomFieldError> {
        fields.set_integer(key, self.0);
        Ok(())
    }
}

custom_fields! {
    struct OwnFields {
        item: Item = "SuperOffice:9",
    }
}

#[test]
fn a_type_of_ones_own() {
    let mut map = Map::from([("SuperOffice:9", "[I:0]".to_owned())]);
    let mut fields = OwnFields::read(&map).unwrap();
    assert_eq!(fields.item, None);
    fields.write(&mut map).unwrap();
    assert_eq!(map.get("SuperOffice:9").map(String::as_str), Some("[I:0]"));
    fields.item = Some(Item(5));
    fields.write(&mut map).unwrap();
    assert_eq!(map.get("SuperOffice:9").map(String::as_str), Some("[I:5]"));
    let strange = Map::from([("SuperOffice:9", "[I:500]".to_owned())]);
    assert!(
        OwnFields::read(&strange)
            .unwrap_err()
            .to_string()
            .contains("an item")
    );
}

#[test]
fn keys_are_distinct_wherever_they_stand() {
    let is_refused = |keys: &'static [&str]| {
        std::panic::catch_unwind(|| superoffice_core::custom_field::assert_distinct(keys)).is_err()
    };
    for (keys, expected) in [
        (&[][..], false),
        (&["a"], false),
        (&["a", "b", "ab"], false),
        (&["a", "a"], true),
        (&["a", "b", "a"], true),
        (&["a", "b", "c", "c"], true),
    ] {
        assert_eq!(is_refused(keys), expected, "{keys:?}");
    }
}
