//! `cargo xtask diff OLD NEW`: takes two trees of pages and prints what changed in the API between them, with what it means
//! for the version of the SDK. The older one is evidence for what the newer leaves open, as it is where the newer one is
//! imported. It writes nothing; it fails when one of the trees cannot be read without errors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use anyhow::Result;
use apidoc_emit::has_params;
use apidoc_model::Api;
use apidoc_model::api::{Enum, Field, GroupId, Model, Operation, Parameter, Payload, Type};
use clap::Args;

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Judgement, Pages, understand};
use crate::notation;

/// Print what changed in the API between two editions, and which version the SDK needs.
#[derive(Debug, Args)]
pub struct Diff {
    /// Pages of the older edition
    old: PathBuf,
    /// Pages of the newer edition
    new: PathBuf,
    /// Print every warning and note of both editions, not only a summary of them
    #[arg(long, short)]
    verbose: bool,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whether code that compiled may stop to compile or to mean the same.
    pub breaking: bool,
    /// What changed, in one line.
    pub text: String,
}

/// All differences, by the parts of the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changelog {
    /// Added, removed and changed operations.
    pub operations: Vec<Difference>,
    /// Added, removed and changed models and fields.
    pub models: Vec<Difference>,
    /// Added, removed and changed enumerations.
    pub enums: Vec<Difference>,
}

/// Runs the verb.
///
/// # Errors
/// When there is an error in one of the trees.
pub fn run(args: &Diff) -> Result<()> {
    let read = |trees: &[&PathBuf]| -> Result<Api> {
        let pages = Pages::of(trees.iter().copied().cloned().collect());
        let mut understood = understand(&pages, &mut Clock::start())?;
        understood.accept(Judgement {
            verbose: args.verbose,
            strict: false,
        })?;
        Ok(understood.api)
    };
    let (old, new) = (read(&[&args.old])?, read(&[&args.new, &args.old])?);
    cli::print(&changelog(&old, &new).to_string())
}

/// Compares two editions.
#[must_use]
pub fn changelog(old: &Api, new: &Api) -> Changelog {
    let (mut operations, mut models, mut enums) = (Log::default(), Log::default(), Log::default());
    operations.compare("operation", &by_id(old), &by_id(new), compare_operations);
    models.compare(
        "model",
        &by_name(&old.models),
        &by_name(&new.models),
        compare_models,
    );
    enums.compare(
        "enum",
        &by_name(&old.enums),
        &by_name(&new.enums),
        compare_enums,
    );
    Changelog {
        operations: operations.0,
        models: models.0,
        enums: enums.0,
    }
}

/// An operation, and the group that names its module and its feature.
type Grouped<'a> = (&'a GroupId, &'a Operation);

fn by_id(api: &Api) -> BTreeMap<String, Grouped<'_>> {
    let operations = api.groups.iter().flat_map(|group| {
        let operations = group.operations.iter();
        operations.map(|operation| (&group.id, operation))
    });
    let key = |operation: &Operation| format!("{} ({})", operation.id, notation::route(operation));
    operations
        .map(|(group, operation)| (key(operation), (group, operation)))
        .collect()
}

fn by_name<K: fmt::Display, V>(map: &BTreeMap<K, V>) -> BTreeMap<String, &V> {
    map.iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

/// Differences of one part, in the order they are found.
#[derive(Default)]
struct Log(Vec<Difference>);

impl Log {
    /// Removed, added, and what `inner` finds in those that both have.
    fn compare<V: Copy>(
        &mut self,
        what: &str,
        old: &BTreeMap<String, V>,
        new: &BTreeMap<String, V>,
        inner: impl Fn(&mut Self, &str, V, V),
    ) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            match (old.get(name), new.get(name)) {
                (Some(one), Some(other)) => inner(self, name, *one, *other),
                (Some(_), None) => self.breaking(format!("- {what} {name}")),
                _ => self.addition(format!("+ {what} {name}")),
            }
        }
    }

    /// A breaking difference where two texts differ.
    fn changed(&mut self, what: &str, old: &str, new: &str) {
        if old != new {
            self.breaking(format!("~ {what}: {old} -> {new}"));
        }
    }

    fn breaking(&mut self, text: String) {
        self.0.push(Difference {
            breaking: true,
            text,
        });
    }

    fn addition(&mut self, text: String) {
        self.0.push(Difference {
            breaking: false,
            text,
        });
    }
}

