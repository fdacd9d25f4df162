//! `cargo xtask inspect PAGE`: takes one page and shows what every stage makes of it: the blocks on the page, the draft, the
//! operation with the evidence for every type, and the emitted code. Refuses an id or path that no page has.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use apidoc_emit::{Options, OutputFile, emit};
use apidoc_model::api::{Evidence, ModelId, Operation, Payload, Type};
use apidoc_model::{Api, Severity, SourceFile, SourceMap, Span};
use apidoc_parse::draft::{Draft, Row};
use apidoc_parse::page::{BlockKind, page};
use clap::Args;

use crate::clock::Clock;
use crate::codegen::{Input, Understood, understand};
use crate::notation;
use crate::report::{self, Detail};

/// Show what every stage makes of one page: page, draft, resolved operation with evidence, emitted code.
#[derive(Debug, Args)]
pub struct Inspect {
    /// Id or path of the page, or the end of its path: `v1ChatAgent_PickUpChatSession`
    page: String,
    #[command(flatten)]
    input: Input,
}

/// Runs the verb.
///
/// # Errors
/// When no page has the name.
pub fn run(args: &Inspect) -> Result<()> {
    let understood = understand(&args.input, &mut Clock::start())?;
    let file = find(&understood, &args.page).with_context(|| {
        format!(
            "no page `{}` among {} files",
            args.page,
            understood.sources.files().len()
        )
    })?;
    show_page(file, &understood.sources);
    if let Some(draft) = understood.drafts.iter().find(|draft| draft.file == file.id) {
        show_draft(draft, &understood.sources);
        show_operation(draft, &understood.api);
        show_code(draft, &understood);
    }
    show_diagnostics(file, &understood);
    Ok(())
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

fn show_page(file: &SourceFile, sources: &SourceMap) {
    println!("# Page {}\n", file.display);
    let (page, _) = page(file);
    for (key, value) in page.front.iter().flatten() {
        println!(
            "{:>9}  front matter `{}: {}`",
            at(sources, *key),
            sources.text(*key),
            sources.text(*value)
        );
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
        println!(
            "{:>9}  {kind} `{}`",
            at(sources, block.span),
            first_line(text)
        );
    }
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

fn show_draft(draft: &Draft, sources: &SourceMap) {
    println!("\n# Draft {}\n", draft.id.value);
    println!(
        "{:?} {}, name {}, {} {}",
        draft.world,
        draft.group,
        draft.name,
        draft.verb.as_str(),
        sources.text(draft.route.span)
    );
    for (part, rows) in [("path", &draft.path), ("query", &draft.query)] {
        show_rows(part, rows, sources);
    }
    println!(
        "headers: {}",
        draft
            .headers
            .iter()
            .map(|name| name.value.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    );
    if let Some(request) = &draft.request {
        let named = request.named.as_ref().map_or("", |name| &name.value);
        println!(
            "{:>9}  request `{}` {} {named}",
            at(sources, request.span),
            request.name,
            request.kind.as_ref().map_or("", |kind| &kind.value)
        );
        show_rows(
            "request",
            request.table.as_deref().unwrap_or_default(),
            sources,
        );
    }
    let word = |word: &Option<apidoc_model::Spanned<String>>| {
        word.as_ref().map_or("-", |word| &word.value).to_owned()
    };
    let response = &draft.response;
    println!(
        "{:>9}  response kind {}, label {}, named {}",
        at(sources, response.span),
        word(&response.kind),
        word(&response.label),
        word(&response.named)
    );
    println!(
        "           statuses {:?}",
        response
            .statuses
            .iter()
            .map(|(code, _)| code.value)
            .collect::<Vec<_>>()
    );
    show_rows(
        "response",
        response.table.as_deref().unwrap_or_default(),
        sources,
    );
    for (side, sample) in [
        ("request", &draft.request_sample),
        ("response", &draft.response_sample),
    ] {
        if let Some(sample) = sample {
            println!(
                "{:>9}  {side} sample `{}`",
                at(sources, sample.start_line.span),
                sample.start_line.value
            );
        }
    }
}

fn show_rows(part: &str, rows: &[Row], sources: &SourceMap) {
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
        println!(
            "{:>9}  {part}.{} `{}` {} {}",
            at(sources, row.name.span),
            row.name.value,
            row.ty.value,
            row.values.join("|"),
            marks.join(" ")
        );
    }
}

fn show_operation(draft: &Draft, api: &Api) {
    let Some(operation) = operation(draft, api) else {
        println!("\n# Not an operation of the API: evidence only");
        return;
    };
    println!("\n# Operation {}\n", operation.id);
    println!("{}, {:?}", notation::route(operation), operation.safety);
    for parameter in operation.path.iter().chain(&operation.query) {
        println!("  {}", notation::parameter(parameter));
    }
    let mut models = BTreeSet::new();
    if let Some(body) = &operation.body {
        println!(
            "body   {}{}",
            notation::payload(&body.content),
            evidence(&body.evidence)
        );
        models.extend(models_of(&body.content));
    }
    println!(
        "result {}{}",
        notation::payload(&operation.result),
        evidence(&operation.result_evidence)
    );
    models.extend(models_of(&operation.result));
    for id in models {
        show_model(id, api);
    }
}

fn operation<'a>(draft: &Draft, api: &'a Api) -> Option<&'a Operation> {
    api.groups
        .iter()
        .flat_map(|group| &group.operations)
        .find(|operation| operation.id == draft.id.value)
}

fn models_of(payload: &Payload) -> Option<&ModelId> {
    let Payload::Json(ty) = payload else {
        return None;
    };
    let mut ty = ty;
    while let Type::Array(inner) | Type::Map(inner) = ty {
        ty = inner;
    }
    if let Type::Model(id) = ty {
        Some(id)
    } else {
        None
    }
}

fn show_model(id: &ModelId, api: &Api) {
    let Some(model) = api.models.get(id) else {
        return;
    };
    println!(
        "\nmodel {id} ({:?}){}",
        model.origin,
        evidence(&model.evidence)
    );
    for field in &model.fields {
        println!(
            "  {}: {}{}",
            field.name,
            notation::ty(&field.ty),
            evidence(&field.evidence)
        );
    }
}

/// ` <- declared, v1ChatAgent_X response.Status`
fn evidence(evidence: &Evidence) -> String {
    format!(
        "  <- {:?} {} {}",
        evidence.rule, evidence.page, evidence.element
    )
    .trim_end()
    .to_owned()
}

fn show_code(draft: &Draft, understood: &Understood) {
    let (files, _) = emit(&understood.api, &Options::default(), &understood.samples);
    let sdk: Vec<&OutputFile> = files
        .iter()
        .filter(|file| file.path.starts_with("superoffice/src/"))
        .collect();
    let Some((path, method)) = paragraph(&sdk, &format!("\"{}\"", draft.id.value)) else {
        return;
    };
    println!("\n# Code {path}\n\n{method}");
    let words: BTreeSet<&str> = method
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    for word in words {
        if let Some((path, model)) = paragraph(&sdk, &format!("pub struct {word} {{")) {
            println!("\n# Code {path}\n\n{model}");
        }
    }
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

fn show_diagnostics(file: &SourceFile, understood: &Understood) {
    let of_page = understood
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.span.is_some_and(|span| span.file == file.id));
    let of_page: Vec<_> = of_page.cloned().collect();
    println!(
        "\n# {} diagnostics, {} errors",
        of_page.len(),
        of_page
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .count()
    );
    report::print(&of_page, &understood.sources, Detail::All);
}
