//! Lays out a method on as few lines as it needs: the signature on one, the call on one, each broken at its arguments or calls where
//! it is too wide. prettyplease would take twice the lines for the same tokens. Takes the pieces of the method as tokens; returns its
//! text with these tokens, by which the text is proven when its file is finished.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::quote;

use crate::emission::{Function, Item};

/// Widest line, unless a single piece is wider.
const WIDTH: usize = 116;

/// A method whose body is one chain of calls.
pub(crate) struct Method {
    /// Lines of documentation, escaped, without the leading blank.
    pub(crate) docs: Vec<String>,
    /// Attributes, one line each.
    pub(crate) attributes: Vec<TokenStream>,
    /// Its name.
    pub(crate) name: proc_macro2::Ident,
    /// `name: Type`, after `&self`.
    pub(crate) arguments: Vec<TokenStream>,
    /// What it returns.
    pub(crate) result: TokenStream,
    /// What the chain starts with.
    pub(crate) receiver: TokenStream,
    /// `.call(…)`
    pub(crate) calls: Vec<TokenStream>,
}

impl Method {
    /// The method, indented as inside an implementation.
    pub(crate) fn print(&self) -> Function {
        let mut lines: Vec<String> = self
            .docs
            .iter()
            .map(|line| format!("    /// {line}").trim_end().to_owned())
            .collect();
        lines.extend(
            self.attributes
                .iter()
                .map(|attribute| format!("    {}", compact(attribute))),
        );
        lines.extend(self.signature());
        lines.extend(self.chain());
        lines.push("    }\n".to_owned());
        Function {
            name: self.name.to_string(),
            tokens: self.tokens(),
            text: Ok(lines.join("\n")),
        }
    }

    fn signature(&self) -> Vec<String> {
        let (name, result) = (&self.name, compact(&self.result));
        let arguments: Vec<String> = self.arguments.iter().map(compact).collect();
        let all: String = arguments
            .iter()
            .map(|argument| format!(", {argument}"))
            .collect();
        let line = format!("    pub fn {name}(&self{all}) -> {result} {{");
        if line.chars().count() <= WIDTH {
            return vec![line];
        }
        let mut lines = vec![format!("    pub fn {name}("), "        &self,".to_owned()];
        lines.extend(
            arguments
                .into_iter()
                .map(|argument| format!("        {argument},")),
        );
        lines.push(format!("    ) -> {result} {{"));
        lines
    }

    fn chain(&self) -> Vec<String> {
        let receiver = compact(&self.receiver);
        let calls: Vec<String> = self.calls.iter().map(compact).collect();
        let line = format!("        {receiver}{}", calls.concat());
        if line.chars().count() <= WIDTH {
            return vec![line];
        }
        let mut lines = vec![format!("        {receiver}")];
        lines.extend(calls.into_iter().map(|call| format!("            {call}")));
        lines
    }

    fn tokens(&self) -> TokenStream {
        let Self {
            docs,
            attributes,
            name,
            arguments,
            result,
            receiver,
            calls,
        } = self;
        let docs = docs.iter().map(|line| match line.as_str() {
            "" => String::new(),
            line => format!(" {line}"),
        });
        quote! {
            #(#[doc = #docs])* #(#attributes)*
            pub fn #name(&self, #(#arguments),*) -> #result { #receiver #(#calls)* }
        }
    }
}

/// A function whose statements stand on one line each; prettyplease would take six for a call.
pub(crate) fn one_line_each(
    name: &str,
    doc: &str,
    attribute: Option<&TokenStream>,
    head: &str,
    statements: &[TokenStream],
) -> Item {
    let lines = [format!("/// {doc}")]
        .into_iter()
        .chain(attribute.map(compact))
        .chain([format!("{head} {{")])
        .chain(
            statements
                .iter()
                .map(|statement| format!("    {}", compact(statement))),
        );
    let text: String = lines.map(|line| line + "\n").collect();
    let (doc, head) = (
        format!(" {doc}"),
        head.parse::<TokenStream>().unwrap_or_default(),
    );
    let tokens = quote!(#[doc = #doc] #attribute #head { #(#statements)* });
    Item::function(name, tokens, text + "}\n")
}

/// Tokens as text, with blanks only where Rust or the eye wants them.
fn compact(tokens: &TokenStream) -> String {
    let mut text = String::new();
    push(tokens.clone(), &mut text);
    text
}

fn push(tokens: TokenStream, text: &mut String) {
    let mut after_word = false;
    let mut before_colon = false;
    let mut in_closure = false;
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if is_word && after_word {
            text.push(' ');
        }
        after_word = is_word;
        match token {
            TokenTree::Ident(ident) => text.push_str(&ident.to_string()),
            TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
            TokenTree::Punct(punct)
                if punct.as_char() == '=' && punct.spacing() == Spacing::Alone =>
            {
                text.push_str(" = ");
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                let ends = punct.spacing() == Spacing::Alone && !before_colon;
                if punct.as_char() == '|' {
                    in_closure = !in_closure;
                }
                let closes = punct.as_char() == '|' && !in_closure;
                if closes || matches!(punct.as_char(), ',' | ':') && ends {
                    text.push(' ');
                }
                before_colon = punct.as_char() == ':' && punct.spacing() == Spacing::Joint;
            }
            TokenTree::Group(group) => push_group(&group, text),
        }
    }
}

fn push_group(group: &proc_macro2::Group, text: &mut String) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::None => ("", ""),
    };
    text.push_str(open);
    push(group.stream(), text);
    text.push_str(close);
}
