//! Short entries on as few lines as they need, for the line lists of the runtime's macros. It refuses nothing.

/// Where a line is wrapped, not counting its indentation.
const WIDTH: usize = 100;

/// Lines that are being filled.
pub(crate) struct Wrapped {
    indent: &'static str,
    text: String,
    line: String,
}

impl Wrapped {
    /// No line yet.
    pub(crate) fn new(indent: &'static str) -> Self {
        Self {
            indent,
            text: String::new(),
            line: String::new(),
        }
    }

    /// One more entry, behind the others.
    pub(crate) fn push(&mut self, entry: &str) {
        if !self.line.is_empty() && self.line.len() + 1 + entry.len() > WIDTH {
            self.end_line();
        }
        if !self.line.is_empty() {
            self.line.push(' ');
        }
        self.line.push_str(entry);
    }

    /// The lines, each with a line feed.
    pub(crate) fn finish(mut self) -> String {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.text
    }

    fn end_line(&mut self) {
        for piece in [self.indent, &self.line, "\n"] {
            self.text.push_str(piece);
        }
        self.line.clear();
    }
}
