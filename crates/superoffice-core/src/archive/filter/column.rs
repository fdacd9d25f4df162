//! Columns by the type of their restriction, each with the operators that the service knows for it. `le` and `ge` are documented
//! but fail; they are not offered.

use std::fmt::Display;

use super::Filter;
use crate::value::DateTime;

/// A column of texts.
#[must_use]
pub fn text(name: impl Into<String>) -> Text {
    Text(Column(name.into()))
}

/// A column of numbers.
#[must_use]
pub fn number(name: impl Into<String>) -> Number {
    Number(Column(name.into()))
}

/// A column of yes or no.
#[must_use]
pub fn boolean(name: impl Into<String>) -> Bool {
    Bool(Column(name.into()))
}

/// A column of dates.
#[must_use]
pub fn date(name: impl Into<String>) -> Date {
    Date(Column(name.into()))
}

/// A column of dates with times.
#[must_use]
pub fn date_time(name: impl Into<String>) -> Time {
    Time(Column(name.into()))
}

/// A column of associates.
#[must_use]
pub fn associate(name: impl Into<String>) -> Associate {
    Associate(Column(name.into()))
}

/// A column of list items, by their ids.
#[must_use]
pub fn list(name: impl Into<String>) -> List {
    List(Column(name.into()))
}

/// A column of texts.
#[derive(Debug, Clone)]
pub struct Text(Column);

/// A column of numbers.
#[derive(Debug, Clone)]
pub struct Number(Column);

/// A column of yes or no.
#[derive(Debug, Clone)]
pub struct Bool(Column);

/// A column of dates.
#[derive(Debug, Clone)]
pub struct Date(Column);

/// A column of dates with times.
#[derive(Debug, Clone)]
pub struct Time(Column);

/// A column of associates.
#[derive(Debug, Clone)]
pub struct Associate(Column);

/// A column of list items.
#[derive(Debug, Clone)]
pub struct List(Column);

/// A length of time for dates relative to today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Period {
    Days,
    Weeks,
    Months,
    Quarters,
    Years,
}

/// A number in a filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Literal(Repr);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Repr {
    Whole(i64),
    Fraction(f64),
}

impl From<i32> for Literal {
    fn from(value: i32) -> Self {
        Self(Repr::Whole(value.into()))
    }
}

impl From<i64> for Literal {
    fn from(value: i64) -> Self {
        Self(Repr::Whole(value))
    }
}

impl From<f64> for Literal {
    fn from(value: f64) -> Self {
        Self(Repr::Fraction(value))
    }
}

/// Declares methods for operators without a value.
macro_rules! unary {
    ($ty:ident: $($method:ident $operator:literal $doc:literal),* $(,)?) => {
        impl $ty {$(
            #[doc = $doc]
            #[must_use]
            pub fn $method(self) -> Filter {
                self.0.unary($operator)
            }
        )*}
    };
}

/// Declares methods for operators with one text.
macro_rules! with_text {
    ($($method:ident $operator:literal $doc:literal),* $(,)?) => {
        impl Text {$(
            #[doc = $doc]
            #[must_use]
            pub fn $method(self, value: impl AsRef<str>) -> Filter {
                self.0.binary($operator, &quoted(value.as_ref()))
            }
        )*}
    };
}

/// Declares methods for operators with one number.
macro_rules! with_number {
    ($($method:ident $operator:literal $doc:literal),* $(,)?) => {
        impl Number {$(
            #[doc = $doc]
            #[must_use]
            pub fn $method(self, value: impl Into<Literal>) -> Filter {
                match value.into().text() {
                    Ok(value) => self.0.binary($operator, &value),
                    Err(reason) => Filter::refused(reason),
                }
            }
        )*}
    };
}

/// Declares methods for operators with one date.
macro_rules! with_date {
    ($ty:ident: $($method:ident $operator:literal $doc:literal),* $(,)?) => {
        impl $ty {$(
            #[doc = $doc]
            #[must_use]
            pub fn $method(self, value: &DateTime) -> Filter {
                self.0.binary($operator, &quoted(value.as_str()))
            }
        )*}
    };
}

