//! The grammar of date-times. Takes a text; gives its calendar day, time of day and offset; refuses whatever is not wholly of that form,
//! and days or times that do not exist, naming the part. Checked by a table of texts in the tests of `date_time`.

use super::{Civil, Date, DateTimeError, Offset, Time};

/// Reads a whole text.
pub(super) fn date_time(text: &str) -> Result<(Civil, Option<Offset>), DateTimeError> {
    let mut cursor = Cursor(text.as_bytes());
    let raw = cursor.date_time().filter(|_| cursor.0.is_empty());
    let (civil, offset) = raw.ok_or_else(|| DateTimeError::Malformed {
        text: text.to_owned(),
    })?;
    let impossible = |part| DateTimeError::Impossible {
        text: text.to_owned(),
        part,
    };
    if let Some(part) = civil.impossible_part() {
        return Err(impossible(part));
    }
    let offset = offset.map(|(sign, hours, minutes)| {
        Offset::from_parts(sign, hours, minutes).ok_or_else(|| impossible("offset"))
    });
    Ok((civil, offset.transpose()?))
}

/// Reads a whole `hh:mm[:ss[.fffffff]]` that the clock has.
pub(crate) fn time(text: &str) -> Option<Time> {
    let mut cursor = Cursor(text.as_bytes());
    cursor
        .time()
        .filter(|time| cursor.0.is_empty() && time.exists())
}

/// What is still to be read.
struct Cursor<'a>(&'a [u8]);

/// Sign, hours and minutes, unchecked.
type RawOffset = (i16, u8, u8);

impl Cursor<'_> {
    fn date_time(&mut self) -> Option<(Civil, Option<RawOffset>)> {
        let date = self.date()?;
        if self.0.is_empty() {
            return Some((Civil::at(date, Time::MIDNIGHT), None));
        }
        self.one_of(b"Tt ")?;
        let time = self.time()?;
        let offset = if self.0.is_empty() {
            None
        } else {
            Some(self.offset()?)
        };
        Some((Civil::at(date, time), offset))
    }

    fn date(&mut self) -> Option<Date> {
        let year = u16::from(self.two()?) * 100 + u16::from(self.two()?);
        self.one_of(b"-")?;
        let month = self.two()?;
        self.one_of(b"-")?;
        Some(Date {
            year,
            month,
            day: self.two()?,
        })
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.two()?;
        self.one_of(b":")?;
        let minute = self.two()?;
        let mut time = Time {
            hour,
            minute,
            ..Time::MIDNIGHT
        };
        if self.one_of(b":").is_some() {
            time.second = self.two()?;
            time.nanosecond = if self.one_of(b".").is_some() {
                self.fraction()?
            } else {
                0
            };
        }
        Some(time)
    }

    /// One to nine digits.
    fn fraction(&mut self) -> Option<u32> {
        let mut value = self.digit()?;
        for _ in 1..9 {
            value = value * 10 + self.digit().unwrap_or(0);
        }
        Some(value)
    }

    fn offset(&mut self) -> Option<RawOffset> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some((1, 0, 0)),
        };
        let hours = self.two()?;
        let minutes = match self.one_of(b":") {
            None if self.0.is_empty() => 0,
            _ => self.two()?,
        };
        Some((sign, hours, minutes))
    }

    fn two(&mut self) -> Option<u8> {
        let tens = self.digit()?;
        let units = self.digit()?;
        u8::try_from(tens * 10 + units).ok()
    }

    fn digit(&mut self) -> Option<u32> {
        self.one_of(b"0123456789")
            .map(|byte| u32::from(byte - b'0'))
    }

    fn one_of(&mut self, expected: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        expected.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }
}
