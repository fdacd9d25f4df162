//! What a list is asked for: its columns (`select`, as on every request), conditions, order, kinds of rows, piece and form. Each
//! method sets one of the service's `$…` parameters, replacing what was set before.

use super::{Filter, Page};
use crate::request::Request;

/// How much comes with each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// The values alone.
    Slim,
    /// More columns than were asked for.
    Wide,
    /// Raw value, display value and hints for each column; rows are [`FullRow`](super::FullRow)s then.
    Full,
}

/// Which form of a value a slim row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// As it is stored.
    Logical,
    /// As it is shown.
    Display,
}

/// Whether rows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InlineCount {
    /// No.
    False,
    /// Roughly.
    Estimate,
    /// Yes.
    True,
    /// Yes, on all pages.
    AllPages,
}

/// A column to sort by, greatest first, for [`Request::order_by`].
#[must_use]
pub fn descending(column: &str) -> String {
    format!("{column} desc")
}

/// Names with commas between them, as agents take columns, orders ([`descending`] ones too) and entities in one text.
#[must_use]
pub fn names(names: impl IntoIterator<Item = impl Into<String>>) -> String {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    names.join(",")
}

impl Request<'_, Option<Page>> {
    /// Only rows that meet this (`$filter`). The service refuses many lists that have none.
    pub fn filter(self, filter: Filter) -> Self {
        self.replace_query("$filter", filter)
    }

    /// Sorted by these columns (`$orderBy`): names, or [`descending`] names. Order by the primary key to read a long list: other
    /// orders cost the service more with every page.
    pub fn order_by(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.replace_query("$orderBy", names(columns))
    }

    /// Only rows of these kinds (`$entities`).
    pub fn entities(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.replace_query("$entities", self::names(names))
    }

    /// At most this many rows on a page (`$top`).
    pub fn top(self, rows: u32) -> Self {
        self.replace_query("$top", rows)
    }

    /// Without the first so many rows (`$skip`).
    pub fn skip(self, rows: u32) -> Self {
        self.replace_query("$skip", rows)
    }

    /// How much comes with each value (`$mode`).
    pub fn mode(self, mode: Mode) -> Self {
        let word = match mode {
            Mode::Slim => "Slim",
            Mode::Wide => "Wide",
            Mode::Full => "Full",
        };
        self.replace_query("$mode", word)
    }

    /// Which form slim values have (`$output`).
    pub fn output(self, output: Output) -> Self {
        let word = match output {
            Output::Logical => "Logical",
            Output::Display => "Display",
        };
        self.replace_query("$output", word)
    }

    /// Whether rows are counted (`$inlineCount`); the number is [`Page::count`]. Only operations that document this parameter take it,
    /// which are those of the area `Archive`.
    pub fn inline_count(self, count: InlineCount) -> Self {
        let word = match count {
            InlineCount::False => "False",
            InlineCount::Estimate => "Estimate",
            InlineCount::True => "True",
            InlineCount::AllPages => "AllPages",
        };
        self.replace_query("$inlineCount", word)
    }

    /// Options of the list's provider (`$options`), such as `GrandTotal=true`.
    pub fn options(self, options: impl Into<String>) -> Self {
        self.replace_query("$options", options.into())
    }

    /// The context of the list's provider (`$context`).
    pub fn context(self, context: impl Into<String>) -> Self {
        self.replace_query("$context", context.into())
    }

    /// Whether names of columns come with underscores for all but letters and digits (`$jsonSafe`). The reference says so of names at
    /// large; whether that of the link to the next page is among them is not known, so it is found by either name.
    pub fn json_safe(self, safe: bool) -> Self {
        self.replace_query("$jsonSafe", safe)
    }
}
