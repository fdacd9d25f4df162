//! Says which tables a section has: which kind a table is of, by the header of its columns, and which tables are one, because a
//! page has broken it off and goes on under its header again. It reads no rows but for their names, and refuses nothing: a table
//! that is of no kind, or of a kind that the section has already, is left to the caller.

use std::collections::HashSet;

use apidoc_model::{SourceFile, Span};

use super::{Reader, phrase};
use crate::page::{Block, BlockKind};
use crate::table::{Table, TableRow};
use crate::text;

/// A kind of table: the header of its name column, and which other columns it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// What else the name column may be called, where its section has said what the table is.
    also: &'static [&'static str],
    pub(super) typed: bool,
    /// Whether a type column may hold names of types and dictionaries.
    pub(super) names: bool,
    /// Whether it is kept that a row is required.
    pub(super) required: bool,
}

pub(super) const PATH: Kind = Kind {
    name: "path part",
    also: &[],
    typed: true,
    names: false,
    required: true,
};
/// Below a heading that says so.
pub(super) const HEADED_PATH: Kind = Kind {
    also: &[
        "parameter name",
        "path parameter",
        "parameter",
        "part",
        "name",
    ],
    ..PATH
};
pub(super) const QUERY: Kind = Kind {
    name: "parameter name",
    also: &["query parameter", "parameter", "name"],
    typed: true,
    names: false,
    required: true,
};
pub(super) const HEADERS: Kind = Kind {
    name: "parameter name",
    also: &["header name", "header", "parameter", "name"],
    typed: false,
    names: false,
    required: false,
};
pub(super) const PROPERTIES: Kind = Kind {
    name: "property name",
    also: &["property", "field name", "field", "name"],
    typed: true,
    names: true,
    required: true,
};
pub(super) const STATUSES: Kind = Kind {
    name: "response",
    also: &[
        "status code",
        "response code",
        "http status code",
        "http status",
        "http code",
        "status",
        "code",
    ],
    typed: false,
    names: false,
    required: false,
};

/// What the other columns are called.
pub(super) const TYPE: &[&str] = &["type", "data type"];
pub(super) const DESCRIPTION: &[&str] = &["description", "meaning"];
pub(super) const REQUIRED: &[&str] = &["required", "required?", "mandatory"];

/// The tables of one kind in a section: the first one, and those that go on with it.
pub(super) struct Tables<'p> {
    pub(super) kind: Kind,
    pub(super) parts: Vec<&'p Table>,
    /// Whether the last block was one of them.
    open: bool,
    /// The names in the first so many of them; nobody asks for names before a second table.
    names: HashSet<String>,
    named: usize,
}

impl Tables<'_> {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            parts: Vec::new(),
            open: false,
            names: HashSet::new(),
            named: 0,
        }
    }

    /// Takes tables of another kind from now on, if it has none yet.
    pub(super) fn expect(&mut self, kind: Kind) {
        if self.is_empty() {
            self.kind = kind;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Nothing behind a heading goes on with what stands before it.
    pub(super) fn close(&mut self) {
        self.open = false;
    }
}

impl Reader<'_> {
    /// Takes a block to the tables of a section, which wants to see every block of it: the first table of their kind, and any
    /// right below that goes on with it. Returns whether the block is one.
    pub(super) fn takes<'p>(&self, tables: &mut Tables<'p>, block: &'p Block) -> bool {
        let table = match &block.kind {
            BlockKind::Table(table) => Some(table),
            _ => None,
        };
        let table = table
            .filter(|table| name_column(self.file, table, tables.kind).is_some())
            .filter(|table| tables.is_empty() || tables.open && self.goes_on(table, tables));
        tables.open = table.is_some();
        tables.parts.extend(table);
        tables.open
    }

    /// Whether a table goes on with those above it. One with another header, or with a name of those again, describes something
    /// else.
    fn goes_on(&self, table: &Table, above: &mut Tables<'_>) -> bool {
        let header = |table| name_header(self.file, table, above.kind);
        if above.parts.last().map(|last| header(last)) != Some(header(table)) {
            return false;
        }
        for part in above.parts.iter().skip(above.named) {
            above.names.extend(names(self.file, part, above.kind));
        }
        above.named = above.parts.len();
        names(self.file, table, above.kind).all(|name| !above.names.contains(&name))
    }
}

/// Which column of a table holds the names, if the table is of this kind: the one that is called as it always is; where none
/// is, the one with another of its names, and beside it what every table of this kind has.
pub(super) fn name_column(file: &SourceFile, table: &Table, kind: Kind) -> Option<usize> {
    let columns = |names: &'static [&'static str]| {
        let header = table.header.iter().enumerate();
        header.filter(move |(_, cell)| is_one_of(file, **cell, names))
    };
    let is_usual = |cell: &Span| is_one_of(file, *cell, &[kind.name]);
    table.header.iter().position(is_usual).or_else(|| {
        let mut other = columns(kind.also);
        let (at, _) = other.next()?;
        let needed = if kind.typed { TYPE } else { DESCRIPTION };
        (other.next().is_none() && columns(needed).next().is_some()).then_some(at)
    })
}

/// What the column of the names is called.
fn name_header(file: &SourceFile, table: &Table, kind: Kind) -> Option<String> {
    let cell = table.header.get(name_column(file, table, kind)?)?;
    Some(phrase::unmarked(file.at(*cell)).to_ascii_lowercase())
}

/// Whether a table has the columns that tables of this kind always have, by their usual names.
pub(super) fn is_usual(file: &SourceFile, table: &Table, kind: Kind) -> bool {
    let has = |names: &[&str]| {
        table
            .header
            .iter()
            .any(|cell| is_one_of(file, *cell, names))
    };
    has(&[kind.name]) && has(TYPE) == kind.typed && has(DESCRIPTION)
}

/// The names in the rows of a table that has this name column.
pub(super) fn names<'f>(
    file: &'f SourceFile,
    table: &'f Table,
    kind: Kind,
) -> impl Iterator<Item = String> + 'f {
    let column = name_column(file, table, kind);
    let cells = move |row: &'f TableRow| row.cells.get(column?);
    let cells = table.rows.iter().filter_map(cells);
    cells.filter_map(|cell| Some(phrase::name(file.at(*cell))?.text))
}

/// Whether the header of a column is one of these.
pub(super) fn is_one_of(file: &SourceFile, cell: Span, headers: &[&str]) -> bool {
    let raw = file.at(cell);
    let is = |shown: &str| headers.iter().any(|header| text::is_phrase(shown, header));
    is(raw) || !raw.bytes().all(is_plain) && is(&phrase::unmarked(raw))
}

/// Whether a byte of a header is what it shows.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b' '
}
