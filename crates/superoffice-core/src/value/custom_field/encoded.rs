//! One custom field's text and its type. Takes any text; gives the typed value where the text is a bracketed encoding such as `[I:42]`,
//! and the text itself where it is anything else, a bracket with an impossible content included; never refuses. Printing a value and
//! reading it again gives the same value.

use std::borrow::Cow;
use std::fmt;

use crate::value::date_time::{Civil, Date, Time, parse};

/// The value that the text of a custom field stands for.
///
/// | written | is | read also |
/// |---|---|---|
/// | `[I:42]` | [`Integer`](Self::Integer) | |
/// | `[F:6.5]` | [`Float`](Self::Float) | exponents |
/// | `[M:19.90]` | [`Money`](Self::Money) | exponents |
/// | `[D:12/31/2024]` | [`Date`](Self::Date), month first | a time of day behind it, which is dropped; `[D:31.12.2024]`, day first |
/// | `[DT:12/31/2024 23:59:00.0000000]` | [`DateTime`](Self::DateTime), month first, without an offset | no time of day, no fraction |
/// | `[T:15:37:00]` | [`Time`](Self::Time) | no seconds, a fraction |
/// | `[TS:3600]` | [`Seconds`](Self::Seconds), a length of time | |
/// | `[B:aGVsbG8=]` | [`Bytes`](Self::Bytes) | |
/// | anything else | [`Text`](Self::Text) | |
///
/// Plain text that looks like one of these cannot be told from it, here or on the server.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EncodedValue<'a> {
    /// A whole number; also the number of a list item, and 0 or 1 for a check box.
    Integer(i64),
    /// A floating point number.
    Float(f64),
    /// An amount, as decimal text so that no digit is lost.
    Money(Cow<'a, str>),
    /// A calendar day.
    Date(Date),
    /// A calendar day and a time of day.
    DateTime(Civil),
    /// A time of day.
    Time(Time),
    /// A length of time, in seconds.
    Seconds(i64),
    /// Bytes as base64 text.
    Bytes(Cow<'a, str>),
    /// Plain text.
    Text(Cow<'a, str>),
}

impl<'a> EncodedValue<'a> {
    /// What a text stands for.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        Self::bracketed(text).unwrap_or(Self::Text(Cow::Borrowed(text)))
    }

    /// The kind of value, for messages: `integer`, `float`, `money`, `date`, `date and time`, `time`, `length of time`, `bytes` or
    /// `text`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Money(_) => "money",
            Self::Date(_) => "date",
            Self::DateTime(_) => "date and time",
            Self::Time(_) => "time",
            Self::Seconds(_) => "length of time",
            Self::Bytes(_) => "bytes",
            Self::Text(_) => "text",
        }
    }

    fn bracketed(text: &'a str) -> Option<Self> {
        let (tag, content) = text.strip_prefix('[')?.strip_suffix(']')?.split_once(':')?;
        match tag {
            "I" => content.parse().ok().map(Self::Integer),
            "F" => float(content).map(Self::Float),
            "M" => float(content).map(|_| Self::Money(Cow::Borrowed(content))),
            "D" => date_time(content)
                .map(Civil::date)
                .or_else(|| day_first(content))
                .map(Self::Date),
            "DT" => date_time(content).map(Self::DateTime),
            "T" => parse::time(content).map(Self::Time),
            "TS" => content.parse().ok().map(Self::Seconds),
            "B" => is_base64(content).then_some(Self::Bytes(Cow::Borrowed(content))),
            _ => None,
        }
    }
}

/// The text as the API writes it.
impl fmt::Display for EncodedValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "[I:{number}]"),
            Self::Float(number) => write!(f, "[F:{number}]"),
            Self::Money(decimal) => write!(f, "[M:{decimal}]"),
            Self::Date(Date { year, month, day }) => write!(f, "[D:{month:02}/{day:02}/{year:04}]"),
            Self::DateTime(at) => {
                let (Date { year, month, day }, time) = (at.date(), at.time());
                write!(f, "[DT:{month:02}/{day:02}/{year:04} {time}]")
            }
            Self::Time(time) => write!(f, "[T:{time}]"),
            Self::Seconds(seconds) => write!(f, "[TS:{seconds}]"),
            Self::Bytes(base64) => write!(f, "[B:{base64}]"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A decimal number: what Rust reads, without its words for infinity and not-a-number.
pub(super) fn float(text: &str) -> Option<f64> {
    let number = text.parse::<f64>().ok()?;
    let digits_only = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    (digits_only && number.is_finite()).then_some(number)
}

/// `MM/dd/yyyy`, with or without a time of day behind it.
fn date_time(content: &str) -> Option<Civil> {
    let (day, time) = content.split_once(' ').unwrap_or((content, "00:00"));
    let ([month, day], year) = parts(day, '/')?;
    let date = Date::new(year, month, day).ok()?;
    Some(Civil::at(date, parse::time(time)?))
}

/// `dd.MM.yyyy`, which the reference of encodings shows for a day alone.
fn day_first(content: &str) -> Option<Date> {
    let ([day, month], year) = parts(content, '.')?;
    Date::new(year, month, day).ok()
}

/// Two numbers of one or two digits, and a year.
fn parts(text: &str, separator: char) -> Option<([u8; 2], u16)> {
    let mut parts = text.split(separator);
    let mut number = |most: usize| {
        let part = parts.next()?;
        let digits =
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u16>().ok())?
    };
    let (first, second, year) = (number(2)?, number(2)?, number(4)?);
    let pair = [u8::try_from(first).ok()?, u8::try_from(second).ok()?];
    parts.next().is_none().then_some((pair, year))
}

fn is_base64(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}
