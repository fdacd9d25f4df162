//! Takes the range of a markdown table and returns its cells as spans. A row that is broken over several lines is one row, a
//! pipe behind a backslash is part of its cell. It refuses nothing: how many cells a row must have is for the caller to say.

use std::ops::Range;

use apidoc_model::{SourceFile, Span};

use crate::page::{span, trimmed};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Cells of the first line.
    pub header: Vec<Span>,
    /// The rows below the rule.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// All of it.
    pub span: Span,
    /// Its cells, without the blanks around them.
    pub cells: Vec<Span>,
    /// Whether it ends with a pipe, if it begins with one.
    pub closed: bool,
}

/// Reads a table.
pub(crate) fn table(file: &SourceFile, range: Range<usize>) -> Table {
    let mut lines = lines(&file.text, range);
    let header = lines
        .next()
        .map(|line| row(file, line).cells)
        .unwrap_or_default();
    let mut rows: Vec<TableRow> = Vec::new();
    let mut open: Option<Range<usize>> = None;
    for line in lines.skip(1) {
        let starts_row = file.text[line.clone()].starts_with('|');
        let joined = match open.take() {
            Some(begun) if !starts_row => begun.start..line.end,
            Some(begun) => {
                rows.push(row(file, begun));
                line
            }
            None => line,
        };
        // Only a row that begins with a pipe must end with one.
        if is_closed(&file.text[joined.clone()]) || !file.text[joined.clone()].starts_with('|') {
            rows.push(row(file, joined));
        } else {
            open = Some(joined);
        }
    }
    rows.extend(open.map(|begun| row(file, begun)));
    Table { header, rows }
}

/// Where a table really ends. To markdown every line up to a blank one is a row; a line without a pipe that does not go on
/// with a row that is still open is text.
pub(crate) fn end(text: &str, range: Range<usize>) -> usize {
    let mut open = false;
    let mut at = range.start;
    for (number, line) in text[range.clone()].split_inclusive('\n').enumerate() {
        let content = line.trim();
        if number > 1 && !open && !content.contains('|') {
            return at;
        }
        open = number > 1 && !is_closed(content) && (open || content.starts_with('|'));
        at += line.len();
    }
    range.end
}

/// The lines of a range that are not blank, trimmed.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    text[range].split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let content = trimmed(text, start..at);
        (!content.is_empty()).then_some(content)
    })
}

fn is_closed(row: &str) -> bool {
    row.ends_with('|') && !row.ends_with("\\|")
}

fn row(file: &SourceFile, range: Range<usize>) -> TableRow {
    let text = &file.text[range.clone()];
    let closed = is_closed(text) && text.len() > 1 || !text.starts_with('|');
    let mut cells = Vec::with_capacity(3);
    let mut start = usize::from(text.starts_with('|'));
    for (at, _) in text
        .match_indices('|')
        .filter(|(at, _)| *at >= usize::from(text.starts_with('|')) && !text[..*at].ends_with('\\'))
    {
        cells.push(span(
            file.id,
            trimmed(&file.text, range.start + start..range.start + at),
        ));
        start = at + 1;
    }
    if start < text.len() {
        cells.push(span(
            file.id,
            trimmed(&file.text, range.start + start..range.end),
        ));
    }
    TableRow {
        span: span(file.id, range),
        cells,
        closed,
    }
}

#[cfg(test)]
mod tests {
    use apidoc_model::SourceMap;

    use super::*;

    /// The cells of a row, and whether it is closed.
    type Shown = (Vec<String>, bool);

    /// The header of a table and its rows.
    fn read(text: &str) -> Vec<Shown> {
        let mut sources = SourceMap::new();
        let id = sources.add(0, "t.md", "t.md", text);
        let Some(file) = sources.file(id) else {
            return Vec::new();
        };
        let found = table(file, 0..text.len());
        let texts = |cells: &[Span]| {
            cells
                .iter()
                .map(|cell| sources.text(*cell).to_owned())
                .collect()
        };
        let rows = found.rows.iter().map(|row| (texts(&row.cells), row.closed));
        std::iter::once((texts(&found.header), true))
            .chain(rows)
            .collect()
    }

    #[test]
    fn cells_stand_between_pipes() {
        let row = |line: &str| {
            let all = read(&format!("| A | B |\n|---|---|\n{line}\n"));
            all.get(1..).unwrap_or_default().to_vec()
        };
        let cells = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let table: [(&str, Vec<Shown>); 13] = [
            ("| a | b |", vec![(cells(&["a", "b"]), true)]),
            ("|a|b|", vec![(cells(&["a", "b"]), true)]),
            ("| a | b", vec![(cells(&["a", "b"]), false)]),
            ("a | b |", vec![(cells(&["a", "b"]), true)]),
            (
                "a | b\nc | d",
                vec![(cells(&["a", "b"]), true), (cells(&["c", "d"]), true)],
            ),
            (
                "a | b\n| c | d |",
                vec![(cells(&["a", "b"]), true), (cells(&["c", "d"]), true)],
            ),
            ("| a \\| b | c |", vec![(cells(&["a \\| b", "c"]), true)]),
            ("| a | b \\|", vec![(cells(&["a", "b \\|"]), false)]),
            ("| a |  |", vec![(cells(&["a", ""]), true)]),
            ("|", vec![(cells(&[]), false)]),
            ("||", vec![(cells(&[""]), true)]),
            ("| a | b\nc |", vec![(cells(&["a", "b\nc"]), true)]),
            (
                "| a | b\n| c | d |",
                vec![(cells(&["a", "b"]), false), (cells(&["c", "d"]), true)],
            ),
        ];
        for (line, expected) in table {
            assert_eq!(row(line), expected, "{line}");
        }
    }

    #[test]
    fn a_table_ends_before_text_that_is_no_row() {
        let head = "| A | B |\n|---|---|\n";
        // What follows the head, and how much of it belongs to the table.
        let table = [
            ("| a | b |\n", "| a | b |\n"),
            ("| a | b |\ntext\n", "| a | b |\n"),
            ("| a | b\ntext |\nmore\n", "| a | b\ntext |\n"),
            ("| a | b\ntext\n", "| a | b\ntext\n"),
            ("a | b |\nmore\n", "a | b |\n"),
            ("a | b\nmore\n", "a | b\n"),
            ("text\n| a | b |\n", ""),
            ("", ""),
        ];
        for (rest, kept) in table {
            let text = format!("before\n{head}{rest}");
            let end = end(&text, "before\n".len()..text.len());
            assert_eq!(
                text.get("before\n".len() + head.len()..end),
                Some(kept),
                "{rest}"
            );
        }
    }
}
