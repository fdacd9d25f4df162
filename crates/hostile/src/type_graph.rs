//! Takes a graph of types, as the fields that each type has, and returns the pages that describe it: one operation per type, whose
//! response has that type. Refuses nothing; edges lead to any type of the graph, also to the one they come from.

use std::fmt::Write as _;

/// How a field holds the type that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// By value.
    One,
    /// In an array, which only the sample tells.
    Many,
}

/// The fields of every type, each with the number of the type that it holds.
pub type Graph = Vec<Vec<(usize, Holds)>>;

/// Path and text of one page per type.
#[must_use]
pub fn pages(prefix: &str, graph: &Graph) -> Vec<(String, String)> {
    graph
        .iter()
        .enumerate()
        .map(|(number, fields)| page(prefix, number, fields))
        .collect()
}

fn page(prefix: &str, number: usize, fields: &[(usize, Holds)]) -> (String, String) {
    let mut rows = String::new();
    let mut sample = format!("\"{prefix}{number}Id\": 1");
    for (at, (target, holds)) in fields.iter().enumerate() {
        match holds {
            Holds::One => {
                let _ = writeln!(rows, "| Field{at} | {prefix}{target} | |");
                let _ = write!(sample, ", \"Field{at}\": null");
            }
            Holds::Many => {
                let _ = writeln!(rows, "| Field{at} | array | |");
                let _ = write!(
                    sample,
                    ", \"Field{at}\": [ {{ \"{prefix}{target}Id\": 2 }} ]"
                );
            }
        }
    }
    let id = format!("v1ZooAgent_Get{prefix}{number}");
    let text = format!(
        "---\nuid: {id}\n---\n\n# POST x\n\n```http\nPOST /api/v1/Agents/Zoo/Get{prefix}{number}\n```\n\n## Response:\n\n\
         | Response | Description |\n|---|---|\n| 200 | |\n\n### Response body: {prefix}{number}\n\n\
         | Property Name | Type | Description |\n|---|---|---|\n| {prefix}{number}Id | int32 | |\n{rows}\n\
         ## Sample response\n\n```http_\nHTTP/1.1 200 OK\n\n{{ {sample} }}\n```\n"
    );
    (format!("agent/Zoo_Agent/{id}.md"), text)
}
