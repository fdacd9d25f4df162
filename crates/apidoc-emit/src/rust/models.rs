//! Models as plain structs and one line list each, from which the runtime's macro makes their serde. Takes the API; returns one file
//! per carrier that the pages name, with the unnamed models that only it reaches behind it, and the folder's `mod.rs`.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::Api;
use apidoc_model::api::{Field, Model, ModelId, Origin, Rule, Type};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};
use rayon::prelude::*;

use super::gates::{self, Gates};
use super::narrow::{self, Pairs};
use super::types::{Module, ident, one_or_more};
use super::wrap::Wrapped;
use crate::emission::{Item, RustFile, braced};
use crate::names::ModelNames;
use crate::planned::Planned;
use crate::{Input, Made, docs};

const EMITTER: &str = "crates/apidoc-emit/src/rust/models.rs";

/// The first model of each file, and those that stand behind it.
pub(crate) type Homes<'a> = BTreeMap<&'a ModelId, Vec<&'a ModelId>>;

/// `src/models/…`
pub(crate) fn files(input: &Input<'_>) -> Vec<Made> {
    let homes = homes(input.api);
    let pairs = narrow::pairs(input);
    let gates = gates::gates(&homes, &pairs, input);
    let mut files: Vec<_> = homes
        .par_iter()
        .map(|(first, rest)| file(first, rest, &pairs, &gates, input))
        .collect();
    files.push(folder(&homes, &gates, input));
    files
}

