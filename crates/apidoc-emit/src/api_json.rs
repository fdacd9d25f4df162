//! `api.json`: the resolved API as JSON, so that a change in understanding shows as a small diff apart from the large diff in printing.
//! Indented down to the keys of operations and fields, and on one line below that. It refuses nothing that the IR can hold.

use std::io::{self, Write};

use apidoc_model::{Api, Code, Diagnostic};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::{Emission, Emitter, Input, OutputFile};

/// How many levels are indented.
const INDENTED: usize = 5;

/// Emits `api.json`.
#[derive(Debug, Clone, Copy)]
pub struct ApiJson;

impl Emitter for ApiJson {
    fn emit(&self, input: &Input<'_>) -> Emission {
        let file = text(input.api).map(|contents| OutputFile {
            path: "api.json".to_owned(),
            contents,
        });
        Emission::of([file.map_err(|error| {
            let message = format!("api.json: {error}");
            vec![Diagnostic::new(Code::BadEmission, None, message)]
        })])
    }
}

fn text(api: &Api) -> Result<String, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    api.serialize(&mut Serializer::with_formatter(
        &mut bytes,
        Outline::default(),
    ))?;
    bytes.push(b'\n');
    Ok(String::from_utf8(bytes)?)
}

/// Indents the outer levels and writes the inner ones on one line.
#[derive(Default)]
struct Outline {
    depth: usize,
    has_items: bool,
}

impl Outline {
    fn begin(&mut self, open: &[u8], out: &mut (impl ?Sized + Write)) -> io::Result<()> {
        self.depth += 1;
        self.has_items = false;
        out.write_all(open)
    }

    fn item(&mut self, first: bool, out: &mut (impl ?Sized + Write)) -> io::Result<()> {
        let separator: &[u8] = match (first, self.depth <= INDENTED) {
            (true, _) => b"",
            (false, true) => b",",
            (false, false) => b", ",
        };
        out.write_all(separator)?;
        self.line(out)
    }

    fn end(&mut self, close: &[u8], out: &mut (impl ?Sized + Write)) -> io::Result<()> {
        let indented = self.depth <= INDENTED && self.has_items;
        self.depth -= 1;
        if indented {
            self.new_line(out)?;
        }
        out.write_all(close)
    }

    fn line(&self, out: &mut (impl ?Sized + Write)) -> io::Result<()> {
        if self.depth > INDENTED {
            return Ok(());
        }
        self.new_line(out)
    }

    fn new_line(&self, out: &mut (impl ?Sized + Write)) -> io::Result<()> {
        const BREAK: &[u8] = b"\n     ";
        out.write_all(&BREAK[..=self.depth.min(INDENTED)])
    }
}

impl Formatter for Outline {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(b"[", out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(b"]", out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(first, out)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_items = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(b"{", out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(b"}", out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(first, out)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_items = true;
        Ok(())
    }
}
