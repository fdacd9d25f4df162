//! Rows of corrections: what each is read as, and what is refused with which words.

use apidoc_model::{Code, SourceMap, Spanned};
use apidoc_parse::Corrections;
use apidoc_parse::corrections::Element;

/// What the file says, and what is refused in it, with the line.
fn read(text: &str) -> (Corrections, Vec<(u32, String)>) {
    let mut sources = SourceMap::new();
    let id = sources.add(0, "corrections.md", "corrections.md", text);
    let Some(file) = sources.file(id) else {
        return (Corrections::default(), vec![(0, "no file".to_owned())]);
    };
    let (found, refused) = Corrections::parse(file);
    let refused = refused.into_iter().map(|diagnostic| {
        assert_eq!(diagnostic.code, Code::BadCorrection);
        let line = diagnostic.span.map_or(0, |span| sources.line_col(span).0);
        (line, diagnostic.message)
    });
    (found, refused.collect())
}

const ROWS: &str = "| Element | Read as | Because |\n|---|:---|---|\n";
const CONSTANTS: &str =
    "| Enumeration | Kind | Values | Elements | Because |\n|---|---|---|---|---|\n";

#[test]
fn every_kind_of_row_is_read() {
    // Element, reading, and both as they were understood.
    let table = [
        ("Cat.Id", "int64", "`Cat.Id` Type(Int64)"),
        ("`Cat.Id`", "`any`", "`Cat.Id` Type(Any)"),
        ("Cat.Id", "bool", "`Cat.Id` Type(Bool)"),
        ("Cat.Id", "int32", "`Cat.Id` Type(Int32)"),
        ("Cat.Id", "double", "`Cat.Id` Type(Double)"),
        ("Cat.Id", "string", "`Cat.Id` Type(String)"),
        ("Cat.Id", "date-time", "`Cat.Id` Type(DateTime)"),
        ("Cat.Id", "base64", "`Cat.Id` Type(Base64)"),
        (
            "rest/Cat/Cat.Id",
            "array<map<int32>>",
            "`rest/Cat/Cat.Id` Type(Array(Map(Int32)))",
        ),
        (
            "v1CatAgent_Feed request",
            "Meal",
            "`v1CatAgent_Feed request` Type(Model(ModelId { group: None, name: \"Meal\" }))",
        ),
        (
            "v1CatAgent_Feed response",
            "array<Meal2>",
            "`v1CatAgent_Feed response` Type(Array(Model(ModelId { group: None, name: \"Meal2\" })))",
        ),
        (
            "Cat.Home",
            "map<rest/Big_Cat/Cage>",
            "`Cat.Home` Type(Map(Model(ModelId { group: Some(GroupId { world: Rest, name: \"Big_Cat\" }), name: \"Cage\" })))",
        ),
        (
            "v1CatAgent_Feed safety",
            "safe",
            "`v1CatAgent_Feed safety` Safety(Safe)",
        ),
        (
            "v1CatAgent_Feed safety",
            "idempotent",
            "`v1CatAgent_Feed safety` Safety(Idempotent)",
        ),
        (
            "v1CatAgent_Feed safety",
            "unsafe",
            "`v1CatAgent_Feed safety` Safety(Unsafe)",
        ),
        (
            "Cat.Meals type",
            "Meal",
            "the type of `Cat.Meals` Name(\"Meal\")",
        ),
        (
            "Cat.Home type",
            "Big_Cage",
            "the type of `Cat.Home` Name(\"Big_Cage\")",
        ),
        (
            "v1CatAgent_Feed response type",
            "Meal",
            "the type of `v1CatAgent_Feed response` Name(\"Meal\")",
        ),
    ];
    for (element, reading, expected) in table {
        let text = format!("{ROWS}| {element} | {reading} | So it is. |\n");
        let (found, refused) = read(&text);
        assert_eq!(refused, [], "{element}");
        let place = |element: &Spanned<Element>| {
            let span = element.span;
            text.get(span.start as usize..span.end as usize)
                .unwrap_or_default()
                .to_owned()
        };
        let understood: Vec<String> = found
            .rows
            .iter()
            .map(|row| {
                assert_eq!(row.because, "So it is.");
                let line = format!("| {element} | {reading} | So it is. |");
                assert_eq!(place(&row.element), line);
                format!("{} {:?}", row.element.value, row.reading)
            })
            .collect();
        assert_eq!(understood, [expected]);
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    let table = [
        ("Cat.Id | int64", "a row here has 3 cells, this one has 2"),
        (
            "Cat.Id | int64 | a | b",
            "a row here has 3 cells, this one has 4",
        ),
        ("Cat.Id | int64 | ", "a correction says why"),
        ("Cat | int64 | a", "`Cat` is no element"),
        (
            "v1CatAgent_Feed body | int64 | a",
            "`v1CatAgent_Feed body` is no element",
        ),
        (
            "Cat.Id | furlong | a",
            "`furlong` is nothing that this element can be read as",
        ),
        ("Cat.Id | array<furlong> | a", "`array<furlong>` is nothing"),
        ("Cat.Id | array<int32 | a", "`array<int32` is nothing"),
        ("Cat.Id | Cat-2 | a", "`Cat-2` is nothing"),
        ("Cat.Id | cat | a", "`cat` is nothing"),
        ("Cat.Id type | cat | a", "`cat` is nothing"),
        ("Cat.Id type | int64 | a", "`int64` is nothing"),
        ("Cat.Id type | Big cat | a", "`Big cat` is nothing"),
        ("v1CatAgent_Feed safety | int64 | a", "`int64` is nothing"),
        ("v1CatAgent_Feed response | safe | a", "`safe` is nothing"),
        (
            "Cat.Mood | array<enum Mood> | a",
            "the constants of a text stand in a table of enumerations",
        ),
        (
            "Cat.Meals type type | Meal | a",
            "`Cat.Meals type type` is no element",
        ),
        (
            "v1CatAgent_Feed safety type | Meal | a",
            "`v1CatAgent_Feed safety type` is no element",
        ),
        (" | | ", "a correction says why"),
    ];
    for (row, words) in table {
        let good = "| Cat.Id | int64 | a |\n";
        let (found, refused) = read(&format!("# Title\n\n{ROWS}{good}| {row} |\n{good}"));
        assert_eq!(found.rows.len(), 2, "{row}");
        assert!(
            matches!(refused.as_slice(), [(6, message)] if message.starts_with(words)),
            "{row}: {refused:?}"
        );
    }
}

#[test]
fn enumerations_list_values_and_elements() {
    let row = |kind: &str| {
        format!(
            "| Mood | {kind} | `Happy, Sad` | `Cat.Mood, v1CatAgent_Feed response` | Keepers know. |\n"
        )
    };
    for (kind, flags, ty) in [
        ("one", false, "Enum(\"Mood\")"),
        ("flags", true, "Flags(\"Mood\")"),
    ] {
        let (found, refused) = read(&format!("{CONSTANTS}{}", row(kind)));
        assert_eq!(refused, []);
        let [constants] = found.constants.as_slice() else {
            unreachable!("{kind}: {found:?}")
        };
        assert_eq!(constants.name.value, "Mood");
        assert_eq!(
            (constants.flags, format!("{:?}", constants.ty())),
            (flags, ty.to_owned())
        );
        assert_eq!(constants.values, ["Happy", "Sad"]);
        let elements: Vec<String> = constants.elements.iter().map(ToString::to_string).collect();
        assert_eq!(elements, ["`Cat.Mood`", "`v1CatAgent_Feed response`"]);
    }
    for (row, words) in [
        (
            "mood | one | A | Cat.Mood | a",
            "`mood` is no name of an enumeration",
        ),
        ("My Mood | one | A | Cat.Mood | a", "`My Mood` is no name"),
        (
            "Mood | some | A | Cat.Mood | a",
            "`some` is neither `one` nor `flags`",
        ),
        ("Mood | one | A | Cat.Mood, Dog | a", "`Dog` is no element"),
        (
            "Mood | one | A | Cat.Mood type | a",
            "`Cat.Mood type` is no element",
        ),
        (
            "Mood | one | A | v1CatAgent_Feed safety | a",
            "`v1CatAgent_Feed safety` is no element",
        ),
        ("Mood | one | A, , B | Cat.Mood | a", "a value is empty"),
        ("Mood | one | | Cat.Mood | a", "a value is empty"),
        ("Mood | one | A | Cat.Mood | ", "a correction says why"),
        ("Mood | one | A | Cat.Mood", "a row here has 5 cells"),
    ] {
        let (found, refused) = read(&format!("{CONSTANTS}| {row} |\n"));
        assert!(found.constants.is_empty(), "{row}");
        assert!(
            matches!(refused.as_slice(), [(3, message)] if message.starts_with(words)),
            "{row}: {refused:?}"
        );
    }
}

/// A table ends with the first line that does not begin with a bar. A row in no table that is known is refused, whatever the
/// reason: a head with other words, a line between, no head at all. Tables that are something else are quoted.
#[test]
fn only_the_rows_of_known_tables_count() {
    let row = "| Cat.Id | int64 | a |\n";
    let head = |columns: &str| format!("| {columns} |\n|---|---|---|\n{row}");
    // The text, how many rows are read, and which lines are refused.
    let table: [(String, usize, &[u32]); 15] = [
        (format!("{ROWS}{row}{row}"), 2, &[]),
        (format!("{ROWS}{row}text\n\n{ROWS}{row}"), 2, &[]),
        (format!("{ROWS}{row}\n{CONSTANTS}"), 1, &[]),
        (format!("{ROWS}{row}{CONSTANTS}{row}"), 1, &[6]),
        (String::new(), 0, &[]),
        (format!("{ROWS}{row}text\n{row}"), 1, &[5]),
        (format!("{ROWS}\n{row}{row}"), 0, &[4, 5]),
        (row.to_owned(), 0, &[1]),
        (head("A | B | C"), 0, &[1, 3]),
        (head("Element | Read As | Because"), 0, &[1, 3]),
        (head("Element | Because | Read as"), 0, &[1, 3]),
        (format!("{ROWS}Cat.Id | int64 | a\n{row}"), 0, &[3, 4]),
        (format!("{ROWS}| | | |\n"), 0, &[3]),
        (
            format!("> | Kind | Meaning |\n> |---|---|\n> {row}"),
            0,
            &[],
        ),
        ("GET | POST\n\nor | both\n".to_owned(), 0, &[]),
    ];
    for (text, rows, expected) in table {
        let (found, refused) = read(&text);
        let lines: Vec<u32> = refused.iter().map(|(line, _)| *line).collect();
        assert_eq!(
            (found.rows.len(), lines.as_slice()),
            (rows, expected),
            "{text}"
        );
    }
    let (_, refused) = read(&head("Element | Read As | Because"));
    let message = "this row is in no table with the head `| Element | Read as | Because |` or \
                   `| Enumeration | Kind | Values | Elements | Because |`";
    assert!(
        refused.iter().all(|(_, said)| said == message),
        "{refused:?}"
    );
}

/// A text without end in one cell is refused at its place, like any other mistake.
#[test]
fn what_repeats_without_end_is_refused() {
    const TIMES: usize = 500_000;
    let types = format!("{}int64{}", "array<".repeat(TIMES), ">".repeat(TIMES));
    for (row, words) in [
        (
            format!("| Cat.Id | {types} | a |"),
            "this type cannot be read: it nests deeper than 64",
        ),
        (
            format!("| Cat.Id{} | Cage | a |", " type".repeat(TIMES)),
            "`Cat.Id type type",
        ),
    ] {
        let (found, refused) = read(&format!("{ROWS}{row}\n| Cat.Id | int64 | a |\n"));
        assert_eq!(found.rows.len(), 1);
        assert!(
            matches!(refused.as_slice(), [(3, message)] if message.starts_with(words)),
            "{words}"
        );
    }
}
