//! The words of a restriction: it takes the text of `$filter` and returns names, quoted texts, parentheses, commas and equal
//! signs. A quote is doubled inside a quoted text; a text without its closing quote is refused.

/// A word of a restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A column, operator, function, number or other bare word.
    Word(String),
    /// A quoted text, without its quotes.
    Text(String),
    Open,
    Close,
    Comma,
}

/// Takes `text` apart.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut rest = text.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, skip(rest, first)),
            ')' => (Token::Close, skip(rest, first)),
            ',' => (Token::Comma, skip(rest, first)),
            '=' => (Token::Word("=".to_owned()), skip(rest, first)),
            '\'' | '"' => quoted(rest, first)?,
            _ => word(rest),
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn skip(text: &str, first: char) -> &str {
    text.strip_prefix(first).unwrap_or_default()
}

fn quoted(text: &str, quote: char) -> Result<(Token, &str), String> {
    let mut content = String::new();
    let mut rest = skip(text, quote);
    while let Some((part, after)) = rest.split_once(quote) {
        content.push_str(part);
        rest = after;
        match rest.strip_prefix(quote) {
            Some(after) => {
                content.push(quote);
                rest = after;
            }
            None => return Ok((Token::Text(content), rest)),
        }
    }
    Err(format!("the text {text} has no closing {quote}"))
}

/// A word ends at white space, at a comma, at `=` and at a parenthesis; only `.(a->b)` inside a column belongs to it.
fn word(text: &str) -> (Token, &str) {
    let mut inside = false;
    let mut previous = ' ';
    let mut end = text.len();
    for (index, character) in text.char_indices() {
        let opens = character == '(' && previous == '.';
        let closes = character == ')' && inside;
        if !opens && !closes && (character.is_whitespace() || "(),=\"'".contains(character)) {
            end = index;
            break;
        }
        inside = opens || (inside && !closes);
        previous = character;
    }
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (Token::Word(word.to_owned()), rest)
}
