//! Takes Rust code and returns its tokens as text without documentation, so that two files can be compared: the same page with
//! other prose must give the same tokens, with other names the same shape. Refuses text that is no sequence of Rust tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// How much of a token counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// All of it.
    Exact,
    /// Names and literals count as one each, whatever they are; keywords count as themselves.
    Shape,
}

/// The tokens of a file, without `#[doc = …]`.
///
/// # Errors
/// When the text has no tokens.
pub fn tokens(text: &str, detail: Detail) -> Result<String, String> {
    let stream: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    let mut out = String::new();
    push(stream, detail, &mut out);
    Ok(out)
}

fn push(stream: TokenStream, detail: Detail, out: &mut String) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        if is(&tree, '#') {
            let inner = trees.next_if(|next| is(next, '!'));
            if trees.next_if(is_doc).is_some() {
                continue;
            }
            out.push('#');
            out.extend(inner.map(|_| '!'));
            continue;
        }
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{\n", "}\n"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                push(group.stream(), detail, out);
                out.push_str(close);
            }
            TokenTree::Punct(punct) => out.push(punct.as_char()),
            TokenTree::Literal(literal) if detail == Detail::Exact => {
                out.push_str(&format!(" {literal} "));
            }
            TokenTree::Literal(_) => out.push_str(" 0 "),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let shown = detail == Detail::Exact || is_keyword(&name);
                out.push_str(&format!(" {} ", if shown { &name } else { "x" }));
            }
        }
    }
}

fn is(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_doc(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else {
        return false;
    };
    let mut inside = group.stream().into_iter();
    matches!(inside.next(), Some(TokenTree::Ident(word)) if word == "doc")
        && inside.next().is_some_and(|next| is(&next, '='))
}

fn is_keyword(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_err()
}
