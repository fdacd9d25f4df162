//! Takes the editions of one operation and lays its page out, section by section, in the order of the newest dialect. Refuses
//! nothing; a section without content is left out.

use std::collections::HashMap;

use apidoc_model::api::RestrictionKind;
use apidoc_model::sample::Side;

use super::merge::{self, Body};
use super::{Options, neutral, prose};
use crate::draft::{Draft, ResponseDraft, Row};
use crate::json::Json;
use crate::marks;
use crate::operation::{
    DEPRECATED, MODEL, RESTRICTIONS, Subject, fence_word, is_deprecated, named, required_before,
};

const PATH: &str = "| Path Part | Type | Description |\n|-----------|------|-------------|\n";
const QUERY: &str =
    "| Parameter Name | Type |  Description |\n|----------------|------|--------------|\n";
const HEADERS: &str = "| Parameter Name | Description |\n|----------------|-------------|\n";
const PROPERTIES: &str =
    "| Property Name | Type |  Description |\n|----------------|------|--------------|\n";
const STATUSES: &str = "| Response | Description |\n|----------------|-------------|\n";

/// Stands for the statuses of a page that cannot be read.
const UNREAD: &str = "unread";

/// Headers of messages whose values are facts.
const MEDIA_HEADERS: [&str; 2] = ["accept", "content-type"];
/// Stands for the value of any other header of a response: the ones that pages show are dates.
const HEADER_DATE: &str = "Tue, 02 Jan 2024 03:04:05 GMT";

/// The page's text.
pub(super) fn write(editions: &[&Draft], newest: &Draft, options: Options<'_>) -> String {
    let page = Page {
        editions,
        newest,
        options,
    };
    let sections = [
        page.head(),
        page.description(),
        table(
            PATH,
            newest.path.iter().map(|row| page.row(row, &row.ty.value)),
        ),
        titled(
            "## Query String Parameters",
            table(
                QUERY,
                newest.query.iter().map(|row| page.row(row, &row.ty.value)),
            ),
        ),
        titled(
            "## Request Headers",
            table(
                HEADERS,
                newest.headers.iter().map(|name| page.header(&name.value)),
            ),
        ),
        page.request(),
        page.response(),
        titled("## Sample request", page.message(Side::Request)),
        titled("## Sample response", page.message(Side::Response)),
    ];
    let mut text = joined(sections);
    text.push('\n');
    text
}

struct Page<'a, 'd> {
    /// Newest first.
    editions: &'a [&'d Draft],
    newest: &'d Draft,
    options: Options<'a>,
}

impl Page<'_, '_> {
    fn head(&self) -> String {
        let verb = self.newest.verb.as_str();
        let path: Vec<String> = self
            .newest
            .route
            .value
            .iter()
            .map(ToString::to_string)
            .collect();
        let title = format!("{verb} {}", path.get(2..).unwrap_or(&path).join("/"));
        let id = &self.newest.id.value;
        let path = path.join("/");
        format!(
            "---\ntitle: {title}\nuid: {id}\ngenerated: true\ncontent_type: reference\n---\n\n# {title}\n\n```http\n{verb} /{path}\n```"
        )
    }

    fn description(&self) -> String {
        let newest = self.newest;
        let mut blocks: Vec<String> = Vec::new();
        let prose_of = |text: &String| {
            if self.options.keep_prose {
                text.clone()
            } else {
                String::new()
            }
        };
        let summary = newest.summary.as_ref().map(&prose_of).unwrap_or_default();
        blocks.push(prose::block(&summary));
        if newest.deprecated && !(self.options.keep_prose && self.prose_is_deprecated()) {
            blocks.push(DEPRECATED.to_owned());
        }
        blocks.extend(
            newest
                .slow_after_ms
                .map(|ms| format!("NsApiSlow threshold: {ms} ms.")),
        );
        blocks.extend(
            newest
                .restrictions
                .iter()
                .map(|(kind, text)| restriction(*kind, &prose_of(text))),
        );
        if self.options.keep_prose {
            let open = newest.summary.is_none() && newest.restrictions.is_empty();
            let remarks = newest.remarks.iter().enumerate();
            // The first paragraph of a page without summary would be read as one.
            blocks.extend(remarks.map(|(at, text)| {
                if open && at == 0 {
                    prose::fence(text)
                } else {
                    prose::block(text)
                }
            }));
        }
        joined(blocks)
    }

    fn prose_is_deprecated(&self) -> bool {
        let summary = self.newest.summary.iter();
        let summary = summary.map(|text| (text, Subject::Operation));
        let remarks = self.newest.remarks.iter();
        let remarks = remarks.map(|text| (text, Subject::Remark));
        let mut texts = summary.chain(remarks);
        texts.any(|(text, about)| is_deprecated(text, about))
    }

    fn header(&self, name: &str) -> String {
        let media = match name.to_ascii_lowercase().as_str() {
            "content-type" => &self.newest.content_types[..],
            "accept" => &self.newest.accept,
            _ => &[],
        };
        let listed: Vec<String> = media.iter().map(|media| format!("`{media}`")).collect();
        let doc = self.newest.header_docs.get(name);
        let doc = doc.map(|text| self.cell_prose(text)).unwrap_or_default();
        let parts = [doc, listed.join(", ")];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        cells(&[&prose::cell(name), &parts.join(": ")])
    }

