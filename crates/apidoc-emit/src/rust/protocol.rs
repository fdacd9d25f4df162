//! Models that are a protocol and not a thing of the API: the runtime has its own type for them. Recognised by their fields, not
//! by their names.

use apidoc_model::Api;
use apidoc_model::api::ModelId;
use proc_macro2::TokenStream;
use quote::quote;

use super::types::ident;

/// Field names, sorted, and module and name of the runtime's type for a model that has exactly these.
const CARRIERS: &[(&[&str], (&str, &str))] = &[(
    &["odata.metadata", "odata.nextLink", "value"],
    ("archive", "Page"),
)];

/// The runtime's type for this model, if it has one.
pub(crate) fn protocol_carrier(api: &Api, id: &ModelId) -> Option<TokenStream> {
    let mut fields: Vec<&str> = api
        .models
        .get(id)?
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    fields.sort_unstable();
    CARRIERS
        .iter()
        .find(|(names, _)| *names == fields)
        .map(|(_, (module, name))| {
            let (module, name) = (ident(module), ident(name));
            quote!(crate::#module::#name)
        })
}
