//! Files of Rust code and the proof that they hold what was planned. Takes items as tokens with the list of what they should be;
//! returns the text of the file, one empty line between items, after parsing that text again and comparing it with the plan.
//! A file that does not parse or has another item than planned is refused, and the item is named.

use std::fmt::Write as _;

use apidoc_model::{Code, Diagnostic};
use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::{OutputFile, docs};

/// What an item is, as far as the comparison goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// Fields of a struct, functions of an implementation or trait, the first word of a macro.
    pub(crate) members: Vec<String>,
}

impl Planned {
    pub(crate) fn new<S: Into<String>>(
        kind: &'static str,
        name: &str,
        members: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            members: members.into_iter().map(Into::into).collect(),
        }
    }

    pub(crate) fn single(kind: &'static str, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            members: Vec::new(),
        }
    }
}

/// An item that is printed already, or the reason why it could not be.
pub(crate) struct Item {
    planned: Vec<Planned>,
    text: Result<String, String>,
}

impl Item {
    /// One item, printed by prettyplease.
    pub(crate) fn new(planned: Planned, tokens: TokenStream) -> Self {
        let text = pretty(&planned.name, tokens);
        Self {
            planned: vec![planned],
            text,
        }
    }

    /// Small items that stand together without empty lines (`use`, `mod`).
    pub(crate) fn block(items: Vec<(Planned, TokenStream)>) -> Self {
        let texts: Result<Vec<String>, String> = items
            .iter()
            .map(|(planned, tokens)| pretty(&planned.name, tokens.clone()))
            .collect();
        Self {
            planned: items.into_iter().map(|(planned, _)| planned).collect(),
            text: texts.map(|texts| texts.concat()),
        }
    }

    /// An implementation whose functions are printed already; with an empty line between them, which prettyplease does not leave.
    pub(crate) fn implementation(
        name: &str,
        header: &TokenStream,
        functions: Vec<(String, Result<String, String>)>,
    ) -> Self {
        let planned = Planned::new(
            "impl",
            name,
            functions.iter().map(|(function, _)| function.as_str()),
        );
        let bodies: Result<Vec<String>, String> =
            functions.into_iter().map(|(_, text)| text).collect();
        let text = bodies
            .and_then(|bodies| Ok(format!("{} {{\n{}}}\n", head(header)?, bodies.join("\n"))));
        Self {
            planned: vec![planned],
            text,
        }
    }

    /// A macro call, whose body prettyplease cannot lay out.
    pub(crate) fn text(planned: Planned, text: String) -> Self {
        Self {
            planned: vec![planned],
            text: Ok(text),
        }
    }
}

/// A file of Rust code.
pub(crate) struct RustFile {
    /// Path relative to the output folder.
    pub(crate) path: String,
    /// Which pages it is made from, for the header.
    pub(crate) source: String,
    /// The file that makes it, for the header.
    pub(crate) emitter: &'static str,
    /// Lines of the `//!` comment, escaped.
    pub(crate) docs: Vec<String>,
    /// Inner attributes of a crate's root.
    pub(crate) attributes: Vec<String>,
    /// The items.
    pub(crate) items: Vec<Item>,
}

impl RustFile {
    /// The text, if it holds what was planned.
    pub(crate) fn finish(self) -> Result<OutputFile, Diagnostic> {
        let path = self.path.clone();
        self.checked().map_err(|problem| {
            Diagnostic::new(Code::BadEmission, None, format!("{path}: {problem}"))
        })
    }

    fn checked(self) -> Result<OutputFile, String> {
        let mut contents = header(&self.source, self.emitter);
        for line in &self.docs {
            let _ = writeln!(contents, "{}", format!("//! {line}").trim_end());
        }
        if !self.attributes.is_empty() {
            let _ = writeln!(contents, "\n{}", self.attributes.join("\n"));
        }
        let mut planned = Vec::new();
        let mut texts = Vec::new();
        for item in self.items {
            let text = item.text?;
            contents.push('\n');
            contents.push_str(&text);
            texts.push(text);
            planned.extend(item.planned);
        }
        compare(&planned, &contents).map_err(|problem| blamed(&texts).unwrap_or(problem))?;
        Ok(OutputFile {
            path: self.path,
            contents,
        })
    }
}

