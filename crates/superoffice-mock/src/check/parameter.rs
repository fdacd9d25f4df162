//! Whether the text of a path or query parameter has the documented type. It returns what was expected, or nothing where
//! the text fits; types without a documented text form (objects, dictionaries) accept everything.

use crate::api::{Parameter, Type, Types};
use crate::check::{Problem, date};

/// What is expected instead of `text`, if it does not fit.
pub(crate) fn problem(ty: &Type, text: &str, types: &Types) -> Option<String> {
    let (fits, expected) = match ty {
        Type::Bool => (is_bool(text), "true or false"),
        Type::Int32 => (text.parse::<i32>().is_ok(), "a 32-bit integer"),
        Type::Int64 => (text.parse::<i64>().is_ok(), "a 64-bit integer"),
        Type::Double => (text.parse::<f64>().is_ok(), "a number"),
        Type::DateTime => (date::fits(text), "an ISO 8601 date"),
        Type::Enum(name) => return enum_problem(name, text, types),
        Type::Array(item) => {
            return text
                .split(',')
                .find_map(|part| problem(item, part.trim(), types));
        }
        _ => (true, ""),
    };
    (!fits).then(|| expected.to_owned())
}

/// What is expected instead of the name `text` of enumeration `name`: names are compared without regard to case, several
/// are separated by commas, and numbers are names too.
pub(crate) fn enum_problem(name: &str, text: &str, types: &Types) -> Option<String> {
    let documented = types.enums.get(name)?;
    let fits = text.split(',').map(str::trim).all(|part| {
        part.parse::<i64>().is_ok()
            || documented
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case(part))
    });
    (!fits && !documented.values.is_empty())
        .then(|| format!("one of {} ({name})", documented.values.join(", ")))
}

/// Checks the query: every name documented and of its type, every required one present.
pub(crate) fn query(
    parameters: &[Parameter],
    pairs: &[(String, String)],
    types: &Types,
) -> Vec<Problem> {
    let mut problems: Vec<_> = pairs
        .iter()
        .filter_map(|(name, value)| pair_problem(parameters, name, value, types))
        .collect();
    let missing = parameters.iter().filter(|parameter| {
        let sent = |(name, _): &(String, String)| name.eq_ignore_ascii_case(&parameter.name);
        parameter.required && !pairs.iter().any(sent)
    });
    problems.extend(missing.map(|parameter| {
        Problem::new(
            format!("query {}", parameter.name),
            "a value: it is required",
            "nothing",
        )
    }));
    problems
}

fn pair_problem(
    parameters: &[Parameter],
    name: &str,
    value: &str,
    types: &Types,
) -> Option<Problem> {
    let at = || format!("query {name}");
    let Some(parameter) = parameters
        .iter()
        .find(|parameter| parameter.name.eq_ignore_ascii_case(name))
    else {
        let known: Vec<&str> = parameters.iter().map(|p| p.name.as_str()).collect();
        return Some(Problem::new(
            at(),
            format!("one of [{}]", known.join(", ")),
            name,
        ));
    };
    let expected = problem(&parameter.ty, value, types)?;
    Some(Problem::new(at(), expected, value))
}

fn is_bool(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}
