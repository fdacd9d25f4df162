//! Every example runs offline, and its own assertions hold. The programs are those that cargo has built beside this test;
//! `cargo test -p superoffice-examples` builds them first.

use std::error::Error;
use std::path::Path;
use std::process::Command;

#[test]
fn every_example_runs() -> Result<(), Box<dyn Error>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let here = std::env::current_exe()?;
    let programs = here
        .ancestors()
        .nth(2)
        .ok_or("this test is no file in a folder")?
        .join("examples");
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(source)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let program = programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let output = Command::new(&program).output().map_err(|error| {
            format!(
                "{}: {error}; it is built by `cargo test -p superoffice-examples`",
                program.display()
            )
        })?;
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "{name}: {}\n{out}\n{err}",
            output.status
        );
    }
    Ok(())
}
