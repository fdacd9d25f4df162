//! The Rust SDK: the crate `superoffice`. Takes the resolved API and its names; returns the crate's files, one per kind of thing
//! made by the module of that name here.

mod enums;
mod gates;
pub(crate) mod group;
pub(crate) mod manifest;
mod models;
pub(crate) mod narrow;
pub(crate) mod operation;
pub(crate) mod options;
mod params;
mod protocol;
mod root;
pub(crate) mod types;
mod wrap;

use rayon::prelude::*;

use crate::{Emission, Emitter, Input};

/// Emits `superoffice/`.
#[derive(Debug, Clone, Copy)]
pub struct RustSdk;

impl Emitter for RustSdk {
    fn emit(&self, input: &Input<'_>) -> Emission {
        let mut emission = Emission {
            files: vec![manifest::file(input)],
            diagnostics: Vec::new(),
        };
        let mut files = root::files(input);
        files.extend(
            input
                .api
                .groups
                .par_iter()
                .map(|group| group::file(group, input))
                .collect::<Vec<_>>(),
        );
        files.extend(models::files(input));
        files.push(enums::file(input));
        for file in files {
            match file {
                Ok(file) => emission.files.push(file),
                Err(problems) => emission.diagnostics.extend(problems),
            }
        }
        emission.files.sort_by(|a, b| a.path.cmp(&b.path));
        emission
    }
}
