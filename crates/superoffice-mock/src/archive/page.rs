//! One page of an archive: it takes the entities of a kind and the query of the request (`$filter`, `$orderBy`, `$select`,
//! `$entities`, `$top`, `$skip`, `$mode`, `$output`, `$jsonSafe`, `$inlineCount`) and returns `value` with the rows,
//! `odata.nextLink` where rows remain and `odata.count` where it is asked for. A restriction or number that cannot be read is
//! refused as a problem of the query, and so are aggregates, which this tenant does not compute.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::{column, evaluate, field, filter};
use crate::check::Problem;
use crate::exchange::Incoming;

/// The entities of an archive.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// Name of the archive and of its rows (`contact`).
    pub(crate) stem: &'a str,
    /// Wire name of the primary key (`ContactId`).
    pub(crate) key: &'a str,
    /// What the tenant holds.
    pub(crate) entities: Vec<&'a Value>,
}

/// How the tenant answers archives.
#[derive(Debug)]
pub(crate) struct Paging {
    /// Rows of a page where the request asks for none or more.
    pub(crate) size: usize,
    /// Scheme, host and port that next links carry.
    pub(crate) origin: String,
}

/// The page that `request` asks for.
pub(crate) fn page(
    source: &Source<'_>,
    request: &Incoming,
    paging: &Paging,
) -> Result<Value, Problem> {
    let filter = filter::parse(request.query("$filter").unwrap_or_default())
        .map_err(|message| Problem::new("query $filter", "a restriction", message))?;
    let top = number(request, "$top")?
        .unwrap_or(paging.size)
        .min(paging.size);
    let skip = number(request, "$skip")?.unwrap_or(0);
    let rows = if is_asked_for(source.stem, request) {
        let order = request.query("$orderBy").unwrap_or_default();
        select(source, &filter, order)
    } else {
        Vec::new()
    };
    let columns = columns(source, request.query("$select").unwrap_or_default())?;
    let shape = Shape::of(request);
    let value: Vec<Value> = rows
        .iter()
        .skip(skip)
        .take(top)
        .map(|entity| shape.row(source, entity, &columns))
        .collect();
    let after = skip.saturating_add(value.len());
    let next = (after < rows.len() && !value.is_empty()).then(|| link(request, paging, after));
    let mut page = json!({
        "odata.metadata": format!("{}{}$metadata", paging.origin, request.uri.path()),
        "odata.nextLink": next,
        "value": value,
    });
    if let (true, Value::Object(members)) = (is_counted(request), &mut page) {
        members.insert("odata.count".to_owned(), rows.len().into());
    }
    Ok(page)
}

/// Whether rows of this kind are among those of `$entities`.
fn is_asked_for(stem: &str, request: &Incoming) -> bool {
    let list = request.query("$entities").unwrap_or_default();
    let mut names = list.split(',').map(str::trim);
    list.trim().is_empty() || names.any(|name| name.eq_ignore_ascii_case(stem))
}

/// Estimates are exact here.
fn is_counted(request: &Incoming) -> bool {
    let wanted = request.query("$inlineCount");
    wanted.is_some_and(|wanted| !wanted.is_empty() && !wanted.eq_ignore_ascii_case("False"))
}

fn number(request: &Incoming, name: &str) -> Result<Option<usize>, Problem> {
    request
        .query(name)
        .map(|text| {
            text.parse()
                .map_err(|_| Problem::new(format!("query {name}"), "zero or more", text))
        })
        .transpose()
}

/// The entities that pass, in the order asked for, then by key.
pub(crate) fn select<'a>(
    source: &Source<'a>,
    filter: &filter::Filter,
    order: &str,
) -> Vec<&'a Value> {
    let moment = evaluate::Moment::now();
    let mut rows: Vec<&Value> = source
        .entities
        .iter()
        .copied()
        .filter(|entity| {
            let field = |name: &str| field(entity, source.stem, name);
            evaluate::passes(filter, &field, moment)
        })
        .collect();
    let order: Vec<(&str, bool)> = order.split(',').filter_map(direction).collect();
    rows.sort_by(|a, b| compare(source.stem, &order, a, b));
    rows
}

