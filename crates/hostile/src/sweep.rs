//! Takes many damaged pages and reads each of them, on all cores. Returns how many there were, how many were rejected, and how long
//! the slowest took. Refuses nothing; a broken promise panics, in [`promises`](crate::promises).

use std::fmt;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::promises::{Fate, read};

/// How long reading one page may take.
pub const LIMIT: Duration = Duration::from_millis(50);

/// How often a slow page is read again: on a busy machine the clock also counts the time of others.
const ATTEMPTS: usize = 5;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Pages that were read.
    pub inputs: usize,
    /// Those that did not become an operation; each said so, with a place.
    pub rejected: usize,
    /// The longest that a page took, the best of some attempts.
    pub slowest: Duration,
}

/// Reads the pages that `input` makes of the numbers below `count`: a path and a text each.
///
/// # Panics
/// Where a promise is broken.
#[must_use]
pub fn sweep(count: usize, input: &(impl Fn(usize) -> (String, String) + Sync)) -> Sweep {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Sweep::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return found;
            }
            let (path, text) = input(number);
            found = found.and(one(&path, &text));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = running.into_iter().map(|thread| match thread.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.fold(Sweep::default(), Sweep::and)
    })
}

fn one(path: &str, text: &str) -> Sweep {
    let (fate, mut slowest) = timed(path, text);
    for _ in 1..ATTEMPTS {
        if slowest <= LIMIT {
            break;
        }
        slowest = slowest.min(timed(path, text).1);
    }
    Sweep {
        inputs: 1,
        rejected: usize::from(fate == Fate::Rejected),
        slowest,
    }
}

fn timed(path: &str, text: &str) -> (Fate, Duration) {
    let start = Instant::now();
    let fate = read(path, text);
    (fate, start.elapsed())
}

impl Sweep {
    fn and(self, other: Self) -> Self {
        Self {
            inputs: self.inputs + other.inputs,
            rejected: self.rejected + other.rejected,
            slowest: self.slowest.max(other.slowest),
        }
    }
}

impl fmt::Display for Sweep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            inputs,
            rejected,
            slowest,
        } = self;
        write!(
            f,
            "{inputs} pages, {rejected} rejected with a place, 0 panics, the slowest took {slowest:.1?}"
        )
    }
}
