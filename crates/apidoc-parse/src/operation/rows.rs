//! Takes the tables of a page and returns their rows, with columns found by the text of the header. A column that is not known
//! is not read, one that is missing reads as empty, a row with too few or too many cells is read as far as it goes, and a type
//! that is not understood is any value: each is reported. It refuses rows without a name and names that are there already; a
//! refused row is counted, so that no row can get lost.

use std::collections::HashSet;

use apidoc_model::api::Type;
use apidoc_model::{Code, Diagnostic, Span, Spanned};

use super::Reader;
use super::phrase::{self, Description};
use super::tables::{
    DESCRIPTION, Kind, PROPERTIES, REQUIRED, TYPE, Tables, is_one_of, name_column,
};
use super::values::Values;
use crate::draft::Row;
use crate::table::{Table, TableRow};
use crate::text;
use crate::vocabulary::{self, OPEN, Word};

/// What a cell says where a row must be there, and where it need not.
const YES: &[&str] = &["yes", "y", "true", "required", "x", "\u{2713}", "\u{2714}"];
const NO: &[&str] = &["no", "n", "false", "optional", "-", "\u{2013}", "\u{2014}"];

/// Which cell of a row holds what.
struct Columns {
    name: usize,
    ty: Option<usize>,
    description: Option<usize>,
    required: Option<usize>,
}

/// The cells of one row, found by their columns.
pub(super) struct Cells {
    pub(super) name: Span,
    pub(super) ty: Option<Span>,
    /// Empty where the row has none.
    pub(super) description: Span,
    required: Option<Span>,
    /// Whether the name stands behind blanks that the page shows.
    indented: bool,
}

/// The rows of one table, or of several that are one.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    names: HashSet<String>,
}

