//! Ten thousand damaged pages, the same ones in every run: none of them panics, and every one that is rejected says where.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use std::path::Path;

use hostile::mutants::{PAGES, mutant};
use hostile::promises::{Fate, read};

/// How many there are, of the pages of this crate.
const OWN: u64 = 10_000;
/// And of the real pages, where they are at hand.
const REAL: u64 = 3_000;

#[test]
fn damaged_pages_are_read_or_refused() {
    let pages: Vec<(String, String)> = PAGES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    for (path, text) in &pages {
        assert_eq!(read(path, text), Fate::Read, "{path}");
    }
    let rejected = run(&pages, OWN);
    println!("mutants: {OWN} of own pages, {rejected} rejected with a place, 0 panics");
    assert!(
        rejected > OWN / 10 && rejected < OWN,
        "mutants that all share one fate test little: {rejected}"
    );
}

#[test]
fn damaged_real_pages_are_read_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: {} is not at hand", folder.display());
        return;
    };
    let mut pages: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (
                format!("agent/Seed_Agent/{name}"),
                std::fs::read_to_string(&path).expect("a page"),
            )
        })
        .collect();
    pages.sort();
    let rejected = run(&pages, REAL);
    println!("mutants: {REAL} of real pages, {rejected} rejected with a place, 0 panics");
}

fn run(pages: &[(String, String)], count: u64) -> u64 {
    let mut rejected = 0;
    for seed in 0..count {
        let (path, text) = &pages[usize::try_from(seed).expect("small") % pages.len()];
        rejected += u64::from(read(path, &mutant(text, seed)) == Fate::Rejected);
    }
    rejected
}
