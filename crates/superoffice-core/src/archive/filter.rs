//! Conditions on rows (`$filter`). Made from [columns](column) with the operators that their types have, joined by `and` and `or`.
//! Texts are quoted and their quotes doubled, so that a value can never become a condition. Refuses names of columns that could,
//! and numbers that have no text; the request that gets such a filter reports it before anything is sent.

use crate::parameter::{ParameterValues, ToParameter};

pub mod column;

/// A condition on rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    text: Result<String, &'static str>,
    form: Form,
}

/// Why a filter is none: a name or a value in it cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the filter cannot be sent: {reason}")]
#[non_exhaustive]
pub struct InvalidFilter {
    /// What is wrong with it.
    pub reason: &'static str,
}

/// What a condition is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Single,
    Joined(Joint),
    /// Nobody has looked into it.
    Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

impl Joint {
    const fn word(self) -> &'static str {
        match self {
            Self::And => " and ",
            Self::Or => " or ",
        }
    }
}

impl Filter {
    /// A condition in the service's own language, sent as it is. Never put a value from outside into it.
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self {
            text: Ok(text.into()),
            form: Form::Raw,
        }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.join(Joint::And, other)
    }

    /// At least one of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.join(Joint::Or, other)
    }

    /// All of these. Refused if there are none.
    #[must_use]
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        filters
            .into_iter()
            .reduce(Self::and)
            .unwrap_or_else(|| Self::refused(NONE))
    }

    /// At least one of these. Refused if there are none.
    #[must_use]
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        filters
            .into_iter()
            .reduce(Self::or)
            .unwrap_or_else(|| Self::refused(NONE))
    }

    /// The condition as text, for operations that take it in their body (the `restriction` of agents).
    ///
    /// ```
    /// use superoffice_core::archive::{column, descending, names};
    ///
    /// let body = serde_json::json!({
    ///     "Columns": names(["contactId", "name"]),
    ///     "SortOrder": names(["name".to_owned(), descending("contactId")]),
    ///     "Restriction": column::text("name").begins("O'Harp").to_text()?,
    /// });
    /// assert_eq!(body["Restriction"], "name begins 'O''Harp'");
    /// assert_eq!(body["SortOrder"], "name,contactId desc");
    /// # Ok::<(), superoffice_core::archive::InvalidFilter>(())
    /// ```
    ///
    /// # Errors
    /// If a part of it was refused.
    pub fn to_text(&self) -> Result<String, InvalidFilter> {
        let reason = |reason: &&'static str| InvalidFilter { reason };
        self.text.as_ref().cloned().map_err(reason)
    }

    fn condition(text: String) -> Self {
        Self {
            text: Ok(text),
            form: Form::Single,
        }
    }

    fn refused(reason: &'static str) -> Self {
        Self {
            text: Err(reason),
            form: Form::Single,
        }
    }

    fn join(self, joint: Joint, other: Self) -> Self {
        let text = self.operand(joint).and_then(|mut text| {
            text.push_str(joint.word());
            text.push_str(&other.operand(joint)?);
            Ok(text)
        });
        Self {
            text,
            form: Form::Joined(joint),
        }
    }

    /// In parentheses where it is joined by another word, or may be, so that nothing depends on which word binds closer.
    fn operand(self, joint: Joint) -> Result<String, &'static str> {
        if self.form == Form::Single || self.form == Form::Joined(joint) {
            return self.text;
        }
        Ok(format!("({})", self.text?))
    }
}

const NONE: &str = "a filter needs at least one condition";

