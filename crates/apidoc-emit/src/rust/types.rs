//! Rust types for the types of the IR. Takes a [`Type`] and the module it is mentioned in; returns tokens and notes which names the
//! module must import. A reference to a model that the module cannot see, and nesting above the cap, are diagnosed.

use std::collections::BTreeSet;

use apidoc_model::api::{GroupId, Type};
use apidoc_model::{Api, Code, Diagnostic};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};

use crate::names::Names;

/// Types nested deeper than this are refused: the printer would recurse as deep, and a real one has four levels.
const DEEPEST: usize = 64;

/// The names that one module mentions and the problems met on the way.
pub(crate) struct Module<'a> {
    api: &'a Api,
    names: &'a Names,
    /// The group whose own models may be mentioned.
    group: Option<&'a GroupId>,
    runtime: BTreeSet<String>,
    models: BTreeSet<String>,
    enums: BTreeSet<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// An identifier that `names` has decided; raw ones carry their `r#`.
pub(crate) fn ident(name: &str) -> Ident {
    let span = proc_macro2::Span::call_site();
    match name.strip_prefix("r#") {
        Some(word) => Ident::new_raw(word, span),
        None => Ident::new(name, span),
    }
}

/// The end of a `use`: braces only around several names.
pub(crate) fn one_or_more(parts: Vec<TokenStream>) -> TokenStream {
    match &parts[..] {
        [part] => part.clone(),
        _ => quote!({#(#parts),*}),
    }
}

impl<'a> Module<'a> {
    pub(crate) fn new(api: &'a Api, names: &'a Names, group: Option<&'a GroupId>) -> Self {
        Self {
            api,
            names,
            group,
            runtime: BTreeSet::new(),
            models: BTreeSet::new(),
            enums: BTreeSet::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Notes that the module mentions a name of the runtime.
    pub(crate) fn runtime(&mut self, name: &str) -> Ident {
        self.runtime.insert(name.to_owned());
        ident(name)
    }

    /// The type that owns its value.
    pub(crate) fn owned(&mut self, ty: &Type) -> TokenStream {
        let mut wrappers = Vec::new();
        let mut innermost = ty;
        while let Type::Array(inner) | Type::Map(inner) = innermost {
            wrappers.push(matches!(innermost, Type::Map(_)));
            innermost = inner;
        }
        if wrappers.len() > DEEPEST {
            self.diagnostics.push(Diagnostic::new(
                Code::TooDeep,
                None,
                format!("a type is nested {} levels deep", wrappers.len()),
            ));
            wrappers.clear();
        }
        let mut tokens = self.single(innermost);
        for is_map in wrappers.into_iter().rev() {
            let wrapper = if is_map {
                self.runtime("Map")
            } else {
                ident("Vec")
            };
            tokens = quote!(#wrapper<#tokens>);
        }
        tokens
    }

    /// The type of an argument: by value where it is a number, by reference otherwise.
    pub(crate) fn argument(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::Bool | Type::Int32 | Type::Int64 | Type::Double => self.owned(ty),
            Type::String => quote!(&str),
            Type::Array(inner) if **inner == Type::String => quote!(&[&str]),
            Type::Array(inner) => {
                let inner = self.owned(inner);
                quote!(&[#inner])
            }
            _ => {
                let owned = self.owned(ty);
                quote!(&#owned)
            }
        }
    }

    /// The type of a body: like an argument, but a list of texts may own them.
    pub(crate) fn body(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::Array(inner) => {
                let inner = self.owned(inner);
                quote!(&[#inner])
            }
            _ => self.argument(ty),
        }
    }

    /// The one `use` of the module, or none.
    pub(crate) fn imports(&self) -> Option<TokenStream> {
        let mut parts = Vec::new();
        for (path, names) in [
            ("", &self.runtime),
            ("enums", &self.enums),
            ("models", &self.models),
        ] {
            let names = names.iter().map(|name| ident(name).to_token_stream());
            match (path, names.len()) {
                (_, 0) => {}
                ("", _) => parts.extend(names),
                _ => {
                    let (path, names) = (ident(path), one_or_more(names.collect()));
                    parts.push(quote!(#path::#names));
                }
            }
        }
        (!parts.is_empty()).then(|| {
            let parts = one_or_more(parts);
            quote!(use crate::#parts;)
        })
    }

    /// Models that the module defines itself are not imported.
    pub(crate) fn forget_models<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            self.models.remove(name);
        }
    }

    fn single(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::Bool => quote!(bool),
            Type::Int32 => quote!(i32),
            Type::Int64 => quote!(i64),
            Type::Double => quote!(f64),
            Type::String => quote!(String),
            Type::DateTime => self.of_runtime("DateTime"),
            Type::Base64 => self.of_runtime("Base64"),
            Type::Enum(name) => self.enumeration(name),
            Type::Flags(name) => {
                let (set, flag) = (self.runtime("FlagSet"), self.enumeration(name));
                quote!(#set<#flag>)
            }
            Type::Model(id) => self.model(id),
            _ => self.of_runtime("Value"),
        }
    }

    fn of_runtime(&mut self, name: &str) -> TokenStream {
        let name = self.runtime(name);
        quote!(#name)
    }

    fn enumeration(&mut self, wire: &str) -> TokenStream {
        match self.names.enumeration(wire) {
            Some(names) if self.api.enums.contains_key(wire) => {
                self.enums.insert(names.name.clone());
                let name = ident(&names.name);
                quote!(#name)
            }
            _ => self.unknown(&format!("the enumeration `{wire}`")),
        }
    }

    fn model(&mut self, id: &apidoc_model::api::ModelId) -> TokenStream {
        let visible = id.group.is_none() || id.group.as_ref() == self.group;
        match self.names.model(id) {
            Some(names) if visible && self.api.models.contains_key(id) => {
                if id.group.is_none() {
                    self.models.insert(names.name.clone());
                }
                let name = ident(&names.name);
                quote!(#name)
            }
            _ => self.unknown(&format!("the model `{id}`")),
        }
    }

    fn unknown(&mut self, what: &str) -> TokenStream {
        self.diagnostics.push(Diagnostic::new(
            Code::BadEmission,
            None,
            format!("{what} is mentioned but cannot be seen from here"),
        ));
        self.of_runtime("Value")
    }
}
