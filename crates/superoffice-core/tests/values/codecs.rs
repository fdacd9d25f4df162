//! Properties that hold for every text and every value: nothing panics, what is not touched comes back the same, and what is written is
//! read as it was meant.

use proptest::prelude::*;
use serde_json::{Value, json};
use superoffice_core::custom_field::{CustomFields, EncodedValue};
use superoffice_core::date_time::{Civil, Date, Offset, Time, TimeSpan};
use superoffice_core::{Base64, DateTime, FlagSet, Map};

use crate::sample::{Right, Sample, Size};

/// Any text, and texts that are nearly what the codecs read.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[T t]?([0-9]{2}:){0,3}[0-9]{0,2}(\.[0-9]{0,10})?(Z|[+-][0-9:]{0,6})?",
        r"\[(I|F|M|D|DT|T|B|X)?:?[-+0-9./: eEa-z=]{0,30}\]?",
        r"(Select|Update|[ ,]){0,6}",
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (1_u16..=9999, 1_u8..=12, 1_u8..=31)
        .prop_map(|(year, month, day)| Date { year, month, day })
        .prop_filter("days of the calendar", |date| date.exists())
}

fn time() -> impl Strategy<Value = Time> {
    (
        0_u8..24,
        0_u8..60,
        0_u8..60,
        prop_oneof![Just(0), 0_u32..1_000_000_000],
    )
        .prop_map(|(hour, minute, second, nanosecond)| Time {
            hour,
            minute,
            second,
            nanosecond,
        })
}

fn civil() -> impl Strategy<Value = Civil> {
    (date(), time()).prop_map(|(date, time)| Civil::at(date, time))
}

fn offset() -> impl Strategy<Value = Offset> {
    (-1439_i16..=1439).prop_map(|minutes| Offset::from_minutes(minutes).unwrap())
}