impl ToParameter for Filter {
    fn to_parameter(&self, out: &mut ParameterValues) {
        match &self.text {
            Ok(text) => out.push(text),
            Err(reason) => out.refuse(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(filter: Filter) -> Result<String, &'static str> {
        filter.text
    }

    #[test]
    fn every_kind_of_column_has_its_operators() {
        let date = crate::value::DateTime::new("2024-02-29");
        let later = crate::value::DateTime::new("2024-03-31");
        let table = [
            (column::text("name").is("O'Harp"), "name is 'O''Harp'"),
            (column::text("name").is_not(""), "name isNot ''"),
            (column::text("name").begins("a"), "name begins 'a'"),
            (column::text("name").not_begins("a"), "name notBegins 'a'"),
            (
                column::text("name").contains("' or 1 eq 1 or '"),
                "name contains ''' or 1 eq 1 or '''",
            ),
            (
                column::text("name").not_contains("a"),
                "name notContains 'a'",
            ),
            (
                column::text("name").between("a", "b"),
                "name between ('a','b')",
            ),
            (
                column::text("name").is_one_of(["a", "b"]),
                "name in ('a','b')",
            ),
            (
                column::text("name").starts_with("a"),
                "startswith(name,'a')",
            ),
            (column::text("name").ends_with("a"), "endswith(name,'a')"),
            (
                column::text("name").has_substring("a"),
                "substringof('a',name)",
            ),
            (column::text("name").is_null(), "name isNull"),
            (column::number("amount").equals(5), "amount equals 5"),
            (
                column::number("amount").unequals(-5_i64),
                "amount unequals -5",
            ),
            (column::number("amount").greater(1.5), "amount greater 1.5"),
            (column::number("amount").less(5), "amount less 5"),
            (
                column::number("amount").between(1, 2),
                "amount between (1,2)",
            ),
            (column::boolean("completed").is(true), "completed set 1"),
            (column::boolean("completed").is(false), "completed set 0"),
            (column::date("date").on(&date), "date date '2024-02-29'"),
            (
                column::date("date").before(&date),
                "date before '2024-02-29'",
            ),
            (column::date("date").after(&date), "date after '2024-02-29'"),
            (
                column::date("date").between(&date, &later),
                "date dateBetween ('2024-02-29','2024-03-31')",
            ),
            (column::date("date").today(), "date today"),
            (column::date("date").last_quarter(), "date lastQuarter"),
            (
                column::date("date").this_and_previous(2, column::Period::Weeks),
                "thisAndPrevious(date,2,'weeks')",
            ),
            (
                column::date("date").this(column::Period::Months),
                "this(date,'months')",
            ),
            (
                column::date("date").this_and_previous_and_next(column::Period::Days),
                "thisAndPreviousAndNext(date,'days')",
            ),
            (
                column::date("date").next(1, column::Period::Quarters),
                "next(date,1,'quarters')",
            ),
            (
                column::date("date").previous(3, column::Period::Years),
                "previous(date,3,'years')",
            ),
            (
                column::date("date").this_and_next(2, column::Period::Days),
                "thisAndNext(date,2,'days')",
            ),
            (
                column::date_time("at").before(&date),
                "at beforeTime '2024-02-29'",
            ),
            (
                column::associate("who").is_current(),
                "who currentAssociate",
            ),
            (
                column::associate("who").is_one_of([1, 2]),
                "who associateIsOneOf (1,2)",
            ),
            (
                column::list("category").one_of([1, 2]),
                "category oneOf (1,2)",
            ),
            (
                column::list("category").not_one_of([3]),
                "category notOneOf (3)",
            ),
            (column::list("category").equals(3), "category equals 3"),
        ];
        for (filter, expected) in table {
            assert_eq!(text(filter).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn joined_conditions_keep_their_meaning() {
        let a = || column::number("a").equals(1);
        assert_eq!(
            text(a().and(a()).and(a())).as_deref(),
            Ok("a equals 1 and a equals 1 and a equals 1")
        );
        assert_eq!(
            text(a().or(a()).and(a())).as_deref(),
            Ok("(a equals 1 or a equals 1) and a equals 1")
        );
        assert_eq!(
            text(a().and(a().or(a()))).as_deref(),
            Ok("a equals 1 and (a equals 1 or a equals 1)")
        );
        assert_eq!(
            text(a().and(a()).or(a())).as_deref(),
            Ok("(a equals 1 and a equals 1) or a equals 1")
        );
        assert_eq!(
            text(Filter::raw("x eq 1 or y eq 2").and(a())).as_deref(),
            Ok("(x eq 1 or y eq 2) and a equals 1")
        );
        assert_eq!(
            text(a().or(Filter::raw("x eq 1 and y eq 2"))).as_deref(),
            Ok("a equals 1 or (x eq 1 and y eq 2)")
        );
        assert_eq!(text(Filter::raw("x eq 1")).as_deref(), Ok("x eq 1"));
        assert!(text(Filter::all([])).is_err());
    }

    #[test]
    fn a_filter_is_a_text_where_an_agent_takes_one() {
        let filter = column::text("name").begins("O'Harp").and(
            column::number("amount")
                .greater(1)
                .or(column::number("amount").is_null()),
        );
        assert_eq!(
            filter.to_text().as_deref(),
            Ok("name begins 'O''Harp' and (amount greater 1 or amount isNull)")
        );
        let refused = column::number("a b").equals(1).to_text();
        assert!(refused.is_err_and(|error| error.to_string().contains("name of a column")));
        assert!(Filter::any([]).to_text().is_err());
    }

    #[test]
    fn names_that_could_be_conditions_are_refused() {
        for name in ["", "a b", "a'", "a,b", "a\n", "a eq 1 or b"] {
            assert!(
                text(
                    column::number(name)
                        .equals(1)
                        .and(column::number("b").equals(2))
                )
                .is_err(),
                "{name:?}"
            );
        }
        for name in [
            "contactAssociate/fullName",
            "contactUdef/SuperOffice:1",
            "contact.(ticket->cust_id).id",
        ] {
            assert!(text(column::number(name).equals(1)).is_ok(), "{name:?}");
        }
        assert!(text(column::number("a").equals(f64::NAN)).is_err());
        assert!(text(column::number("a").between(1, f64::INFINITY)).is_err());
        assert!(text(column::number("a").between(f64::NAN, 1)).is_err());
        assert!(text(column::list("a").one_of([])).is_err());
    }
}
