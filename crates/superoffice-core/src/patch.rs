//! Changes to an entity: a JSON Patch (RFC 6902: `add`, `remove`, `replace`, `test`; the service knows no `move` and `copy`) or
//! a JSON Merge Patch (RFC 7396). Built by hand, or as the difference of two values.

use serde::{Serialize, Serializer};
use serde_json::Value;

use self::diff::{Diff, Tests};
use crate::finite::Finite;
use crate::model::origin;

mod diff;

/// A patch document.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Patch {
    /// A JSON Patch: steps that are taken one after the other, all or none.
    Operations(Vec<PatchOperation>),
    /// A JSON Merge Patch: `null` removes a member, an array replaces an array, and an object that meets an array is appended
    /// to it (so the service).
    Merge(Value),
}

/// One step of a JSON Patch. The service reads names in a path without regard to case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
#[non_exhaustive]
pub enum PatchOperation {
    /// Adds a member to an object, or an item to an array.
    #[non_exhaustive]
    Add {
        /// JSON pointer (`/Interests/-`).
        path: String,
        /// The new value.
        value: Value,
    },
    /// Removes a value.
    #[non_exhaustive]
    Remove {
        /// JSON pointer.
        path: String,
    },
    /// Replaces a value.
    #[non_exhaustive]
    Replace {
        /// JSON pointer.
        path: String,
        /// The new value.
        value: Value,
    },
    /// Fails the whole patch with [`Error::Conflict`](crate::Error::Conflict) unless the value is this.
    #[non_exhaustive]
    Test {
        /// JSON pointer.
        path: String,
        /// The value that is expected.
        value: Value,
    },
}

impl PatchOperation {
    /// Adds a member to an object, or an item to an array.
    #[must_use]
    pub fn add(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Add {
            path: path.into(),
            value: value.into(),
        }
    }

    /// Removes a value.
    #[must_use]
    pub fn remove(path: impl Into<String>) -> Self {
        Self::Remove { path: path.into() }
    }

    /// Replaces a value.
    #[must_use]
    pub fn replace(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Replace {
            path: path.into(),
            value: value.into(),
        }
    }

    /// Fails the whole patch unless the value is this.
    #[must_use]
    pub fn test(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Test {
            path: path.into(),
            value: value.into(),
        }
    }
}

impl Patch {
    /// A JSON Merge Patch.
    #[must_use]
    pub fn merge(changes: impl Into<Value>) -> Self {
        Self::Merge(changes.into())
    }

    /// What turns `before` into `after`, as a JSON Patch. Empty if they are equal.
    ///
    /// # Errors
    /// If one of them cannot be written as JSON, as a NaN and an infinity cannot, or `after` was read in part or in translation and either
    /// `before` was not or an array of texts or objects has another length or order: the patch would empty what was not asked for, or write
    /// the translation.
    pub fn diff<T: Serialize + ?Sized>(before: &T, after: &T) -> Result<Self, serde_json::Error> {
        Self::difference(before, after, Tests::No)
    }

    /// As [`diff`](Self::diff), with a `test` for every existing value that changes: the service refuses the patch with
    /// [`Error::Conflict`](crate::Error::Conflict) if somebody else has changed one of these values since `before`.
    ///
    /// # Errors
    /// As [`diff`](Self::diff).
    pub fn diff_with_tests<T: Serialize + ?Sized>(
        before: &T,
        after: &T,
    ) -> Result<Self, serde_json::Error> {
        Self::difference(before, after, Tests::Yes)
    }

    fn difference<T: Serialize + ?Sized>(
        before: &T,
        after: &T,
        tests: Tests,
    ) -> Result<Self, serde_json::Error> {
        let (before, known) = origin::writing(|| serde_json::to_value(Finite(before)));
        let (after, marks) = origin::writing(|| serde_json::to_value(Finite(after)));
        if marks & origin::VIEW & !known != 0 {
            return Err(serde::ser::Error::custom(
                "the later value was read in part or in translation and the earlier was not; read both in the same way",
            ));
        }
        let diff = Diff::between(&before?, &after?);
        if marks & diff.rewritten() != 0 {
            return Err(serde::ser::Error::custom(
                "an array of what was read in part or in translation has another length or order, and its items would be written back; \
                 read it whole and without a language, or say by hand what changes",
            ));
        }
        Ok(Self::Operations(diff.operations(tests)))
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Operations(operations) => operations.is_empty(),
            Self::Merge(changes) => changes.as_object().is_some_and(serde_json::Map::is_empty),
        }
    }

    /// The media type of its kind.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Operations(_) => "application/json-patch+json",
            Self::Merge(_) => "application/merge-patch+json",
        }
    }
}

impl<const N: usize> From<[PatchOperation; N]> for Patch {
    fn from(operations: [PatchOperation; N]) -> Self {
        operations.into_iter().collect()
    }
}

impl FromIterator<PatchOperation> for Patch {
    fn from_iter<I: IntoIterator<Item = PatchOperation>>(operations: I) -> Self {
        Self::Operations(operations.into_iter().collect())
    }
}

impl Serialize for Patch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Operations(operations) => operations.serialize(serializer),
            Self::Merge(changes) => changes.serialize(serializer),
        }
    }
}
