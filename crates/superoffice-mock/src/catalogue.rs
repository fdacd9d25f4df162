//! Everything that is derived once from the resolved API: operations, types, routes, kinds of entities and roles. It takes
//! the text of `api.json` and refuses a text that is none.

use std::sync::{Arc, OnceLock};

use crate::Error;
use crate::api::{Api, Operation, Types};
use crate::role::kind::Kinds;
use crate::role::{Role, roles};
use crate::route::Router;

/// The API that this crate was built with.
const DEFAULT: &str = include_str!("../../../generated/api.json");

/// A tenant's knowledge of the API.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) operations: Vec<Operation>,
    pub(crate) types: Types,
    pub(crate) router: Router,
    pub(crate) kinds: Kinds,
    /// The role of each operation.
    pub(crate) roles: Vec<Role>,
}

impl Catalogue {
    /// Reads `api.json`.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let (operations, types) = Api::read(text).map_err(Error::Api)?.into_parts();
        let router = Router::new(&operations);
        let kinds = Kinds::find(&operations, &types);
        let roles = roles(&operations, &types, &kinds);
        Ok(Self {
            operations,
            types,
            router,
            kinds,
            roles,
        })
    }

    /// The API that this crate was built with; read once in a process.
    pub(crate) fn built_in() -> Result<Arc<Self>, Error> {
        static BUILT_IN: OnceLock<Arc<Catalogue>> = OnceLock::new();
        if let Some(catalogue) = BUILT_IN.get() {
            return Ok(Arc::clone(catalogue));
        }
        let catalogue = Arc::new(Self::read(DEFAULT)?);
        Ok(Arc::clone(BUILT_IN.get_or_init(|| catalogue)))
    }
}
