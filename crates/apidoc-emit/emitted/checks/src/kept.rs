//! What must hold for whole kinds of types, whatever the samples show: an unknown constant, an unknown field and an explicit null come
//! back; so they do through the conversion to the model that is sent; a model that contains itself is read as deep as JSON may be,
//! and refused beyond that, on a small stack. Takes the types one by one; returns figures and failures.

use std::fmt;
use std::thread;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use superoffice::{Model, OpenEnum};

use crate::report::Tally;
use crate::types;

/// Levels of JSON that are read.
const DEEPEST: usize = 127;
/// The stack of a thread that has no larger one.
const STACK: usize = 2 << 20;

/// Something that is shown types of the SDK.
pub trait TypeVisitor {
    /// An enumeration.
    fn enumeration<E: OpenEnum + Serialize + DeserializeOwned>(&mut self, name: &str);

    /// A model that is sent.
    fn sent<T: Model + Serialize + DeserializeOwned>(&mut self, name: &str);

    /// A model that comes, and the one that is sent instead.
    fn narrowed<W: Model + DeserializeOwned, P: Model + Serialize + From<W>>(&mut self, name: &str);

    /// A model that contains itself: the JSON before and behind the inner one, and how many levels that is.
    fn recursive<T: Model + Serialize + DeserializeOwned + Send>(
        &mut self,
        name: &str,
        open: &str,
        close: &str,
        levels: usize,
    );
}

/// What was found. Displays as a line of figures.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Enumerations that keep known and unknown constants.
    pub enumerations: Tally,
    /// Models that are sent with everything that came.
    pub sent: Tally,
    /// Conversions that lose nothing.
    pub narrowed: Tally,
    /// Models that are read to the last level and not further.
    pub recursive: Tally,
    /// One line per failure.
    pub failures: Vec<String>,
}

impl Kept {
    /// Checks every type of the SDK.
    #[must_use]
    pub fn check() -> Self {
        let mut kept = Self::default();
        types::visit_all(&mut kept);
        kept
    }

    fn sent_as(&mut self, name: &str, kept: bool) {
        self.sent.count(kept);
        if !kept {
            self.failed(name, "is not sent as it came");
        }
    }

    fn failed(&mut self, name: &str, what: impl fmt::Display) {
        self.failures.push(format!("{name}: {what}"));
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            enumerations,
            sent,
            narrowed,
            recursive,
            ..
        } = self;
        write!(
            f,
            "enumerations {enumerations}, sent {sent}, narrowed {narrowed}, recursive {recursive}"
        )
    }
}

impl TypeVisitor for Kept {
    fn enumeration<E: OpenEnum + Serialize + DeserializeOwned>(&mut self, name: &str) {
        let unknown = ["__new__", "", "active ", "7"];
        let lost = E::NAMES.iter().copied().chain(unknown).find(|constant| {
            let document = json!(constant);
            !same(serde_json::from_str::<E>(&document.to_string()), &document)
        });
        self.enumerations.count(lost.is_none());
        if let Some(constant) = lost {
            self.failed(name, format_args!("`{constant}` is lost"));
        }
    }

    fn sent<T: Model + Serialize + DeserializeOwned>(&mut self, name: &str) {
        let document = newer(T::FIELDS);
        let read = serde_json::from_str::<T>(&document.to_string());
        self.sent_as(name, same(read, &document));
    }

    fn narrowed<W: Model + DeserializeOwned, P: Model + Serialize + From<W>>(
        &mut self,
        name: &str,
    ) {
        let links = [Value::Null, json!({}), json!({ "Self": "a", "Old": null })];
        let further = W::FIELDS.get(P::FIELDS.len()..).unwrap_or_default();
        let lost = links.into_iter().find(|links| {
            let mut document = newer(W::FIELDS);
            for field in further {
                document[field] = links.clone();
            }
            let came = serde_json::from_str::<W>(&document.to_string());
            !same(came.map(P::from), &document)
        });
        let prefix = W::FIELDS.starts_with(P::FIELDS) && !further.is_empty();
        self.narrowed.count(prefix && lost.is_none());
        if !prefix || lost.is_some() {
            self.failed(name, "loses something when it becomes what is sent");
        }
    }

    fn recursive<T: Model + Serialize + DeserializeOwned + Send>(
        &mut self,
        name: &str,
        open: &str,
        close: &str,
        levels: usize,
    ) {
        let nested = |turns: usize| format!("{}{{}}{}", open.repeat(turns), close.repeat(turns));
        let most = (DEEPEST - 1) / levels;
        let read = |text: String| {
            let work = move || {
                let model = serde_json::from_str::<T>(&text);
                let document = serde_json::from_str::<Value>(&text);
                (
                    model.is_ok(),
                    document.is_ok_and(|document| same(model, &document)),
                )
            };
            thread::scope(|scope| {
                let thread = thread::Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, work);
                thread.ok().and_then(|thread| thread.join().ok())
            })
        };
        let deep = read(nested(most)) == Some((true, true));
        let deeper = [most + 1, 100_000 / levels];
        let refused = deeper.map(|turns| read(nested(turns))) == [Some((false, false)); 2];
        self.recursive.count(deep && refused);
        if !deep || !refused {
            self.failed(name, "is not read to the last level and refused beyond");
        }
    }
}

/// What a newer server may send: every field null, and some that nobody knows.
fn newer(fields: &[&str]) -> Value {
    let mut document: Map<String, Value> = fields
        .iter()
        .map(|field| ((*field).to_owned(), Value::Null))
        .collect();
    document.insert("x-new-field".to_owned(), json!({ "a": [1, null] }));
    document.insert("x-new-null".to_owned(), Value::Null);
    Value::Object(document)
}

/// Whether what was read is sent as the document that it was read from. In the forms that calls use as well, which are compiled for
/// every type anyway.
fn same<T: Serialize>(read: Result<T, serde_json::Error>, document: &Value) -> bool {
    is_document(read.and_then(|read| serde_json::to_vec(&read)), document)
}

fn is_document(sent: Result<Vec<u8>, serde_json::Error>, document: &Value) -> bool {
    let sent = sent.and_then(|sent| serde_json::from_slice::<Value>(&sent));
    sent.is_ok_and(|sent| sent == *document)
}
