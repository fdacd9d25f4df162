//! What is emitted compiles, without a warning of clippy or rustdoc, and runs nothing: one of everything, every name that has broken
//! a generator, every hostile text. Cargo is run on scratch crates below the target folder.

mod fixture;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::Api;
use apidoc_model::sample::{OperationSample, SampleBody, SampleMessage};

use fixture::names::{NAMES, obstacle_course};
use fixture::payloads::everything_at_once;

/// The pages of all scratch crates are written to one folder, one crate after the other.
static DOCUMENTING: Mutex<()> = Mutex::new(());

#[test]
fn one_of_everything_compiles_and_its_samples_survive() -> io::Result<()> {
    let crates = Scratch::new("one-of-everything", &fixture::small(), &samples())?;
    crates.cargo(&[
        "clippy",
        "--all-targets",
        "--package",
        "superoffice",
        "--package",
        "superoffice-checks",
        "--",
        "-D",
        "warnings",
    ])?;
    let documenting = DOCUMENTING.lock();
    crates.cargo(&["doc", "--no-deps"])?;
    drop(documenting);
    let report = crates.cargo(&["run", "--quiet", "--package", "superoffice-checks"])?;
    insta::assert_snapshot!(report.trim(), @"enumerations 1/1, sent 5/5, narrowed 0/0, recursive 1/1\npages 8/8, responses 8/8, requests 2/2, calls 8/8, mutants 112/112, contradictions 0");
    Ok(())
}

#[test]
fn every_name_compiles_and_keeps_its_wire_name() -> io::Result<()> {
    let crates = Scratch::new("names", &obstacle_course(), &[])?;
    let test = format!(
        "//! Wire names.\nuse superoffice::{{Model, OpenEnum}};\n#[test]\nfn wire_names() {{\n    let names: &[&str] = &{NAMES:?};\n    \
         assert_eq!(superoffice::models::EveryField::FIELDS, names);\n    \
         assert_eq!(superoffice::enums::EveryValue::NAMES, names);\n    \
         for name in names {{\n        assert!(superoffice::enums::EveryValue::from_name(name).is_recognized());\n    }}\n}}\n"
    );
    crates.write("superoffice/tests/wire.rs", &test)?;
    crates.cargo(&["clippy", "--package", "superoffice", "--", "-D", "warnings"])?;
    crates.cargo(&["test", "--package", "superoffice", "--test", "wire"])?;
    Ok(())
}

#[test]
fn hostile_documentation_is_text() -> io::Result<()> {
    let crates = Scratch::new("hostile", &everything_at_once(), &[])?;
    crates.cargo(&["clippy", "--package", "superoffice", "--", "-D", "warnings"])?;
    let documenting = DOCUMENTING.lock();
    crates.cargo(&["doc", "--no-deps", "--package", "superoffice"])?;
    let pages = crates.pages()?;
    drop(documenting);
    let script = pages.into_iter().find(|page| {
        std::fs::read_to_string(page)
            .is_ok_and(|html| html.contains("<script>alert") || html.contains("href=\"javascript:"))
    });
    assert_eq!(script, None);
    crates.documentation_runs_nothing()?;
    assert!(
        !crates.root.join("canary").exists() && !crates.root.join("superoffice/canary").exists()
    );
    Ok(())
}

