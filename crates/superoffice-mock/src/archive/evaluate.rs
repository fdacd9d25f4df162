//! Whether an entity passes a restriction, and which of two entities comes first. It takes values of columns and texts of
//! the restriction: numbers compare as numbers, dates as far as both go, texts without regard to case, objects by their key
//! with numbers and by their text otherwise; `null` equals only the empty text and comes first. Nothing is refused.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::filter::{Filter, Test};
use super::operator::Operator;
use super::{key, plain};
use crate::check::date;

/// Length of a date with seconds, `2024-01-31T12:30:00`: what follows is fraction and offset.
const SECONDS: usize = 19;

/// Length of a date alone.
const DAY: usize = 10;

/// The associate who calls, as the neutral answer about the caller has it.
const CALLER: &str = "1";

/// What restrictions depend on beside the row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    today: Date,
}

impl Moment {
    /// Now, by universal time.
    pub(crate) fn now() -> Self {
        Self {
            today: TimeZone::UTC.to_datetime(Timestamp::now()).date(),
        }
    }
}

/// Whether the row whose fields `field` reads passes.
pub(crate) fn passes(filter: &Filter, field: &dyn Fn(&str) -> Value, moment: Moment) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| passes(part, field, moment)),
        Filter::Any(parts) => parts.iter().any(|part| passes(part, field, moment)),
        Filter::Test(test) => test_passes(test, &field(&test.column), moment),
    }
}

fn test_passes(test: &Test, found: &Value, moment: Moment) -> bool {
    let found = &Found {
        value: found,
        column: &test.column,
    };
    let first = test.values.first().map_or("", String::as_str);
    let second = test.values.get(1).map_or("", String::as_str);
    let order = |text: &str| found.compare(text);
    let any_equal = || {
        test.values
            .iter()
            .any(|text| order(text) == Some(Ordering::Equal))
    };
    match test.operator {
        Operator::Equals => order(first) == Some(Ordering::Equal),
        Operator::Unequals => order(first) != Some(Ordering::Equal),
        Operator::Greater => order(first) == Some(Ordering::Greater),
        Operator::NotLess => order(first).is_some_and(Ordering::is_ge),
        Operator::Less => order(first) == Some(Ordering::Less),
        Operator::Between => {
            order(first).is_some_and(Ordering::is_ge) && order(second).is_some_and(Ordering::is_le)
        }
        Operator::OneOf => any_equal(),
        Operator::NotOneOf => !any_equal(),
        Operator::Begins => found.lower().starts_with(&first.to_lowercase()),
        Operator::NotBegins => !found.lower().starts_with(&first.to_lowercase()),
        Operator::Ends => found.lower().ends_with(&first.to_lowercase()),
        Operator::Contains => found.lower().contains(&first.to_lowercase()),
        Operator::NotContains => !found.lower().contains(&first.to_lowercase()),
        Operator::On => order(first) == Some(Ordering::Equal),
        Operator::BeforeToday => found.day().is_some_and(|day| day < moment.today),
        Operator::AfterToday => found.day().is_some_and(|day| day > moment.today),
        Operator::Within(period) => {
            let within = |day| period.holds(day, moment.today);
            found.day().is_some_and(within)
        }
        Operator::CurrentAssociate => order(CALLER) == Some(Ordering::Equal),
        Operator::IsNull => found.value.is_null(),
        Operator::IsNotNull => !found.value.is_null(),
    }
}

/// What stands in a column of a row.
struct Found<'a> {
    value: &'a Value,
    column: &'a str,
}

impl Found<'_> {
    /// How it stands to the text of a restriction; nothing where they cannot be compared.
    fn compare(&self, text: &str) -> Option<Ordering> {
        if self.value.is_object() {
            let name = self.column.rsplit(['/', '.']).next().unwrap_or_default();
            let is_number = text.parse::<i64>().is_ok();
            return match key(self.value, name).filter(|_| is_number) {
                Some(key) => compare(key, text),
                None => compare(&plain(self.value), text),
            };
        }
        compare(self.value, text)
    }

    fn lower(&self) -> String {
        lower(&plain(self.value))
    }

    /// The day of a date, as it is written.
    fn day(&self) -> Option<Date> {
        let text = self.value.as_str().filter(|text| date::fits(text))?;
        text.get(..DAY)?.parse().ok()
    }
}

