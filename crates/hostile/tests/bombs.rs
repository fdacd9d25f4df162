//! Pages that are known to make readers slow: every one of them is read or refused. How long that takes is for the long form,
//! `cargo test --release -p hostile --test bombs -- --ignored --nocapture`, which prints the figures of `crates/BENCHMARKS.md`.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use std::time::{Duration, Instant};

use apidoc_model::{Code, SourceMap};
use apidoc_parse::page::PAGE_CAP;
use hostile::bombs::{Bomb, MARKS, TABLES, page};
use hostile::promises::{Fate, read};

const PATH: &str = "agent/Zoo_Agent/v1ZooAgent_Feed.md";

#[test]
fn every_bomb_is_read_or_refused() {
    let bombs: Vec<&Bomb> = MARKS.iter().chain(TABLES).collect();
    for bomb in &bombs {
        let _ = read(PATH, &page(bomb, 2_000));
    }
    println!(
        "bombs: {} kinds at 2,000 repetitions, 0 panics",
        bombs.len()
    );
    assert!(MARKS.len() >= 25 && TABLES.len() >= 7);
}

/// Four times the size must not take much more than four times as long, and the largest pages less than a second.
///
/// The sizes that are compared are those for which the allocator keeps its memory. Between them and the largest one it begins to
/// ask the system for fresh memory with every page, which costs up to four times as much per byte, once, whatever the reader does.
#[test]
#[ignore = "measures time; run it alone, in release"]
fn bombs_take_linear_time() {
    println!(
        "| bomb | bytes | ms | 4 × bytes | ms | t(4n)/t(n) | largest | ms |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    );
    let mut slow = Vec::new();
    for bomb in MARKS.iter().chain(TABLES) {
        let (bytes, short) = best_of(bomb, 50_000);
        let (more_bytes, long) = best_of(bomb, 200_000);
        let (most_bytes, longest) = best_of(bomb, 3_600_000);
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "| {} | {bytes} | {:.1} | {more_bytes} | {:.1} | {ratio:.1} | {most_bytes} | {:.0} |",
            bomb.name,
            ms(short),
            ms(long),
            ms(longest)
        );
        if longest >= Duration::from_secs(1)
            || ratio >= 5.0 * more_bytes as f64 / (4.0 * bytes as f64)
        {
            slow.push(bomb.name);
        }
    }
    assert!(slow.is_empty(), "not linear, or above a second: {slow:?}");
}

/// The least time of five, for a page of about so many bytes.
fn best_of(bomb: &Bomb, bytes: usize) -> (usize, Duration) {
    let unit = (bomb.make)(64).len() / 64;
    let text = page(bomb, (bytes / unit.max(1)).max(64));
    let times = (0..5).map(|_| {
        let start = Instant::now();
        let _ = read(PATH, &text);
        start.elapsed()
    });
    (text.len(), times.min().unwrap_or_default())
}

#[test]
fn nothing_and_too_much_are_refused() {
    let start = &page(&TABLES[0], 1);
    let filled = |size: usize| format!("{start}{}", "x".repeat(size.saturating_sub(start.len())));
    for (text, expected) in [
        (String::new(), Code::MissingId),
        ("\u{feff}".to_owned(), Code::MissingId),
        ("\n\n\n".to_owned(), Code::MissingId),
        ("---\n".to_owned(), Code::MissingId),
        ("---\n---\n".to_owned(), Code::MissingId),
        ("---\nuid:\n---\n".to_owned(), Code::MissingId),
        (
            "---\nuid: v1ZooAgent_Feed\n---\n".to_owned(),
            Code::MissingRoute,
        ),
        (filled(PAGE_CAP + 1), Code::TooLarge),
        (filled(20 * PAGE_CAP), Code::TooLarge),
    ] {
        let found = codes(&text);
        assert!(found.contains(&expected), "{:?}: {found:?}", text.get(..40));
        assert_eq!(refused(&text), Fate::Rejected);
    }
    assert!(!codes(&filled(PAGE_CAP)).contains(&Code::TooLarge));
}

fn refused(text: &str) -> Fate {
    if codes(text).contains(&Code::RejectedPage) {
        Fate::Rejected
    } else {
        Fate::Read
    }
}

fn codes(text: &str) -> Vec<Code> {
    let mut sources = SourceMap::new();
    let id = sources.add(0, PATH, PATH, text);
    let (page, mut diagnostics) = apidoc_parse::page(sources.file(id).expect("just added"));
    diagnostics.extend(apidoc_parse::operation(&page, &sources).1);
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect()
}

/// Lists of definitions with attributes of headings make the markdown library slice backwards when both are switched on; so do
/// many short texts of the same letters. Neither is switched on here, and all texts of up to 21 marks are read.
#[test]
fn definition_lists_and_heading_attributes_are_off() {
    let marks = [
        ":", "{", "}", "#", "\n", "\t", " ", "a", ".", "=", "-", "\r",
    ];
    let mut rng = fastrand::Rng::with_seed(1110);
    for _ in 0..20_000 {
        let text: String = (0..21)
            .map(|_| *rng.choice(&marks).expect("marks"))
            .collect();
        let _ = read(PATH, &text);
        let _ = read(
            PATH,
            &format!("---\nuid: v1ZooAgent_Feed\n---\n# a\n{text}"),
        );
    }
    println!("short texts of marks: 40,000, 0 panics");
}
