//! The table of types: every enumeration, every model that is sent, every conversion to a model that is sent, every model that
//! contains itself. Takes the API; returns the file that shows them to a visitor.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;

use apidoc_model::api::{Model, ModelId, Type};
use apidoc_model::{Api, Diagnostic};
use proc_macro2::Literal;
use quote::quote;

use crate::emission::{Item, Planned, RustFile};
use crate::rust::group::folder;
use crate::rust::narrow;
use crate::{Input, OutputFile};

const EMITTER: &str = "crates/apidoc-emit/src/checks/types.rs";

/// `checks/src/types.rs`
pub(super) fn file(input: &Input<'_>) -> Result<OutputFile, Diagnostic> {
    let visits = [
        enumerations(input),
        sent(input),
        narrowed(input),
        recursive(input),
    ]
    .concat();
    let visitor = if visits.is_empty() { "_" } else { "visitor" };
    let mut text = format!(
        "/// Shows every type of the table to the visitor.\npub fn visit_all({visitor}: &mut impl TypeVisitor) {{\n"
    );
    for visit in visits {
        let _ = writeln!(text, "    visitor.{visit};");
    }
    text.push_str("}\n");
    RustFile {
        path: "checks/src/types.rs".to_owned(),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: vec![
            "Every type about which there is something to check besides its samples.".to_owned(),
        ],
        attributes: Vec::new(),
        items: vec![
            Item::new(
                Planned::single("use", ""),
                quote!(
                    use crate::TypeVisitor;
                ),
            ),
            Item::text(Planned::single("fn", "visit_all"), text),
        ],
    }
    .finish()
}

fn enumerations(input: &Input<'_>) -> Vec<String> {
    let names = input
        .api
        .enums
        .keys()
        .filter_map(|wire| input.names.enumeration(wire));
    names
        .map(|names| {
            let name = &names.name;
            format!(
                "enumeration::<superoffice::enums::{name}>({})",
                quoted(name)
            )
        })
        .collect()
}

fn sent(input: &Input<'_>) -> Vec<String> {
    let models = input
        .api
        .models
        .iter()
        .filter(|(_, model)| model.in_request);
    models
        .filter_map(|(id, _)| Some(format!("sent::<{}>({})", path(id, input)?, quoted(id))))
        .collect()
}

fn narrowed(input: &Input<'_>) -> Vec<String> {
    let pairs = narrow::pairs(input);
    let pairs = pairs
        .iter()
        .flat_map(|(whole, parts)| parts.iter().map(move |part| (*whole, *part)));
    pairs
        .filter_map(|(whole, part)| {
            let (name, from, to) = (quoted(whole), path(whole, input)?, path(part, input)?);
            Some(format!("narrowed::<{from}, {to}>({name})"))
        })
        .collect()
}

fn recursive(input: &Input<'_>) -> Vec<String> {
    let models = input.api.models.keys();
    models
        .filter_map(|id| {
            let turn = turn(id, input.api)?;
            let (name, path) = (quoted(id), path(id, input)?);
            let (open, close) = (quoted(&turn.open), quoted(&turn.close));
            Some(format!(
                "recursive::<{path}>({name}, {open}, {close}, {})",
                turn.levels
            ))
        })
        .collect()
}

/// The model as the checks name it.
fn path(id: &ModelId, input: &Input<'_>) -> Option<String> {
    let name = &input.names.model(id)?.name;
    let Some(group) = &id.group else {
        return Some(format!("superoffice::models::{name}"));
    };
    let (world, module) = (folder(group.world), &input.names.group(group)?.module);
    Some(format!("superoffice::{world}::{module}::{name}"))
}

/// A text as Rust writes it.
fn quoted(text: &impl ToString) -> String {
    Literal::string(&text.to_string()).to_string()
}

/// The JSON around a model that is inside itself.
#[derive(Debug, Clone, Default)]
struct Around {
    open: String,
    close: String,
    levels: usize,
}

/// The shortest way from a model back to itself.
fn turn(start: &ModelId, api: &Api) -> Option<Around> {
    let mut seen = BTreeSet::new();
    let mut open: VecDeque<(&Model, Around)> =
        VecDeque::from([(api.models.get(start)?, Around::default())]);
    while let Some((model, around)) = open.pop_front() {
        for field in &model.fields {
            let (Some(id), inner) = step(&field.name, &field.ty, &around) else {
                continue;
            };
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
fn step<'a>(name: &str, ty: &'a Type, around: &Around) -> (Option<&'a ModelId>, Around) {
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
    match ty {
        Type::Model(id) => (Some(id), inner),
        _ => (None, inner),
    }
}
