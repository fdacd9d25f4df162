//! Conversions to and from `SystemTime`, and the types of `chrono`, `jiff` and `time`, each behind the feature of that name. A civil type
//! takes the date and time as written; an instant takes a text with an offset and refuses one without, so that nobody's zone is assumed:
//! call [`DateTime::to_utc`] with the base first. Leap seconds are refused, since none of them can hold them as they are.

use std::time::{Duration, SystemTime};

use super::{Civil, DateTime, DateTimeError, Offset};

const NANOS_PER_SECOND: u128 = 1_000_000_000;

impl DateTime {
    /// Day and time of day as written, and the offset.
    fn instant(&self) -> Result<(Civil, Offset), DateTimeError> {
        let offset = self.offset()?.ok_or_else(|| {
            self.not_convertible("it has no offset; call `to_utc` with that of its base")
        })?;
        Ok((self.civil()?, offset))
    }

    fn not_convertible(&self, reason: impl ToString) -> DateTimeError {
        not_convertible(self, reason)
    }
}

fn not_convertible(value: impl ToString, reason: impl ToString) -> DateTimeError {
    DateTimeError::NotConvertible {
        text: value.to_string(),
        reason: reason.to_string(),
    }
}

impl TryFrom<&DateTime> for SystemTime {
    type Error = DateTimeError;

    fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
        let (civil, offset) = at.instant()?;
        if civil.second == 60 {
            return Err(at.not_convertible("it is a leap second"));
        }
        let nanos = at.to_unix_nanos(offset)?;
        since_1970(nanos).ok_or_else(|| at.not_convertible("this system has no such time"))
    }
}

/// The instant, written in UTC.
impl TryFrom<SystemTime> for DateTime {
    type Error = DateTimeError;

    fn try_from(at: SystemTime) -> Result<Self, DateTimeError> {
        let (length, sign) = match at.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => (after, 1),
            Err(before) => (before.duration(), -1),
        };
        let nanos = i128::try_from(length.as_nanos())
            .map_err(|error| not_convertible(format!("{length:?}"), error))?;
        Self::from_unix_nanos(sign * nanos)
    }
}

fn since_1970(nanos: i128) -> Option<SystemTime> {
    let length = nanos.unsigned_abs();
    let seconds = u64::try_from(length / NANOS_PER_SECOND).ok()?;
    let rest = u32::try_from(length % NANOS_PER_SECOND).ok()?;
    let length = Duration::new(seconds, rest);
    if nanos < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(length)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(length)
    }
}

/// The civil value with parts of other integer types; refused when one does not fit.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
fn civil(
    value: impl ToString + Copy,
    year: i32,
    parts: [u32; 5],
    nanosecond: u32,
) -> Result<Civil, DateTimeError> {
    let small = |part: u32| u8::try_from(part).map_err(|error| not_convertible(value, error));
    let year = u16::try_from(year).map_err(|_| DateTimeError::OutOfRange {
        text: value.to_string(),
    })?;
    let [month, day, hour, minute, second] = parts;
    let civil = Civil {
        year,
        month: small(month)?,
        day: small(day)?,
        hour: small(hour)?,
        minute: small(minute)?,
        second: small(second)?,
        nanosecond,
    };
    civil.checked()
}

#[cfg(feature = "jiff")]
mod with_jiff {
    use super::*;

    impl TryFrom<&DateTime> for jiff::civil::DateTime {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            jiff_civil(at, at.civil()?)
        }
    }

    impl TryFrom<&DateTime> for jiff::Timestamp {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            let (civil, offset) = at.instant()?;
            let offset = jiff::tz::Offset::from_seconds(offset.seconds())
                .map_err(|error| at.not_convertible(error))?;
            offset
                .to_timestamp(jiff_civil(at, civil)?)
                .map_err(|error| at.not_convertible(error))
        }
    }

    impl TryFrom<jiff::civil::DateTime> for DateTime {
        type Error = DateTimeError;

        fn try_from(at: jiff::civil::DateTime) -> Result<Self, DateTimeError> {
            Self::from_civil(from_jiff(at)?)
        }
    }

    impl TryFrom<jiff::Timestamp> for DateTime {
        type Error = DateTimeError;

        fn try_from(at: jiff::Timestamp) -> Result<Self, DateTimeError> {
            Self::from_unix_nanos(at.as_nanosecond())
        }
    }

    fn jiff_civil(at: &DateTime, civil: Civil) -> Result<jiff::civil::DateTime, DateTimeError> {
        let year = i16::try_from(civil.year).map_err(|error| at.not_convertible(error))?;
        let small = |part: u8| i8::try_from(part).map_err(|error| at.not_convertible(error));
        let nanosecond =
            i32::try_from(civil.nanosecond).map_err(|error| at.not_convertible(error))?;
        jiff::civil::DateTime::new(
            year,
            small(civil.month)?,
            small(civil.day)?,
            small(civil.hour)?,
            small(civil.minute)?,
            small(civil.second)?,
            nanosecond,
        )
        .map_err(|error| at.not_convertible(error))
    }

    fn from_jiff(at: jiff::civil::DateTime) -> Result<Civil, DateTimeError> {
        let parts = [at.month(), at.day(), at.hour(), at.minute(), at.second()]
            .map(|part| u32::from(part.unsigned_abs()));
        civil(
            at,
            at.year().into(),
            parts,
            at.subsec_nanosecond().unsigned_abs(),
        )
    }
}

