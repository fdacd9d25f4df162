//! The contradictions and doubts that deciding types meets: tables of one edition, editions, a word and its sample, a name and
//! nothing else. Takes them as they come and returns a diagnostic for each that no correction decides. Refuses nothing.

use std::collections::BTreeMap;

use apidoc_model::api::ModelId;
use apidoc_model::{Code, Diagnostic, Span};

use super::program::Side;

/// Two places that do not agree about a type, or one that is all there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Conflict {
    /// Two rows of one edition.
    Tables(Span, Span),
    /// An older edition says something that the newer one, which is believed, says otherwise.
    Editions { newer: Span, older: Span },
    /// A word, and a sample of another form.
    Sample { word: Span, sample: Span },
    /// A label that other samples bear out, and one that shows nothing of its type.
    Strange { label: Span, sample: Span },
    /// The plural in a heading.
    Plural(Span),
}

/// What they speak of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A field of a type.
    Field(ModelId, String),
    /// A body of an operation.
    Body(String, Side),
}

impl Subject {
    fn called(&self) -> &str {
        match self {
            Self::Field(_, name) => name,
            Self::Body(_, side) => side.name(),
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Conflicts(BTreeMap<Subject, Vec<Conflict>>);

impl Conflicts {
    /// Adds those about one subject.
    pub(super) fn add(&mut self, subject: Subject, conflicts: Vec<Conflict>) {
        if !conflicts.is_empty() {
            self.0.entry(subject).or_default().extend(conflicts);
        }
    }

    /// Takes out those about the subjects that a correction decides, and says whether there were any.
    pub(super) fn settle(&mut self, is_decided: impl Fn(&Subject) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(|subject, _| !is_decided(subject));
        self.0.len() < before
    }

    /// Those that are left, in the order of their places.
    pub(super) fn reported(self) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = self
            .0
            .iter()
            .flat_map(|(subject, conflicts)| {
                conflicts
                    .iter()
                    .map(|conflict| diagnostic(subject, conflict))
            })
            .collect();
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        diagnostics
    }
}

fn diagnostic(subject: &Subject, conflict: &Conflict) -> Diagnostic {
    let name = subject.called();
    match *conflict {
        Conflict::Tables(first, second) => {
            let message = format!("`{name}` has another type here");
            Diagnostic::new(Code::ConflictingModels, second, message).note_at(first, "than here")
        }
        Conflict::Editions { newer, older } => {
            let message = format!("`{name}` was something else in this older edition");
            Diagnostic::new(Code::OlderDisagrees, older, message)
                .note_at(newer, "than in the newer one")
        }
        Conflict::Plural(place) => {
            let message = "no sample shows whether this body is a list; its name says so";
            Diagnostic::new(Code::UnshownList, place, message)
        }
        Conflict::Sample { word, sample } => {
            let message = format!("`{name}` is shown as something else");
            Diagnostic::new(Code::WordDisagrees, word, message).note_at(sample, "here")
        }
        Conflict::Strange { label, sample } => {
            let message = format!("`{name}` is shown here without any property of its type");
            Diagnostic::new(Code::SampleDisagrees, sample, message).note_at(label, "the type")
        }
    }
}
