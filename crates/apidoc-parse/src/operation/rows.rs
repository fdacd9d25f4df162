//! Takes the tables of a page and returns their rows, with columns found by the text of the header. It refuses headers that
//! lack a column or have one too many, rows whose cells do not fit the header, names that are there already and unknown type
//! words; a refused row is counted, so that no row can get lost.

use std::collections::HashSet;

use apidoc_model::{Code, Diagnostic, Span, Spanned};

use super::phrase::{self, Description};
use super::{Reader, types};
use crate::draft::Row;
use crate::table::{Table, TableRow};
use crate::text;

/// A kind of table: the header of its name column, and which other columns it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    name: &'static str,
    typed: bool,
    /// Whether a type column may hold names of types.
    names: bool,
}

pub(super) const PATH: Kind = Kind {
    name: "path part",
    typed: true,
    names: false,
};
pub(super) const QUERY: Kind = Kind {
    name: "parameter name",
    typed: true,
    names: false,
};
pub(super) const HEADERS: Kind = Kind {
    name: "parameter name",
    typed: false,
    names: false,
};
pub(super) const PROPERTIES: Kind = Kind {
    name: "property name",
    typed: true,
    names: true,
};
pub(super) const STATUSES: Kind = Kind {
    name: "response",
    typed: false,
    names: false,
};

/// Which cell of a row holds what.
struct Columns {
    name: usize,
    ty: Option<usize>,
    description: usize,
}

/// The cells of one row, found by their columns.
pub(super) struct Cells {
    pub(super) name: Span,
    pub(super) ty: Option<Span>,
    pub(super) description: Span,
}

impl Reader<'_> {
    /// Whether a table's name column is the one of this kind.
    pub(super) fn is_table(&self, table: &Table, kind: Kind) -> bool {
        table.header.iter().any(|cell| self.is(*cell, kind.name))
    }

    /// Rows of parameters or properties.
    pub(super) fn rows(&mut self, table: &Table, kind: Kind) -> Vec<Row> {
        let mut seen = HashSet::new();
        let mut rows = Vec::with_capacity(table.rows.len());
        for cells in self.cells(table, kind) {
            let row = self.row(&cells, kind);
            match row {
                Some(row) if !seen.insert(row.name.value.clone()) => {
                    self.refuse_row(
                        Code::DuplicateRow,
                        cells.name,
                        format!("the table has a row `{}` already", row.name.value),
                    );
                }
                Some(row) => {
                    self.rows += 1;
                    rows.push(row);
                }
                None => self.refuse_row(
                    Code::UnknownType,
                    cells.ty.unwrap_or(cells.name),
                    self.unknown_type(&cells),
                ),
            }
        }
        rows
    }

    /// The cells of every row that fits the header; the others are diagnosed.
    pub(super) fn cells(&mut self, table: &Table, kind: Kind) -> Vec<Cells> {
        let Some(columns) = self.columns(table, kind) else {
            self.refused_rows += count(table);
            return Vec::new();
        };
        let mut out = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            match fitting(row, table, &columns) {
                Some(cells) if cells.name.start < cells.name.end => out.push(cells),
                Some(_) => self.refuse_row(Code::ShortRow, row.span, "the row has no name"),
                None => self.refuse_row(Code::ShortRow, row.span, mismatch(row, table)),
            }
        }
        out
    }

    pub(super) fn refuse_row(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.refused_rows += 1;
        self.report(Diagnostic::new(code, span, message));
    }

    fn columns(&mut self, table: &Table, kind: Kind) -> Option<Columns> {
        let (mut name, mut ty, mut description) = (None, None, None);
        for (at, cell) in table.header.iter().enumerate() {
            let slot = if self.is(*cell, kind.name) {
                &mut name
            } else if kind.typed && self.is(*cell, "type") {
                &mut ty
            } else if self.is(*cell, "description") {
                &mut description
            } else {
                let message = format!(
                    "no table of this section has a column `{}`",
                    self.text(*cell)
                );
                self.report(Diagnostic::new(Code::UnknownColumn, *cell, message));
                continue;
            };
            if slot.replace(at).is_some() {
                self.report(Diagnostic::new(
                    Code::UnknownColumn,
                    *cell,
                    "the table has this column twice",
                ));
            }
        }
        let complete = name.is_some() && description.is_some() && ty.is_some() == kind.typed;
        if let (Some(name), Some(description), true) = (name, description, complete) {
            return Some(Columns {
                name,
                ty,
                description,
            });
        }
        let wanted = if kind.typed {
            ", `type` and `description`"
        } else {
            " and `description`"
        };
        let place = table.header.first().copied();
        self.report(Diagnostic::new(
            Code::UnknownColumn,
            place,
            format!("the table needs the columns `{}`{wanted}", kind.name),
        ));
        None
    }

    fn row(&self, cells: &Cells, kind: Kind) -> Option<Row> {
        let ty_span = cells.ty?;
        let word = self.text(ty_span);
        let values = types::enum_values(word);
        let known = match &values {
            Some(values) => !values.is_empty(),
            None if kind.names => types::is_word_or_name(word),
            None => types::is_word(word),
        };
        if !known {
            return None;
        }
        let Description {
            required,
            list,
            deprecated,
            text,
        } = phrase::description(self.text(cells.description));
        let ty = if values.is_some() { "Enum" } else { word };
        Some(Row {
            name: Spanned {
                value: phrase::name(self.text(cells.name)),
                span: cells.name,
            },
            ty: Spanned {
                value: ty.to_owned(),
                span: ty_span,
            },
            values: values.unwrap_or_default(),
            required,
            list,
            deprecated,
            doc: text,
        })
    }

    fn unknown_type(&self, cells: &Cells) -> String {
        let word = cells.ty.map_or("", |span| self.text(span));
        format!(
            "`{word}` is not a type that `{}` can have",
            self.text(cells.name)
        )
    }

    fn is(&self, cell: Span, header: &str) -> bool {
        text::is_phrase(self.text(cell), header)
    }
}

/// Rows of a table, for counting.
pub(super) fn count(table: &Table) -> u32 {
    u32::try_from(table.rows.len()).unwrap_or(u32::MAX)
}

fn fitting(row: &TableRow, table: &Table, columns: &Columns) -> Option<Cells> {
    if !row.closed || row.cells.len() != table.header.len() {
        return None;
    }
    let cell = |at: usize| row.cells.get(at).copied();
    let ty = match columns.ty {
        Some(at) => Some(cell(at)?),
        None => None,
    };
    Some(Cells {
        name: cell(columns.name)?,
        ty,
        description: cell(columns.description)?,
    })
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