/// Declares methods for operators with ids.
macro_rules! with_ids {
    ($ty:ident: $($method:ident $operator:literal $doc:literal),* $(,)?) => {
        impl $ty {$(
            #[doc = $doc]
            #[must_use]
            pub fn $method(self, ids: impl IntoIterator<Item = i32>) -> Filter {
                self.0.with_list($operator, ids)
            }
        )*}
    };
}

with_text! {
    is "is" "Is this text.",
    is_not "isNot" "Is another text.",
    begins "begins" "Begins with this text.",
    not_begins "notBegins" "Begins otherwise.",
    contains "contains" "Holds this text.",
    not_contains "notContains" "Does not hold this text.",
}

impl Text {
    /// Lies between these texts.
    #[must_use]
    pub fn between(self, first: impl AsRef<str>, last: impl AsRef<str>) -> Filter {
        self.0
            .with_list("between", [quoted(first.as_ref()), quoted(last.as_ref())])
    }

    /// Is one of these texts.
    #[must_use]
    pub fn is_one_of(self, values: impl IntoIterator<Item = impl AsRef<str>>) -> Filter {
        self.0
            .with_list("in", values.into_iter().map(|value| quoted(value.as_ref())))
    }

    /// Begins with this text, by the function `startswith`.
    #[must_use]
    pub fn starts_with(self, value: impl AsRef<str>) -> Filter {
        self.0
            .function(|name| format!("startswith({name},{})", quoted(value.as_ref())))
    }

    /// Ends with this text, by the function `endswith`.
    #[must_use]
    pub fn ends_with(self, value: impl AsRef<str>) -> Filter {
        self.0
            .function(|name| format!("endswith({name},{})", quoted(value.as_ref())))
    }

    /// Holds this text, by the function `substringof`.
    #[must_use]
    pub fn has_substring(self, value: impl AsRef<str>) -> Filter {
        self.0
            .function(|name| format!("substringof({},{name})", quoted(value.as_ref())))
    }
}

unary! { Text: is_null "isNull" "Has no value.", is_not_null "isNotNull" "Has a value." }

with_number! {
    equals "equals" "Is this number.",
    unequals "unequals" "Is another number.",
    greater "greater" "Is greater.",
    less "less" "Is less.",
}

impl Number {
    /// Lies between these numbers.
    #[must_use]
    pub fn between(self, first: impl Into<Literal>, last: impl Into<Literal>) -> Filter {
        match (first.into().text(), last.into().text()) {
            (Ok(first), Ok(last)) => self.0.with_list("between", [first, last]),
            (Err(reason), _) | (_, Err(reason)) => Filter::refused(reason),
        }
    }
}

unary! { Number: is_null "isNull" "Has no value.", is_not_null "isNotNull" "Has a value." }

impl Bool {
    /// Is this.
    #[must_use]
    pub fn is(self, value: bool) -> Filter {
        self.0.binary("set", if value { "1" } else { "0" })
    }
}

unary! { Bool: is_null "isNull" "Has no value.", is_not_null "isNotNull" "Has a value." }

with_date! {
    Date:
    on "date" "Is this day.",
    before "before" "Is before this day.",
    after "after" "Is after this day.",
}

unary! {
    Date:
    today "today" "Is today.",
    before_today "beforeToday" "Is before today.",
    after_today "afterToday" "Is after today.",
    last_week "lastWeek" "Is in the last week.",
    this_week "thisWeek" "Is in this week.",
    next_week "nextWeek" "Is in the next week.",
    last_month "lastMonth" "Is in the last month.",
    this_month "thisMonth" "Is in this month.",
    next_month "nextMonth" "Is in the next month.",
    last_quarter "lastQuarter" "Is in the last quarter.",
    this_quarter "thisQuarter" "Is in this quarter.",
    next_quarter "nextQuarter" "Is in the next quarter.",
    this_half "thisHalf" "Is in this half of the year.",
    this_year "thisYear" "Is in this year.",
    is_null "isNull" "Has no value.",
    is_not_null "isNotNull" "Has a value.",
}

