//! The list of what is fuzzed: a name, which is also the folder of its kept inputs, and the function that takes the bytes. All of
//! them panic where a promise is broken and refuse nothing.

use std::sync::OnceLock;

use apidoc_model::Code;

use crate::closed_world;
use crate::program::Program;
use crate::shape::{self, Detail};
use crate::{mutants, promises, template, values};

/// A function of bytes, and the name of its corpus.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What must not panic.
    pub run: fn(&[u8]),
}

/// All targets, the cheap ones first.
pub const TARGETS: &[Target] = &[
    Target {
        name: "date_time",
        run: date_time,
    },
    Target {
        name: "custom_field",
        run: custom_field,
    },
    Target {
        name: "address",
        run: address,
    },
    Target {
        name: "response",
        run: response,
    },
    Target {
        name: "page",
        run: page,
    },
    Target {
        name: "program",
        run: program,
    },
    Target {
        name: "injection",
        run: injection,
    },
    Target {
        name: "corrections",
        run: corrections,
    },
];

/// Texts as dates and lengths of time.
pub fn date_time(data: &[u8]) {
    values::date_time(&String::from_utf8_lossy(data));
}

/// Texts as custom fields.
pub fn custom_field(data: &[u8]) {
    values::custom_field(&String::from_utf8_lossy(data));
}

/// Texts as values of filters, paths and queries.
pub fn address(data: &[u8]) {
    values::address(&String::from_utf8_lossy(data));
}

/// Bytes as bodies of responses.
pub fn response(data: &[u8]) {
    values::response(data);
}

/// Bytes as a page.
pub fn page(data: &[u8]) {
    let (path, _) = mutants::PAGES.first().copied().unwrap_or_default();
    let _ = promises::read(path, &String::from_utf8_lossy(data));
}

/// Bytes as two pages, divided by a line of equal signs: page to API to Rust, parsed again.
///
/// # Panics
/// When something is emitted that the generator never prints, or that it refuses itself.
pub fn program(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let paths = mutants::PAGES.iter().map(|(path, _)| *path);
    let pages: Vec<(&str, &str)> = paths.zip(text.split("\n====\n")).collect();
    assert_closed(&Program::read(&pages));
}

/// The first byte chooses a slot of the template, the rest is what stands there.
///
/// # Panics
/// As [`program`]; and when text that only documents changes the code.
pub fn injection(data: &[u8]) {
    let Some((first, payload)) = data.split_first() else {
        return;
    };
    let Some((slot, _)) = template::SLOTS.get(usize::from(*first) % template::SLOTS.len()) else {
        return;
    };
    let payload = String::from_utf8_lossy(payload);
    let program = Program::read(&[template::page(&[(slot, &payload)])]);
    assert_closed(&program);
    if slot.ends_with("_doc")
        && payload
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" \"\\;{}()!#/'".contains(&byte))
    {
        assert!(!program.is_refused(), "{:?}", program.errors());
        assert_eq!(&code(&program), plain_code(), "documentation became code");
    }
}

/// Bytes as corrections of the pages of this crate: to API and to Rust, parsed again; every problem of a row has a place.
///
/// # Panics
/// As [`program`]; and when a row is refused without a place.
pub fn corrections(data: &[u8]) {
    let program = Program::corrected(mutants::PAGES, &String::from_utf8_lossy(data));
    let of_rows = program.diagnostics.iter().filter(|diagnostic| {
        matches!(
            diagnostic.code,
            Code::BadCorrection | Code::UnmatchedCorrection | Code::UnusedCorrection
        )
    });
    of_rows.for_each(|diagnostic| promises::assert_placed(&program.sources, diagnostic));
    assert_closed(&program);
}

/// The code of the page with nothing in it that could harm.
fn plain_code() -> &'static String {
    static CODE: OnceLock<String> = OnceLock::new();
    CODE.get_or_init(|| code(&Program::read(&[template::page(&[])])))
}

/// Tokens of all files of the SDK, without documentation.
fn code(program: &Program) -> String {
    let files = program
        .files
        .iter()
        .filter(|file| file.path.ends_with(".rs"));
    files
        .map(|file| shape::tokens(&file.contents, Detail::Exact).unwrap_or_default())
        .collect()
}

/// # Panics
/// When something is emitted that the generator never prints, or that it refuses itself.
pub fn assert_closed(program: &Program) {
    assert!(!program.says(Code::BadEmission), "{:?}", program.errors());
    assert!(!program.says(Code::NotConserved), "{:?}", program.errors());
    let foreign = closed_world::foreign(&program.files);
    assert!(foreign.is_empty(), "{foreign:#?}");
}