#[cfg(feature = "time")]
mod with_time {
    use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

    use super::*;

    impl TryFrom<&DateTime> for PrimitiveDateTime {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            primitive(at, at.civil()?)
        }
    }

    impl TryFrom<&DateTime> for OffsetDateTime {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            let (civil, offset) = at.instant()?;
            let offset = UtcOffset::from_whole_seconds(offset.seconds())
                .map_err(|error| at.not_convertible(error))?;
            Ok(primitive(at, civil)?.assume_offset(offset))
        }
    }

    impl TryFrom<PrimitiveDateTime> for DateTime {
        type Error = DateTimeError;

        fn try_from(at: PrimitiveDateTime) -> Result<Self, DateTimeError> {
            Self::from_civil(from_time(at)?)
        }
    }

    impl TryFrom<OffsetDateTime> for DateTime {
        type Error = DateTimeError;

        fn try_from(at: OffsetDateTime) -> Result<Self, DateTimeError> {
            let offset = at.offset().whole_minutes();
            if at.offset().seconds_past_minute() != 0 {
                return Err(not_convertible(
                    at,
                    "its offset is not a whole number of minutes",
                ));
            }
            Self::from_civil_at(
                from_time(PrimitiveDateTime::new(at.date(), at.time()))?,
                Offset::from_minutes(offset)?,
            )
        }
    }

    fn primitive(at: &DateTime, civil: Civil) -> Result<PrimitiveDateTime, DateTimeError> {
        let month = Month::try_from(civil.month).map_err(|error| at.not_convertible(error))?;
        let date = Date::from_calendar_date(civil.year.into(), month, civil.day)
            .map_err(|error| at.not_convertible(error))?;
        let time = Time::from_hms_nano(civil.hour, civil.minute, civil.second, civil.nanosecond);
        Ok(PrimitiveDateTime::new(
            date,
            time.map_err(|error| at.not_convertible(error))?,
        ))
    }

    fn from_time(at: PrimitiveDateTime) -> Result<Civil, DateTimeError> {
        let parts = [
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
        ]
        .map(u32::from);
        civil(at, at.year(), parts, at.nanosecond())
    }
}

#[cfg(feature = "chrono")]
mod with_chrono {
    use chrono::{
        Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, TimeZone, Timelike as _, Utc,
    };

    use super::*;

    impl TryFrom<&DateTime> for NaiveDateTime {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            naive(at, at.civil()?)
        }
    }

    impl TryFrom<&DateTime> for chrono::DateTime<FixedOffset> {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            let (civil, offset) = at.instant()?;
            let offset = FixedOffset::east_opt(offset.seconds())
                .ok_or_else(|| at.not_convertible("its offset is too large"))?;
            naive(at, civil)?
                .and_local_timezone(offset)
                .single()
                .ok_or_else(|| at.not_convertible("it is out of range"))
        }
    }

    impl TryFrom<&DateTime> for chrono::DateTime<Utc> {
        type Error = DateTimeError;

        fn try_from(at: &DateTime) -> Result<Self, DateTimeError> {
            chrono::DateTime::<FixedOffset>::try_from(at).map(|at| at.to_utc())
        }
    }

    impl TryFrom<NaiveDateTime> for DateTime {
        type Error = DateTimeError;

        fn try_from(at: NaiveDateTime) -> Result<Self, DateTimeError> {
            Self::from_civil(from_chrono(at)?)
        }
    }

    impl<Zone: TimeZone> TryFrom<chrono::DateTime<Zone>> for DateTime {
        type Error = DateTimeError;

        fn try_from(at: chrono::DateTime<Zone>) -> Result<Self, DateTimeError> {
            let at = at.fixed_offset();
            let seconds = at.offset().local_minus_utc();
            if seconds % 60 != 0 {
                return Err(not_convertible(
                    at,
                    "its offset is not a whole number of minutes",
                ));
            }
            let minutes =
                i16::try_from(seconds / 60).map_err(|error| not_convertible(at, error))?;
            // The latest instant that chrono has, further east, has no day of its own.
            let local = at
                .naive_utc()
                .checked_add_offset(*at.offset())
                .ok_or_else(|| not_convertible(at, "it is out of range"))?;
            Self::from_civil_at(from_chrono(local)?, Offset::from_minutes(minutes)?)
        }
    }

    fn naive(at: &DateTime, civil: Civil) -> Result<NaiveDateTime, DateTimeError> {
        NaiveDate::from_ymd_opt(civil.year.into(), civil.month.into(), civil.day.into())
            .and_then(|date| {
                date.and_hms_nano_opt(
                    civil.hour.into(),
                    civil.minute.into(),
                    civil.second.into(),
                    civil.nanosecond,
                )
            })
            .ok_or_else(|| at.not_convertible("it is out of range"))
    }

    fn from_chrono(at: NaiveDateTime) -> Result<Civil, DateTimeError> {
        civil(
            at,
            at.year(),
            [at.month(), at.day(), at.hour(), at.minute(), at.second()],
            at.nanosecond(),
        )
    }
}
