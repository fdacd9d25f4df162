//! Enumerations whose values are documented, as open enums of the runtime: a value that is not in the list is kept. Takes the API;
//! returns `src/enums.rs`.

use std::fmt::Write as _;

use apidoc_model::api::Enum;
use proc_macro2::Literal;
use quote::quote;

use super::types::ident;
use crate::emission::{Item, RustFile};
use crate::names::EnumNames;
use crate::planned::Planned;
use crate::{Input, Made, docs};

/// `src/enums.rs`
pub(crate) fn file(input: &Input<'_>) -> Made {
    let known = input
        .api
        .enums
        .iter()
        .filter_map(|(wire, e)| input.names.enumeration(wire).map(|names| (wire, e, names)));
    let mut items: Vec<Item> = known
        .map(|(wire, enumeration, names)| item(wire, enumeration, names))
        .collect();
    if !items.is_empty() {
        items.insert(
            0,
            Item::import(quote!(
                use crate::open_enum;
            )),
        );
    }
    let file = RustFile {
        path: "superoffice/src/enums.rs".to_owned(),
        source: "all pages that list values".to_owned(),
        emitter: "crates/apidoc-emit/src/rust/enums.rs",
        docs: vec![
            "Enumerations whose values the reference lists. Other values may come and are kept."
                .to_owned(),
        ],
        attributes: Vec::new(),
        items,
    };
    file.finish()
}

fn item(wire: &str, enumeration: &Enum, names: &EnumNames) -> Item {
    let mut text = format!(
        "open_enum! {{\n    /// Values of {}.\n    pub enum {} {{\n",
        docs::code(wire),
        names.name
    );
    for (value, variant) in enumeration.values.iter().zip(&names.variants) {
        let _ = writeln!(
            text,
            "        /// {}\n        {variant} {},",
            docs::code(value),
            Literal::string(value)
        );
    }
    text.push_str("    }\n}\n");
    let (doc, name) = (
        format!(" Values of {}.", docs::code(wire)),
        ident(&names.name),
    );
    let variants = enumeration.values.iter().zip(&names.variants);
    let variants = variants.map(|(value, variant)| {
        let (doc, variant) = (format!(" {}", docs::code(value)), ident(variant));
        quote!(#[doc = #doc] #variant #value,)
    });
    let tokens = quote!(open_enum! { #[doc = #doc] pub enum #name { #(#variants)* } });
    let planned = Planned::new("macro", "open_enum", ["pub", "enum", names.name.as_str()]);
    Item::laid_out(&planned, tokens, text)
}
