//! Ten thousand damaged pages, the same ones in every run: none of them panics or takes long, and every one that is rejected says where.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use hostile::mutants::{PAGES, mutant};
use hostile::promises::{Fate, read};
use hostile::shared::shared;
use hostile::sweep::{LIMIT, Sweep, sweep};

/// How many there are, of the pages of this crate.
const OWN: usize = 10_000;
/// And of the real pages, where they are at hand.
const REAL: usize = 3_000;

#[test]
fn damaged_pages_are_read_or_refused() {
    let pages: Vec<(String, String)> = PAGES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    for (path, text) in &pages {
        assert_eq!(read(path, text), Fate::Read, "{path}");
    }
    let found = run(&pages, OWN);
    println!("mutants: of own pages, {found}");
    assert!(
        found.rejected > OWN / 10 && found.rejected < OWN,
        "mutants that all share one fate test little: {found}"
    );
}

#[test]
fn damaged_real_pages_are_read_or_refused() {
    let Some(folder) = shared("seeds") else {
        return;
    };
    let entries = std::fs::read_dir(folder).expect("the seeds");
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
    assert_eq!(pages.len(), 3, "the seeds");
    pages.sort();
    let found = run(&pages, REAL);
    println!("mutants: of real pages, {found}");
    assert!(
        found.rejected > REAL / 10 && found.rejected < REAL,
        "mutants that all share one fate test little: {found}"
    );
}

fn run(pages: &[(String, String)], count: usize) -> Sweep {
    let found = sweep(count, &|seed| {
        let (path, text) = &pages[seed % pages.len()];
        (path.clone(), mutant(text, seed as u64))
    });
    assert_eq!(found.inputs, count);
    assert!(found.slowest <= LIMIT, "{found}");
    found
}
