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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_form_that_they_look_like() {
        let at = |fraction, offset| Form::DateTime { fraction, offset };
        let table = [
            ("", Form::Empty),
            ("GIF89abc", Form::Bytes),
            ("2006-03-07", Form::Date),
            ("2006-03-07T17:37:17", at(false, Offset::None)),
            ("2006-03-07T17:37:17Z", at(false, Offset::Zulu)),
            ("2006-03-07T17:37:17+02:00", at(false, Offset::Hours)),
            ("2006-03-07T17:37:17-02:00", at(false, Offset::Hours)),
            ("2006-03-07T17:37:17.5", at(true, Offset::None)),
            ("2006-03-07T17:37:17.123Z", at(true, Offset::Zulu)),
            ("2006-03-07T17:37:17.123+02:00", at(true, Offset::Hours)),
            ("2006-03-07T17:37:17+02", Form::Plain),
            ("2006-03-07T17:37:17+02:00x", Form::Plain),
            ("2006-03-07T17:37:17 +02:00", Form::Plain),
            ("2006-03-07x", Form::Plain),
            ("http://x.example", Form::Url),
            ("https://x.example", Form::Url),
            ("ftp://x.example", Form::Plain),
            ("a@x.example", Form::Mail),
            ("@x.example", Form::Plain),
            ("a@example", Form::Plain),
            ("a@b@x.example", Form::Plain),
            ("a b@x.example", Form::Plain),
            ("a@x.example y", Form::Plain),
            ("a cat", Form::Plain),
        ];
        for (text, expected) in table {
            assert_eq!(Form::of(text), expected, "{text}");
            // What stands for the form has it.
            assert_eq!(Form::of(expected.neutral()), expected, "{text}");
        }
    }

    #[test]
    fn of_two_texts_the_one_that_claims_less_is_kept() {
        const DATE: &str = "2006-03-07T17:37:17";
        const LATER: &str = "2007-03-07T17:37:17Z";
        let table = [
            ("a", "b", "a"),
            ("a", DATE, "a"),
            (DATE, "a", "a"),
            (DATE, "", ""),
            ("", "GIF89", ""),
            ("GIF89", "a@x.example", "a@x.example"),
            (DATE, LATER, DATE),
            (LATER, DATE, LATER),
            ("GIF89a", "GIF89b", "GIF89a"),
            // Neither of them can be the other, so that it is some text.
            (DATE, "GIF89", "text"),
            ("GIF89", DATE, "text"),
        ];
        for (one, other, expected) in table {
            assert_eq!(
                plainer(one.to_owned(), other.to_owned()),
                expected,
                "{one} and {other}"
            );
        }
    }
}
