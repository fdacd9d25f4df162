//! Every documented message, held against the SDK.

#[test]
fn every_sample_survives() {
    let report = superoffice_checks::run(superoffice_checks::SAMPLES)
        .expect("samples.json is of the right form");
    let shown: Vec<&String> = report.failures.iter().take(50).collect();
    assert!(
        report.failures.is_empty(),
        "{report}\nthe first of {} failures:\n{shown:#?}",
        report.failures.len()
    );
    assert!(
        report.pages.all > 0 || superoffice_checks::SAMPLES.trim() == "[]",
        "nothing was checked"
    );
}
