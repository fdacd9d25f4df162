//! Takes the paths given with `--specs` and returns the texts under them, in order of tree and path, and the one file given
//! with `--corrections`. Reads `.md`, `.mdx` and `.markdown` files only in a tree, opens nothing but regular files, follows
//! no symbolic link out of its tree and no link to a folder, and says which files are called like pages and are no markdown.
//! Refuses, file by file and with a diagnostic, what cannot be read, what is not UTF-8 and what is larger than a page can be;
//! only what would be a page, or the corrections, is an error.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use apidoc_model::{Code, Diagnostic, FileId, Severity, SourceFile, SourceMap, Span};
use apidoc_parse::is_operation_page;
use apidoc_parse::page::PAGE_CAP;
use apidoc_parse::pages::{is_markdown, is_operation_id};
use rayon::prelude::*;
use walkdir::WalkDir;

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All files; those that were refused stand in it without or with repaired text, so that messages can point at them.
    pub sources: SourceMap,
    /// The files that were refused.
    pub refused: HashSet<FileId>,
    /// Why they were refused.
    pub diagnostics: Vec<Diagnostic>,
    /// The file of corrections, where there is one that could be read.
    pub corrections: Option<FileId>,
}

/// How much of a file that is too large is looked at for its front matter.
const HEAD: usize = 4 << 10;

/// The number of the tree that the file of corrections stands in: none that holds pages.
const CORRECTIONS: u32 = u32::MAX;

/// Reads the trees and the file of corrections; the first tree decides what exists, the others are older evidence. A tree
/// may be a single file.
#[must_use]
pub fn load(trees: &[PathBuf], corrections: Option<&Path>) -> Loaded {
    let mut loaded = Loaded::default();
    let here = std::env::current_dir().ok();
    let here = here.as_deref();
    for (tree, root) in (0..).zip(trees) {
        let texts: Vec<Text> = find(root)
            .into_par_iter()
            .map(|found| read(root, found, here))
            .collect();
        for text in texts {
            loaded.add(tree, text);
        }
    }
    if let Some(file) = corrections {
        let id = loaded.add(CORRECTIONS, read(file, one_file(file), here));
        loaded.corrections = Some(id).filter(|id| !loaded.refused.contains(id));
    }
    loaded
}

/// Whether a file belongs to a tree of pages.
#[must_use]
pub fn is_in_tree(file: &SourceFile) -> bool {
    file.tree != CORRECTIONS
}

/// Older editions are evidence: what is wrong with them is said, and refuses nothing.
pub fn spare_evidence(diagnostics: &mut [Diagnostic], sources: &SourceMap) {
    let is_older = |span: Span| {
        let tree = sources.file(span.file).map(|file| file.tree);
        tree.is_some_and(|tree| tree != 0 && tree != CORRECTIONS)
    };
    for diagnostic in diagnostics {
        if diagnostic.severity == Severity::Error && diagnostic.span.is_some_and(is_older) {
            diagnostic.severity = Severity::Warning;
        }
    }
}

/// A file of a tree, or why there is none.
struct Found {
    path: PathBuf,
    problem: Option<Problem>,
}

struct Text {
    path: String,
    display: String,
    text: String,
    problem: Option<Problem>,
}

struct Problem {
    code: Code,
    message: String,
    at: usize,
    /// Whether the beginning of the text is there, so that it says what the file is.
    readable: bool,
}

impl Loaded {
    fn add(&mut self, tree: u32, text: Text) -> FileId {
        let id = self.sources.add(tree, text.path, text.display, text.text);
        let Some(problem) = text.problem else {
            return id;
        };
        let at = u32::try_from(problem.at).unwrap_or(u32::MAX);
        let place = Span {
            file: id,
            start: at,
            end: at,
        };
        let mut diagnostic = Diagnostic::new(problem.code, place, problem.message);
        let is_page = tree == CORRECTIONS || self.sources.file(id).is_some_and(is_operation_page);
        if !is_page && problem.readable {
            diagnostic.severity = Severity::Warning;
        }
        self.refused.insert(id);
        self.diagnostics.push(diagnostic);
        id
    }
}

