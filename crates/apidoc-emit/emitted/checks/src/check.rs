//! The checks themselves. Takes the messages and the table of operations; returns the report. Works on all cores; the order of the
//! failures is that of the messages.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::thread;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::args::{Args, BYTES, Problem};
use crate::message::{Message, OperationSample};
use crate::mutant::Damage;
use crate::report::Report;
use crate::table::{Built, Operation, Table};
use crate::{mutant, pointer};

/// Checks every message.
pub(crate) fn run(samples: &[OperationSample], table: &Table) -> Report {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let size = samples.len().div_ceil(threads * 8).max(1);
    let chunks: Vec<&[OperationSample]> = samples.chunks(size).collect();
    let mut report = Report {
        failures: unpaired(samples, table),
        ..Report::default()
    };
    for batch in chunks.chunks(threads) {
        let reports = thread::scope(|scope| {
            let running: Vec<_> = batch
                .iter()
                .map(|chunk| scope.spawn(|| check_all(chunk, table)))
                .collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| crashed()))
                .collect::<Vec<_>>()
        });
        report = reports.into_iter().fold(report, Report::merge);
    }
    report
}

fn crashed() -> Report {
    Report {
        failures: vec!["a check has panicked".to_owned()],
        ..Report::default()
    }
}

/// Operations without a page, and pages without an operation.
fn unpaired(samples: &[OperationSample], table: &Table) -> Vec<String> {
    let pages: BTreeSet<&str> = samples.iter().map(|sample| sample.id.as_str()).collect();
    let operations: BTreeSet<&str> = table.operations.keys().copied().collect();
    let lonely = pages.symmetric_difference(&operations);
    lonely
        .map(|id| format!("{id}: there is an operation or a page, but not both"))
        .collect()
}

fn check_all(samples: &[OperationSample], table: &Table) -> Report {
    samples
        .iter()
        .map(|sample| check(sample, table))
        .fold(Report::default(), Report::merge)
}

fn check(sample: &OperationSample, table: &Table) -> Report {
    let mut report = Report::default();
    if let Some(operation) = table.operations.get(sample.id.as_str()) {
        let mut checker = Checker {
            operation,
            table,
            report,
        };
        if let Some(response) = &sample.response {
            checker.response(response);
        }
        if let Some(request) = &sample.request {
            checker.request(request);
        }
        report = checker.report;
    }
    report.pages.count(report.failures.is_empty());
    report
}

struct Checker<'a> {
    operation: &'a Operation,
    table: &'a Table,
    report: Report,
}

impl Checker<'_> {
    fn response(&mut self, message: &Message) {
        let result = match (&message.json, &message.raw) {
            (Some(json), _) => self.json_response(message, json),
            (None, Some(_)) if self.operation.is_json => {
                Err(Problem::new("the sample is not JSON"))
            }
            (None, Some(_)) => Ok(()),
            (None, None) => return,
        };
        let passed = result.is_ok();
        self.report.responses.count(passed);
        self.fail(message, "response", result);
    }

    fn json_response(&mut self, message: &Message, json: &Value) -> Result<(), Problem> {
        let round_trip = |document: &Value| round_trip(self.operation, document);
        let repaired = pointer::without(json, &message.contradictions);
        round_trip(&repaired).map_err(|problem| located(problem, &repaired, &round_trip))?;
        self.report.contradictions += confirmed(json, &message.contradictions, &|document| {
            round_trip(document).is_err()
        })?;
        if self.operation.is_json {
            self.mutants(message, &repaired);
        }
        Ok(())
    }

    fn mutants(&mut self, message: &Message, document: &Value) {
        for group in mutant::groups(document, &message.dictionaries) {
            if round_trip(self.operation, &mutant::damaged(document, &group)).is_ok() {
                group.iter().for_each(|_| self.report.mutants.count(true));
            } else {
                group
                    .iter()
                    .for_each(|damage| self.mutant(message, document, damage));
            }
        }
    }

    fn mutant(&mut self, message: &Message, document: &Value, damage: &Damage) {
        let result = round_trip(
            self.operation,
            &mutant::damaged(document, std::slice::from_ref(damage)),
        );
        self.report.mutants.count(result.is_ok());
        if let Err(problem) = result {
            let place = format!(
                "{}:{}: response with {} {}",
                message.file, message.line, damage.pointer, damage.what
            );
            self.report
                .failures
                .push(format!("{place}: {}", problem.message));
        }
    }

    fn request(&mut self, message: &Message) {
        let documented = message
            .json
            .as_ref()
            .map(|json| pointer::without(json, &message.contradictions));
        let built = (self.operation.build)(&self.table.client, Args::new(documented.clone()));
        if let Some(json) = &message.json {
            let result = self.request_body(message, json, documented.as_ref(), &built);
            self.report.requests.count(result.is_ok());
            self.fail(message, "request body", result);
        }
        let result = built.and_then(|built| called(&built, message, documented.as_ref()));
        self.report.calls.count(result.is_ok());
        self.fail(message, "call", result);
    }

    /// The documented body goes through the request type without loss, and what contradicts that type truly does.
    fn request_body(
        &mut self,
        message: &Message,
        json: &Value,
        documented: Option<&Value>,
        built: &Result<Built, Problem>,
    ) -> Result<(), Problem> {
        let sent = |document: &Value| {
            let built =
                (self.operation.build)(&self.table.client, Args::new(Some(document.clone())))?;
            same_body(&built, Some(document))
        };
        let documented = documented.unwrap_or(json);
        let result = built
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|built| same_body(built, Some(documented)));
        result.map_err(|problem| located(problem, documented, &sent))?;
        self.report.contradictions += confirmed(json, &message.contradictions, &|document| {
            sent(document).is_err()
        })?;
        Ok(())
    }

    fn fail(&mut self, message: &Message, what: &str, result: Result<(), Problem>) {
        if let Err(Problem {
            pointer,
            message: text,
        }) = result
        {
            let place = if pointer.is_empty() {
                "the whole"
            } else {
                &pointer
            };
            self.report.failures.push(format!(
                "{}:{}: {what}: {place}: {text}",
                message.file, message.line
            ));
        }
    }
}

