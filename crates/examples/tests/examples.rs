//! Every example runs offline, and its own assertions hold. The programs are those that cargo has built beside this test;
//! `cargo test -p superoffice-examples` builds them first, and one that is older than its sources is refused.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

type Failure = Box<dyn Error>;

const BUILT_BY: &str = "it is built by `cargo test -p superoffice-examples`";

#[test]
fn every_example_runs() -> Result<(), Failure> {
    let here = env::current_exe()?;
    let folder = here.ancestors().nth(2);
    let programs = folder
        .ok_or("this test is no file in a folder")?
        .join("examples");
    for name in names()? {
        let program = programs.join(format!("{name}{}", env::consts::EXE_SUFFIX));
        let shown = program.display();
        if let Some(source) = newer_source(&program)? {
            return Err(format!("{shown} is older than {source}; {BUILT_BY}").into());
        }
        let output = Command::new(&program).output();
        let output = output.map_err(|error| format!("{shown}: {error}; {BUILT_BY}"))?;
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "{name}: {}\n{out}\n{err}",
            output.status
        );
        // An example shows something, and nothing as a programmer's dump.
        assert!(!out.is_empty() && !out.contains("Some("), "{name}:\n{out}");
    }
    Ok(())
}

/// The table of examples in the library's documentation is all of them.
#[test]
fn the_table_has_every_example() -> Result<(), Failure> {
    let table = include_str!("../src/lib.rs");
    let listed: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `")?.split_once('`'))
        .map(|(name, _)| name)
        .collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, names()?);
    Ok(())
}

fn names() -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

/// A source that was changed after the program was built, by the list of sources that cargo writes beside it.
fn newer_source(program: &Path) -> Result<Option<String>, Failure> {
    let changed = |path: &Path| -> Result<SystemTime, Failure> {
        let read = fs::metadata(path).and_then(|found| found.modified());
        read.map_err(|error| format!("{}: {error}; {BUILT_BY}", path.display()).into())
    };
    let built = changed(program)?;
    let list = fs::read_to_string(program.with_extension("d"))?;
    let (_, sources) = list
        .split_once(": ")
        .ok_or("a list of sources without a colon")?;
    // Blanks in names are written with a backslash.
    let sources = sources.trim().replace("\\ ", "\0");
    for source in sources.split(' ') {
        let source = source.replace('\0', " ");
        if changed(Path::new(&source))? > built {
            return Ok(Some(source));
        }
    }
    Ok(None)
}
