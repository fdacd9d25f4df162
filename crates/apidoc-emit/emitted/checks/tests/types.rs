//! Every type of the SDK about which there is something to check besides its samples.

use std::fs;
use std::path::Path;

use superoffice_checks::Kept;

#[test]
fn every_type_keeps_what_it_does_not_know() {
    let kept = Kept::check();
    assert!(kept.failures.is_empty(), "{kept}\n{:#?}", kept.failures);
    println!("{kept}");
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../superoffice/src");
    let enums = fs::read_to_string(sdk.join("enums.rs")).expect("enums.rs");
    assert_eq!(
        kept.enumerations.all,
        enums.matches("\nopen_enum! {").count()
    );
    let models = texts(&sdk.join("models"));
    assert_eq!(kept.narrowed.all, models.matches("\nnarrow! {").count());
    let boxed = models.matches("Option<Box<").count();
    assert!(
        kept.recursive.all > 0 || boxed == 0,
        "{kept}, {boxed} fields are boxed"
    );
    let groups = texts(&sdk.join("agents")) + &texts(&sdk.join("rest"));
    let bodies = groups.matches("\n/// A request body.").count();
    assert!(kept.sent.all >= bodies, "{kept}, {bodies} request bodies");
}

/// All files of a folder, one behind the other.
fn texts(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("a folder of the SDK");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .map(|path| fs::read_to_string(path).expect("a file"))
        .collect()
}
