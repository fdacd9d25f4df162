//! The crates that are published, as cargo knows them: takes the root of the workspace and returns those that no manifest holds back.
//! Fails when cargo does not know the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::cargo::{self, Dependency, Package};

/// A crate that is published.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Crate {
    pub(super) name: String,
    /// Where it stands, from the root of the workspace.
    pub(super) folder: PathBuf,
    /// Its features, `default` aside.
    pub(super) features: Vec<String>,
    /// Whether it asks for versions of crates of others.
    pub(super) has_dependencies: bool,
}

/// All of them, sorted by name.
pub(super) fn crates(root: &Path) -> Result<Vec<Crate>> {
    let metadata = cargo::metadata(root, &["--no-deps"])?;
    let published = metadata.packages.iter().filter(|one| is_published(one));
    let crates: Result<Vec<Crate>> = published
        .map(|package| read(&metadata.workspace_root, package))
        .collect();
    let mut crates = crates?;
    ensure!(!crates.is_empty(), "no crate of the workspace is published");
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(crates)
}

/// `publish = false` is an empty list of registries.
fn is_published(package: &Package) -> bool {
    !package.publish.as_ref().is_some_and(Vec::is_empty)
}

fn read(root: &Path, package: &Package) -> Result<Crate> {
    let folder = package.manifest_path.parent();
    let folder = folder.and_then(|folder| folder.strip_prefix(root).ok());
    let features = package.features.keys().filter(|name| *name != "default");
    Ok(Crate {
        name: package.name.clone(),
        folder: folder
            .with_context(|| format!("`{}` stands outside the workspace", package.name))?
            .to_owned(),
        features: features.cloned().collect(),
        has_dependencies: package.dependencies.iter().any(is_of_others),
    })
}

/// What the crate itself needs, not its tests, and what comes from a registry.
fn is_of_others(dependency: &Dependency) -> bool {
    dependency.kind.is_none() && dependency.source.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(publish: &str, dependency: &str) -> Result<Package> {
        let text = format!(
            r#"{{
                "name": "cage", "version": "0.1.0", "rust_version": null,
                "manifest_path": "/zoo/crates/cage/Cargo.toml", "publish": {publish},
                "features": {{ "default": ["bars"], "bars": [] }},
                "dependencies": [{{ "kind": null, "source": null }}, {dependency}]
            }}"#
        );
        Ok(serde_json::from_str(&text)?)
    }

    const OF_TESTS: &str = r#"{ "kind": "dev", "source": "registry+https://example.com" }"#;
    const OF_OTHERS: &str = r#"{ "kind": null, "source": "registry+https://example.com" }"#;

    #[test]
    fn a_manifest_holds_a_crate_back() -> Result<()> {
        for (publish, expected) in [("null", true), ("[]", false), (r#"["own"]"#, true)] {
            assert_eq!(
                is_published(&package(publish, OF_TESTS)?),
                expected,
                "{publish}"
            );
        }
        Ok(())
    }

    #[test]
    fn what_only_tests_need_is_no_dependency() -> Result<()> {
        for (dependency, has_dependencies) in [(OF_TESTS, false), (OF_OTHERS, true)] {
            let expected = Crate {
                name: "cage".to_owned(),
                folder: "crates/cage".into(),
                features: vec!["bars".to_owned()],
                has_dependencies,
            };
            let found = read(Path::new("/zoo"), &package("null", dependency)?)?;
            assert_eq!(found, expected, "{dependency}");
        }
        Ok(())
    }

    /// What is generated and what is written by hand, and nothing that makes it.
    #[test]
    fn the_sdk_and_the_runtime_are_published() -> Result<()> {
        let crates = crates(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
        let names: Vec<&str> = crates.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "superoffice",
                "superoffice-core",
                "superoffice-mock",
                "superoffice-reqwest"
            ]
        );
        let find = |name: &str| crates.iter().find(|one| one.name == name);
        let folder = |name: &str| find(name).map(|one| one.folder.as_path());
        let sdk = Path::new("generated/superoffice");
        assert_eq!(folder("superoffice"), Some(sdk));
        assert!(find("superoffice-core").is_some_and(|one| one.has_dependencies));
        Ok(())
    }
}
