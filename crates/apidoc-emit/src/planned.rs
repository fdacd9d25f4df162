//! What an item shall be, and whether tokens are it. Takes the kind, name and members that were planned and tokens; returns the item
//! as syn parses it. Refuses tokens that are no item, or an item of another kind, name or members.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

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

/// The item, if it is the planned one.
pub(crate) fn parsed(planned: &Planned, tokens: TokenStream) -> Result<syn::Item, String> {
    let item: syn::Item = syn::parse2(tokens)
        .map_err(|error| format!("item `{}` does not parse: {error}", planned.name))?;
    let found = found(&item);
    if found == *planned {
        Ok(item)
    } else {
        Err(format!("planned {planned:?}, made {found:?}"))
    }
}

/// Whether these are the tokens of one function of this name: attributes, visibility, `fn`, name, and a body at the end.
pub(crate) fn is_function(name: &str, tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    let punct = |tree: &TokenTree, c| matches!(tree, TokenTree::Punct(p) if p.as_char() == c);
    let group = |tree: &TokenTree, d| matches!(tree, TokenTree::Group(g) if g.delimiter() == d);
    while tokens.next_if(|tree| punct(tree, '#')).is_some() {
        if !tokens
            .next()
            .is_some_and(|tree| group(&tree, Delimiter::Bracket))
        {
            return false;
        }
    }
    if tokens.next_if(|tree| is_word(tree, "pub")).is_some() {
        tokens.next_if(|tree| group(tree, Delimiter::Parenthesis));
    }
    let named = tokens.next().is_some_and(|tree| is_word(&tree, "fn"))
        && tokens.next().is_some_and(|tree| is_word(&tree, name));
    let body = tokens.find(|tree| group(tree, Delimiter::Brace) || punct(tree, ';'));
    named && body.is_some_and(|tree| group(&tree, Delimiter::Brace)) && tokens.next().is_none()
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
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
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
    Planned::new("macro", &name, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_of_a_name_and_nothing_else() {
        let table = [
            ("fn a() {}", true),
            ("pub fn a() {}", true),
            ("pub(super) fn a(x: &[u8]) -> [u8; 2] { x }", true),
            ("#[inline] #[doc = \"x\"] fn a() {}", true),
            ("fn b() {}", false),
            ("fn a();", false),
            ("fn a() {} fn b() {}", false),
            ("fn a() {};", false),
            ("struct a {}", false),
            ("const fn a() {}", false),
            ("#inline fn a() {}", false),
            ("#(inline) fn a() {}", false),
            ("pub [super] fn a() {}", false),
            ("pub", false),
            ("", false),
        ];
        for (text, expected) in table {
            let found = text.parse().map(|tokens| is_function("a", tokens));
            assert_eq!(found.ok(), Some(expected), "{text}");
        }
    }

    /// Of what is made, nothing may be another, missing or one too many.
    #[test]
    fn only_what_was_planned_is_taken() {
        let planned = Planned::new("struct", "Cat", ["id", "name"]);
        let table = [
            ("pub struct Cat { pub id: u8, name: u8 }", true),
            ("struct Dog { id: u8, name: u8 }", false),
            ("struct Cat { id: u8 }", false),
            ("struct Cat { name: u8, id: u8 }", false),
            ("struct Cat { id: u8, name: u8, age: u8 }", false),
            ("enum Cat { id, name }", false),
            ("struct Cat { id: u8, name: u8 } fn feed() {}", false),
            ("struct Cat { id: u8, name: u8", false),
            ("", false),
        ];
        for (text, expected) in table {
            let taken = text
                .parse()
                .is_ok_and(|tokens| parsed(&planned, tokens).is_ok());
            assert_eq!(taken, expected, "{text}");
        }
    }

    #[test]
    fn an_item_is_known_by_its_kind_name_and_members() {
        let table = [
            (
                "pub struct Cat { pub id: u8, name: u8 }",
                ("struct", "Cat", "id name"),
            ),
            ("struct Cat(u8);", ("struct", "Cat", "")),
            (
                "enum Mood { Happy, Sad(u8) }",
                ("enum", "Mood", "Happy Sad"),
            ),
            (
                "impl Show for zoo::Cat { fn a() {} fn b() {} }",
                ("impl", "Cat", "a b"),
            ),
            (
                "impl Show for [u8] { const A: u8 = 1; }",
                ("impl", "[u8]", "const A : u8 = 1 ;"),
            ),
            (
                "trait Show { fn a(); type B; }",
                ("trait", "Show", "a type B ;"),
            ),
            ("fn feed(cat: Cat) {}", ("fn", "feed", "")),
            ("mod cat;", ("mod", "cat", "")),
            ("mod cat {}", ("other", "mod cat { }", "")),
            ("pub use cat::Cat;", ("use", "", "")),
            (
                "zoo::model! { Cat { 0 id \"Id\" } Dog }",
                ("macro", "model", "Cat Dog"),
            ),
            ("static A: u8 = 1;", ("other", "static A : u8 = 1 ;", "")),
        ];
        for (text, (kind, name, members)) in table {
            let found = syn::parse_str::<syn::Item>(text).map(|item| found(&item));
            let found = found.map(|found| (found.kind, found.name, found.members.join(" ")));
            let expected = (kind, name.to_owned(), members.to_owned());
            assert_eq!(found.ok(), Some(expected), "{text}");
        }
    }
}
