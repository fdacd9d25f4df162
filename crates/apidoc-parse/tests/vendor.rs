//! Each file in `tests/vendor` is one case: a sentence that says what must hold, and pages of one or two editions. The pages
//! that are written from them, without and with prose, are the snapshot beside it.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read its files has failed"
)]

use std::path::Path;

use apidoc_model::{Severity, SourceMap};
use apidoc_parse::draft::Draft;
use apidoc_parse::{VendoredPage, is_operation_page, vendor};

/// The cases whose pages are shown with prose as well.
const WITH_PROSE: [&str; 2] = ["everything-a-page-says", "remarks-of-a-page"];

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let entries = std::fs::read_dir(&folder).expect("the folder of cases");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    assert!(paths.len() >= 7, "cases were lost");
    for path in paths {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let drafts = drafts(&std::fs::read_to_string(&path).expect("a case"));
        let (facts, prose) = (vendor(&drafts, false), vendor(&drafts, true));
        assert_eq!(again(&facts, false), facts, "{name}");
        assert_eq!(again(&prose, true), prose, "{name}");
        assert_eq!(again(&prose, false), facts, "{name}: prose adds facts");
        let mut out = printed(&facts);
        if WITH_PROSE.contains(&name.as_str()) {
            out.push_str("==== with prose\n\n");
            out.push_str(&printed(&prose));
        }
        settings.bind(|| insta::assert_snapshot!(name, out));
    }
}

/// The documentation is built again with other values, and other numbers of them: the pages stay the same.
#[test]
fn values_of_another_build_change_nothing() {
    let build = |sample: &str| {
        let text = format!(
            "<!-- page: v1CatAgent_Feed.md -->\n---\nuid: v1CatAgent_Feed\n---\n\n```http\nPOST /api/v1/Agents/Cat/Feed\n```\n\n\
             ## Response:\n\n| Response | Description |\n|---|---|\n| 200 | OK |\n\n## Sample response\n\n\
             ```http_\nHTTP/1.1 200 OK\n\n{sample}\n```\n"
        );
        vendor(&drafts(&text), false)
    };
    let one = build(
        r#"{ "Id": 3, "Name": "Momo", "Born": "2031-07-09T08:07:06.0123456+02:00", "Meals": [{ "Grams": 1.5 }] }"#,
    );
    let other = build(
        r#"{ "Id": 9, "Name": "Mimi M.", "Born": "2009-07-01T01:02:03.12+02:00", "Meals": [{ "Grams": 2.25 }, { "Grams": 7.125 }] }"#,
    );
    assert_eq!(one, other);
}

fn drafts(text: &str) -> Vec<Draft> {
    let mut sources = SourceMap::new();
    for part in text.split("<!-- page: ").skip(1) {
        let (path, text) = part.split_once(" -->\n").expect("a page marker");
        let (tree, path) = path
            .strip_prefix("older/")
            .map_or((0, path), |path| (1, path));
        sources.add(tree, path, path, text);
    }
    read(&sources)
}

fn again(pages: &[VendoredPage], keep_prose: bool) -> Vec<VendoredPage> {
    let mut sources = SourceMap::new();
    for page in pages {
        sources.add(0, page.path.clone(), page.path.clone(), page.text.clone());
    }
    vendor(&read(&sources), keep_prose)
}

fn read(sources: &SourceMap) -> Vec<Draft> {
    let all = sources.files().iter();
    let pages: Vec<_> = all.filter(|file| is_operation_page(file)).collect();
    let (drafts, said) = apidoc_parse::read(&pages, sources);
    let errors: Vec<_> = said
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    drafts
}

fn printed(pages: &[VendoredPage]) -> String {
    pages
        .iter()
        .map(|page| format!("==== {}\n\n{}\n", page.path, page.text))
        .collect()
}