impl Reader<'_> {
    /// Rows of parameters or properties.
    pub(super) fn rows(&mut self, tables: &Tables<'_>) -> Vec<Row> {
        let mut read = Rows::default();
        for table in &tables.parts {
            self.more_rows(table, tables.kind, &mut read);
        }
        read.rows
    }

    /// Adds the rows of a table to those of the tables that it goes on with.
    fn more_rows(&mut self, table: &Table, kind: Kind, read: &mut Rows) {
        read.rows.reserve(table.rows.len());
        // Where all rows are indented, that says nothing.
        let mut may_nest = false;
        for cells in self.cells_of(table, kind) {
            let is_indented = cells.indented || is_indented(self.text(cells.name));
            may_nest |= !is_indented;
            let Some(name) = self.name(&cells) else {
                continue;
            };
            if kind == PROPERTIES && (may_nest && is_indented || is_path(&name.text, &read.names)) {
                let message = format!("`{}` is a field of the type of another row", name.text);
                self.refuse_row(Code::OddName, cells.name, message);
                continue;
            }
            let row = self.row(&cells, kind, name);
            if read.names.insert(row.name.value.clone()) {
                self.rows += 1;
                read.rows.push(row);
            } else {
                let message = format!("the table has a row `{}` already", row.name.value);
                self.refuse_row(Code::DuplicateRow, cells.name, message);
            }
        }
    }

    /// The name of a row; a cell that holds none is reported with its row, and so is what a cell says besides the name.
    pub(super) fn name(&mut self, cells: &Cells) -> Option<phrase::Name> {
        let raw = self.text(cells.name);
        let name = phrase::name(raw);
        match &name {
            None => {
                let message = format!("`{raw}` is no name that a message can have");
                self.refuse_row(Code::OddName, cells.name, message);
            }
            Some(name) if !name.note.is_empty() => {
                let message = format!("`{raw}` is read as the name `{}`", name.text);
                self.report(Diagnostic::new(Code::OddName, cells.name, message));
            }
            Some(_) => {}
        }
        name
    }

    /// The cells of every row that has a name; what does not fit the header is diagnosed.
    pub(super) fn cells(&mut self, tables: &Tables<'_>) -> Vec<Cells> {
        let mut out = Vec::new();
        for table in &tables.parts {
            out.append(&mut self.cells_of(table, tables.kind));
        }
        out
    }

    fn cells_of(&mut self, table: &Table, kind: Kind) -> Vec<Cells> {
        let columns = self.columns(table, kind);
        let mut out = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let cells = found(&self.file.text, row, &columns);
            let Some(cells) = cells.filter(|cells| cells.name.start < cells.name.end) else {
                self.refuse_row(Code::ShortRow, row.span, "the row has no name");
                continue;
            };
            if !row.closed || row.cells.len() != table.header.len() {
                self.report(Diagnostic::new(
                    Code::ShortRow,
                    row.span,
                    mismatch(row, table),
                ));
            }
            out.push(cells);
        }
        out
    }

    pub(super) fn refuse_row(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.refused_rows += 1;
        self.report(Diagnostic::new(code, span, message));
    }

    fn columns(&mut self, table: &Table, kind: Kind) -> Columns {
        let name = name_column(self.file, table, kind);
        let (mut first, mut ty, mut description, mut required) = (None, None, None, None);
        for (at, cell) in table.header.iter().enumerate() {
            let slot = if name == Some(at) || is_one_of(self.file, *cell, &[kind.name]) {
                &mut first
            } else if kind.typed && is_one_of(self.file, *cell, TYPE) {
                &mut ty
            } else if is_one_of(self.file, *cell, DESCRIPTION) {
                &mut description
            } else if kind.required && is_one_of(self.file, *cell, REQUIRED) {
                &mut required
            } else {
                let message = format!(
                    "no table of this section has a column `{}`; it is not read",
                    self.text(*cell)
                );
                self.report(Diagnostic::new(Code::UnknownColumn, *cell, message));
                continue;
            };
            if slot.is_some() {
                self.report(Diagnostic::new(
                    Code::UnknownColumn,
                    *cell,
                    "the table has this column twice; the first one is read",
                ));
            } else {
                *slot = Some(at);
            }
        }
        let place = table.header.first().copied();
        let missing = [
            (kind.typed && ty.is_none(), "type"),
            (description.is_none(), "description"),
        ];
        for (_, column) in missing.into_iter().filter(|(missing, _)| *missing) {
            let message = format!("the table has no column `{column}`; it reads as empty");
            self.report(Diagnostic::new(Code::UnknownColumn, place, message));
        }
        Columns {
            // A table is one of this kind because it has this column.
            name: name.unwrap_or(0),
            ty,
            description,
            required,
        }
    }

    /// Whether the column for it says that a row is required; what does not say it is reported.
    fn is_required(&mut self, cells: &Cells) -> bool {
        let Some(cell) = cells.required else {
            return false;
        };
        let raw = self.text(cell);
        let shown = phrase::unmarked(raw);
        let is_one_of = |words: &[&str]| words.iter().any(|word| text::is_phrase(&shown, word));
        if is_one_of(YES) {
            return true;
        }
        if !shown.is_empty() && !is_one_of(NO) {
            let message = format!("`{raw}` does not say whether it is required");
            self.report(Diagnostic::new(Code::UnknownColumn, cell, message));
        }
        false
    }

    fn row(&mut self, cells: &Cells, kind: Kind, name: phrase::Name) -> Row {
        let Description {
            required,
            list,
            deprecated,
            text,
        } = phrase::description(self.text(cells.description));
        let is_marked = self.is_required(cells);
        let is_kept = |note: &str| kind.required && phrase::is_required(note);
        let beside = vocabulary::beside(cells.ty.map_or("", |cell| self.text(cell)));
        let required = required
            || phrase::description(&name.note).required
            || beside.is_some_and(|(_, note)| is_kept(&note))
            || is_marked;
        let deprecated = deprecated || name.is_deprecated();
        let (ty, values) = self.type_and_values(cells, kind, &text);
        Row {
            name: Spanned {
                value: name.text,
                span: cells.name,
            },
            ty: Spanned {
                value: ty,
                span: cells.ty.unwrap_or(cells.name),
            },
            values,
            required,
            list,
            deprecated,
            doc: text,
        }
    }

    /// The type of a row, and the values that its cell or its description lists.
    fn type_and_values(&mut self, cells: &Cells, kind: Kind, doc: &str) -> (String, Vec<String>) {
        let place = cells.ty.unwrap_or(cells.name);
        let listed = match Values::of_type(cells.ty.map_or("", |span| self.text(span))) {
            Some(Ok(values)) if !values.listed.is_empty() => Some(values),
            Some(Err(entry)) => {
                let message = format!("`{entry}` is no value; the list is not read");
                self.report(Diagnostic::new(Code::UnknownType, place, message));
                return ("string".to_owned(), Vec::new());
            }
            _ => None,
        };
        let is_text = |ty: &str| {
            matches!(
                Word::first(ty),
                Word::Exact(Type::String) | Word::Coarse(Type::String) | Word::Enumeration
            )
        };
        let values = match listed {
            Some(values) => values,
            None => {
                let ty = self.spelled(cells, kind);
                let values = is_text(&ty).then(|| Values::of_description(doc)).flatten();
                match values.filter(|values| !values.listed.is_empty()) {
                    Some(values) => values,
                    None => return (ty, Vec::new()),
                }
            }
        };
        if let Some(message) = repetition(&values.repeated) {
            self.report(Diagnostic::new(Code::DuplicateRow, place, message));
        }
        if let Some(entry) = values.noted.first() {
            let message = format!(
                "{} value(s) say more than their names, which alone are read; the first is `{entry}`",
                values.noted.len()
            );
            self.report(Diagnostic::new(Code::UnknownType, place, message));
        }
        ("Enum".to_owned(), values.listed)
    }

    /// The type in a text that says more; what it says is reported, unless it is kept elsewhere.
    pub(super) fn type_beside(
        &mut self,
        raw: &str,
        place: Span,
        is_kept: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let (word, note) = vocabulary::beside(raw)?;
        if !is_kept(&note) {
            let message = format!("`{raw}` is read as the type `{word}`; `{note}` is not read");
            self.report(Diagnostic::new(Code::UnknownType, place, message));
        }
        Some(word)
    }

    /// The type of a row as it is spelled; what is not understood is reported, and read as any value. Everything in an
    /// address is text.
    fn spelled(&mut self, cells: &Cells, kind: Kind) -> String {
        let (open, called) = if kind.names {
            (OPEN, "any value")
        } else {
            ("string", "text")
        };
        // A row without the cell has been reported already.
        let Some(cell) = cells.ty else {
            return open.to_owned();
        };
        let (raw, name) = (self.text(cell), self.text(cells.name));
        let place = if cell.start < cell.end {
            cell
        } else {
            cells.name
        };
        let is_kept = |note: &str| kind.required && phrase::is_required(note);
        let whole = vocabulary::spelled(raw).filter(|text| kind.names || !text.is_empty());
        let Some(spelled) = whole.or_else(|| self.type_beside(raw, place, is_kept)) else {
            let message =
                format!("`{raw}` is not a type that `{name}` can have; it is read as {called}");
            self.report(Diagnostic::new(Code::UnknownType, place, message));
            return open.to_owned();
        };
        if kind.names && vocabulary::says_more(&spelled) {
            let message = format!(
                "the values of `{name}` are said to be of a type; only what holds them is read"
            );
            self.report(Diagnostic::new(Code::UnknownType, place, message));
        }
        if !kind.names && !is_for_addresses(&Word::read(&spelled)) {
            let message = format!("`{name}` is said to be `{raw}`, which no address can carry");
            self.report(Diagnostic::new(Code::TextParameter, place, message));
        }
        spelled
    }
}

