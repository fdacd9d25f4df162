//! Pages that are made to be slow: four times the text must not take much more than four times the work. Work is measured as
//! processor time of the thread, so that a busy machine does not matter; where the system does not tell it, as time.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot do its work has failed"
)]

use std::fmt::Write as _;
use std::time::Duration;

use apidoc_model::SourceMap;
use apidoc_parse::draft::Draft;
use apidoc_parse::{
    Corrections, is_operation_page, neutral_samples, operation, page, resolve, vendor,
};

/// A file: its tree, its path there, and its text.
type File = (u32, &'static str, String);

/// The path of the page in its tree.
const PATH: &str = "agent/Zoo_Agent/v1ZooAgent_Feed.md";

/// Twice what is linear; with the square of the text it would be sixteen.
const MOST: f64 = 8.0;

/// How often both texts are read before a ratio above that is believed.
const ROUNDS: u32 = 40;

#[test]
fn keys_in_reverse_order() {
    assert_linear(1_000, |n| {
        let names: Vec<String> = (0..n).map(|at| format!("Field{at}")).collect();
        let keys: Vec<String> = names
            .iter()
            .rev()
            .map(|name| format!("\"{name}\": 1"))
            .collect();
        vec![one_page("Feed", &names, &object(&keys))]
    });
}

#[test]
fn many_siblings_that_are_one_type() {
    assert_linear(500, |n| {
        let keys: Vec<String> = (0..n)
            .map(|at| format!("\"Field{at}\": {{ \"Left\": 1, \"Right\": \"text\" }}"))
            .collect();
        vec![one_page("Feed", &[], &object(&keys))]
    });
}

/// Every sibling has the fields of all others, and kinds of its own.
#[test]
fn many_siblings_that_are_as_many_types() {
    assert_linear(500, |n| {
        let sibling = |at: usize| {
            let kind = |bit: usize| if at >> bit & 1 == 1 { "1" } else { "\"text\"" };
            let fields: Vec<String> = (0..14)
                .map(|bit| format!("\"Bit{bit}\": {}", kind(bit)))
                .collect();
            format!("\"Field{at}\": {}", object(&fields))
        };
        let keys: Vec<String> = (0..n).map(sibling).collect();
        vec![one_page("Feed", &[], &object(&keys))]
    });
}

#[test]
fn elements_with_a_key_each() {
    assert_linear(1_000, |n| {
        let items: Vec<String> = (0..n).map(|at| format!("{{ \"Key{at}\": 1 }}")).collect();
        vec![one_page("Feed", &[], &format!("[{}]", items.join(",")))]
    });
}

#[test]
fn elements_with_inner_objects() {
    assert_linear(1_000, |n| {
        let wide: Vec<String> = (0..n).map(|at| format!("\"Key{at}\": 1")).collect();
        let mut items = vec![format!("{{ \"Inner\": {} }}", object(&wide))];
        items.extend((0..n).map(|at| format!("{{ \"Inner\": {{ \"Key{at}\": 1 }} }}")));
        vec![one_page("Feed", &[], &format!("[{}]", items.join(",")))]
    });
}

#[test]
fn an_older_edition_in_reverse_order() {
    assert_linear(1_000, |n| {
        let names: Vec<String> = (0..n).map(|at| format!("Field{at}")).collect();
        let reversed: Vec<String> = names.iter().rev().cloned().collect();
        let keys = |names: &[String]| {
            let keys: Vec<String> = names.iter().map(|name| format!("\"{name}\": 1")).collect();
            object(&keys)
        };
        vec![
            one_page("Feed", &names, &keys(&names)),
            one_page("Feed", &reversed, &keys(&reversed)),
        ]
    });
}

/// Names that become the same name of a type, for types that are not the same.
#[test]
fn many_types_of_one_name() {
    assert_linear(500, |n| {
        let keys: Vec<String> = (0..n)
            .map(|at| format!("\"it{}em\": {{ \"Key{at}\": 1 }}", marks(at)))
            .collect();
        vec![one_page("Feed", &[], &object(&keys))]
    });
}

/// Every value contradicts its type, below a key that is as long as all of them.
#[test]
fn contradictions_below_a_long_key() {
    assert_linear(1_000, |n| {
        let names = vec!["K".repeat(6 * n)];
        let items = vec!["true"; n].join(",");
        let body = format!("{{ \"{}\": [{items}] }}", names[0]);
        let text = one_page("Feed", &names, &body).replace("| int32 |", "| int32[] |");
        vec![text]
    });
}

#[test]
fn parameters_of_the_route() {
    assert_linear(2_000, |n| {
        let names: Vec<String> = (0..n).map(|at| format!("part{at}")).collect();
        let route: String = names
            .iter()
            .rev()
            .map(|name| format!("/{{{name}}}"))
            .collect();
        let mut table = "| Path Part | Type | Description |\n|---|---|---|\n".to_owned();
        for name in &names {
            writeln!(table, "| {name} | int32 | |").expect("memory");
        }
        let text = one_page("Feed", &[], "1");
        vec![text.replace("Feed\n```\n", &format!("Feed{route}\n```\n\n{table}"))]
    });
}

/// Headings that may each open a section, and open none.
#[test]
fn headings_above_tables() {
    assert_linear(1_000, |n| {
        let text = one_page("Feed", &[], "1");
        let part = "| Path Part | Type | Description |\n|---|---|---|\n| a | int32 | |\n\n";
        let path = "## Path Parameters\n\n| Name | Type | Description |\n|---|---|---|\n| a | int32 | |\n\n";
        let body =
            "## More\n\n| Property Name | Type | Description |\n|---|---|---|\n| A | int32 | |\n\n";
        let query = "## More\n\n| Parameter Name | Type | Description |\n|---|---|---|\n| a | int32 | |\n\n";
        let intro = format!("Feed/{{a}}\n```\n\n{}", part.repeat(n));
        let headings = [path, body, query].map(|text| text.repeat(n)).concat();
        vec![
            text.replace("Feed\n```\n", &intro)
                .replace("## Response", &format!("{headings}## Response")),
        ]
    });
}

#[test]
fn tables_in_parts() {
    assert_linear(1_000, |n| {
        let part = |at: usize| {
            format!("| Path Part | Type | Description |\n|---|---|---|\n| a{at} | int32 | |\n\n")
        };
        let parts: String = (0..n).map(part).collect();
        let text = one_page("Feed", &[], "1");
        vec![text.replace("Feed\n```\n", &format!("Feed\n```\n\n{parts}"))]
    });
}

#[test]
fn tags_right_above_fences() {
    assert_linear(2_000, |n| {
        let text = one_page("Feed", &[], "1");
        let fences = "<Group>\n```\na\n```\n</Group>\n\n".repeat(n);
        vec![text.replace("Feed\n```\n", &format!("Feed\n```\n\n{fences}"))]
    });
}

#[test]
fn values_of_a_property() {
    assert_linear(1_000, |n| {
        let values: Vec<String> = (0..n).map(|at| format!("Value{at}")).collect();
        let text = one_page("Feed", &["Mood".to_owned()], "{}");
        let listed = format!("| Enum: {0}, {0} |", values.join(", "));
        vec![text.replace("| int32 |", &listed)]
    });
}

#[test]
fn values_of_a_parameter() {
    assert_linear(4_000, |n| {
        let values: Vec<String> = (0..n).map(|at| format!("Value{at}")).collect();
        let table = format!(
            "## Query String Parameters\n\n| Parameter Name | Type | Description |\n|---|---|---|\n| mood | Enum: {} | |\n",
            values.join(", ")
        );
        let text = one_page("Feed", &[], "1");
        vec![text.replace("## Response:", &format!("{table}\n## Response:"))]
    });
}

/// A long file that is no sample, and a page that includes it again and again.
#[test]
fn includes_of_one_file() {
    assert_linear_files(200, |n| {
        let include = "[!include[sample](sample.md)]\n\n".repeat(n);
        let text = one_page("Feed", &[], "{}").replace("```http_", &format!("{include}```http_"));
        let sample = "a <b> c\n\n".repeat(n);
        vec![(0, PATH, text), (0, "agent/Zoo_Agent/sample.md", sample)]
    });
}

#[test]
fn brackets_in_any_cell() {
    let places = [
        ("Field | int32 | |", "Field | MARKS | |"),
        ("Field | int32 | |", "MARKS | int32 | |"),
        ("Field | int32 | |", "Field | int32 | MARKS |"),
        ("200 | |", "200 | MARKS |"),
        ("200 | |", "200 | |\n| MARKS | |"),
        ("## Response:", "## Response: MARKS"),
        (
            "## Response:",
            "## Request Body: request MARKS\n\n## Response:",
        ),
    ];
    for (from, to) in places {
        assert_linear(10_000, |n| {
            let text = one_page("Feed", &["Field".to_owned()], "{}");
            vec![text.replace(from, &to.replace("MARKS", &"[".repeat(n)))]
        });
    }
}

/// Many headings that are no sections, and behind them many that are the same section.
#[test]
fn headings_that_come_again() {
    assert_linear(2_000, |n| {
        let headings = format!(
            "{}{}",
            "# a\n".repeat(n),
            "# Query string parameters\n".repeat(n)
        );
        vec![one_page("Feed", &[], "{}") + &headings]
    });
}

/// Many tables, each right below the one that it goes on with.
#[test]
fn a_table_in_many_parts() {
    assert_linear(1_000, |n| {
        let part = |at| {
            format!(
                "| Property Name | Type | Description |\n|---|---|---|\n| Field{at} | int32 | |\n\n"
            )
        };
        let parts: String = (0..n).map(part).collect();
        let text = one_page("Feed", &[], "{}");
        vec![text.replace("## Sample", &format!("{parts}## Sample"))]
    });
}

/// A table, and a sample that looks like a dictionary and has none of the table's fields.
#[test]
fn a_dictionary_beside_a_table() {
    assert_linear(2_000, |n| {
        let names: Vec<String> = (0..n).map(|at| format!("Field{at:05}")).collect();
        let keys: Vec<String> = (0..n).map(|at| format!("\"{at:010}\": 1")).collect();
        vec![one_page("Feed", &names, &object(&keys))]
    });
}

#[test]
fn properties_that_list_values() {
    assert_linear(1_000, |n| {
        let names: Vec<String> = (0..n).map(|at| format!("Field{at}")).collect();
        vec![listing(&one_page("Feed", &names, "{}"))]
    });
}

/// Names that become the same name of an enumeration.
#[test]
fn many_enumerations_of_one_name() {
    assert_linear(500, |n| {
        let names: Vec<String> = (0..n).map(|at| format!("mo{}od", marks(at))).collect();
        vec![listing(&one_page("Feed", &names, "{}"))]
    });
}

/// Parameters that begin with many types and with many names of no type.
#[test]
fn parameters_of_many_types() {
    assert_linear(500, |n| {
        let mut table = "## Query String Parameters\n\n| Parameter Name | Type | Description |\n|---|---|---|\n".to_owned();
        for at in 0..n {
            writeln!(table, "| x{at}Cage{at}.Mood | Enum: A{at} | |").expect("memory");
        }
        let names: Vec<String> = (0..n).map(|at| format!("Field{at}")).collect();
        let mut text = one_page("Feed", &names, "{}");
        for at in 0..n {
            text = text.replacen("| int32 |", &format!("| Cage{at} |"), 1);
        }
        vec![text.replace("## Response:", &format!("{table}\n## Response:"))]
    });
}

/// A spelling of its own for every number, of marks that no name of a type keeps.
fn marks(number: usize) -> String {
    let mark = |bit: u32| if number >> bit & 1 == 1 { '.' } else { '-' };
    (0..13).map(mark).collect()
}

/// The page with values of its own for every property.
fn listing(page: &str) -> String {
    let mut lists = (0..).map(|at| format!("| Enum: A{at}, B{at} |"));
    let parts = page.split("| int32 |");
    let with_list = |part: &str| part.to_owned() + &lists.next().unwrap_or_default();
    let all: String = parts.map(with_list).collect();
    all.rsplit_once("| Enum:")
        .map_or(all.clone(), |(page, _)| page.to_owned())
}

fn object(keys: &[String]) -> String {
    format!("{{{}}}", keys.join(","))
}

/// A page with properties of these names, if there are any, and a sample of the response.
fn one_page(name: &str, names: &[String], sample: &str) -> String {
    let mut table = String::new();
    if !names.is_empty() {
        table.push_str("| Property Name | Type | Description |\n|---|---|---|\n");
    }
    for name in names {
        writeln!(table, "| {name} | int32 | |").expect("memory");
    }
    format!(
        "---\nuid: v1ZooAgent_{name}\n---\n\n```http\nPOST /api/v1/Agents/Zoo/{name}\n```\n\n\
         ## Response:\n\n| Response | Description |\n|---|---|\n| 200 | |\n\n{table}\n\
         ## Sample response\n\n```http_\nHTTP/1.1 200 OK\n\n{sample}\n```\n"
    )
}

/// Everything from text to API, samples and vendored pages, on one thread, so that the work of all is told.
fn run(files: &[File]) -> Duration {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a thread").install(|| alone(files))
}

fn alone(files: &[File]) -> Duration {
    let mut sources = SourceMap::new();
    for (tree, path, text) in files {
        sources.add(*tree, *path, *path, text.clone());
    }
    let begun = now();
    let all = sources.files().iter();
    let pages: Vec<_> = all.filter(|file| is_operation_page(file)).collect();
    let drafts: Vec<Draft> = pages
        .iter()
        .filter_map(|file| operation(&page(file).0, &sources).0)
        .collect();
    let found = resolve(&drafts, &Corrections::default(), &sources);
    let samples = neutral_samples(&drafts, &found.api, &sources, found.samples);
    let vendored = vendor(&drafts, false);
    let work = now().saturating_sub(begun);
    assert_eq!(
        (drafts.len(), samples.len(), vendored.len()),
        (pages.len(), 1, 1),
        "the page was not read"
    );
    work
}

/// The pages are editions of one page.
fn assert_linear(size: usize, pages: impl Fn(usize) -> Vec<String>) {
    assert_linear_files(size, |n| {
        let editions = (0..).zip(pages(n));
        editions.map(|(tree, text)| (tree, PATH, text)).collect()
    });
}

fn assert_linear_files(size: usize, files: impl Fn(usize) -> Vec<File>) {
    let (small, large) = (files(size), files(4 * size));
    let mut least = Least::default();
    while !least.is_enough() {
        least.measure(&small, &large);
    }
    let (Least { one, four, .. }, ratio) = (&least, least.ratio());
    println!("{size}: {one:?}, {}: {four:?}, ratio {ratio:.1}", 4 * size);
    assert!(
        ratio < MOST,
        "four times the text takes {ratio:.1} times the work"
    );
}

/// The least of several runs, of both texts in turn: what else the machine does only adds to the others, and it shares the
/// caches, which the clock of a thread does not tell.
struct Least {
    one: Duration,
    four: Duration,
    spent: Duration,
    rounds: u32,
}

impl Default for Least {
    fn default() -> Self {
        Self {
            one: Duration::MAX,
            four: Duration::MAX,
            spent: Duration::ZERO,
            rounds: 0,
        }
    }
}

impl Least {
    fn measure(&mut self, small: &[File], large: &[File]) {
        let (one, four) = (run(small), run(large));
        self.one = self.one.min(one);
        self.four = self.four.min(four);
        self.spent += one + four;
        self.rounds += 1;
    }

    /// Small texts are read more often, since their clock is coarse.
    fn is_enough(&self) -> bool {
        let is_told = self.rounds >= 5 && self.spent >= Duration::from_millis(300);
        is_told && (self.ratio() < MOST || self.rounds >= ROUNDS)
    }

    fn ratio(&self) -> f64 {
        self.four.as_secs_f64() / self.one.as_secs_f64().max(1e-6)
    }
}

/// Processor time of this thread, where the system tells.
#[cfg(unix)]
fn now() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(unix))]
fn now() -> Duration {
    static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(std::time::Instant::now).elapsed()
}
