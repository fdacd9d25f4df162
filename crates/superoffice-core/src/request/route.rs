//! The path and the query of a call. A route with `{name}` in it is filled segment by segment; a value is percent-encoded
//! down to RFC 3986's unreserved characters, and a segment that a server or a proxy would resolve away is refused.

use std::borrow::Cow;
use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// In a query, `$`, `,`, `/`, `:`, `(`, `)` and `*` stay readable: OData uses them, and no parser gives them a meaning.
const QUERY: &AsciiSet = &SEGMENT
    .remove(b'$')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// What is wrong with a parameter of a path.
pub(super) type Refusal = (Cow<'static, str>, &'static str);

/// Fills a route.
pub(super) fn path(
    route: &'static str,
    values: &[(&'static str, String)],
) -> Result<String, Refusal> {
    let mut out = String::with_capacity(route.len() + 16);
    let mut used = 0;
    for segment in route.split('/').skip(1) {
        out.push('/');
        used += fill(segment, values, &mut out)?;
    }
    match values.get(used) {
        Some((name, _)) => Err((
            unknown_name(route, values).unwrap_or(name).into(),
            "the route has no such parameter, or it was given twice",
        )),
        None => Ok(out),
    }
}

/// Adds a query to a path.
pub(super) fn query(path: &mut String, pairs: &[(Cow<'static, str>, String)]) {
    for (index, (name, value)) in pairs.iter().enumerate() {
        path.push(if index == 0 && !path.contains('?') {
            '?'
        } else {
            '&'
        });
        path.extend(utf8_percent_encode(name, QUERY));
        path.push('=');
        path.extend(utf8_percent_encode(value, QUERY));
    }
}

/// Writes one segment and tells how many parameters it has.
fn fill(
    segment: &'static str,
    values: &[(&'static str, String)],
    out: &mut String,
) -> Result<usize, Refusal> {
    let mut rest = segment;
    let mut used = 0;
    while let Some((before, name, after)) = next_parameter(rest) {
        let value = value_of(name, values)?;
        out.push_str(before);
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", utf8_percent_encode(value, SEGMENT));
        used += 1;
        rest = after;
    }
    out.push_str(rest);
    Ok(used)
}

/// The value of a parameter, unless it could change the shape of the path. Control characters are refused too, because some
/// servers drop them even when they are encoded.
fn value_of<'v>(
    name: &'static str,
    values: &'v [(&'static str, String)],
) -> Result<&'v str, Refusal> {
    let Some((_, value)) = values.iter().find(|(given, _)| *given == name) else {
        return Err((name.into(), "the parameter is missing"));
    };
    match value.as_str() {
        "" => Err((name.into(), "a path parameter cannot be empty")),
        "." | ".." => Err((name.into(), "a path parameter cannot be `.` or `..`")),
        value if value.chars().any(char::is_control) => Err((
            name.into(),
            "a path parameter cannot hold control characters",
        )),
        value => Ok(value),
    }
}

fn unknown_name(route: &str, values: &[(&'static str, String)]) -> Option<&'static str> {
    values
        .iter()
        .map(|(name, _)| *name)
        .find(|name| !route.contains(&format!("{{{name}}}")))
}

/// The text before the first `{name}`, the name, and the text after it.
fn next_parameter(text: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}
