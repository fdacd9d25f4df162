//! The Rust names of everything in an [`Api`], decided here and nowhere else. Takes the whole API, so that a name does not depend
//! on how much of it is emitted; returns [`Names`] and a diagnostic for every wire name that a place has twice.

mod reserved;
mod scope;
mod words;

use std::collections::{BTreeMap, HashMap};

use apidoc_model::api::{Group, GroupId, Model, ModelId, Operation, Parameter, World};
use apidoc_model::{Api, Code, Diagnostic};
use heck::ToKebabCase;

use self::scope::{Kind, Scope};

/// The names of one API.
#[derive(Debug, Clone, Default)]
pub struct Names {
    groups: BTreeMap<GroupId, GroupNames>,
    models: BTreeMap<ModelId, ModelNames>,
    enums: BTreeMap<String, EnumNames>,
}

/// The names of an agent or area.
#[derive(Debug, Clone, Default)]
pub(crate) struct GroupNames {
    /// Module, file and accessor.
    pub(crate) module: String,
    /// The struct that has the operations.
    pub(crate) handle: String,
    /// The cargo feature.
    pub(crate) feature: String,
    /// By operation id.
    pub(crate) operations: BTreeMap<String, OperationNames>,
}

/// The names of an operation.
#[derive(Debug, Clone, Default)]
pub(crate) struct OperationNames {
    /// The method.
    pub(crate) method: String,
    /// The struct of its optional query parameters, whether or not it has any.
    pub(crate) params: String,
    /// Path parameters, in route order.
    pub(crate) path: Vec<String>,
    /// Query parameters, in page order: arguments or fields of the parameters' struct.
    pub(crate) query: Vec<String>,
    /// The argument that holds the body.
    pub(crate) body: String,
    /// The argument that holds the optional parameters.
    pub(crate) params_argument: String,
}

/// The names of a model.
#[derive(Debug, Clone, Default)]
pub(crate) struct ModelNames {
    /// The struct.
    pub(crate) name: String,
    /// Its fields, in order.
    pub(crate) fields: Vec<String>,
    /// The module, for a model that opens a file of its own.
    pub(crate) module: String,
}

/// The names of an enumeration.
#[derive(Debug, Clone, Default)]
pub(crate) struct EnumNames {
    /// The enum.
    pub(crate) name: String,
    /// Its values, in order.
    pub(crate) variants: Vec<String>,
}

impl Names {
    /// Decides all names.
    #[must_use]
    pub fn decide(api: &Api) -> (Self, Vec<Diagnostic>) {
        let mut decision = Decision::default();
        decision.shared_models(api);
        decision.enums(api);
        for world in [World::Agent, World::Rest] {
            decision.groups(world, api);
        }
        (decision.names, decision.diagnostics)
    }

    pub(crate) fn group(&self, id: &GroupId) -> Option<&GroupNames> {
        self.groups.get(id)
    }

    pub(crate) fn model(&self, id: &ModelId) -> Option<&ModelNames> {
        self.models.get(id)
    }

    pub(crate) fn enumeration(&self, name: &str) -> Option<&EnumNames> {
        self.enums.get(name)
    }
}

#[derive(Default)]
struct Decision {
    names: Names,
    diagnostics: Vec<Diagnostic>,
}

impl Decision {
    fn shared_models(&mut self, api: &Api) {
        let shared: Vec<&ModelId> = api.models.keys().filter(|id| id.group.is_none()).collect();
        let wires = || shared.iter().map(|id| id.name.as_str());
        let types = self.claimed("models", wires(), &mut Scope::new(Kind::Type));
        let modules = self.claimed("models", wires(), &mut Scope::new(Kind::Module));
        for ((id, name), module) in shared.into_iter().zip(types).zip(modules) {
            let fields = self.fields(id, api);
            self.names.models.insert(
                id.clone(),
                ModelNames {
                    name,
                    fields,
                    module,
                },
            );
        }
    }

    fn fields(&mut self, id: &ModelId, api: &Api) -> Vec<String> {
        let fields = api
            .models
            .get(id)
            .map_or(&[][..], |model: &Model| &model.fields);
        self.claimed(
            &id.to_string(),
            fields.iter().map(|field| field.name.as_str()),
            &mut Scope::new(Kind::Field),
        )
    }

