//! Days, times of day and offsets as numbers. Takes parts; gives day counts and instants and back by the proleptic Gregorian calendar;
//! refuses parts out of their range and instants outside the years 1 to 9999.

use std::fmt;

use super::{Civil, Date, DateTimeError, Offset, Time};

const NANOS_PER_SECOND: i128 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 1 January of year 1 to 1 January 1970.
const DAYS_TO_1970: i64 = 719_162;
const DAYS_PER_400_YEARS: i64 = 146_097;
const DAYS_PER_100_YEARS: i64 = 36_524;
const DAYS_PER_4_YEARS: i64 = 1_461;

impl Civil {
    /// The value that stands for "no date".
    pub const UNSET: Self = Self {
        year: 1,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
    };

    /// A day and a time of day, to the second.
    ///
    /// # Errors
    /// When a part of it is out of its range.
    pub fn new(
        year: u16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Result<Self, DateTimeError> {
        Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond: 0,
        }
        .checked()
    }

    /// A day and a time of day, unchecked: see [`exists`](Self::exists).
    #[must_use]
    pub fn at(date: Date, time: Time) -> Self {
        let Date { year, month, day } = date;
        let Time {
            hour,
            minute,
            second,
            nanosecond,
        } = time;
        Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanosecond,
        }
    }

    /// The day.
    #[must_use]
    pub fn date(self) -> Date {
        Date {
            year: self.year,
            month: self.month,
            day: self.day,
        }
    }

    /// The time of day.
    #[must_use]
    pub fn time(self) -> Time {
        Time {
            hour: self.hour,
            minute: self.minute,
            second: self.second,
            nanosecond: self.nanosecond,
        }
    }

    /// Whether the calendar and the clock have this value.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.impossible_part().is_none()
    }

    pub(super) fn checked(self) -> Result<Self, DateTimeError> {
        match self.impossible_part() {
            Some(part) => Err(DateTimeError::Impossible {
                text: self.to_string(),
                part,
            }),
            None => Ok(self),
        }
    }

    pub(super) fn impossible_part(&self) -> Option<&'static str> {
        let checks = [
            ("year", (1..=9999).contains(&self.year)),
            ("month", (1..=12).contains(&self.month)),
            (
                "day",
                (1..=days_in_month(self.year, self.month)).contains(&self.day),
            ),
            ("hour", self.hour < 24),
            ("minute", self.minute < 60),
            ("second", self.second <= 60),
            ("nanosecond", self.nanosecond < 1_000_000_000),
        ];
        checks
            .into_iter()
            .find(|(_, possible)| !possible)
            .map(|(part, _)| part)
    }

    /// The civil time in UTC of a civil time at an offset; `None` outside the years 1 to 9999.
    pub(super) fn minus(self, offset: Offset) -> Option<Self> {
        if offset == Offset::UTC {
            return Some(self);
        }
        let moved = Self::from_unix_nanos(
            Self { second: 0, ..self }.unix_nanos()
                - i128::from(offset.seconds()) * NANOS_PER_SECOND,
        )?;
        // Offsets are whole minutes: the second, be it a leap second, stays as it is.
        Some(Self {
            second: self.second,
            ..moved
        })
    }

    /// Nanoseconds from the begin of 1970, taking this as UTC.
    pub(super) fn unix_nanos(&self) -> i128 {
        let of_day =
            i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let seconds = (self.days() - DAYS_TO_1970) * SECONDS_PER_DAY + of_day;
        i128::from(seconds) * NANOS_PER_SECOND + i128::from(self.nanosecond)
    }

    pub(super) fn from_unix_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(NANOS_PER_SECOND)).ok()?;
        let nanosecond = u32::try_from(nanos.rem_euclid(NANOS_PER_SECOND)).ok()?;
        let (year, month, day) = day_from_count(
            seconds
                .div_euclid(SECONDS_PER_DAY)
                .checked_add(DAYS_TO_1970)?,
        )?;
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let part = |value: i64| u8::try_from(value).ok();
        Some(Self {
            year,
            month,
            day,
            hour: part(of_day / 3600)?,
            minute: part(of_day / 60 % 60)?,
            second: part(of_day % 60)?,
            nanosecond,
        })
    }

    /// Days from 1 January of year 1.
    fn days(&self) -> i64 {
        let months = (1..self.month)
            .map(|month| i64::from(days_in_month(self.year, month)))
            .sum::<i64>();
        days_before_year(i64::from(self.year)) + months + i64::from(self.day) - 1
    }
}

