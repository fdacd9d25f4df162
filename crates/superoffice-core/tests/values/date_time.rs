//! Dates and times: a table of texts with what they mean, and the texts that mean nothing but are kept.

use std::cmp::Ordering;
use std::time::{Duration, SystemTime};

use superoffice_core::DateTime;
use superoffice_core::date_time::{
    Civil, Date, DateTimeError, Offset, Time, TimeSpan, TimeSpanError,
};

/// Text; the civil value it prints as; minutes of its offset; the same instant in UTC with a base of +01:00. Nothing where it has none.
const TABLE: &str = "\
# Forms the API uses.
2021-05-16T11:45:14|2021-05-16T11:45:14||2021-05-16T10:45:14Z
2021-05-16T11:45:14Z|2021-05-16T11:45:14|0|2021-05-16T11:45:14Z
2021-05-16T11:45:14+01:00|2021-05-16T11:45:14|60|2021-05-16T10:45:14Z
2021-05-16T11:45:14-0500|2021-05-16T11:45:14|-300|2021-05-16T16:45:14Z
2021-05-16T11:45:14-05|2021-05-16T11:45:14|-300|2021-05-16T16:45:14Z
2021-05-16T11:45:14.1234567+02:00|2021-05-16T11:45:14.1234567|120|2021-05-16T09:45:14.1234567Z
2021-05-16T11:45:14.123456+02:00|2021-05-16T11:45:14.123456|120|2021-05-16T09:45:14.123456Z
2021-05-16T11:45:14.12345+02:00|2021-05-16T11:45:14.12345|120|2021-05-16T09:45:14.12345Z
2021-05-16T11:45:14.1Z|2021-05-16T11:45:14.1|0|2021-05-16T11:45:14.1Z
2021-05-16T11:45:14.123456789Z|2021-05-16T11:45:14.123456789|0|2021-05-16T11:45:14.123456789Z
2021-05-16T11:45:14.0000000|2021-05-16T11:45:14||2021-05-16T10:45:14Z
2021-05-16|2021-05-16T00:00:00||2021-05-15T23:00:00Z
2021-05-16T11:45|2021-05-16T11:45:00||2021-05-16T10:45:00Z
2021-05-16 11:45:14|2021-05-16T11:45:14||2021-05-16T10:45:14Z
2021-05-16t11:45:14z|2021-05-16T11:45:14|0|2021-05-16T11:45:14Z
# Unset and for ever.
0001-01-01T00:00:00|0001-01-01T00:00:00||
0001-01-01T00:00:00Z|0001-01-01T00:00:00|0|0001-01-01T00:00:00Z
0001-01-01T00:00:00-01:00|0001-01-01T00:00:00|-60|0001-01-01T01:00:00Z
0001-01-01|0001-01-01T00:00:00||
9999-12-31T23:59:59|9999-12-31T23:59:59||9999-12-31T22:59:59Z
9999-12-31T23:59:59.9999999Z|9999-12-31T23:59:59.9999999|0|9999-12-31T23:59:59.9999999Z
9999-12-31T23:59:59-00:01|9999-12-31T23:59:59|-1|
# Examples of RFC 3339, section 5.8.
1985-04-12T23:20:50.52Z|1985-04-12T23:20:50.52|0|1985-04-12T23:20:50.52Z
1996-12-19T16:39:57-08:00|1996-12-19T16:39:57|-480|1996-12-20T00:39:57Z
1990-12-31T23:59:60Z|1990-12-31T23:59:60|0|1990-12-31T23:59:60Z
1990-12-31T15:59:60-08:00|1990-12-31T15:59:60|-480|1990-12-31T23:59:60Z
1937-01-01T12:00:27.87+00:20|1937-01-01T12:00:27.87|20|1937-01-01T11:40:27.87Z
# Edges of calendar, clock and offset.
2024-02-29T00:00:00Z|2024-02-29T00:00:00|0|2024-02-29T00:00:00Z
2000-02-29T00:00:00|2000-02-29T00:00:00||2000-02-28T23:00:00Z
2000-03-01T00:30:00+01:00|2000-03-01T00:30:00|60|2000-02-29T23:30:00Z
2023-12-31T23:30:00-01:00|2023-12-31T23:30:00|-60|2024-01-01T00:30:00Z
2024-01-01T00:00:00+14:00|2024-01-01T00:00:00|840|2023-12-31T10:00:00Z
2024-01-01T00:00:00-23:59|2024-01-01T00:00:00|-1439|2024-01-01T23:59:00Z
2024-01-01T00:00:00-00:00|2024-01-01T00:00:00|0|2024-01-01T00:00:00Z
# Kept as text, without a value.
|||
tomorrow|||
16.05.2021|||
05/16/2021 11:45:14|||
2021-05-16T|||
2021-05-16T11|||
2021-05-16T11:45:14.|||
2021-05-16T11:45:14.1234567890|||
2021-05-16T11:45:14,5|||
2021-05-16T11:45:14 +01:00|||
2021-05-16T11:45:14+1:00|||
2021-05-16T11:45:14+01:|||
2021-05-16T11:45:14ZZ|||
 2021-05-16|||
