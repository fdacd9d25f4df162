//! Dates and times as the API writes them. Takes any JSON string and keeps it, so that a value nobody touches is sent back byte for byte;
//! gives year to nanosecond and the offset from UTC when asked, as far as the text has them; refuses, when asked, a text that is no date.
//! A time without an offset stays one: the caller says what it is relative to.

mod calendar;
mod convert;
pub(crate) mod parse;
mod time_span;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::time_span::{TimeSpan, TimeSpanError};

/// A date, or date and time, as text.
///
/// Understood are `yyyy-MM-dd`, alone or followed by `T` (or a space), `hh:mm`, `:ss` and up to nine digits of a fraction, then nothing,
/// `Z`, `±hh:mm`, `±hhmm` or `±hh`. Years go from 1 to 9999, seconds to 60 for leap seconds. Any other text is kept as well, and only
/// asking for its value is an error.
///
/// Two values are equal when their texts are. There is no order on this type, since a time without an offset and one with are not
/// comparable by themselves: use [`compare`](Self::compare) and say what the base is.
///
/// ```
/// use superoffice_core::DateTime;
/// use superoffice_core::date_time::Offset;
///
/// let at: DateTime = serde_json::from_str(r#""2024-02-29T23:30:00.1230000+02:00""#)?;
/// let civil = at.civil()?;
/// assert_eq!((civil.year, civil.month, civil.day), (2024, 2, 29));
/// assert_eq!(at.offset()?, Some(Offset::from_minutes(120)?));
/// assert_eq!(at.to_utc(Offset::UTC)?.as_str(), "2024-02-29T21:30:00.123Z");
/// assert_eq!(at.as_str(), "2024-02-29T23:30:00.1230000+02:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(Box<str>);

/// A calendar day and a time of day, without an offset.
///
/// The order is that of the calendar and the clock; it says nothing about instants when offsets differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Civil {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60; 60 is a leap second.
    pub second: u8,
    /// 0 to 999,999,999.
    pub nanosecond: u32,
}

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60; 60 is a leap second.
    pub second: u8,
    /// 0 to 999,999,999.
    pub nanosecond: u32,
}

/// A distance from UTC, in whole minutes, less than a day; positive is east.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Offset(i16);

/// Why a [`DateTime`] has no value, or no such value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateTimeError {
    /// The text is not a date in any of the understood forms.
    #[error(
        "`{text}` is not a date and time (expected the form 2024-02-29T23:30:00, with or without fraction and offset)"
    )]
    #[non_exhaustive]
    Malformed {
        /// The text.
        text: String,
    },
    /// The text has the right form, but the calendar or the clock has no such value.
    #[error("`{text}` has an impossible {part}")]
    #[non_exhaustive]
    Impossible {
        /// The text.
        text: String,
        /// Which part of it: `year`, `month`, `day`, `hour`, `minute`, `second`, `nanosecond` or `offset`.
        part: &'static str,
    },
    /// The instant lies before year 1 or after year 9999 in UTC.
    #[error("`{text}` is outside the years 1 to 9999 in UTC")]
    #[non_exhaustive]
    OutOfRange {
        /// The text.
        text: String,
    },
    /// The other library cannot hold this value.
    #[error("`{text}` cannot be converted: {reason}")]
    #[non_exhaustive]
    NotConvertible {
        /// The text.
        text: String,
        /// What the other library says.
        reason: String,
    },
}

impl DateTime {
    /// Any text, as it is.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// A day without a time: `2024-02-29`.
    ///
    /// # Errors
    /// When the calendar has no such day.
    pub fn from_date(date: Date) -> Result<Self, DateTimeError> {
        let civil = Civil::at(date, Time::MIDNIGHT).checked()?;
        Ok(Self::new(civil.date().to_string()))
    }

    /// A time without an offset, as the API writes most of them: `2024-02-29T23:30:00`.
    ///
    /// # Errors
    /// When a part of it is out of its range.
    pub fn from_civil(civil: Civil) -> Result<Self, DateTimeError> {
        Ok(Self::new(civil.checked()?.to_string()))
    }

