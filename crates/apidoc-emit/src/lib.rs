//! The resolved API to files, in memory: [`emit`] takes an [`Api`], [`Options`] and the samples of the pages, and returns the
//! text of every file of the Rust SDK, of its sample checks and of `api.json`. It reads and writes nothing; a file whose
//! items are not the planned ones is refused with a diagnostic, never handed out.

#![forbid(unsafe_code)]

mod api_json;
mod checks;
mod docs;
mod emission;
mod layout;
mod names;
mod only;
mod openapi;
mod planned;
mod reach;
mod rust;
mod same;

use apidoc_model::{Api, Diagnostic, OperationSample};

use rayon::prelude::*;

pub use api_json::ApiJson;
pub use checks::SampleChecks;
pub use names::Names;
pub use openapi::openapi;
pub use rust::RustSdk;
pub use rust::options::has_params;

/// Everything this workspace can produce from an [`Api`].
pub const EMITTERS: &[&dyn Emitter] = &[&RustSdk, &SampleChecks, &ApiJson];

/// One kind of output.
pub trait Emitter: Sync {
    /// Its files, or what is wrong with them.
    fn emit(&self, input: &Input<'_>) -> Emission;
}

/// What every emitter gets: the API, reduced to what was asked for, and the names that were decided for the whole of it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The API to print.
    pub api: &'a Api,
    /// The Rust names of everything in it.
    pub names: &'a Names,
    /// What the caller asked for.
    pub options: &'a Options,
    /// The samples of the pages, in the order of the operations.
    pub samples: &'a [OperationSample],
}

/// What an emitter returns.
#[derive(Debug, Clone, Default)]
pub struct Emission {
    /// The files, sorted by path within one emitter.
    pub files: Vec<OutputFile>,
    /// Problems; a file that has one is not among the files.
    pub diagnostics: Vec<Diagnostic>,
}

impl Emission {
    /// The files that could be made, and the problems of the others.
    pub(crate) fn of(made: impl IntoIterator<Item = Made>) -> Self {
        let mut emission = Self::default();
        for file in made {
            match file {
                Ok(file) => emission.files.push(file),
                Err(problems) => emission.diagnostics.extend(problems),
            }
        }
        emission.files.sort_by(|a, b| a.path.cmp(&b.path));
        emission
    }
}

/// A file, or what is wrong with it.
pub(crate) type Made = Result<OutputFile, Vec<Diagnostic>>;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Path relative to the output folder (`generated/`), with `/`.
    pub path: String,
    /// The text, ending in a line feed.
    pub contents: String,
}

/// What the caller asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Names of the agents and areas to emit (`Chat`, `rest/Contact`), in any case; `None` for all.
    pub only: Option<Vec<String>>,
    /// Version of the emitted crates.
    pub version: String,
    /// Version requirement for `superoffice-core`.
    pub core_version: String,
    /// Path of `superoffice-core`, relative to the folder of an emitted crate or absolute; `None` to take it from the registry.
    pub core_path: Option<String>,
    /// Address of the public reference, without a slash at its end; a page's path and `.html` follow.
    pub docs_url: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            only: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            core_version: env!("CARGO_PKG_VERSION").to_owned(),
            core_path: Some("../../crates/superoffice-core".to_owned()),
            docs_url: "https://docs.superoffice.com/en/api/reference/restful".to_owned(),
        }
    }
}

/// Prints an API: the files of all [`EMITTERS`], sorted by path, and what went wrong.
#[must_use]
pub fn emit(
    api: &Api,
    options: &Options,
    samples: &[OperationSample],
) -> (Vec<OutputFile>, Vec<Diagnostic>) {
    let (names, mut diagnostics) = Names::decide(api);
    let (reduced, unknown) = only::reduce(api, options.only.as_deref());
    diagnostics.extend(unknown);
    let input = Input {
        api: &reduced,
        names: &names,
        options,
        samples,
    };
    let emissions: Vec<Emission> = EMITTERS
        .par_iter()
        .map(|emitter| emitter.emit(&input))
        .collect();
    let mut files = Vec::new();
    for emission in emissions {
        files.extend(emission.files);
        diagnostics.extend(emission.diagnostics);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, diagnostics)
}