2021-05-16 |||
2021-5-6|||
+2021-05-16|||
12021-05-16|||
２０２１-05-16|||
0000-12-19|||
2021-00-19|||
2021-13-19|||
2021-02-29|||
1900-02-29|||
2021-04-31|||
2021-12-00|||
2021-05-16T24:00:00|||
2021-05-16T11:60:00|||
2021-05-16T11:45:61|||
2021-05-16T11:45:14+24:00|||
2021-05-16T11:45:14+01:60|||
";

struct Row {
    text: &'static str,
    civil: Option<&'static str>,
    offset: Option<i16>,
    utc: Option<&'static str>,
}

fn table() -> Vec<Row> {
    let some = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    let row = |line: &'static str| {
        let [text, civil, offset, utc] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("not a row: {line}")
        };
        Row {
            text,
            civil: some(civil),
            offset: some(offset).map(|minutes| minutes.parse().unwrap()),
            utc: some(utc),
        }
    };
    let rows: Vec<Row> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(row)
        .collect();
    assert_eq!(rows.len(), 65);
    rows
}

#[test]
fn every_text_is_kept_and_means_what_the_table_says() {
    let base = Offset::from_minutes(60).unwrap();
    for Row {
        text,
        civil,
        offset,
        utc,
    } in table()
    {
        let json = serde_json::to_string(text).unwrap();
        let at: DateTime = serde_json::from_str(&json).unwrap();
        assert_eq!(at.as_str(), text);
        assert_eq!(serde_json::to_string(&at).unwrap(), json);
        assert_eq!(
            at.civil().ok().map(|civil| civil.to_string()).as_deref(),
            civil,
            "{text}"
        );
        assert_eq!(
            at.offset().ok().flatten().map(Offset::minutes),
            offset,
            "{text}"
        );
        assert_eq!(
            at.to_utc(base).ok().as_ref().map(DateTime::as_str),
            utc,
            "{text}"
        );
        assert_eq!(at.date().is_ok(), civil.is_some());
    }
}

