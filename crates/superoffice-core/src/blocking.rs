//! Waiting for a call on an ordinary thread. The client is the same; only who drives it differs.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread, ThreadId};

use futures_core::Stream;

thread_local! {
    static WAITING: Cell<bool> = const { Cell::new(false) };
}

/// Runs a future to its end on this thread.
///
/// Inside an asynchronous runtime, await instead: this blocks the runtime's thread. The call still ends, because the default
/// transport drives it elsewhere then.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    let _waiting = Waiting(WAITING.replace(true));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// The thread that drives what is begun on it now, and would stop doing so if it were blocked; `None` where something else drives it.
pub(crate) fn driving_thread() -> Option<Driver> {
    if WAITING.get() {
        return None;
    }
    #[cfg(feature = "default-transport")]
    return crate::transport::runtime_here().map(|alone| Driver {
        thread: thread::current().id(),
        alone,
    });
    #[cfg(not(feature = "default-transport"))]
    None
}

/// Who drives a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Driver {
    thread: ThreadId,
    /// Whether there is no other thread to do it instead.
    alone: bool,
}

impl Driver {
    /// Whether blocking this thread may stop the connection: it is the one that drives it, and either the only one or busy with a task.
    pub(crate) fn is_blocked_here(self) -> bool {
        #[cfg(feature = "default-transport")]
        let in_task = crate::transport::runtime_here().is_some();
        #[cfg(not(feature = "default-transport"))]
        let in_task = false;
        thread::current().id() == self.thread && (self.alone || in_task)
    }
}

/// Whether this thread waits, so that nothing it should drive itself would go on.
#[cfg(feature = "default-transport")]
pub(crate) fn is_waiting() -> bool {
    WAITING.get()
}

/// Restores what was before.
struct Waiting(bool);

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.set(self.0);
    }
}

/// The items of a stream, each waited for on this thread.
pub fn iterate<S: Stream + Unpin>(mut stream: S) -> impl Iterator<Item = S::Item> {
    std::iter::from_fn(move || wait(poll_fn(|context| Pin::new(&mut stream).poll_next(context))))
}

/// Wakes the thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
