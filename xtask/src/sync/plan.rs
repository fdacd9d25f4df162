//! Takes the wanted files and the folder as it is and returns the differences. Reads only. Refuses wanted paths that are
//! not plain, that differ only by case, or that would pass through something that is not a folder.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use rayon::prelude::*;
use similar::TextDiff;

use super::{Change, Kind, MANIFEST, Outcome, OutputFile};

const MANIFEST_HEAD: &str = "# Files written by `cargo xtask`; a file that leaves this list is removed by the next run. @generated\n";
const MAX_COMPONENT: usize = 120;
const MAX_DIFFERENCE_LINES: usize = 40;
const CONTEXT_LINES: usize = 2;

/// The wanted content of a folder.
#[derive(Debug)]
pub(super) struct Plan {
    /// The folder, as an absolute path.
    pub(super) out: PathBuf,
    /// Wanted text by path, the manifest included.
    pub(super) wanted: BTreeMap<String, String>,
}

/// A wanted file as it is.
enum State {
    Same,
    Missing,
    Other(Vec<u8>),
}

impl State {
    fn of(file: &Path, wanted: &str) -> Result<Self> {
        Ok(match read(file)? {
            Some(found) if found == wanted.as_bytes() => Self::Same,
            Some(found) => Self::Other(found),
            None => Self::Missing,
        })
    }
}

impl Plan {
    /// Checks the paths and adds the manifest.
    pub(super) fn new(out: &Path, files: Vec<OutputFile>) -> Result<Self> {
        let out = std::path::absolute(out)
            .with_context(|| format!("cannot resolve `{}`", out.display()))?;
        let mut wanted = BTreeMap::new();
        for OutputFile { path, contents } in files {
            check_path(&path)?;
            if wanted.insert(path.clone(), contents).is_some() {
                bail!("`{path}` would be written twice");
            }
        }
        check_collisions(wanted.keys())?;
        let list: String = wanted.keys().map(|path| format!("{path}\n")).collect();
        wanted.insert(MANIFEST.to_owned(), format!("{MANIFEST_HEAD}{list}"));
        Ok(Self { out, wanted })
    }

    /// Compares the folder with the wanted files; `shown` says whether somebody will read the first difference, which costs
    /// more than finding all of them.
    pub(super) fn compare(&self, shown: bool) -> Result<Outcome> {
        check_folder(&self.out)?;
        let mut folders = HashSet::new();
        for path in self.wanted.keys() {
            check_ancestors(&self.out, path, &mut folders)?;
        }
        let states: Vec<(&String, Result<State>)> = self
            .wanted
            .par_iter()
            .map(|(path, text)| (path, State::of(&self.out.join(path), text)))
            .collect();
        let (mut changes, mut difference) = (Vec::new(), None);
        for (path, state) in states {
            let kind = match state? {
                State::Same => continue,
                State::Missing => Kind::Create,
                State::Other(found) => {
                    if shown {
                        let text = self.wanted.get(path).map_or("", String::as_str);
                        difference.get_or_insert_with(|| first_difference(path, &found, text));
                    }
                    Kind::Update
                }
            };
            changes.push(Change {
                path: path.clone(),
                kind,
            });
        }
        let unchanged = self.wanted.len() - changes.len();
        changes.extend(self.leftovers(&mut folders)?);
        changes.sort();
        Ok(Outcome {
            changes,
            unchanged,
            difference,
        })
    }

    /// Files of the old manifest that are still there and not wanted any more.
    fn leftovers(&self, folders: &mut HashSet<PathBuf>) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for path in self.old_manifest()? {
            if self.wanted.contains_key(&path) {
                continue;
            }
            check_ancestors(&self.out, &path, folders)?;
            if read(&self.out.join(&path))?.is_some() {
                changes.push(Change {
                    path,
                    kind: Kind::Remove,
                });
            }
        }
        Ok(changes)
    }

    /// What the last run wrote. A line that is no plain path was not written by any run: it is not followed, and the
    /// manifest differs, so that it is reported and repaired.
    fn old_manifest(&self) -> Result<BTreeSet<String>> {
        let bytes = read(&self.out.join(MANIFEST))?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let paths = text.lines().filter(|line| check_path(line).is_ok());
        Ok(paths.map(str::to_owned).collect())
    }
}

