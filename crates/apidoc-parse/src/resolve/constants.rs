//! Takes the built API and the enumerations that `corrections.md` lists, and puts each in the place of the text at its elements.
//! An element that this API does not have is reported and left alone. A row that changes nothing is refused, as is an element
//! that is no text. Enumerations that nothing mentions any more are taken out.

use std::collections::BTreeSet;

use apidoc_model::api::{Enum, Evidence, Operation, Rule, Type};
use apidoc_model::{Api, Code, Diagnostic};

use crate::corrections::Constants;

use super::correct::{note, targets, type_mut, unmatched};

/// Applies all rows.
pub(super) fn apply(api: &mut Api, rows: &[Constants]) -> Vec<Diagnostic> {
    let refused = rows.iter().flat_map(|row| apply_one(api, row)).collect();
    drop_unused(api);
    refused
}

fn apply_one(api: &mut Api, row: &Constants) -> Vec<Diagnostic> {
    let (ty, place) = (row.ty(), row.name.span);
    let (mut refused, mut changed) = (Vec::new(), false);
    for element in &row.elements {
        let targets = targets(api, element);
        if targets.is_empty() {
            refused.push(unmatched(element, place));
        }
        for target in &targets {
            match type_mut(api, target).and_then(constant_mut) {
                Some(constant) if *constant == ty => {}
                Some(constant) => {
                    *constant = ty.clone();
                    note(api, target);
                    changed = true;
                }
                None => {
                    let message = format!("{element} is no text");
                    refused.push(Diagnostic::new(Code::UnusedCorrection, place, message));
                }
            }
        }
    }
    if changed {
        let known = api
            .enums
            .entry(row.name.value.clone())
            .or_insert_with(|| Enum {
                values: Vec::new(),
                evidence: Evidence::rule(Rule::Correction),
            });
        known.add(&row.values);
    } else if refused.is_empty() {
        let message = "the pages say so without this row";
        refused.push(Diagnostic::new(Code::UnusedCorrection, place, message));
    }
    refused
}

/// The text, or the enumeration that it was already, inside arrays and dictionaries.
fn constant_mut(ty: &mut Type) -> Option<&mut Type> {
    match ty {
        Type::Array(inner) | Type::Map(inner) => constant_mut(inner),
        Type::String | Type::Enum(_) | Type::Flags(_) => Some(ty),
        _ => None,
    }
}

fn drop_unused(api: &mut Api) {
    let fields = api.models.values().flat_map(|model| &model.fields);
    let bodies = api.operations().flat_map(Operation::types);
    let parameters = api
        .operations()
        .flat_map(|operation| operation.path.iter().chain(&operation.query));
    let types = fields
        .map(|field| &field.ty)
        .chain(bodies)
        .chain(parameters.map(|parameter| &parameter.ty));
    let used: BTreeSet<String> = types.filter_map(enumeration).map(str::to_owned).collect();
    api.enums.retain(|name, _| used.contains(name));
}

fn enumeration(ty: &Type) -> Option<&str> {
    match ty.innermost() {
        Type::Enum(name) | Type::Flags(name) => Some(name),
        _ => None,
    }
}
