//! Everything that is derived once from the resolved API: operations, types, routes, kinds of entities and roles. It takes
//! the text of `api.json` and refuses a text that is none.

use std::sync::{Arc, OnceLock};

use crate::Error;
use crate::api::{Api, Operation, Types};
use crate::role::kind::Kinds;
use crate::role::{Role, roles};
use crate::route::Router;

/// The API that this crate was built with: of the repository's `generated/api.json` what [`Api`] reads, so that the package
/// holds all it needs. A test compares the two.
const DEFAULT: &str = include_str!("api.json");

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

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::path::Path;
    use std::{env, fs};

    use super::DEFAULT;
    use crate::api::Api;

    /// What the tenant needs of an API, an operation or type on each line.
    fn compact(api: &Api) -> Result<String, serde_json::Error> {
        let mut groups = Vec::new();
        for group in &api.groups {
            let operations = group.operations.iter().map(serde_json::to_string);
            let operations = operations.collect::<Result<Vec<_>, _>>()?.join(",\n");
            let id = serde_json::to_string(&group.id)?;
            groups.push(format!("{{\"id\":{id},\"operations\":[\n{operations}]}}"));
        }
        let named = |name: &String, value: Result<String, serde_json::Error>| {
            Ok(format!("{}:{}", serde_json::to_string(name)?, value?))
        };
        let models = api.models.iter();
        let models = models.map(|(name, model)| named(name, serde_json::to_string(model)));
        let models: Result<Vec<String>, serde_json::Error> = models.collect();
        let enums = api.enums.iter();
        let enums = enums.map(|(name, values)| named(name, serde_json::to_string(values)));
        let enums: Result<Vec<String>, serde_json::Error> = enums.collect();
        Ok(format!(
            "{{\"groups\":[\n{}],\n\"models\":{{\n{}}},\n\"enums\":{{\n{}}}}}\n",
            groups.join(",\n"),
            models?.join(",\n"),
            enums?.join(",\n")
        ))
    }

    /// With `SUPEROFFICE_MOCK_UPDATE=1` the file is written instead.
    #[test]
    fn the_file_of_the_package_is_what_the_repository_generated() -> Result<(), Box<dyn Error>> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let Ok(generated) = fs::read_to_string(package.join("../../generated/api.json")) else {
            println!("skipped: this is the package alone, without generated/api.json");
            return Ok(());
        };
        let expected = compact(&Api::read(&generated)?)?;
        if env::var_os("SUPEROFFICE_MOCK_UPDATE").is_some() {
            fs::write(package.join("src/api.json"), expected)?;
            return Ok(());
        }
        let line = DEFAULT
            .lines()
            .zip(expected.lines())
            .position(|(a, b)| a != b);
        assert!(
            DEFAULT == expected,
            "src/api.json differs from generated/api.json, first in line {line:?} of it; \
             update it with SUPEROFFICE_MOCK_UPDATE=1 cargo test -p superoffice-mock --lib catalogue"
        );
        Ok(())
    }

    #[test]
    fn the_package_stays_small() {
        let limit = 2 << 20;
        assert!(DEFAULT.len() < limit, "{} bytes", DEFAULT.len());
    }
}
