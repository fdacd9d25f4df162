//! `api.json`: the resolved API as indented JSON, so that a change in understanding shows as a small diff apart from the large
//! diff in printing. It refuses nothing that the IR can hold.

use apidoc_model::{Code, Diagnostic};

use crate::{Emission, Emitter, Input, OutputFile};

/// Emits `api.json`.
#[derive(Debug, Clone, Copy)]
pub struct ApiJson;

impl Emitter for ApiJson {
    fn emit(&self, input: &Input<'_>) -> Emission {
        match serde_json::to_string_pretty(input.api) {
            Ok(text) => Emission {
                files: vec![OutputFile {
                    path: "api.json".to_owned(),
                    contents: text + "\n",
                }],
                diagnostics: Vec::new(),
            },
            Err(error) => Emission {
                files: Vec::new(),
                diagnostics: vec![Diagnostic::new(
                    Code::BadEmission,
                    None,
                    format!("api.json: {error}"),
                )],
            },
        }
    }
}
