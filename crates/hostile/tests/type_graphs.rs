//! Types that hold each other in any way: whatever the graph, the pages become an SDK in which every cycle is broken by a box, and
//! nothing is so deep that a compiler or this program runs out of stack.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot do its work has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use apidoc_model::api::{ModelId, Type};
use apidoc_model::{Api, Code, SourceMap};
use apidoc_parse::Corrections;
use hostile::closed_world::foreign;
use hostile::program::Program;
use hostile::targets::assert_closed;
use hostile::type_graph::{Graph, Holds, pages};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// How many graphs.
const GRAPHS: u32 = 1_000;

fn graphs() -> impl Strategy<Value = Graph> {
    (1_usize..=30).prop_flat_map(|size| {
        let edge = (0..size, prop_oneof![Just(Holds::One), Just(Holds::Many)]);
        prop::collection::vec(prop::collection::vec(edge, 0..=4), size)
    })
}

#[test]
fn any_graph_is_resolved_without_a_type_of_endless_size() {
    run(GRAPHS, |graph| {
        by_value_cycle(&resolved(&pages("Cage", graph))).map(|id| id.to_string())
    });
    println!("type graphs: {GRAPHS} of up to 30 types resolved");
}

/// Printing costs more than resolving, so that the ordinary form prints fewer: `HOSTILE_GRAPHS=1000` is the long one.
#[test]
fn any_graph_becomes_an_sdk() {
    let count = std::env::var("HOSTILE_GRAPHS")
        .ok()
        .and_then(|count| count.parse().ok());
    let count = count.unwrap_or(50);
    run(count, |graph| {
        let program = Program::read(&pages("Cage", graph));
        let errors = program.errors().into_iter();
        errors.chain(foreign(&program.files)).next()
    });
    println!("type graphs: {count} of up to 30 types emitted");
}

