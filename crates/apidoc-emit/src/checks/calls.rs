//! One call of every operation, with arguments by type. Takes a group; returns the file that shows its operations to a visitor, one
//! expression each.

use apidoc_model::api::{Group, Operation, Parameter, Payload, Type};
use proc_macro2::TokenStream;
use quote::quote;

use crate::emission::{Item, RustFile};
use crate::layout::one_line_each;
use crate::names::{GroupNames, OperationNames};
use crate::planned::Planned;
use crate::rust::group::{folder as world_folder, what};
use crate::rust::options::has_params;
use crate::rust::types::ident;
use crate::{Input, Made};

const EMITTER: &str = "crates/apidoc-emit/src/checks/calls.rs";

/// `checks/src/calls/….rs`
pub(super) fn file(group: &Group, input: &Input<'_>) -> Made {
    let empty = GroupNames::default();
    let names = input.names.group(&group.id).unwrap_or(&empty);
    let operations = group
        .operations
        .iter()
        .filter_map(|op| names.operations.get(&op.id).map(|names| (op, names)));
    let visits: Vec<TokenStream> = operations
        .map(|(op, op_names)| visit(group, names, op, op_names))
        .collect();
    let deprecated = group
        .operations
        .iter()
        .any(|operation| operation.deprecated);
    let items = vec![
        Item::import(quote!(
            use superoffice::Api as _;
        )),
        Item::import(quote!(
            use crate::Visitor;
        )),
        visits_of(deprecated, &visits),
    ];
    RustFile {
        path: format!("checks/src/calls/{}.rs", module(group, names)),
        source: what(group),
        emitter: EMITTER,
        docs: vec![format!("Calls of the {}.", what(group))],
        attributes: Vec::new(),
        items,
    }
    .finish()
}

/// The function, with one line for each operation.
fn visits_of(deprecated: bool, visits: &[TokenStream]) -> Item {
    let expect = deprecated
        .then(|| quote!(#[expect(deprecated, reason = "deprecated operations are checked, too")]));
    one_line_each(
        "visit",
        "Shows every operation to the visitor.",
        expect.as_ref(),
        "pub(super) fn visit(visitor: &mut impl Visitor)",
        visits,
    )
}

/// `checks/src/calls/mod.rs`
pub(super) fn folder(input: &Input<'_>) -> Made {
    let modules: Vec<String> = input
        .api
        .groups
        .iter()
        .filter_map(|group| {
            input
                .names
                .group(&group.id)
                .map(|names| module(group, names))
        })
        .collect();
    let calls = modules.iter().map(|name| {
        let module = ident(name);
        quote!(#module::visit(visitor);)
    });
    let tokens = quote! {
        /// Shows every operation of the SDK to the visitor.
        pub fn visit_all(visitor: &mut impl Visitor) {
            #(#calls)*
        }
    };
    let mut items = vec![
        Item::import(quote!(
            use crate::Visitor;
        )),
        Item::new(&Planned::single("fn", "visit_all"), tokens),
    ];
    if !modules.is_empty() {
        let declarations = modules.iter().map(|name| {
            let module = ident(name);
            (Planned::single("mod", name), quote!(mod #module;))
        });
        items.insert(0, Item::block(declarations.collect()));
    }
    RustFile {
        path: "checks/src/calls/mod.rs".to_owned(),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: vec!["A call of every operation, with arguments by type.".to_owned()],
        attributes: Vec::new(),
        items,
    }
    .finish()
}

fn module(group: &Group, names: &GroupNames) -> String {
    format!("{}_{}", group.id.world.name(), names.module)
}

fn visit(
    group: &Group,
    names: &GroupNames,
    operation: &Operation,
    op_names: &OperationNames,
) -> TokenStream {
    let (world, module) = (ident(world_folder(group.id.world)), ident(&names.module));
    let (id, method) = (&operation.id, ident(&op_names.method));
    let arguments = arguments(operation);
    let uses = |argument: &TokenStream| argument.to_string().contains("args");
    let args = ident(if arguments.iter().any(uses) {
        "args"
    } else {
        "_"
    });
    quote!(visitor.visit(#id, |client, #args| Ok(client.#world().#module().#method(#(#arguments),*)));)
}

fn arguments(operation: &Operation) -> Vec<TokenStream> {
    let mut arguments: Vec<TokenStream> = operation
        .path
        .iter()
        .map(|parameter| argument("path", parameter))
        .collect();
    let required = operation
        .query
        .iter()
        .filter(|parameter| parameter.required);
    arguments.extend(required.map(|parameter| argument("query", parameter)));
    arguments.extend(
        operation
            .body
            .as_ref()
            .and_then(|body| self::body(&body.content)),
    );
    if has_params(operation) {
        arguments.push(quote!(&Default::default()));
    }
    arguments
}

fn argument(place: &str, parameter: &Parameter) -> TokenStream {
    let (place, name) = (ident(place), &parameter.name);
    let value = quote!(args.#place(#name));
    match &parameter.ty {
        Type::Bool | Type::Int32 | Type::Int64 | Type::Double => quote!(#value.value()),
        Type::String => quote!(&#value.text()),
        Type::Enum(_) => quote!(&#value.constant()),
        Type::Array(inner) => match **inner {
            Type::String => quote!(&#value.texts()),
            Type::Enum(_) => quote!(&#value.constants()),
            _ => quote!(&#value.values()),
        },
        _ => quote!(&#value.value()),
    }
}

fn body(content: &Payload) -> Option<TokenStream> {
    Some(match content {
        Payload::Unit => return None,
        Payload::Binary => quote!(args.bytes()),
        Payload::Patch => quote!(&args.patch()?),
        Payload::Json(Type::Bool | Type::Int32 | Type::Int64 | Type::Double) => {
            quote!(args.body()?)
        }
        Payload::Json(Type::String) => quote!(&args.text()?),
        Payload::Json(Type::Array(_)) => quote!(&args.list()?),
        Payload::Json(_) => quote!(&args.body()?),
    })
}
