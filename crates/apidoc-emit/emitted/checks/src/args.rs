//! Values for the arguments of a typed call. Gives a value that no other parameter of the call has for every parameter, and the
//! documented body as the type that the call asks for; remembers what it gave, so that the finished request can be compared.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use serde_json::Value;
use superoffice::{DateTime, OpenEnum, Patch, PatchOperation};

/// What stands for a stream of bytes.
pub const BYTES: &[u8] = b"\x00bytes\xff";

/// Why something is not as documented, and where in the JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer; empty for the whole.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    /// A problem of the whole.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            pointer: String::new(),
            message: message.into(),
        }
    }
}

/// The arguments of one call.
#[derive(Debug, Default)]
pub struct Args {
    body: Option<Value>,
    sent: RefCell<Sent>,
}

/// What a call was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Texts of the path parameters, in order.
    pub path: Vec<String>,
    /// Names and texts of the query parameters, in order.
    pub query: Vec<(String, String)>,
    /// The JSON that must be sent, if it is not the documented one.
    pub body: Option<Value>,
    /// Whether bytes must be sent.
    pub bytes: bool,
}

impl Args {
    /// Arguments with this documented body.
    #[must_use]
    pub fn new(body: Option<Value>) -> Self {
        Self {
            body,
            sent: RefCell::default(),
        }
    }

    /// What was given so far.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.sent.borrow().clone()
    }

    /// Values for parameters of the path.
    #[must_use]
    pub fn path(&self, name: &'static str) -> Parameter<'_> {
        Parameter {
            args: self,
            query: None,
            name,
        }
    }

    /// Values for parameters of the query.
    #[must_use]
    pub fn query(&self, name: &'static str) -> Parameter<'_> {
        Parameter {
            args: self,
            query: Some(name),
            name,
        }
    }

    /// The documented body; where none is documented, the emptiest value that the type has.
    ///
    /// # Errors
    /// When the documented body is not of the type that the call asks for.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let Some(body) = &self.body else {
            return empty();
        };
        serde_json::from_str(&body.to_string()).map_err(|error| Problem::new(error.to_string()))
    }

    /// As [`body`](Self::body), for a list.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub fn list<T: DeserializeOwned>(&self) -> Result<Vec<T>, Problem> {
        self.body()
    }

    /// As [`body`](Self::body), for a text.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub fn text(&self) -> Result<String, Problem> {
        self.body()
    }

    /// The documented steps as a JSON Patch; the pages show words that are no steps, which become `add`.
    ///
    /// # Errors
    /// When the documented body is not a list of steps.
    pub fn patch(&self) -> Result<Patch, Problem> {
        let steps = self
            .body
            .as_ref()
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let steps: Option<Vec<PatchOperation>> = steps.iter().map(step).collect();
        let patch = Patch::Operations(steps.ok_or_else(|| Problem::new("a step has no path"))?);
        let sent = serde_json::to_value(&patch).map_err(|error| Problem::new(error.to_string()))?;
        self.sent.borrow_mut().body = Some(sent);
        Ok(patch)
    }

    /// Some bytes.
    #[must_use]
    pub fn bytes(&self) -> &'static [u8] {
        self.sent.borrow_mut().bytes = true;
        BYTES
    }
}

fn step(step: &Value) -> Option<PatchOperation> {
    let path = step.get("path")?.as_str()?;
    let value = step.get("value").cloned().unwrap_or(Value::Null);
    Some(match step.get("op").and_then(Value::as_str) {
        Some("remove") => PatchOperation::remove(path),
        Some("replace") => PatchOperation::replace(path, value),
        Some("test") => PatchOperation::test(path, value),
        _ => PatchOperation::add(path, value),
    })
}

fn empty<T: DeserializeOwned>() -> Result<T, Problem> {
    let texts = ["{}", "[]", "\"\"", "0", "false"];
    texts
        .iter()
        .find_map(|text| serde_json::from_str(text).ok())
        .ok_or_else(|| Problem::new("no documented body"))
}

/// One parameter of a call.
#[derive(Debug)]
pub struct Parameter<'a> {
    args: &'a Args,
    query: Option<&'static str>,
    name: &'static str,
}

impl Parameter<'_> {
    /// A number, a truth value, a date.
    #[must_use]
    pub fn value<T: Sentinel>(self) -> T {
        let (value, text) = T::sentinel(self.number());
        self.remember(text);
        value
    }

    /// Several of them.
    #[must_use]
    pub fn values<T: Sentinel>(self) -> Vec<T> {
        let number = self.number();
        let (values, texts): (Vec<T>, Vec<String>) =
            [number, number + 1].into_iter().map(T::sentinel).unzip();
        texts.into_iter().for_each(|text| self.remember(text));
        values
    }

    /// A text that needs escaping.
    #[must_use]
    pub fn text(self) -> String {
        let text = format!("{} {}/&?", self.name, self.number());
        self.remember(text.clone());
        text
    }

    /// Two texts.
    #[must_use]
    pub fn texts(self) -> [&'static str; 2] {
        let texts = ["a b", "c,d"];
        texts
            .into_iter()
            .for_each(|text| self.remember(text.to_owned()));
        texts
    }

    /// The first documented constant.
    #[must_use]
    pub fn constant<E: OpenEnum>(self) -> E {
        let name = E::NAMES.first().copied().unwrap_or("Other");
        self.remember(name.to_owned());
        E::from_name(name)
    }

    /// All documented constants.
    #[must_use]
    pub fn constants<E: OpenEnum>(self) -> Vec<E> {
        E::NAMES
            .iter()
            .for_each(|name| self.remember((*name).to_owned()));
        E::NAMES.iter().map(|name| E::from_name(name)).collect()
    }

    /// A number that no other parameter of the call has.
    fn number(&self) -> u8 {
        let sent = self.args.sent.borrow();
        u8::try_from(10 + 2 * (sent.path.len() + sent.query.len())).unwrap_or(u8::MAX - 1)
    }

    fn remember(&self, text: String) {
        let mut sent = self.args.sent.borrow_mut();
        match self.query {
            Some(name) => sent.query.push((name.to_owned(), text)),
            None => sent.path.push(text),
        }
    }
}

/// Types that parameters have, with a value for a number and the text that the value must become.
pub trait Sentinel: Sized {
    /// The value and its text.
    fn sentinel(number: u8) -> (Self, String);
}

macro_rules! numbers {
    ($($ty:ty),*) => {$(
        impl Sentinel for $ty {
            fn sentinel(number: u8) -> (Self, String) {
                (number.into(), number.to_string())
            }
        }
    )*};
}

numbers!(i32, i64, f64);

impl Sentinel for bool {
    fn sentinel(number: u8) -> (Self, String) {
        let value = number.is_multiple_of(4);
        (value, value.to_string())
    }
}

impl Sentinel for DateTime {
    fn sentinel(number: u8) -> (Self, String) {
        let text = format!("2024-02-29T12:30:{}+01:00", number % 60);
        (text.as_str().into(), text)
    }
}

impl Sentinel for Value {
    fn sentinel(number: u8) -> (Self, String) {
        (number.into(), number.to_string())
    }
}