/// What an area gives is not the model that it takes: there is a way from one to the other that loses nothing, where the fields
/// are the same, and none where they are not.
#[test]
fn what_comes_with_links_is_sent_back_whole() -> io::Result<()> {
    let files = fixture::files(&fixture::pairs::api());
    let narrowed: Vec<&str> = files
        .iter()
        .filter(|file| file.contents.contains("\nnarrow! {"))
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(
        narrowed,
        ["superoffice/src/models/topic_with_links.rs"],
        "{:?}",
        fixture::pairs::VARIANTS
    );
    let crates = Scratch::new("pairs", &fixture::pairs::api(), &[])?;
    let test = r###"//! Read, change, send back.
use superoffice::models::{Topic, TopicWithLinks};
use superoffice::{Api as _, Client, Value};

#[test]
fn nothing_is_lost() {
    let client = Client::builder().base_url("https://crm.example.com/x").build().expect("an address");
    for links in [r#"{"Self":"/7","Old":null}"#, "{}", "null"] {
        for rest in [r#""New":{"a":[1]},"#, r#""Older":null,"#, ""] {
            let text = format!(r#"{{"TopicId":7,"Name":null,"Count":3,{rest}"_Links":{links}}}"#);
            let came: TopicWithLinks = superoffice::__serde::Deserialize::deserialize(
                text.parse::<Value>().expect("JSON")).expect("a topic");
            let mut topic: Topic = came.into();
            topic.count = Some(1 << 40);
            let request = client.rest().topic().put_topic(7, &topic).into_http().expect("a request");
            let sent = std::str::from_utf8(request.body().as_bytes().expect("JSON")).expect("text");
            let expected = text.replace("3", &(1_u64 << 40).to_string());
            assert_eq!(sent.parse::<Value>().expect("JSON"), expected.parse::<Value>().expect("JSON"));
        }
    }
    let sent = Topic::from(TopicWithLinks::default());
    assert!(sent.extra.is_empty(), "{sent:?}");
}
"###;
    crates.write("superoffice/tests/pairs.rs", test)?;
    crates.cargo(&["clippy", "--package", "superoffice", "--", "-D", "warnings"])?;
    let report = crates.cargo(&["test", "--package", "superoffice", "--test", "pairs"])?;
    assert!(report.contains("1 passed"), "{report}");
    Ok(())
}

/// Emitted crates on disk, with a workspace around them.
struct Scratch {
    root: PathBuf,
}

impl Scratch {
    fn new(name: &str, api: &Api, samples: &[OperationSample]) -> io::Result<Self> {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("emitted")
            .join(name);
        let scratch = Self { root };
        let _ = std::fs::remove_dir_all(&scratch.root);
        let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../superoffice-core");
        let options = Options {
            core_path: Some(core.display().to_string()),
            ..Options::default()
        };
        let (files, diagnostics) = emit(api, &options, samples);
        assert_eq!(diagnostics, Vec::new());
        for OutputFile { path, contents } in &files {
            scratch.write(path, contents)?;
        }
        scratch.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"superoffice\", \"checks\"]\n",
        )?;
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        std::fs::copy(lock, scratch.root.join("Cargo.lock"))?;
        Ok(scratch)
    }

    fn write(&self, path: &str, contents: &str) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, contents)
    }

    /// Runs cargo, which must succeed, and returns what it prints.
    fn cargo(&self, arguments: &[&str]) -> io::Result<String> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("emitted")
            .join("target");
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_NET_OFFLINE", "true")
            .env("RUSTDOCFLAGS", "-D warnings")
            .output()?;
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "cargo {arguments:?} in {}:\n{out}\n{err}",
            self.root.display()
        );
        Ok(out.into_owned())
    }

    /// No documentation of the SDK is a test, were it asked to test it; that this question is answered is seen by one that is.
    fn documentation_runs_nothing(&self) -> io::Result<()> {
        let manifest = std::fs::read_to_string(self.root.join("superoffice/Cargo.toml"))?;
        assert!(manifest.contains("doctest = false"), "{manifest}");
        let manifest = manifest.replace("doctest = false", "doctest = true");
        self.write("superoffice/Cargo.toml", &manifest)?;
        // The front page was written by hand; `crates/hostile` sees to it that it holds nothing else.
        let lib = std::fs::read_to_string(self.root.join("superoffice/src/lib.rs"))?;
        let (front, code): (Vec<&str>, Vec<&str>) =
            lib.lines().partition(|line| line.starts_with("//!"));
        assert!(front.contains(&"//! # A call"), "{front:#?}");
        let code = format!("//! Front page.\n{}\n", code.join("\n"));
        self.write("superoffice/src/lib.rs", &code)?;
        let doctests = ["test", "--package", "superoffice", "--doc"];
        let report = self.cargo(&doctests)?;
        assert!(
            report.contains("running 0 tests")
                && report.contains("ok. 0 passed; 0 failed; 0 ignored"),
            "a text of a page is a test: {report}"
        );
        let control = code + "/// ```\n/// assert_eq!(1 + 1, 2);\n/// ```\npub struct Control;\n";
        self.write("superoffice/src/lib.rs", &control)?;
        let report = self.cargo(&doctests)?;
        assert!(report.contains("ok. 1 passed; 0 failed"), "{report}");
        Ok(())
    }

    /// The pages that rustdoc wrote.
    fn pages(&self) -> io::Result<Vec<PathBuf>> {
        let mut pages = Vec::new();
        let mut open =
            vec![Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted/target/doc/superoffice")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder)?.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    open.push(path)
                } else {
                    pages.push(path)
                }
            }
        }
        assert!(pages.len() > 10, "rustdoc has written pages");
        Ok(pages)
    }
}

/// The messages of [`fixture::small`].
fn samples() -> Vec<OperationSample> {
    let session = r#"{"ChatSessionId": 7, "Type": "x", "Links": [{"Url": "u"}], "_Links": {"Self": "s"}, "Status": "Active",
        "WhenStarted": "2024-02-29T12:30:00.1234567+01:00", "Image": "not base64", "Rating": 1, "Rest": {"a": [1]}, "extra": 3,
        "Parent": {"ChatSessionId": null, "Big": 4294967296}, "Active": true, "ExtraFields": {"a": null}}"#;
    let page = r#"{"odata.metadata": "m", "odata.nextLink": null, "value": [{"name": "x"}]}"#;
    [
        (
            "GetChatSession",
            "POST /api/v1/Agents/Chat/GetChatSession",
            None,
            session,
        ),
        (
            "GetStream",
            "POST /api/v1/Agents/Chat/GetStream",
            None,
            "GIF89",
        ),
        (
            "Move",
            "POST /api/v1/Agents/Chat/Move",
            Some("[1, 2]"),
            "null",
        ),
        (
            "SaveChatSession",
            "POST /api/v1/Agents/Chat/SaveChatSession",
            Some(r#"{"Session": null, "Ids": [3]}"#),
            session,
        ),
        ("GetAll", "GET /api/v1/String", None, page),
        (
            "PatchString",
            "PATCH /api/v1/String/{id}/{name}",
            None,
            "[{\"ChatSessionId\": 1}]",
        ),
        ("SetImage", "PUT /api/v1/String/{id}/Image", None, "null"),
        ("SetText", "PUT /api/v1/String/{id}/Text", None, "true"),
    ]
    .into_iter()
    .map(|(name, line, request, response)| OperationSample {
        id: format!("v1Test_{name}"),
        page: format!("{name}.md"),
        request: Some(message(line, request)),
        response: Some(message("HTTP/1.1 200 OK", Some(response))),
        contradictions: Vec::new(),
    })
    .collect()
}

fn message(start_line: &str, body: Option<&str>) -> SampleMessage {
    let body = match body {
        None => SampleBody::None,
        Some(text) if text.starts_with("GIF") => SampleBody::Raw(text.to_owned()),
        Some(text) => SampleBody::Json(text.to_owned()),
    };
    SampleMessage {
        file: "x.md".to_owned(),
        line: 3,
        start_line: start_line.to_owned(),
        body,
    }
}
