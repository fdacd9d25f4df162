//! Where the network is driven: in the tokio runtime the caller is in, or, for callers in none, in one on a thread of its own that
//! is started when it is first needed and lives as long as the process. Refuses runtimes without timers or sockets, by an error.

use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Id};
use tokio::task::JoinHandle;

use crate::transport::BoxFuture;

/// Who drives what is begun here: a runtime, or, where there is none, the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Home(Option<Id>);

impl Home {
    pub(crate) fn here() -> Self {
        Self(here().map(|runtime| runtime.id()))
    }

    /// Whether it is driven wherever those are who wait for it. A runtime may be stopped, or left alone.
    pub(crate) fn is_everywhere(self) -> bool {
        self.0.is_none()
    }
}

/// The caller's own runtime, if that drives the network.
fn here() -> Option<Handle> {
    #[cfg(feature = "blocking")]
    if crate::blocking::is_waiting() {
        return None;
    }
    Handle::try_current().ok()
}

/// Whether the runtime that the caller is in has this thread only; `None` where the caller is in none.
#[cfg(feature = "blocking")]
pub(crate) fn caller() -> Option<bool> {
    let handle = Handle::try_current().ok()?;
    Some(handle.runtime_flavor() == tokio::runtime::RuntimeFlavor::CurrentThread)
}

/// What drives the work of one request.
pub(super) enum Driver {
    Here(Handle),
    Thread(Handle),
}

impl Driver {
    /// The caller's own runtime, or the thread.
    pub(super) fn find() -> io::Result<Self> {
        match here() {
            Some(runtime) => Ok(Self::Here(runtime)),
            None => thread().map(Self::Thread),
        }
    }

    pub(super) fn id(&self) -> Id {
        let (Self::Here(runtime) | Self::Thread(runtime)) = self;
        runtime.id()
    }

    /// Runs this. Dropping it stops the work.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> io::Result<T> {
        match self {
            Self::Here(runtime) => {
                let work = Box::pin(work);
                Ok(Within { runtime, work }.await)
            }
            Self::Thread(runtime) => Task(runtime.spawn(work)).await,
        }
    }
}

/// Ends after this time. Where no thread can be started, or the runtime has no timers, it never ends; the request itself reports that.
pub(super) fn sleep(duration: Duration) -> BoxFuture<'static, ()> {
    // Created by the driver, because a timer belongs to the runtime it is made in.
    let sleep = async move {
        if let Ok(sleep) = guarded(|| tokio::time::sleep(duration)) {
            sleep.await;
        } else {
            std::future::pending().await
        }
    };
    Box::pin(async move {
        let ended = match Driver::find() {
            Ok(driver) => driver.run(sleep).await.is_ok(),
            Err(_) => false,
        };
        if !ended {
            std::future::pending::<()>().await;
        }
    })
}

/// Does what needs timers or sockets of the runtime. One that was built without them panics, and cannot be asked before.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Unequipped> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let words = panic
            .downcast_ref::<&str>()
            .map(|words| (*words).to_owned());
        let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
        Unequipped(words.unwrap_or_default())
    })
}

/// The runtime has no timers or no sockets; in its own words.
#[derive(Debug, thiserror::Error)]
#[error("the runtime is not equipped for it: {0}")]
pub(super) struct Unequipped(String);

/// Work that stays in the runtime it was begun in, whoever polls it: credentials are fetched by all calls that wait for them, and one
/// of these may be in another runtime, or in none.
struct Within<T> {
    runtime: Handle,
    work: BoxFuture<'static, T>,
}

impl<T> Future for Within<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let runtime = self.runtime.clone();
        let _entered = runtime.enter();
        self.work.as_mut().poll(context)
    }
}

/// A task that ends with whoever waits for it.
struct Task<T>(JoinHandle<T>);

impl<T> Future for Task<T> {
    type Output = io::Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map_err(io::Error::other)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The runtime of the thread.
fn thread() -> io::Result<Handle> {
    static THREAD: OnceLock<Result<Handle, io::ErrorKind>> = OnceLock::new();
    let started = THREAD.get_or_init(|| start().map_err(|error| error.kind()));
    started.clone().map_err(io::Error::from)
}

fn start() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let drive = move || runtime.block_on(std::future::pending::<()>());
    std::thread::Builder::new()
        .name("superoffice-network".to_owned())
        .spawn(drive)?;
    Ok(handle)
}
