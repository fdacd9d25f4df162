//! `cargo xtask diff OLD NEW`: takes two trees of pages and prints what changed in the API between them, with what it means
//! for the version of the SDK. It writes nothing; it fails when one of the trees cannot be read without errors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use anyhow::Result;
use apidoc_model::Api;
use apidoc_model::api::{Enum, Field, Model, Operation, Parameter};
use clap::Args;

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Input, understand};
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
    let read = |tree: &PathBuf| -> Result<Api> {
        let input = Input {
            verbose: args.verbose,
            ..Input::of(vec![tree.clone()])
        };
        let mut understood = understand(&input, &mut Clock::start())?;
        understood.accept(&input)?;
        Ok(understood.api)
    };
    cli::print(&changelog(&read(&args.old)?, &read(&args.new)?).to_string())
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

fn by_id(api: &Api) -> BTreeMap<String, &Operation> {
    let operations = api.groups.iter().flat_map(|group| &group.operations);
    operations
        .map(|operation| {
            (
                format!("{} ({})", operation.id, notation::route(operation)),
                operation,
            )
        })
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
    fn compare<V>(
        &mut self,
        what: &str,
        old: &BTreeMap<String, &V>,
        new: &BTreeMap<String, &V>,
        inner: impl Fn(&mut Self, &str, &V, &V),
    ) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            match (old.get(name), new.get(name)) {
                (Some(one), Some(other)) => inner(self, name, one, other),
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

fn compare_operations(log: &mut Log, name: &str, old: &Operation, new: &Operation) {
    log.changed(
        &format!("{name} result"),
        &notation::payload(&old.result),
        &notation::payload(&new.result),
    );
    log.changed(
        &format!("{name} body"),
        &notation::body(old.body.as_ref()),
        &notation::body(new.body.as_ref()),
    );
    log.changed(
        &format!("{name} path"),
        &parameters(&old.path),
        &parameters(&new.path),
    );
    log.compare(
        &format!("{name} query"),
        &by_parameter(&old.query),
        &by_parameter(&new.query),
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

fn parameters(all: &[Parameter]) -> String {
    all.iter()
        .map(notation::parameter)
        .collect::<Vec<_>>()
        .join(", ")
}

fn by_parameter(all: &[Parameter]) -> BTreeMap<String, &Parameter> {
    all.iter()
        .map(|parameter| (parameter.name.clone(), parameter))
        .collect()
}

fn compare_models(log: &mut Log, name: &str, old: &Model, new: &Model) {
    let fields = |model: &'_ Model| -> BTreeMap<String, Field> {
        model
            .fields
            .iter()
            .map(|field| (format!("{name}.{}", field.name), field.clone()))
            .collect()
    };
    let (old, new) = (fields(old), fields(new));
    log.compare(
        "field",
        &borrowed(&old),
        &borrowed(&new),
        |log, field, old, new| {
            log.changed(field, &old.ty.to_string(), &new.ty.to_string());
        },
    );
}

fn borrowed<V>(map: &BTreeMap<String, V>) -> BTreeMap<String, &V> {
    map.iter()
        .map(|(name, value)| (name.clone(), value))
        .collect()
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
