//! Takes the files of a tree and says which of them are operation pages, and which of two pages for one operation counts. A
//! page that has lost its front matter is still a page, so that it is refused instead of overlooked; it refuses nothing itself.

use std::collections::HashMap;

use apidoc_model::api::{Segment, Verb};
use apidoc_model::{Code, Diagnostic, SourceFile, SourceMap};

use crate::draft::Draft;

/// What included sample files hold where nobody has written a sample.
const PLACEHOLDER: &str = "No sample available";

/// Whether a file describes one operation: its front matter or its name says so, and it is not a sample that pages include.
#[must_use]
pub fn is_operation_page(file: &SourceFile) -> bool {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    if text.starts_with("---") {
        return is_operation_id(stem(&file.path)) || front_matter_ids(text).any(is_operation_id);
    }
    let kept_apart = file
        .path
        .split('/')
        .rev()
        .skip(1)
        .any(|folder| matches!(folder, "samples" | "includes"));
    let start = text.trim_start();
    let is_sample =
        start.starts_with("```http!") || start.starts_with("```http_") || is_placeholder(text);
    is_operation_id(stem(&file.path)) && !is_sample && !kept_apart
}

/// Sets aside pages that repeat another page of their tree: of several pages with one id, the one whose file name is that id
/// counts; of several ids with one verb and route, the first.
#[must_use]
pub fn distinct(drafts: Vec<Draft>, sources: &SourceMap) -> (Vec<Draft>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let by_id = one_per(
        drafts,
        &mut diagnostics,
        |draft| (draft.tree, draft.id.value.clone()),
        |draft| is_at_home(draft, sources),
        |kept, other| {
            let message = format!("another page has the id `{}`", other.id.value);
            Diagnostic::new(Code::DuplicateId, other.id.span, message)
                .note_at(kept.id.span, "the page that is read")
        },
    );
    let route = |draft: &Draft| -> (u32, Verb, Vec<Segment>) {
        (draft.tree, draft.verb, draft.route.value.clone())
    };
    let by_route = one_per(
        by_id,
        &mut diagnostics,
        route,
        |_| false,
        |kept, other| {
            let message = format!(
                "`{}` has the verb and route of `{}`",
                other.id.value, kept.id.value
            );
            Diagnostic::new(Code::DuplicateOperation, other.route.span, message)
                .note_at(kept.route.span, "the page that is read")
        },
    );
    (by_route, diagnostics)
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
    name.strip_suffix(".md").unwrap_or(name)
}

fn front_matter_ids(text: &str) -> impl Iterator<Item = &str> {
    let lines = text
        .lines()
        .skip(1)
        .take_while(|line| line.trim_end() != "---");
    lines
        .filter_map(|line| {
            line.strip_prefix("uid:")
                .or_else(|| line.strip_prefix("id:"))
        })
        .map(|id| id.trim().trim_matches(['"', '\'']))
}

fn is_at_home(draft: &Draft, sources: &SourceMap) -> bool {
    sources
        .file(draft.file)
        .is_some_and(|file| stem(&file.path) == draft.id.value)
}

/// Keeps one draft per key, in the order of the input: the first that is preferred, or the first of all.
fn one_per<K: std::hash::Hash + Eq>(
    drafts: Vec<Draft>,
    diagnostics: &mut Vec<Diagnostic>,
    key: impl Fn(&Draft) -> K,
    preferred: impl Fn(&Draft) -> bool,
    problem: impl Fn(&Draft, &Draft) -> Diagnostic,
) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut places: HashMap<K, usize> = HashMap::with_capacity(drafts.len());
    for mut draft in drafts {
        let place = *places.entry(key(&draft)).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(earlier) => {
                if preferred(&draft) && !preferred(earlier) {
                    std::mem::swap(earlier, &mut draft);
                }
                diagnostics.push(problem(earlier, &draft));
            }
            None => kept.push(draft),
        }
    }
    kept
}
