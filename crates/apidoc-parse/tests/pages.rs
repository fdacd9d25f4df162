//! Each file in `tests/pages` is one case: a sentence that says what must hold, and the files that show it. What `page`,
//! `operation` and `distinct` make of them is the snapshot beside it.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its files has failed"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use apidoc_model::api::{Segment, World};
use apidoc_model::{Code, Diagnostic, SourceMap};
use apidoc_parse::draft::{Draft, Row, Sample, SampleBody};
use apidoc_parse::page::PAGE_CAP;
use apidoc_parse::{distinct, is_operation_page, lost, operation, page, unread, without_included};

#[test]
fn cases() {
    let folder = folder();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in files("md") {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a case");
        settings.bind(|| insta::assert_snapshot!(name, read(&text)));
    }
}

/// Every code that the sources of these stages mention is shown by some case.
#[test]
fn every_code_has_a_case() {
    let snapshots: String = files("snap")
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a snapshot"))
        .collect();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut raised = std::fs::read_to_string(sources.join("page.rs")).expect("page.rs");
    raised.push_str(&std::fs::read_to_string(sources.join("pages.rs")).expect("pages.rs"));
    for entry in std::fs::read_dir(sources.join("operation")).expect("the folder of the stage") {
        raised
            .push_str(&std::fs::read_to_string(entry.expect("an entry").path()).expect("a source"));
    }
    let ours: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| raised.contains(&format!("Code::{code:?}")))
        // Says that a law of the reader itself is broken.
        .filter(|code| **code != Code::NotConserved)
        .collect();
    assert!(ours.len() >= 24, "codes were lost: {ours:?}");
    let without: Vec<&&Code> = ours
        .iter()
        .filter(|code| !snapshots.contains(&format!("[{}]", code.name())))
        .collect();
    assert!(without.is_empty(), "codes without a case: {without:?}");
}

/// A file of just the cap is a page, one byte more is none.
#[test]
fn the_cap_of_a_page_is_exact() {
    for (length, is_refused) in [(PAGE_CAP, false), (PAGE_CAP + 1, true)] {
        let mut sources = SourceMap::new();
        sources.add(0, "a.md", "a.md", "\n".repeat(length));
        let (page, said) = page(&sources.files()[0]);
        assert_eq!(page.refused, is_refused, "{length}");
        let codes: Vec<Code> = said.iter().map(|diagnostic| diagnostic.code).collect();
        let expected: &[Code] = if is_refused { &[Code::TooLarge] } else { &[] };
        assert_eq!(codes, expected);
    }
}

/// A page that is gone without a word is found.
#[test]
fn a_lost_page_is_found() {
    let mut sources = SourceMap::new();
    for name in ["v1CatAgent_Feed.md", "v1CatAgent_Wash.md"] {
        sources.add(0, name, name, "---\n---\n");
    }
    let pages: Vec<_> = sources.files().iter().collect();
    let said = operation(&page(pages[0]).0, &sources).1;
    assert!(!said.is_empty());
    let places: Vec<_> = lost(&pages, &[], &said)
        .into_iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.span.map(|span| span.file)))
        .collect();
    assert_eq!(places, [(Code::NotConserved, Some(pages[1].id))]);
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("the folder of cases");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths
}

/// Splits a case into its files, reads the pages among them, and prints what came out.
fn read(text: &str) -> String {
    let mut sources = SourceMap::new();
    for part in text.split("<!-- page: ").skip(1) {
        let (path, text) = part.split_once(" -->\n").expect("a page marker");
        let text = text.replace("<!-- five million characters -->", &"x".repeat(5_000_000));
        let (tree, path) = path
            .strip_prefix("older/")
            .map_or((0, path), |path| (1, path));
        sources.add(tree, path, path, text.trim_end());
    }
    let (pages, readings) = sources
        .files()
        .iter()
        .filter(|file| is_operation_page(file))
        .map(|file| {
            let (page, mut said) = page(file);
            let (draft, found) = operation(&page, &sources);
            said.extend(found);
            (file, (draft, said))
        })
        .unzip();
    let mut diagnostics = Vec::new();
    let mut drafts = Vec::new();
    for (draft, said) in without_included(pages, readings).1 {
        drafts.extend(draft);
        diagnostics.extend(said);
    }
    let others = sources
        .files()
        .iter()
        .filter(|file| !is_operation_page(file));
    diagnostics.extend(others.filter_map(unread));
    let (drafts, found) = distinct(drafts, &sources);
    diagnostics.extend(found);
    let mut out: String = drafts
        .iter()
        .map(|draft| printed(draft, &sources))
        .collect();
    for diagnostic in &diagnostics {
        print_diagnostic(&mut out, diagnostic, &sources);
    }
    if out.is_empty() {
        "nothing\n".to_owned()
    } else {
        out
    }
}

