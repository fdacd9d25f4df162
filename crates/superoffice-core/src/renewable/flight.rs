//! A fetch under way. It belongs to none of those who wait for it, and each of them moves it on: it does not stand still because one of
//! them is kept without being polled, and it does not end because one of them is dropped. Takes the fetch; gives what came of it to all.
//! A fetch that panics is lost: the panic goes to whoever began it, and the others are told. So is one that is driven by a runtime in
//! which nobody waits for it any more, for those who are elsewhere; and one of which something has come while nobody waited, if that is
//! refused.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use crate::transport::Home;

/// What comes of a flight that nobody has moved on for so long may have come long ago.
const STALE: Duration = Duration::from_secs(1);

type Fetch<F> = Pin<Box<dyn Future<Output = F> + Send>>;

/// A fetch that gives an `F`, of which an `O` is made for all who wait.
pub(super) struct Flight<F, O> {
    home: Home,
    state: Mutex<State<F, O>>,
    bell: Arc<Bell>,
}

struct State<F, O> {
    phase: Phase<F, O>,
    /// When it was last moved on, by the transport's clock.
    moved: Duration,
    /// How many wait for it where it is driven. Without them that may happen no more, and others cannot tell.
    natives: usize,
    /// Whether they had all left it, and nobody has looked at it since.
    is_abandoned: bool,
}

enum Phase<F, O> {
    Resting(Fetch<F>),
    /// Somebody moves it on just now.
    Moving,
    Landed(O),
    Lost,
}

/// How a flight has ended.
pub(super) enum End<O> {
    Landed(O),
    /// It has panicked, or nobody is left where it is driven, or what has come of it is refused.
    Lost,
}

impl<F, O> Flight<F, O> {
    pub(super) fn new(fetch: impl Future<Output = F> + Send + 'static, now: Duration) -> Arc<Self> {
        let state = State {
            phase: Phase::Resting(Box::pin(fetch)),
            moved: now,
            natives: 1,
            is_abandoned: false,
        };
        Arc::new(Self {
            home: Home::here(),
            state: Mutex::new(state),
            bell: Arc::default(),
        })
    }

    /// Whether it is any use to wait for it here. Where nothing has happened to it for so long, nothing will.
    pub(super) fn is_promising(&self, now: Duration, longest: Duration) -> bool {
        let state = self.state();
        let still = now.saturating_sub(state.moved);
        still < longest && (self.is_native() || state.natives > 0)
    }

    /// Whether it is driven by what drives the caller.
    fn is_native(&self) -> bool {
        self.home.is_everywhere() || self.home == Home::here()
    }

    /// Nothing can panic while the lock is held, so its value is good even if it is poisoned.
    fn state(&self) -> MutexGuard<'_, State<F, O>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who wait.
pub(super) struct Waiter<'f, F, O> {
    flight: &'f Flight<F, O>,
    number: u64,
    /// Whether it has begun the flight.
    began: bool,
    /// Whether it has looked at it before, or has begun it.
    has_looked: bool,
    is_native: bool,
}

impl<'f, F, O: Clone> Waiter<'f, F, O> {
    pub(super) fn new(flight: &'f Flight<F, O>, began: bool) -> Self {
        let (number, is_native) = (flight.bell.enter(), flight.is_native());
        // Whoever has begun it was counted then.
        flight.state().natives += usize::from(is_native && !began);
        Self {
            flight,
            number,
            began,
            has_looked: began,
            is_native,
        }
    }

