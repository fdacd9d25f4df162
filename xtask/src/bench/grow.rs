//! A bigger API of the same kind. Takes a folder of pages and writes it several times over into another, with other names of
//! operations, groups, routes and types in each copy, so that every stage meets as many more of everything.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};

use super::stages::pages_of;
use crate::clock::Clock;
use crate::codegen::{self, Pages};

/// What the paths of all routes begin with.
const PREFIX: &str = "/api/v1/";

/// Writes `copies` copies of the pages of `specs` below `into`.
pub(super) fn grow(specs: &Path, copies: usize, into: &Path) -> Result<()> {
    let names = names(specs)?;
    for path in pages_of(specs) {
        let text = fs::read_to_string(&path)?;
        let path = path.strip_prefix(specs)?;
        for copy in 0..copies {
            let target = into.join(renamed_path(path, copy, &names));
            fs::create_dir_all(target.parent().context("a page has a folder")?)?;
            fs::write(&target, renamed(&text, copy, &names))
                .with_context(|| format!("cannot write `{}`", target.display()))?;
        }
    }
    Ok(())
}

/// Names that each copy needs its own of: operations and types.
fn names(specs: &Path) -> Result<HashSet<String>> {
    let understood = codegen::understand(&Pages::of(vec![specs.to_owned()]), &mut Clock::start())?;
    let models = understood.api.models.keys().map(|model| model.name.clone());
    let operations = understood.drafts.iter().map(|draft| draft.id.value.clone());
    Ok(models.chain(operations).collect())
}

/// `agent/Chat_Agent/v1ChatAgent_Get.md` → `copy2/agent/Chat2_Agent/v1ChatAgent_Get2.md`; files that pages include keep their
/// names, so that the pages find them.
fn renamed_path(path: &Path, copy: usize, names: &HashSet<String>) -> PathBuf {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    if copy == 0 {
        return path.to_owned();
    }
    let group = path
        .parent()
        .and_then(Path::file_name)
        .map(ToOwned::to_owned);
    let part = |part: Component<'_>| match part.as_os_str().to_str() {
        Some(text) if Some(part.as_os_str()) == group.as_deref() && names.contains(stem) => {
            text.strip_suffix("_Agent").map_or_else(
                || format!("{text}{copy}"),
                |name| format!("{name}{copy}_Agent"),
            )
        }
        Some(text) => renamed(text, copy, names),
        None => String::new(),
    };
    let parts: PathBuf = path.components().map(part).collect();
    Path::new(&format!("copy{copy}")).join(parts)
}

/// The text with a number behind each name and behind the first part of each route.
fn renamed(text: &str, copy: usize, names: &HashSet<String>) -> String {
    if copy == 0 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        out.push_str(between);
        let group = out.ends_with(PREFIX) && word != "Agents" || out.ends_with("/api/v1/Agents/");
        out.push_str(word);
        if group || names.contains(word) {
            out.push_str(&copy.to_string());
        }
        rest = after;
    }
    out + rest
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