fn printed(draft: &Draft, sources: &SourceMap) -> String {
    let mut out = String::new();
    let world = if draft.world == World::Agent {
        "agent"
    } else {
        "rest"
    };
    let route: String = draft.route.value.iter().map(segment).collect();
    let _ = writeln!(
        out,
        "{} = {world}/{}.{}: {} {route}",
        draft.id.value,
        draft.group,
        draft.name,
        draft.verb.as_str()
    );
    let facts = [
        draft
            .summary
            .as_ref()
            .map(|text| format!("summary {text:?}")),
        draft.deprecated.then(|| "deprecated".to_owned()),
        draft.slow_after_ms.map(|ms| format!("slow after {ms} ms")),
    ];
    let facts = facts.into_iter().flatten();
    let remarks = draft.remarks.iter().map(|text| format!("remark {text:?}"));
    let restrictions = draft
        .restrictions
        .iter()
        .map(|(kind, text)| format!("{kind:?} {text:?}"));
    for fact in facts.chain(restrictions).chain(remarks) {
        let _ = writeln!(out, "  {fact}");
    }
    rows(&mut out, "path", &draft.path);
    rows(&mut out, "query", &draft.query);
    for header in &draft.headers {
        let doc = draft.header_docs.get(&header.value);
        let doc = doc.map(|text| format!(" {text:?}")).unwrap_or_default();
        let _ = writeln!(out, "  header {}{doc}", header.value);
    }
    if !draft.accept.is_empty() {
        let _ = writeln!(out, "  accept {}", draft.accept.join(" "));
    }
    if let Some(request) = &draft.request {
        let kind = request.kind.as_ref().map_or("", |kind| &kind.value);
        let named = request.named.as_ref().map_or("", |name| &name.value);
        let _ = writeln!(
            out,
            "  request {:?} kind {kind:?} named {named:?} doc {:?}",
            request.name, request.doc
        );
        rows(
            &mut out,
            "  field",
            request.table.as_deref().unwrap_or_default(),
        );
    }
    print_response(&mut out, draft);
    print_sample(&mut out, "request", draft.request_sample.as_ref(), sources);
    print_sample(
        &mut out,
        "response",
        draft.response_sample.as_ref(),
        sources,
    );
    let _ = writeln!(
        out,
        "  {} rows, {} diagnosed",
        draft.rows, draft.diagnosed_rows
    );
    out
}

fn print_response(out: &mut String, draft: &Draft) {
    let response = &draft.response;
    let word = |word: &Option<apidoc_model::Spanned<String>>| {
        word.as_ref()
            .map_or(String::new(), |word| word.value.clone())
    };
    let (kind, label, named) = (
        word(&response.kind),
        word(&response.label),
        word(&response.named),
    );
    let _ = writeln!(
        out,
        "  response kind {kind:?} label {label:?} named {named:?} doc {:?}",
        response.doc
    );
    for (code, text) in &response.statuses {
        let _ = writeln!(out, "    status {} {text:?}", code.value);
    }
    rows(
        out,
        "  field",
        response.table.as_deref().unwrap_or_default(),
    );
}

fn segment(segment: &Segment) -> String {
    match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Parameter(name) => format!("/<{name}>"),
    }
}

fn rows(out: &mut String, what: &str, rows: &[Row]) {
    for row in rows {
        let _ = write!(out, "  {what} {}: {:?}", row.name.value, row.ty.value);
        if !row.values.is_empty() {
            let _ = write!(out, " of {:?}", row.values);
        }
        if let Some(list) = &row.list {
            let _ = write!(out, " list {list:?}");
        }
        let _ = writeln!(
            out,
            "{}{} {:?}",
            if row.required { " required" } else { "" },
            if row.deprecated { " deprecated" } else { "" },
            row.doc
        );
    }
}

fn print_sample(out: &mut String, side: &str, sample: Option<&Sample>, sources: &SourceMap) {
    let Some(sample) = sample else { return };
    let path = sources.file(sample.file).map_or("", |file| &file.path);
    let body = match &sample.body {
        SampleBody::None => "no body".to_owned(),
        SampleBody::Json(json, _) => format!("{json:?}"),
        SampleBody::Raw(span) => format!("raw {:?}", sources.text(*span)),
    };
    let _ = writeln!(
        out,
        "  {side} sample in {path}: {:?} {:?} {body}",
        sample.start_line.value, sample.headers
    );
}

fn print_diagnostic(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap) {
    let place = |span: apidoc_model::Span| {
        let file = sources.file(span.file).expect("the file of a place");
        let bytes = span.start as usize..span.end as usize;
        assert!(file.text.get(bytes).is_some(), "{span:?} is no place");
        let (line, column) = sources.line_col(span);
        format!("{}:{line}:{column}", file.path)
    };
    let severity = format!("{:?}", diagnostic.severity).to_lowercase();
    let at = diagnostic.span.map(place).unwrap_or_default();
    let _ = writeln!(
        out,
        "{severity}[{}] {at} {}",
        diagnostic.code.name(),
        diagnostic.message
    );
    for note in &diagnostic.notes {
        let _ = writeln!(
            out,
            "  {} {}",
            note.span.map(place).unwrap_or_default(),
            note.message
        );
    }
}
