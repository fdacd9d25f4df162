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
