//! Takes the files of a tree and says which of them are operation pages, reads these, and says which of two pages for one operation
//! counts. A page that has lost its front matter is still a page, so that it is refused instead of overlooked, and a file that looks like a
//! page of another kind is reported; it refuses nothing itself.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;

use apidoc_model::{Code, Diagnostic, FileId, Severity, SourceFile, SourceMap};

use rayon::prelude::*;

use crate::draft::Draft;
use crate::operation::{operation, route_in};
use crate::page::{FrontMatter, front_matter, page, span};

/// What included sample files hold where nobody has written a sample.
const PLACEHOLDER: &str = "No sample available";

/// How the names of pages end, in any case.
const MARKDOWN: [&str; 2] = [".md", ".markdown"];

/// Whether a file describes one operation: its front matter or its name says so, and it is not a sample that pages include.
#[must_use]
pub fn is_operation_page(file: &SourceFile) -> bool {
    match front_matter(&file.text) {
        Some(front) => {
            is_operation_id(stem(&file.path)) || ids(&file.text, &front).any(is_operation_id)
        }
        None => is_operation_id(stem(&file.path)) && !is_sample_file(file),
    }
}

/// Whether a file is there to be included by pages: by its folder, or because it is nothing but a sample.
#[must_use]
pub fn is_sample_file(file: &SourceFile) -> bool {
    let mut folders = file.path.split('/').rev().skip(1);
    let kept_apart = folders.any(|folder| matches!(folder, "samples" | "includes"));
    let text = file.text.trim_start_matches('\u{feff}').trim_start();
    let is_sample = text.starts_with("```http!") || text.starts_with("```http_");
    kept_apart || is_sample || is_placeholder(text)
}

/// What is to be said about a file that is no operation page: that it shows the route of an operation, if it does.
#[must_use]
pub fn unread(file: &SourceFile) -> Option<Diagnostic> {
    if is_sample_file(file) {
        return None;
    }
    // Most files hold no route at all, and need not be taken apart.
    let route = file
        .text
        .contains("api/")
        .then(|| route_in(&page(file).0, file))??;
    let message = format!(
        "`{}` is not read: this file is no operation page",
        file.at(route)
    );
    Some(Diagnostic::new(Code::IgnoredPage, route, message))
}

/// Reads operation pages: each by itself, on all threads, and without those that repeat another one.
#[must_use]
pub fn read(pages: &[&SourceFile], sources: &SourceMap) -> (Vec<Draft>, Vec<Diagnostic>) {
    let one = |file: &&SourceFile| {
        let (page, mut said) = page(file);
        let (draft, problems) = operation(&page, sources);
        said.extend(problems);
        (draft, said)
    };
    let (drafts, said): (Vec<Option<Draft>>, Vec<Vec<Diagnostic>>) =
        pages.par_iter().map(one).unzip();
    let mut said: Vec<Diagnostic> = said.into_iter().flatten().collect();
    let (drafts, repeated) = distinct(drafts.into_iter().flatten().collect(), sources);
    said.extend(repeated);
    let lost = lost(pages, &drafts, &said);
    said.extend(lost);
    (drafts, said)
}

/// Sets aside pages that repeat another page of their tree, and says which of two operations is lost where they do not: of several
/// pages with one id, the one whose file name is that id counts; of several ids with one verb and route, the one whose file has its
/// name, that no older tree has, whose page has more rows, or that comes first.
#[must_use]
pub fn distinct(mut drafts: Vec<Draft>, sources: &SourceMap) -> (Vec<Draft>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let by_id = one_per(
        drafts.iter().collect(),
        &mut diagnostics,
        |draft| (draft.tree, draft.id.value.as_str()),
        |draft| is_at_home(draft, sources),
        |kept, other| {
            let message = format!("another page has the id `{}`", other.id.value);
            let same_route = (kept.verb, &kept.route.value) == (other.verb, &other.route.value);
            let code = if same_route {
                Code::DuplicateId
            } else if is_at_home(kept, sources) != is_at_home(other, sources) {
                Code::DuplicateOperation
            } else {
                Code::AmbiguousId
            };
            Diagnostic::new(code, other.id.span, message)
                .note_at(kept.id.span, "the page that is read")
        },
    );
    let older = by_id.iter().filter(|draft| draft.tree > 0);
    let older: HashSet<&str> = older.map(|draft| draft.id.value.as_str()).collect();
    let by_route = one_per(
        by_id,
        &mut diagnostics,
        |draft| (draft.tree, draft.verb, draft.route.value.as_slice()),
        |draft| {
            // A page that was left over when an operation was renamed has an id that older editions have, and says less.
            let is_new = !older.contains(draft.id.value.as_str());
            (is_at_home(draft, sources), is_new, draft.rows)
        },
        |kept, other| {
            let message = format!(
                "`{}` has the verb and route of `{}`",
                other.id.value, kept.id.value
            );
            Diagnostic::new(Code::DuplicateOperation, other.route.span, message)
                .note_at(kept.route.span, "the page that is read")
        },
    );
    let kept: HashSet<FileId> = by_route.iter().map(|draft| draft.file).collect();
    drafts.retain(|draft| kept.contains(&draft.file));
    (drafts, diagnostics)
}

