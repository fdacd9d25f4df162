//! Takes a page and a seed and returns a damaged copy of the page: lines dropped, doubled, swapped or moved, cells added or
//! removed, bytes flipped, pieces of other pages between. The same seed gives the same copy. Refuses nothing.

use fastrand::Rng;

/// The pages that this crate keeps for the purpose, with their paths.
pub const PAGES: &[(&str, &str)] = &[
    (
        "agent/Zoo_Agent/v1ZooAgent_Feed.md",
        include_str!("../pages/agent.md"),
    ),
    (
        "rest/Animal/v1AnimalEntity_GetMeals.md",
        include_str!("../pages/rest.md"),
    ),
    (
        "rest/Animal/v1AnimalEntity_PutImage.md",
        include_str!("../pages/bytes.md"),
    ),
];

/// Most damages that one copy takes.
const MOST: usize = 6;

/// Pieces that mean something to a reader of pages.
const PIECES: &[&str] = &[
    "|",
    "\\|",
    "```",
    "~~~",
    "```http",
    "```http!",
    "```http_",
    "---",
    "#",
    "##",
    "\t",
    "    ",
    "> ",
    "- ",
    "1. ",
    "<!--",
    "-->",
    "<see cref=\"",
    "&amp;lt;",
    "&#0;",
    "&#x202e;",
    "[!include[a](../../../etc/passwd)]",
    "\u{0}",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "[a]: b",
    "{",
    "}",
    "\"",
    "Enum: ",
    "Enum: A, A",
    "**Required**",
    "Array",
    "Integer",
    "## Response:",
    "| Property Name | Type | Description |",
    "|---|---|---|",
    "| a | Array | |",
    "Carrier object for ",
    "NsApiSlow threshold: 9999999999 ms.",
];

/// A damaged copy.
#[must_use]
pub fn mutant(page: &str, seed: u64) -> String {
    let mut rng = Rng::with_seed(seed);
    let mut text = page.to_owned();
    for _ in 0..rng.usize(1..=MOST) {
        text = match rng.u8(0..8) {
            0..=4 => lines(&text, &mut rng),
            5 => cells(&text, &mut rng),
            6 => inserted(&text, &mut rng),
            _ => bytes(&text, &mut rng),
        };
    }
    text
}

fn lines(text: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let (at, other) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
    let line = lines.get(at).copied().unwrap_or_default();
    match rng.u8(0..5) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, line),
        2 => lines.swap(at, other),
        3 => lines.insert(other, line),
        _ => lines.truncate(at + 1),
    }
    lines.join("\n")
}

fn cells(text: &str, rng: &mut Rng) -> String {
    let bars: Vec<usize> = text.match_indices('|').map(|(at, _)| at).collect();
    let Some(at) = bars.get(rng.usize(..bars.len().max(1))) else {
        return text.to_owned();
    };
    let (before, after) = text.split_at(*at);
    match rng.u8(0..3) {
        0 => format!("{before}{}", after.trim_start_matches('|')),
        1 => format!("{before}| x {after}"),
        _ => format!("{before}\\{after}"),
    }
}

fn inserted(text: &str, rng: &mut Rng) -> String {
    let mut at = rng.usize(..=text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let piece = rng.choice(PIECES).copied().unwrap_or_default();
    format!("{before}{piece}{after}")
}

fn bytes(text: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..rng.usize(1..=8) {
        let at = rng.usize(..bytes.len().max(1));
        if let Some(byte) = bytes.get_mut(at) {
            *byte = rng.u8(..);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
