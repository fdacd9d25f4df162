//! How fast and how many: an optional number of requests per second, spread evenly, and an optional number of requests on their
//! way at once. Both hold for all clones of a client. Whoever stops waiting gives its turn to the next.

use std::sync::Arc;
use std::time::Duration;

use async_lock::{Semaphore, SemaphoreGuardArc};

use self::rate::Rate;
use crate::transport::Transport;

mod rate;

/// The limits of a client; none by default.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    rate: Option<Rate>,
    concurrency: Option<Arc<Semaphore>>,
}

impl Limits {
    pub(crate) fn set_rate(&mut self, requests_per_second: u32) {
        let interval = Duration::from_secs(1) / requests_per_second.max(1);
        self.rate = Some(Rate::new(interval));
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
