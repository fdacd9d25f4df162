//! `cargo xtask inspect PAGE`: takes one page and shows what every stage makes of it: the blocks on the page, the draft, the
//! operation with the evidence for every type, and the emitted code. Refuses an id or path that no page has.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use anyhow::{Context as _, Result};
use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::api::{Evidence, ModelId, Operation, Type};
use apidoc_model::sample::Side;
use apidoc_model::{Api, Diagnostic, SourceFile, SourceMap, Span, Spanned};
use apidoc_parse::draft::{Draft, RequestDraft, ResponseDraft, Row};
use apidoc_parse::page::{BlockKind, page};
use clap::Args;

use crate::cli;
use crate::clock::Clock;
use crate::codegen::{Pages, Understood, understand};
use crate::notation;
use crate::report::{self, Detail};

/// Show what every stage makes of one page: page, draft, resolved operation with evidence, emitted code.
#[derive(Debug, Args)]
pub struct Inspect {
    /// Id or path of the page, or the end of its path: `v1ChatAgent_PickUpChatSession`
    page: String,
    #[command(flatten)]
    pages: Pages,
}

/// Runs the verb.
///
/// # Errors
/// When no page has the name.
pub fn run(args: &Inspect) -> Result<()> {
    let understood = understand(&args.pages, &mut Clock::start())?;
    let file = find(&understood, &args.page).with_context(|| {
        format!(
            "no page `{}` among {} files",
            args.page,
            understood.sources.files().len()
        )
    })?;
    let mut out = String::new();
    show(&mut out, file, &understood)?;
    cli::print(&out)?;
    let of_page = diagnostics(file, &understood);
    report::print(&of_page, &understood.sources, Detail::All);
    Ok(())
}

fn show(out: &mut String, file: &SourceFile, understood: &Understood) -> fmt::Result {
    show_page(out, file, &understood.sources)?;
    if let Some(draft) = understood.drafts.iter().find(|draft| draft.file == file.id) {
        show_draft(out, draft, &understood.sources)?;
        show_operation(out, draft, &understood.api)?;
        show_code(out, draft, understood)?;
    }
    writeln!(
        out,
        "\n# {} diagnostics",
        diagnostics(file, understood).len()
    )
}

fn find<'a>(understood: &'a Understood, name: &str) -> Option<&'a SourceFile> {
    let by_id = understood
        .drafts
        .iter()
        .find(|draft| draft.id.value == name)
        .map(|draft| draft.file);
    let name = name.replace('\\', "/");
    let matches = |file: &&SourceFile| {
        file.display == name
            || file.path == name
            || file.path.ends_with(&format!("/{name}"))
            || file.path.ends_with(&format!("/{name}.md"))
    };
    by_id
        .and_then(|id| understood.sources.file(id))
        .or_else(|| understood.sources.files().iter().find(matches))
}

fn show_page(out: &mut String, file: &SourceFile, sources: &SourceMap) -> fmt::Result {
    writeln!(out, "# Page {}\n", file.display)?;
    let (page, _) = page(file);
    for (key, value) in page.front.iter().flatten() {
        writeln!(
            out,
            "{:>9}  front matter `{}: {}`",
            at(sources, *key),
            sources.text(*key),
            sources.text(*value)
        )?;
    }
    for block in &page.blocks {
        let (kind, text) = match &block.kind {
            BlockKind::Heading(text) => ("heading", sources.text(*text)),
            BlockKind::Paragraph => ("paragraph", sources.text(block.span)),
            BlockKind::Item(text) => ("item", sources.text(*text)),
            BlockKind::Fence(fence) => ("fence", sources.text(fence.body)),
            BlockKind::Table(_) => ("table", sources.text(block.span)),
            BlockKind::Include(target) => ("include", sources.text(*target)),
            BlockKind::Rule => ("rule", ""),
        };
        writeln!(
            out,
            "{:>9}  {kind} `{}`",
            at(sources, block.span),
            first_line(text)
        )?;
    }
    Ok(())
}

fn at(sources: &SourceMap, span: Span) -> String {
    let (line, column) = sources.line_col(span);
    format!("{line}:{column}")
}

fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("");
    if line.chars().count() > 90 {
        line.chars().take(89).chain(['…']).collect()
    } else {
        line.to_owned()
    }
}

fn show_draft(out: &mut String, draft: &Draft, sources: &SourceMap) -> fmt::Result {
    let Draft {
        world, group, name, ..
    } = draft;
    let headers: Vec<&str> = draft
        .headers
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    writeln!(out, "\n# Draft {}\n", draft.id.value)?;
    writeln!(
        out,
        "{world:?} {group}, name {name}, {}",
        sources.text(draft.route.span)
    )?;
    show_rows(out, "path", &draft.path, sources)?;
    show_rows(out, "query", &draft.query, sources)?;
    writeln!(out, "headers: {}", headers.join(", "))?;
    if let Some(request) = &draft.request {
        show_request(out, request, sources)?;
    }
    show_response(out, &draft.response, sources)?;
    for side in Side::BOTH {
        if let Some(sample) = draft.sample(side) {
            let (side, line) = (side.name(), &sample.start_line);
            writeln!(
                out,
                "{:>9}  {side} sample `{}`",
                at(sources, line.span),
                line.value
            )?;
        }
    }
    Ok(())
}

fn show_request(out: &mut String, request: &RequestDraft, sources: &SourceMap) -> fmt::Result {
    let (name, kind, named) = (&request.name, word(&request.kind), word(&request.named));
    writeln!(
        out,
        "{:>9}  request `{name}`, kind {kind}, named {named}",
        at(sources, request.span)
    )?;
    show_rows(
        out,
        "request",
        request.table.as_deref().unwrap_or_default(),
        sources,
    )
}

