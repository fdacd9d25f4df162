//! The difference of two JSON values as JSON Patch operations. Objects are compared member by member, arrays of equal length
//! item by item; an array whose length has changed is replaced as a whole, because positions no longer mean the same thing.

use serde_json::{Map, Value};

use super::PatchOperation;

/// Whether values that are about to change are tested first.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Tests {
    Yes,
    No,
}

/// What turns `before` into `after`; all tests come before all changes.
pub(super) fn operations(before: &Value, after: &Value, tests: Tests) -> Vec<PatchOperation> {
    let mut diff = Diff::default();
    diff.value(&mut String::new(), before, after);
    if tests == Tests::No {
        return diff.changes;
    }
    diff.tests.append(&mut diff.changes);
    diff.tests
}

#[derive(Default)]
struct Diff {
    tests: Vec<PatchOperation>,
    changes: Vec<PatchOperation>,
}

impl Diff {
    fn value(&mut self, path: &mut String, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.object(path, before, after),
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                self.items(path, before, after)
            }
            (before, after) if before == after => {}
            (before, after) => {
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

/// Runs with the path of a member, and takes it off again.
fn inside(path: &mut String, key: &str, run: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
    run(path);
    path.truncate(length);
}
