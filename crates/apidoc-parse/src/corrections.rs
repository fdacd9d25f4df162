//! Takes `corrections.md` and returns the deliberate deviations from the pages: rows of tables with the columns `Element`,
//! `Read as` and `Because`. An element is the address of a field (`Model.Field`), of a body (`v1X_Y request`,
//! `v1X_Y response`), of the name of the type in one of these (`Model.Field type`) or of a class (`v1X_Y safety`). Another kind
//! of table lists enumerations with their values and the elements that hold them. Refuses, each at its place, every line with
//! a bar at its beginning that is in none of these tables, rows without a reason, and types that it cannot read.

use std::fmt;

use apidoc_model::api::{Safety, Type};
use apidoc_model::notation::{NoType, is_type_name};
use apidoc_model::{Code, Diagnostic, SourceFile, Span, Spanned};

/// All corrections, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Corrections {
    /// The rows.
    pub rows: Vec<Correction>,
    /// The enumerations.
    pub constants: Vec<Constants>,
}

/// An enumeration that the pages show as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// Its name.
    pub name: Spanned<String>,
    /// Whether a text may hold several of the values.
    pub flags: bool,
    /// The values.
    pub values: Vec<String>,
    /// Where it stands.
    pub elements: Vec<Element>,
    /// Why.
    pub because: String,
}

impl Constants {
    /// The type of a text that holds them.
    #[must_use]
    pub fn ty(&self) -> Type {
        let name = self.name.value.clone();
        if self.flags {
            Type::Flags(name)
        } else {
            Type::Enum(name)
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// What is corrected.
    pub element: Spanned<Element>,
    /// What it is read as.
    pub reading: Reading,
    /// Why.
    pub because: String,
}

/// What a correction is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// A field of a shared model.
    Field {
        /// Name of the model.
        model: String,
        /// Wire name of the field.
        field: String,
    },
    /// The request body of an operation.
    Request(String),
    /// The result of an operation.
    Response(String),
    /// The safety class of an operation.
    Safety(String),
    /// The name of the object type inside a field or body.
    TypeName(Box<Element>),
}

/// What is read instead.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A type.
    Type(Type),
    /// A class.
    Safety(Safety),
    /// The name of a type.
    Name(String),
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { model, field } => write!(f, "`{model}.{field}`"),
            Self::Request(id) => write!(f, "`{id} request`"),
            Self::Response(id) => write!(f, "`{id} response`"),
            Self::Safety(id) => write!(f, "`{id} safety`"),
            Self::TypeName(inner) => write!(f, "the type of {inner}"),
        }
    }
}

const COLUMNS: [&str; 3] = ["Element", "Read as", "Because"];
const CONSTANT_COLUMNS: [&str; 5] = ["Enumeration", "Kind", "Values", "Elements", "Because"];

/// Which of the tables a line is in.
#[derive(Clone, Copy, PartialEq)]
enum Table {
    None,
    Rows,
    Constants,
    /// One whose head is not known.
    Unknown,
}

impl Corrections {
    /// Reads the file.
    #[must_use]
    pub fn parse(file: &SourceFile) -> (Self, Vec<Diagnostic>) {
        let (mut corrections, mut diagnostics) = (Self::default(), Vec::new());
        let (mut offset, mut table) = (0, Table::None);
        for line in file.text.split_inclusive('\n') {
            let span = Span {
                file: file.id,
                start: to_u32(offset),
                end: to_u32(offset + line.trim_end().len()),
            };
            offset += line.len();
            let read = corrections.read(&mut table, line, span);
            let problem = |message| Diagnostic::new(Code::BadCorrection, span, message);
            diagnostics.extend(read.err().map(problem));
        }
        (corrections, diagnostics)
    }

    /// Reads a line. A table begins with its head and ends with the first line that does not begin with a bar.
    fn read(&mut self, table: &mut Table, line: &str, span: Span) -> Result<(), String> {
        let cells = cells(line);
        if !line.trim_start().starts_with('|') {
            let before = std::mem::replace(table, Table::None);
            return match before {
                Table::Rows | Table::Constants if line.contains('|') => {
                    Err("a row begins with `|`".to_owned())
                }
                _ => Ok(()),
            };
        }
        match (head(&cells), *table) {
            (Some(known), _) => *table = known,
            (None, Table::None) => {
                *table = Table::Unknown;
                return Err(unknown_head());
            }
            _ if cells.iter().all(|cell| is_rule(cell)) => {}
            (None, Table::Unknown) => return Err(unknown_head()),
            (None, Table::Rows) => self.rows.push(correction(&cells, span)?),
            (None, Table::Constants) => self.constants.push(constants(&cells, span)?),
        }
        Ok(())
    }
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

fn cells(line: &str) -> Vec<&str> {
    line.trim()
        .trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().trim_matches('`'))
        .collect()
}