impl Date {
    /// A day.
    ///
    /// # Errors
    /// When the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DateTimeError> {
        Civil::new(year, month, day, 0, 0, 0).map(Civil::date)
    }

    /// Whether the calendar has this day.
    #[must_use]
    pub fn exists(self) -> bool {
        Civil::at(self, Time::MIDNIGHT).exists()
    }

    /// Whether this is the day that stands for "no date": 1 January of year 1.
    #[must_use]
    pub fn is_unset(self) -> bool {
        self == Civil::UNSET.date()
    }
}

impl Time {
    /// The begin of a day.
    pub const MIDNIGHT: Self = Self {
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
    };

    /// A time of day, to the second.
    ///
    /// # Errors
    /// When the clock has no such time.
    pub fn new(hour: u8, minute: u8, second: u8) -> Result<Self, DateTimeError> {
        Civil::new(1, 1, 1, hour, minute, second).map(Civil::time)
    }

    /// Whether the clock has this time.
    #[must_use]
    pub fn exists(self) -> bool {
        Civil::at(Civil::UNSET.date(), self).exists()
    }
}

/// `2024-02-29T23:30:00`, with a fraction only where there is one and without its trailing zeros.
impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}

/// `2024-02-29`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// `23:30:00`, with a fraction only where there is one and without its trailing zeros.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        match self.nanosecond {
            0 => Ok(()),
            nanosecond => write!(f, ".{}", format!("{nanosecond:09}").trim_end_matches('0')),
        }
    }
}

impl Offset {
    /// No distance from UTC.
    pub const UTC: Self = Self(0);

    /// This many minutes east of UTC.
    ///
    /// # Errors
    /// When it is a day or more.
    pub fn from_minutes(minutes: i16) -> Result<Self, DateTimeError> {
        if minutes.unsigned_abs() < 24 * 60 {
            return Ok(Self(minutes));
        }
        Err(DateTimeError::Impossible {
            text: format!("{minutes} min"),
            part: "offset",
        })
    }

    /// Minutes east of UTC.
    #[must_use]
    pub fn minutes(self) -> i16 {
        self.0
    }

    /// Seconds east of UTC.
    #[must_use]
    pub fn seconds(self) -> i32 {
        i32::from(self.0) * 60
    }

    pub(super) fn from_parts(sign: i16, hours: u8, minutes: u8) -> Option<Self> {
        let possible = hours < 24 && minutes < 60;
        possible.then(|| Self(sign * (i16::from(hours) * 60 + i16::from(minutes))))
    }
}

/// `+02:00`.
impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

pub(crate) fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

/// The day this many days after 1 January of year 1.
fn day_from_count(days: i64) -> Option<(u16, u8, u8)> {
    if days < 0 {
        return None;
    }
    let (eras, left) = (days / DAYS_PER_400_YEARS, days % DAYS_PER_400_YEARS);
    // The last day of a 400-year or 4-year cycle is a leap day and belongs to the year before.
    let centuries = (left / DAYS_PER_100_YEARS).min(3);
    let left = left - centuries * DAYS_PER_100_YEARS;
    let (fours, left) = (left / DAYS_PER_4_YEARS, left % DAYS_PER_4_YEARS);
    let years = (left / 365).min(3);
    let year = u16::try_from(eras * 400 + centuries * 100 + fours * 4 + years + 1)
        .ok()
        .filter(|year| *year <= 9999)?;
    let (month, day) = month_and_day(year, left - years * 365)?;
    Some((year, month, day))
}

fn month_and_day(year: u16, mut left: i64) -> Option<(u8, u8)> {
    for month in 1..=12 {
        let length = i64::from(days_in_month(year, month));
        if left < length {
            return Some((month, u8::try_from(left + 1).ok()?));
        }
        left -= length;
    }
    None
}
