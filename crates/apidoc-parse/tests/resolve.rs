//! Each file in `tests/resolve` is one case: a sentence that says what must hold, and the pages that show it. What `resolve`
//! makes of them, with its evidence, is the snapshot beside it.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its cases has failed"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use apidoc_model::api::{Api, Evidence, Operation, Parameter, Payload, Type};
use apidoc_model::notation::path;
use apidoc_model::sample::Side;
use apidoc_model::{Diagnostic, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::{Corrections, is_operation_page, read, resolve, vendor};

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resolve");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in paths() {
        let name = name(&path);
        let text = std::fs::read_to_string(&path).expect("a case");
        settings.bind(|| insta::assert_snapshot!(name, resolved(&text)));
    }
}

/// The word that a page prints for a field is that of the newest page that prints one.
#[test]
fn a_field_keeps_the_newest_word() {
    let page = |tree: &str, word: &str| {
        format!(
            "<!-- page: {tree}agent/Zoo_Agent/v1ZooAgent_GetCage.md -->\n---\nuid: v1ZooAgent_GetCage\n---\n\n\
             ```http\nPOST /api/v1/Agents/Zoo/GetCage\n```\n\n## Response:\n\n| Response | Description |\n|---|---|\n| 200 | |\n\n\
             ### Response body: Cage\n\n| Property Name | Type | Description |\n|---|---|---|\n| Bars | {word} | |\n"
        )
    };
    for (newest, older, expected) in [
        ("int32", "string", "int32"),
        ("", "string", "string"),
        ("int32", "", "int32"),
        ("", "", ""),
    ] {
        let (api, _, _) = resolution(&(page("", newest) + &page("older/", older)));
        let fields = api.models.values().flat_map(|model| &model.fields);
        let words: Vec<&str> = fields.map(|field| field.documented.as_str()).collect();
        assert_eq!(words, [expected], "{newest:?} and {older:?}");
    }
}

/// Cases of which vendored pages cannot say all: odd keys of objects are neutral there, like those of dictionaries; and they
/// have one edition, in which an older sample neither stands against a newer word nor bears it out, and no operations that are
/// gone. Elements of one array are one there, so that the keys of a dictionary in one hide the neutral key in another.
const SAID_IN_PART: [&str; 6] = [
    "samples-that-know-nothing-of-a-label",
    "dictionaries-whose-keys-look-like-fields",
    "keys-that-are-no-names-of-properties",
    "odd-keys-beside-the-table-of-a-body",
    "newer-stands-against-older",
    "older-page-of-an-operation-that-is-gone",
];

/// What is understood of the pages that are written from pages is what was understood of these.
#[test]
fn vendored_pages_say_the_same() {
    for path in paths() {
        let name = name(&path);
        let text = std::fs::read_to_string(&path).expect("a case");
        if SAID_IN_PART.contains(&name.as_str()) || text.contains("<!-- corrections -->") {
            continue;
        }
        let (api, _, sources) = resolution(&text);
        let all = sources.files().iter();
        let pages: Vec<_> = all.filter(|file| is_operation_page(file)).collect();
        let pages = vendor(&read(&pages, &sources).0, true);
        let pages = pages
            .iter()
            .map(|page| format!("<!-- page: {} -->\n{}", page.path, page.text));
        let (again, _, _) = resolution(&pages.collect::<String>());
        assert_eq!(understood(&again), understood(&api), "{name}");
    }
}

/// Whatever order a file system, a thread or a caller has: all that is understood, with its evidence, is the same. Of the cases, and of the
/// vendored pages, which are enough of them that any two meet.
#[test]
fn the_order_of_pages_changes_nothing() {
    let vendored = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/pages");
    let mut whole = SourceMap::new();
    add_all(&vendored, &vendored, &mut whole);
    let cases = paths().into_iter().map(|path| {
        let text = std::fs::read_to_string(path).expect("a case");
        sources(divided(&text).0)
    });
    for sources in cases.chain([whole]) {
        let files = sources.files().iter();
        let pages: Vec<_> = files.filter(|file| is_operation_page(file)).collect();
        let (mut drafts, _) = read(&pages, &sources);
        let first = drafts.first().map(|draft| draft.id.value.clone());
        let resolved = |drafts: &[_]| {
            let resolution = resolve(drafts, &Corrections::default(), &sources);
            let mut said: Vec<_> = resolution
                .diagnostics
                .iter()
                .map(|one| format!("{one:?}"))
                .collect();
            said.sort();
            (
                format!("{:?}", resolution.api),
                format!("{:?}", resolution.samples),
                said,
            )
        };
        let expected = resolved(&drafts);
        // Which tree is the newer one is said by the caller.
        let tree = |draft: &Draft| sources.file(draft.id.span.file).map(|file| file.tree);
        drafts.reverse();
        drafts.sort_by_key(tree);
        assert!(resolved(&drafts) == expected, "backwards: {first:?}");
        let third = drafts.len() / 3;
        drafts.rotate_left(third);
        drafts.sort_by_key(tree);
        assert!(
            resolved(&drafts) == expected,
            "from another one on: {first:?}"
        );
    }
}

