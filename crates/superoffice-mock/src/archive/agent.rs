//! One page of an archive as agents ask for it: it takes a body with `ProviderName`, `Columns`, `SortOrder`, `Restriction` or
//! `Restrictions` (objects, or the restriction language as text), `Page` and `PageSize`, and returns rows with their columns.
//! Pages count from zero, have a thousand rows at most, and a negative page is a number of rows to skip. Restrictions that cannot be read are refused.

use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value, json};

use super::filter::{Filter, Test};
use super::operator::Operator;
use super::page::{Source, select};
use super::{column, evaluate, filter};
use crate::check::{Problem, date};
use crate::patch::child;

/// Rows of a page where the request does not say, or asks for more.
const PAGE_SIZE: usize = 1000;

/// So many restrictions are joined, one inside the other, and no more.
const RESTRICTIONS: usize = 1000;

/// Length of a date with seconds, `2024-01-31T12:30:00`: what follows is fraction and offset.
const SECONDS: usize = 19;

/// The rows that `body` asks for.
pub(crate) fn rows(source: &Source<'_>, body: &Value) -> Result<Vec<Value>, Problem> {
    let (at, filter) = restriction(body);
    let filter = filter.map_err(|message| Problem::new(at, "a restriction", message))?;
    let rows = select(source, &filter, &order(body));
    let columns = names(child(body, "Columns").unwrap_or(&Value::Null));
    let (skip, size) = window(body);
    Ok(rows
        .into_iter()
        .skip(skip)
        .take(size)
        .map(|entity| row(source, entity, &columns))
        .collect())
}

fn window(body: &Value) -> (usize, usize) {
    let number = |name: &str| child(body, name).and_then(Value::as_i64).unwrap_or(0);
    let size = usize::try_from(number("PageSize"))
        .ok()
        .filter(|size| *size > 0);
    let size = size.map_or(PAGE_SIZE, |size| size.min(PAGE_SIZE));
    let page = number("Page");
    let skip = match usize::try_from(page) {
        Ok(page) => page.saturating_mul(size),
        Err(_) => usize::try_from(page.unsigned_abs()).unwrap_or(usize::MAX),
    };
    (skip, size)
}

fn row(source: &Source<'_>, entity: &Value, columns: &[String]) -> Value {
    let data: Map<String, Value> = columns
        .iter()
        .map(|name| {
            let display = encoded(&column(entity, source.stem, name));
            let cell = json!({ "DisplayValue": display, "TooltipHint": null, "LinkHint": null });
            (name.clone(), cell)
        })
        .collect();
    json!({
        "EntityName": source.stem,
        "PrimaryKey": column(entity, source.stem, source.key),
        "ColumnData": data,
        "LinkHint": null,
        "StyleHint": null,
    })
}

/// A value as agents show it: texts as they are, everything else with its type (`[I:192]`).
fn encoded(value: &Value) -> String {
    match value {
        Value::Bool(yes) => format!("[I:{}]", u8::from(*yes)),
        Value::Number(number) if number.is_f64() => format!("[F:{number}]"),
        Value::Number(number) => format!("[I:{number}]"),
        Value::String(text) => moment(text).unwrap_or_else(|| text.clone()),
        other => evaluate::text(other),
    }
}

/// A date with or without a time, month first; nothing for another text.
fn moment(text: &str) -> Option<String> {
    if !date::fits(text) {
        return None;
    }
    let shown = match text.get(..SECONDS) {
        Some(at) => at
            .parse::<DateTime>()
            .ok()?
            .strftime("[DT:%m/%d/%Y %H:%M:%S]"),
        None => text.parse::<Date>().ok()?.strftime("[D:%m/%d/%Y]"),
    };
    Some(shown.to_string())
}

/// An array of names, or one text with commas.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(list) => list.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// The order as `$orderBy` has it.
fn order(body: &Value) -> String {
    match child(body, "SortOrder") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let item = |item: &Value| {
                let text = |name: &str| {
                    child(item, name)
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned()
                };
                format!("{} {}", text("Name"), text("Direction"))
            };
            items.iter().map(item).collect::<Vec<_>>().join(",")
        }
        _ => String::new(),
    }
}

fn restriction(body: &Value) -> (&'static str, Result<Filter, String>) {
    let found = ["Restriction", "Restrictions"]
        .into_iter()
        .find_map(|name| Some((name, child(body, name)?)));
    match found {
        Some((name, Value::String(text))) => (name, filter::parse(text)),
        Some((name, Value::Array(items))) => (name, combine(items)),
        _ => ("Restriction", Ok(Filter::All(Vec::new()))),
    }
}

/// Restrictions from left to right, each joined to those before it by their `InterOperator`.
fn combine(items: &[Value]) -> Result<Filter, String> {
    if items.len() > RESTRICTIONS {
        return Err(format!("there are more than {RESTRICTIONS} restrictions"));
    }
    let mut combined = Filter::All(Vec::new());
    let mut by_or = false;
    for item in items
        .iter()
        .filter(|item| child(item, "IsActive") != Some(&Value::Bool(false)))
    {
        let test = Filter::Test(test(item)?);
        combined = match combined {
            Filter::All(parts) if parts.is_empty() => test,
            before if by_or => Filter::Any(vec![before, test]),
            before => Filter::All(vec![before, test]),
        };
        let joint = child(item, "InterOperator")
            .and_then(Value::as_str)
            .unwrap_or_default();
        by_or = joint.eq_ignore_ascii_case("or");
    }
    Ok(combined)
}

fn test(item: &Value) -> Result<Test, String> {
    if child(item, "SubRestrictions").is_some_and(|below| below != &json!([]) && !below.is_null()) {
        return Err("restrictions inside restrictions are not supported".to_owned());
    }
    let text = |name: &str| {
        child(item, name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let name = text("Operator");
    let operator =
        Operator::named(name).ok_or_else(|| format!("the operator `{name}` is not supported"))?;
    let values = names(child(item, "Values").unwrap_or(&Value::Null));
    let wanted = operator.least_values();
    if values.len() < wanted {
        return Err(format!("`{name}` needs {wanted} values or more"));
    }
    Ok(Test {
        column: text("Name").to_owned(),
        operator,
        values,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::encoded;

    #[test]
    fn values_are_shown_with_their_type() {
        for (value, shown) in [
            (json!("Alder & Son"), "Alder & Son"),
            (json!("2024"), "2024"),
            (json!("2024-13-31T12:30:00"), "2024-13-31T12:30:00"),
            (json!(192), "[I:192]"),
            (json!(-1.5), "[F:-1.5]"),
            (json!(true), "[I:1]"),
            (json!(false), "[I:0]"),
            (json!("2024-01-31"), "[D:01/31/2024]"),
            (json!("2024-01-31T12:30:00"), "[DT:01/31/2024 12:30:00]"),
            (
                json!("2024-01-31T12:30:00.123+02:00"),
                "[DT:01/31/2024 12:30:00]",
            ),
            (json!("[M:12.50]"), "[M:12.50]"),
            (json!(null), ""),
        ] {
            assert_eq!(encoded(&value), shown, "{value}");
        }
    }
}