#[test]
fn refusals_name_the_part() {
    let part = |text: &str| match DateTime::new(text).civil() {
        Err(DateTimeError::Impossible { part, .. }) => part,
        Err(DateTimeError::Malformed { .. }) => "form",
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(part("0000-12-19"), "year");
    assert_eq!(part("2021-13-19"), "month");
    assert_eq!(part("2021-02-29"), "day");
    assert_eq!(part("2021-05-16T24:00:00"), "hour");
    assert_eq!(part("2021-05-16T11:60:00"), "minute");
    assert_eq!(part("2021-05-16T11:45:61"), "second");
    assert_eq!(part("2021-05-16T11:45:14+24:00"), "offset");
    assert_eq!(part("soon"), "form");
    let out_of_range = DateTime::new("0001-01-01T00:00:00+01:00").to_utc(Offset::UTC);
    assert!(matches!(
        out_of_range,
        Err(DateTimeError::OutOfRange { .. })
    ));
}

#[test]
fn unset_and_for_ever_are_known_in_all_their_forms() {
    let unset = [
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00.0000000+01:00",
        "0001-01-01",
    ];
    let forever = [
        "9999-12-31T23:59:59",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.9999999",
        "9999-12-31T00:00:00",
        "9999-12-31",
    ];
    let neither = [
        "",
        "0001-01-02",
        "0001-01-01T00:00:01",
        "9999-12-30",
        "9999-12-31T12:00:00",
        "2024-01-01",
    ];
    for text in unset {
        assert!(
            DateTime::new(text).is_unset() && !DateTime::new(text).is_forever(),
            "{text}"
        );
    }
    for text in forever {
        assert!(
            DateTime::new(text).is_forever() && !DateTime::new(text).is_unset(),
            "{text}"
        );
    }
    for text in neither {
        assert!(
            !DateTime::new(text).is_forever() && !DateTime::new(text).is_unset(),
            "{text}"
        );
    }
}

#[test]
fn values_become_the_documented_texts() {
    let civil = Civil::new(2024, 2, 29, 23, 30, 0).unwrap();
    let offset = Offset::from_minutes(-90).unwrap();
    assert_eq!(
        DateTime::from_civil(civil).unwrap().as_str(),
        "2024-02-29T23:30:00"
    );
    assert_eq!(
        DateTime::from_civil_at(civil, offset).unwrap().as_str(),
        "2024-02-29T23:30:00-01:30"
    );
    assert_eq!(
        DateTime::from_civil_utc(civil).unwrap().as_str(),
        "2024-02-29T23:30:00Z"
    );
    assert_eq!(
        DateTime::from_date(Date::new(2024, 2, 29).unwrap())
            .unwrap()
            .as_str(),
        "2024-02-29"
    );
    assert_eq!(
        DateTime::from_civil(Civil {
            nanosecond: 500,
            ..civil
        })
        .unwrap()
        .as_str(),
        "2024-02-29T23:30:00.0000005"
    );
    assert!(DateTime::from_civil(Civil { month: 13, ..civil }).is_err());
    assert!(
        DateTime::from_date(Date {
            year: 2023,
            month: 2,
            day: 29
        })
        .is_err()
    );
    assert!(Civil::new(2023, 2, 29, 0, 0, 0).is_err());
    assert!(Time::new(24, 0, 0).is_err());
    assert!(Offset::from_minutes(1440).is_err() && Offset::from_minutes(i16::MIN).is_err());
}

#[test]
fn instants_count_from_1970() {
    let table = [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1969-12-31T23:59:59Z", -1_000_000_000),
        ("2000-01-01T00:00:00Z", 946_684_800_000_000_000),
        ("2024-02-29T12:00:00+01:00", 1_709_204_400_000_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000_000),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000_000_000),
    ];
    for (text, nanos) in table {
        assert_eq!(
            DateTime::new(text).to_unix_nanos(Offset::UTC).unwrap(),
            nanos,
            "{text}"
        );
        let again = DateTime::from_unix_nanos(nanos).unwrap();
        assert_eq!(again.to_unix_nanos(Offset::UTC).unwrap(), nanos);
    }
    assert!(DateTime::from_unix_nanos(253_402_300_800_000_000_000).is_err());
    assert!(DateTime::from_unix_nanos(-62_135_596_800_000_000_001).is_err());
    assert!(
        DateTime::from_unix_nanos(i128::MAX).is_err()
            && DateTime::from_unix_nanos(i128::MIN).is_err()
    );
}

#[test]
fn comparison_is_by_instant_with_the_base_that_is_given() {
    let (local, utc) = (
        DateTime::new("2024-06-01T12:00:00"),
        DateTime::new("2024-06-01T11:00:00Z"),
    );
    let compare = |minutes| {
        local
            .compare(&utc, Offset::from_minutes(minutes).unwrap())
            .unwrap()
    };
    assert_eq!(compare(0), Ordering::Greater);
    assert_eq!(compare(60), Ordering::Equal);
    assert_eq!(compare(120), Ordering::Less);
    assert_ne!(local, utc);
    assert!(local.compare(&DateTime::new("soon"), Offset::UTC).is_err());
}

#[test]
fn days_of_ten_thousand_years_have_their_places() {
    let day = 86_400_000_000_000_i128;
    let first = DateTime::new("0001-01-01T00:00:00Z")
        .to_unix_nanos(Offset::UTC)
        .unwrap();
    let mut before = None;
    let days = (0..1_500)
        .chain((1_500..3_650_000).step_by(29))
        .chain(3_650_000..3_652_059);
    for index in days {
        let at = DateTime::from_unix_nanos(first + index * day).unwrap();
        let date = at.date().unwrap();
        assert!(before < Some(date), "{at}");
        before = Some(date);
        assert_eq!(at.to_unix_nanos(Offset::UTC).unwrap(), first + index * day);
    }
    assert_eq!(
        before,
        Some(Date {
            year: 9999,
            month: 12,
            day: 31
        })
    );
}

