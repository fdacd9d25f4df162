//! The optional query parameters of one operation as a struct. Takes an operation; returns the item, or none where the operation has
//! no parameters of its own beyond the required ones and the options that every request has.

use apidoc_model::api::{Operation, Parameter};
use quote::quote;

use super::options::{has_params, is_optional};
use super::types::{Module, ident};
use crate::docs;
use crate::emission::Item;
use crate::names::OperationNames;
use crate::planned::Planned;

/// The struct.
pub(crate) fn params(
    operation: &Operation,
    names: &OperationNames,
    module: &mut Module<'_>,
) -> Option<Item> {
    if !has_params(operation) {
        return None;
    }
    let optional: Vec<(&Parameter, &String)> = operation
        .query
        .iter()
        .zip(&names.query)
        .filter(|(parameter, _)| is_optional(parameter))
        .collect();
    let fields = optional.iter().map(|(parameter, name)| {
        let doc = format!(" {}", parameter_doc(parameter));
        let (name, ty) = (ident(name), module.owned(&parameter.ty));
        quote!(#[doc = #doc] pub #name: Option<#ty>,)
    });
    let fields: Vec<_> = fields.collect();
    let doc = format!(
        " Optional query parameters of {}.",
        docs::code(&operation.name)
    );
    let name = ident(&names.params);
    let tokens = quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct #name { #(#fields)* }
    };
    Some(Item::new(
        &Planned::new(
            "struct",
            &names.params,
            optional.into_iter().map(|(_, name)| name.as_str()),
        ),
        tokens,
    ))
}

/// `` `name` (list `associate`; deprecated): text ``, the name as it is on the wire.
fn parameter_doc(parameter: &Parameter) -> String {
    let list = parameter.list.as_deref().map(docs::list);
    let deprecated = parameter.deprecated.then(|| "deprecated".to_owned());
    let facts: Vec<String> = list.into_iter().chain(deprecated).collect();
    docs::described(&parameter.name, &facts, parameter.doc.as_deref())
}