/// The comment on top of a file: the command, the pages, the emitter.
pub(crate) fn header(source: &str, emitter: &str) -> String {
    format!(
        "// @generated by `cargo xtask codegen` from {}; do not edit.\n// Printed by {emitter}.\n\n",
        docs::comment(source)
    )
}

fn pretty(name: &str, tokens: TokenStream) -> Result<String, String> {
    let item: syn::Item =
        syn::parse2(tokens).map_err(|error| format!("item `{name}` does not parse: {error}"))?;
    Ok(prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    }))
}

/// A function of an implementation, printed by prettyplease.
pub(crate) fn function(name: &str, tokens: &TokenStream) -> Result<String, String> {
    let text = pretty(name, quote::quote!(impl X { #tokens }))?;
    let body = text
        .split_once("{\n")
        .and_then(|(_, body)| body.strip_suffix("}\n"));
    body.map(str::to_owned)
        .ok_or_else(|| format!("function `{name}` has no body"))
}

/// The head of an implementation as prettyplease writes it.
fn head(header: &TokenStream) -> Result<String, String> {
    let empty = pretty("impl", quote::quote!(#header {}))?;
    Ok(empty
        .trim_end()
        .trim_end_matches("{}")
        .trim_end()
        .to_owned())
}

/// The first item that does not parse by itself.
fn blamed(texts: &[String]) -> Option<String> {
    texts.iter().find_map(|text| {
        let error = syn::parse_file(text).err()?;
        Some(format!("does not parse ({error}):\n{text}"))
    })
}

/// Parses the text and compares its items with the plan.
fn compare(planned: &[Planned], contents: &str) -> Result<(), String> {
    let file = syn::parse_file(contents).map_err(|error| format!("does not parse: {error}"))?;
    let found: Vec<Planned> = file.items.iter().map(found).collect();
    for (planned, found) in planned.iter().zip(&found) {
        if planned != found {
            return Err(format!("planned {planned:?}, printed {found:?}"));
        }
    }
    if planned.len() == found.len() {
        Ok(())
    } else {
        Err(format!(
            "planned {} items, printed {}",
            planned.len(),
            found.len()
        ))
    }
}

fn found(item: &syn::Item) -> Planned {
    match item {
        syn::Item::Struct(item) => Planned::new(
            "struct",
            &item.ident.to_string(),
            item.fields.iter().filter_map(field_name),
        ),
        syn::Item::Enum(item) => Planned::new(
            "enum",
            &item.ident.to_string(),
            item.variants.iter().map(|v| v.ident.to_string()),
        ),
        syn::Item::Impl(item) => {
            Planned::new("impl", &self_type(item), item.items.iter().map(impl_item))
        }
        syn::Item::Trait(item) => Planned::new(
            "trait",
            &item.ident.to_string(),
            item.items.iter().map(trait_item),
        ),
        syn::Item::Fn(item) => Planned::single("fn", &item.sig.ident.to_string()),
        syn::Item::Mod(item) if item.content.is_none() => {
            Planned::single("mod", &item.ident.to_string())
        }
        syn::Item::Use(_) => Planned::single("use", ""),
        syn::Item::Macro(item) => macro_call(item),
        other => Planned::single("other", &other.to_token_stream().to_string()),
    }
}

fn field_name(field: &syn::Field) -> Option<String> {
    field.ident.as_ref().map(ToString::to_string)
}

fn self_type(item: &syn::ItemImpl) -> String {
    match item.self_ty.as_ref() {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default(),
        other => other.to_token_stream().to_string(),
    }
}

fn impl_item(item: &syn::ImplItem) -> String {
    match item {
        syn::ImplItem::Fn(item) => item.sig.ident.to_string(),
        other => other.to_token_stream().to_string(),
    }
}

fn trait_item(item: &syn::TraitItem) -> String {
    match item {
        syn::TraitItem::Fn(item) => item.sig.ident.to_string(),
        other => other.to_token_stream().to_string(),
    }
}

fn macro_call(item: &syn::ItemMacro) -> Planned {
    let name = item
        .mac
        .path
        .segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    let words = item
        .mac
        .tokens
        .clone()
        .into_iter()
        .filter_map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
    Planned::new("macro", &name, words)
}
