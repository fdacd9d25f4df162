//! `Cargo.toml` of the emitted crate. Takes the API and the options; returns the whole file: one feature per agent and area, the
//! two that turn on all of them, and those that are handed on to the runtime.

use std::fmt::Write as _;

use apidoc_model::api::World;

use super::group::{count, what};
use crate::emission::header;
use crate::{Input, Options, OutputFile, docs};

/// Features of the runtime that the emitted crate hands on, whether they are on by default, and what they do.
const RUNTIME_FEATURES: &[(&str, bool, &str)] = &[
    (
        "default-transport",
        true,
        "The transport that is used when none is given: HTTP/1.1 with TLS, gzip and proxies.",
    ),
    ("blocking", false, "Calls from ordinary threads."),
    (
        "oauth",
        false,
        "OAuth 2.0 authorization code with PKCE, and refresh.",
    ),
    (
        "system-user",
        false,
        "The system-user flow of online tenants.",
    ),
    (
        "webhook",
        false,
        "Signature check and typed events of webhooks.",
    ),
    ("tracing", false, "Spans and warnings through `tracing`."),
    ("chrono", false, "Conversions of `DateTime` for `chrono`."),
    ("jiff", false, "Conversions of `DateTime` for `jiff`."),
    ("time", false, "Conversions of `DateTime` for `time`."),
];

/// The oldest Rust that what is emitted compiles with: that of this workspace, where it is tested.
pub(crate) const RUST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

/// `superoffice/Cargo.toml`
pub(crate) fn file(input: &Input<'_>) -> OutputFile {
    let options = input.options;
    let mut text =
        header("all pages", "crates/apidoc-emit/src/rust/manifest.rs").replace("//", "#");
    let _ = write!(text, "{}", package(options));
    text.push_str("\n[features]\n");
    text.push_str(&features(input));
    let _ = write!(text, "\n[dependencies]\n{}\n", core_dependency(options));
    text.push_str(LINTS);
    OutputFile {
        path: "superoffice/Cargo.toml".to_owned(),
        contents: text,
    }
}

/// The line that asks for the runtime.
pub(crate) fn core_dependency(options: &Options) -> String {
    let version = quoted(&options.core_version);
    match &options.core_path {
        Some(path) => format!(
            "superoffice-core = {{ path = {}, version = {version}, default-features = false }}",
            quoted(path)
        ),
        None => format!("superoffice-core = {{ version = {version}, default-features = false }}"),
    }
}

/// A TOML string.
pub(crate) fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|c| {
            if matches!(c, '"' | '\\') {
                vec!['\\', c]
            } else {
                vec![c]
            }
        })
        .collect();
    format!("\"{escaped}\"")
}

fn package(options: &Options) -> String {
    format!(
        r#"[package]
name = "superoffice"
description = "Unofficial SDK for the SuperOffice CRM WebAPI: every agent and REST area, generated from its public reference."
version = {version}
edition = "2024"
rust-version = {rust}
license = "MIT OR Apache-2.0"
repository = "https://github.com/superoffice-rs/superoffice"
keywords = ["superoffice", "crm", "api", "sdk"]
categories = ["api-bindings"]

[package.metadata.docs.rs]
all-features = true
rustdoc-args = ["--cfg", "docsrs"]

[lib]
doctest = false
"#,
        version = quoted(&options.version),
        rust = quoted(RUST_VERSION)
    )
}

fn features(input: &Input<'_>) -> String {
    let mut text = String::new();
    let runtime: Vec<String> = RUNTIME_FEATURES
        .iter()
        .filter(|f| f.1)
        .map(|f| format!(", {}", quoted(f.0)))
        .collect();
    let _ = writeln!(
        text,
        "default = [\"all-agents\", \"all-areas\"{}]",
        runtime.concat()
    );
    for (name, _, purpose) in RUNTIME_FEATURES {
        let _ = writeln!(text, "# {purpose}\n{name} = [\"superoffice-core/{name}\"]");
    }
    for (all, world, purpose) in [
        ("all-agents", World::Agent, "All agents."),
        ("all-areas", World::Rest, "All REST areas."),
    ] {
        let groups = || {
            input
                .api
                .groups
                .iter()
                .filter(|group| group.id.world == world)
        };
        let names = groups()
            .filter_map(|group| input.names.group(&group.id))
            .map(|names| format!("    {},\n", quoted(&names.feature)));
        let _ = writeln!(
            text,
            "# {purpose}\n{all} = [\n{}]",
            names.collect::<String>()
        );
        for group in groups() {
            if let Some(names) = input.names.group(&group.id) {
                let _ = writeln!(
                    text,
                    "# The {}: {}.\n{} = []",
                    docs::comment(&what(group)),
                    count(group),
                    names.feature
                );
            }
        }
    }
    text
}

const LINTS: &str = r#"
[lints.rust]
unsafe_code = "forbid"
missing_docs = "deny"

[lints.clippy]
all = { level = "deny", priority = -1 }
"#;

#[cfg(test)]
mod tests {
    use super::quoted;

    /// A path of another system has backslashes, and any path may have quotes.
    #[test]
    fn a_text_stays_in_its_quotes() {
        let table = [
            ("a/b", r#""a/b""#),
            (r"C:\a\b", r#""C:\\a\\b""#),
            (r#"a"b"#, r#""a\"b""#),
            ("", r#""""#),
        ];
        for (text, expected) in table {
            assert_eq!(quoted(text), expected, "{text}");
        }
    }
}
