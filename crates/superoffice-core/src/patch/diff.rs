//! The difference of two JSON values as JSON Patch operations. Objects are compared member by member, arrays of equal length
//! item by item; an array whose length has changed is replaced as a whole, because positions no longer mean the same thing.

use serde_json::{Map, Value};

use super::PatchOperation;
use crate::model::origin::{self, Marks};

/// Whether values that are about to change are tested first.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Tests {
    Yes,
    No,
}

/// How two values differ.
#[derive(Default)]
pub(super) struct Diff {
    tests: Vec<PatchOperation>,
    changes: Vec<PatchOperation>,
    rewritten: Marks,
}

impl Diff {
    pub(super) fn between(before: &Value, after: &Value) -> Self {
        let mut diff = Self::default();
        diff.value(&mut String::new(), before, after);
        diff
    }

    /// Marks of a model that must not be on the later value: arrays that are replaced as a whole, and items that have moved, write back what
    /// nobody has changed.
    pub(super) fn rewritten(&self) -> Marks {
        self.rewritten
    }

    /// What turns the earlier value into the later; all tests come before all changes.
    pub(super) fn operations(mut self, tests: Tests) -> Vec<PatchOperation> {
        if tests == Tests::No {
            return self.changes;
        }
        self.tests.append(&mut self.changes);
        self.tests
    }

    fn value(&mut self, path: &mut String, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.object(path, before, after),
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                self.items(path, before, after)
            }
            (before, after) if before == after => {}
            (before, after) => {
                self.rewritten |= written_back(before, after);
                self.test(path, before);
                self.changes.push(PatchOperation::Replace {
                    path: path.clone(),
                    value: after.clone(),
                });
            }
        }
    }

    fn object(
        &mut self,
        path: &mut String,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        for (key, old) in before {
            inside(path, key, |path| match after.get(key) {
                Some(new) => self.value(path, old, new),
                None => {
                    self.test(path, old);
                    self.changes
                        .push(PatchOperation::Remove { path: path.clone() });
                }
            });
        }
        for (key, new) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            inside(path, key, |path| {
                self.changes.push(PatchOperation::Add {
                    path: path.clone(),
                    value: new.clone(),
                });
            });
        }
    }

    fn items(&mut self, path: &mut String, before: &[Value], after: &[Value]) {
        for (index, (old, new)) in before.iter().zip(after).enumerate() {
            if old != new && before.contains(new) {
                // It stood at another place.
                self.rewritten |= marks_of(new);
            }
            inside(path, &index.to_string(), |path| self.value(path, old, new));
        }
    }

    fn test(&mut self, path: &str, value: &Value) {
        self.tests.push(PatchOperation::Test {
            path: path.to_owned(),
            value: value.clone(),
        });
    }
}

/// What the items of an array may have in them that has another length now.
fn written_back(before: &Value, after: &Value) -> Marks {
    let (Value::Array(before), Value::Array(after)) = (before, after) else {
        return 0;
    };
    let marks = after.iter().map(marks_of);
    let marks = marks.fold(0, |all, marks| all | marks);
    if before.is_empty() { 0 } else { marks }
}

/// What a value may have in it: a text a translation, and an object also the rest of what was read in part.
fn marks_of(value: &Value) -> Marks {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(_) => origin::TRANSLATED,
        Value::Array(_) | Value::Object(_) => origin::VIEW,
    }
}

/// Runs with the path of a member, and takes it off again.
fn inside(path: &mut String, key: &str, run: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
    run(path);
    path.truncate(length);
}
