//! What operations need: the models and enumerations of their parameters, bodies and results, and of the fields of these models, however
//! deep. Takes operations one by one; a type that the API does not hold is passed over.

use std::collections::BTreeSet;

use apidoc_model::Api;
use apidoc_model::api::{Model, ModelId, Operation, Type};

/// The models and enumerations met so far.
pub(crate) struct Reach<'a> {
    api: &'a Api,
    pub(crate) models: BTreeSet<&'a ModelId>,
    pub(crate) enums: BTreeSet<&'a str>,
}

impl<'a> Reach<'a> {
    /// Nothing yet.
    pub(crate) fn new(api: &'a Api) -> Self {
        Self {
            api,
            models: BTreeSet::new(),
            enums: BTreeSet::new(),
        }
    }

    /// Adds what an operation takes and returns.
    pub(crate) fn operation(&mut self, operation: &Operation) {
        operation
            .path
            .iter()
            .chain(&operation.query)
            .for_each(|parameter| self.ty(&parameter.ty));
        operation.types().for_each(|ty| self.ty(ty));
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
        let ty = ty.innermost();
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