/// The pages of which nothing is left and nothing was said.
#[must_use]
pub fn lost(pages: &[&SourceFile], drafts: &[Draft], said: &[Diagnostic]) -> Vec<Diagnostic> {
    let read = drafts.iter().map(|draft| draft.file);
    let told = said
        .iter()
        .filter(|diagnostic| diagnostic.severity > Severity::Note)
        .filter_map(|diagnostic| Some(diagnostic.span?.file));
    let known: HashSet<FileId> = read.chain(told).collect();
    let lost = pages.iter().filter(|file| !known.contains(&file.id));
    lost.map(|file| {
        let message = "the page is no operation, and nothing says why";
        Diagnostic::new(Code::NotConserved, span(file.id, 0..0), message)
    })
    .collect()
}

/// Whether a text is the id of an operation: `v1Group_Operation`.
#[must_use]
pub fn is_operation_id(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("v1") else {
        return false;
    };
    let Some((group, name)) = rest.split_once('_') else {
        return false;
    };
    !group.is_empty()
        && !name.is_empty()
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a text only says that there is no sample.
pub(crate) fn is_placeholder(text: &str) -> bool {
    text.trim()
        .trim_end_matches('.')
        .eq_ignore_ascii_case(PLACEHOLDER)
}

/// Agent or area and operation name. The folder names the group where the page stands in the usual tree; otherwise the id does.
pub(crate) fn group_and_name(path: &str, id: &str) -> (String, String) {
    let (owner, name) = id
        .strip_prefix("v1")
        .unwrap_or(id)
        .split_once('_')
        .unwrap_or(("", id));
    let mut folders = path.rsplit('/').skip(1);
    let group = match (folders.next(), folders.next()) {
        (Some(folder), Some("agent" | "rest")) => folder.strip_suffix("_Agent").unwrap_or(folder),
        (Some(folder), _) if folder.ends_with("_Agent") => folder.trim_end_matches("_Agent"),
        _ => owner
            .strip_suffix("Agent")
            .or_else(|| owner.strip_suffix("Entity"))
            .filter(|rest| !rest.is_empty())
            .unwrap_or(owner),
    };
    (group.to_owned(), name.to_owned())
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = MARKDOWN.iter().find_map(|ending| {
        let (stem, found) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        found.eq_ignore_ascii_case(ending).then_some(stem)
    });
    stem.unwrap_or(name)
}

/// The ids of front matter, also where a quote is missing, so that the page is refused instead of overlooked.
fn ids<'t>(text: &'t str, front: &FrontMatter) -> impl Iterator<Item = &'t str> {
    let is_id =
        |(key, _): &&(Range<usize>, Range<usize>)| matches!(&text[key.clone()], "uid" | "id");
    let ids = front.entries.iter().filter(is_id);
    ids.map(|(_, value)| text[value.clone()].trim_matches(['"', '\'']))
}

fn is_at_home(draft: &Draft, sources: &SourceMap) -> bool {
    sources
        .file(draft.file)
        .is_some_and(|file| stem(&file.path) == draft.id.value)
}

/// Keeps one draft per key: the first of those with the highest rank. What is said of the others names that one, wherever it stands.
fn one_per<'d, K: Hash + Eq, R: Ord>(
    mut drafts: Vec<&'d Draft>,
    diagnostics: &mut Vec<Diagnostic>,
    key: impl Fn(&'d Draft) -> K,
    rank: impl Fn(&Draft) -> R,
    problem: impl Fn(&Draft, &Draft) -> Diagnostic,
) -> Vec<&'d Draft> {
    let mut best: HashMap<K, &Draft> = HashMap::with_capacity(drafts.len());
    for draft in &drafts {
        let known = best.entry(key(draft)).or_insert(draft);
        if rank(draft) > rank(known) {
            *known = draft;
        }
    }
    drafts.retain(|draft| match best.get(&key(draft)) {
        Some(kept) if kept.file != draft.file => {
            diagnostics.push(problem(kept, draft));
            false
        }
        _ => true,
    });
    drafts
}
