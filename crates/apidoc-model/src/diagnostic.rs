//! What a stage says about a place in the sources: one [`Diagnostic`] per problem, with a [`Code`] from the one list of all
//! codes. It takes nothing and refuses nothing; whether a run fails is decided by the command line from the severities.

use serde::Serialize;

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, nothing is lost.
    Note,
    /// Something on a page was not understood as written; what was read instead is said.
    Warning,
    /// The run fails and nothing is written.
    Error,
}

/// One problem, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// How bad it is; usually [`Code::severity`].
    pub severity: Severity,
    /// One sentence about this very case, with the names in it.
    pub message: String,
    /// Where; `None` only for problems of a whole run (an empty tree).
    pub span: Option<Span>,
    /// Further places or sentences that explain it, and what to do.
    pub notes: Vec<Note>,
}

/// A further sentence of a diagnostic, with or without a place of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The sentence.
    pub message: String,
    /// The place it speaks of.
    pub span: Option<Span>,
}

impl Diagnostic {
    /// A diagnostic with the severity that its code has by default.
    #[must_use]
    pub fn new(code: Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            span: span.into(),
            notes: Vec::new(),
        }
    }

    /// The severity in a run that must understand everything: what was set aside or read as less is an error there, and so
    /// is what would be one if it did not stand in older evidence.
    #[must_use]
    pub fn in_strict_run(&self) -> Severity {
        let is_loss = self.code.is_degraded() || self.code.severity() == Severity::Error;
        if self.severity == Severity::Warning && is_loss {
            Severity::Error
        } else {
            self.severity
        }
    }

    /// Adds a sentence.
    #[must_use]
    pub fn note(mut self, message: impl Into<String>) -> Self {
        self.notes.push(Note {
            message: message.into(),
            span: None,
        });
        self
    }

    /// Adds a sentence about another place.
    #[must_use]
    pub fn note_at(mut self, span: Span, message: impl Into<String>) -> Self {
        self.notes.push(Note {
            message: message.into(),
            span: Some(span),
        });
        self
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident $($degraded:ident)?, $help:literal;)+) => {
        /// Every kind of problem the generator can report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// All codes, in the order of the stages that report them.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];

            /// The name that is printed: `error[short-row]`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// The severity it has unless the reporter knows better.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }

            /// Whether it says that something was set aside or read as less than it may be. Where pages must be understood
            /// completely, that is a failure ([`Diagnostic::in_strict_run`]).
            #[must_use]
            pub const fn is_degraded(self) -> bool {
                match self { $(Code::$variant => !concat!($(stringify!($degraded))?).is_empty(),)+ }
            }

            /// What the reader can do about it.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Code::$variant => $help,)+ }
            }
        }
    };
}

