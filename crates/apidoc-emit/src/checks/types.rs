//! The table of types: every enumeration, every model that is sent, every conversion to a model that is sent, every model that
//! contains itself. Takes the API; returns the file that shows them to a visitor.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use apidoc_model::Api;
use apidoc_model::api::{Model, ModelId, Type};
use apidoc_model::cycles::cycles;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emission::{Item, RustFile};
use crate::layout::one_line_each;
use crate::rust::group::folder;
use crate::rust::narrow;
use crate::rust::types::ident;
use crate::{Input, Made};

const EMITTER: &str = "crates/apidoc-emit/src/checks/types.rs";

/// `checks/src/types.rs`
pub(super) fn file(input: &Input<'_>) -> Made {
    let visits = [
        enumerations(input),
        sent(input),
        narrowed(input),
        recursive(input),
    ]
    .concat();
    let visitor = if visits.is_empty() { "_" } else { "visitor" };
    let table = one_line_each(
        "visit_all",
        "Shows every type of the table to the visitor.",
        None,
        &format!("pub fn visit_all({visitor}: &mut impl TypeVisitor)"),
        &visits,
    );
    RustFile {
        path: "checks/src/types.rs".to_owned(),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: vec![
            "Every type about which there is something to check besides its samples.".to_owned(),
        ],
        attributes: Vec::new(),
        items: vec![
            Item::import(quote!(
                use crate::TypeVisitor;
            )),
            table,
        ],
    }
    .finish()
}

fn enumerations(input: &Input<'_>) -> Vec<TokenStream> {
    let names = input
        .api
        .enums
        .keys()
        .filter_map(|wire| input.names.enumeration(wire));
    names
        .map(|names| {
            let (text, name) = (&names.name, ident(&names.name));
            quote!(visitor.enumeration::<superoffice::enums::#name>(#text);)
        })
        .collect()
}

fn sent(input: &Input<'_>) -> Vec<TokenStream> {
    let models = input
        .api
        .models
        .iter()
        .filter(|(_, model)| model.in_request);
    models
        .filter_map(|(id, _)| {
            let (path, text) = (path(id, input)?, id.to_string());
            Some(quote!(visitor.sent::<#path>(#text);))
        })
        .collect()
}

fn narrowed(input: &Input<'_>) -> Vec<TokenStream> {
    let pairs = narrow::pairs(input);
    let pairs = pairs
        .iter()
        .flat_map(|(whole, parts)| parts.iter().map(move |part| (*whole, *part)));
    pairs
        .filter_map(|(whole, part)| {
            let (text, from, to) = (whole.to_string(), path(whole, input)?, path(part, input)?);
            Some(quote!(visitor.narrowed::<#from, #to>(#text);))
        })
        .collect()
}

fn recursive(input: &Input<'_>) -> Vec<TokenStream> {
    let cycles = cycles(input.api, Type::model);
    let models = input.api.models.keys();
    models
        .filter_map(|id| {
            let Around {
                open,
                close,
                levels,
            } = turn(id, input.api, &cycles)?;
            let (text, path) = (id.to_string(), path(id, input)?);
            let levels = Literal::usize_unsuffixed(levels);
            Some(quote!(visitor.recursive::<#path>(#text, #open, #close, #levels);))
        })
        .collect()
}

/// The model as the checks name it.
fn path(id: &ModelId, input: &Input<'_>) -> Option<TokenStream> {
    let name = ident(&input.names.model(id)?.name);
    let Some(group) = &id.group else {
        return Some(quote!(superoffice::models::#name));
    };
    let (world, module) = (folder(group.world), &input.names.group(group)?.module);
    let (world, module) = (ident(world), ident(module));
    Some(quote!(superoffice::#world::#module::#name))
}

/// The JSON around a model that is inside itself.
#[derive(Debug, Clone, Default)]
struct Around {
    open: String,
    close: String,
    levels: usize,
}

/// The shortest way from a model back to itself. What is in no cycle with it does not lead there.
fn turn(start: &ModelId, api: &Api, cycles: &BTreeMap<ModelId, usize>) -> Option<Around> {
    let is_near = |id: &ModelId| cycles.get(id) == cycles.get(start);
    let mut seen = BTreeSet::new();
    let mut open: VecDeque<(&Model, Around)> =
        VecDeque::from([(api.models.get(start)?, Around::default())]);
    while let Some((model, around)) = open.pop_front() {
        for field in &model.fields {
            let Some(id) = field.ty.model().filter(|id| is_near(id)) else {
                continue;
            };
            let inner = step(&field.name, &field.ty, &around);
            if id == start {
                return Some(inner);
            }
            if let Some(model) = api.models.get(id).filter(|_| seen.insert(id)) {
                open.push_back((model, inner));
            }
        }
    }
    None
}

/// One field further in.
fn step(name: &str, ty: &Type, around: &Around) -> Around {
    let mut inner = around.clone();
    let mut enter = |open: &str, close: &str| {
        inner.open.push_str(open);
        inner.close.insert_str(0, close);
        inner.levels += 1;
    };
    let name = serde_json::Value::from(name).to_string();
    enter(&format!("{{{name}:"), "}");
    let mut ty = ty;
    while let Type::Array(element) | Type::Map(element) = ty {
        match ty {
            Type::Array(_) => enter("[", "]"),
            _ => enter("{\"a\":", "}"),
        }
        ty = element;
    }
    inner
}