/// Rows of a table, for counting.
pub(super) fn count(table: &Table) -> u32 {
    u32::try_from(table.rows.len()).unwrap_or(u32::MAX)
}

/// Cells that a row lacks are empty; a row without its name has none at all.
fn found(text: &str, row: &TableRow, columns: &Columns) -> Option<Cells> {
    let empty = Span {
        start: row.span.end,
        ..row.span
    };
    let cell = |at: Option<usize>| Some(row.cells.get(at?).copied().unwrap_or(empty));
    let name = row.cells.get(columns.name).copied()?;
    let before = text.get(row.span.start as usize..name.start as usize);
    let blanks = before.and_then(|before| before.rsplit('|').next());
    Some(Cells {
        name,
        indented: blanks.is_some_and(|blanks| !blanks.is_ascii()),
        ty: columns.ty.and_then(|at| row.cells.get(at).copied()),
        description: cell(columns.description).unwrap_or(empty),
        required: cell(columns.required),
    })
}

/// Whether a name cell begins with the entity of a blank, which a page writes to move the name to the right.
fn is_indented(raw: &str) -> bool {
    const BLANKS: [&str; 3] = ["&nbsp;", "&#160;", "&#xa0;"];
    BLANKS.iter().any(|blank| {
        let start = raw.get(..blank.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(blank))
    })
}

/// Whether a name leads into another property: that one is a row above, or is spelled as properties are. The names of
/// annotations (`odata.metadata`) are not.
fn is_path(name: &str, rows: &HashSet<String>) -> bool {
    name.split_once('.').is_some_and(|(holder, _)| {
        rows.contains(holder) || holder.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

/// Whether a path or a query can carry values of this type: scalars, and lists of them.
fn is_for_addresses(words: &[Word]) -> bool {
    let scalar = |ty: &Type| !matches!(ty, Type::Array(_) | Type::Map(_) | Type::Any);
    match words {
        [Word::Exact(Type::Array(element)) | Word::Coarse(Type::Array(element))] => scalar(element),
        [Word::Exact(ty) | Word::Coarse(ty)] => scalar(ty),
        [word] => matches!(word, Word::Array | Word::Bytes | Word::Enumeration),
        _ => false,
    }
}

/// One message for all of them, because they stand in one cell.
fn repetition(repeated: &[String]) -> Option<String> {
    match repeated {
        [] => None,
        [value] => Some(format!("the value `{value}` is listed twice")),
        [value, ..] => Some(format!(
            "{} values are listed again, the first is `{value}`",
            repeated.len()
        )),
    }
}

fn mismatch(row: &TableRow, table: &Table) -> String {
    if !row.closed {
        return "the row does not end with `|`".to_owned();
    }
    format!(
        "the row has {} cells, the header {}",
        row.cells.len(),
        table.header.len()
    )
}