    fn request(&self) -> String {
        let Some(request) = &self.newest.request else {
            return String::new();
        };
        let kind = request.kind.as_ref().map_or("", |kind| kind.value.as_str());
        let heading = format!("## Request Body: {} {kind}", request.name);
        let named = merge::named(
            self.editions,
            |draft| Some(draft.request.as_ref()?.named.as_ref()?.value.as_str()),
            None,
        );
        let older = self.older_rows(|draft| draft.request.as_ref()?.table.as_ref());
        let older = |name: &str| older.get(name).into_iter().flatten().copied();
        let rows = request
            .table
            .iter()
            .flatten()
            .map(|row| self.row(row, merge::type_word(row, older(&row.name.value))));
        joined([
            heading.trim_end().to_owned(),
            model(named),
            self.doc(&request.doc),
            table(PROPERTIES, rows),
        ])
    }

    fn response(&self) -> String {
        let response = &self.newest.response;
        let kind = response
            .kind
            .as_ref()
            .map_or("", |kind| kind.value.as_str());
        let label = response.label.as_ref().map(|label| label.value.as_str());
        let named = merge::named(
            self.editions,
            |draft| Some(draft.response.named.as_ref()?.value.as_str()),
            label,
        );
        let older = self.older_rows(|draft| draft.response.table.as_ref());
        let older = |name: &str| older.get(name).into_iter().flatten().copied();
        let rows = response
            .table
            .iter()
            .flatten()
            .map(|row| self.row(row, merge::type_word(row, older(&row.name.value))));
        let body = label
            .map(|label| format!("### Response body: {label}"))
            .unwrap_or_default();
        joined([
            format!("## Response:{kind}"),
            model(named),
            self.doc(&response.doc),
            self.statuses(response),
            body,
            table(PROPERTIES, rows),
        ])
    }

    /// The statuses. A page that has none, or one that cannot be read, is read as one that may have a result, and so must this
    /// one be: it has an empty table, or such a row.
    fn statuses(&self, response: &ResponseDraft) -> String {
        let read = response.statuses.iter();
        let read =
            read.map(|(code, text)| cells(&[&code.value.to_string(), &self.cell_prose(text)]));
        let unread = response.unread_statuses.then(|| cells(&[UNREAD, ""]));
        let rows: String = read.chain(unread).collect();
        format!("{STATUSES}{}", rows.trim_end())
            .trim_end()
            .to_owned()
    }

    /// The rows of a table in the older editions, by name, newest first.
    fn older_rows<'s>(
        &'s self,
        table: impl Fn(&'s Draft) -> Option<&'s Vec<Row>>,
    ) -> HashMap<&'s str, Vec<&'s Row>> {
        let mut found: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in self
            .editions
            .iter()
            .skip(1)
            .filter_map(|draft| table(draft))
            .flatten()
        {
            found.entry(&row.name.value).or_default().push(row);
        }
        found
    }

    fn row(&self, row: &Row, word: &str) -> String {
        // What the description names must not go away with it.
        let named = || named(&row.doc).filter(|_| word.is_empty() && !self.options.keep_prose);
        let ty = if row.values.is_empty() {
            named().unwrap_or_else(|| word.to_owned())
        } else {
            format!("Enum: {}", row.values.join(", "))
        };
        let text = self.cell_prose(&row.doc);
        let deprecated = row.deprecated && !is_deprecated(&text, Subject::Row);
        let parts = [
            if row.required {
                required_before(&text).to_owned()
            } else {
                String::new()
            },
            if deprecated {
                DEPRECATED.to_owned()
            } else {
                String::new()
            },
            text,
            row.list
                .as_ref()
                .map(|list| format!("MDO list \"{list}\"."))
                .unwrap_or_default(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        cells(&[&prose::cell(&row.name.value), &ty, &parts.join(" ")])
    }

    fn cell_prose(&self, text: &str) -> String {
        if self.options.keep_prose {
            prose::cell(text)
        } else {
            String::new()
        }
    }

    fn doc(&self, text: &str) -> String {
        if self.options.keep_prose {
            prose::block(text)
        } else {
            String::new()
        }
    }

    fn message(&self, side: Side) -> String {
        let Some(sample) = merge::samples(self.editions, side) else {
            return String::new();
        };
        let start: Vec<&str> = sample
            .message
            .start_line
            .value
            .split_whitespace()
            .take(2)
            .collect();
        let mut lines = vec![start.join(" ")];
        for (name, value) in &sample.message.headers {
            let media = MEDIA_HEADERS.contains(&name.to_ascii_lowercase().as_str());
            if media {
                lines.push(format!("{name}: {value}"));
            } else if side == Side::Response {
                lines.push(format!("{name}: {HEADER_DATE}"));
            }
        }
        let body = match &sample.body {
            Body::None => String::new(),
            Body::Raw => format!("\n\n{}", marks::BYTES),
            Body::Json(json) => format!(
                "\n\n{}",
                pretty(&neutral::neutral(json, self.options.constants))
            ),
        };
        format!("```{}\n{}{body}\n```", fence_word(side), lines.join("\n"))
    }
}

fn restriction(kind: RestrictionKind, text: &str) -> String {
    let title = RESTRICTIONS
        .iter()
        .find(|(_, known)| *known == kind)
        .map_or("", |(title, _)| *title);
    if text.is_empty() {
        format!("## {title} ##")
    } else {
        prose::heading(&format!("{title} ## {text}"))
    }
}

fn model(name: Option<&str>) -> String {
    name.map(|name| format!("{MODEL}{name}"))
        .unwrap_or_default()
}

/// A table, or nothing where there are no rows.
fn table(head: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: String = rows.collect();
    if rows.is_empty() {
        rows
    } else {
        format!("{head}{}", rows.trim_end())
    }
}

fn cells(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn titled(title: &str, content: String) -> String {
    if content.is_empty() {
        content
    } else {
        format!("{title}\n\n{content}")
    }
}

/// Parts with a blank line between them; empty ones are left out.
fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

pub(super) fn pretty(json: &Json) -> String {
    // A tree whose keys are all text cannot fail to be written.
    serde_json::to_string_pretty(json).unwrap_or_default()
}