/// A column of `$orderBy` and whether it descends.
fn direction(item: &str) -> Option<(&str, bool)> {
    let mut words = item.split_whitespace();
    let column = words.next()?;
    let descends = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("desc"));
    Some((column, descends))
}

fn compare(stem: &str, order: &[(&str, bool)], a: &Value, b: &Value) -> Ordering {
    order
        .iter()
        .map(|(name, descends)| {
            let order = evaluate::order(&column(a, stem, name), &column(b, stem, name));
            if *descends { order.reverse() } else { order }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The columns asked for; without any, every field that holds one value.
fn columns(source: &Source<'_>, list: &str) -> Result<Vec<String>, Problem> {
    if let Some(aggregate) = aggregate(list) {
        let expected = "columns: this tenant does not compute aggregates";
        return Err(Problem::new("query $select", expected, aggregate));
    }
    let asked: Vec<String> = list
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if !asked.is_empty() {
        return Ok(asked);
    }
    let fields = source
        .entities
        .first()
        .and_then(|entity| entity.as_object());
    let scalar = |value: &Value| !value.is_object() && !value.is_array();
    Ok(fields
        .into_iter()
        .flatten()
        .filter(|(_, value)| scalar(value))
        .map(|(name, _)| camel(name))
        .collect())
}

/// The first function in a list of columns (`Count(category)`); parentheses after a point belong to the name of a column.
fn aggregate(list: &str) -> Option<&str> {
    let at = list
        .match_indices('(')
        .map(|(at, _)| at)
        .find(|at| !list.get(..*at).unwrap_or_default().ends_with('.'))?;
    let start = list
        .get(..at)?
        .rfind([',', ' '])
        .map_or(0, |comma| comma + 1);
    let end = list
        .get(at..)?
        .find(')')
        .map_or(list.len(), |end| at + end + 1);
    list.get(start..end)
}

fn camel(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map(|first| first.to_lowercase().chain(characters).collect())
        .unwrap_or_default()
}

/// How rows are written.
#[derive(Debug, Clone, Copy)]
struct Shape {
    /// Columns in an object of their own, each with raw and display value.
    full: bool,
    /// Values as they are shown.
    display: bool,
    /// Names of columns without characters that programming languages do not allow in names.
    json_safe: bool,
}

impl Shape {
    fn of(request: &Incoming) -> Self {
        let is = |name: &str, text: &str| {
            request
                .query(name)
                .is_some_and(|found| found.eq_ignore_ascii_case(text))
        };
        Self {
            full: is("$mode", "Full"),
            display: is("$output", "Display"),
            json_safe: is("$jsonSafe", "true"),
        }
    }

    fn row(self, source: &Source<'_>, entity: &Value, columns: &[String]) -> Value {
        let mut row = Map::new();
        row.insert(
            "PrimaryKey".to_owned(),
            column(entity, source.stem, source.key),
        );
        row.insert("EntityName".to_owned(), source.stem.into());
        let columns = columns.iter().map(|name| {
            let value = column(entity, source.stem, name);
            (self.name(name), self.value(value))
        });
        if self.full {
            row.insert("Column".to_owned(), Value::Object(columns.collect()));
        } else {
            row.extend(columns);
        }
        Value::Object(row)
    }

    fn name(self, column: &str) -> String {
        if self.json_safe {
            column.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
        } else {
            column.to_owned()
        }
    }

    fn value(self, value: Value) -> Value {
        let display = evaluate::text(&value);
        if !self.full {
            let shown = self.display && !value.is_null();
            return if shown { display.into() } else { value };
        }
        json!({ "RawValue": value, "DisplayValue": display, "TooltipHint": "", "LinkHint": "" })
    }
}

/// The address of the next page: this one with another `$skip`.
fn link(request: &Incoming, paging: &Paging, skip: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &request.query {
        if !name.eq_ignore_ascii_case("$skip") {
            query.append_pair(name, value);
        }
    }
    query.append_pair("$skip", &skip.to_string());
    format!("{}{}?{}", paging.origin, request.uri.path(), query.finish())
}