/// The items of a model: the struct and its line list.
pub(crate) fn items(
    id: &ModelId,
    model: &Model,
    input: &Input<'_>,
    module: &mut Module<'_>,
) -> Vec<Item> {
    let Some(names) = input.names.model(id) else {
        return Vec::new();
    };
    let name = ident(&names.name);
    let doc = model_doc(id, model);
    let extra = module.runtime("Extra");
    let fields = model.fields.iter().zip(&names.fields).map(|(field, name)| {
        let doc = format!(" {}", field_doc(field));
        let ty = module.owned(&field.ty);
        let ty = if field.boxed && matches!(field.ty, Type::Model(_)) {
            quote!(Box<#ty>)
        } else {
            ty
        };
        let name = ident(name);
        quote!(#[doc = #doc] pub #name: Option<#ty>,)
    });
    let extra = quote! {
        #[doc = " Unknown fields and explicit nulls, kept for the way back."]
        pub extra: #extra,
    };
    let fields = braced(fields.chain([extra]));
    let tokens = quote! {
        #[doc = #doc]
        #[derive(Clone, Default, PartialEq)]
        pub struct #name #fields
    };
    module.runtime("model");
    let planned = Planned::new(
        "struct",
        &names.name,
        names.fields.iter().map(String::as_str).chain(["extra"]),
    );
    let list = Planned::new("macro", "model", [names.name.as_str()]);
    vec![
        Item::new(&planned, tokens),
        Item::laid_out(
            &list,
            list_tokens(model, names),
            line_list(model, &names.name, &names.fields),
        ),
    ]
}

/// `model! { Name { 0 field "Field", 1 other "Other" } }`, wrapped.
fn line_list(model: &Model, name: &str, names: &[String]) -> String {
    let mut lines = Wrapped::new("        ");
    for (index, (field, name)) in model.fields.iter().zip(names).enumerate() {
        lines.push(&format!("{index} {name} {},", Literal::string(&field.name)));
    }
    format!("model! {{\n    {name} {{\n{}    }}\n}}\n", lines.finish())
}

/// The tokens of the line list.
fn list_tokens(model: &Model, names: &ModelNames) -> TokenStream {
    let fields = model.fields.iter().zip(&names.fields).enumerate();
    let fields = fields.map(|(index, (field, name))| {
        let (index, name, wire) = (Literal::usize_unsuffixed(index), ident(name), &field.name);
        quote!(#index #name #wire,)
    });
    let (name, fields) = (ident(&names.name), braced(fields));
    quote!(model! { #name #fields })
}

fn model_doc(id: &ModelId, model: &Model) -> String {
    let what = match model.origin {
        Origin::Named => format!("Carrier {}.", docs::code(&id.name)),
        Origin::RequestBody => "A request body.".to_owned(),
        Origin::Inline => "An object that the reference does not name.".to_owned(),
    };
    match &model.doc {
        Some(doc) => format!(" {what} {}", docs::text(doc)),
        None => format!(" {what}"),
    }
}

/// `` `Name` (`int32`; required; list `associate`; type seen in a sample): text ``, the name as it is on the wire.
fn field_doc(field: &Field) -> String {
    docs::described(&field.name, &facts(field), field.doc.as_deref())
}

fn facts(field: &Field) -> Vec<String> {
    let mut facts = Vec::new();
    if !field.documented.is_empty() {
        facts.push(docs::code(&field.documented));
    }
    if field.required {
        facts.push("required".to_owned());
    }
    facts.extend(field.list.as_deref().map(docs::list));
    facts.extend(evidence(field).map(str::to_owned));
    if field.deprecated {
        facts.push("deprecated".to_owned());
    }
    facts
}

/// Where the type comes from, unless the field's own table says it.
fn evidence(field: &Field) -> Option<&'static str> {
    match field.evidence.rule {
        Rule::Declared
        | Rule::Label
        | Rule::Summary
        | Rule::Infrastructure
        | Rule::Values
        | Rule::Status
        | Rule::MediaType => None,
        Rule::Correction => Some("type corrected"),
        Rule::Sample => Some("type seen in a sample"),
        Rule::OlderDeclared => Some("type from an older edition"),
        Rule::OlderSample => Some("type seen in a sample of an older edition"),
        Rule::OtherPage => Some("type from another page"),
        Rule::FieldSet => Some("type recognised by its fields"),
        Rule::FieldName => Some("type guessed from the name"),
        Rule::Derived => Some("type named after the field"),
        _ => Some("type not documented"),
    }
}

/// For every shared model that opens a file, those that stand behind it: unnamed ones that nothing else has reached before.
fn homes(api: &Api) -> Homes<'_> {
    let shared = || api.models.iter().filter(|(id, _)| id.group.is_none());
    let mut homes = BTreeMap::new();
    let mut placed = BTreeSet::new();
    for (id, _) in shared().filter(|(_, model)| model.origin == Origin::Named) {
        homes.insert(id, inner(id, api, &mut placed));
    }
    for (id, _) in shared().filter(|(_, model)| model.origin != Origin::Named) {
        if placed.insert(id) {
            homes.insert(id, inner(id, api, &mut placed));
        }
    }
    homes
}

fn inner<'a>(id: &ModelId, api: &'a Api, placed: &mut BTreeSet<&'a ModelId>) -> Vec<&'a ModelId> {
    let mut found = Vec::new();
    let mut open: Vec<&Model> = api.models.get(id).into_iter().collect();
    while let Some(model) = open.pop() {
        for (id, model) in model
            .fields
            .iter()
            .filter_map(|field| api.models.get_key_value(field.ty.model()?))
        {
            if model.origin != Origin::Named && id.group.is_none() && placed.insert(id) {
                found.push(id);
                open.push(model);
            }
        }
    }
    found
}

fn file(
    first: &ModelId,
    rest: &[&ModelId],
    pairs: &Pairs<'_>,
    gates: &Gates<'_>,
    input: &Input<'_>,
) -> Made {
    let mut module = Module::new(input.api, input.names, None);
    let ids = || std::iter::once(first).chain(rest.iter().copied());
    let mut items = Vec::new();
    for (id, model) in ids().filter_map(|id| input.api.models.get_key_value(id)) {
        items.extend(self::items(id, model, input, &mut module));
        items.extend(narrow::items(id, pairs, input, &mut module));
    }
    module.forget_models(
        ids()
            .filter_map(|id| input.names.model(id))
            .map(|names| names.name.as_str()),
    );
    items.splice(0..0, module.imports().map(Item::import));
    if !module.diagnostics.is_empty() {
        return Err(module.diagnostics);
    }
    let module = input
        .names
        .model(first)
        .map(|names| names.module.as_str())
        .unwrap_or_default();
    let file = RustFile {
        path: format!("superoffice/src/models/{module}.rs"),
        source: "all pages that mention it".to_owned(),
        emitter: EMITTER,
        docs: vec![format!(
            "{} and what only it contains.",
            docs::code(&first.name)
        )],
        attributes: gates::attribute("#![", &gates.of(first))
            .into_iter()
            .collect(),
        items,
    };
    file.finish()
}

fn folder(homes: &Homes<'_>, gates: &Gates<'_>, input: &Input<'_>) -> Made {
    let mut modules = Vec::new();
    let mut exports: BTreeMap<Vec<&str>, Vec<TokenStream>> = BTreeMap::new();
    for (first, rest) in homes {
        let Some(names) = input.names.model(first) else {
            continue;
        };
        let module = ident(&names.module);
        let mut types: Vec<_> = std::iter::once(first)
            .chain(rest)
            .filter_map(|id| input.names.model(id))
            .collect();
        types.sort_by(|a, b| a.name.cmp(&b.name));
        let types = types
            .into_iter()
            .map(|names| ident(&names.name).to_token_stream());
        let types = one_or_more(types.collect());
        modules.push((Planned::single("mod", &names.module), quote!(mod #module;)));
        exports
            .entry(gates.of(first))
            .or_default()
            .push(quote!(#module::#types));
    }
    let mut items = Vec::new();
    if !modules.is_empty() {
        items.push(Item::block(modules));
    }
    items.extend(
        exports
            .iter()
            .map(|(features, types)| export(features, types)),
    );
    let file = RustFile {
        path: "superoffice/src/models/mod.rs".to_owned(),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: vec![
            "The carriers: what requests and responses hold, shared by agents and areas. Each is compiled with the agents and areas that \
             need it."
                .to_owned(),
        ],
        attributes: Vec::new(),
        items,
    };
    file.finish()
}

/// The names that come with the same features.
fn export(features: &[&str], types: &[TokenStream]) -> Item {
    let types = one_or_more(types.to_vec());
    let export = quote!(pub use self::#types;);
    match gates::attribute("#[", features) {
        Some(gate) => Item::under(&Planned::single("use", ""), &gate, export),
        None => Item::import(export),
    }
}