/// All pages below a folder, as they lie there.
fn add_all(root: &Path, folder: &Path, sources: &mut SourceMap) {
    for entry in std::fs::read_dir(folder).expect("a folder of pages") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            add_all(root, &path, sources);
        } else {
            let name = path.strip_prefix(root).expect("below the root");
            let name = name.to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(&path).expect("a page");
            sources.add(0, name.clone(), name, text);
        }
    }
}

/// What stands in an API, without prose and evidence.
fn understood(api: &Api) -> String {
    let mut out = String::new();
    for operation in api.operations() {
        let (body, result) = (operation.payload(Side::Request), &operation.result);
        let codes = operation.statuses.iter().map(|status| status.code);
        let codes: Vec<u16> = codes.collect();
        let kinds: Vec<_> = operation.restrictions.iter().map(|one| one.kind).collect();
        let parameters = operation.path.iter().chain(&operation.query);
        let parameters: Vec<_> = parameters
            .map(|one| (&one.name, &one.ty, one.required, &one.list, one.deprecated))
            .collect();
        writeln!(
            out,
            "{} {:?} {:?} {body:?} {result:?} {codes:?} {kinds:?} {} {:?} {parameters:?}",
            operation.id,
            operation.verb,
            operation.route,
            operation.deprecated,
            operation.slow_after_ms,
        )
        .expect("memory");
    }
    for (id, model) in &api.models {
        writeln!(out, "{id} {:?}", model.origin).expect("memory");
        for field in &model.fields {
            let marks = (field.required, &field.list, field.deprecated);
            writeln!(out, "    {} {:?} {marks:?}", field.name, field.ty).expect("memory");
        }
    }
    for (name, listed) in &api.enums {
        writeln!(out, "{name} {:?}", listed.values).expect("memory");
    }
    out
}

fn paths() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resolve");
    let mut cases: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 71, "cases were lost");
    cases
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().expect("a name");
    stem.to_string_lossy().into_owned()
}

/// Splits a case into its pages, resolves them, and prints what came out.
fn resolved(text: &str) -> String {
    let (api, diagnostics, sources) = resolution(text);
    printed(&api, &diagnostics, &sources)
}

/// The pages of a case, and its rows of corrections.
fn divided(text: &str) -> (&str, &str) {
    text.split_once("<!-- corrections -->")
        .unwrap_or((text, ""))
}

fn sources(pages: &str) -> SourceMap {
    let mut sources = SourceMap::new();
    for part in pages.split("<!-- page: ").skip(1) {
        let (path, text) = part.split_once(" -->\n").expect("a page marker");
        let (tree, path) = path
            .strip_prefix("older/")
            .map_or((0, path), |path| (1, path));
        sources.add(tree, path, path, text.trim_end());
    }
    sources
}

fn resolution(text: &str) -> (Api, Vec<Diagnostic>, SourceMap) {
    let mut corrections = Corrections::default();
    let mut diagnostics = Vec::new();
    let (pages, rows) = divided(text);
    let mut sources = sources(pages);
    if !rows.is_empty() {
        let id = sources.add(0, "corrections.md", "corrections.md", rows);
        let (found, refused) = Corrections::parse(sources.file(id).expect("just added"));
        corrections = found;
        diagnostics.extend(refused);
    }
    let all = sources.files().iter();
    let pages: Vec<_> = all.filter(|file| is_operation_page(file)).collect();
    let (drafts, said) = read(&pages, &sources);
    diagnostics.extend(said);
    let resolution = resolve(&drafts, &corrections, &sources);
    diagnostics.extend(resolution.diagnostics);
    (resolution.api, diagnostics, sources)
}

