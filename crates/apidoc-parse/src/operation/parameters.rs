//! Takes the sections of path parameters, query parameters and headers, and returns their rows in the draft. The route has
//! the last word about the parameters of the path: what it does not have is set aside, what only it has is a text. What only the
//! examples of a query have is a text, too. Anything but the section's table and its examples is reported.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use apidoc_model::api::Segment;
use apidoc_model::{Code, Diagnostic, Span, Spanned};

use super::section::{Section, Sections};
use super::tables::{self, Tables};
use super::{Reader, is_http, shown};
use crate::draft::{Draft, Row};
use crate::media;
use crate::page::BlockKind;
use crate::text;

impl Reader<'_> {
    pub(super) fn parameters(&mut self, draft: &mut Draft, sections: &Sections<'_>) {
        let path = self.tables_of(sections, Section::Path, tables::HEADED_PATH);
        draft.path.extend(self.rows(&path));
        self.check_path(draft);
        let query = self.tables_of(sections, Section::Query, tables::QUERY);
        draft.query = self.rows(&query);
        self.check_query(draft, sections);
        let headers = self.tables_of(sections, Section::Headers, tables::HEADERS);
        self.headers(draft, &headers);
    }

    /// Gives the parameters of the path the names that they have in the route, and adds those that no table describes.
    fn check_path(&mut self, draft: &mut Draft) {
        let in_route: Vec<String> = draft
            .route
            .value
            .iter()
            .filter_map(parameter)
            .map(str::to_owned)
            .collect();
        let exact: HashSet<&str> = in_route.iter().map(String::as_str).collect();
        let folded: HashMap<String, &str> = in_route
            .iter()
            .map(|name| (name.to_lowercase(), name.as_str()))
            .collect();
        let place = draft.route.span;
        let table: Vec<Row> = std::mem::take(&mut draft.path);
        // A row with the name to the letter stands before one in other capitals, wherever it is.
        let names = table.iter().map(|row| row.name.value.clone());
        let mut described: HashSet<String> =
            names.filter(|name| exact.contains(name.as_str())).collect();
        for mut row in table {
            let written = row.name.value.clone();
            if exact.contains(written.as_str()) {
                draft.path.push(row);
                continue;
            }
            let message = match folded.get(&written.to_lowercase()) {
                Some(name) if described.insert((*name).to_owned()) => {
                    (*name).clone_into(&mut row.name.value);
                    let message = format!("`{written}` is `{name}` in the route");
                    let at = row.name.span;
                    draft.path.push(row);
                    self.report(
                        Diagnostic::new(Code::ParameterMismatch, at, message)
                            .note_at(place, "the route"),
                    );
                    continue;
                }
                _ => format!("the route has no parameter `{written}`"),
            };
            self.rows -= 1;
            self.refused_rows += 1;
            let diagnostic = Diagnostic::new(Code::ParameterMismatch, row.name.span, message);
            self.report(diagnostic.note_at(place, "the route"));
        }
        for name in in_route.iter().filter(|name| !described.contains(*name)) {
            let message = format!("no table describes the parameter `{name}` of the route");
            self.report(Diagnostic::new(Code::ParameterMismatch, place, message));
            let required = true;
            draft.path.push(Row {
                required,
                ..undescribed(name, place)
            });
        }
    }

    /// Adds the parameters that an example has and no row describes: a long table may lose a row where it breaks off.
    fn check_query(&mut self, draft: &mut Draft, sections: &Sections<'_>) {
        let rows = draft.query.iter();
        let mut known: HashSet<String> = rows.map(|row| row.name.value.to_lowercase()).collect();
        let parts = sections.parts(Section::Query);
        for block in parts.flat_map(|part| part.blocks) {
            let Some(example) = shown::announced(self.file, block) else {
                continue;
            };
            for place in shown::parameters(self.file, example) {
                let name = self.text(place);
                if known.insert(name.to_lowercase()) {
                    let message =
                        format!("no table describes the parameter `{name}` of this example");
                    self.report(Diagnostic::new(Code::ParameterMismatch, place, message));
                    draft.query.push(undescribed(name, place));
                }
            }
        }
    }

    /// The one table of a section, or the several that are one.
    fn tables_of<'p>(
        &mut self,
        sections: &Sections<'p>,
        section: Section,
        kind: tables::Kind,
    ) -> Tables<'p> {
        let mut tables = Tables::new(kind);
        for part in sections.parts(section) {
            for block in part.blocks {
                match &block.kind {
                    _ if self.takes(&mut tables, block) => {}
                    BlockKind::Fence(fence) if is_http(self.text(fence.info)) => {
                        self.check_closed(fence)
                    }
                    _ => self.stray(block),
                }
            }
            tables.close();
        }
        tables
    }

    fn headers(&mut self, draft: &mut Draft, tables: &Tables<'_>) {
        let mut known = HashSet::new();
        for cells in self.cells(tables) {
            let Some(name) = self.name(&cells) else {
                continue;
            };
            let name = name.text;
            let lower = name.to_ascii_lowercase();
            if !known.insert(lower.clone()) {
                let message = format!("the table has a row `{name}` already");
                self.refuse_row(Code::DuplicateRow, cells.name, message);
                continue;
            }
            self.rows += 1;
            let description = self.text(cells.description);
            let media = media::places(description);
            let before = media.first().map_or(description.len(), |first| first.start);
            let doc = text_before_media(&description[..before]);
            let media = media_types(description, media);
            match lower.as_str() {
                "content-type" => draft.content_types = media,
                "accept" => draft.accept = media,
                _ => {}
            }
            if !doc.is_empty() {
                draft.header_docs.insert(name.clone(), doc);
            }
            draft.headers.push(Spanned {
                value: name,
                span: cells.name,
            });
        }
    }
}

/// A parameter that only the route or an example has: a text, which every value is in an address.
fn undescribed(name: &str, place: Span) -> Row {
    let spanned = |text: &str| Spanned {
        value: text.to_owned(),
        span: place,
    };
    Row {
        name: spanned(name),
        ty: spanned("string"),
        values: Vec::new(),
        required: false,
        list: None,
        deprecated: false,
        doc: String::new(),
    }
}

fn parameter(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Parameter(name) => Some(name),
        Segment::Literal(_) => None,
    }
}

/// What a description says before its first media type.
fn text_before_media(description: &str) -> String {
    let text = text::line(description.split('`').next().unwrap_or(""));
    text.trim_end_matches([':', ' ']).to_owned()
}

fn media_types(description: &str, places: Vec<Range<usize>>) -> Vec<String> {
    let texts = places.into_iter().map(|place| &description[place]);
    texts.map(|media| media.trim().to_owned()).collect()
}