// The one table of severities. `Error` refuses the run: nothing usable is left, or the pages contradict each other in what
// they are about. `Warning degraded` sets aside the one thing that was not understood, and is an error under `--strict`.
codes! {
    /// A file that cannot be read.
    Unreadable = "unreadable", Error, "check the path and its permissions";
    /// A file that is not UTF-8.
    NotUtf8 = "not-utf8", Error, "convert the file to UTF-8";
    /// A file above the size cap.
    TooLarge = "too-large", Error, "pages are a few kilobytes; a file this large is not a page";
    /// A tree without operation pages.
    EmptyTree = "empty-tree", Error, "point --specs at a folder that holds v1*.md pages; one with nothing but OpenAPI, JSON or index files cannot be read";
    /// A file that is not read, though it shows the route of an operation or is called like a page.
    IgnoredPage = "ignored-page", Warning degraded, "pages of operations have ids like `v1Group_Operation`";
    /// A page without front matter, or with front matter that lacks an id. A warning where the name of its file is one.
    MissingId = "missing-id", Error, "a page starts with front matter that has `uid:` or `id:`";
    /// A page without a route fence.
    MissingRoute = "missing-route", Error, "a page has one `http` fence with `VERB /route` under its first heading";
    /// A page without a section that every page has.
    MissingSection = "missing-section", Error, "a page has a `Response` section with a table of status codes";
    /// A fence that is not closed.
    UnclosedFence = "unclosed-fence", Error, "close the fence; the page may have been cut off";
    /// Something in a section that its reader does not know.
    StrayContent = "stray-content", Warning degraded, "it is not read; teach the section's reader, or remove it";
    /// A status row whose code is not one, or a response without any.
    BadStatus = "bad-status", Warning degraded, "a status row begins with a number from 100 to 599";
    /// A route that is not `VERB /path`.
    BadRoute = "bad-route", Error, "write `GET|POST|PUT|PATCH|DELETE /api/v1/...` with balanced braces";
    /// A page for a verb that the SDK has no operations for.
    UnsupportedVerb = "unsupported-verb", Warning degraded, "the page is set aside";
    /// A key of the front matter that is not known.
    UnknownKey = "unknown-key", Warning degraded, "it is not read; teach the reader of front matter the key";
    /// A route with more than verb and path, which say enough.
    OddRoute = "odd-route", Warning degraded, "write the route as `VERB /api/v1/...` and nothing else";
    /// A table row with fewer or more cells than its header.
    ShortRow = "short-row", Warning degraded, "what is there is read; give the row as many cells as the header, or escape a `|` inside a cell";
    /// A table whose header has a column that is not known, or lacks one.
    UnknownColumn = "unknown-column", Warning degraded, "it is not read; teach the reader of this table the new column, or correct the header";
    /// A name cell that holds something else than one name.
    OddName = "odd-name", Warning degraded, "a name cell holds the name that a message has, and nothing else";
    /// A section that is not in the list of known headings.
    UnknownSection = "unknown-section", Warning degraded, "it is set aside; add the heading to the list of known sections";
    /// A section with a heading that is not known, and a table that only one section has.
    OddSection = "odd-section", Warning degraded, "it is read as the section of its table; write the heading as other pages do";
    /// A type word that is not in the vocabulary.
    UnknownType = "unknown-type", Warning degraded, "add the word to the type vocabulary, or correct the page";
    /// A parameter of the address whose type is an object.
    TextParameter = "text-parameter", Warning, "it is read as text";
    /// A section that a page has twice.
    DuplicateSection = "duplicate-section", Warning degraded, "the first one is read; keep one of the two";
    /// A row whose name another row of the same table has, or a value that its list has already.
    DuplicateRow = "duplicate-row", Warning degraded, "the first one is read; keep one of the two";
    /// A sample that is not JSON where JSON is announced.
    BrokenJson = "broken-json", Warning degraded, "the sample is set aside; repair it";
    /// A sample fence that is not an HTTP message.
    BadSample = "bad-sample", Warning degraded, "it is set aside; a sample is a request or status line, headers, a blank line and a body";
    /// A response sample of another status than a success.
    ErrorSample = "error-sample", Note, "it is set aside; a sample of a success tells the type of the result";
    /// An include whose file is not there.
    DanglingInclude = "dangling-include", Warning, "read as: no sample";
    /// An include that points outside its tree.
    IncludeOutside = "include-outside", Warning degraded, "read as: no sample; includes stay inside the tree given with --specs";
    /// An included file that says that there is no sample.
    NoSample = "no-sample", Note, "read as: no sample";
    /// Text that was changed when it was read (control characters, bidirectional marks).
    TextNormalised = "text-normalised", Warning, "the characters were dropped";
    /// A table of parameters that does not name those of the route, or of an example of the query.
    ParameterMismatch = "parameter-mismatch", Warning degraded, "the route and the example are believed; name the same parameters in the table";
    /// A page whose id another page has.
    DuplicateId = "duplicate-id", Warning, "the page whose file name is its id is read; the other one is set aside";
    /// Two pages of different operations with one id, of which neither or both have its file name.
    AmbiguousId = "ambiguous-id", Error, "give each of the two pages the id of its operation";
    /// Two pages for one verb and route, or a page of another operation with the id of one.
    DuplicateOperation = "duplicate-operation", Warning degraded, "one is read: of two ids, the one that older pages do not have, or whose page says more; keep one of the two pages";
    /// A page that could not become an operation.
    RejectedPage = "rejected-page", Error, "see the other messages about this page";
    /// A name of types that is not believed, though tables have it.
    DisbelievedName = "disbelieved-name", Warning degraded, "what it stands for is read without a name; correct the pages that use it for something else";
    /// A type that pages name and none describes.
    UndescribedType = "undescribed-type", Note, "its fields are kept but not known; a page that shows them makes them known";
    /// Two tables that give one model field different types.
    ConflictingModels = "conflicting-models", Warning degraded, "the type that can hold both is read; decide with a row in corrections.md";
    /// An older edition that contradicts a newer one.
    OlderDisagrees = "older-disagrees", Warning, "the newer edition is believed";
    /// A word for an array or a dictionary whose sample shows a value of another form, or a type's name where it shows another object.
    WordDisagrees = "word-disagrees", Warning degraded, "any value is read; decide with a row in corrections.md";
    /// A sample that spells a property otherwise than the table.
    OtherSpelling = "other-spelling", Warning degraded, "the table is believed; spell properties in one way";
    /// A body that nothing but its name tells to be a list.
    UnshownList = "unshown-list", Warning degraded, "it is read as a list; add a sample, or decide with a row in corrections.md";
    /// A type nested deeper than the cap.
    TooDeep = "too-deep", Error, "no real type is nested this deep; correct the page";
    /// A sample that contradicts the type that the page declares.
    SampleDisagrees = "sample-disagrees", Warning, "the declared type is kept";
    /// A correction that changed nothing.
    UnusedCorrection = "unused-correction", Warning degraded, "remove the row, or mend its page and element";
    /// A correction about something that the pages at hand do not have.
    UnmatchedCorrection = "unmatched-correction", Warning degraded, "it is left alone; mend its element or type, or remove it if no edition has it any more";
    /// A correction that cannot be read.
    BadCorrection = "bad-correction", Error, "see the head of corrections.md for the form of a row";
    /// Rows or pages that are neither in the result nor diagnosed.
    NotConserved = "not-conserved", Error, "this is a defect of the generator; please report it";
    /// Names that become the same identifier.
    NameCollision = "name-collision", Error, "each name of a place is given once: rename one of the two on its page, or leave it out";
    /// A name given with `--only` that no agent and no area has.
    UnknownGroup = "unknown-group", Error, "agents and areas are named as in their pages' ids, for example `Chat` or `rest/Contact`";
    /// An emitted file that does not parse, or whose items are not the planned ones.
    BadEmission = "bad-emission", Error, "this is a defect of the generator; please report it";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    #[test]
    fn a_strict_run_fails_where_something_was_lost() {
        // The code, the severity that was reported, and the one in a strict run.
        let table = [
            (Code::BadRoute, Severity::Error, Severity::Error),
            // An error that stands in older evidence.
            (Code::BadRoute, Severity::Warning, Severity::Error),
            (Code::ShortRow, Severity::Warning, Severity::Error),
            (Code::TextParameter, Severity::Warning, Severity::Warning),
            (Code::NoSample, Severity::Note, Severity::Note),
            (Code::ShortRow, Severity::Note, Severity::Note),
        ];
        for (code, severity, strict) in table {
            let diagnostic = Diagnostic {
                severity,
                ..Diagnostic::new(code, None, "x")
            };
            assert_eq!(diagnostic.in_strict_run(), strict, "{code:?} {severity:?}");
        }
    }

    #[test]
    fn every_code_has_a_name_of_its_own_and_advice() {
        let names: std::collections::BTreeSet<&str> =
            Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.name().chars().all(is_plain), "{code:?}");
            assert!(!code.help().is_empty(), "{code:?}");
            // What is set aside is a warning; what is an error refuses the run anyhow.
            assert!(
                !code.is_degraded() || code.severity() == Severity::Warning,
                "{code:?}"
            );
        }
    }

    #[test]
    fn notes_follow_in_their_order() {
        let at = |start| Span {
            file: FileId(0),
            start,
            end: start + 1,
        };
        let diagnostic = Diagnostic::new(Code::ShortRow, at(1), "a row")
            .note("without a place")
            .note_at(at(7), "with one");
        let notes: Vec<_> = diagnostic
            .notes
            .iter()
            .map(|note| (note.message.as_str(), note.span))
            .collect();
        assert_eq!(
            notes,
            [("without a place", None), ("with one", Some(at(7)))]
        );
        assert_eq!(
            (diagnostic.severity, diagnostic.span),
            (Severity::Warning, Some(at(1)))
        );
    }
}
