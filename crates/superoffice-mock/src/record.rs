//! What the tenant has seen: requests as they came with what was answered, and those of them that are not as the reference
//! says. It keeps the last ten thousand, or fewer where they are large, and refuses nothing.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::check::Problem;
use crate::exchange::Incoming;

/// How many requests are kept.
const KEPT: usize = 10_000;

/// Bytes of bodies that are kept; the last request is kept whatever its size.
const KEPT_BYTES: usize = 256 << 20;

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
    /// Body that was answered, whole even where a fault cut it.
    pub answer: Bytes,
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
            answer: Bytes::new(),
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
pub(crate) struct Records {
    kept: VecDeque<RecordedRequest>,
    bytes: usize,
}

impl Records {
    pub(crate) fn add(&mut self, record: RecordedRequest) {
        self.bytes = self.bytes.saturating_add(size(&record));
        self.kept.push_back(record);
        while self.kept.len() > KEPT || (self.bytes > KEPT_BYTES && self.kept.len() > 1) {
            let oldest = self.kept.pop_front().map_or(0, |oldest| size(&oldest));
            self.bytes = self.bytes.saturating_sub(oldest);
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.kept.iter().cloned().collect()
    }

    pub(crate) fn last(&self) -> Option<RecordedRequest> {
        self.kept.back().cloned()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.kept
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

fn size(record: &RecordedRequest) -> usize {
    record.body.len().saturating_add(record.answer.len())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::{KEPT, KEPT_BYTES, RecordedRequest, Records};
    use crate::exchange::Incoming;

    fn record(path: usize, body: &Bytes) -> RecordedRequest {
        let (parts, ()) = Request::get(format!("/{path}"))
            .body(())
            .unwrap_or_default()
            .into_parts();
        RecordedRequest::of(&Incoming::new(parts, body.clone(), String::new()))
    }

    #[test]
    fn the_oldest_are_forgotten_when_there_are_too_many_or_they_are_too_large() {
        let mut records = Records::default();
        for path in 0..=KEPT {
            records.add(record(path, &Bytes::new()));
        }
        let paths: Vec<String> = records.all().into_iter().map(|kept| kept.path).collect();
        assert_eq!(
            (paths.len(), paths.first().map(String::as_str)),
            (KEPT, Some("/1"))
        );

        let half = Bytes::from(vec![0; KEPT_BYTES / 2]);
        (0..3).for_each(|path| records.add(record(path, &half)));
        assert_eq!(records.all().len(), 2);
        records.clear();
        records.add(record(7, &Bytes::from(vec![0; KEPT_BYTES + 1])));
        assert_eq!(records.last().map(|kept| kept.path).as_deref(), Some("/7"));
    }
}