/// The table that begins with these cells.
fn head(cells: &[&str]) -> Option<Table> {
    let known = [
        (&COLUMNS[..], Table::Rows),
        (&CONSTANT_COLUMNS[..], Table::Constants),
    ];
    known
        .into_iter()
        .find_map(|(columns, table)| (cells == columns).then_some(table))
}

fn is_rule(cell: &str) -> bool {
    cell.contains('-') && cell.chars().all(|c| c == '-' || c == ':')
}

fn unknown_head() -> String {
    let [rows, constants] = [&COLUMNS[..], &CONSTANT_COLUMNS[..]].map(|head| head.join(" | "));
    format!("this row is in no table with the head `| {rows} |` or `| {constants} |`")
}

/// The cells of a row, of which the last one, the reason, is not empty.
fn reasoned<'a, const N: usize>(cells: &[&'a str]) -> Result<[&'a str; N], String> {
    let count = cells.len();
    let cells: [&str; N] = cells
        .try_into()
        .map_err(|_| format!("a row here has {N} cells, this one has {count}"))?;
    match cells.last() {
        Some(because) if !because.is_empty() => Ok(cells),
        _ => Err("a correction says why".to_owned()),
    }
}

fn correction(cells: &[&str], span: Span) -> Result<Correction, String> {
    let [element, reading, because] = reasoned(cells)?;
    let element = read_element(element).ok_or_else(|| no_element(element))?;
    let reading = read_reading(&element, reading)?;
    Ok(Correction {
        element: Spanned {
            value: element,
            span,
        },
        reading,
        because: because.to_owned(),
    })
}

fn constants(cells: &[&str], span: Span) -> Result<Constants, String> {
    let [name, kind, values, elements, because] = reasoned(cells)?;
    if !is_type_name(name) {
        return Err(format!("`{name}` is no name of an enumeration"));
    }
    let flags = match kind {
        "one" => false,
        "flags" => true,
        _ => return Err(format!("`{kind}` is neither `one` nor `flags`")),
    };
    let values: Vec<String> = values.split(", ").map(str::to_owned).collect();
    if values.iter().any(String::is_empty) {
        return Err("a value is empty".to_owned());
    }
    let elements = elements
        .split(", ")
        .map(|element| read_holder(element).ok_or_else(|| no_element(element)));
    Ok(Constants {
        name: Spanned {
            value: name.to_owned(),
            span,
        },
        flags,
        values,
        elements: elements.collect::<Result<_, _>>()?,
        because: because.to_owned(),
    })
}

fn no_element(text: &str) -> String {
    format!("`{text}` is no element")
}

fn read_element(text: &str) -> Option<Element> {
    if let Some(holder) = text.strip_suffix(" type") {
        return read_holder(holder).map(|holder| Element::TypeName(Box::new(holder)));
    }
    match text.split_once(' ') {
        Some((operation, "safety")) => Some(Element::Safety(operation.to_owned())),
        _ => read_holder(text),
    }
}

/// A field or a body, which hold values.
fn read_holder(text: &str) -> Option<Element> {
    if let Some((operation, part)) = text.split_once(' ') {
        return match part {
            "request" => Some(Element::Request(operation.to_owned())),
            "response" => Some(Element::Response(operation.to_owned())),
            _ => None,
        };
    }
    let (model, field) = text.split_once('.')?;
    Some(Element::Field {
        model: model.to_owned(),
        field: field.to_owned(),
    })
}

/// What a row says of its element, in the form that such an element asks for.
fn read_reading(element: &Element, text: &str) -> Result<Reading, String> {
    let found = match element {
        Element::Safety(_) => read_safety(text).map(Reading::Safety),
        Element::TypeName(_) => is_type_name(text).then(|| Reading::Name(text.to_owned())),
        _ => match text.parse() {
            Ok(ty) if is_constant(&ty) => {
                return Err("the constants of a text stand in a table of enumerations".to_owned());
            }
            Ok(ty) => Some(Reading::Type(ty)),
            Err(NoType::Unknown) => None,
            Err(problem) => return Err(format!("this type cannot be read: {problem}")),
        },
    };
    found.ok_or_else(|| format!("`{text}` is nothing that this element can be read as"))
}

fn read_safety(text: &str) -> Option<Safety> {
    match text {
        "safe" => Some(Safety::Safe),
        "idempotent" => Some(Safety::Idempotent),
        "unsafe" => Some(Safety::Unsafe),
        _ => None,
    }
}

fn is_constant(ty: &Type) -> bool {
    match ty {
        Type::Array(inner) | Type::Map(inner) => is_constant(inner),
        Type::Enum(_) | Type::Flags(_) => true,
        _ => false,
    }
}
