//! Names that are no names: as titles, ids, types, folders and files of pages. Whatever is made of them is written inside the folder, under
//! names that differ in more than case on every file system; or the page is refused, with a place.

use hostile::closed_world::foreign;
use hostile::program::Program;
use hostile::template::page;

/// Names that mean something to a file system, a shell, a terminal or a compiler.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "../x", "../../../../etc/passwd", "..\\x", "/abs", "//host/share", "\\\\host\\share", "C:\\x", "C:x", "file:///x", "a/b", "a\\b",
    ".", "..", "...", "", " ", "x ", "x.", ".hidden", "~", "~root", "-rf", "--out=/", "%2e%2e%2f", "%00", "x\u{0}y", "x\ty",
    "CON", "con", "Con.rs", "NUL", "AUX", "COM1", "LPT9", "CLOCK$", "x:stream", "x::$DATA",
    "$HOME", "$(id)", "`id`", ";id", "|id", "&id", "*", "?", "<x>", "\"x\"", "'x'", "!x", "#x", "[x]", "{x}",
    "x\u{202e}sr.x", "x\u{200b}y", "\u{feff}x", "a\u{2215}b", "a\u{ff0f}b", "\u{2024}\u{2024}", "\u{1f980}", "e\u{301}", "\u{e9}",
    "Feed", "feed", "FEED", "F\u{435}ed", "stra\u{df}e", "STRASSE", "\u{130}d", "\u{131}d", "\u{212a}elvin", "Kelvin", "\u{fb00}",
    "mod", "lib", "main", "self", "super", "crate", "Self", "prelude", "models", "enums", "agents", "_", "__", "r#fn",
];

/// Slots of a page whose text can become a path.
const SLOTS: [&str; 6] = ["title", "uid", "model", "folder", "file", "segment"];

#[test]
fn every_name_alone() {
    let long = ["x".repeat(300), "\u{e9}".repeat(300), "X_".repeat(150)];
    let names: Vec<&str> = NAMES
        .iter()
        .copied()
        .chain(long.iter().map(String::as_str))
        .collect();
    assert!(names.len() >= 89, "{} names", names.len());
    let (mut written, mut refused) = (0, 0);
    for slot in SLOTS {
        for name in &names {
            let program = Program::read(&[page(&[(slot, name)])]);
            assert_eq!(
                foreign(&program.files),
                Vec::<String>::new(),
                "{slot} {name:?}"
            );
            if program.is_refused() {
                refused += 1;
            } else {
                assert!(program.files.len() > 20, "{slot} {name:?}");
                written += 1;
            }
        }
    }
    println!(
        "names: {} in {} slots, {written} written, {refused} refused, 0 outside, 0 twice",
        names.len(),
        SLOTS.len()
    );
    assert!(
        written > 450 && refused > 40,
        "{written} written, {refused} refused"
    );
}

/// All of them in one edition, where they can get in each other's way.
#[test]
fn all_names_together() {
    for slot in ["model", "folder", "file", "title"] {
        let pages: Vec<(String, String)> = NAMES
            .iter()
            .enumerate()
            .map(|(number, name)| {
                let (uid, segment) = (format!("v1ZooAgent_Feed{number}"), format!("Feed{number}"));
                let line = format!("POST /api/v1/Agents/Zoo/{{cage}}/{segment}");
                let mut filled = vec![
                    ("uid", uid.as_str()),
                    ("segment", &segment),
                    ("request_line", &line),
                    (slot, name),
                ];
                if slot != "file" {
                    filled.push(("file", &uid));
                }
                page(&filled)
            })
            .collect();
        let program = Program::read(&pages);
        assert_eq!(foreign(&program.files), Vec::<String>::new(), "{slot}");
        let operations: usize = program
            .api
            .groups
            .iter()
            .map(|group| group.operations.len())
            .sum();
        assert!(operations > 10, "{slot}: {operations} operations");
        println!(
            "names: {} pages with a hostile {slot}, {operations} operations, {} files",
            pages.len(),
            program.files.len()
        );
    }
}
