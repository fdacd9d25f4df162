//! Measures the steps of a run and its peak memory. It refuses nothing; where the system does not tell the memory, none is
//! reported.

use std::fmt;
use std::time::{Duration, Instant};

/// The steps of a run, in order.
#[derive(Debug)]
pub struct Clock {
    start: Instant,
    steps: Vec<(&'static str, Duration)>,
}

impl Clock {
    /// Starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
            steps: Vec::new(),
        }
    }

    /// Runs a step and remembers how long it took.
    pub fn time<T>(&mut self, name: &'static str, step: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = step();
        self.steps.push((name, start.elapsed()));
        result
    }

    /// Time since the start, and the most memory that the process has held: `0.41 s, 96 MB`.
    #[must_use]
    pub fn total(&self) -> String {
        let seconds = self.start.elapsed().as_secs_f64();
        let memory = peak_memory_mb()
            .map(|mb| format!(", {mb} MB"))
            .unwrap_or_default();
        format!("{seconds:.2} s{memory}")
    }
}

/// One line per step.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, time) in &self.steps {
            writeln!(f, "{name:<18}{:>8.1} ms", time.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}

/// In units of 10^6 bytes.
fn peak_memory_mb() -> Option<u64> {
    peak_kibibytes().map(|kibibytes| kibibytes * 1024 / 1_000_000)
}

/// The most memory that this process has held, in KiB, where the system tells (`VmHWM`).
pub(crate) fn peak_kibibytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
