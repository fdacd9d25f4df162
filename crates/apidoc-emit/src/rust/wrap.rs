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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_filled_to_its_width_and_no_further() {
        let filled = |lengths: &[usize]| {
            let mut lines = Wrapped::new("  ");
            lengths
                .iter()
                .for_each(|length| lines.push(&"x".repeat(*length)));
            let text = lines.finish();
            let widths = text.lines().map(|line| line.trim_start().len());
            widths.collect::<Vec<_>>()
        };
        // How long the entries are, and the lines that come of them.
        let table: [(&[usize], &[usize]); 6] = [
            (&[], &[]),
            (&[3, 4], &[8]),
            (&[50, 49], &[WIDTH]),
            (&[50, 50], &[50, 50]),
            (&[2, 98], &[2, 98]),
            (&[WIDTH + 1, 1], &[WIDTH + 1, 1]),
        ];
        for (lengths, expected) in table {
            assert_eq!(filled(lengths), expected, "{lengths:?}");
        }
    }
}
