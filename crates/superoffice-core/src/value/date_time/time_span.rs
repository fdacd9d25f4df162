//! Lengths of time as the API writes them: fields documented as text whose content is `[-][d.]hh:mm[:ss[.fffffff]]`. Takes any text and
//! keeps it; gives a duration when asked; refuses, when asked, a text of another form.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::parse;

const NANOS_PER_DAY: i128 = 86_400_000_000_000;

/// A length of time as text.
///
/// ```
/// use superoffice_core::date_time::TimeSpan;
///
/// let span = TimeSpan::new("1.02:30:00");
/// assert_eq!(span.to_duration()?.as_secs(), 26 * 3600 + 1800);
/// assert_eq!(TimeSpan::from(std::time::Duration::from_secs(90)).as_str(), "00:01:30");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeSpan(Box<str>);

/// Why a text is not a length of time, or not one that Rust's `Duration` holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeSpanError {
    /// The text has another form.
    #[error("`{text}` is not a length of time (expected the form 1.02:30:00)")]
    Malformed {
        /// The text.
        text: String,
    },
    /// The length is negative.
    #[error("`{text}` is negative; `to_nanos` gives it with its sign")]
    Negative {
        /// The text.
        text: String,
    },
}

impl TimeSpan {
    /// Any text, as it is.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The length.
    ///
    /// # Errors
    /// When the text has another form, or the length is negative.
    pub fn to_duration(&self) -> Result<Duration, TimeSpanError> {
        let nanos = self.to_nanos()?;
        let parts = (
            u64::try_from(nanos / 1_000_000_000),
            u32::try_from(nanos % 1_000_000_000),
        );
        match parts {
            (Ok(seconds), Ok(nanos)) => Ok(Duration::new(seconds, nanos)),
            _ => Err(TimeSpanError::Negative {
                text: self.0.to_string(),
            }),
        }
    }

    /// The length in nanoseconds, with its sign.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn to_nanos(&self) -> Result<i128, TimeSpanError> {
        nanos(&self.0).ok_or_else(|| TimeSpanError::Malformed {
            text: self.0.to_string(),
        })
    }
}

fn nanos(text: &str) -> Option<i128> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (days, time) = match rest.split_once('.') {
        Some((days, time)) if time.contains(':') => (days, time),
        _ => ("0", rest),
    };
    let only_digits = !days.is_empty() && days.bytes().all(|byte| byte.is_ascii_digit());
    let days = only_digits.then(|| days.parse::<u32>().ok())??;
    let time = parse::time(time).filter(|time| time.second < 60)?;
    let seconds =
        (i128::from(time.hour) * 60 + i128::from(time.minute)) * 60 + i128::from(time.second);
    Some(
        sign * (i128::from(days) * NANOS_PER_DAY
            + seconds * 1_000_000_000
            + i128::from(time.nanosecond)),
    )
}

impl From<Duration> for TimeSpan {
    fn from(length: Duration) -> Self {
        let seconds = length.as_secs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        let days = if days == 0 {
            String::new()
        } else {
            format!("{days}.")
        };
        let fraction = match length.subsec_nanos() {
            0 => String::new(),
            // The server counts in units of 100 ns.
            nanos => format!(".{:07}", nanos / 100),
        };
        Self::new(format!(
            "{days}{hours:02}:{minutes:02}:{:02}{fraction}",
            seconds % 60
        ))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
