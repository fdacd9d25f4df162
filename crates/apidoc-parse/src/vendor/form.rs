//! Takes a sample's texts and says which form they have, because the form is all that a vendored sample keeps of them: dates,
//! bytes, addresses, plain text. It refuses nothing; text without a form is plain.

use crate::marks;

/// Forms of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Empty,
    Bytes,
    /// With its fraction of a second and its offset.
    DateTime {
        fraction: bool,
        offset: Offset,
    },
    Date,
    Mail,
    Url,
    Plain,
}

/// How a date says its distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offset {
    None,
    Zulu,
    Hours,
}

impl Form {
    pub(super) fn of(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else if marks::is_bytes(text) {
            Self::Bytes
        } else if let Some(form) = date(text) {
            form
        } else if text.starts_with("http://") || text.starts_with("https://") {
            Self::Url
        } else if is_mail(text) {
            Self::Mail
        } else {
            Self::Plain
        }
    }

    /// The value that stands for all texts of this form.
    pub(super) fn neutral(self) -> &'static str {
        match self {
            Self::Empty => "",
            // Begins like the samples of bytes do, and is base64.
            Self::Bytes => "GIF89w==",
            Self::DateTime {
                fraction: true,
                offset: Offset::Hours,
            } => "2024-01-02T03:04:05.1234567+01:00",
            Self::DateTime {
                fraction: true,
                offset: Offset::Zulu,
            } => "2024-01-02T03:04:05.1234567Z",
            Self::DateTime {
                fraction: true,
                offset: Offset::None,
            } => "2024-01-02T03:04:05.1234567",
            Self::DateTime {
                fraction: false,
                offset: Offset::Hours,
            } => "2024-01-02T03:04:05+01:00",
            Self::DateTime {
                fraction: false,
                offset: Offset::Zulu,
            } => "2024-01-02T03:04:05Z",
            Self::DateTime {
                fraction: false,
                offset: Offset::None,
            } => "2024-01-02T03:04:05",
            Self::Date => "2024-01-02",
            Self::Mail => "name@example.com",
            Self::Url => "https://example.com/",
            Self::Plain => "text",
        }
    }

    /// Whether a type may be read from the form.
    fn is_typed(self) -> bool {
        matches!(self, Self::Bytes | Self::DateTime { .. })
    }
}

/// Of two texts for one field, the one that claims less: only if all look like dates, the field may be one.
pub(super) fn plainer(one: String, other: String) -> String {
    match (Form::of(&one), Form::of(&other)) {
        (mine, theirs) if mine == theirs || !mine.is_typed() => one,
        (Form::DateTime { .. }, Form::DateTime { .. }) => one,
        (_, theirs) if !theirs.is_typed() => other,
        _ => Form::Plain.neutral().to_owned(),
    }
}

/// `2006-03-07`, and behind it perhaps `T17:37:17`, a fraction and an offset.
fn date(text: &str) -> Option<Form> {
    let rest = marks::after_date(text)?;
    if rest.is_empty() {
        return Some(Form::Date);
    }
    let rest = marks::after_time(rest)?;
    let after = rest
        .strip_prefix('.')
        .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let offset = match after.unwrap_or(rest) {
        "" => Offset::None,
        "Z" => Offset::Zulu,
        offset => marks::after_shape(offset.strip_prefix(['+', '-'])?, "00:00")
            .filter(|rest| rest.is_empty())
            .map(|_| Offset::Hours)?,
    };
    Some(Form::DateTime {
        fraction: after.is_some(),
        offset,
    })
}

fn is_mail(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    !name.is_empty()
        && host.contains('.')
        && !host.contains('@')
        && !text.contains(char::is_whitespace)
}
