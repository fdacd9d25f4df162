//! What the tenant has seen: requests as they came, and those of them that are not as the reference says. It keeps the last
//! ten thousand and refuses nothing.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::check::Problem;
use crate::exchange::Incoming;

/// How many requests are kept.
const KEPT: usize = 10_000;

/// A request that the tenant has received, and what it made of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Method of the request line.
    pub method: Method,
    /// Path of the request line, as sent.
    pub path: String,
    /// Query of the request line without the question mark, as sent.
    pub query: Option<String>,
    /// Headers, credentials included.
    pub headers: HeaderMap,
    /// Body, as sent.
    pub body: Bytes,
    /// Id of the operation of the reference (`v1ContactEntity_GetContactEntity`), where the route led to one.
    pub operation: Option<String>,
    /// Status that was answered.
    pub status: StatusCode,
    /// What was wrong; empty where the request was as the reference says.
    pub problems: Vec<Problem>,
}

impl RecordedRequest {
    pub(crate) fn of(request: &Incoming) -> Self {
        Self {
            method: request.method.clone(),
            path: request.uri.path().to_owned(),
            query: request.uri.query().map(str::to_owned),
            headers: request.headers.clone(),
            body: request.body.clone(),
            operation: None,
            status: StatusCode::OK,
            problems: Vec::new(),
        }
    }
}

/// A request that was not as the reference says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Method and path of the request.
    pub request: String,
    /// Id of the operation, where the route led to one.
    pub operation: Option<String>,
    /// What was wrong, one entry for each place.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.request)?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

/// The requests so far.
#[derive(Debug, Default)]
pub(crate) struct Records(VecDeque<RecordedRequest>);

impl Records {
    pub(crate) fn add(&mut self, record: RecordedRequest) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(record);
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.0.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.0
            .iter()
            .filter(|record| !record.problems.is_empty())
            .map(|record| Violation {
                request: format!("{} {}", record.method, record.path),
                operation: record.operation.clone(),
                problems: record.problems.clone(),
            })
            .collect()
    }
}
