//! From what an area returns to what it takes: entities come with members that are not sent (`_Links`), in a model of their own. Takes
//! the API; returns a line list for each such pair, from which the runtime's macro makes the conversion. A pair is recognised by
//! its fields, not by its names; one that differs in more has no conversion.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::api::{Field, Group, Model, ModelId, Payload, Type};
use apidoc_model::sample::Side;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::types::{Module, ident};
use super::wrap::Wrapped;
use crate::Input;
use crate::emission::Item;
use crate::planned::Planned;

/// The models that each model can be narrowed to.
pub(crate) type Pairs<'a> = BTreeMap<&'a ModelId, BTreeSet<&'a ModelId>>;

/// All pairs of the API.
pub(crate) fn pairs<'a>(input: &Input<'a>) -> Pairs<'a> {
    let mut pairs = Pairs::new();
    for group in &input.api.groups {
        let mut taken_by_fields: BTreeMap<Vec<&str>, Vec<&ModelId>> = BTreeMap::new();
        for part in carriers(group, Side::Request) {
            let fields = wire_names(fields(part, input));
            taken_by_fields.entry(fields).or_default().push(part);
        }
        for whole in carriers(group, Side::Response) {
            let shorter = without_protocol(fields(whole, input)).map(wire_names);
            let parts = shorter.filter_map(|fields| taken_by_fields.get(&fields));
            let parts = parts.flatten().copied();
            let parts: Vec<_> = parts.filter(|part| fits(whole, part, input)).collect();
            if !parts.is_empty() {
                pairs.entry(whole).or_default().extend(parts);
            }
        }
    }
    pairs
}

fn fields<'a>(id: &ModelId, input: &Input<'a>) -> &'a [Field] {
    let model = input.api.models.get(id);
    model.map_or(&[], |model| &model.fields)
}

fn wire_names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

/// The fields without the last, the last two, … of the dictionaries of the protocol behind them.
fn without_protocol(fields: &[Field]) -> impl Iterator<Item = &[Field]> {
    let protocol = fields.iter().rev().take_while(|field| is_protocol(field));
    (1..=protocol.count()).filter_map(|count| fields.get(..fields.len() - count))
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

/// Whether the one begins with the other, in what is sent and in what Rust calls it.
fn fits(whole: &ModelId, part: &ModelId, input: &Input<'_>) -> bool {
    let models = &input.api.models;
    let (Some(from), Some(to)) = (models.get(whole), models.get(part)) else {
        return false;
    };
    let (from_names, to_names) = (input.names.model(whole), input.names.model(part));
    let same_names = from_names
        .zip(to_names)
        .is_some_and(|(from, to)| from.fields.starts_with(&to.fields));
    same_names && is_prefix(to, from)
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

/// The carriers in the messages of a group.
fn carriers(group: &Group, side: Side) -> BTreeSet<&ModelId> {
    let payloads = group.operations.iter().map(|one| one.payload(side));
    payloads.filter_map(shared).collect()
}

/// The carrier that a body is, or a list of.
fn shared(payload: &Payload) -> Option<&ModelId> {
    let mut ty = payload.json()?;
    while let Type::Array(inner) = ty {
        ty = inner;
    }
    match ty {
        Type::Model(id) if id.group.is_none() => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use apidoc_model::api::{Evidence, Origin, Rule};

    use super::*;

    fn field(name: &str, ty: Type) -> Field {
        Field {
            name: name.to_owned(),
            ty,
            boxed: false,
            documented: String::new(),
            evidence: Evidence::rule(Rule::Declared),
            required: false,
            list: None,
            deprecated: false,
            doc: None,
        }
    }

    fn model(fields: &[(&str, Type)]) -> Model {
        Model {
            origin: Origin::Named,
            fields: fields
                .iter()
                .map(|(name, ty)| field(name, ty.clone()))
                .collect(),
            in_request: true,
            in_response: true,
            evidence: Evidence::rule(Rule::Declared),
            doc: None,
        }
    }

    #[test]
    fn a_part_has_the_first_fields_and_less_of_them() {
        use Type::{Int32, Int64, String};
        let whole = model(&[("Id", Int32), ("Name", String), ("_Links", String)]);
        // The fields of the part, and whether the whole begins with them.
        let table: [(&[(&str, Type)], bool); 9] = [
            (&[("Id", Int32), ("Name", String)], true),
            (&[("Id", Int32)], true),
            (&[("Id", Int64)], true),
            (
                &[("Id", Int32), ("Name", String), ("_Links", String)],
                false,
            ),
            (
                &[
                    ("Id", Int32),
                    ("Name", String),
                    ("_Links", String),
                    ("X", Int32),
                ],
                false,
            ),
            (&[("Name", String)], false),
            (&[("Id", String)], false),
            (&[("Id", Int32), ("Nam", String)], false),
            (&[], false),
        ];
        for (fields, expected) in table {
            assert_eq!(is_prefix(&model(fields), &whole), expected, "{fields:?}");
        }
        let wide = model(&[("Id", Int64), ("Name", String)]);
        assert!(
            !is_prefix(&model(&[("Id", Int32)]), &wide),
            "it would lose digits"
        );
        let mut boxed = model(&[("Id", Int32)]);
        boxed.fields[0].boxed = true;
        assert!(!is_prefix(&boxed, &whole));
    }

    #[test]
    fn only_marked_dictionaries_of_plain_values_are_left_out() {
        let map = |ty| Type::Map(Box::new(ty));
        let table = [
            ("_Links", map(Type::String), true),
            ("_Links", map(Type::Any), true),
            ("_Links", map(Type::Int32), true),
            ("Links", map(Type::String), false),
            ("_Links", Type::String, false),
            ("_Links", map(Type::DateTime), false),
            ("_Links", map(map(Type::String)), false),
        ];
        for (name, ty, expected) in table {
            assert_eq!(
                is_protocol(&field(name, ty.clone())),
                expected,
                "{name} {ty:?}"
            );
        }
    }

    #[test]
    fn only_shared_carriers_and_lists_of_them_are_narrowed() {
        let array = |ty| Type::Array(Box::new(ty));
        let cat = ModelId::shared("Cat");
        let own = ModelId {
            group: Some(apidoc_model::api::GroupId {
                world: apidoc_model::api::World::Agent,
                name: "Cat".to_owned(),
            }),
            name: "FeedRequest".to_owned(),
        };
        let model = |id: &ModelId| Type::Model(id.clone());
        let table = [
            (Payload::Json(model(&cat)), true),
            (Payload::Json(array(array(model(&cat)))), true),
            (Payload::Json(model(&own)), false),
            (Payload::Json(array(model(&own))), false),
            (Payload::Json(Type::Map(Box::new(model(&cat)))), false),
            (Payload::Json(Type::Int32), false),
            (Payload::Binary, false),
            (Payload::Unit, false),
        ];
        for (payload, expected) in table {
            let found = shared(&payload).cloned();
            assert_eq!(found, expected.then(|| cat.clone()), "{payload:?}");
        }
    }
}