/// Any JSON to a moderate depth.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_comes_back_from_every_text_type(text in text()) {
        let json = json!(text);
        prop_assert_eq!(&serde_json::to_value(serde_json::from_value::<DateTime>(json.clone()).unwrap()).unwrap(), &json);
        prop_assert_eq!(&serde_json::to_value(serde_json::from_value::<TimeSpan>(json.clone()).unwrap()).unwrap(), &json);
        prop_assert_eq!(&serde_json::to_value(serde_json::from_value::<Base64>(json.clone()).unwrap()).unwrap(), &json);
        prop_assert_eq!(&serde_json::to_value(serde_json::from_value::<Size>(json.clone()).unwrap()).unwrap(), &json);
        prop_assert_eq!(&serde_json::to_value(serde_json::from_value::<FlagSet<Right>>(json.clone()).unwrap()).unwrap(), &json);
    }

    #[test]
    fn asking_any_text_for_its_value_does_not_panic(text in text(), base in offset()) {
        let at = DateTime::new(text.as_str());
        let _ = (at.civil(), at.offset(), at.is_unset(), at.is_forever(), at.to_utc(base), at.to_unix_nanos(base));
        let _ = TimeSpan::new(text.as_str()).to_duration();
        let _ = Base64::new(text.as_str()).decode();
        let fields = Map::from([("k", text.clone())]);
        let _ = (fields.integer("k"), fields.float("k"), fields.decimal("k"), fields.boolean("k"), fields.date("k"));
        let _ = (fields.date_time("k"), fields.time("k"), fields.bytes("k"), fields.text("k"));
        let mut rights = FlagSet::<Right>::from(text.as_str());
        let was_there = rights.contains(&Right::Insert);
        prop_assert_eq!(rights.insert(Right::Insert), Ok(!was_there));
        prop_assert!(rights.contains(&Right::Insert));
        prop_assert_eq!(rights.remove(&Right::Insert), Ok(true));
        prop_assert!(!rights.contains(&Right::Insert));
    }

    #[test]
    fn written_date_times_are_read_as_they_were_meant(civil in civil(), offset in offset()) {
        let at = DateTime::from_civil_at(civil, offset).unwrap();
        prop_assert_eq!((at.civil().unwrap(), at.offset().unwrap()), (civil, Some(offset)));
        let local = DateTime::from_civil(civil).unwrap();
        prop_assert_eq!((local.civil().unwrap(), local.offset().unwrap()), (civil, None));
        prop_assert_eq!(local.to_utc(offset), at.to_utc(Offset::UTC).map_err(|_| local.to_utc(offset).unwrap_err()));
        if let Ok(utc) = at.to_utc(Offset::UTC) {
            prop_assert_eq!(utc.to_unix_nanos(offset).unwrap(), at.to_unix_nanos(Offset::UTC).unwrap());
            prop_assert_eq!(DateTime::from_unix_nanos(utc.to_unix_nanos(Offset::UTC).unwrap()).unwrap(), utc);
        }
    }

    #[test]
    fn lengths_of_time_are_read_as_they_were_written(seconds in 0_u64..4_000_000_000, ticks in 0_u32..10_000_000) {
        let length = std::time::Duration::new(seconds, ticks * 100);
        prop_assert_eq!(TimeSpan::from(length).to_duration().unwrap(), length);
    }

    #[test]
    fn bytes_are_read_as_they_were_written(bytes: Vec<u8>) {
        prop_assert_eq!(Base64::from_bytes(&bytes).decode().unwrap(), bytes);
    }

    #[test]
    fn encoded_values_are_read_as_they_were_written(
        number: i64, float in any::<f64>().prop_filter("finite", |float| float.is_finite()), civil in civil(), bytes: Vec<u8>,
    ) {
        let base64 = Base64::from_bytes(bytes);
        let values = [
            EncodedValue::Integer(number),
            EncodedValue::Float(float),
            EncodedValue::Money(float.to_string().into()),
            EncodedValue::Date(civil.date()),
            EncodedValue::DateTime(civil),
            EncodedValue::Time(civil.time()),
            EncodedValue::Seconds(number),
            EncodedValue::Bytes(base64.as_str().into()),
        ];
        for value in values {
            let text = value.to_string();
            prop_assert_eq!(EncodedValue::parse(&text), value);
        }
    }

    #[test]
    fn what_a_text_stands_for_is_the_same_after_writing_it(text in text()) {
        let value = EncodedValue::parse(&text);
        let written = value.to_string();
        prop_assert_eq!(EncodedValue::parse(&written), value);
    }

    #[test]
    fn maps_keep_order_and_nulls(entries in prop::collection::vec((any::<String>(), any::<Option<i32>>()), 0..20)) {
        let mut map = Map::new();
        for (key, value) in &entries {
            match value {
                Some(value) => map.insert(key.as_str(), *value),
                None => map.insert_null(key.as_str()),
            };
        }
        let text = serde_json::to_string(&map).unwrap();
        let again: Map<i32> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), text);
        prop_assert!(again.iter().eq(map.iter()));
    }

    #[test]
    fn any_object_of_unknown_fields_comes_back(fields in prop::collection::hash_map("[a-z]{1,4}", json_value(), 0..6)) {
        let body = Value::Object(fields.into_iter().collect());
        let sample: Sample = serde_json::from_value(body.clone()).unwrap();
        prop_assert_eq!(&serde_json::to_value(&sample).unwrap(), &body);
        let read_from_text: Sample = serde_json::from_str(&body.to_string()).unwrap();
        prop_assert_eq!(&serde_json::to_value(&read_from_text).unwrap(), &body);
    }

    #[test]
    fn decoding_any_bytes_does_not_panic(bytes: Vec<u8>, cut in 0_usize..400) {
        let _ = serde_json::from_slice::<Sample>(&bytes);
        let full = crate::sample::FULL.as_bytes();
        let mut damaged = full.to_vec();
        damaged.splice(cut.min(full.len()).., bytes);
        if let Ok(sample) = serde_json::from_slice::<Sample>(&damaged) {
            prop_assert!(serde_json::to_string(&sample).is_ok());
        }
    }

    #[test]
    fn any_field_of_any_type_is_read_or_refused(field in 0_usize..14, value in json_value()) {
        let name = <Sample as superoffice_core::Model>::FIELDS[field];
        let body = json!({ name: value });
        if let Ok(sample) = serde_json::from_value::<Sample>(body.clone()) {
            let again = serde_json::to_value(&sample).unwrap();
            prop_assert_eq!(serde_json::from_value::<Sample>(again).unwrap(), sample);
        }
    }
}
