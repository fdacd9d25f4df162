//! From what an area returns to what it takes: entities come with members that are not sent (`_Links`), in a model of their own. Takes
//! the API; returns a line list for each such pair, from which the runtime's macro makes the conversion. A pair is recognised by
//! its fields, not by its names; one that differs in more has no conversion.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::api::{Field, Group, Model, ModelId, Payload, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::types::{Module, ident};
use super::wrap::Wrapped;
use crate::Input;
use crate::emission::{Item, Planned};

/// The models that each model can be narrowed to.
pub(crate) type Pairs<'a> = BTreeMap<&'a ModelId, BTreeSet<&'a ModelId>>;

/// All pairs of the API.
pub(crate) fn pairs<'a>(input: &Input<'a>) -> Pairs<'a> {
    let mut pairs = Pairs::new();
    for group in &input.api.groups {
        let (returned, taken) = (returned(group), taken(group));
        for whole in returned {
            let parts = taken.iter().copied();
            let parts: Vec<_> = parts.filter(|part| fits(whole, part, input)).collect();
            if !parts.is_empty() {
                pairs.entry(whole).or_default().extend(parts);
            }
        }
    }
    pairs
}

/// The conversions of one model.
pub(crate) fn items(
    whole: &ModelId,
    pairs: &Pairs<'_>,
    input: &Input<'_>,
    module: &mut Module<'_>,
) -> Vec<Item> {
    let parts = pairs.get(whole).into_iter().flatten();
    parts
        .filter_map(|part| item(whole, part, input, module))
        .collect()
}

fn item(
    whole: &ModelId,
    part: &ModelId,
    input: &Input<'_>,
    module: &mut Module<'_>,
) -> Option<Item> {
    let (from, to) = (input.api.models.get(whole)?, input.api.models.get(part)?);
    let (names, part_names) = (input.names.model(whole)?, input.names.model(part)?);
    let target = module.owned(&Type::Model(part.clone()));
    module.runtime("narrow");
    let (mut fields, mut lines) = (TokenStream::new(), Wrapped::new("        "));
    for ((field, wider), name) in from.fields.iter().zip(&to.fields).zip(&part_names.fields) {
        let cast = if field.ty == wider.ty { "" } else { " as i64" };
        lines.push(&format!("{name}{cast},"));
        let (name, cast) = (ident(name), (field.ty != wider.ty).then(|| quote!(as i64)));
        fields.extend(quote!(#name #cast,));
    }
    let (mut members, mut texts) = (TokenStream::new(), Vec::new());
    for (field, name) in from.fields.iter().zip(&names.fields).skip(to.fields.len()) {
        texts.push(format!("{name} {}", Literal::string(&field.name)));
        let (name, wire) = (ident(name), &field.name);
        members.extend(quote!(#name #wire,));
    }
    let text = format!(
        "narrow! {{\n    {} => {target} {{\n{}    }} {{ {} }}\n}}\n",
        names.name,
        lines.finish(),
        texts.join(", ")
    );
    let source = ident(&names.name);
    let tokens = quote!(narrow! { #source => #target { #fields } { #members } });
    let planned = Planned::new("macro", "narrow", [names.name.clone(), target.to_string()]);
    Some(Item::laid_out(&planned, tokens, text))
}

/// Whether the one is the other, in the same order, and dictionaries of the protocol behind it.
fn fits(whole: &ModelId, part: &ModelId, input: &Input<'_>) -> bool {
    let models = &input.api.models;
    let (Some(from), Some(to)) = (models.get(whole), models.get(part)) else {
        return false;
    };
    let (from_names, to_names) = (input.names.model(whole), input.names.model(part));
    let same_names = from_names
        .zip(to_names)
        .is_some_and(|(from, to)| from.fields.starts_with(&to.fields));
    same_names && is_prefix(to, from) && from.fields.iter().skip(to.fields.len()).all(is_protocol)
}

fn is_prefix(part: &Model, whole: &Model) -> bool {
    let (fields, further) = (part.fields.iter(), &whole.fields);
    !part.fields.is_empty()
        && part.fields.len() < further.len()
        && fields
            .zip(further)
            .all(|(part, whole)| carries(part, whole))
}

fn carries(part: &Field, whole: &Field) -> bool {
    let wider = (&whole.ty, &part.ty) == (&Type::Int32, &Type::Int64);
    part.name == whole.name && part.boxed == whole.boxed && (part.ty == whole.ty || wider)
}

/// A dictionary of plain values whose name is marked as none of the entity's own.
fn is_protocol(field: &Field) -> bool {
    let plain = |ty: &Type| {
        use Type::{Any, Bool, Double, Int32, Int64, String};
        matches!(ty, Any | Bool | Double | Int32 | Int64 | String)
    };
    field.name.starts_with('_') && matches!(&field.ty, Type::Map(inner) if plain(inner))
}

fn returned(group: &Group) -> BTreeSet<&ModelId> {
    let results = group.operations.iter().map(|operation| &operation.result);
    results.filter_map(shared).collect()
}

fn taken(group: &Group) -> BTreeSet<&ModelId> {
    let bodies = group
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref());
    bodies.filter_map(|body| shared(&body.content)).collect()
}

/// The carrier that a body is, or a list of.
fn shared(payload: &Payload) -> Option<&ModelId> {
    let Payload::Json(ty) = payload else {
        return None;
    };
    let mut ty = ty;
    while let Type::Array(inner) = ty {
        ty = inner;
    }
    match ty {
        Type::Model(id) if id.group.is_none() => Some(id),
        _ => None,
    }
}
