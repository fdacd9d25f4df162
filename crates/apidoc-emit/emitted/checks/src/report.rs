//! What the checks found: figures and failures.

use std::fmt;

/// How many were checked, and how many passed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: usize,
    /// Checked.
    pub all: usize,
}

impl Tally {
    pub(crate) fn count(&mut self, passed: bool) {
        self.all += 1;
        self.passed += usize::from(passed);
    }

    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.passed += other.passed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.passed, self.all)
    }
}

/// The result of a run. Displays as the line of figures.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Pages whose every check passed.
    pub pages: Tally,
    /// Responses that decode and encode to the same.
    pub responses: Tally,
    /// Request bodies that do.
    pub requests: Tally,
    /// Typed calls that become the documented request.
    pub calls: Tally,
    /// Damaged responses that decode and encode to the same.
    pub mutants: Tally,
    /// Values that contradict their documented type, as expected.
    pub contradictions: usize,
    /// One line per failure.
    pub failures: Vec<String>,
}

impl Report {
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.pages.add(other.pages);
        self.responses.add(other.responses);
        self.requests.add(other.requests);
        self.calls.add(other.calls);
        self.mutants.add(other.mutants);
        self.contradictions += other.contradictions;
        self.failures.extend(other.failures);
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pages,
            responses,
            requests,
            calls,
            mutants,
            contradictions,
            ..
        } = self;
        write!(
            f,
            "pages {pages}, responses {responses}, requests {requests}, calls {calls}, "
        )?;
        write!(f, "mutants {mutants}, contradictions {contradictions}")
    }
}
