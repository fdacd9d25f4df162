//! A number of requests per second, spread evenly. Those who want to start stand in line; each knows from its place when its turn is, and
//! sleeps until then by itself. Whoever leaves makes room for those behind. Whoever is not there when its turn comes (a call that is kept
//! without being polled) holds nobody up, and stands in line again when it is.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::transport::{BoxFuture, Transport};

#[derive(Debug)]
pub(super) struct Rate {
    interval: Duration,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    /// When the next request may start, by the transport's clock.
    next: Duration,
    /// In the order in which they came.
    waiting: VecDeque<Place>,
    entered: u64,
}

#[derive(Debug)]
struct Place {
    number: u64,
    waker: Waker,
}

impl Rate {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            line: Mutex::default(),
        }
    }

    /// Ends when the next request may start.
    pub(super) fn enter<'r>(&'r self, transport: &'r Arc<dyn Transport>) -> Turn<'r> {
        let mut line = self.line();
        line.entered += 1;
        Turn {
            rate: self,
            transport,
            number: line.entered,
            sleep: None,
            slept: Duration::ZERO,
        }
    }

    /// Nothing can panic while the lock is held, so its value is good even if it is poisoned.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who want to start.
pub(super) struct Turn<'r> {
    rate: &'r Rate,
    transport: &'r Arc<dyn Transport>,
    number: u64,
    /// Until when it sleeps.
    sleep: Option<(Duration, BoxFuture<'static, ()>)>,
    /// Until when it has slept: no clock may tell it that it has not.
    slept: Duration,
}

impl Future for Turn<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let now = self.transport.monotonic().max(self.slept);
            let interval = self.rate.interval;
            let standing = Place {
                number: self.number,
                waker: context.waker().clone(),
            };
            // What has left the line is dropped outside of the lock, for it may run anything.
            let (start, left) = self.rate.line().start(standing, now, interval);
            drop(left);
            let Some(start) = start else {
                return Poll::Ready(());
            };
            let transport = self.transport;
            let (until, sleep) = self
                .sleep
                .take_if(|(until, _)| *until == start)
                .unwrap_or_else(|| (start, transport.sleep(start.saturating_sub(now))));
            let (until, sleep) = self.sleep.insert((until, sleep));
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.slept = *until;
            self.sleep = None;
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let (left, behind) = self.rate.line().leave(self.number);
        drop(left);
        behind.into_iter().for_each(Waker::wake);
    }
}

impl Line {
    /// When this request may start, `None` if it starts now; and who stands in line no more.
    fn start(
        &mut self,
        standing: Place,
        now: Duration,
        interval: Duration,
    ) -> (Option<Duration>, Vec<Place>) {
        if self.waiting.is_empty() {
            self.next = self.next.max(now);
        }
        let (place, is_there) = self.place(standing.number);
        let before = u32::try_from(place).unwrap_or(u32::MAX);
        let start = self.next.saturating_add(interval.saturating_mul(before));
        let end = place + usize::from(is_there);
        if now < start {
            let replaced = self.waiting.drain(place..end).collect();
            self.waiting.insert(place, standing);
            return (Some(start), replaced);
        }
        // That a timer is late delays nobody else; after a standstill, nothing is made up for.
        let is_late = now.saturating_sub(self.next) > interval;
        let begun = if is_late { now } else { self.next };
        self.next = begun.saturating_add(interval);
        // Whoever stands before it has missed its turn.
        (None, self.waiting.drain(..end).collect())
    }

    /// Gives up a place; and who stands behind it, to be woken.
    fn leave(&mut self, number: u64) -> (Option<Place>, Vec<Waker>) {
        let (place, is_there) = self.place(number);
        if !is_there {
            return (None, Vec::new());
        }
        let left = self.waiting.remove(place);
        let behind = self.waiting.iter().skip(place);
        (left, behind.map(|place| place.waker.clone()).collect())
    }

    /// How many stand before this number, and whether it stands in line itself.
    fn place(&self, number: u64) -> (usize, bool) {
        let place = self
            .waiting
            .partition_point(|standing| standing.number < number);
        let standing = self.waiting.get(place);
        (
            place,
            standing.is_some_and(|standing| standing.number == number),
        )
    }
}
