//! Pages that end at every one of their bytes, as after a broken download: none of them panics or takes long, and every one that is
//! rejected says where.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use hostile::mutants::PAGES;
use hostile::shared::shared;
use hostile::sweep::{LIMIT, Sweep, sweep};

#[test]
fn own_pages_cut_at_every_byte() {
    let pages: Vec<(String, Vec<u8>)> = PAGES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let found = cut_everywhere(&pages);
    println!("truncation: of own pages, {found}");
}

#[test]
fn real_pages_cut_at_every_byte() {
    let Some(folder) = shared("seeds") else {
        return;
    };
    let entries = std::fs::read_dir(folder).expect("the seeds");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let pages: Vec<(String, Vec<u8>)> = paths
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let bytes = std::fs::read(&path).expect("a page");
            (format!("agent/Seed_Agent/{name}"), bytes)
        })
        .collect();
    assert_eq!(pages.len(), 3, "the seeds");
    let found = cut_everywhere(&pages);
    assert!(found.inputs > 20_000, "{found}");
    println!("truncation: of the seeds, {found}");
}

/// All beginnings of all pages, from nothing to everything.
fn cut_everywhere(pages: &[(String, Vec<u8>)]) -> Sweep {
    let cuts: Vec<(usize, usize)> = pages
        .iter()
        .enumerate()
        .flat_map(|(page, (_, bytes))| (0..=bytes.len()).map(move |end| (page, end)))
        .collect();
    let found = sweep(cuts.len(), &|number| {
        let (page, end) = cuts[number];
        let (path, bytes) = &pages[page];
        // The inside of a character is not UTF-8; the loader says so and reads no further than this does.
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        (path.clone(), text)
    });
    assert_eq!(found.inputs, cuts.len());
    assert!(
        found.rejected > cuts.len() / 10 && found.rejected < cuts.len() * 9 / 10,
        "cuts that all share one fate test little: {found}"
    );
    assert!(found.slowest <= LIMIT, "{found}");
    found
}
