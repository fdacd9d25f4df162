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
        let mut files = vec![Ok(manifest::file(input))];
        files.extend(root::files(input));
        let groups = input.api.groups.par_iter();
        let groups: Vec<_> = groups.map(|group| group::file(group, input)).collect();
        files.extend(groups);
        files.extend(models::files(input));
        files.push(enums::file(input));
        Emission::of(files)
    }
}
