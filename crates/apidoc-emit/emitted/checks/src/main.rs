//! Prints what fails, then the figures on one line. Ends with 1 if anything fails.

use std::process::ExitCode;

fn main() -> Result<ExitCode, serde_json::Error> {
    let report = superoffice_checks::run(superoffice_checks::SAMPLES)?;
    for failure in &report.failures {
        eprintln!("{failure}");
    }
    println!("{report}");
    Ok(if report.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
