//! How fast and how many: an optional number of requests per second, spread evenly, and an optional number of requests on their
//! way at once. Both hold for all clones of a client. Whoever stops waiting gives its turn to the next.

use std::sync::Arc;
use std::time::Duration;

use async_lock::{Semaphore, SemaphoreGuardArc};

use crate::transport::Transport;

/// The limits of a client; none by default.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    rate: Option<Rate>,
    concurrency: Option<Arc<Semaphore>>,
}

#[derive(Debug)]
struct Rate {
    interval: Duration,
    /// When the next request may start, by the transport's clock. Locked by the first of those who wait, until it starts.
    next: async_lock::Mutex<Duration>,
}

impl Limits {
    pub(crate) fn set_rate(&mut self, requests_per_second: u32) {
        let interval = Duration::from_secs(1) / requests_per_second.max(1);
        self.rate = Some(Rate {
            interval,
            next: async_lock::Mutex::new(Duration::ZERO),
        });
    }

    pub(crate) fn set_concurrency(&mut self, requests: usize) {
        self.concurrency = Some(Arc::new(Semaphore::new(requests.max(1))));
    }

    /// Waits until a request may start. It is on its way as long as what this returns is kept.
    pub(crate) async fn enter(&self, transport: &Arc<dyn Transport>) -> Option<SemaphoreGuardArc> {
        let permit = match &self.concurrency {
            Some(semaphore) => Some(semaphore.acquire_arc().await),
            None => None,
        };
        if let Some(rate) = &self.rate {
            rate.enter(transport).await;
        }
        permit
    }
}

impl Rate {
    /// Waits for the next free moment and takes it.
    async fn enter(&self, transport: &Arc<dyn Transport>) {
        let mut next = self.next.lock().await;
        let now = transport.monotonic();
        let start = now.max(*next);
        if start > now {
            transport.sleep(start - now).await;
        }
        *next = start + self.interval;
    }
}