    /// Moves the flight on, if it can be and nobody else does it. Whoever sees it land calls `land`, before the others hear of it; with
    /// whether it may have landed before this one came, unseen. Where that gives nothing, the flight is lost.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        now: Duration,
        land: impl FnOnce(F, bool) -> Option<O>,
    ) -> Poll<End<O>> {
        let bell = &self.flight.bell;
        // First, so that nothing that happens from here on is missed.
        bell.listen(self.number, context.waker());
        let (mut fetch, is_stale) = match self.take(now) {
            Ok(taken) => taken,
            Err(seen) => return seen,
        };
        let waker = Waker::from(Arc::clone(bell));
        let poll = || fetch.as_mut().poll(&mut Context::from_waker(&waker));
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => {
                self.flight.state().phase = Phase::Resting(fetch);
                // Whoever was woken meanwhile has found it moving.
                if bell.is_rung() {
                    bell.wake_all();
                }
                Poll::Pending
            }
            Ok(Poll::Ready(fetched)) => {
                drop(fetch);
                let Some(outcome) = land(fetched, is_stale) else {
                    self.end(Phase::Lost);
                    return Poll::Ready(End::Lost);
                };
                self.end(Phase::Landed(outcome.clone()));
                Poll::Ready(End::Landed(outcome))
            }
            Err(panic) => {
                drop(fetch);
                self.end(Phase::Lost);
                if self.began {
                    resume_unwind(panic);
                }
                // It was another's fetch, and may have panicked for being moved on from here; this one begins its own.
                Poll::Ready(End::Lost)
            }
        }
    }

    /// Takes the fetch to move it on, with whether it may have something to give for long; or tells how things stand where there is
    /// nothing to do.
    fn take(&mut self, now: Duration) -> Result<(Fetch<F>, bool), Poll<End<O>>> {
        let mut state = self.flight.state();
        let is_left = !self.is_native && state.natives == 0;
        let is_first = !std::mem::replace(&mut self.has_looked, true);
        let was_abandoned = !is_left && std::mem::take(&mut state.is_abandoned);
        match std::mem::replace(&mut state.phase, Phase::Moving) {
            Phase::Resting(fetch) if !is_left && self.flight.bell.answer() => {
                let still = now.saturating_sub(std::mem::replace(&mut state.moved, now));
                return Ok((fetch, is_first && (was_abandoned || still >= STALE)));
            }
            other => state.phase = other,
        }
        Err(match &state.phase {
            Phase::Landed(outcome) => Poll::Ready(End::Landed(outcome.clone())),
            Phase::Resting(_) | Phase::Moving if !is_left => Poll::Pending,
            Phase::Resting(_) | Phase::Moving | Phase::Lost => Poll::Ready(End::Lost),
        })
    }

    fn end(&self, phase: Phase<F, O>) {
        self.flight.state().phase = phase;
        self.flight.bell.wake_all();
    }
}

impl<F, O> Drop for Waiter<'_, F, O> {
    fn drop(&mut self) {
        self.flight.bell.leave(self.number);
        let is_last = {
            let mut state = self.flight.state();
            state.natives -= usize::from(self.is_native);
            let is_last = self.is_native && state.natives == 0;
            state.is_abandoned |= is_last;
            is_last
        };
        if is_last {
            self.flight.bell.wake_all();
        }
    }
}

/// What the fetch wakes: all who wait, because any of them may have stopped looking.
struct Bell(Mutex<Listeners>);

struct Listeners {
    /// Whether the fetch has something to do; at first it has.
    rung: bool,
    entered: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Default for Bell {
    fn default() -> Self {
        Self(Mutex::new(Listeners {
            rung: true,
            entered: 0,
            wakers: BTreeMap::new(),
        }))
    }
}

impl Bell {
    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) -> u64 {
        let mut listeners = self.listeners();
        listeners.entered += 1;
        listeners.entered
    }

    // Wakers are dropped and woken outside of the lock: both may run anything.

    fn listen(&self, number: u64, waker: &Waker) {
        let replaced = self.listeners().wakers.insert(number, waker.clone());
        drop(replaced);
    }

    fn leave(&self, number: u64) {
        let removed = self.listeners().wakers.remove(&number);
        drop(removed);
    }

    fn is_rung(&self) -> bool {
        self.listeners().rung
    }

    /// Whether it was rung since somebody answered last.
    fn answer(&self) -> bool {
        std::mem::take(&mut self.listeners().rung)
    }

    fn ring(&self) {
        self.listeners().rung = true;
        self.wake_all();
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut self.listeners().wakers);
        wakers.into_values().for_each(Waker::wake);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}
