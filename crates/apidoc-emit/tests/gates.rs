//! Every agent and area compiles without the others: wherever a file of the SDK is compiled, so is every carrier that it imports. Read
//! from the committed SDK, because its groups share carriers in ways that no fixture does.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, UseTree};

/// The features that compile something; `None` for what is always compiled.
type Gate = Option<BTreeSet<String>>;

type Read<T> = Result<T, Box<dyn Error>>;

#[test]
fn what_a_file_imports_is_compiled_with_it() -> Read<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/superoffice/src");
    let exports = exports(&read(&source.join("models/mod.rs"))?)?;
    let mut gated = files(&source)?;
    gated.extend(modules(&source, "agents")?);
    gated.extend(modules(&source, "rest")?);
    let mut imports = 0;
    for (path, gate) in &gated {
        for name in imported(&read(path)?)? {
            let export = exports.get(&name).ok_or(format!("no carrier `{name}`"))?;
            assert!(
                covers(export, gate),
                "{} imports `{name}`, which has fewer features",
                path.display()
            );
            imports += 1;
        }
    }
    let alone = gated
        .iter()
        .filter(|(_, gate)| gate.as_ref().is_some_and(|gate| gate.len() == 1))
        .count();
    println!(
        "gates: {} files, {alone} of them with one feature, {imports} imports of {} carriers",
        gated.len(),
        exports.len()
    );
    assert!(gated.len() > 400 && alone > 200 && imports > 1_000);
    Ok(())
}

/// Whether the one is compiled wherever the other is.
fn covers(wider: &Gate, narrower: &Gate) -> bool {
    match (wider, narrower) {
        (None, _) => true,
        (Some(wider), Some(narrower)) => wider.is_superset(narrower),
        (Some(_), None) => false,
    }
}

/// The files of carriers, whose gates stand on top of them.
fn files(source: &Path) -> Read<BTreeMap<PathBuf, Gate>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(source.join("models"))? {
        let path = entry?.path();
        if !path.ends_with("mod.rs") {
            let gate = gate(&read(&path)?.attrs)?;
            files.insert(path, gate);
        }
    }
    Ok(files)
}

/// The files of agents or areas, whose gates stand where they are named.
fn modules(source: &Path, folder: &str) -> Read<BTreeMap<PathBuf, Gate>> {
    let folder = source.join(folder);
    let mut modules = BTreeMap::new();
    for item in read(&folder.join("mod.rs"))?.items {
        if let Item::Mod(item) = item {
            modules.insert(
                folder.join(format!("{}.rs", item.ident)),
                gate(&item.attrs)?,
            );
        }
    }
    Ok(modules)
}

/// Every carrier by name, with the gate of its export.
fn exports(folder: &syn::File) -> Read<BTreeMap<String, Gate>> {
    let mut exports = BTreeMap::new();
    for item in &folder.items {
        if let Item::Use(item) = item {
            let (mut names, gate) = (Vec::new(), gate(&item.attrs)?);
            leaves(&item.tree, &mut names)?;
            exports.extend(names.into_iter().map(|name| (name, gate.clone())));
        }
    }
    Ok(exports)
}

/// The carriers that a file imports.
fn imported(file: &syn::File) -> Read<Vec<String>> {
    let mut names = Vec::new();
    for item in &file.items {
        if let Item::Use(item) = item {
            below("models", &item.tree, &mut names)?;
        }
    }
    Ok(names)
}

/// The names behind a segment.
fn below(segment: &str, tree: &UseTree, names: &mut Vec<String>) -> Read<()> {
    match tree {
        UseTree::Path(path) if path.ident == segment => leaves(&path.tree, names),
        UseTree::Path(path) => below(segment, &path.tree, names),
        UseTree::Group(group) => group
            .items
            .iter()
            .try_for_each(|tree| below(segment, tree, names)),
        _ => Ok(()),
    }
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) -> Read<()> {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().try_for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => {
            names.push(name.ident.to_string());
            Ok(())
        }
        UseTree::Rename(_) | UseTree::Glob(_) => {
            Err("an import that does not name what it imports".into())
        }
    }
}

/// The features of `cfg(feature = "…")` and `cfg(any(feature = "…", …))`.
fn gate(attributes: &[Attribute]) -> Read<Gate> {
    let Some(cfg) = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("cfg"))
    else {
        return Ok(None);
    };
    let mut features = BTreeSet::new();
    let mut feature = |meta: &syn::meta::ParseNestedMeta<'_>| {
        if !meta.path.is_ident("feature") {
            return Err(meta.error("something else than features"));
        }
        features.insert(meta.value()?.parse::<syn::LitStr>()?.value());
        Ok(())
    };
    cfg.parse_nested_meta(|meta| match meta.path.is_ident("any") {
        true => meta.parse_nested_meta(|meta| feature(&meta)),
        false => feature(&meta),
    })?;
    Ok(Some(features))
}

fn read(path: &Path) -> Read<syn::File> {
    Ok(syn::parse_file(&std::fs::read_to_string(path)?)?)
}
