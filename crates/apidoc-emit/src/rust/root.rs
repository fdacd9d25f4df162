//! The crate's root and the two folders of modules: `lib.rs`, `prelude.rs`, `agents/mod.rs`, `rest/mod.rs`. Takes the API; returns these four
//! files, in which every module of an agent or area stands behind its cargo feature.

use apidoc_model::api::{Group, World};
use proc_macro2::TokenStream;
use quote::quote;

use super::group::{count, folder, what};
use super::types::ident;
use crate::emission::{Item, RustFile, function};
use crate::names::GroupNames;
use crate::planned::Planned;
use crate::{Input, Made};

const EMITTER: &str = "crates/apidoc-emit/src/rust/root.rs";
/// The documentation of the crate: written by hand, but for three figures.
const FRONT_PAGE: &str = include_str!("../../emitted/superoffice/front.md");

/// `src/lib.rs`, `src/prelude.rs`, `src/agents/mod.rs`, `src/rest/mod.rs`
pub(crate) fn files(input: &Input<'_>) -> Vec<Made> {
    let files = [
        lib(input),
        prelude(),
        world(World::Agent, input),
        world(World::Rest, input),
    ];
    files.into_iter().map(RustFile::finish).collect()
}

fn lib(input: &Input<'_>) -> RustFile {
    let operations = input.api.operations().count();
    let modules = ["agents", "enums", "models", "prelude", "rest"].map(|name| {
        let module = ident(name);
        (
            Planned::single("mod", name),
            quote!(#[rustfmt::skip] pub mod #module;),
        )
    });
    RustFile {
        path: "superoffice/src/lib.rs".to_owned(),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: lib_docs(operations, input),
        attributes: vec![
            "#![forbid(unsafe_code)]".to_owned(),
            "#![cfg_attr(docsrs, feature(doc_cfg))]".to_owned(),
        ],
        items: vec![
            Item::block(modules.into_iter().collect()),
            Item::import(quote!(
                pub use superoffice_core::*;
            )),
            Item::import(quote!(
                use crate::{agents::Agents, rest::Rest};
            )),
            Item::new(
                &Planned::new("trait", "Api", ["agents", "rest"]),
                api_trait(),
            ),
            Item::new(
                &Planned::new("impl", "Client", ["agents", "rest"]),
                api_impl(),
            ),
        ],
    }
}

fn prelude() -> RustFile {
    RustFile {
        path: "superoffice/src/prelude.rs".to_owned(),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: vec!["What most programs import: `use superoffice::prelude::*;`.".to_owned()],
        attributes: Vec::new(),
        items: vec![Item::import(quote!(
            pub use crate::{Api, Client, DateTime, Error, Model, OpenEnum};
        ))],
    }
}

fn lib_docs(operations: usize, input: &Input<'_>) -> Vec<String> {
    let groups = |world| {
        input
            .api
            .groups
            .iter()
            .filter(|group| group.id.world == world)
            .count()
    };
    let figures = [
        ("{operations}", operations),
        ("{agents}", groups(World::Agent)),
        ("{areas}", groups(World::Rest)),
    ];
    let text = figures
        .into_iter()
        .fold(FRONT_PAGE.to_owned(), |text, (name, figure)| {
            text.replace(name, &figure.to_string())
        });
    text.lines().map(str::to_owned).collect()
}

fn api_trait() -> TokenStream {
    quote! {
        /// The way from a [`Client`] to the operations.
        pub trait Api {
            /// The agents: remote procedure calls under `/api/v1/Agents`.
            fn agents(&self) -> Agents<'_>;
            /// The REST areas: resources under `/api/v1`.
            fn rest(&self) -> Rest<'_>;
        }
    }
}

fn api_impl() -> TokenStream {
    quote! {
        impl Api for Client {
            fn agents(&self) -> Agents<'_> {
                Agents { client: self }
            }
            fn rest(&self) -> Rest<'_> {
                Rest { client: self }
            }
        }
    }
}

fn world(world: World, input: &Input<'_>) -> RustFile {
    let groups = input
        .api
        .groups
        .iter()
        .filter(|group| group.id.world == world);
    let groups: Vec<(&Group, &GroupNames)> = groups
        .filter_map(|g| input.names.group(&g.id).map(|names| (g, names)))
        .collect();
    let handle = match world {
        World::Agent => "Agents",
        World::Rest => "Rest",
    };
    let title = match world {
        World::Agent => {
            "The agents: remote procedure calls under `/api/v1/Agents`, one module each."
        }
        World::Rest => "The REST areas: resources under `/api/v1`, one module each.",
    };
    let mut items = vec![Item::import(quote!(
        use crate::Client;
    ))];
    if !groups.is_empty() {
        items.push(Item::block(
            groups.iter().map(|(_, names)| module(names)).collect(),
        ));
    }
    items.push(handle_struct(handle, title));
    items.push(accessors(handle, &groups));
    RustFile {
        path: format!("superoffice/src/{}/mod.rs", folder(world)),
        source: "all pages".to_owned(),
        emitter: EMITTER,
        docs: vec![title.to_owned()],
        attributes: Vec::new(),
        items,
    }
}

fn module(names: &GroupNames) -> (Planned, TokenStream) {
    let (module, feature) = (ident(&names.module), &names.feature);
    (
        Planned::single("mod", &names.module),
        quote!(#[cfg(feature = #feature)] pub mod #module;),
    )
}

fn handle_struct(handle: &str, title: &str) -> Item {
    let (name, doc) = (ident(handle), format!(" {title}"));
    let tokens = quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Copy)]
        pub struct #name<'c> {
            pub(crate) client: &'c Client,
        }
    };
    Item::new(&Planned::new("struct", handle, ["client"]), tokens)
}

fn accessors(handle: &str, groups: &[(&Group, &GroupNames)]) -> Item {
    let client = quote! {
        /// The client that the operations go through.
        #[must_use]
        pub fn client(&self) -> &'c Client {
            self.client
        }
    };
    let mut functions = vec![function("client", client)];
    for (group, names) in groups {
        functions.push(function(&names.module, accessor(group, names)));
    }
    let name = ident(handle);
    Item::implementation(handle, &quote!(impl<'c> #name<'c>), functions)
}

fn accessor(group: &Group, names: &GroupNames) -> TokenStream {
    let doc = format!(" The {}: {}.", what(group), count(group));
    let (module, feature, ty) = (ident(&names.module), &names.feature, ident(&names.handle));
    quote! {
        #[doc = #doc]
        #[cfg(feature = #feature)]
        #[must_use]
        pub fn #module(&self) -> #module::#ty<'c> {
            #module::#ty { client: self.client }
        }
    }
}
