//! The restriction language of archives: `name begins 'S' and (category oneOf (1,2) or updatedDate after '2024-01-01')`. It
//! takes the text and returns a tree; it refuses operators that the tenant does not know (and `le` and `ge`, which
//! the platform refuses too), a wrong number of values, and anything that does not parse, with the place in words.

use super::lexer::{Token, tokens};
use super::operator::{Function, Operator, within};
use super::period::Unit;

/// How deep parentheses may nest.
const DEPTH: usize = 64;

/// A restriction.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Test(Test),
}

/// A comparison of one column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    pub(crate) column: String,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<String>,
}

impl Test {
    const fn new(column: String, operator: Operator, values: Vec<String>) -> Self {
        Self {
            column,
            operator,
            values,
        }
    }
}

/// Reads a restriction; an empty text restricts nothing.
pub(crate) fn parse(text: &str) -> Result<Filter, String> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Ok(Filter::All(Vec::new()));
    }
    let mut parser = Parser { tokens: &tokens };
    let filter = parser.any(0)?;
    match parser.tokens.first() {
        None => Ok(filter),
        Some(token) => Err(format!(
            "`and`, `or` or the end is expected before {}",
            show(token)
        )),
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.all(depth)?];
        while self.take_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(unite(parts, Filter::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.one(depth)?];
        while self.take_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(unite(parts, Filter::All))
    }

    fn one(&mut self, depth: usize) -> Result<Filter, String> {
        if depth >= DEPTH {
            return Err(format!(
                "more than {DEPTH} parentheses stand inside each other"
            ));
        }
        match self.next() {
            Some(Token::Open) => {
                let filter = self.any(depth + 1)?;
                self.expect(&Token::Close)?;
                Ok(filter)
            }
            Some(Token::Word(word)) => self.test(word).map(Filter::Test),
            Some(token) => Err(format!("a column is expected, not {}", show(&token))),
            None => Err("a column is expected at the end".to_owned()),
        }
    }

    fn test(&mut self, word: String) -> Result<Test, String> {
        if self.tokens.first() == Some(&Token::Open) {
            return self.function(&word);
        }
        let operator = self.operator(&word)?;
        let values = if operator.is_unary() {
            Vec::new()
        } else if operator.takes_list() {
            self.list()?
        } else {
            vec![self.value()?]
        };
        if operator == Operator::Between && values.len() != 2 {
            return Err(format!(
                "two values are expected for {word}, not {}",
                values.len()
            ));
        }
        Ok(Test {
            column: word,
            operator,
            values,
        })
    }

    fn operator(&mut self, column: &str) -> Result<Operator, String> {
        match self.next() {
            Some(Token::Word(name)) => Operator::named(&name)
                .ok_or_else(|| format!("{column} is compared by `{name}`, which is not supported")),
            _ => Err(format!("an operator is expected after {column}")),
        }
    }

    fn function(&mut self, name: &str) -> Result<Test, String> {
        let function = Function::named(name)
            .ok_or_else(|| format!("the function `{name}` is not supported"))?;
        self.expect(&Token::Open)?;
        let first = self.value()?;
        self.expect(&Token::Comma)?;
        let test = match function {
            Function::Text(operator) => Test::new(first, *operator, vec![self.value()?]),
            Function::TextFirst(operator) => Test::new(self.value()?, *operator, vec![first]),
            Function::Unit(from, to) => Test::new(first, self.period(*from, *to)?, Vec::new()),
            Function::Periods(range) => {
                let (from, to) = range(self.count()?);
                self.expect(&Token::Comma)?;
                Test::new(first, self.period(from, to)?, Vec::new())
            }
        };
        self.expect(&Token::Close)?;
        Ok(test)
    }

    fn count(&mut self) -> Result<i64, String> {
        let text = self.value()?;
        let count = text.parse::<u32>().map(i64::from);
        count.map_err(|_| format!("a number of periods is expected, not `{text}`"))
    }

    fn period(&mut self, first: i64, last: i64) -> Result<Operator, String> {
        let word = self.value()?;
        let unit = Unit::named(&word)
            .ok_or_else(|| format!("days, weeks, months, quarters or years, not `{word}`"))?;
        Ok(within(unit, first, last))
    }

    /// Values in parentheses, or without them.
    fn list(&mut self) -> Result<Vec<String>, String> {
        let enclosed = self.take(&Token::Open);
        let mut values = vec![self.value()?];
        while self.take(&Token::Comma) {
            values.push(self.value()?);
        }
        if enclosed {
            self.expect(&Token::Close)?;
        }
        Ok(values)
    }

    fn value(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Word(text) | Token::Text(text)) => Ok(text),
            Some(token) => Err(format!("a value is expected, not {}", show(&token))),
            None => Err("a value is expected at the end".to_owned()),
        }
    }

    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.tokens.first() == Some(token);
        if found {
            self.next();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word));
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        if self.take(token) {
            return Ok(());
        }
        let found = self
            .tokens
            .first()
            .map_or_else(|| "the end".to_owned(), show);
        Err(format!("{} is expected, not {found}", show(token)))
    }
}

