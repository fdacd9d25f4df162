//! Takes the line of a route fence and returns verb and segments. It refuses a line that is not `VERB /path`, an unknown verb,
//! and braces that do not enclose a whole segment.

use std::collections::HashSet;

use apidoc_model::api::{Segment, Verb};

use super::shown::API;

/// Verbs of HTTP that the API does not use.
const UNSUPPORTED: [&str; 4] = ["HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The verb of a line, where it is one of HTTP that no operation has.
pub(super) fn unsupported_verb(line: &str) -> Option<&str> {
    let word = line.split_whitespace().next()?;
    UNSUPPORTED.contains(&word).then_some(word)
}

/// Verb and path of a route, without what may stand around them: a host and a tenant, a query, the version of HTTP, headers, further
/// examples of the route, a constraint of a parameter.
pub(super) fn plain(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.next().unwrap_or("");
    let Some(route) = plain_line(line) else {
        return text.to_owned();
    };
    let mut says_no_more =
        |line: &str| is_header(line) || plain_line(line).is_some_and(|again| again == route);
    if lines.all(&mut says_no_more) {
        route
    } else {
        text.to_owned()
    }
}

fn plain_line(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let (verb, target) = (words.next()?, words.next()?);
    if words.any(|word| !word.starts_with("HTTP/")) {
        return None;
    }
    let without_host = target
        .split_once("://")
        .and_then(|(_, rest)| Some(&rest[rest.find('/')?..]));
    let path = without_host.unwrap_or(target);
    let segments: Vec<String> = path.split('/').map(unbound).collect();
    let path = segments.join("/");
    let path = path
        .split('?')
        .next()
        .unwrap_or(&path)
        .trim_end_matches('/');
    // What stands before it is part of the address of a service.
    let path = path.find(API).map_or(path, |at| &path[at..]);
    // Every route of the API begins like this.
    let slash = if path.starts_with("api/") { "/" } else { "" };
    Some(format!("{verb} {slash}{path}"))
}

/// `Name: value`; anything else in a fence says that it is not what it seems, or not closed where it seems.
fn is_header(line: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    line.split_once(": ")
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name))
}

/// `{id:int}`, `{id?}` and `{*id}` as `{id}`.
fn unbound(segment: &str) -> String {
    let Some((inner, behind)) = segment
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
    else {
        return segment.to_owned();
    };
    let name = inner.split(':').next().unwrap_or(inner);
    let name = name.trim_start_matches('*').trim_end_matches('?');
    format!("{{{name}}}{behind}")
}

/// Verb and segments of a route line, or what is wrong with it.
pub(super) fn route(line: &str) -> Result<(Verb, Vec<Segment>), String> {
    let mut words = line.split_whitespace();
    let (Some(word), Some(path), None) = (words.next(), words.next(), words.next()) else {
        return Err(not_one(line));
    };
    let verb = verb(word).ok_or_else(|| format!("`{word}` is not a verb of the API"))?;
    let inner = path
        .strip_prefix('/')
        .ok_or_else(|| format!("the path `{path}` does not begin with `/`"))?;
    let segments: Vec<Segment> = inner.split('/').map(segment).collect::<Result<_, _>>()?;
    match repeated(&segments) {
        Some(name) => Err(format!("the route has the parameter `{name}` twice")),
        None => Ok((verb, segments)),
    }
}

/// What is wrong with a text that is not one route.
fn not_one(text: &str) -> String {
    let mut routes = text.lines().map(str::trim).filter_map(plain_line);
    let routes = (routes.next(), routes.find(|other| route(other).is_ok()));
    match routes {
        (Some(one), Some(other)) if route(&one).is_ok() => {
            format!("there are two routes, `{one}` and `{other}`; a page describes one operation")
        }
        _ => format!("`{text}` is not `VERB /path`"),
    }
}

/// Whether a word is a verb of the API, in any case.
pub(super) fn is_verb(word: &str) -> bool {
    verb(&word.to_ascii_uppercase()).is_some()
}

fn verb(word: &str) -> Option<Verb> {
    [Verb::Get, Verb::Post, Verb::Put, Verb::Patch, Verb::Delete]
        .into_iter()
        .find(|verb| verb.as_str() == word)
}

fn segment(text: &str) -> Result<Segment, String> {
    if let Some(name) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        && is_plain(name)
    {
        return Ok(Segment::Parameter(name.to_owned()));
    }
    if is_plain(text) {
        return Ok(Segment::Literal(text.to_owned()));
    }
    Err(format!(
        "`{text}` is neither a segment nor a `{{parameter}}`"
    ))
}

