//! What the tenant keeps: entities by kind and key, and bytes by path. It takes and returns plain JSON and bytes, gives new
//! entities the next key and every change a later time, and refuses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

/// The tenant's memory.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: BTreeMap<usize, Table>,
    blobs: BTreeMap<String, Blob>,
}

/// The entities of one kind.
#[derive(Debug, Default)]
struct Table {
    last: i64,
    rows: BTreeMap<i64, Row>,
    deleted: BTreeSet<i64>,
}

/// An entity.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) value: Value,
    /// When it was saved last, in whole seconds.
    pub(crate) changed: Timestamp,
}

/// Uploaded bytes.
#[derive(Debug, Clone)]
pub(crate) struct Blob {
    pub(crate) bytes: Bytes,
    pub(crate) media: String,
}

impl Store {
    /// The key that the next new entity of `kind` gets; the last one again where there is none after it.
    pub(crate) fn next_key(&self, kind: usize) -> i64 {
        let last = self.tables.get(&kind).map_or(0, |table| table.last);
        last.saturating_add(1)
    }

    /// Keeps `value` under `key`. The time of the change is later than that of the change before, by a second at least,
    /// because the conditional headers know whole seconds only.
    pub(crate) fn save(
        &mut self,
        kind: usize,
        key: i64,
        mut value: Value,
        stamp: impl Fn(&mut Value, Timestamp, bool),
    ) -> Row {
        let table = self.tables.entry(kind).or_default();
        let before = table.rows.get(&key).map(|row| row.changed);
        let changed = later(before);
        stamp(&mut value, changed, before.is_none());
        table.last = table.last.max(key);
        table.deleted.remove(&key);
        let row = Row { value, changed };
        table.rows.insert(key, row.clone());
        row
    }

    pub(crate) fn row(&self, kind: usize, key: i64) -> Option<&Row> {
        self.tables.get(&kind)?.rows.get(&key)
    }

    /// Whether entities of `kind` were saved or deleted before.
    pub(crate) fn is_touched(&self, kind: usize) -> bool {
        self.tables.contains_key(&kind)
    }

    /// Deletes an entity; returns whether there was one.
    pub(crate) fn delete(&mut self, kind: usize, key: i64) -> bool {
        let table = self.tables.entry(kind).or_default();
        table.deleted.insert(key);
        table.rows.remove(&key).is_some()
    }

    pub(crate) fn was_deleted(&self, kind: usize, key: i64) -> bool {
        self.tables
            .get(&kind)
            .is_some_and(|table| table.deleted.contains(&key))
    }

    /// All entities of a kind, by key.
    pub(crate) fn rows(&self, kind: usize) -> impl Iterator<Item = &Value> {
        let table = self.tables.get(&kind);
        table
            .into_iter()
            .flat_map(|table| table.rows.values().map(|row| &row.value))
    }

    pub(crate) fn blob(&self, path: &str) -> Option<&Blob> {
        self.blobs.get(path)
    }

    pub(crate) fn put_blob(&mut self, path: String, blob: Blob) {
        self.blobs.insert(path, blob);
    }

    pub(crate) fn delete_blob(&mut self, path: &str) {
        self.blobs.remove(path);
    }
}

fn later(before: Option<Timestamp>) -> Timestamp {
    let second = |time: Timestamp| Timestamp::from_second(time.as_second()).unwrap_or(time);
    let now = second(Timestamp::now());
    match before.map(|before| before.saturating_add(Duration::from_secs(1))) {
        Some(Ok(next)) => now.max(next),
        _ => now,
    }
}
