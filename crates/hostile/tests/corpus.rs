//! Inputs that a fuzzer found worth keeping, and those that once broke something: every one of them runs through its target.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use std::path::Path;

use hostile::targets::TARGETS;

/// Fewer than this, and somebody lost a folder.
const LEAST: usize = 500;

#[test]
fn kept_inputs_break_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut total = 0;
    for target in TARGETS {
        let mut count = 0;
        for entry in std::fs::read_dir(root.join(target.name)).expect("the corpus of a target") {
            let path = entry.expect("an entry").path();
            println!("{}", path.display());
            (target.run)(&std::fs::read(&path).expect("an input"));
            count += 1;
        }
        assert!(count > 0, "{} has no corpus", target.name);
        total += count;
    }
    println!("corpus: {total} inputs of {} targets", TARGETS.len());
    assert!(total >= LEAST, "only {total}");
}
