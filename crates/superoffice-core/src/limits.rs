//! How fast and how many: an optional number of requests per second, spread evenly, and an optional number of requests on their
//! way at once. Both hold for all clones of a client. Whoever waits holds nothing: no place before its turn comes, and no turn that it is
//! not there to take.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::line::Line;
use self::turn::Turn;
use crate::transport::Transport;

mod line;
mod turn;

pub(crate) use self::turn::Permit;

/// The limits of a client; none by default.
#[derive(Debug, Default)]
pub(crate) struct Limits(Option<Arc<Gate>>);

/// Where the requests of a client wait and begin.
#[derive(Debug, Default)]
struct Gate(Mutex<Line>);

impl Limits {
    pub(crate) fn set_rate(&mut self, requests_per_second: u32) {
        self.gate().line().limit_rate(requests_per_second.max(1));
    }

    pub(crate) fn set_concurrency(&mut self, requests: usize) {
        self.gate().line().limit_places(requests.max(1));
    }

    fn gate(&mut self) -> &Gate {
        self.0.get_or_insert_default()
    }

    /// Waits until a request may begin: at its old place in line, where it has given back a permit. It is on its way as long as what this
    /// returns is kept.
    pub(crate) async fn enter(
        &self,
        transport: &Arc<dyn Transport>,
        place: Option<u64>,
    ) -> Option<Permit> {
        let gate = self.0.as_ref()?;
        Some(Turn::new(gate, transport, place).await)
    }
}

impl Gate {
    /// Nothing can panic while the lock is held, so its value is good even if it is poisoned.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
