//! Compares planned tokens with a text. Takes the tokens and the text, which rustc's own lexer takes apart; says whether they are the
//! same, where a comma at the end of a list, or before the `>` that ends one, is a matter of layout.

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use rustc_lexer::{DocStyle, TokenKind, tokenize};

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Printed<'t> {
    /// A bracket or a punctuation mark.
    Mark(char),
    /// An identifier or a literal.
    Word(&'t str),
    /// A lifetime, without its mark.
    Lifetime(&'t str),
    /// A documentation comment, without its marks, and whether it is about what it stands in.
    Doc(&'t str, bool),
    /// Nothing that may stand in a file.
    Unknown,
}

/// Whether a text is these tokens and nothing else.
pub(crate) fn same(planned: TokenStream, text: &str) -> bool {
    let mut printed = printed(text);
    are_next(planned, &mut printed, false) && printed.next().is_none()
}

/// Whether the next tokens of a text are these.
fn are_next<'t>(
    planned: TokenStream,
    printed: &mut impl Iterator<Item = Printed<'t>>,
    is_list: bool,
) -> bool {
    let mut planned = planned.into_iter().peekable();
    while let Some(token) = planned.next() {
        let ends = |next: &TokenTree| is_punct(next, '>');
        if is_punct(&token, ',') && planned.peek().map_or(is_list, ends) {
            continue;
        }
        let is_same = match (token, printed.next()) {
            (TokenTree::Group(group), Some(Printed::Mark(open))) => {
                let Some(close) = closing(group.delimiter(), open) else {
                    return false;
                };
                let inside = group.stream();
                // The only owner of a stream walks it without copying it.
                drop(group);
                are_next(inside, printed, true) && printed.next() == Some(Printed::Mark(close))
            }
            (TokenTree::Ident(ident), Some(Printed::Word(text))) => ident == *text,
            (TokenTree::Literal(literal), Some(Printed::Word(text))) => {
                is_literal(&literal.to_string(), text)
            }
            (TokenTree::Punct(punct), Some(Printed::Mark(mark))) => punct.as_char() == mark,
            (TokenTree::Punct(punct), Some(Printed::Lifetime(name))) => {
                let named = |token| matches!(token, TokenTree::Ident(ident) if ident == *name);
                punct.as_char() == '\'' && planned.next().is_some_and(named)
            }
            (TokenTree::Punct(punct), Some(Printed::Doc(text, is_inner))) => {
                punct.as_char() == '#' && is_doc(&mut planned, text, is_inner)
            }
            _ => false,
        };
        if !is_same {
            return false;
        }
    }
    true
}

/// The tokens of a text, without commas at the end of a list, which says the same without them.
fn printed(text: &str) -> impl Iterator<Item = Printed<'_>> {
    let mut rest = text;
    let tokens = tokenize(text).filter_map(move |token| {
        let (part, behind) = rest.split_at_checked(token.len as usize)?;
        rest = behind;
        read(token.kind, part)
    });
    let mut tokens = tokens.peekable();
    std::iter::from_fn(move || {
        let token = tokens.next()?;
        let ends = |next: &Printed<'_>| matches!(next, Printed::Mark(')' | ']' | '}' | '>'));
        if token == Printed::Mark(',') && tokens.peek().is_some_and(ends) {
            tokens.next()
        } else {
            Some(token)
        }
    })
}

/// A token of the lexer; `None` for what says nothing.
fn read(kind: TokenKind, text: &str) -> Option<Printed<'_>> {
    let doc = |style: DocStyle, text| Printed::Doc(text, style == DocStyle::Inner);
    match kind {
        TokenKind::Whitespace
        | TokenKind::LineComment { doc_style: None }
        | TokenKind::BlockComment {
            doc_style: None,
            terminated: true,
        } => None,
        TokenKind::LineComment {
            doc_style: Some(style),
        } => text.get(3..).map(|text| doc(style, text)),
        TokenKind::BlockComment {
            doc_style: Some(style),
            terminated: true,
        } => text.get(3..text.len() - 2).map(|text| doc(style, text)),
        TokenKind::Ident | TokenKind::RawIdent | TokenKind::Literal { .. } => {
            Some(Printed::Word(text))
        }
        TokenKind::Lifetime {
            starts_with_number: false,
        } => text.get(1..).map(Printed::Lifetime),
        TokenKind::BlockComment { .. }
        | TokenKind::Lifetime { .. }
        | TokenKind::InvalidIdent
        | TokenKind::UnknownPrefix
        | TokenKind::UnknownPrefixLifetime
        | TokenKind::RawLifetime
        | TokenKind::GuardedStrPrefix
        | TokenKind::Unknown
        | TokenKind::Eof => Some(Printed::Unknown),
        _ => text.chars().next().map(Printed::Mark),
    }
}

