//! `bench crate`: takes the vendored pages, generates the SDK into a workspace of its own under `target/bench` and prints what
//! cargo needs for it: check, build, build --release and doc of the crate alone, its dependencies being there already, with
//! all features, ten agents and one; again after one page changed; and the size of what comes out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::measure::{Figure, least, own, program};
use super::table::table;
use crate::{cargo, cli, workspace};

const MANIFEST: &str = "# Written by `cargo xtask bench`.\n[workspace]\nresolver = \"3\"\nmembers = [\"generated/superoffice\"]\n";
/// What is measured, with the arguments of cargo.
const JOBS: [(&str, &[&str]); 4] = [
    ("check", &["check"]),
    ("build", &["build"]),
    ("build --release", &["build", "--release"]),
    ("doc", &["doc", "--no-deps"]),
];
/// How many agents stand for a usual program.
const SOME_AGENTS: usize = 10;

/// Runs the verb.
pub(super) fn run(repeat: usize) -> Result<()> {
    let root = workspace::root()?;
    let scratch = root.join("target/bench/crate");
    fs::create_dir_all(&scratch)?;
    fs::write(scratch.join("Cargo.toml"), MANIFEST)?;
    fs::copy(root.join("Cargo.lock"), scratch.join("Cargo.lock"))?;
    cargo::checked(own(["codegen", "--out"])?.arg(scratch.join("generated")))?;
    let mut rows = Vec::new();
    for (features, arguments) in feature_sets(&scratch)? {
        for (job, words) in JOBS {
            let words: Vec<&str> = words
                .iter()
                .copied()
                .chain(arguments.iter().map(String::as_str))
                .collect();
            rows.extend(clean(
                &format!("{job}, {features}"),
                &scratch,
                &words,
                repeat,
            )?);
        }
    }
    rows.extend(incremental(&scratch, repeat)?);
    let sizes = sizes(&scratch)?;
    cli::println(format_args!("{}\n{sizes}", table(&rows, None)))
}

/// All, ten agents, and the one with the longest file.
fn feature_sets(scratch: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let manifest = fs::read_to_string(scratch.join("generated/superoffice/Cargo.toml"))?;
    let names = manifest
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let agents: Vec<&str> = names.filter(|name| name.starts_with("agent-")).collect();
    let chosen = |features: &[&str]| {
        let features = features.join(",");
        vec![
            "--no-default-features".to_owned(),
            "--features".to_owned(),
            features,
        ]
    };
    let step = (agents.len() / SOME_AGENTS).max(1);
    let some: Vec<&str> = agents
        .iter()
        .copied()
        .step_by(step)
        .take(SOME_AGENTS)
        .collect();
    let longest = agents.iter().max_by_key(|feature| length(scratch, feature));
    let longest = longest.context("there is no agent")?;
    Ok(vec![
        ("all features".to_owned(), Vec::new()),
        (format!("{SOME_AGENTS} agents"), chosen(&some)),
        ("the largest agent".to_owned(), chosen(&[longest])),
    ])
}

/// How long the file of an agent is.
fn length(scratch: &Path, feature: &str) -> u64 {
    let module = feature.trim_start_matches("agent-").replace('-', "_");
    let file = scratch.join(format!("generated/superoffice/src/agents/{module}.rs"));
    fs::metadata(file).map_or(0, |file| file.len())
}

/// A run of cargo that has nothing of the crate yet, but everything that it depends on; not incremental, as cargo compiles a dependency.
fn clean(name: &str, scratch: &Path, words: &[&str], repeat: usize) -> Result<Vec<Figure>> {
    let mut job = job(scratch, words);
    job.env("CARGO_INCREMENTAL", "0");
    program("", &job)?;
    least(repeat, || {
        for profile in ["dev", "release"] {
            let clean = [
                "clean",
                "--quiet",
                "--package",
                "superoffice",
                "--profile",
                profile,
            ];
            cargo::checked(&mut self::job(scratch, &clean))?;
        }
        program(name, &job)
    })
}

fn job(scratch: &Path, words: &[&str]) -> Command {
    let mut command = cargo::command(scratch, words);
    command.env("CARGO_TARGET_DIR", scratch.join("target"));
    command
}

/// A check after a field was added to one model, with everything else compiled already.
fn incremental(scratch: &Path, repeat: usize) -> Result<Vec<Figure>> {
    let models = scratch.join("generated/superoffice/src/models");
    let mut files: Vec<PathBuf> = fs::read_dir(&models)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let file = files.get(files.len() / 2).context("there is no model")?;
    let text = fs::read_to_string(file)?;
    let changed = text
        .replacen(
            "    pub extra: Extra,",
            "    pub bench: Option<i32>,\n    /// Kept.\n    pub extra: Extra,",
            1,
        )
        .replacen("    }\n}\n", "        999 bench \"Bench\",\n    }\n}\n", 1);
    let mut rows = Vec::new();
    for (name, words) in [
        ("check, one model changed", ["check"]),
        ("build, one model changed", ["build"]),
    ] {
        let mut job = job(scratch, &words);
        job.env("CARGO_INCREMENTAL", "1");
        rows.extend(least(repeat, || {
            fs::write(file, &text)?;
            program("", &job)?;
            fs::write(file, &changed)?;
            program(name, &job)
        })?);
    }
    fs::write(file, &text)?;
    Ok(rows)
}

fn sizes(scratch: &Path) -> Result<String> {
    let (mut lines, mut bytes) = (0, 0);
    for entry in walkdir::WalkDir::new(scratch.join("generated/superoffice/src")) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let text = fs::read_to_string(entry.path())?;
            lines += text.lines().count();
            bytes += text.len();
        }
    }
    let target = scratch.join("target");
    program("", &job(scratch, &["build"]))?;
    program("", &job(scratch, &["build", "--release"]))?;
    let rlib = |profile: &str| {
        fs::metadata(target.join(profile).join("libsuperoffice.rlib"))
            .map(|file| file.len() as f64 / 1e6)
    };
    let doc: u64 = walkdir::WalkDir::new(target.join("doc"))
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.metadata().ok())
        .map(|file| file.len())
        .sum();
    Ok(format!(
        "{lines} lines, {:.1} MB of source; rlib {:.1} MB, with --release {:.1} MB; documentation {} MB",
        bytes as f64 / 1e6,
        rlib("debug")?,
        rlib("release")?,
        doc / 1_000_000
    ))
}
