//! Compares token streams. Takes what was planned and what stands in a text; says whether they are the same tokens, where a comma
//! at the end of a list, or before the `>` that ends one, is a matter of layout.

use proc_macro2::{Literal, TokenStream, TokenTree};

/// Whether two streams are the same tokens.
pub(crate) fn same(planned: TokenStream, printed: TokenStream) -> bool {
    are_same(planned, printed, false)
}

fn are_same(planned: TokenStream, printed: TokenStream, is_list: bool) -> bool {
    let (mut planned, mut printed) = (spoken(planned, is_list), spoken(printed, is_list));
    loop {
        let is_equal = match (planned.next(), printed.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) => is_same(a, b),
            _ => false,
        };
        if !is_equal {
            return false;
        }
    }
}

/// The tokens without commas at the end of a list, which says the same without them.
fn spoken(tokens: TokenStream, is_list: bool) -> impl Iterator<Item = TokenTree> {
    let mut tokens = tokens.into_iter().peekable();
    std::iter::from_fn(move || {
        let token = tokens.next()?;
        let ends = |next: &TokenTree| is_punct(next, '>');
        if is_punct(&token, ',') && tokens.peek().map_or(is_list, ends) {
            tokens.next()
        } else {
            Some(token)
        }
    })
}

fn is_punct(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

fn is_same(planned: TokenTree, printed: TokenTree) -> bool {
    match (planned, printed) {
        (TokenTree::Group(a), TokenTree::Group(b)) => {
            let equal = a.delimiter() == b.delimiter();
            let (inner_a, inner_b) = (a.stream(), b.stream());
            // The only owner of a stream walks it without copying it.
            drop((a, b));
            equal && are_same(inner_a, inner_b, true)
        }
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Literal(a), TokenTree::Literal(b)) => {
            let (a, b) = (a.to_string(), b.to_string());
            a == b || unraw(&a).is_some_and(|a| a == b)
        }
        _ => false,
    }
}

/// A raw string as an ordinary one: `quote!` turns documentation comments into raw strings, and the lexer into ordinary ones.
fn unraw(literal: &str) -> Option<String> {
    let text = literal.strip_prefix("r\"")?.strip_suffix('"')?;
    Some(Literal::string(text).to_string())
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn only_a_last_comma_is_layout() {
        let cases = [
            ("f(a, b)", "f(a, b,)", true),
            ("f(a, b,)", "f(\n a,\n b\n)", true),
            ("a: Option<B>", "a: Option<\n B,\n>", true),
            ("f(a, b)", "f(a b)", false),
            ("f(a)", "f(a,,)", false),
            ("struct A;", "struct A;,", false),
            ("#[doc = \" x\"] struct A;", "/// x\nstruct A;", true),
            (
                "#[doc = \" x\"] struct A;",
                "/// x\n/// y\nstruct A;",
                false,
            ),
            (
                "#[doc = \" x\"] struct A;",
                "/// x\nstruct A; fn b() {}",
                false,
            ),
            ("#[doc = r\" x\"] struct A;", "/// x\nstruct A;", true),
            ("[a]", "(a)", false),
            ("\"a\"", "\"b\"", false),
        ];
        for (planned, printed, expected) in cases {
            let lex = |text: &str| text.parse().unwrap_or_default();
            let is_same = same(lex(planned), lex(printed));
            assert_eq!(is_same, expected, "{planned} {printed}");
        }
    }
}
