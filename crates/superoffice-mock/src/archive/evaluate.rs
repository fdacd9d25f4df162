//! Whether an entity passes a restriction, and which of two entities comes first. It takes values of columns and texts of
//! the restriction: numbers compare as numbers, dates as far as both go, texts without regard to case; `null` equals only
//! the empty text and comes first. Nothing is refused.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::filter::{Filter, Operator, Test};
use crate::check::date;

/// Length of a date with seconds, `2024-01-31T12:30:00`: what follows is fraction and offset.
const SECONDS: usize = 19;

/// Length of a date alone.
const DAY: usize = 10;

/// Whether the row that `column` reads passes.
pub(crate) fn passes(filter: &Filter, column: &dyn Fn(&str) -> Value) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| passes(part, column)),
        Filter::Any(parts) => parts.iter().any(|part| passes(part, column)),
        Filter::Test(test) => test_passes(test, &column(&test.column)),
    }
}

fn test_passes(test: &Test, found: &Value) -> bool {
    let first = test.values.first().map_or("", String::as_str);
    let second = test.values.get(1).map_or("", String::as_str);
    let order = |text: &str| compare(found, text);
    let any_equal = || {
        test.values
            .iter()
            .any(|text| order(text) == Some(Ordering::Equal))
    };
    match test.operator {
        Operator::Equals => order(first) == Some(Ordering::Equal),
        Operator::Unequals => order(first) != Some(Ordering::Equal),
        Operator::Greater => order(first) == Some(Ordering::Greater),
        Operator::Less => order(first) == Some(Ordering::Less),
        Operator::Between => {
            order(first).is_some_and(Ordering::is_ge) && order(second).is_some_and(Ordering::is_le)
        }
        Operator::OneOf => any_equal(),
        Operator::NotOneOf => !any_equal(),
        Operator::Begins => lower(found).starts_with(&first.to_lowercase()),
        Operator::NotBegins => !lower(found).starts_with(&first.to_lowercase()),
        Operator::Ends => lower(found).ends_with(&first.to_lowercase()),
        Operator::Contains => lower(found).contains(&first.to_lowercase()),
        Operator::NotContains => !lower(found).contains(&first.to_lowercase()),
        Operator::On => order(first) == Some(Ordering::Equal),
        Operator::BeforeToday => order(&today()) == Some(Ordering::Less),
        Operator::Today => order(&today()) == Some(Ordering::Equal),
        Operator::AfterToday => order(&today()) == Some(Ordering::Greater),
        Operator::IsNull => found.is_null(),
        Operator::IsNotNull => !found.is_null(),
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

fn today() -> String {
    let now = Timestamp::now().to_string();
    now.get(..DAY).unwrap_or(&now).to_owned()
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

    use super::passes;
    use crate::archive::{column, filter::parse};

    fn holds(entity: &Value, filter: &str) -> bool {
        parse(filter).is_ok_and(|filter| passes(&filter, &|name| column(entity, "contact", name)))
    }

    #[test]
    fn operators_compare_by_the_kind_of_the_value() {
        let entity = json!({
            "ContactId": 12, "Name": "Anna's Shop", "Xstop": true, "Number1": null,
            "UpdatedDate": "2024-05-06T07:08:09.1234567+02:00",
            "Category": { "Id": 3, "Value": "Customer" },
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
            "updatedDate before '2024-05-06T08:00:00'",
            "updatedDate beforeToday",
            "category/id = 3",
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
        let entity = json!({ "ContactId": 12, "Name": "Anna", "Tags": [1] });
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
        ] {
            assert!(parse(filter).is_ok() && !holds(&entity, filter), "{filter}");
        }
    }
}