    /// A time with an offset: `2024-02-29T23:30:00+02:00`.
    ///
    /// # Errors
    /// When a part of it is out of its range.
    pub fn from_civil_at(civil: Civil, offset: Offset) -> Result<Self, DateTimeError> {
        Ok(Self::new(format!("{}{offset}", civil.checked()?)))
    }

    /// A time in UTC: `2024-02-29T21:30:00Z`.
    ///
    /// # Errors
    /// When a part of it is out of its range.
    pub fn from_civil_utc(civil: Civil) -> Result<Self, DateTimeError> {
        Ok(Self::new(format!("{}Z", civil.checked()?)))
    }

    /// The instant this many nanoseconds after 1970 began in UTC, written in UTC.
    ///
    /// # Errors
    /// When it lies outside the years 1 to 9999.
    pub fn from_unix_nanos(nanos: i128) -> Result<Self, DateTimeError> {
        let civil = Civil::from_unix_nanos(nanos).ok_or_else(|| DateTimeError::OutOfRange {
            text: format!("{nanos} ns"),
        })?;
        Self::from_civil_utc(civil)
    }

    /// The text, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Year to nanosecond as written, whatever the offset; midnight when the text is a date alone.
    ///
    /// # Errors
    /// When the text is no date, or none that exists.
    pub fn civil(&self) -> Result<Civil, DateTimeError> {
        self.parts().map(|(civil, _)| civil)
    }

    /// The day as written, whatever the offset.
    ///
    /// # Errors
    /// When the text is no date, or none that exists.
    pub fn date(&self) -> Result<Date, DateTimeError> {
        self.civil().map(|civil| civil.date())
    }

    /// The offset from UTC as written; `None` when the text has none.
    ///
    /// # Errors
    /// When the text is no date, or none that exists.
    pub fn offset(&self) -> Result<Option<Offset>, DateTimeError> {
        self.parts().map(|(_, offset)| offset)
    }

    /// Whether this is the value that stands for "no date": 1 January of year 1 at midnight, with whatever offset.
    #[must_use]
    pub fn is_unset(&self) -> bool {
        self.civil().is_ok_and(|civil| civil == Civil::UNSET)
    }

    /// Whether this is the value that stands for "for ever": 31 December 9999, at midnight or in its last second.
    #[must_use]
    pub fn is_forever(&self) -> bool {
        self.civil().is_ok_and(|at| {
            let midnight = (at.hour, at.minute, at.second, at.nanosecond) == (0, 0, 0, 0);
            let last_second = (at.hour, at.minute, at.second) == (23, 59, 59);
            (at.year, at.month, at.day) == (9999, 12, 31) && (midnight || last_second)
        })
    }

    /// The same instant in UTC; `base` is the offset of a text that has none (that of `SO-TimeZone`, or of the tenant).
    ///
    /// # Errors
    /// When the text is no date, or the instant leaves the years 1 to 9999, as the unset value does east of UTC.
    pub fn to_utc(&self, base: Offset) -> Result<Self, DateTimeError> {
        let (civil, offset) = self.parts()?;
        let civil = civil
            .minus(offset.unwrap_or(base))
            .ok_or_else(|| self.out_of_range())?;
        Self::from_civil_utc(civil)
    }

    /// Nanoseconds from the begin of 1970 in UTC; `base` is the offset of a text that has none. A leap second counts as the second after it.
    ///
    /// # Errors
    /// When the text is no date, or none that exists.
    pub fn to_unix_nanos(&self, base: Offset) -> Result<i128, DateTimeError> {
        let (civil, offset) = self.parts()?;
        Ok(civil.unix_nanos() - i128::from(offset.unwrap_or(base).seconds()) * 1_000_000_000)
    }

    /// Which of two instants is earlier; `base` is the offset of a text that has none.
    ///
    /// # Errors
    /// When one of the texts is no date, or none that exists.
    pub fn compare(&self, other: &Self, base: Offset) -> Result<Ordering, DateTimeError> {
        Ok(self.to_unix_nanos(base)?.cmp(&other.to_unix_nanos(base)?))
    }

    fn parts(&self) -> Result<(Civil, Option<Offset>), DateTimeError> {
        parse::date_time(&self.0)
    }

    fn out_of_range(&self) -> DateTimeError {
        DateTimeError::OutOfRange {
            text: self.0.to_string(),
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for DateTime {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl AsRef<str> for DateTime {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
