//! Where a model came from, as far as that decides whether it may be sent back: read in part, read in translation, or `null` in a list.
//! Takes what a request has asked for while its answer is decoded, and marks the models at the root of the answer; tells which marks
//! are among what is being written. Both are told through the thread, because neither serde nor a model has a place for them.

use std::cell::Cell;

/// Marks of a model, kept in its [`Extra`](crate::Extra).
pub(crate) type Marks = u8;

/// Some properties only were asked for.
pub(crate) const PART: Marks = 1;
/// A language was asked for.
pub(crate) const TRANSLATED: Marks = 2;
/// It stood as `null` in a list.
pub(crate) const NULL: Marks = 4;
/// What must not be written back.
pub(crate) const VIEW: Marks = PART | TRANSLATED;

thread_local! {
    /// For the next model at the root of what is read.
    static READING: Cell<Marks> = const { Cell::new(0) };
    /// Of all models that were written so far.
    static WRITTEN: Cell<Marks> = const { Cell::new(0) };
}

/// Reads with these marks for every model at the root.
pub(crate) fn reading<T>(marks: Marks, read: impl FnOnce() -> T) -> T {
    let _before = Before(&READING, READING.replace(marks));
    read()
}

/// Writes, and tells the marks of what was written.
pub(crate) fn writing<T>(write: impl FnOnce() -> T) -> (T, Marks) {
    let _before = Before(&WRITTEN, WRITTEN.replace(0));
    let written = write();
    (written, WRITTEN.get())
}

/// A model begins: its marks. What it holds has none, until it [ends](leave).
#[inline]
pub(super) fn enter() -> Marks {
    READING.replace(0)
}

/// A model has ended; the next one beside it has the same marks.
#[inline]
pub(super) fn leave(marks: Marks) {
    READING.set(marks);
}

/// A model with these marks is written.
pub(super) fn note(marks: Marks) {
    WRITTEN.set(WRITTEN.get() | marks);
}

/// Restores what was before, also when the work between panics.
struct Before(&'static std::thread::LocalKey<Cell<Marks>>, Marks);

impl Drop for Before {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}
