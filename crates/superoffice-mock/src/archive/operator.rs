//! The operators and functions of restrictions. Takes a name, in any case; gives what it compares by and how many values it needs;
//! knows no operator that the platform refuses.

use super::period::{Period, Unit};

/// What a column is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    Unequals,
    Greater,
    NotLess,
    Less,
    Begins,
    NotBegins,
    Ends,
    Contains,
    NotContains,
    Between,
    OneOf,
    NotOneOf,
    On,
    BeforeToday,
    AfterToday,
    /// In a period relative to today.
    Within(Period),
    CurrentAssociate,
    IsNull,
    IsNotNull,
}

/// Inside these periods, counted from the running one.
pub(super) const fn within(unit: Unit, first: i64, last: i64) -> Operator {
    Operator::Within(Period::new(unit, first, last))
}

/// The names of the operators, in any case.
pub(super) const OPERATORS: &[(&str, Operator)] = &[
    ("equals", Operator::Equals),
    ("eq", Operator::Equals),
    ("=", Operator::Equals),
    ("is", Operator::Equals),
    ("set", Operator::Equals),
    ("unequals", Operator::Unequals),
    ("ne", Operator::Unequals),
    ("isNot", Operator::Unequals),
    ("greater", Operator::Greater),
    ("gt", Operator::Greater),
    ("after", Operator::Greater),
    ("afterTime", Operator::NotLess),
    ("less", Operator::Less),
    ("lt", Operator::Less),
    ("before", Operator::Less),
    ("beforeTime", Operator::Less),
    ("begins", Operator::Begins),
    ("notBegins", Operator::NotBegins),
    ("ends", Operator::Ends),
    ("contains", Operator::Contains),
    ("notContains", Operator::NotContains),
    ("between", Operator::Between),
    ("dateBetween", Operator::Between),
    ("oneOf", Operator::OneOf),
    ("in", Operator::OneOf),
    ("associateIsOneOf", Operator::OneOf),
    ("notOneOf", Operator::NotOneOf),
    ("associateIsNotOneOf", Operator::NotOneOf),
    ("date", Operator::On),
    ("dateTime", Operator::On),
    ("beforeToday", Operator::BeforeToday),
    ("today", within(Unit::Day, 0, 0)),
    ("afterToday", Operator::AfterToday),
    ("lastWeek", within(Unit::Week, -1, -1)),
    ("thisWeek", within(Unit::Week, 0, 0)),
    ("nextWeek", within(Unit::Week, 1, 1)),
    ("lastMonth", within(Unit::Month, -1, -1)),
    ("thisMonth", within(Unit::Month, 0, 0)),
    ("nextMonth", within(Unit::Month, 1, 1)),
    ("lastQuarter", within(Unit::Quarter, -1, -1)),
    ("thisQuarter", within(Unit::Quarter, 0, 0)),
    ("nextQuarter", within(Unit::Quarter, 1, 1)),
    ("thisHalf", within(Unit::Half, 0, 0)),
    ("thisYear", within(Unit::Year, 0, 0)),
    ("currentAssociate", Operator::CurrentAssociate),
    ("isNull", Operator::IsNull),
    ("isNotNull", Operator::IsNotNull),
];

/// What a function of the restriction language takes, and what it tests.
pub(super) enum Function {
    /// The column and a text.
    Text(Operator),
    /// A text and the column.
    TextFirst(Operator),
    /// The column and a unit: from and to which period, counted from the running one.
    Unit(i64, i64),
    /// The column, a number of periods and a unit: from and to which period, given the number.
    Periods(fn(i64) -> (i64, i64)),
}

const FUNCTIONS: &[(&str, Function)] = &[
    ("startswith", Function::Text(Operator::Begins)),
    ("endswith", Function::Text(Operator::Ends)),
    ("substringof", Function::TextFirst(Operator::Contains)),
    ("this", Function::Unit(0, 0)),
    ("thisAndPreviousAndNext", Function::Unit(-1, 1)),
    ("next", Function::Periods(|count| (1, count))),
    ("previous", Function::Periods(|count| (-count, -1))),
    ("thisAndNext", Function::Periods(|count| (0, count))),
    ("thisAndPrevious", Function::Periods(|count| (-count, 0))),
];

impl Operator {
    /// The operator called `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        OPERATORS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, operator)| *operator)
    }

    pub(super) const fn is_unary(self) -> bool {
        matches!(
            self,
            Self::BeforeToday
                | Self::AfterToday
                | Self::Within(_)
                | Self::CurrentAssociate
                | Self::IsNull
                | Self::IsNotNull
        )
    }

    /// How many values it needs.
    pub(crate) const fn least_values(self) -> usize {
        match self {
            Self::Between => 2,
            _ if self.is_unary() => 0,
            _ => 1,
        }
    }

    pub(super) const fn takes_list(self) -> bool {
        matches!(self, Self::Between | Self::OneOf | Self::NotOneOf)
    }
}

impl Function {
    /// The function called `name`.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, function)| function)
    }
}
