//! Which operation a request is for. It takes the verb and the path below the installation (`/api/v1/…`), compares without
//! regard to case, prefers literal segments to parameters and parameters whose value has the documented type to others, and
//! returns every operation of the best template that fits, best first. It refuses unknown paths, and known paths with another verb.

use std::collections::{BTreeSet, HashMap};

use percent_encoding::percent_decode_str;

use crate::api::{Operation, Segment, Type, Types};
use crate::check::parameter;

/// Index of all routes.
#[derive(Debug, Default)]
pub(crate) struct Router {
    /// Routes without parameters, by lower-case path.
    literal: HashMap<String, Vec<usize>>,
    /// Routes with parameters, by number of segments.
    templates: HashMap<usize, Vec<usize>>,
}

/// Result of a search.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// Operations that fit, best first; never empty.
    Operations(Vec<Match>),
    /// The path exists with these verbs only.
    OtherVerbs(BTreeSet<String>),
    /// No such path.
    Nothing,
}

/// An operation and the decoded values of its path parameters, in route order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Match {
    pub(crate) operation: usize,
    pub(crate) values: Vec<String>,
}

impl Router {
    pub(crate) fn new(operations: &[Operation]) -> Self {
        let mut router = Self::default();
        for (index, operation) in operations.iter().enumerate() {
            match literal_path(&operation.route) {
                Some(path) => router.literal.entry(path).or_default().push(index),
                None => router
                    .templates
                    .entry(operation.route.len())
                    .or_default()
                    .push(index),
            }
        }
        router
    }

    /// Looks for `verb` and `path`.
    pub(crate) fn find(
        &self,
        operations: &[Operation],
        types: &Types,
        verb: &str,
        path: &str,
    ) -> Found {
        let segments = decode(path);
        let all = self.fitting(operations, &segments);
        if all.is_empty() {
            return Found::Nothing;
        }
        let (mut fitting, others): (Vec<_>, Vec<_>) = all
            .into_iter()
            .filter_map(|found| Some((operations.get(found.operation)?, found)))
            .partition(|(operation, _)| operation.verb == verb);
        if fitting.is_empty() {
            let verbs = others.iter().map(|(operation, _)| operation.verb.clone());
            return Found::OtherVerbs(verbs.collect());
        }
        fitting.sort_by_cached_key(|(operation, found)| rank(operation, types, &found.values));
        let shape = fitting.first().map(|(operation, _)| shape(operation));
        let same = fitting
            .into_iter()
            .filter(|(operation, _)| Some(self::shape(operation)) == shape);
        Found::Operations(same.map(|(_, found)| found).collect())
    }

    fn fitting(&self, operations: &[Operation], segments: &[String]) -> Vec<Match> {
        let path = segments.join("/").to_ascii_lowercase();
        let literal = self.literal.get(&path).into_iter().flatten();
        let templates = self.templates.get(&segments.len()).into_iter().flatten();
        literal
            .chain(templates)
            .filter_map(|&operation| {
                let values = capture(&operations.get(operation)?.route, segments)?;
                Some(Match { operation, values })
            })
            .collect()
    }
}

fn literal_path(route: &[Segment]) -> Option<String> {
    let literals: Option<Vec<String>> = route
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => Some(text.to_ascii_lowercase()),
            Segment::Parameter(_) => None,
        })
        .collect();
    literals.map(|literals| literals.join("/"))
}

fn decode(path: &str) -> Vec<String> {
    path.trim_matches('/')
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

/// The values of the parameters, if the route fits.
fn capture(route: &[Segment], segments: &[String]) -> Option<Vec<String>> {
    let mut values = Vec::new();
    if route.len() != segments.len() {
        return None;
    }
    for (expected, found) in route.iter().zip(segments) {
        match expected {
            Segment::Literal(text) if text.eq_ignore_ascii_case(found) => {}
            Segment::Parameter(_) if !found.is_empty() => values.push(found.clone()),
            _ => return None,
        }
    }
    Some(values)
}

/// Smaller is better: first values of the wrong type, then where the parameters stand, then how narrow their types are.
fn rank(operation: &Operation, types: &Types, values: &[String]) -> (usize, Vec<bool>, Vec<u8>) {
    let misfits = operation
        .path
        .iter()
        .zip(values)
        .filter(|(parameter, value)| parameter::problem(&parameter.ty, value, types).is_some())
        .count();
    let width = operation
        .path
        .iter()
        .map(|parameter| width(&parameter.ty))
        .collect();
    (misfits, shape(operation), width)
}

/// Where the parameters stand.
fn shape(operation: &Operation) -> Vec<bool> {
    operation
        .route
        .iter()
        .map(|segment| matches!(segment, Segment::Parameter(_)))
        .collect()
}

const fn width(ty: &Type) -> u8 {
    match ty {
        Type::Bool | Type::Int32 | Type::Int64 | Type::Double => 0,
        Type::Enum(_) | Type::Flags(_) | Type::DateTime => 1,
        _ => 2,
    }
}
