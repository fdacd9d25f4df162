//! Takes the line of a route fence and returns verb and segments. It refuses a line that is not `VERB /path`, an unknown verb,
//! and braces that do not enclose a whole segment.

use std::collections::HashSet;

use apidoc_model::api::{Segment, Verb};

/// Verbs of HTTP that the API does not use.
const UNSUPPORTED: [&str; 4] = ["HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The verb of a line, where it is one of HTTP that no operation has.
pub(super) fn unsupported_verb(line: &str) -> Option<&str> {
    let word = line.split_whitespace().next()?;
    UNSUPPORTED.contains(&word).then_some(word)
}

/// Verb and segments of a route line, or what is wrong with it.
pub(super) fn route(line: &str) -> Result<(Verb, Vec<Segment>), String> {
    let mut words = line.split_whitespace();
    let (Some(word), Some(path), None) = (words.next(), words.next(), words.next()) else {
        return Err(format!("`{line}` is not `VERB /path`"));
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
