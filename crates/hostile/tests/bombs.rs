//! Pages that are known to make readers slow: every one of them is read or refused. How long that takes is for the long form, of which
//! the figures stand in `crates/RELIABILITY.md`:
//!
//! ```console
//! export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=2147483648
//! cargo test --release -p hostile --test bombs -- --ignored --nocapture
//! ```

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
    assert!(MARKS.len() >= 26 && TABLES.len() >= 11);
}

/// At a megabyte, four times the size must not take much more than four times as long, and the largest pages less than a second.
///
/// One arena that gives nothing back, as the command above asks for it, is warm from the first turn on. Otherwise fresh memory from the
/// system is what is measured: the larger page asks for it and the smaller one does not, and it costs more than the reading.
#[test]
#[ignore = "measures time; run it alone, in release"]
fn bombs_take_linear_time() {
    println!(
        "| bomb | bytes | ms | 4 × bytes | ms | t(4n)/t(n) | largest | ms |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    );
    let mut slow = Vec::new();
    for bomb in MARKS.iter().chain(TABLES) {
        let [quarter, whole, largest] =
            [250_000, 1_000_000, 3_600_000].map(|bytes| sized(bomb, bytes));
        let (short, long) = side_by_side(&quarter, &whole);
        let longest = (0..5).map(|_| time(&largest)).min().unwrap_or_default();
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "| {} | {} | {:.1} | {} | {:.1} | {ratio:.1} | {} | {:.0} |",
            bomb.name,
            quarter.len(),
            ms(short),
            whole.len(),
            ms(long),
            largest.len(),
            ms(longest)
        );
        if longest >= Duration::from_secs(1)
            || ratio >= 5.0 * whole.len() as f64 / (4.0 * quarter.len() as f64)
        {
            slow.push(bomb.name);
        }
    }
    assert!(slow.is_empty(), "not linear, or above a second: {slow:?}");
}

/// The largest page that has at most so many bytes.
fn sized(bomb: &Bomb, bytes: usize) -> String {
    let fits = |repetitions| page(bomb, repetitions).len() <= bytes;
    let mut repetitions = 1;
    while fits(2 * repetitions) {
        repetitions *= 2;
    }
    let mut step = repetitions / 2;
    while step > 0 {
        repetitions += step * usize::from(fits(repetitions + step));
        step /= 2;
    }
    page(bomb, repetitions)
}

/// What two pages take, measured in turns, the shorter one four times in each, because the clock of a machine is not steady: both
/// times are of the turn that is in the middle by their ratio.
fn side_by_side(short: &str, long: &str) -> (Duration, Duration) {
    let mut turns = [(); 9].map(|()| {
        let four: Duration = (0..4).map(|_| time(short)).sum();
        (four / 4, time(long))
    });
    let ratio = |(short, long): &(Duration, Duration)| long.as_secs_f64() / short.as_secs_f64();
    turns.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    turns[turns.len() / 2]
}

fn time(text: &str) -> Duration {
    let start = Instant::now();
    let _ = read(PATH, text);
    start.elapsed()
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
