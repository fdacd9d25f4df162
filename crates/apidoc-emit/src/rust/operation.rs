//! One operation as a method of its handle: documentation, signature and a body that is one expression. Takes the operation and
//! its names; returns tokens, and notes what the module must import.

use apidoc_model::api::{Operation, Payload, RestrictionKind, Safety, Type, Verb};
use apidoc_model::notation::path;
use proc_macro2::TokenStream;
use quote::quote;

use super::options::{has_params, is_option, is_optional};
use super::protocol::protocol_carrier;
use super::types::{Module, ident};
use crate::docs;
use crate::layout::Method;
use crate::names::OperationNames;
use crate::{Input, Options};

/// Clippy counts more than this and `self` as too many.
const MANY_ARGUMENTS: usize = 6;

/// The method.
pub(crate) fn method(
    operation: &Operation,
    names: &OperationNames,
    input: &Input<'_>,
    module: &mut Module<'_>,
) -> Method {
    let arguments = arguments(operation, names, module);
    let result = result(operation, input, module);
    let request = module.runtime("Request");
    Method {
        docs: method_docs(operation, input.options),
        attributes: attributes(operation, names, arguments.len()),
        name: ident(&names.method),
        arguments,
        result: quote!(#request<'c, #result>),
        receiver: quote!(self.client),
        calls: calls(operation, names, module),
    }
}

fn attributes(operation: &Operation, names: &OperationNames, arguments: usize) -> Vec<TokenStream> {
    let mut attributes: Vec<TokenStream> = alias(operation, names).into_iter().collect();
    if operation.deprecated {
        attributes.push(quote!(#[deprecated]));
    }
    if arguments > MANY_ARGUMENTS {
        attributes.push(quote!(#[expect(clippy::too_many_arguments, reason = "the operation requires them all")]));
    }
    // So that what it instantiates is compiled where it is called, not here for every operation.
    attributes.push(quote!(#[inline]));
    attributes
}

fn method_docs(operation: &Operation, options: &Options) -> Vec<String> {
    let verb_and_route = docs::code(&format!(
        "{} {}",
        operation.verb.as_str(),
        path(&operation.route)
    ));
    let link = format!(
        "{}/{}.html",
        options.docs_url,
        docs::url_path(&operation.page)
    );
    let mut lines = vec![format!("{verb_and_route} ([reference]({link}))")];
    let facts = facts(operation);
    if !facts.is_empty() {
        lines.push(String::new());
        lines.push(facts.join(" "));
    }
    for paragraph in operation
        .prose
        .summary
        .iter()
        .chain(&operation.prose.remarks)
    {
        lines.push(String::new());
        lines.push(docs::text(paragraph));
    }
    lines
}

/// What a caller should know and the signature does not say.
fn facts(operation: &Operation) -> Vec<String> {
    let mut facts = Vec::new();
    let options: Vec<String> = operation
        .query
        .iter()
        .filter(|p| is_option(p))
        .map(|p| docs::code(&p.name))
        .collect();
    if !options.is_empty() {
        facts.push(format!("Takes {}.", options.join(", ")));
    }
    facts.extend(operation.restrictions.iter().map(|restriction| {
        match (restriction.kind, &restriction.doc) {
            (RestrictionKind::OnlineRestricted, None) => "Restricted online.".to_owned(),
            (RestrictionKind::OnlineRestricted, Some(doc)) => {
                format!("Restricted online: {}", docs::text(doc))
            }
            (RestrictionKind::Experimental, None) => "Experimental.".to_owned(),
            (RestrictionKind::Experimental, Some(doc)) => {
                format!("Experimental: {}", docs::text(doc))
            }
        }
    }));
    if let Some(ms) = operation.slow_after_ms {
        facts.push(format!("Logged as slow by the server above {ms} ms."));
    }
    facts.extend(safety_fact(operation));
    facts.extend(status_fact(operation));
    facts
}

fn safety_fact(operation: &Operation) -> Option<String> {
    let text = match operation.safety {
        safety if safety == usual_safety(operation.verb) => return None,
        Safety::Safe => "Only reads.",
        Safety::Idempotent => "May be repeated.",
        Safety::Unsafe => "Must not be repeated.",
    };
    Some(text.to_owned())
}

/// The statuses, where they are not just the one success.
fn status_fact(operation: &Operation) -> Option<String> {
    let codes: Vec<u16> = operation
        .statuses
        .iter()
        .map(|status| status.code)
        .collect();
    if matches!(codes[..], [] | [200] | [204]) {
        return None;
    }
    let text: Vec<String> = operation
        .statuses
        .iter()
        .map(|status| match &status.doc {
            Some(doc) => format!(
                "{} ({})",
                status.code,
                docs::text(doc).trim_end_matches('.')
            ),
            None => status.code.to_string(),
        })
        .collect();
    Some(format!("Statuses: {}.", text.join(", ")))
}

/// The API's own spelling, where a search for it would not find the method: rustdoc ignores case and underscores.
fn alias(operation: &Operation, names: &OperationNames) -> Option<TokenStream> {
    let folded = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let plain = operation
        .name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !operation.name.is_empty();
    let differs = folded(&operation.name) != folded(names.method.trim_start_matches("r#"));
    (plain && differs).then(|| {
        let name = &operation.name;
        quote!(#[doc(alias = #name)])
    })
}

fn arguments(
    operation: &Operation,
    names: &OperationNames,
    module: &mut Module<'_>,
) -> Vec<TokenStream> {
    let path = operation.path.iter().zip(&names.path);
    let query = operation
        .query
        .iter()
        .zip(&names.query)
        .filter(|(parameter, _)| parameter.required);
    let mut arguments = Vec::new();
    for (parameter, name) in path.chain(query) {
        let (name, ty) = (ident(name), module.argument(&parameter.ty));
        arguments.push(quote!(#name: #ty));
    }
    if let Some(ty) = body_type(operation, module) {
        let name = ident(&names.body);
        arguments.push(quote!(#name: #ty));
    }
    if has_params(operation) {
        let (name, ty) = (ident(&names.params_argument), ident(&names.params));
        arguments.push(quote!(#name: &#ty));
    }
    arguments
}

fn body_type(operation: &Operation, module: &mut Module<'_>) -> Option<TokenStream> {
    match &operation.body.as_ref()?.content {
        Payload::Unit => None,
        Payload::Json(ty) => Some(module.body(ty)),
        Payload::Binary => {
            let body = module.runtime("Body");
            Some(quote!(impl Into<#body>))
        }
        Payload::Patch => {
            let patch = module.runtime("Patch");
            Some(quote!(&#patch))
        }
    }
}

fn result(operation: &Operation, input: &Input<'_>, module: &mut Module<'_>) -> TokenStream {
    match &operation.result {
        Payload::Unit => quote!(()),
        Payload::Json(ty) => {
            let ty = json_result(ty, input, module);
            quote!(Option<#ty>)
        }
        Payload::Binary | Payload::Patch => {
            let blob = module.runtime("Blob");
            quote!(#blob)
        }
    }
}

fn json_result(ty: &Type, input: &Input<'_>, module: &mut Module<'_>) -> TokenStream {
    let carrier = match ty {
        Type::Model(id) => protocol_carrier(input.api, id),
        _ => None,
    };
    carrier.unwrap_or_else(|| module.owned(ty))
}

/// `.request(Operation::post("id", "/route"))`, `.path(…)`, `.query(…)`, `.json(…)`
fn calls(
    operation: &Operation,
    names: &OperationNames,
    module: &mut Module<'_>,
) -> Vec<TokenStream> {
    let start = description(operation, module);
    let mut calls = vec![quote!(.request(#start))];
    for (parameter, name) in operation.path.iter().zip(&names.path) {
        let (wire, name) = (&parameter.name, ident(name));
        calls.push(quote!(.path(#wire, #name)));
    }
    let params = ident(&names.params_argument);
    for (parameter, name) in operation.query.iter().zip(&names.query) {
        let (wire, name) = (&parameter.name, ident(name));
        if parameter.required {
            calls.push(quote!(.query(#wire, #name)));
        } else if is_optional(parameter) {
            let borrow = (!is_copy(&parameter.ty)).then(|| quote!(&));
            calls.push(quote!(.query(#wire, #borrow #params.#name)));
        }
    }
    calls.extend(body_call(operation, names));
    calls
}

/// Whether values of the type are copied, so that clippy wants no reference to them.
fn is_copy(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Int32 | Type::Int64 | Type::Double)
}

fn body_call(operation: &Operation, names: &OperationNames) -> Option<TokenStream> {
    let name = ident(&names.body);
    match &operation.body.as_ref()?.content {
        Payload::Unit => None,
        Payload::Json(Type::Bool | Type::Int32 | Type::Int64 | Type::Double) => {
            Some(quote!(.json(&#name)))
        }
        Payload::Json(_) => Some(quote!(.json(#name))),
        Payload::Binary => Some(quote!(.binary(#name))),
        Payload::Patch => Some(quote!(.patch(#name))),
    }
}

/// `Operation::post("id", "/route").safe()`
fn description(operation: &Operation, module: &mut Module<'_>) -> TokenStream {
    let ty = module.runtime("Operation");
    let verb = ident(&operation.verb.as_str().to_ascii_lowercase());
    let (id, route) = (&operation.id, path(&operation.route));
    let safety =
        (operation.safety != usual_safety(operation.verb)).then(|| match operation.safety {
            Safety::Safe => quote!(.safe()),
            Safety::Idempotent => quote!(.idempotent()),
            Safety::Unsafe => quote!(.not_repeatable()),
        });
    let slow = operation.slow_after_ms.map(|ms| {
        let ms = proc_macro2::Literal::u32_unsuffixed(ms);
        quote!(.slow_after_ms(#ms))
    });
    let accept = accept(operation).map(|media| quote!(.accept(#media)));
    quote!(#ty::#verb(#id, #route)#safety #slow #accept)
}

/// What the runtime assumes of a verb.
fn usual_safety(verb: Verb) -> Safety {
    match verb {
        Verb::Get => Safety::Safe,
        Verb::Put | Verb::Delete => Safety::Idempotent,
        Verb::Post | Verb::Patch => Safety::Unsafe,
    }
}

/// The media types to ask for where the result is bytes. The runtime asks for bytes in general, which the server answers with
/// bytes only; where the page has no such type, all that it has are named.
fn accept(operation: &Operation) -> Option<String> {
    let general = |media: &String| media == "application/octet-stream";
    let named = operation.result == Payload::Binary
        && !operation.accept.is_empty()
        && !operation.accept.iter().any(general);
    named.then(|| operation.accept.join(", "))
}
