//! Which cargo features compile a file of carriers: those of the agents and areas whose operations need one of its models, so that
//! a program that asks for one agent compiles what this agent can take and return and nothing else. Takes the API, the models of
//! each file and the conversions between models; returns the `cfg` attributes. A file that all
//! agents and areas need, or many, or none, has none.

use std::collections::{BTreeMap, BTreeSet};

use apidoc_model::Api;
use apidoc_model::api::ModelId;

use super::models::Homes;
use super::narrow::Pairs;
use super::wrap::Wrapped;
use crate::Input;
use crate::reach::Reach;

/// A file that more agents and areas need than this is always compiled: to leave it out saves hardly anybody anything, and nobody would
/// read the list.
const MANY: usize = 24;

/// For every file, by its first model, the features that compile it.
pub(crate) struct Gates<'a> {
    features: BTreeMap<&'a ModelId, BTreeSet<&'a str>>,
    /// How many agents and areas there are.
    groups: usize,
}

/// The gates of all files.
pub(crate) fn gates<'a>(homes: &Homes<'a>, pairs: &Pairs<'a>, input: &Input<'a>) -> Gates<'a> {
    let files = Files::new(homes, pairs, input.api);
    let mut features: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for group in &input.api.groups {
        let Some(names) = input.names.group(&group.id) else {
            continue;
        };
        let mut reach = Reach::new(input.api);
        group
            .operations
            .iter()
            .for_each(|operation| reach.operation(operation));
        for file in files.needed(&reach.models) {
            features
                .entry(file)
                .or_default()
                .insert(names.feature.as_str());
        }
    }
    Gates {
        features,
        groups: input.api.groups.len(),
    }
}

impl<'a> Gates<'a> {
    /// The features that compile the file that this model opens; none if it is always compiled.
    pub(crate) fn of(&self, first: &ModelId) -> Vec<&'a str> {
        let features = self.features.get(first);
        let gated =
            features.filter(|features| features.len() <= MANY && features.len() < self.groups);
        gated.into_iter().flatten().copied().collect()
    }
}

/// `#[cfg(…)]` for any of these features, with `#![` or `#[` before it; nothing for no feature.
pub(crate) fn attribute(start: &str, features: &[&str]) -> Option<String> {
    match features {
        [] => None,
        [feature] => Some(format!("{start}cfg(feature = {feature:?})]")),
        _ => {
            let mut lines = Wrapped::new("    ");
            for feature in features {
                lines.push(&format!("feature = {feature:?},"));
            }
            Some(format!("{start}cfg(any(\n{}))]", lines.finish()))
        }
    }
}

/// Where each model is, and which files a file mentions.
struct Files<'a> {
    homes: BTreeMap<&'a ModelId, &'a ModelId>,
    mentioned: BTreeMap<&'a ModelId, BTreeSet<&'a ModelId>>,
}

impl<'a> Files<'a> {
    fn new(homes: &Homes<'a>, pairs: &Pairs<'a>, api: &'a Api) -> Self {
        let members = || {
            homes
                .iter()
                .flat_map(|(first, rest)| [first].into_iter().chain(rest).map(|id| (*first, *id)))
        };
        let mut files = Self {
            homes: members().map(|(first, id)| (id, first)).collect(),
            mentioned: BTreeMap::new(),
        };
        for (first, id) in members() {
            let fields = api
                .models
                .get(id)
                .into_iter()
                .flat_map(|model| &model.fields);
            let models = fields.filter_map(|field| field.ty.model());
            let narrowed = pairs.get(id).into_iter().flatten().copied();
            let mentioned = models
                .chain(narrowed)
                .filter_map(|id| files.homes.get(id).copied());
            files.mentioned.entry(first).or_default().extend(mentioned);
        }
        files
    }

    /// The files that hold these models, and those that they mention in their turn.
    fn needed(&self, models: &BTreeSet<&'a ModelId>) -> BTreeSet<&'a ModelId> {
        let mut open: Vec<_> = models
            .iter()
            .filter_map(|id| self.homes.get(id).copied())
            .collect();
        let mut needed = BTreeSet::new();
        while let Some(file) = open.pop() {
            if needed.insert(file) {
                open.extend(self.mentioned.get(file).into_iter().flatten());
            }
        }
        needed
    }
}