/// Runs `wrong` over graphs; what it returns is what is wrong.
fn run(count: u32, wrong: impl Fn(&Graph) -> Option<String>) {
    let config = Config {
        cases: count,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&graphs(), |graph| {
        prop_assert_eq!(wrong(&graph), None);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// A model that contains itself without a box in between.
fn by_value_cycle(api: &Api) -> Option<ModelId> {
    let mut edges: BTreeMap<&ModelId, Vec<&ModelId>> = BTreeMap::new();
    for (id, model) in &api.models {
        let held = model.fields.iter().filter(|field| !field.boxed);
        let held = held.filter_map(|field| match &field.ty {
            Type::Model(target) => Some(target),
            _ => None,
        });
        edges.insert(id, held.collect());
    }
    api.models
        .keys()
        .find(|start| {
            let (mut seen, mut pending) = (BTreeSet::new(), edges[*start].clone());
            while let Some(id) = pending.pop() {
                if id == *start {
                    return true;
                }
                if seen.insert(id) {
                    pending.extend(&edges[id]);
                }
            }
            false
        })
        .cloned()
}

/// Every type holds the next one: no pass may go down with them. On a thread with the stack that tests have.
#[test]
fn a_chain_of_types_is_as_good_as_a_single_one() {
    let size = 300;
    for graph in [chain(size), ring(size)] {
        let program = Program::read(&pages("Cage", &graph));
        assert!(!program.is_refused(), "{:?}", program.errors());
        assert_eq!(program.api.models.len(), size);
        assert_eq!(by_value_cycle(&program.api), None);
    }
    println!("type graphs: a chain and a ring of {size} types");
}

/// The same with as many types as a program may be given before it takes minutes to write the pages.
#[test]
#[ignore = "large: cargo test --release -p hostile --test type_graphs -- --ignored --nocapture"]
fn a_chain_of_a_hundred_thousand_types_is_resolved() {
    let size = 100_000;
    for graph in [chain(size), ring(size)] {
        let start = std::time::Instant::now();
        let api = resolved(&pages("Cage", &graph));
        assert_eq!(api.models.len(), size);
        println!("type graphs: {size} types in a row, {:?}", start.elapsed());
    }
}

fn chain(size: usize) -> Graph {
    let last = |at| at + 1 == size;
    let next = |at| (!last(at)).then_some((at + 1, Holds::One));
    (0..size).map(|at| next(at).into_iter().collect()).collect()
}

fn ring(size: usize) -> Graph {
    (0..size)
        .map(|at| vec![((at + 1) % size, Holds::One)])
        .collect()
}

fn resolved(pages: &[(String, String)]) -> Api {
    let mut sources = SourceMap::new();
    for (path, text) in pages {
        sources.add(0, path, path, text);
    }
    let read = |file| apidoc_parse::operation(&apidoc_parse::page(file).0, &sources).0;
    let drafts: Vec<_> = sources.files().iter().filter_map(read).collect();
    apidoc_parse::resolve(&drafts, &Corrections::default(), &sources).api
}

/// Deep samples: JSON is refused beyond its cap, and a type beyond the cap of types.
#[test]
fn deep_samples_are_set_aside_with_a_place() {
    let page = |body: &str| {
        format!(
            "---\nuid: v1ZooAgent_Feed\n---\n\n# POST x\n\n```http\nPOST /api/v1/Agents/Zoo/Feed\n```\n\n## Response: array\n\n\
             | Response | Description |\n|---|---|\n| 200 | |\n\n## Sample response\n\n```http_\nHTTP/1.1 200 OK\n\n{body}\n```\n"
        )
    };
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        page(&format!(
            "{}{inner}{}",
            open.repeat(depth),
            close.repeat(depth)
        ))
    };
    let mut refused = 0;
    for depth in [1, 10, 60, 63, 64, 65, 100, 126, 127, 128, 1_000, 100_000] {
        for text in [
            nested("[", "1", "]", depth),
            nested("{\"a\":", "1", "}", depth),
            nested("[{\"a\":", "1", "}]", depth),
            nested("[", "", "", depth),
        ] {
            let program = Program::read(&[("agent/Zoo_Agent/v1ZooAgent_Feed.md", text.as_str())]);
            assert!(
                program
                    .diagnostics
                    .iter()
                    .all(|diagnostic| diagnostic.span.is_some())
            );
            assert_closed(&program);
            assert!(!program.is_refused(), "{:?}", program.errors());
            if program.says(Code::BrokenJson) {
                refused += 1;
            } else {
                assert!(depth <= 64, "depth {depth} was read");
            }
        }
    }
    println!("deep samples: 48 pages, {refused} set aside");
    assert!(refused >= 30);
}

/// Graphs with cycles, all in one crate, compiled: 60 of them, `HOSTILE_COMPILED=1000` for the long form.
#[test]
fn cyclic_graphs_compile() {
    let count = std::env::var("HOSTILE_COMPILED").ok();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(60);
    let (mut all, mut types) = (Vec::new(), 0);
    let mut rng = fastrand::Rng::with_seed(12);
    for number in 0..count {
        let graph = cyclic(&mut rng);
        types += graph.len();
        all.extend(pages(&format!("Cage{}Of", letters(number)), &graph));
    }
    let program = Program::read(&all);
    assert!(!program.is_refused(), "{:?}", program.errors());
    let boxed = program
        .api
        .models
        .values()
        .flat_map(|model| &model.fields)
        .filter(|field| field.boxed)
        .count();
    assert!(boxed >= count, "{boxed} boxes in {count} graphs");
    compile(&program);
    println!("type graphs: {count} graphs with {types} types and {boxed} boxes compile");
}

/// A graph in which some type holds itself by value, over others or not.
fn cyclic(rng: &mut fastrand::Rng) -> Graph {
    let size = rng.usize(1..=10);
    let mut edge = || {
        let holds = if rng.bool() { Holds::One } else { Holds::Many };
        (rng.usize(..size), holds)
    };
    let mut graph: Graph = (0..size)
        .map(|_| (0..3).map(|_| edge()).collect())
        .collect();
    let round = rng.usize(1..=size);
    for (at, edges) in graph.iter_mut().take(round).enumerate() {
        edges.push(((at + 1) % round, Holds::One));
    }
    graph
}

fn letters(number: usize) -> String {
    let digits = number.to_string().into_bytes();
    digits
        .into_iter()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect()
}

/// Checks the SDK of a program with the compiler, next to a workspace that has its dependencies compiled already.
fn compile(program: &Program) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("graphs");
    let _ = std::fs::remove_dir_all(folder.join("superoffice"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let core = root
        .join("crates/superoffice-core")
        .canonicalize()
        .expect("the runtime");
    for file in &program.files {
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let text = file
            .contents
            .replace("../../crates/superoffice-core", &core.to_string_lossy());
        std::fs::write(path, text).expect("a file");
    }
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"superoffice\"]\n";
    std::fs::write(folder.join("Cargo.toml"), workspace).expect("a manifest");
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
    let output = Command::new(env!("CARGO"))
        .current_dir(&folder)
        .args(["check", "--offline", "--quiet", "--package", "superoffice"])
        .args(["--no-default-features", "--features", "all-agents"])
        .arg("--target-dir")
        .arg(folder.join("target"))
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the graphs do not compile:\n{said}"
    );
}