fn show_response(out: &mut String, response: &ResponseDraft, sources: &SourceMap) -> fmt::Result {
    let (kind, label, named) = (
        word(&response.kind),
        word(&response.label),
        word(&response.named),
    );
    let statuses: Vec<u16> = response
        .statuses
        .iter()
        .map(|(code, _)| code.value)
        .collect();
    writeln!(
        out,
        "{:>9}  response kind {kind}, label {label}, named {named}",
        at(sources, response.span)
    )?;
    writeln!(out, "           statuses {statuses:?}")?;
    show_rows(
        out,
        "response",
        response.table.as_deref().unwrap_or_default(),
        sources,
    )
}

/// A word of the page, or `-` where it has none.
fn word(word: &Option<Spanned<String>>) -> &str {
    word.as_ref().map_or("-", |word| &word.value)
}

fn show_rows(out: &mut String, part: &str, rows: &[Row], sources: &SourceMap) -> fmt::Result {
    for row in rows {
        let marks = [
            (row.required, "required"),
            (row.deprecated, "deprecated"),
            (row.list.is_some(), "list"),
        ];
        let marks: Vec<&str> = marks
            .into_iter()
            .filter_map(|(set, mark)| set.then_some(mark))
            .collect();
        writeln!(
            out,
            "{:>9}  {part}.{} `{}` {} {}",
            at(sources, row.name.span),
            row.name.value,
            row.ty.value,
            row.values.join("|"),
            marks.join(" ")
        )?;
    }
    Ok(())
}

fn show_operation(out: &mut String, draft: &Draft, api: &Api) -> fmt::Result {
    let Some(operation) = operation(draft, api) else {
        writeln!(out, "\n# Not an operation of the API: evidence only")?;
        return Ok(());
    };
    writeln!(out, "\n# Operation {}\n", operation.id)?;
    writeln!(
        out,
        "{}, {:?}",
        notation::route(operation),
        operation.safety
    )?;
    for parameter in operation.path.iter().chain(&operation.query) {
        writeln!(out, "  {}", notation::parameter(parameter))?;
    }
    if let Some(body) = &operation.body {
        writeln!(
            out,
            "body   {}{}",
            notation::payload(&body.content),
            evidence(&body.evidence)
        )?;
    }
    writeln!(
        out,
        "result {}{}",
        notation::payload(&operation.result),
        evidence(&operation.result_evidence)
    )?;
    let models: BTreeSet<&ModelId> = operation.types().filter_map(Type::model).collect();
    for id in models {
        show_model(out, id, api)?;
    }
    Ok(())
}

fn operation<'a>(draft: &Draft, api: &'a Api) -> Option<&'a Operation> {
    api.operations()
        .find(|operation| operation.id == draft.id.value)
}

fn show_model(out: &mut String, id: &ModelId, api: &Api) -> fmt::Result {
    let Some(model) = api.models.get(id) else {
        return Ok(());
    };
    writeln!(
        out,
        "\nmodel {id} ({:?}){}",
        model.origin,
        evidence(&model.evidence)
    )?;
    for field in &model.fields {
        writeln!(
            out,
            "  {}: {}{}",
            field.name,
            field.ty,
            evidence(&field.evidence)
        )?;
    }
    Ok(())
}

/// `  <- Declared v1ChatAgent_X response.Status`
fn evidence(evidence: &Evidence) -> String {
    format!(
        "  <- {:?} {} {}",
        evidence.rule, evidence.page, evidence.element
    )
    .trim_end()
    .to_owned()
}

fn show_code(out: &mut String, draft: &Draft, understood: &Understood) -> fmt::Result {
    let (files, _) = emit(&understood.api, &Options::default(), &understood.samples);
    let sdk: Vec<&OutputFile> = files
        .iter()
        .filter(|file| file.path.starts_with("superoffice/src/"))
        .collect();
    let Some((path, method)) = paragraph(&sdk, &format!("\"{}\"", draft.id.value)) else {
        return Ok(());
    };
    writeln!(out, "\n# Code {path}\n\n{method}")?;
    let words: BTreeSet<&str> = signature(method)
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    for word in words {
        if let Some((path, model)) = paragraph(&sdk, &format!("pub struct {word} {{")) {
            writeln!(out, "\n# Code {path}\n\n{model}")?;
        }
    }
    Ok(())
}

/// A method without its documentation and its body, which hold words that name nothing.
fn signature(method: &str) -> &str {
    let start = method.find("pub fn").unwrap_or(0);
    let end = method.find(" {\n").unwrap_or(method.len());
    method.get(start..end).unwrap_or(method)
}

/// The lines between two empty lines that hold a text, in the first file that has it.
fn paragraph<'a>(files: &[&'a OutputFile], text: &str) -> Option<(&'a str, &'a str)> {
    files.iter().find_map(|file| {
        let paragraph = file
            .contents
            .split("\n\n")
            .find(|paragraph| paragraph.contains(text))?;
        Some((file.path.as_str(), paragraph))
    })
}

fn diagnostics(file: &SourceFile, understood: &Understood) -> Vec<Diagnostic> {
    let is_here =
        |diagnostic: &&Diagnostic| diagnostic.span.is_some_and(|span| span.file == file.id);
    understood
        .diagnostics
        .iter()
        .filter(is_here)
        .cloned()
        .collect()
}
