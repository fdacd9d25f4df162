//! One who waits until it may begin a request: it looks when it is called, when its turn comes, or after a while. Gives a permit, which is
//! kept as long as the request is on its way. Whoever is dropped before leaves the line.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::Gate;
use super::line::{Later, Look};
use crate::transport::{BoxFuture, Transport};

/// Whoever stands so far back that it may not be called for a free place looks for one this often, and takes it if nobody else has begun for
/// as long.
const PATIENCE: Duration = Duration::from_secs(1);

/// One of those who want to begin.
pub(super) struct Turn<'g> {
    gate: &'g Arc<Gate>,
    transport: &'g Arc<dyn Transport>,
    number: u64,
    /// Until when it sleeps.
    sleep: Option<(Duration, BoxFuture<'static, ()>)>,
    /// Until when it has slept: no clock may tell it that it has not.
    slept: Duration,
    /// How many had begun when it was far back, and since when there were no more.
    far_back: Option<(u64, Duration)>,
    /// Whether it has let the others look first.
    after_others: bool,
}

impl<'g> Turn<'g> {
    /// Of one who comes now, or who has this number already.
    pub(super) fn new(
        gate: &'g Arc<Gate>,
        transport: &'g Arc<dyn Transport>,
        number: Option<u64>,
    ) -> Self {
        let number = number.unwrap_or_else(|| gate.line().enter());
        Self {
            gate,
            transport,
            number,
            sleep: None,
            slept: Duration::ZERO,
            far_back: None,
            after_others: false,
        }
    }

    fn look(&mut self, context: &Context<'_>, now: Duration) -> Result<Permit, Later> {
        let is_long_ago = |since: Duration| now.saturating_sub(since) >= PATIENCE;
        let far_back = self.far_back.filter(|(_, since)| is_long_ago(*since));
        let mut look = Look {
            number: self.number,
            waker: Some(context.waker().clone()),
            now,
            begun: far_back.map(|(begun, _)| begun),
            after_others: self.after_others,
        };
        let (later, calls) = self.gate.line().look(&mut look);
        let result = match later {
            None => Ok(Permit {
                gate: Arc::clone(self.gate),
                number: self.number,
            }),
            Some(later) => Err(later),
        };
        calls.make();
        self.after_others = result.as_ref().err() == Some(&Later::AfterOthers);
        if let Err(Later::FarBack(begun)) = result {
            let known = self.far_back.filter(|(known, _)| *known == begun);
            self.far_back = known.or(Some((begun, now)));
        }
        result
    }

    /// Sleeps until then or, if it does that already, until an earlier time; to look again costs little.
    fn sleep(&mut self, end: Duration, now: Duration, context: &mut Context<'_>) -> Poll<()> {
        let transport = self.transport;
        let (end, mut sleep) = self
            .sleep
            .take()
            .filter(|(until, _)| now < *until && *until <= end)
            .unwrap_or_else(|| (end, transport.sleep(end.saturating_sub(now))));
        if sleep.as_mut().poll(context).is_pending() {
            self.sleep = Some((end, sleep));
            return Poll::Pending;
        }
        self.slept = end;
        Poll::Ready(())
    }
}

impl Future for Turn<'_> {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit> {
        loop {
            let now = self.transport.monotonic().max(self.slept);
            match self.look(context, now) {
                Ok(permit) => return Poll::Ready(permit),
                Err(Later::At(turn)) => ready!(self.sleep(turn, now, context)),
                Err(Later::WhenCalled) => {
                    self.sleep = None;
                    return Poll::Pending;
                }
                Err(Later::FarBack(_)) => {
                    ready!(self.sleep(now.saturating_add(PATIENCE), now, context));
                    // Not at once: by a clock that waits for nobody, it would look for ever.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Err(Later::AfterOthers) => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let calls = self.gate.line().leave(self.number);
        calls.make();
    }
}

/// That a request may be on its way, until this is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    gate: Arc<Gate>,
    number: u64,
}

impl Permit {
    /// For a request that does not begin after all. Gives its place in line.
    pub(crate) fn give_back(self) -> u64 {
        self.number
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let calls = self.gate.line().end();
        calls.make();
    }
}