/// The bracket that closes a group that a text opens so.
fn closing(delimiter: Delimiter, open: char) -> Option<char> {
    match (delimiter, open) {
        (Delimiter::Parenthesis, '(') => Some(')'),
        (Delimiter::Bracket, '[') => Some(']'),
        (Delimiter::Brace, '{') => Some('}'),
        _ => None,
    }
}

/// Whether the tokens behind a `#` are the rest of the attribute that a comment stands for.
fn is_doc(planned: &mut impl Iterator<Item = TokenTree>, text: &str, is_inner: bool) -> bool {
    if is_inner && !planned.next().is_some_and(|token| is_punct(&token, '!')) {
        return false;
    }
    let Some(TokenTree::Group(group)) = planned.next() else {
        return false;
    };
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    let [
        TokenTree::Ident(name),
        TokenTree::Punct(sign),
        TokenTree::Literal(literal),
    ] = &inside[..]
    else {
        return false;
    };
    let is_attribute = group.delimiter() == Delimiter::Bracket && name == "doc";
    is_attribute && sign.as_char() == '=' && is_text(&literal.to_string(), text)
}

/// Whether a literal is the text of a comment; one with a carriage return is no comment to rustc.
fn is_text(literal: &str, text: &str) -> bool {
    let plain = literal.strip_prefix('"').and_then(|l| l.strip_suffix('"'));
    let is_plain = plain == Some(text) && !text.contains('\\');
    !text.contains('\r') && (is_plain || is_literal(literal, &Literal::string(text).to_string()))
}

fn is_punct(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

fn is_literal(planned: &str, printed: &str) -> bool {
    planned == printed || unraw(planned).is_some_and(|planned| planned == printed)
}

/// A raw string as an ordinary one: `quote!` turns documentation comments into raw strings.
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
        check(&cases);
    }

    #[test]
    fn comments_are_tokens_where_they_document() {
        check(&[
            ("#![doc = \" x\"]", "//! x\n", true),
            ("#![doc = \" x\"]", "/// x\n", false),
            ("#[doc = \" x\"]", "//! x\n", false),
            ("#[doc = \" x\"]", "#[doc = \" x\"]", true),
            ("#[doc = \" x\\ny \"] a", "/** x\ny */ a", true),
            ("#[doc = \" \\\"x\\\\\"] a", "/// \"x\\\na", true),
            ("#[doc = \" x\\\\n\"] a", "/// x\\n\na", true),
            ("#[doc = \" x\\n\"] a", "/// x\\n\na", false),
            ("#[doc = \" x\\r\"] a", "/// x\r\na", false),
            ("#[doc = \" x\"] a", "/// y\na", false),
            ("#[doc = \" x\"] a", "/// x", false),
            ("#[cfg = \" x\"] a", "/// x\na", false),
            ("a b", "// no\na /* no */ b", true),
            ("a b", "a //b", false),
            ("a", "a /*", false),
        ]);
    }

    #[test]
    fn what_rustc_reads_as_one_token_is_one() {
        check(&[
            ("&'c T", "&'c T", true),
            ("&'c T", "&'d T", false),
            ("'c'", "'c'", true),
            ("'c", "'c'", false),
            ("r#type: A", "r#type: A", true),
            ("r#type", "type", false),
            ("a b", "ab", false),
            ("1 0", "1.0", false),
            ("a \"b\"", "a\"b\"", false),
            ("a == b", "a == b", true),
            ("a", "a \u{2116}", false),
            ("a", "\u{feff}a", false),
        ]);
    }

    fn check(cases: &[(&str, &str, bool)]) {
        for (planned, text, expected) in cases {
            let planned_tokens = planned.parse().unwrap_or_default();
            assert_eq!(same(planned_tokens, text), *expected, "{planned} {text}");
        }
    }
}