/// Everything under `root` that is a page, or that would be one if it could be read; sorted by path.
fn find(root: &Path) -> Vec<Found> {
    let mut found: Vec<Found> = WalkDir::new(root)
        .follow_root_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()))
        .filter_map(|entry| match entry {
            Ok(entry) if entry.depth() == 0 && entry.file_type().is_file() => Some(Found {
                path: entry.into_path(),
                problem: None,
            }),
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) if !may_be_read(&entry) => overlooked(entry),
            Ok(entry) => Some(Found {
                problem: unfit(root, &entry).map(|why| unreadable(&why)),
                path: entry.into_path(),
            }),
            Err(error) => Some(Found {
                path: error.path().unwrap_or(root).to_owned(),
                problem: Some(unreadable(&reason(&error))),
            }),
        })
        .collect();
    without_other_forms(&mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// A file that is called like the page of an operation, and is no markdown.
fn overlooked(entry: walkdir::DirEntry) -> Option<Found> {
    let stem = entry.path().file_stem()?;
    let is_named = entry.file_type().is_file() && stem.to_str().is_some_and(is_operation_id);
    is_named.then(|| Found {
        path: entry.into_path(),
        problem: Some(Problem {
            code: Code::IgnoredPage,
            message: "this file is called like a page and is not read: it is no markdown"
                .to_owned(),
            at: 0,
            readable: true,
        }),
    })
}

/// Forgets files that are no markdown and stand beside a page of the same name: they say what the page says.
fn without_other_forms(found: &mut Vec<Found>) {
    // A tree of nothing but markdown, which most are, needs no list of names.
    if !found.iter().any(Found::is_overlooked) {
        return;
    }
    let pages = found.iter().filter(|found| !found.is_overlooked());
    let stems: HashSet<OsString> = pages
        .filter_map(|found| Some(found.path.file_stem()?.to_owned()))
        .collect();
    let has_page = |found: &Found| {
        let stem = found.path.file_stem();
        stem.is_some_and(|stem| stems.contains(stem))
    };
    found.retain(|found| !found.is_overlooked() || !has_page(found));
}

impl Found {
    fn is_overlooked(&self) -> bool {
        let code = self.problem.as_ref().map(|problem| problem.code);
        code == Some(Code::IgnoredPage)
    }
}

/// The file of corrections. A folder is no such file: of several files in it, nothing says which one is meant.
fn one_file(path: &Path) -> Found {
    let problem = match fs::metadata(path) {
        Ok(found) if found.is_file() => None,
        Ok(found) if found.is_dir() => {
            Some("it is a folder, and corrections are one file".to_owned())
        }
        Ok(_) => Some("not a regular file".to_owned()),
        Err(error) => Some(error.to_string()),
    };
    Found {
        path: path.to_owned(),
        problem: problem.map(|why| unreadable(&why)),
    }
}

fn reason(error: &walkdir::Error) -> String {
    error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// A link is taken for a page whatever its name is, when it leads to a folder: whoever made it meant the pages in it.
fn may_be_read(entry: &walkdir::DirEntry) -> bool {
    let links_to_folder = || entry.path_is_symlink() && entry.path().is_dir();
    is_markdown(&entry.file_name().to_string_lossy()) || links_to_folder()
}

/// Why an entry is not opened.
fn unfit(root: &Path, entry: &walkdir::DirEntry) -> Option<String> {
    if entry.file_type().is_file() {
        return None;
    }
    if !entry.path_is_symlink() {
        return Some("not a regular file".to_owned());
    }
    match (fs::canonicalize(entry.path()), fs::canonicalize(root)) {
        (Ok(target), Ok(root)) if !target.starts_with(&root) => {
            Some("a symbolic link that leaves the tree".to_owned())
        }
        (Ok(target), Ok(_)) if target.is_dir() => Some("a symbolic link to a folder".to_owned()),
        (Ok(target), Ok(_)) if !target.is_file() => Some("not a regular file".to_owned()),
        (Ok(_), Ok(_)) => None,
        (Err(error), _) | (_, Err(error)) => Some(error.to_string()),
    }
}

fn read(root: &Path, found: Found, here: Option<&Path>) -> Text {
    let relative = found
        .path
        .strip_prefix(root)
        .ok()
        .filter(|path| !path.as_os_str().is_empty());
    let relative = relative
        .or(found.path.file_name().map(Path::new))
        .unwrap_or(&found.path);
    let (text, problem) = match found.problem {
        Some(problem) => (String::new(), Some(problem)),
        None => read_text(&found.path),
    };
    Text {
        path: slashed(relative),
        display: shown_from(here, &found.path),
        text,
        problem,
    }
}

fn read_text(path: &Path) -> (String, Option<Problem>) {
    let bytes = match read_bytes(path) {
        Ok(bytes) => bytes,
        Err(error) => return (String::new(), Some(unreadable(&error.to_string()))),
    };
    if bytes.len() > PAGE_CAP {
        let message = format!("this file has more than {} MiB", PAGE_CAP >> 20);
        // Its start says whether it is a page.
        let head = bytes.get(..HEAD).unwrap_or(&bytes);
        return (
            String::from_utf8_lossy(head).into_owned(),
            Some(Problem {
                code: Code::TooLarge,
                message,
                at: 0,
                readable: true,
            }),
        );
    }
    String::from_utf8(bytes).map_or_else(|error| not_utf8(&error), |text| (text, None))
}

fn unreadable(why: &str) -> Problem {
    Problem {
        code: Code::Unreadable,
        message: format!("cannot read this file: {why}"),
        at: 0,
        readable: false,
    }
}

/// At most one byte more than the cap, also from a file that grows while it is read.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    // With room for all of it, a file is read at once instead of in pieces of growing length.
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(PAGE_CAP);
    let mut bytes = Vec::with_capacity(length.min(PAGE_CAP));
    file.take(PAGE_CAP as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text up to the first bad byte is the same as in the file, so the place of that byte is true.
fn not_utf8(error: &std::string::FromUtf8Error) -> (String, Option<Problem>) {
    let at = error.utf8_error().valid_up_to();
    let byte = error.as_bytes().get(at).copied().unwrap_or_default();
    let message = format!("byte 0x{byte:02X} is not UTF-8");
    (
        String::from_utf8_lossy(error.as_bytes()).into_owned(),
        Some(Problem {
            code: Code::NotUtf8,
            message,
            at,
            readable: true,
        }),
    )
}

/// As a user would write it: relative to the working folder where it lies in it.
#[must_use]
pub fn shown(path: &Path) -> String {
    shown_from(std::env::current_dir().ok().as_deref(), path)
}

fn shown_from(here: Option<&Path>, path: &Path) -> String {
    let inside = here.and_then(|folder| path.strip_prefix(folder).ok());
    slashed(
        inside
            .filter(|path| !path.as_os_str().is_empty())
            .unwrap_or(path),
    )
}

fn slashed(path: &Path) -> String {
    let names: Vec<_> = path
        .components()
        .map(|name| name.as_os_str().to_string_lossy())
        .collect();
    names.join("/").replacen("//", "/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Permissions do not hold for everybody, and a file may go while the others are read: what cannot be read is said, not left out.
    #[test]
    fn a_file_that_cannot_be_read_is_a_problem_of_its_own() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        for path in [folder.path().to_owned(), folder.path().join("gone.md")] {
            let (text, problem) = read_text(&path);
            assert_eq!(text, "");
            let problem = problem.map(|problem| (problem.code, problem.readable));
            assert_eq!(
                problem,
                Some((Code::Unreadable, false)),
                "{}",
                path.display()
            );
        }
        Ok(())
    }
}
