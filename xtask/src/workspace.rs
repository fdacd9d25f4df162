//! Finds the root of the workspace and the default paths in it. Takes the environment, returns paths; refuses to guess when
//! it is started outside the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The root of the workspace that xtask belongs to: `cargo xtask` says where the crate is, else the folders above the
/// working folder are searched.
///
/// # Errors
/// When the working folder is not in the workspace.
pub fn root() -> Result<PathBuf> {
    if let Some(manifest) = std::env::var_os("CARGO_MANIFEST_DIR")
        && let Some(root) = Path::new(&manifest)
            .ancestors()
            .find(|folder| is_root(folder))
    {
        return Ok(root.to_owned());
    }
    let here = std::env::current_dir().context("there is no working folder")?;
    let root = here
        .ancestors()
        .find(|folder| is_root(folder))
        .map(Path::to_owned);
    root.context(
        "not inside the workspace: run it as `cargo xtask` from a folder of the repository",
    )
}

fn is_root(folder: &Path) -> bool {
    folder.join("xtask/Cargo.toml").is_file() && folder.join("crates/superoffice-core").is_dir()
}

/// Path of `superoffice-core` as a crate in `out/NAME` names it: relative, so that the output can be committed.
///
/// # Errors
/// When the workspace is not found.
pub fn core_path(out: &Path) -> Result<String> {
    let core = real(&root()?.join("crates/superoffice-core"))?;
    let from = real(out)?.join("crate");
    let (from, core): (Vec<_>, Vec<_>) = (from.components().collect(), core.components().collect());
    let common = from
        .iter()
        .zip(&core)
        .take_while(|(one, other)| one == other)
        .count();
    let up = std::iter::repeat_n("..".into(), from.len() - common);
    let down = core
        .iter()
        .skip(common)
        .map(|name| name.as_os_str().to_string_lossy());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// The path without links and `..`, also when its end does not exist yet.
fn real(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let exists = path
        .ancestors()
        .find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let (folder, real) = exists.with_context(|| format!("`{}` is nowhere", path.display()))?;
    Ok(real.join(path.strip_prefix(folder)?))
}
