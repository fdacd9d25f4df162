//! Prints what fails, then the figures on two lines, those of the samples last. Ends with 1 if anything fails.

use std::process::ExitCode;

fn main() -> Result<ExitCode, serde_json::Error> {
    let report = superoffice_checks::run(superoffice_checks::SAMPLES)?;
    let kept = superoffice_checks::Kept::check();
    let failures = report.failures.iter().chain(&kept.failures);
    failures.for_each(|failure| eprintln!("{failure}"));
    println!("{kept}\n{report}");
    Ok(if report.failures.is_empty() && kept.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