#[test]
fn lengths_of_time() {
    let table = [
        ("00:00", Some(0)),
        ("01:30", Some(5_400)),
        ("23:59:59", Some(86_399)),
        ("1.00:00:00", Some(86_400)),
        ("10675199.02:48:05", Some(922_337_203_685)),
        ("-00:00:01", Some(-1)),
        ("-2.00:00", Some(-172_800)),
        ("", None),
        ("24:00:00", None),
        ("00:60", None),
        ("00:00:60", None),
        ("1.5", None),
        (".00:00", None),
        ("x.00:00", None),
        ("--00:00", None),
    ];
    for (text, seconds) in table {
        let span: TimeSpan = serde_json::from_value(text.into()).unwrap();
        assert_eq!(
            span.to_nanos().ok(),
            seconds.map(|seconds: i128| seconds * 1_000_000_000),
            "{text}"
        );
        assert_eq!(serde_json::to_value(&span).unwrap(), text);
    }
    assert_eq!(
        TimeSpan::new("00:00:00.0000001").to_duration().unwrap(),
        Duration::from_nanos(100)
    );
    assert!(matches!(
        TimeSpan::new("-00:01").to_duration(),
        Err(TimeSpanError::Negative { .. })
    ));
    assert_eq!(
        TimeSpan::from(Duration::new(90_061, 5_000_000)).as_str(),
        "1.01:01:01.0050000"
    );
}

#[test]
fn other_libraries_take_and_give_the_same_dates() {
    for Row { text, .. } in table() {
        let at = DateTime::new(text);
        let Ok(civil) = at.civil() else { continue };
        let leap_second = civil.second == 60;
        let local = DateTime::from_civil(civil).unwrap();

        let jiff = jiff::civil::DateTime::try_from(&at);
        assert_eq!(jiff.is_err(), leap_second, "{text}");
        assert!(
            jiff.is_err() || DateTime::try_from(jiff.unwrap()).unwrap() == local,
            "{text}"
        );
        let time = time::PrimitiveDateTime::try_from(&at);
        assert_eq!(time.is_err(), leap_second, "{text}");
        assert!(
            time.is_err() || DateTime::try_from(time.unwrap()).unwrap() == local,
            "{text}"
        );
        let chrono = chrono::NaiveDateTime::try_from(&at);
        assert_eq!(chrono.is_err(), leap_second, "{text}");
        assert!(
            chrono.is_err() || DateTime::try_from(chrono.unwrap()).unwrap() == local,
            "{text}"
        );

        let has_instant = at.offset().unwrap().is_some() && !leap_second;
        let nanos = at.to_unix_nanos(Offset::UTC).unwrap();
        let instants = [
            jiff::Timestamp::try_from(&at)
                .ok()
                .map(|at| at.as_nanosecond()),
            time::OffsetDateTime::try_from(&at)
                .ok()
                .map(|at| at.unix_timestamp_nanos()),
            chrono::DateTime::<chrono::FixedOffset>::try_from(&at)
                .ok()
                .map(|at| {
                    i128::from(at.timestamp()) * 1_000_000_000
                        + i128::from(at.timestamp_subsec_nanos())
                }),
        ];
        // `jiff` ends its time line a day before the others, so that every zone can show it.
        let in_jiff = has_instant && nanos < 253_402_207_200_000_000_000;
        assert_eq!(
            instants,
            [
                in_jiff.then_some(nanos),
                has_instant.then_some(nanos),
                has_instant.then_some(nanos)
            ],
            "{text}"
        );
    }
}

#[test]
fn offsets_come_back_from_other_libraries() {
    let at = DateTime::new("2024-02-29T23:30:00.5-03:30");
    assert_eq!(
        DateTime::try_from(time::OffsetDateTime::try_from(&at).unwrap()).unwrap(),
        at
    );
    assert_eq!(
        DateTime::try_from(chrono::DateTime::<chrono::FixedOffset>::try_from(&at).unwrap())
            .unwrap(),
        at
    );
    let utc = DateTime::try_from(jiff::Timestamp::try_from(&at).unwrap()).unwrap();
    assert_eq!(utc, at.to_utc(Offset::UTC).unwrap());
    assert!(
        DateTime::try_from(jiff::civil::DateTime::MIN).is_err(),
        "before year 1"
    );
    // The wire has offsets of whole minutes only.
    let noon = time::OffsetDateTime::UNIX_EPOCH;
    let with = |seconds| time::UtcOffset::from_whole_seconds(seconds).unwrap();
    let chrono_at = |seconds| {
        let offset = chrono::FixedOffset::east_opt(seconds).unwrap();
        chrono::DateTime::UNIX_EPOCH.with_timezone(&offset)
    };
    for (seconds, expected) in [
        (3_600, Some("1970-01-01T01:00:00+01:00")),
        (-12_600, Some("1969-12-31T20:30:00-03:30")),
        (3_601, None),
        (-1, None),
    ] {
        for made in [
            DateTime::try_from(noon.to_offset(with(seconds))),
            DateTime::try_from(chrono_at(seconds)),
        ] {
            match (made, expected) {
                (Ok(date), Some(text)) => assert_eq!(date.as_str(), text),
                (Err(error), None) => {
                    assert!(error.to_string().contains("whole number of minutes"));
                }
                (made, _) => panic!("{seconds}: {made:?}"),
            }
        }
    }
}

