//! How the service writes texts, numbers and times in an answer: language, culture and time zone, each a header. Nothing is
//! set unless asked for, because translated text must not be written back.

use std::fmt;

use http::HeaderName;

/// A language for the texts of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Texts as they are stored, untranslated; the only form that may be written back.
    Untranslated,
    /// An ISO 639-1 code (`sv`).
    Code(String),
}

impl Language {
    /// Whether texts come back translated.
    pub(crate) fn translates(&self) -> bool {
        matches!(self, Self::Code(_))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untranslated => f.write_str("*"),
            Self::Code(code) => f.write_str(code),
        }
    }
}

impl From<&str> for Language {
    fn from(code: &str) -> Self {
        match code {
            "*" | "x" => Self::Untranslated,
            code => Self::Code(code.to_owned()),
        }
    }
}

impl From<String> for Language {
    fn from(code: String) -> Self {
        Self::from(code.as_str())
    }
}

/// A time zone for the dates and times of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeZone {
    name: String,
    with_offsets: bool,
}

impl TimeZone {
    /// The time zone with this code or id (`NO`, `US-NY`, `261`).
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            with_offsets: false,
        }
    }

    /// Asks for offsets in the answer (`2024-05-01T12:00:00+02:00`).
    #[must_use]
    pub fn with_offsets(mut self) -> Self {
        self.with_offsets = true;
        self
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.with_offsets {
            f.write_str(", includeTZOffset")
        } else {
            Ok(())
        }
    }
}

impl From<&str> for TimeZone {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for TimeZone {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

/// Headers that set the language. They are set by [`Language`] only, because a language decides what may be written back.
pub(crate) fn is_language(name: &HeaderName) -> bool {
    ["accept-language", "so-language"].contains(&name.as_str())
}

/// Language, culture and time zone of a call or of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Locale {
    pub(crate) language: Option<Language>,
    pub(crate) culture: Option<String>,
    pub(crate) time_zone: Option<TimeZone>,
}

impl Locale {
    /// Header names and values of this locale, falling back to another.
    pub(crate) fn headers(&self, fallback: &Self) -> impl Iterator<Item = (&'static str, String)> {
        let language = self
            .language
            .as_ref()
            .or(fallback.language.as_ref())
            .map(ToString::to_string);
        let culture = self.culture.as_ref().or(fallback.culture.as_ref()).cloned();
        let time_zone = self
            .time_zone
            .as_ref()
            .or(fallback.time_zone.as_ref())
            .map(ToString::to_string);
        let named = [
            ("so-language", language),
            ("so-culture", culture),
            ("so-timezone", time_zone),
        ];
        named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
    }
}
