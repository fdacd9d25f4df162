//! Files of Rust code and the proof that they hold what was planned. Takes items as tokens with the list of what they should be.
//! Each item is parsed by syn and compared with the list; then the text of the whole file is taken apart into tokens again, item by
//! item, which must be the planned ones, one by one. Returns the text, one empty line between items. A file that says anything else
//! than its plan is refused, and the item is named.

use std::fmt::Write as _;

use apidoc_model::{Code, Diagnostic};
use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::same::same;
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

/// An item with its text, or the reason why it has none.
pub(crate) struct Item {
    name: String,
    tokens: TokenStream,
    text: Result<String, String>,
}

/// A function of an implementation, with its text.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) tokens: TokenStream,
    pub(crate) text: Result<String, String>,
}

impl Item {
    /// One item, laid out by prettyplease.
    pub(crate) fn new(planned: &Planned, tokens: TokenStream) -> Self {
        let text = parsed(planned, tokens.clone()).map(unparsed);
        Self::with(planned, tokens, text)
    }

    /// An item laid out by prettyplease, under an attribute that is laid out already.
    pub(crate) fn under(planned: &Planned, attribute: &str, tokens: TokenStream) -> Self {
        let text =
            parsed(planned, tokens.clone()).map(|item| format!("{attribute}\n{}", unparsed(item)));
        match lexed(attribute) {
            Ok(attribute) => Self::with(planned, quote!(#attribute #tokens), text),
            Err(problem) => Self::with(planned, tokens, Err(problem)),
        }
    }

    /// A macro call, whose body prettyplease cannot lay out.
    pub(crate) fn laid_out(planned: &Planned, tokens: TokenStream, text: String) -> Self {
        let text = parsed(planned, tokens.clone()).map(|_| text);
        Self::with(planned, tokens, text)
    }

    /// A function that stands by itself, with a text of its own.
    pub(crate) fn function(name: &str, tokens: TokenStream, text: String) -> Self {
        let text = if is_function(name, tokens.clone()) {
            Ok(text)
        } else {
            Err(format!("`{name}` is not one function"))
        };
        Self::with(&Planned::single("fn", name), tokens, text)
    }

    /// Small items that stand together without empty lines (`use`, `mod`).
    pub(crate) fn block(items: Vec<(Planned, TokenStream)>) -> Self {
        let (mut tokens, mut text) = (TokenStream::new(), Ok(String::new()));
        let mut name = String::new();
        for (planned, item) in items {
            let more = parsed(&planned, item.clone()).map(unparsed);
            text = text.and_then(|text| Ok(text + &more?));
            tokens.extend(item);
            name = planned.name;
        }
        Self { name, tokens, text }
    }

    /// An implementation whose functions are laid out already; with an empty line between them, which prettyplease does not leave.
    pub(crate) fn implementation(
        name: &str,
        header: &TokenStream,
        functions: Vec<Function>,
    ) -> Self {
        let planned = Planned::new("impl", name, [""; 0]);
        let head = parsed(&planned, quote!(#header {})).map(|item| head(&unparsed(item)));
        let mut text = head.map(|head| format!("{head} {{\n"));
        let mut tokens = TokenStream::new();
        for (index, function) in functions.into_iter().enumerate() {
            let more = if is_function(&function.name, function.tokens.clone()) {
                function.text
            } else {
                Err(format!("`{}` is not one function", function.name))
            };
            let gap = if index == 0 { "" } else { "\n" };
            text = text.and_then(|text| Ok(text + gap + &more?));
            tokens.extend(function.tokens);
        }
        let body = braced([tokens]);
        let tokens = quote!(#header #body);
        Self::with(&planned, tokens, text.map(|text| text + "}\n"))
    }

    fn with(planned: &Planned, tokens: TokenStream, text: Result<String, String>) -> Self {
        Self {
            name: planned.name.clone(),
            tokens,
            text,
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
        let mut planned = TokenStream::new();
        for line in &self.docs {
            let line = format!(" {line}");
            let _ = writeln!(contents, "{}", format!("//!{line}").trim_end());
            let line = Literal::string(line.trim_end());
            planned.extend(quote!(#![doc = #line]));
        }
        if !self.attributes.is_empty() {
            contents.push('\n');
        }
        for attribute in &self.attributes {
            let _ = writeln!(contents, "{attribute}");
            planned.extend(lexed(attribute)?);
        }
        prove("the head", planned, &contents)?;
        for item in self.items {
            // From the line feed on, so that what ends before it and what begins behind it are no one token.
            let start = contents.len();
            contents.push('\n');
            contents.push_str(&item.text?);
            prove(&item.name, item.tokens, &contents[start..])?;
        }
        Ok(OutputFile {
            path: self.path,
            contents,
        })
    }
}

/// Whether a part of a file is the planned tokens and nothing else.
fn prove(name: &str, planned: TokenStream, text: &str) -> Result<(), String> {
    if same(planned, text) {
        Ok(())
    } else {
        Err(format!("`{name}` was printed as something else"))
    }
}

fn lexed(text: &str) -> Result<TokenStream, String> {
    text.parse()
        .map_err(|error| format!("is not Rust: {error}"))
}

/// The comment on top of a file: the command, the pages, the emitter.
pub(crate) fn header(source: &str, emitter: &str) -> String {
    format!(
        "// @generated by `cargo xtask codegen` from {}; do not edit.\n// Printed by {emitter}.\n\n",
        docs::comment(source)
    )
}

/// The item, if it is the planned one.
fn parsed(planned: &Planned, tokens: TokenStream) -> Result<syn::Item, String> {
    let item: syn::Item = syn::parse2(tokens)
        .map_err(|error| format!("item `{}` does not parse: {error}", planned.name))?;
    let found = found(&item);
    if found == *planned {
        Ok(item)
    } else {
        Err(format!("planned {planned:?}, made {found:?}"))
    }
}

fn unparsed(item: syn::Item) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

/// A function of an implementation, laid out by prettyplease.
pub(crate) fn function(name: &str, tokens: TokenStream) -> Function {
    let planned = Planned::new("impl", "X", [name]);
    let text = parsed(&planned, quote!(impl X { #tokens })).and_then(|item| {
        let text = unparsed(item);
        let body = text
            .split_once("{\n")
            .and_then(|(_, body)| body.strip_suffix("}\n"));
        body.map(str::to_owned)
            .ok_or_else(|| format!("function `{name}` has no body"))
    });
    Function {
        name: name.to_owned(),
        tokens,
        text,
    }
}

/// Tokens between braces. `quote!` shares a group and would copy a stream token by token.
pub(crate) fn braced(tokens: impl IntoIterator<Item = TokenStream>) -> Group {
    Group::new(Delimiter::Brace, tokens.into_iter().collect())
}

/// The head of an implementation without functions, as prettyplease writes it.
fn head(empty: &str) -> String {
    empty
        .trim_end()
        .trim_end_matches("{}")
        .trim_end()
        .to_owned()
}

/// Whether these are the tokens of one function of this name: attributes, visibility, `fn`, name, and a body at the end.
fn is_function(name: &str, tokens: TokenStream) -> bool {
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
            proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
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
            let found = lexed(text).map(|tokens| is_function("a", tokens));
            assert_eq!(found, Ok(expected), "{text}");
        }
    }

    /// A file with these items; each has a name, its tokens and its text.
    fn file(items: &[(&str, &str, &str)]) -> Result<String, String> {
        let items = items.iter().map(|(name, tokens, text)| {
            let tokens = lexed(tokens).unwrap_or_default();
            Item::function(name, tokens, (*text).to_owned())
        });
        let file = RustFile {
            path: "a.rs".to_owned(),
            source: "pages".to_owned(),
            emitter: "emitter",
            docs: vec!["What it holds.".to_owned(), String::new()],
            attributes: vec!["#![forbid(unsafe_code)]".to_owned()],
            items: items.collect(),
        };
        let finished = file.finish().map(|file| file.contents);
        finished.map_err(|diagnostic| diagnostic.message)
    }

    #[test]
    fn a_file_that_says_anything_else_than_its_plan_names_the_item() {
        let good = ("a", "fn a() {}", "fn a() {}\n");
        assert_eq!(
            file(&[good, ("b", "fn b() {}", "fn b() {\n}\n")]).as_deref(),
            Ok(
                "// @generated by `cargo xtask codegen` from pages; do not edit.\n// Printed by emitter.\n\n\
                 //! What it holds.\n//!\n\n#![forbid(unsafe_code)]\n\nfn a() {}\n\nfn b() {\n}\n"
            )
        );
        // The second item, and what is wrong with it.
        let table = [
            (
                ("b", "fn b() {}", "fn c() {}\n"),
                "`b` was printed as something else",
            ),
            (
                ("b", "fn b() {}", "fn b() { x() }\n"),
                "`b` was printed as something else",
            ),
            (
                ("b", "fn b() {}", "fn b() {} fn x() {}\n"),
                "`b` was printed as something else",
            ),
            (
                ("b", "fn b() {}", "fn b() {\n"),
                "`b` was printed as something else",
            ),
            (
                ("b", "fn b() {}", "struct x; fn b() {}\n"),
                "`b` was printed as something else",
            ),
            (("b", "fn c() {}", "fn c() {}\n"), "`b` is not one function"),
            (("b", "struct B;", "struct B;\n"), "`b` is not one function"),
        ];
        for (item, words) in table {
            let problem = file(&[good, item]);
            let expected = format!("a.rs: {words}");
            assert!(
                problem
                    .as_ref()
                    .is_err_and(|problem| problem.starts_with(&expected)),
                "{item:?}: {problem:?}"
            );
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