/// The first and the last instant of each library, in offsets that lead out of it.
#[test]
fn the_ends_of_other_calendars_are_refused() {
    for seconds in [0, 3_600, -3_600, 86_340, -86_340] {
        let offset = chrono::FixedOffset::east_opt(seconds).unwrap();
        for utc in [
            chrono::DateTime::<chrono::Utc>::MIN_UTC,
            chrono::DateTime::<chrono::Utc>::MAX_UTC,
        ] {
            let made = DateTime::try_from(utc.with_timezone(&offset));
            assert!(made.is_err(), "{seconds}: {made:?}");
        }
        let offset = time::UtcOffset::from_whole_seconds(seconds).unwrap();
        for civil in [time::PrimitiveDateTime::MIN, time::PrimitiveDateTime::MAX] {
            // What the library does not refuse itself is refused or within the years of the wire.
            let made = DateTime::try_from(civil.assume_offset(offset));
            assert_eq!(made.is_ok(), civil.year() == 9999, "{seconds}: {made:?}");
        }
    }
    for timestamp in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        let made = DateTime::try_from(timestamp);
        assert_eq!(made.is_ok(), timestamp == jiff::Timestamp::MAX, "{made:?}");
    }
}

#[test]
fn every_zone_of_chrono_is_taken() {
    use chrono::{DateTime as Chrono, FixedOffset, Utc};
    let at = DateTime::new("2024-02-29T23:30:00.5-03:30");
    let utc = Chrono::<Utc>::try_from(&at).unwrap();
    let same = |made: DateTime| made.compare(&at, Offset::UTC).unwrap().is_eq();
    assert_eq!(utc.timestamp_subsec_millis(), 500);
    assert!(same(DateTime::try_from(utc).unwrap()));
    let east = FixedOffset::east_opt(3_600).unwrap();
    assert!(same(DateTime::try_from(utc.with_timezone(&east)).unwrap()));
    assert!(Chrono::<Utc>::try_from(&DateTime::new("2024-02-29T23:30:00")).is_err());
}

#[test]
fn the_time_of_the_system_is_an_instant() {
    // The text, the time after 1970 in nanoseconds, and what comes back.
    let table = [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        (
            "1970-01-01T00:00:01.5000000+00:00",
            1_500_000_000,
            "1970-01-01T00:00:01.5Z",
        ),
        (
            "1969-12-31T23:59:59.25Z",
            -750_000_000,
            "1969-12-31T23:59:59.25Z",
        ),
        (
            "2024-02-29T01:00:00+02:00",
            1_709_161_200_000_000_000,
            "2024-02-28T23:00:00Z",
        ),
    ];
    for (text, nanos, back) in table {
        let time = SystemTime::try_from(&DateTime::new(text)).unwrap();
        let length = Duration::from_nanos(i64::unsigned_abs(nanos));
        let expected = if nanos < 0 {
            SystemTime::UNIX_EPOCH - length
        } else {
            SystemTime::UNIX_EPOCH + length
        };
        assert_eq!(time, expected, "{text}");
        assert_eq!(DateTime::try_from(time).unwrap().as_str(), back, "{text}");
    }
    for (text, reason) in [
        ("2024-02-29T01:00:00", "it has no offset"),
        ("2024-02-29", "it has no offset"),
        ("2016-12-31T23:59:60Z", "it is a leap second"),
        ("2024-02-30T01:00:00Z", "impossible day"),
        ("soon", "not a date"),
    ] {
        let error = SystemTime::try_from(&DateTime::new(text)).unwrap_err();
        assert!(error.to_string().contains(reason), "{text}: {error}");
    }
    let late = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
    assert!(DateTime::try_from(late).is_err(), "year 10000");
}

#[test]
fn offsets_are_printed_with_a_sign() {
    for (minutes, expected) in [
        (0, "+00:00"),
        (1, "+00:01"),
        (-1, "-00:01"),
        (120, "+02:00"),
        (-210, "-03:30"),
    ] {
        assert_eq!(Offset::from_minutes(minutes).unwrap().to_string(), expected);
    }
}