fn unite(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn show(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{word}`"),
        Token::Text(text) => format!("'{text}'"),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::Comma => ",".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::operator::OPERATORS;
    use super::{Filter, Operator, Test, Unit, parse, within};

    fn test(column: &str, operator: Operator, values: &[&str]) -> Filter {
        Filter::Test(Test {
            column: column.to_owned(),
            operator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        })
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let expected = Filter::Any(vec![
            test("a", Operator::Equals, &["1"]),
            Filter::All(vec![
                test("b", Operator::Begins, &["x y"]),
                test("c", within(Unit::Day, 0, 0), &[]),
            ]),
        ]);
        assert_eq!(parse("a eq 1 or b begins 'x y' and c today"), Ok(expected));
    }

    #[test]
    fn parentheses_group() {
        let expected = Filter::All(vec![
            Filter::Any(vec![
                test("a", Operator::Equals, &["1"]),
                test("a", Operator::Equals, &["2"]),
            ]),
            test("b", Operator::Greater, &["3"]),
        ]);
        assert_eq!(parse("(a = 1 or a='2') AND b GT 3"), Ok(expected));
    }

    #[test]
    fn lists_stand_with_and_without_parentheses() {
        let expected = Ok(test("a", Operator::OneOf, &["1", "2"]));
        assert_eq!(parse("a oneOf (1, 2)"), expected);
        assert_eq!(parse("a in 1,2"), expected);
        assert_eq!(
            parse("a between (1,2)"),
            Ok(test("a", Operator::Between, &["1", "2"]))
        );
    }

    #[test]
    fn quotes_are_doubled_inside_texts() {
        assert_eq!(
            parse("a is 'it''s'"),
            Ok(test("a", Operator::Equals, &["it's"]))
        );
        assert_eq!(parse("a is ''"), Ok(test("a", Operator::Equals, &[""])));
    }

    #[test]
    fn functions_name_their_column() {
        assert_eq!(
            parse("startswith(name, 'A')"),
            Ok(test("name", Operator::Begins, &["A"]))
        );
        assert_eq!(
            parse("substringof('A', name)"),
            Ok(test("name", Operator::Contains, &["A"]))
        );
    }

    #[test]
    fn periods_are_counted_from_the_running_one() {
        for (text, unit, first, last) in [
            ("this(a,'weeks')", Unit::Week, 0, 0),
            ("next(a, 3, 'days')", Unit::Day, 1, 3),
            ("previous(a,2,'months')", Unit::Month, -2, -1),
            ("thisAndNext(a,1,'quarters')", Unit::Quarter, 0, 1),
            ("THISANDPREVIOUS(a,1,'Year')", Unit::Year, -1, 0),
            ("thisAndPreviousAndNext(a,'days')", Unit::Day, -1, 1),
            ("a lastMonth", Unit::Month, -1, -1),
        ] {
            let expected = test("a", within(unit, first, last), &[]);
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn dynamic_columns_are_one_word() {
        let column = "contact.(ticket->cust_id).id:x";
        assert_eq!(
            parse(&format!("{column} gt 1")),
            Ok(test(column, Operator::Greater, &["1"]))
        );
    }

    #[test]
    fn what_the_platform_refuses_is_refused() {
        for text in [
            "a le 1",
            "a ge 1",
            "a",
            "a eq",
            "a eq 1 b",
            "and",
            "(a eq 1",
            "a eq 1)",
            "a eq 'x",
            "'a' eq 1",
            "a between 1",
            "this(a, 'fortnights')",
            "this(a)",
            "next(a, 'days')",
            "next(a, -1, 'days')",
            "next(a, 1)",
            "previous(a, 1, 'days'",
            "thisAndNext(1)",
            "a oneOf ()",
            "a eq (1)",
            "startswith(a)",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let text = format!("{}a eq 1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(parse(&text).is_err_and(|message| message.contains("64")));
    }

    fn print(filter: &Filter) -> String {
        let join = |parts: &[Filter], word: &str| {
            let parts: Vec<_> = parts
                .iter()
                .map(|part| format!("({})", print(part)))
                .collect();
            parts.join(word)
        };
        match filter {
            Filter::All(parts) => join(parts, " and "),
            Filter::Any(parts) => join(parts, " or "),
            Filter::Test(test) => {
                let quote = |value: &String| format!("'{}'", value.replace('\'', "''"));
                let values: Vec<_> = test.values.iter().map(quote).collect();
                let name = OPERATORS
                    .iter()
                    .find(|(_, operator)| *operator == test.operator)
                    .map_or("", |(name, _)| name);
                format!("{} {name} {}", test.column, values.join(","))
            }
        }
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let values = prop::collection::vec(any::<String>(), 2);
        let tests = ("[a-z]{3,8}", 0..OPERATORS.len(), values)
            .prop_filter("a column is no operator word", |(column, ..)| {
                column != "and"
            })
            .prop_map(|(column, index, mut values)| {
                let operator = OPERATORS[index].1;
                values.truncate(if operator.is_unary() {
                    0
                } else if operator.takes_list() {
                    2
                } else {
                    1
                });
                Filter::Test(Test {
                    column,
                    operator,
                    values,
                })
            });
        tests.prop_recursive(4, 32, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::All),
                prop::collection::vec(inner, 2..4).prop_map(Filter::Any),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _: Result<_, _> = parse(&text);
        }

        #[test]
        fn no_sequence_of_words_makes_it_panic(words in prop::collection::vec("and|or|a|eq|between|\\(|\\)|,|'x'|'|1|startswith", 0..20)) {
            let _: Result<_, _> = parse(&words.join(" "));
        }

        #[test]
        fn printed_restrictions_read_back(filter in filters()) {
            prop_assert_eq!(parse(&print(&filter)), Ok(filter));
        }
    }
}