impl Date {
    /// Lies between these days.
    #[must_use]
    pub fn between(self, first: &DateTime, last: &DateTime) -> Filter {
        self.0.with_list(
            "dateBetween",
            [quoted(first.as_str()), quoted(last.as_str())],
        )
    }

    /// Is in the running period.
    #[must_use]
    pub fn this(self, period: Period) -> Filter {
        self.0
            .function(|name| format!("this({name},'{}')", period.word()))
    }

    /// Is in the next so many periods.
    #[must_use]
    pub fn next(self, count: u32, period: Period) -> Filter {
        self.0.periods("next", count, period)
    }

    /// Was in the previous so many periods.
    #[must_use]
    pub fn previous(self, count: u32, period: Period) -> Filter {
        self.0.periods("previous", count, period)
    }

    /// Is in the running or the next so many periods.
    #[must_use]
    pub fn this_and_next(self, count: u32, period: Period) -> Filter {
        self.0.periods("thisAndNext", count, period)
    }

    /// Is in the running or the previous so many periods.
    #[must_use]
    pub fn this_and_previous(self, count: u32, period: Period) -> Filter {
        self.0.periods("thisAndPrevious", count, period)
    }

    /// Is in the previous, the running or the next period.
    #[must_use]
    pub fn this_and_previous_and_next(self, period: Period) -> Filter {
        self.0
            .function(|name| format!("thisAndPreviousAndNext({name},'{}')", period.word()))
    }
}

with_date! {
    Time:
    at "dateTime" "Is this moment.",
    before "beforeTime" "Is before this moment.",
    after "afterTime" "Is this moment or after it, as the service documents `afterTime`.",
}

unary! { Time: is_null "isNull" "Has no value.", is_not_null "isNotNull" "Has a value." }

with_ids! {
    Associate:
    is_one_of "associateIsOneOf" "Is one of these associates.",
    is_not_one_of "associateIsNotOneOf" "Is none of these associates.",
}

unary! {
    Associate:
    is_current "currentAssociate" "Is whoever calls.",
    is_null "isNull" "Has no value.",
    is_not_null "isNotNull" "Has a value.",
}

with_ids! {
    List:
    one_of "oneOf" "Is one of these items.",
    not_one_of "notOneOf" "Is none of these items.",
}

unary! { List: is_null "isNull" "Has no value.", is_not_null "isNotNull" "Has a value." }

impl List {
    /// Is this item.
    #[must_use]
    pub fn equals(self, id: i32) -> Filter {
        self.0.binary("equals", &id.to_string())
    }
}

impl Period {
    const fn word(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Quarters => "quarters",
            Self::Years => "years",
        }
    }
}

impl Literal {
    fn text(self) -> Result<String, &'static str> {
        match self.0 {
            Repr::Whole(value) => Ok(value.to_string()),
            Repr::Fraction(value) if value.is_finite() => Ok(value.to_string()),
            Repr::Fraction(_) => Err("a number must be finite"),
        }
    }
}

/// The name of a column.
#[derive(Debug, Clone)]
struct Column(String);

impl Column {
    fn unary(self, operator: &str) -> Filter {
        self.function(|name| format!("{name} {operator}"))
    }

    fn binary(self, operator: &str, value: &str) -> Filter {
        self.function(|name| format!("{name} {operator} {value}"))
    }

    fn with_list<T: Display>(self, operator: &str, values: impl IntoIterator<Item = T>) -> Filter {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        if values.is_empty() {
            return Filter::refused("a list of values needs at least one");
        }
        self.binary(operator, &format!("({})", values.join(",")))
    }

    fn periods(self, function: &str, count: u32, period: Period) -> Filter {
        self.function(|name| format!("{function}({name},{count},'{}')", period.word()))
    }

    /// A condition with the name in it, if it is one.
    fn function(self, write: impl FnOnce(&str) -> String) -> Filter {
        let is_part = |char: char| char.is_alphanumeric() || "/.:()->_#$".contains(char);
        if self.0.is_empty() || !self.0.chars().all(is_part) {
            return Filter::refused("the name of a column holds characters that no column has");
        }
        Filter::condition(write(&self.0))
    }
}

/// A text in quotes, its own quotes doubled.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