fn printed(api: &Api, diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for operation in api.groups.iter().flat_map(|group| &group.operations) {
        let page = format!("{}.md", operation.page);
        assert!(
            sources.files().iter().any(|file| file.path == page),
            "there is no page `{page}`"
        );
        let body = operation
            .body
            .as_ref()
            .map(|body| format!("({}) ", payload(&body.content)))
            .unwrap_or_default();
        let (verb, route) = (operation.verb.as_str(), path(&operation.route));
        let (result, rule) = (payload(&operation.result), rule(&operation.result_evidence));
        writeln!(
            out,
            "{verb} {route} {body}-> {result}  [{rule}] {:?}",
            operation.safety
        )
        .expect("memory");
        out.push_str(&around(operation));
    }
    for (name, listed) in &api.enums {
        let (values, rule) = (listed.values.join(", "), rule(&listed.evidence));
        writeln!(out, "\nenum {name}: {values}  [{rule}]").expect("memory");
    }
    for (id, model) in &api.models {
        writeln!(
            out,
            "\n{id}  {:?} [{}]",
            model.origin,
            rule(&model.evidence)
        )
        .expect("memory");
        for field in &model.fields {
            let boxed = if field.boxed { "boxed " } else { "" };
            let required = if field.required { " required" } else { "" };
            writeln!(
                out,
                "    {}: {boxed}{}{required}  [{}]",
                field.name,
                ty(&field.ty),
                rule(&field.evidence)
            )
            .expect("memory");
        }
    }
    for diagnostic in diagnostics {
        let place = diagnostic.span.map(|span| {
            let (line, column) = sources.line_col(span);
            format!(
                "{}:{line}:{column}",
                sources.file(span.file).map_or("?", |file| &file.display)
            )
        });
        let code = diagnostic.code.name();
        writeln!(
            out,
            "\n{:?}[{code}] {}\n    {}",
            diagnostic.severity,
            place.unwrap_or_default(),
            diagnostic.message
        )
        .expect("memory");
    }
    out
}

/// Parameters, and what is said in prose.
fn around(operation: &Operation) -> String {
    let parameter = |place: &str, parameter: &Parameter| {
        let required = if parameter.required { " required" } else { "" };
        let list = parameter.list.as_ref();
        let list = list.map_or(String::new(), |list| format!(" list {list}"));
        let deprecated = if parameter.deprecated {
            " deprecated"
        } else {
            ""
        };
        let doc = said(parameter.doc.as_deref());
        let (name, ty) = (&parameter.name, ty(&parameter.ty));
        format!("    {place} {name}: {ty}{required}{list}{deprecated}{doc}\n")
    };
    let path = operation.path.iter().map(|one| parameter("path", one));
    let query = operation.query.iter().map(|one| parameter("query", one));
    let body = operation
        .body
        .as_ref()
        .map(|body| said(body.doc.as_deref()));
    let body = body.filter(|doc| !doc.is_empty());
    let statuses = operation
        .statuses
        .iter()
        .filter(|status| status.doc.is_some());
    let statuses =
        statuses.map(|status| format!("    {}{}\n", status.code, said(status.doc.as_deref())));
    let restrictions = operation.restrictions.iter();
    let restrictions =
        restrictions.map(|one| format!("    {:?}{}\n", one.kind, said(one.doc.as_deref())));
    path.chain(query)
        .chain(body.map(|doc| format!("    body{doc}\n")))
        .chain(statuses)
        .chain(restrictions)
        .collect()
}

fn said(doc: Option<&str>) -> String {
    doc.map(|doc| format!(" {doc:?}")).unwrap_or_default()
}

fn rule(evidence: &Evidence) -> String {
    let rule = format!("{:?}", evidence.rule);
    [rule.as_str(), &evidence.page, &evidence.element]
        .join(" ")
        .trim()
        .to_owned()
}

fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Unit => "unit".to_owned(),
        Payload::Json(inner) => ty(inner),
        Payload::Binary => "bytes".to_owned(),
        Payload::Patch => "patch".to_owned(),
    }
}

fn ty(of: &Type) -> String {
    match of {
        Type::Array(inner) => format!("array<{}>", ty(inner)),
        Type::Map(inner) => format!("map<{}>", ty(inner)),
        Type::Model(id) => id.to_string(),
        Type::Enum(name) => format!("enum {name}"),
        Type::Flags(name) => format!("flags {name}"),
        other => format!("{other:?}").to_lowercase(),
    }
}
