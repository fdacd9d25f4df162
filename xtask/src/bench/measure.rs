//! Figures of steps and processes. Takes something to run, returns its CPU time (user and system, all threads and children),
//! its wall time and its peak memory. Processes are measured through a process in between, because a system tells the peak
//! of all children together. Refuses systems that are no Unix.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::cli;
use crate::clock::peak_kibibytes;

/// What something costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// What was run.
    pub(super) name: String,
    pub(super) cpu: Duration,
    pub(super) wall: Duration,
    /// The most memory held since the process began, in KiB.
    pub(super) peak: u64,
}

impl Figure {
    /// The least of both.
    fn least(&mut self, other: &Self) {
        self.cpu = self.cpu.min(other.cpu);
        self.wall = self.wall.min(other.wall);
        self.peak = self.peak.min(other.peak);
    }

    /// One line, as a process prints it for the one that measures.
    pub(super) fn line(&self) -> String {
        let Self {
            name,
            cpu,
            wall,
            peak,
        } = self;
        format!(
            "{name}\t{}\t{}\t{peak}\n",
            cpu.as_micros(),
            wall.as_micros()
        )
    }

    fn read(line: &str) -> Option<Self> {
        let mut parts = line.split('\t');
        let name = parts.next()?.to_owned();
        let mut number = || parts.next()?.parse().ok();
        let (cpu, wall) = (number()?, number()?);
        Some(Self {
            name,
            cpu: Duration::from_micros(cpu),
            wall: Duration::from_micros(wall),
            peak: number()?,
        })
    }
}

/// Runs a step of this process.
pub(super) fn step<T>(name: &str, step: impl FnOnce() -> T) -> Result<(T, Figure)> {
    let ((before, _), start) = (usage(Whose::Own)?, Instant::now());
    let result = step();
    let (wall, (after, peak)) = (start.elapsed(), usage(Whose::Own)?);
    // A process inherits the peak of the one that started it, except here.
    let peak = peak_kibibytes().unwrap_or(peak);
    let cpu = after.saturating_sub(before);
    Ok((
        result,
        Figure {
            name: name.to_owned(),
            cpu,
            wall,
            peak,
        },
    ))
}

/// `bench measure`: runs a program and prints its figures.
pub(super) fn run(command: &[OsString]) -> Result<()> {
    let (program, arguments) = command.split_first().context("nothing to run")?;
    let start = Instant::now();
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run `{}`", program.display()))?;
    let wall = start.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`{}` failed: {said}",
        program.display()
    );
    let (cpu, peak) = usage(Whose::Children)?;
    let name = "process".to_owned();
    let figure = Figure {
        name,
        cpu,
        wall,
        peak,
    };
    cli::print(&figure.line())
}

/// The figures of a program with everything it starts; its output is thrown away.
pub(super) fn program(name: &str, command: &Command) -> Result<Vec<Figure>> {
    let mut measured = own(["bench", "measure", "--"])?;
    measured.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        measured.current_dir(folder);
    }
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => measured.env(key, value),
            None => measured.env_remove(key),
        };
    }
    let mut figures = figures(&mut measured)?;
    for figure in &mut figures {
        name.clone_into(&mut figure.name);
    }
    Ok(figures)
}

/// The figures that a run of this program prints.
pub(super) fn figures(command: &mut Command) -> Result<Vec<Figure>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "a measured program failed");
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(Figure::read).collect())
}

/// The least figures of `repeat` runs that do the same.
pub(super) fn least(
    repeat: usize,
    mut run: impl FnMut() -> Result<Vec<Figure>>,
) -> Result<Vec<Figure>> {
    let mut least = run()?;
    for _ in 1..repeat {
        for (one, other) in least.iter_mut().zip(run()?) {
            one.least(&other);
        }
    }
    Ok(least)
}

/// This program with other arguments.
pub(super) fn own<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments);
    Ok(command)
}

#[derive(Clone, Copy)]
enum Whose {
    Own,
    Children,
}

/// CPU time and peak memory in KiB.
#[cfg(unix)]
fn usage(whose: Whose) -> Result<(Duration, u64)> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(match whose {
        Whose::Own => UsageWho::RUSAGE_SELF,
        Whose::Children => UsageWho::RUSAGE_CHILDREN,
    })?;
    let micros = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec()).unwrap_or(0) * 1_000_000
            + u64::try_from(time.tv_usec()).unwrap_or(0)
    };
    let cpu = Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()));
    let unit = if cfg!(target_os = "macos") { 1024 } else { 1 };
    Ok((cpu, u64::try_from(usage.max_rss())? / unit))
}

#[cfg(not(unix))]
fn usage(_: Whose) -> Result<(Duration, u64)> {
    anyhow::bail!("this system does not tell what a process costs; run it on Linux or macOS")
}
