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
