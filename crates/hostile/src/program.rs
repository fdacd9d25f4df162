//! Takes the texts of pages, and of corrections of them, and returns everything the generator makes of them, in memory: the drafts, the API, the files and
//! all diagnostics. Refuses nothing; what the generator refuses is in the diagnostics.

use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::{Api, Code, Diagnostic, Severity, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::{Corrections, is_operation_page, read, resolve};

/// The file of corrections.
const CORRECTIONS: &str = "corrections.md";

/// What became of some pages.
#[derive(Debug)]
pub struct Program {
    /// The pages.
    pub sources: SourceMap,
    /// One draft per page that was not rejected.
    pub drafts: Vec<Draft>,
    /// The API.
    pub api: Api,
    /// What would be written.
    pub files: Vec<OutputFile>,
    /// Everything that was said, in the order of the stages.
    pub diagnostics: Vec<Diagnostic>,
}

impl Program {
    /// Reads pages, given as path and text.
    #[must_use]
    pub fn read<P: AsRef<str>, T: AsRef<str>>(pages: &[(P, T)]) -> Self {
        Self::corrected(pages, "")
    }

    /// Reads pages, given as path and text, and the text of corrections of them.
    #[must_use]
    pub fn corrected<P: AsRef<str>, T: AsRef<str>>(pages: &[(P, T)], corrections: &str) -> Self {
        let mut sources = SourceMap::new();
        for (path, text) in pages {
            sources.add(0, path.as_ref(), path.as_ref(), text.as_ref());
        }
        let all = sources.files().iter();
        let pages: Vec<_> = all.filter(|file| is_operation_page(file)).collect();
        let (drafts, mut diagnostics) = read(&pages, &sources);
        let file = sources.add(u32::MAX, CORRECTIONS, CORRECTIONS, corrections);
        let (corrections, refused) = sources
            .file(file)
            .map(Corrections::parse)
            .unwrap_or_default();
        diagnostics.extend(refused);
        let resolution = resolve(&drafts, &corrections, &sources);
        diagnostics.extend(resolution.diagnostics);
        let (files, problems) = emit(&resolution.api, &Options::default(), &resolution.samples);
        diagnostics.extend(problems);
        Self {
            sources,
            drafts,
            api: resolution.api,
            files,
            diagnostics,
        }
    }

    /// Whether the command line would write nothing.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether one of the diagnostics has this code.
    #[must_use]
    pub fn says(&self, code: Code) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code == code)
    }

    /// The codes of the errors, for messages.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        let errors = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors
            .map(|diagnostic| format!("{}: {}", diagnostic.code.name(), diagnostic.message))
            .collect()
    }
}
