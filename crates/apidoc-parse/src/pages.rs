//! Takes the files of a tree and says which of them are operation pages, reads these, and says which of two pages for one operation
//! counts. A page that has lost its front matter is still a page, so that it is read or refused, not overlooked, a sample is none
//! whatever its name is, and a file that looks like a page of another kind is reported; it refuses nothing itself.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;

use apidoc_model::{Code, Diagnostic, FileId, Severity, SourceFile, SourceMap};

use rayon::prelude::*;

use crate::draft::Draft;
use crate::element::COMMENT;
use crate::front_matter::{FrontMatter, content, front_matter};
use crate::operation::{operation, route_in};
use crate::page::{page, span};

/// What included sample files hold where nobody has written a sample.
const PLACEHOLDER: &str = "No sample available";

/// How the names of pages end, in any case.
const MARKDOWN: [&str; 3] = [".md", ".mdx", ".markdown"];

/// How the folders of agents end.
const AGENT_FOLDER: &str = "_Agent";

/// How the fences of samples begin.
const SAMPLE_WORDS: [&str; 2] = ["http!", "http_"];

/// Whether a file describes one operation: its front matter or its name says so, and it is not a sample that pages include.
#[must_use]
pub fn is_operation_page(file: &SourceFile) -> bool {
    let front = front_matter(&file.text);
    let has_id = |front: &FrontMatter| -> bool { ids(&file.text, front).any(is_operation_id) };
    let is_named = is_operation_id(stem(&file.path)) || front.as_ref().is_some_and(has_id);
    let is_sample = || match &front {
        // What has front matter is no text that belongs to its folder.
        Some(front) => front.behind(&file.text).is_some_and(holds_a_sample),
        None => is_sample_file(file),
    };
    is_named && !is_sample()
}

/// Whether a file is there to be included by pages: by its folder, or because it is nothing but a sample.
#[must_use]
pub fn is_sample_file(file: &SourceFile) -> bool {
    let mut folders = file.path.split('/').rev().skip(1);
    let kept_apart = folders.any(|folder| matches!(folder, "samples" | "includes"));
    kept_apart || content(&file.text).is_some_and(holds_a_sample)
}

/// Whether what stands behind front matter is nothing but samples, or says that there is none. Comments and headings say
/// nothing about what they stand above.
fn holds_a_sample(content: &str) -> bool {
    let mut rest = unheaded(content);
    if is_placeholder(rest) {
        return true;
    }
    let mut is_sample = false;
    while let Some((info, behind)) = fence(rest) {
        if !SAMPLE_WORDS.iter().any(|word| info.starts_with(word)) {
            return false;
        }
        is_sample = true;
        rest = unheaded(behind);
    }
    is_sample && rest.is_empty()
}

/// A text behind the comments and headings that it begins with.
fn unheaded(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let behind = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map(|(_, behind)| behind)
        } else if let Some(comment) = rest.strip_prefix(COMMENT.0) {
            comment.split_once(COMMENT.1).map(|(_, behind)| behind)
        } else if rest.trim_start_matches('#').starts_with(' ') && rest.starts_with('#') {
            Some(rest.split_once('\n').map_or("", |(_, behind)| behind))
        } else {
            None
        };
        match behind {
            Some(behind) => rest = behind.trim_start(),
            None => return rest,
        }
    }
}

/// The words behind the fence that a text begins with, and what stands behind the fence that closes it, or after the text
/// where none does.
fn fence(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = text.trim_start_matches(mark);
    let length = text.len() - info.len();
    let (info, mut rest) = info.split_once('\n').unwrap_or((info, ""));
    let closes = |line: &str| {
        let line = line.trim();
        line.len() >= length && line.trim_start_matches(mark).is_empty()
    };
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = behind;
        if closes(line) {
            break;
        }
    }
    (length >= 3).then(|| (info.trim(), rest))
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
    let (pages, read) = without_included(pages, pages.par_iter().map(one).collect());
    let (drafts, said): (Vec<Option<Draft>>, Vec<Vec<Diagnostic>>) = read.into_iter().unzip();
    let mut said: Vec<Diagnostic> = said.into_iter().flatten().collect();
    let (drafts, repeated) = distinct(drafts.into_iter().flatten().collect(), sources);
    said.extend(repeated);
    let lost = lost(&pages, &drafts, &said);
    said.extend(lost);
    (drafts, said)
}

/// What one page has become, and what was said about it.
type Reading = (Option<Draft>, Vec<Diagnostic>);

/// Takes back what was said about files that have not become operations and that pages include: they are samples, whatever
/// they are called. What is wrong with them as samples is said where they are included.
fn without_included<'p>(
    pages: &[&'p SourceFile],
    read: Vec<Reading>,
) -> (Vec<&'p SourceFile>, Vec<Reading>) {
    let drafts = read.iter().filter_map(|(draft, _)| draft.as_ref());
    let included: HashSet<FileId> = drafts
        .flat_map(|draft| draft.included.iter().copied())
        .collect();
    let both = pages.iter().copied().zip(read);
    both.filter(|(file, (draft, _))| draft.is_some() || !included.contains(&file.id))
        .unzip()
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

/// Whether a file that is included says nothing but that there is no sample.
pub(crate) fn says_no_sample(file: &SourceFile) -> bool {
    content(&file.text).is_some_and(|content| is_placeholder(unheaded(content)))
}

/// Whether a text only says that there is no sample.
pub(crate) fn is_placeholder(text: &str) -> bool {
    text.trim()
        .trim_end_matches('.')
        .eq_ignore_ascii_case(PLACEHOLDER)
}

/// Agent or area and operation name. The folder names the group where the page stands in the usual tree; otherwise the id does.
/// Where both name one, the id spells it: folders may be in small letters.
pub(crate) fn group_and_name(path: &str, id: &str) -> (String, String) {
    let (owner, name) = id
        .strip_prefix("v1")
        .unwrap_or(id)
        .split_once('_')
        .unwrap_or(("", id));
    let short = without_end(owner, "Agent").or_else(|| without_end(owner, "Entity"));
    let mut folders = path.rsplit('/').skip(1);
    let folder = match (folders.next(), folders.next()) {
        (Some(folder), Some("agent" | "rest")) => {
            Some(without_end(folder, AGENT_FOLDER).unwrap_or(folder))
        }
        (Some(folder), _) => without_end(folder, AGENT_FOLDER),
        _ => None,
    };
    let group = folder.map_or(short.unwrap_or(owner), |folder| {
        let mut spellings = short.into_iter().chain([owner]);
        let spelled = spellings.find(|name| name.eq_ignore_ascii_case(folder));
        spelled.unwrap_or(folder)
    });
    (group.to_owned(), name.to_owned())
}

/// What stands before such an end, in any case, if anything does.
fn without_end<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let (rest, found) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    (!rest.is_empty() && found.eq_ignore_ascii_case(end)).then_some(rest)
}

/// Whether a file of this name may hold a page, or what pages include.
#[must_use]
pub fn is_markdown(name: &str) -> bool {
    before_ending(name).is_some()
}

/// The name of a file without how names of pages end.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    before_ending(name).unwrap_or(name)
}

fn before_ending(name: &str) -> Option<&str> {
    MARKDOWN.iter().find_map(|ending| without_end(name, ending))
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
