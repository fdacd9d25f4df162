//! Inputs that a fuzzer found worth keeping, and those that once broke something: every one of them runs through its target.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use std::path::Path;

use hostile::targets::TARGETS;

/// How many inputs are kept for each target: what is kept once stays, and what is added is counted here.
const KEPT: [(&str, usize); 8] = [
    ("date_time", 239),
    ("custom_field", 224),
    ("address", 72),
    ("response", 95),
    ("page", 87),
    ("program", 5),
    ("injection", 11),
    ("corrections", 8),
];

#[test]
fn kept_inputs_break_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, KEPT.map(|(name, _)| name));
    for (target, (_, kept)) in TARGETS.iter().zip(KEPT) {
        let mut count = 0;
        for entry in std::fs::read_dir(root.join(target.name)).expect("the corpus of a target") {
            let path = entry.expect("an entry").path();
            println!("{}", path.display());
            (target.run)(&std::fs::read(&path).expect("an input"));
            count += 1;
        }
        assert_eq!(count, kept, "inputs of {}", target.name);
    }
    let total: usize = KEPT.iter().map(|(_, kept)| kept).sum();
    println!("corpus: {total} inputs of {} targets", TARGETS.len());
}