/// Characters that stand in a path as they are.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text != "."
        && text != ".."
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '~'))
}

fn repeated(segments: &[Segment]) -> Option<&str> {
    let mut seen = HashSet::new();
    segments.iter().find_map(|segment| match segment {
        Segment::Parameter(name) if !seen.insert(name.as_str()) => Some(name.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_route_is_left_out() {
        let table = [
            ("GET /api/v1/Cat", "GET /api/v1/Cat"),
            ("GET /api/v1/Cat/", "GET /api/v1/Cat"),
            ("GET /api/v1/Cat?x=1", "GET /api/v1/Cat"),
            ("GET /api/v1/Cat/{id:int} HTTP/1.1", "GET /api/v1/Cat/{id}"),
            ("GET https://host/api/v1/Cat", "GET /api/v1/Cat"),
            ("GET /api/v1/Cat\nAccept: a/b", "GET /api/v1/Cat"),
            ("GET /api/v1/{id?}/b", "GET /api/v1/{id}/b"),
            ("GET /api/v1/{id?}?x=1", "GET /api/v1/{id}"),
            ("GET /api/v1/{*id}", "GET /api/v1/{id}"),
            ("GET api/v1/Cat", "GET /api/v1/Cat"),
            ("GET /{tenant}/api/v1/Cat", "GET /api/v1/Cat"),
            (
                "GET https://{env}.x/{t}/api/v1/Cat/api/b",
                "GET /api/v1/Cat/api/b",
            ),
            ("GET {{base}}/api/v1/Cat?x=/api/b", "GET /api/v1/Cat"),
            ("GET /zoo/Cat?x=/api/b", "GET /zoo/Cat"),
            ("GET v1/Cat", "GET v1/Cat"),
            ("GET /api/v1/Cat\n\nGET /api/v1/Cat?x=1", "GET /api/v1/Cat"),
            ("GET /a\nGET /b", "GET /a\nGET /b"),
            // Whatever else there is, it is not known what it means.
            ("GET /api/v1/Cat now", "GET /api/v1/Cat now"),
            ("GET /api/v1/Cat\nand so on", "GET /api/v1/Cat\nand so on"),
            ("GET /api/v1/Cat\n: a", "GET /api/v1/Cat\n: a"),
            ("GET /api/v1/Cat\nA b: c", "GET /api/v1/Cat\nA b: c"),
            ("GET https://host", "GET https://host"),
            ("GET", "GET"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn a_route_is_a_verb_and_whole_segments() {
        let literal = |text: &str| Segment::Literal(text.to_owned());
        let parameter = |text: &str| Segment::Parameter(text.to_owned());
        assert_eq!(
            route("PATCH /api/v1/Cat/{id}/a-b_c.d~e$f"),
            Ok((
                Verb::Patch,
                vec![
                    literal("api"),
                    literal("v1"),
                    literal("Cat"),
                    parameter("id"),
                    literal("a-b_c.d~e$f")
                ]
            ))
        );
        let refused = [
            ("GET", "is not `VERB /path`"),
            ("GET /a b", "is not `VERB /path`"),
            ("FEED /a", "is not a verb of the API"),
            ("get /a", "is not a verb of the API"),
            ("GET a", "does not begin with `/`"),
            ("GET /a//b", "neither a segment"),
            ("GET /a/.", "neither a segment"),
            ("GET /a/..", "neither a segment"),
            ("GET /a/{}", "neither a segment"),
            ("GET /a/{b", "neither a segment"),
            ("GET /a/b}", "neither a segment"),
            ("GET /a/x{b}", "neither a segment"),
            ("GET /a/{b c}", "is not `VERB /path`"),
            ("GET /a/{..}", "neither a segment"),
            ("GET /a/é", "neither a segment"),
            ("GET /{a}/b/{a}", "the parameter `a` twice"),
            ("GET /a\nGET /b?x=1", "two routes, `GET /a` and `GET /b`"),
            ("GET /a\nand so on", "is not `VERB /path`"),
        ];
        for (line, words) in refused {
            let found = route(line);
            assert!(
                found.as_ref().is_err_and(|found| found.contains(words)),
                "{line}: {found:?}"
            );
        }
        for verb in ["HEAD", "OPTIONS", "TRACE", "CONNECT"] {
            assert_eq!(unsupported_verb(&format!("{verb} /a")), Some(verb));
        }
        assert_eq!(unsupported_verb("GET /a"), None);
        assert_eq!(unsupported_verb(""), None);
    }
}
