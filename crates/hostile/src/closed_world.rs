//! Takes the files that the generator would write and says what is in them that it never prints: another kind of item, a macro,
//! a statement, an attribute, documentation that is more than text, a path out of the folder. Refuses nothing itself; the list
//! is empty where all is well.

use std::cell::RefCell;
use std::collections::HashSet;

use apidoc_emit::OutputFile;
use apidoc_model::text::is_invisible;
use proc_macro2::{Group, TokenStream, TokenTree};
use pulldown_cmark::{Event, Options, Parser, Tag};
use syn::visit::{self, Visit};

/// Macros that the SDK calls.
const MACROS: &[&str] = &["model", "narrow", "open_enum"];
/// Attributes that the SDK has.
const ATTRIBUTES: &[&str] = &[
    "cfg",
    "cfg_attr",
    "deprecated",
    "derive",
    "doc",
    "forbid",
    "inline",
    "must_use",
    "rustfmt::skip",
];
/// Sections of the manifests.
const SECTIONS: &[&str] = &[
    "[package]",
    "[package.metadata.docs.rs]",
    "[lib]",
    "[features]",
    "[dependencies]",
    "[dev-dependencies]",
    "[lints]",
    "[lints.rust]",
    "[lints.clippy]",
    "[[test]]",
    "[[bin]]",
];
/// Where links of documentation may lead besides items of the crate.
const REFERENCE: &str = "https://docs.superoffice.com/en/api/reference/restful";

/// The documentation of the SDK's root, as it was written by hand; in its braces are figures.
const FRONT_PAGE: &str = include_str!("../../apidoc-emit/emitted/superoffice/front.md");

thread_local! {
    /// Files in which nothing was found; most of what is emitted is the same from page to page.
    static CLEAN: RefCell<HashSet<(String, String)>> = RefCell::default();
}

/// Most files that are kept as clean.
const KEPT: usize = 200;

/// Everything foreign in these files, each with its file.
#[must_use]
pub fn foreign(files: &[OutputFile]) -> Vec<String> {
    let mut found = foreign_paths(files);
    for file in files {
        if !CLEAN.with_borrow(|clean| clean.contains(&key(file))) {
            let inside = foreign_inside(file);
            if inside.is_empty() {
                keep(file);
            }
            found.extend(inside);
        }
    }
    found
}

fn key(file: &OutputFile) -> (String, String) {
    (file.path.clone(), file.contents.clone())
}

fn keep(file: &OutputFile) {
    CLEAN.with_borrow_mut(|clean| {
        if clean.len() < KEPT {
            clean.insert(key(file));
        }
    });
}

fn foreign_inside(file: &OutputFile) -> Vec<String> {
    let found = if file.path.ends_with(".rs") {
        foreign_code(&file.contents, file.path.starts_with("superoffice/"))
    } else if file.path.ends_with(".toml") {
        foreign_sections(&file.contents)
    } else if file.path.ends_with(".json") {
        let json = serde_json::from_str::<serde_json::Value>(&file.contents);
        json.err()
            .map(|error| error.to_string())
            .into_iter()
            .collect()
    } else {
        vec!["a file of no known kind".to_owned()]
    };
    found
        .into_iter()
        .map(|what| format!("{}: {what}", file.path))
        .collect()
}

/// Paths that are not plain, leave the folder, or differ in case only.
fn foreign_paths(files: &[OutputFile]) -> Vec<String> {
    let mut seen = HashSet::new();
    let plain = |part: &str| {
        let known = part
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        known && !part.is_empty() && !part.starts_with('.') && part.len() <= 110
    };
    let mut found = Vec::new();
    for file in files {
        if !file.path.split('/').all(plain) {
            found.push(format!("path {:?} is not plain", file.path));
        }
        if !seen.insert(file.path.to_ascii_lowercase()) {
            found.push(format!("path {:?} is there twice", file.path));
        }
    }
    found
}

fn foreign_sections(text: &str) -> Vec<String> {
    let headers = text.lines().filter(|line| line.starts_with('['));
    let unknown = headers.filter(|line| !SECTIONS.contains(line));
    unknown.map(|line| format!("section {line}")).collect()
}

/// What one file of Rust code has that it may not have. Files of the checks are tests and may have functions, but no prose.
#[must_use]
pub fn foreign_code(text: &str, sdk: bool) -> Vec<String> {
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => return vec![format!("does not parse: {error}")],
    };
    let mut search = Search {
        sdk,
        found: Vec::new(),
    };
    search.visit_file(&file);
    let mut docs = Vec::new();
    if let Ok(tokens) = text.parse::<TokenStream>() {
        collect_docs(tokens, &mut docs);
    }
    let from_pages = docs.iter().filter(|doc| !is_front_page(doc));
    let in_docs = from_pages.flat_map(|doc| foreign_markdown(doc, sdk));
    search.found.into_iter().chain(in_docs).collect()
}

