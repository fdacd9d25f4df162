//! What one page says, as data: types are still the words of the page, and nothing from any other page is in it. Built by
//! `operation`, read by `resolve` and by the writer of vendored pages. It refuses nothing.

use std::collections::BTreeMap;

use apidoc_model::api::{RestrictionKind, Segment, Verb, World};
use apidoc_model::sample::Side;
use apidoc_model::{FileId, Span, Spanned};

use crate::json::Json;

/// One operation page.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The file.
    pub file: FileId,
    /// Which tree it is from: 0 decides what exists, higher numbers are older evidence.
    pub tree: u32,
    /// The page's id, `uid:` or `id:` of the front matter, or the name of its file.
    pub id: Spanned<String>,
    /// Agent or REST area, from the route.
    pub world: World,
    /// Agent or area: the folder of the page without `_Agent`, or the id's first part where the page stands in no such folder.
    pub group: String,
    /// The id's last part.
    pub name: String,
    /// Method of the route fence.
    pub verb: Verb,
    /// The route fence.
    pub route: Spanned<Vec<Segment>>,
    /// First paragraph of the description, as plain text.
    pub summary: Option<String>,
    /// The other paragraphs, bullets and fences of the description, as plain text.
    pub remarks: Vec<String>,
    /// Restrictions (`Online Restricted`, `Experimental`) and their sentences.
    pub restrictions: Vec<(RestrictionKind, String)>,
    /// Whether the description calls the operation deprecated or obsolete.
    pub deprecated: bool,
    /// `NsApiSlow threshold`, in milliseconds.
    pub slow_after_ms: Option<u32>,
    /// Path parameters, in table order.
    pub path: Vec<Row>,
    /// Query parameters, in table order.
    pub query: Vec<Row>,
    /// Header rows: names, in table order.
    pub headers: Vec<Spanned<String>>,
    /// What the rows say about the headers besides media types, as plain text, by name; rows without text are left out.
    pub header_docs: BTreeMap<String, String>,
    /// Media types of the `Content-Type` row.
    pub content_types: Vec<String>,
    /// Media types of the `Accept` row.
    pub accept: Vec<String>,
    /// The request body section.
    pub request: Option<RequestDraft>,
    /// The response section.
    pub response: ResponseDraft,
    /// The request sample.
    pub request_sample: Option<Sample>,
    /// The response sample.
    pub response_sample: Option<Sample>,
    /// The files that the page includes, in the order in which they were read.
    pub included: Vec<FileId>,
    /// How many table rows of the page (parameters, headers, statuses, properties) became part of this draft.
    pub rows: u32,
    /// How many were diagnosed instead.
    pub diagnosed_rows: u32,
}

impl Draft {
    /// Where its page stands in the usual tree, without the ending: `agent/Zoo_Agent/v1ZooAgent_Feed`.
    #[must_use]
    pub fn page(&self) -> String {
        let suffix = match self.world {
            World::Agent => "_Agent",
            World::Rest => "",
        };
        let (world, group, id) = (self.world.name(), &self.group, &self.id.value);
        format!("{world}/{group}{suffix}/{id}")
    }

    /// The sample of one of its messages.
    #[must_use]
    pub fn sample(&self, side: Side) -> Option<&Sample> {
        match side {
            Side::Request => self.request_sample.as_ref(),
            Side::Response => self.response_sample.as_ref(),
        }
    }
}

/// A row of a parameter or property table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Wire name.
    pub name: Spanned<String>,
    /// The type cell, trimmed; an `Enum: …` cell reads as `Enum`. Empty where the page leaves it blank.
    pub ty: Spanned<String>,
    /// The values of an `Enum: A, B` cell.
    pub values: Vec<String>,
    /// `**Required**`
    pub required: bool,
    /// The MDO list that the description names.
    pub list: Option<String>,
    /// Whether the description says deprecated or obsolete.
    pub deprecated: bool,
    /// The description, as plain text, without the parts above; empty where there is none.
    pub doc: String,
}

/// The `Request Body` section.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestDraft {
    /// The heading.
    pub span: Span,
    /// Name of the body (`request`, `entity`).
    pub name: String,
    /// Type word or name after the name, if any (`string`, `binary`).
    pub kind: Option<Spanned<String>>,
    /// The paragraph under the heading, as plain text.
    pub doc: String,
    /// The type that the paragraph names (`Carrier object for X.`).
    pub named: Option<Spanned<String>>,
    /// The property table; `None` where the section has none.
    pub table: Option<Vec<Row>>,
}

/// The `Response` section.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseDraft {
    /// The heading.
    pub span: Span,
    /// The word of the response heading (`array`, `object`, `bool`, `binary`), if any.
    pub kind: Option<Spanned<String>>,
    /// The type of the `Response body:` line (a word or a type name), if any.
    pub label: Option<Spanned<String>>,
    /// The text under the heading, as plain text.
    pub doc: String,
    /// The type that the text names (`Carrier object for X.`, `X entity with API _Links added.`, `Gets an array of X objects`).
    pub named: Option<Spanned<String>>,
    /// Status rows.
    pub statuses: Vec<(Spanned<u16>, String)>,
    /// Whether the table has a row whose status cannot be read, which may be the success.
    pub unread_statuses: bool,
    /// The property table.
    pub table: Option<Vec<Row>>,
}

/// A sample: one HTTP message.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The file that holds the fence (the page, or an included file).
    pub file: FileId,
    /// Request line or status line, without line end (`POST /api/v1/…`, `HTTP/1.1 200 OK`).
    pub start_line: Spanned<String>,
    /// Headers in order; values as text.
    pub headers: Vec<(String, String)>,
    /// What follows the blank line.
    pub body: SampleBody,
}

/// The body of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum SampleBody {
    /// There is none.
    None,
    /// JSON, and where its text stands.
    Json(Json, Span),
    /// Text that is not JSON, where the page announces bytes or text.
    Raw(Span),
}
