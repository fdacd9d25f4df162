//! One agent or area as a module: the handle, one implementation with the operations in route order, the optional parameters and
//! the request bodies that only it has. Takes the group; returns its file.

use apidoc_model::api::{Group, World};
use quote::quote;

use super::types::{Module, ident};
use super::{models, operation, params};
use crate::emission::{Item, RustFile};
use crate::names::GroupNames;
use crate::planned::Planned;
use crate::{Input, Made, docs};

/// `src/agents/….rs` or `src/rest/….rs`
pub(crate) fn file(group: &Group, input: &Input<'_>) -> Made {
    let Some(names) = input.names.group(&group.id) else {
        return Err(Vec::new());
    };
    let mut module = Module::new(input.api, input.names, Some(&group.id));
    let mut items = vec![handle(group, names, &mut module)];
    items.extend(implementation(group, names, input, &mut module));
    for operation in &group.operations {
        let names = names.operations.get(&operation.id);
        items.extend(names.and_then(|names| params::params(operation, names, &mut module)));
    }
    for (id, model) in input.api.models_of(&group.id) {
        items.extend(models::items(id, model, input, &mut module));
    }
    items.splice(0..0, module.imports().map(Item::import));
    if !module.diagnostics.is_empty() {
        return Err(module.diagnostics);
    }
    let file = RustFile {
        path: format!(
            "superoffice/src/{}/{}.rs",
            folder(group.id.world),
            names.module
        ),
        source: format!("the pages in {}", pages(group)),
        emitter: "crates/apidoc-emit/src/rust/group.rs",
        docs: module_docs(group, input),
        attributes: Vec::new(),
        items,
    };
    file.finish()
}

/// Folder and module of a world.
pub(crate) fn folder(world: World) -> &'static str {
    match world {
        World::Agent => "agents",
        World::Rest => "rest",
    }
}

/// ``agent `Chat` `` or ``REST area `Contact` ``
pub(crate) fn what(group: &Group) -> String {
    let kind = match group.id.world {
        World::Agent => "agent",
        World::Rest => "REST area",
    };
    format!("{kind} {}", docs::code(&group.id.name))
}

/// `1 operation`, `12 operations`
pub(crate) fn count(group: &Group) -> String {
    match group.operations.len() {
        1 => "1 operation".to_owned(),
        n => format!("{n} operations"),
    }
}

/// The folder of the pages.
fn pages(group: &Group) -> &str {
    let page = group
        .operations
        .first()
        .map_or("", |operation| operation.page.as_str());
    page.rsplit_once('/').map_or(page, |(folder, _)| folder)
}

fn module_docs(group: &Group, input: &Input<'_>) -> Vec<String> {
    let link = format!(
        "{}/{}/index.html",
        input.options.docs_url,
        docs::url_path(pages(group))
    );
    vec![format!(
        "The {}: {} ([reference]({link})).",
        what(group),
        count(group)
    )]
}

fn handle(group: &Group, names: &GroupNames, module: &mut Module<'_>) -> Item {
    let doc = format!(" Operations of the {}.", what(group));
    let name = ident(&names.handle);
    let client = module.runtime("Client");
    let tokens = quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Copy)]
        pub struct #name<'c> {
            pub(super) client: &'c #client,
        }
    };
    Item::new(&Planned::new("struct", &names.handle, ["client"]), tokens)
}

fn implementation(
    group: &Group,
    names: &GroupNames,
    input: &Input<'_>,
    module: &mut Module<'_>,
) -> Option<Item> {
    let operations = group
        .operations
        .iter()
        .filter_map(|op| names.operations.get(&op.id).map(|names| (op, names)));
    let functions: Vec<_> = operations
        .map(|(op, names)| operation::method(op, names, input, module).print())
        .collect();
    let name = ident(&names.handle);
    let header = quote!(impl<'c> #name<'c>);
    (!functions.is_empty()).then(|| Item::implementation(&names.handle, &header, functions))
}