/// A path is a list of names of letters, digits, `_`, `-` and `.`, none of which a system takes for something else.
pub(super) fn check_path(path: &str) -> Result<()> {
    if path == MANIFEST || !path.split('/').all(is_plain_name) {
        bail!(
            "refused to touch `{}`: not a plain path inside the folder",
            path.escape_debug()
        );
    }
    Ok(())
}

fn is_plain_name(name: &str) -> bool {
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let stem = name.split('.').next().unwrap_or("").to_ascii_lowercase();
    let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    plain
        && !device
        && !name.is_empty()
        && name.len() <= MAX_COMPONENT
        && !name.starts_with('.')
        && !name.ends_with('.')
}

/// Two files must not differ by case alone, and a file must not be a folder of another.
fn check_collisions<'a>(paths: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut files: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        if let Some(other) = files.insert(path.to_ascii_lowercase(), path) {
            bail!("`{other}` and `{path}` differ only by case");
        }
    }
    for (folded, path) in &files {
        let folder = folded
            .match_indices('/')
            .find_map(|(at, _)| folded.get(..at).and_then(|folder| files.get(folder)));
        if let Some(folder) = folder {
            bail!("`{folder}` would be a file and a folder of `{path}`");
        }
    }
    Ok(())
}

fn check_folder(folder: &Path) -> Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(metadata) if metadata.is_symlink() => bail!(
            "`{}` is a symbolic link; name the folder that it leads to",
            folder.display()
        ),
        Ok(_) => bail!("`{}` is not a folder", folder.display()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", folder.display())),
    }
}

fn check_ancestors(out: &Path, path: &str, seen: &mut HashSet<PathBuf>) -> Result<()> {
    for (at, _) in path.match_indices('/') {
        let folder = out.join(path.get(..at).unwrap_or(path));
        if !seen.contains(&folder) {
            check_folder(&folder)?;
            seen.insert(folder);
        }
    }
    Ok(())
}

/// The bytes of a regular file; `None` where there is nothing.
fn read(file: &Path) -> Result<Option<Vec<u8>>> {
    match fs::symlink_metadata(file) {
        Ok(metadata) if metadata.is_file() => fs::read(file)
            .map(Some)
            .with_context(|| format!("cannot read `{}`", file.display())),
        Ok(metadata) if metadata.is_symlink() => {
            bail!("`{}` is a symbolic link; remove it", file.display())
        }
        Ok(_) => bail!("`{}` is not a regular file; remove it", file.display()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", file.display())),
    }
}

/// The lines around the first difference. What follows is not compared: a diff of two long texts that have little in common
/// takes longer than everything else.
fn first_difference(path: &str, found: &[u8], wanted: &str) -> String {
    let found = String::from_utf8_lossy(found);
    let same = found.lines().zip(wanted.lines());
    let same = same.take_while(|(one, other)| one == other).count();
    let first = same.saturating_sub(CONTEXT_LINES);
    let window = |text: &str| -> String {
        let lines = text.split_inclusive('\n').skip(first);
        lines.take(MAX_DIFFERENCE_LINES).collect()
    };
    let (found, wanted) = (window(&found), window(wanted));
    let diff = TextDiff::from_lines(&found, &wanted);
    let unified = diff.unified_diff();
    let hunk = unified.iter_hunks().next();
    let changes = hunk.iter().flat_map(|hunk| hunk.iter_changes());
    let lines = changes.map(|change| format!("{}{}", change.tag(), change.value().trim_end()));
    let lines: Vec<String> = lines.take(MAX_DIFFERENCE_LINES).collect();
    format!(
        "--- {path}, line {} (as it is)\n+++ {path} (as it should be)\n{}\n",
        same + 1,
        lines.join("\n")
    )
}
