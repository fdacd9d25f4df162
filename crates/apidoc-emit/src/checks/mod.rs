//! The checks of the emitted crate.

use crate::{Emission, Emitter, Input};

/// Emits `checks/`.
#[derive(Debug, Clone, Copy)]
pub struct SampleChecks;

impl Emitter for SampleChecks {
    fn emit(&self, _input: &Input<'_>) -> Emission {
        Emission::default()
    }
}
