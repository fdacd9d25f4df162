//! Takes blocks of a page and returns where they show what may be its route; whether it is one is decided elsewhere. Also says
//! where a file that is no operation page shows the route of an operation.

use std::ops::Range;

use apidoc_model::{SourceFile, Span};

use super::section::{self, Section};
use super::{is_http, route};
use crate::page::{Block, BlockKind, Page, span, trimmed};

/// How every route of the API begins, or goes on behind a tenant.
pub(super) const API: &str = "/api/";
/// The shortest word in capitals that may be a verb.
const SHORTEST_VERB: usize = 3;

/// What an `http` fence holds.
pub(super) fn announced(file: &SourceFile, block: &Block) -> Option<Span> {
    match block.kind {
        BlockKind::Fence(fence) if is_http(file.at(fence.info)) => Some(fence.body),
        _ => None,
    }
}

/// What a fence without a word holds, or back ticks around all of a paragraph.
pub(super) fn unannounced(file: &SourceFile, block: &Block) -> Option<Span> {
    match block.kind {
        BlockKind::Fence(fence) if fence.info.start == fence.info.end => Some(fence.body),
        BlockKind::Paragraph => in_ticks(file, block.span),
        _ => None,
    }
}

/// What stands between back ticks that enclose all of a text.
fn in_ticks(file: &SourceFile, span: Span) -> Option<Span> {
    let text = file.at(span);
    let inner = text.strip_prefix('`')?.strip_suffix('`')?;
    (!inner.contains('`')).then(|| Span {
        start: span.start + 1,
        end: span.end - 1,
        ..span
    })
}

/// Where a file that is no operation page shows the route of an operation. Guides show requests, too: only in a file with a
/// response, as pages have one, is a route seen that is not announced, or that has more before it than a verb.
pub(crate) fn route_in(page: &Page, file: &SourceFile) -> Option<Span> {
    let sections = section::sections(page, file).0;
    let is_like_a_page = sections.find(Section::Response).is_some();
    page.blocks.iter().find_map(|block| {
        let unannounced = || unannounced(file, block).filter(|_| is_like_a_page);
        let place = first_line(file, announced(file, block).or_else(unannounced)?);
        let line = file.at(place);
        let is_route = if is_like_a_page {
            is_route(&route::plain(line), |path| path.contains(API))
        } else {
            is_route(line, |path| path.starts_with(API))
        };
        is_route.then_some(place)
    })
}

/// The names of the parameters in the addresses that a fence holds: `GET /route?name=value&other=value`.
pub(super) fn parameters(file: &SourceFile, body: Span) -> Vec<Span> {
    let mut names = Vec::new();
    let mut at = body.start as usize;
    for line in file.at(body).split_inclusive('\n') {
        if let Some((route, query)) = line.split_once('?') {
            let start = at + route.len() + 1;
            let in_line = names_in(query).into_iter();
            names.extend(in_line.map(|name| span(file.id, start + name.start..start + name.end)));
        }
        at += line.len();
    }
    names
}

/// Where the names in a query are. A value with quotes may hold everything, so that nothing is seen behind one.
fn names_in(query: &str) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut at = 0;
    for piece in query.split('&') {
        let unescaped = piece.strip_prefix("amp;").unwrap_or(piece);
        let start = at + piece.len() - unescaped.len();
        let name = unescaped.split_once('=').map_or("", |(name, _)| name);
        if is_parameter(name) {
            names.push(start..start + name.len());
        }
        if piece.contains(['\'', '"']) {
            break;
        }
        at += piece.len() + 1;
    }
    names
}

/// Whether a text can be the name of a parameter of a query: `$top`, `entity.status.type`.
fn is_parameter(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "_$.-".contains(c);
    name.starts_with(|c: char| c.is_alphabetic() || "_$".contains(c)) && name.chars().all(is_part)
}

/// The first line of a text that is not blank.
fn first_line(file: &SourceFile, body: Span) -> Span {
    let content = trimmed(&file.text, body.start as usize..body.end as usize);
    let text = file.text.get(content.clone()).unwrap_or("");
    let length = text.lines().next().map_or(0, |line| line.trim_end().len());
    span(file.id, content.start..content.start + length)
}

/// `VERB /api/…`, or what else a path may be.
fn is_route(line: &str, is_path: impl Fn(&str) -> bool) -> bool {
    let mut words = line.split_whitespace();
    let (Some(verb), Some(path)) = (words.next(), words.next()) else {
        return false;
    };
    let in_capitals = verb.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_verb = (in_capitals && verb.len() >= SHORTEST_VERB) || route::is_verb(verb);
    is_verb && is_path(path)
}
