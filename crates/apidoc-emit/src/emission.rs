//! Files of Rust code and the proof that they hold what was planned. Takes items as tokens with the list of what they shall be.
//! Each item is compared with the list ([`crate::planned`]); then the text of the whole file is taken apart into tokens again, item by
//! item, which must be the planned ones, one by one. Returns the text, one empty line between items. A file that says anything else
//! than its plan is refused, and the item is named.

use std::fmt::Write as _;

use apidoc_model::{Code, Diagnostic};
use proc_macro2::{Delimiter, Group, Literal, TokenStream};
use quote::quote;

use crate::planned::{Planned, is_function, parsed};
use crate::same::same;
use crate::{Made, OutputFile, docs};

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

    /// A `use`.
    pub(crate) fn import(tokens: TokenStream) -> Self {
        Self::new(&Planned::single("use", ""), tokens)
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
    pub(crate) fn finish(self) -> Made {
        let path = self.path.clone();
        self.checked().map_err(|problem| {
            let message = format!("{path}: {problem}");
            vec![Diagnostic::new(Code::BadEmission, None, message)]
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

#[cfg(test)]
mod tests {
    use super::*;

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
        finished.map_err(|problems| problems.into_iter().map(|one| one.message).collect())
    }

    /// What stands above the items is proven as they are: a line that ends is the end of its comment.
    #[test]
    fn a_head_that_says_anything_else_than_its_plan_is_refused() {
        let table = [
            ("What it holds.", "#![forbid(unsafe_code)]", true),
            (
                "What it holds.\nfn x() {}",
                "#![forbid(unsafe_code)]",
                false,
            ),
            (
                "What it holds.\rfn x() {}",
                "#![forbid(unsafe_code)]",
                false,
            ),
            ("What it holds.", "#![forbid(unsafe_code)] // x", true),
            ("What it holds.", "#![forbid(unsafe_code)", false),
            ("What it holds.", "\"", false),
        ];
        for (docs, attribute, expected) in table {
            let file = RustFile {
                path: "a.rs".to_owned(),
                source: "pages".to_owned(),
                emitter: "emitter",
                docs: vec![docs.to_owned()],
                attributes: vec![attribute.to_owned()],
                items: Vec::new(),
            };
            let problems = file.finish().err().unwrap_or_default();
            assert_eq!(
                problems.is_empty(),
                expected,
                "{docs:?}, {attribute:?}: {problems:?}"
            );
        }
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
}