    fn enums(&mut self, api: &Api) {
        let mut scope = Scope::new(Kind::Type)
            .without(self.names.models.values().map(|names| names.name.as_str()));
        for (wire, enumeration) in &api.enums {
            let name = scope.claim(wire, Some(&format!("{wire} enum")));
            let values = enumeration.values.iter().map(String::as_str);
            let variants = self.claimed(wire, values, &mut Scope::new(Kind::Variant));
            self.names
                .enums
                .insert(wire.clone(), EnumNames { name, variants });
        }
    }

    fn groups(&mut self, world: World, api: &Api) {
        let groups: Vec<&Group> = api
            .groups
            .iter()
            .filter(|group| group.id.world == world)
            .collect();
        let shared = self
            .names
            .models
            .iter()
            .filter(|(id, _)| id.group.is_none());
        let shared = shared.map(|(_, names)| names.name.as_str());
        let enums = self.names.enums.values().map(|names| names.name.as_str());
        let mut types = Scope::new(Kind::Type).without(shared.chain(enums));
        let wires = groups.iter().map(|group| group.id.name.as_str());
        let modules = self.claimed("groups", wires, &mut Scope::new(Kind::Group));
        for (group, module) in groups.into_iter().zip(modules) {
            self.group(group, module, api, types.inside());
        }
    }

    fn group(&mut self, group: &Group, module: String, api: &Api, mut types: Scope) {
        let wire = &group.id.name;
        let suffix = match group.id.world {
            World::Agent => "Agent",
            World::Rest => "Resource",
        };
        let handle = types.claim(
            &format!("{wire}_{suffix}"),
            Some(&format!("{wire}_{suffix}_handle")),
        );
        for (id, _) in api.models_of(&group.id) {
            let name = types.claim(&id.name, Some(&format!("{wire}_{}", id.name)));
            let fields = self.fields(id, api);
            self.names.models.insert(
                id.clone(),
                ModelNames {
                    name,
                    fields,
                    module: String::new(),
                },
            );
        }
        let operations = self.operations(group, &mut types);
        let feature = format!("{}-{}", group.id.world.name(), module.to_kebab_case());
        self.names.groups.insert(
            group.id.clone(),
            GroupNames {
                module,
                handle,
                feature,
                operations,
            },
        );
    }

    fn operations(&mut self, group: &Group, types: &mut Scope) -> BTreeMap<String, OperationNames> {
        let called = called(&group.operations);
        let (place, wires) = (group.id.to_string(), called.iter().copied());
        let methods = self.claimed(&place, wires, &mut Scope::new(Kind::Method));
        let operations = group.operations.iter().zip(called).zip(methods);
        operations
            .map(|((operation, called), method)| {
                let params = types.claim(&format!("{called}_params"), None);
                let names = self.operation(operation, method, params);
                (operation.id.clone(), names)
            })
            .collect()
    }

    fn operation(
        &mut self,
        operation: &Operation,
        method: String,
        params: String,
    ) -> OperationNames {
        let mut arguments = Scope::new(Kind::Argument);
        let path = self.claimed(&operation.id, wires(&operation.path), &mut arguments);
        let query = self.claimed(&operation.id, wires(&operation.query), &mut arguments);
        let body = operation
            .body
            .as_ref()
            .map_or("body", |body| body.name.as_str());
        OperationNames {
            method,
            params,
            path,
            query,
            body: arguments.claim(body, Some("body")),
            params_argument: arguments.claim("params", Some("optional")),
        }
    }

    /// Claims names for a list of things in one place, and reports what is in the list twice.
    fn claimed<'a>(
        &mut self,
        place: &str,
        wires: impl Iterator<Item = &'a str>,
        scope: &mut Scope,
    ) -> Vec<String> {
        let wires: Vec<&str> = wires.collect();
        let (names, repeated) = scope.claim_all(&wires);
        self.diagnostics.extend(repeated.into_iter().map(|wire| {
            Diagnostic::new(
                Code::NameCollision,
                None,
                format!("{place}: the name `{wire}` stands twice"),
            )
        }));
        names
    }
}

/// What each operation of a group is called: its name, or its whole id where several have one name.
fn called(operations: &[Operation]) -> Vec<&str> {
    let mut bearers: HashMap<&str, usize> = HashMap::new();
    for operation in operations {
        *bearers.entry(&operation.name).or_default() += 1;
    }
    let called = operations.iter().map(|operation| {
        if bearers.get(operation.name.as_str()) == Some(&1) {
            &operation.name
        } else {
            operation.id.strip_prefix("v1").unwrap_or(&operation.id)
        }
    });
    called.collect()
}

fn wires(parameters: &[Parameter]) -> impl Iterator<Item = &str> {
    parameters.iter().map(|parameter| parameter.name.as_str())
}
