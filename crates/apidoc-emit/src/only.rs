//! Reduces an API to some agents and areas and the models and enumerations that their operations need. Takes names in any case,
//! with or without the world (`Chat`, `rest/Contact`); a name that fits nothing is an error.

use std::borrow::Cow;

use apidoc_model::api::GroupId;
use apidoc_model::{Api, Code, Diagnostic};

use crate::reach::Reach;

/// The API with only these groups; the whole API for `None`.
pub(crate) fn reduce<'a>(api: &'a Api, only: Option<&[String]>) -> (Cow<'a, Api>, Vec<Diagnostic>) {
    let Some(only) = only else {
        return (Cow::Borrowed(api), Vec::new());
    };
    let unknown = only
        .iter()
        .filter(|name| !api.groups.iter().any(|g| is_named(&g.id, name)));
    let diagnostics = unknown
        .map(|name| {
            Diagnostic::new(
                Code::UnknownGroup,
                None,
                format!("no agent or area is called `{name}`"),
            )
        })
        .collect();
    let chosen = |id: &GroupId| only.iter().any(|name| is_named(id, name));
    let groups: Vec<_> = api
        .groups
        .iter()
        .filter(|group| chosen(&group.id))
        .cloned()
        .collect();
    let mut reach = Reach::new(api);
    groups
        .iter()
        .flat_map(|group| &group.operations)
        .for_each(|operation| reach.operation(operation));
    let Reach { models, enums, .. } = reach;
    let reduced = Api {
        groups,
        models: api
            .models
            .iter()
            .filter(|(id, _)| models.contains(id))
            .map(|(id, m)| (id.clone(), m.clone()))
            .collect(),
        enums: api
            .enums
            .iter()
            .filter(|(name, _)| enums.contains(name.as_str()))
            .map(|(n, e)| (n.clone(), e.clone()))
            .collect(),
    };
    (Cow::Owned(reduced), diagnostics)
}

fn is_named(id: &GroupId, name: &str) -> bool {
    let name = name.trim();
    id.name.eq_ignore_ascii_case(name) || id.to_string().eq_ignore_ascii_case(name)
}
