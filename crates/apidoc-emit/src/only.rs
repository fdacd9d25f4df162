//! Reduces an API to some agents and areas and the models and enumerations that their operations need. Takes names in any case,
//! with or without the world (`Chat`, `rest/Contact`); a name that fits nothing is an error.

use std::borrow::Cow;
use std::collections::BTreeSet;

use apidoc_model::api::{GroupId, Model, ModelId, Operation, Payload, Type};
use apidoc_model::{Api, Code, Diagnostic};

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
    let mut needed = Needed::new(api);
    groups
        .iter()
        .flat_map(|group| &group.operations)
        .for_each(|operation| needed.operation(operation));
    let Needed { models, enums, .. } = needed;
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

struct Needed<'a> {
    api: &'a Api,
    models: BTreeSet<&'a ModelId>,
    enums: BTreeSet<&'a str>,
}

impl<'a> Needed<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            models: BTreeSet::new(),
            enums: BTreeSet::new(),
        }
    }

    fn operation(&mut self, operation: &Operation) {
        operation
            .path
            .iter()
            .chain(&operation.query)
            .for_each(|parameter| self.ty(&parameter.ty));
        self.payload(&operation.result);
        if let Some(body) = &operation.body {
            self.payload(&body.content);
        }
    }

    fn payload(&mut self, payload: &Payload) {
        if let Payload::Json(ty) = payload {
            self.ty(ty);
        }
    }

    /// Walks the types that are reachable from this one; a work list, because models may nest deeply.
    fn ty(&mut self, ty: &Type) {
        let mut open: Vec<&Model> = Vec::new();
        self.mention(ty, &mut open);
        while let Some(model) = open.pop() {
            for field in &model.fields {
                self.mention(&field.ty, &mut open);
            }
        }
    }

    fn mention(&mut self, ty: &Type, open: &mut Vec<&'a Model>) {
        let mut ty = ty;
        while let Type::Array(inner) | Type::Map(inner) = ty {
            ty = inner;
        }
        if let Type::Enum(name) | Type::Flags(name) = ty
            && let Some((name, _)) = self.api.enums.get_key_value(name)
        {
            self.enums.insert(name);
        }
        if let Type::Model(id) = ty
            && let Some((id, model)) = self.api.models.get_key_value(id)
            && self.models.insert(id)
        {
            open.push(model);
        }
    }
}