fn compare_operations(
    log: &mut Log,
    name: &str,
    (old_group, old): Grouped<'_>,
    (new_group, new): Grouped<'_>,
) {
    log.changed(
        &format!("{name} group"),
        &old_group.to_string(),
        &new_group.to_string(),
    );
    log.changed(
        &format!("{name} result"),
        &notation::payload(&old.result),
        &notation::payload(&new.result),
    );
    log.changed(
        &format!("{name} arguments"),
        &arguments(old),
        &arguments(new),
    );
    log.compare(
        &format!("{name} query"),
        &optional(old),
        &optional(new),
        |log, parameter, old, new| {
            log.changed(
                &format!("{name} query {parameter}"),
                &notation::parameter(old),
                &notation::parameter(new),
            );
        },
    );
    if new.deprecated && !old.deprecated {
        log.addition(format!("~ {name}: now deprecated"));
    }
}

/// What a call of the method must give, in order: path, required query, body, and the struct of the operation's own optional
/// parameters, where there is one.
fn arguments(operation: &Operation) -> String {
    let required = operation.query.iter().filter(|query| query.required);
    let parameters = operation.path.iter().chain(required);
    let body = operation.body.as_ref().map(|body| &body.content);
    let body = body.filter(|content| **content != Payload::Unit);
    let all: Vec<String> = parameters
        .map(|parameter| format!("{}: {}", parameter.name, parameter.ty))
        .chain(body.map(|content| format!("body: {}", notation::payload(content))))
        .chain(has_params(operation).then(|| "optional parameters".to_owned()))
        .collect();
    format!("({})", all.join(", "))
}

/// Parameters that a call may leave out: members of a struct with defaults, or methods of every request. One more of them changes
/// no call.
fn optional(operation: &Operation) -> BTreeMap<String, &Parameter> {
    let optional = operation.query.iter().filter(|query| !query.required);
    optional
        .map(|parameter| (parameter.name.clone(), parameter))
        .collect()
}

fn compare_models(log: &mut Log, name: &str, old: &Model, new: &Model) {
    let (old, new) = (fields(name, old), fields(name, new));
    log.compare("field", &old, &new, |log, field, old, new| {
        log.changed(field, &field_type(old), &field_type(new));
    });
}

fn fields<'a>(model_name: &str, model: &'a Model) -> BTreeMap<String, &'a Field> {
    let fields = model.fields.iter();
    fields
        .map(|field| (format!("{model_name}.{}", field.name), field))
        .collect()
}

/// A model that contains itself stands in a box, which shows in the type of the field.
fn field_type(field: &Field) -> String {
    let boxed = field.boxed && matches!(field.ty, Type::Model(_));
    let mark = if boxed { "boxed " } else { "" };
    format!("{mark}{}", field.ty)
}

fn compare_enums(log: &mut Log, name: &str, old: &Enum, new: &Enum) {
    for value in old
        .values
        .iter()
        .filter(|value| !new.values.contains(value))
    {
        log.breaking(format!("- value {name}.{value}"));
    }
    for value in new
        .values
        .iter()
        .filter(|value| !old.values.contains(value))
    {
        log.addition(format!("+ value {name}.{value}"));
    }
}

impl Changelog {
    /// How many differences are breaking, and how many are not.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let all = || {
            self.operations
                .iter()
                .chain(&self.models)
                .chain(&self.enums)
        };
        let breaking = all().filter(|difference| difference.breaking).count();
        (breaking, all().count() - breaking)
    }
}

impl fmt::Display for Changelog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, part) in [
            ("Operations", &self.operations),
            ("Models", &self.models),
            ("Enumerations", &self.enums),
        ] {
            if !part.is_empty() {
                writeln!(f, "## {title}\n")?;
            }
            for difference in part {
                let mark = if difference.breaking {
                    " (breaking)"
                } else {
                    ""
                };
                writeln!(f, "{}{mark}", difference.text)?;
            }
            if !part.is_empty() {
                f.write_char('\n')?;
            }
        }
        let (breaking, compatible) = self.counts();
        let advice = match (breaking, compatible) {
            (0, 0) => "no new version is needed",
            (0, _) => "a minor version (0.x: a patch version)",
            _ => "a major version (0.x: a minor version)",
        };
        writeln!(
            f,
            "{breaking} breaking, {compatible} compatible differences: {advice}"
        )
    }
}