struct Search {
    sdk: bool,
    found: Vec<String>,
}

impl Search {
    fn report(&mut self, what: impl Into<String>) {
        self.found.push(what.into());
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        use syn::Item;
        match item {
            Item::Use(_)
            | Item::Struct(_)
            | Item::Enum(_)
            | Item::Impl(_)
            | Item::Trait(_)
            | Item::Macro(_) => {}
            Item::Mod(module) if module.content.is_none() || !self.sdk => {}
            _ if !self.sdk => {}
            _ => self.report("an item that the SDK never has"),
        }
        visit::visit_item(self, item);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        if self.sdk && !MACROS.contains(&name.as_str()) {
            self.report(format!("macro {name}!"));
        }
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let segments = attribute.path().segments.iter();
        let names: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
        let name = names.join("::");
        if self.sdk && !ATTRIBUTES.contains(&name.as_str()) {
            self.report(format!("attribute {name}"));
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        use syn::Expr;
        let known = matches!(
            expression,
            Expr::Call(_)
                | Expr::Field(_)
                | Expr::Lit(_)
                | Expr::MethodCall(_)
                | Expr::Path(_)
                | Expr::Reference(_)
                | Expr::Struct(_)
        );
        if self.sdk && !known {
            self.report("an expression that the SDK never has");
        }
        visit::visit_expr(self, expression);
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if self.sdk && !matches!(statement, syn::Stmt::Expr(_, None)) {
            self.report("a statement that the SDK never has");
        }
        visit::visit_stmt(self, statement);
    }
}

/// The documentation of everything in these tokens, also inside macro calls; lines that follow each other are one text.
fn collect_docs(tokens: TokenStream, docs: &mut Vec<String>) {
    let mut lines: Vec<String> = Vec::new();
    for tree in tokens {
        match tree {
            TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!') => {}
            TokenTree::Group(group) => match doc_line(&group) {
                Some(line) => lines.push(line),
                None => {
                    docs.extend(ended(&mut lines));
                    collect_docs(group.stream(), docs);
                }
            },
            _ => docs.extend(ended(&mut lines)),
        }
    }
    docs.extend(ended(&mut lines));
}

fn ended(lines: &mut Vec<String>) -> Option<String> {
    let text = std::mem::take(lines).join("\n");
    (!text.is_empty()).then_some(text)
}

/// The text of `[doc = "…"]`.
fn doc_line(group: &Group) -> Option<String> {
    let pair: syn::MetaNameValue = syn::parse2(group.stream()).ok()?;
    match pair.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// Documentation is paragraphs of text, code font and links to the reference, the crate, or an address that is its own text. That
/// of the checks is written by hand and may have headings and links.
fn foreign_markdown(doc: &str, sdk: bool) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut found = Vec::new();
    if let Some(hidden) = doc.chars().find(|c| is_invisible(*c)) {
        found.push(format!("documentation hides {hidden:?} in {doc:?}"));
    }
    for (event, range) in Parser::new_ext(&unindented(doc), options).into_offset_iter() {
        let foreign = match &event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                sdk && !may_lead_to(dest_url, &unindented(doc)[range])
            }
            Event::Start(Tag::Paragraph) => false,
            Event::Start(Tag::Heading { .. } | Tag::List(_) | Tag::Item) => sdk,
            Event::Start(_) => true,
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => true,
            _ => false,
        };
        if foreign {
            found.push(format!(
                "documentation is more than text: {event:?} in {doc:?}"
            ));
        }
    }
    found
}

/// Whether this is the front page and nothing else, with digits where it has figures.
fn is_front_page(doc: &str) -> bool {
    let doc = unindented(doc);
    let mut rest = doc.as_str();
    for (index, piece) in FRONT_PAGE.trim_end().split('{').enumerate() {
        let text = match piece.split_once('}') {
            Some(("operations" | "agents" | "areas", text)) if index > 0 => {
                rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                text.to_owned()
            }
            _ if index > 0 => format!("{{{piece}"),
            _ => piece.to_owned(),
        };
        match rest.strip_prefix(text.as_str()) {
            Some(further) => rest = further,
            None => return false,
        }
    }
    rest.is_empty()
}

/// rustdoc takes the blank behind `///` away.
fn unindented(doc: &str) -> String {
    let lines: Vec<&str> = doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n")
}

fn may_lead_to(address: &str, written: &str) -> bool {
    address.starts_with(REFERENCE) || written == format!("<{address}>")
}
