//! The reference as `generated/api.json` has it, read anew and without the tenant's rules. It takes the vendored file and gives
//! operations by group, and fields of models.

use serde_json::{Map, Value};

const API: &str = include_str!("../../../../generated/api.json");

/// `generated/api.json`.
pub(crate) struct Api {
    pub(crate) operations: Vec<(String, Value)>,
    pub(crate) models: Map<String, Value>,
}

impl Api {
    pub(crate) fn read() -> Self {
        let api: Value = serde_json::from_str(API).unwrap();
        let mut operations = Vec::new();
        for group in api["groups"].as_array().unwrap() {
            let id = group["id"].as_str().unwrap();
            let all = group["operations"].as_array().unwrap().iter();
            operations.extend(all.map(|operation| (id.to_owned(), operation.clone())));
        }
        let models = api["models"].as_object().unwrap().clone();
        Self { operations, models }
    }

    pub(crate) fn fields(&self, id: &str) -> &[Value] {
        let model = self
            .models
            .get(id)
            .and_then(|model| model["fields"].as_array());
        model.map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether an operation takes an integer and, beside it, nothing that could name an entity.
    pub(crate) fn takes_one_integer(&self, operation: &Value) -> bool {
        let query = operation["query"].as_array().into_iter().flatten();
        let arguments = query.filter(|argument| argument["name"] != "$select");
        let body = model(&operation["body"]["content"]);
        let types: Vec<&Value> = arguments
            .chain(self.fields(&body))
            .map(|argument| &argument["type"])
            .filter(|ty| **ty != "bool")
            .collect();
        matches!(types[..], [ty] if *ty == "int32" || *ty == "int64")
    }
}

/// The model of a payload; empty where it is none.
pub(crate) fn model(payload: &Value) -> String {
    payload["json"]["model"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