/// How `found` stands to the text of a restriction; nothing where they cannot be compared.
fn compare(found: &Value, text: &str) -> Option<Ordering> {
    match found {
        Value::Null => text.is_empty().then_some(Ordering::Equal),
        Value::Bool(found) => {
            Some(found.cmp(&matches!(text.to_ascii_lowercase().as_str(), "true" | "1")))
        }
        Value::Number(number) => number.as_f64()?.partial_cmp(&text.parse().ok()?),
        Value::String(found) if date::fits(found) && date::fits(text) => {
            Some(compare_dates(found, text))
        }
        Value::String(found) => Some(found.to_lowercase().cmp(&text.to_lowercase())),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A date without time is the whole day, so both are compared as far as both go.
fn compare_dates(a: &str, b: &str) -> Ordering {
    let length = a.len().min(b.len()).min(SECONDS);
    let cut = |text: &str| text.get(..length).unwrap_or(text).replace(' ', "T");
    cut(a).cmp(&cut(b))
}

fn lower(value: &Value) -> String {
    text(value).to_lowercase()
}

/// A value as text; empty for `null`.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The order of two values of the same column.
pub(crate) fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a
            .as_f64()
            .partial_cmp(&b.as_f64())
            .unwrap_or(Ordering::Equal),
        _ => lower(a).cmp(&lower(b)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use jiff::civil::date;

    use super::{Moment, passes};
    use crate::archive::{field, filter::parse};

    /// Seen from a Wednesday.
    const MOMENT: Moment = Moment {
        today: date(2024, 5, 8),
    };

    fn holds(entity: &Value, filter: &str) -> bool {
        let field = |name: &str| field(entity, "contact", name);
        parse(filter).is_ok_and(|filter| passes(&filter, &field, MOMENT))
    }

    #[test]
    fn operators_compare_by_the_kind_of_the_value() {
        let entity = json!({
            "ContactId": 12, "Name": "Anna's Shop", "Xstop": true, "Number1": null,
            "UpdatedDate": "2024-05-06T07:08:09.1234567+02:00",
            "Category": { "Id": 3, "Value": "Customer" },
            "Associate": { "AssociateId": 1, "PersonId": 9, "FullName": "Bo Berg" },
            "CustomFields": { "SuperOffice:1": "[I:5]" },
        });
        for filter in [
            "contactId = 12",
            "contactId gt 9",
            "contactId less 100",
            "contactId ne 13",
            "contactId between 12,13",
            "contactId oneOf (1,12)",
            "contactId notOneOf (1,2)",
            "name begins 'anna''s'",
            "name contains 'SHOP'",
            "endswith(name,'shop')",
            "name is 'anna''s shop'",
            "xstop = true",
            "xstop set 1",
            "number1 is ''",
            "number1 isNull and name isNotNull",
            "updatedDate after '2024-05-05'",
            "updatedDate date '2024-05-06'",
            "updatedDate afterTime '2024-05-06T07:08:09'",
            "updatedDate beforeTime '2024-05-06T07:08:10'",
            "updatedDate before '2024-05-06T08:00:00'",
            "updatedDate beforeToday",
            "updatedDate thisWeek and updatedDate thisYear and updatedDate thisHalf",
            "previous(updatedDate, 2, 'days') and not1 isNull",
            "category/id = 3",
            "category oneOf (2,3) and category equals 3 and categoryId = 3",
            "associate currentAssociate and associateId associateIsOneOf (1)",
            "contactAssociate/fullName is 'bo berg'",
            "associate associateIsNotOneOf (9) and associate begins 'bo'",
            "getAllRows set 1",
            "category is 'customer'",
            "contact/name begins 'A'",
            "contactUdef/SuperOffice:1 is '[I:5]'",
            "name notContains 'x' and (contactId = 1 or contactId = 12)",
        ] {
            assert!(holds(&entity, filter), "{filter}");
        }
    }

    #[test]
    fn what_differs_does_not_pass() {
        let entity = json!({
            "ContactId": 12, "Name": "Anna", "Tags": [1], "UpdatedDate": "2024-05-06T07:08:09",
        });
        for filter in [
            "contactId = 'x'",
            "contactId gt 12",
            "name begins 'b'",
            "missing = 1",
            "missing gt ''",
            "tags = 1",
            "name isNot 'anna'",
            "contactId between 1,11",
            "contactId notOneOf (12)",
            "name = 'Anna' and contactId = 1",
            "name today",
            "updatedDate after '2024-05-06'",
            "updatedDate before '2024-05-06'",
            "updatedDate afterTime '2024-05-06T07:08:10'",
            "updatedDate beforeTime '2024-05-06T07:08:09'",
            "name currentAssociate",
            "getNoRows set 1",
        ] {
            assert!(parse(filter).is_ok() && !holds(&entity, filter), "{filter}");
        }
    }
}
