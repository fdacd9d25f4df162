//! Query parameters that mean the same for every operation and are left to the runtime's `Request` (a method of their own, or
//! `query`), apart from the parameters of an operation's own. It refuses nothing.

use apidoc_model::api::{Operation, Parameter};

/// Names of the query options of OData and its relatives.
const OPTIONS: &[&str] = &[
    "$select",
    "$filter",
    "$orderBy",
    "$entities",
    "$top",
    "$skip",
    "$mode",
    "$options",
    "$context",
    "$format",
    "$jsonSafe",
    "$output",
    "$inlineCount",
    "$metadata",
];

/// Whether a parameter is left to `Request`.
pub(crate) fn is_option(parameter: &Parameter) -> bool {
    !parameter.required
        && OPTIONS
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&parameter.name))
}

/// Whether a parameter is a field of the operation's parameter struct.
pub(crate) fn is_optional(parameter: &Parameter) -> bool {
    !parameter.required && !is_option(parameter)
}

/// Whether the operation has a parameter struct, and its method an argument for it.
#[must_use]
pub fn has_params(operation: &Operation) -> bool {
    operation.query.iter().any(is_optional)
}