/// Decodes and encodes, and compares.
fn round_trip(operation: &Operation, document: &Value) -> Result<(), Problem> {
    let text = (operation.round_trip)(&document.to_string())
        .map_err(|error| Problem::new(error.to_string()))?;
    let encoded: Value =
        serde_json::from_str(&text).map_err(|error| Problem::new(error.to_string()))?;
    match pointer::difference(document, &encoded) {
        Some(pointer) => Err(Problem {
            pointer,
            message: "comes back as something else".to_owned(),
        }),
        None => Ok(()),
    }
}

/// Finds the value that is to blame: the innermost one without which the document passes.
fn located(
    problem: Problem,
    document: &Value,
    passes: &dyn Fn(&Value) -> Result<(), Problem>,
) -> Problem {
    if !problem.pointer.is_empty() {
        return problem;
    }
    let mut candidates = pointer::all(document);
    candidates.sort_by_key(|pointer| std::cmp::Reverse(pointer.len()));
    let blamed = candidates
        .into_iter()
        .find(|pointer| passes(&pointer::without(document, [pointer])).is_ok());
    Problem {
        pointer: blamed.unwrap_or_default(),
        ..problem
    }
}

/// How many contradictions there are: each must fail when it alone is put back.
fn confirmed(
    json: &Value,
    contradictions: &[String],
    fails: &dyn Fn(&Value) -> bool,
) -> Result<usize, Problem> {
    for contradiction in contradictions {
        let place = pointer::nearest_member(json, contradiction);
        let others = contradictions
            .iter()
            .filter(|other| pointer::nearest_member(json, other) != place);
        if !fails(&pointer::without(json, others)) {
            let message = "is listed as a contradiction but passes".to_owned();
            return Err(Problem {
                pointer: contradiction.clone(),
                message,
            });
        }
    }
    Ok(contradictions.len())
}

/// Compares method, path, query and body with the documented request.
fn called(built: &Built, message: &Message, documented: Option<&Value>) -> Result<(), Problem> {
    let (method, path) = message
        .start_line
        .split_once(' ')
        .unwrap_or((&message.start_line, ""));
    let path = path.split([' ', '?']).next().unwrap_or_default();
    let expected = (method, filled(path, &built.sent.path));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let route = built.path.split('/').map(decoded).collect::<Vec<_>>();
    let route = route
        .get(route.len().saturating_sub(expected.1.len())..)
        .unwrap_or_default();
    if (built.method.as_str(), route) != (expected.0, &expected.1[..]) {
        return Err(Problem::new(format!(
            "{} {} instead of {}",
            built.method, built.path, message.start_line
        )));
    }
    let pairs = built
        .query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs: Vec<_> = pairs
        .map(|(name, value)| (decoded(name), decoded(&value.replace('+', " "))))
        .collect();
    if pairs != built.sent.query {
        return Err(Problem::new(format!(
            "query {:?} instead of {:?}",
            pairs, built.sent.query
        )));
    }
    match documented {
        Some(json) => same_body(built, Some(json)),
        None if built.sent.bytes => same_body(built, None),
        None => Ok(()),
    }
}

/// The segments of a documented path, with the values of the call for its `{parameters}`.
fn filled(path: &str, values: &[String]) -> Vec<String> {
    let mut values = values.iter();
    let segment = |segment: &str| match segment.starts_with('{') {
        true => values.next().cloned().unwrap_or_default(),
        false => segment.to_owned(),
    };
    path.trim_start_matches('/')
        .split('/')
        .map(segment)
        .collect()
}

fn same_body(built: &Built, documented: Option<&Value>) -> Result<(), Problem> {
    if built.sent.bytes {
        return if built.body == BYTES {
            Ok(())
        } else {
            Err(Problem::new("other bytes are sent"))
        };
    }
    let Some(expected) = built.sent.body.as_ref().or(documented) else {
        return Ok(());
    };
    let sent: Value =
        serde_json::from_slice(&built.body).map_err(|error| Problem::new(error.to_string()))?;
    match pointer::difference(expected, &sent) {
        Some(pointer) => Err(Problem {
            pointer,
            message: "is sent as something else".to_owned(),
        }),
        None => Ok(()),
    }
}
