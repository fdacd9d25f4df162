//! Takes the texts of one or several documentation trees and gives every byte of them an address: [`Span`]s into untouched
//! text, and lines and columns on demand. It refuses nothing; a span that lies outside its file reads as the end of it.

use std::collections::HashMap;
use std::sync::OnceLock;

use memchr::memchr_iter;
use serde::Serialize;

/// Which file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FileId(pub u32);

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value together with the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// One file, as read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its address in the map.
    pub id: FileId,
    /// Which tree it belongs to: 0 is the tree that decides what exists, higher numbers are older evidence.
    pub tree: u32,
    /// Path relative to the root of its tree, with `/`.
    pub path: String,
    /// Path as the user would write it, for messages.
    pub display: String,
    /// The text, untouched.
    pub text: String,
    /// Made once somebody has asked for a place in it.
    places: OnceLock<Places>,
}

impl SourceFile {
    /// The text of a span; empty where the span does not fit the file.
    #[must_use]
    pub fn at(&self, span: Span) -> &str {
        let bytes = span.start as usize..span.end as usize;
        self.text.get(bytes).unwrap_or("")
    }
}

/// All files of all trees, ordered by tree, then path.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    by_path: HashMap<(u32, String), FileId>,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and returns its id. Files are expected in order of tree and path; nothing else depends on that order
    /// but the order of messages.
    pub fn add(
        &mut self,
        tree: u32,
        path: impl Into<String>,
        display: impl Into<String>,
        text: impl Into<String>,
    ) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let path = path.into();
        self.by_path.insert((tree, path.clone()), id);
        self.files.push(SourceFile {
            id,
            tree,
            path,
            display: display.into(),
            text: text.into(),
            places: OnceLock::new(),
        });
        id
    }

    /// All files, in the order they were added.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The file of a tree at a path relative to the tree's root.
    #[must_use]
    pub fn find(&self, tree: u32, path: &str) -> Option<&SourceFile> {
        self.by_path
            .get(&(tree, path.to_owned()))
            .and_then(|id| self.file(*id))
    }

    /// 1-based line and column (in characters) of the start of a span.
    #[must_use]
    pub fn line_col(&self, span: Span) -> (u32, u32) {
        let Some(file) = self.file(span.file) else {
            return (1, 1);
        };
        let mut start = (span.start as usize).min(file.text.len());
        while !file.text.is_char_boundary(start) {
            start -= 1;
        }
        let places = file.places.get_or_init(|| Places::new(&file.text));
        let (line, column) = places.line_col(&file.text, start);
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    }

    /// The text of a span; empty where the span does not fit its file.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).map_or("", |file| file.at(span))
    }
}

/// How many bytes stand between two counts of characters.
const STRIDE: usize = 256;

/// What places of a text are counted from. A page may be one line with a problem in each of a million cells.
#[derive(Debug, Clone)]
struct Places {
    /// Where each line begins.
    lines: Vec<usize>,
    /// How many characters begin before each [`STRIDE`] bytes.
    characters: Vec<usize>,
}

impl Places {
    fn new(text: &str) -> Self {
        let begins = memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
        let mut characters = vec![0];
        for stride in text.as_bytes().chunks(STRIDE) {
            let before = characters.last().copied().unwrap_or_default();
            characters.push(before + beginnings(stride));
        }
        Self {
            lines: std::iter::once(0).chain(begins).collect(),
            characters,
        }
    }

    /// 1-based line and column of a byte of the text.
    fn line_col(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|begin| *begin <= at);
        let begin = self.lines.get(line.saturating_sub(1)).copied();
        let before = self.before(text, begin.unwrap_or(0));
        (line, self.before(text, at) - before + 1)
    }

    /// How many characters begin before a byte of the text.
    fn before(&self, text: &str, at: usize) -> usize {
        let stride = at / STRIDE;
        let counted = self.characters.get(stride).copied().unwrap_or_default();
        let rest = text.as_bytes().get(stride * STRIDE..at);
        counted + rest.map_or(0, beginnings)
    }
}

/// How many characters begin in these bytes.
fn beginnings(bytes: &[u8]) -> usize {
    let is_beginning = |byte: &&u8| !matches!(byte, 0x80..=0xBF);
    bytes.iter().filter(is_beginning).count()
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn columns_are_characters_wherever_a_line_is_cut() {
        let texts = [
            String::new(),
            "a\nb".to_owned(),
            "x".repeat(600),
            "å€𝄞|".repeat(200),
            format!("{}\n{}\n", "€".repeat(100), "𝄞a\r".repeat(300)),
        ];
        for text in &texts {
            let places = Places::new(text);
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let before = &text[..at];
                let line = before.matches('\n').count() + 1;
                let begin = before.rfind('\n').map_or(0, |end| end + 1);
                let column = before[begin..].chars().count() + 1;
                assert_eq!(places.line_col(text, at), (line, column), "{at}");
            }
        }
    }
}
