//! The marks by which samples show what they are: bytes, dates, rows of an archive. Takes texts and entries of samples, and
//! says whether they have the mark; it refuses nothing.

use crate::json::Json;

/// The beginning of the text that samples print for bytes.
pub(crate) const BYTES: &str = "GIF89";
/// The columns that every archive row has, whatever was asked for.
pub(crate) const ROW_COLUMNS: [&str; 2] = ["PrimaryKey", "EntityName"];

const DATE: &str = "0000-00-00";
const TIME: &str = "T00:00:00";

/// Whether a text stands for bytes.
pub(crate) fn is_bytes(text: &str) -> bool {
    text.starts_with(BYTES)
}

/// Whether these are the entries of an archive row: every value of one is a scalar. A carrier with the same two fields holds
/// objects, too.
pub(crate) fn is_archive_row(entries: &[(String, Json)]) -> bool {
    let scalar = |value: &Json| !matches!(value, Json::Array(_) | Json::Object(_));
    let has = |column: &&str| entries.iter().any(|(key, _)| key == column);
    ROW_COLUMNS.iter().all(has) && entries.iter().all(|(_, value)| scalar(value))
}

/// What follows a date (`2006-03-07`).
pub(crate) fn after_date(text: &str) -> Option<&str> {
    after_shape(text, DATE)
}

/// What follows the time behind a date (`T17:37:17`): a fraction and an offset, or nothing.
pub(crate) fn after_time(text: &str) -> Option<&str> {
    after_shape(text, TIME)
}

/// What follows a text of this shape, where `0` stands for any digit.
pub(crate) fn after_shape<'t>(text: &'t str, shape: &str) -> Option<&'t str> {
    let fits = |(have, want): (u8, u8)| {
        if want == b'0' {
            have.is_ascii_digit()
        } else {
            have == want
        }
    };
    (text.len() >= shape.len() && text.bytes().zip(shape.bytes()).all(fits))
        .then(|| text.get(shape.len()..))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_whole_and_at_the_beginning() {
        // A text, and what follows its date and the time behind that.
        let table = [
            ("2006-03-07", Some(""), None),
            ("2006-03-07T17:37:17", Some("T17:37:17"), Some("")),
            ("2006-03-07T17:37:17.5Z", Some("T17:37:17.5Z"), Some(".5Z")),
            ("2006-03-07T17:37", Some("T17:37"), None),
            ("2006-03-07 17:37:17", Some(" 17:37:17"), None),
            ("2006-03-0", None, None),
            ("2006-03-xx", None, None),
            ("2006/03/07", None, None),
            (" 2006-03-07", None, None),
            ("", None, None),
            ("2006-03-07é", Some("é"), None),
            ("200é-03-07", None, None),
        ];
        for (text, behind_date, behind_time) in table {
            assert_eq!(after_date(text), behind_date, "{text}");
            assert_eq!(after_date(text).and_then(after_time), behind_time, "{text}");
        }
    }

    #[test]
    fn a_row_of_an_archive_has_both_columns_and_scalars_only() {
        let table = [
            (r#"{"PrimaryKey":"1","EntityName":"cat"}"#, true),
            (r#"{"EntityName":null,"x":1.5,"PrimaryKey":true}"#, true),
            (r#"{"PrimaryKey":"1"}"#, false),
            (r#"{"EntityName":"cat"}"#, false),
            (r#"{"PrimaryKey":"1","EntityName":"cat","x":[]}"#, false),
            (r#"{"PrimaryKey":"1","EntityName":"cat","x":{}}"#, false),
            ("{}", false),
        ];
        for (text, expected) in table {
            let entries = match Json::parse(text) {
                Ok(Json::Object(entries)) => entries,
                _ => Vec::new(),
            };
            assert_eq!(is_archive_row(&entries), expected, "{text}");
        }
        assert!(is_bytes("GIF89abc") && is_bytes("GIF89"));
        assert!(!is_bytes("GIF") && !is_bytes(" GIF89") && !is_bytes(""));
    }
}
