//! A value that is fetched when it is needed and renewed when it is no longer good: credentials, and the place of a tenant. However
//! many calls need it at once, it is fetched once, and they all get the same value or the same error. A fetch outlives the call that
//! began it, and whoever waits for it waits no longer than for any answer. A fetch that has failed while nobody waited for it is begun anew.
//! What comes of one that was given up as standing still is refused but for those who waited for it.

mod flight;

use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use self::flight::{End, Flight, Waiter};
use crate::auth::Exchange;
use crate::error::Error;
use crate::within::within;

/// A fetch that nothing was heard of for this long, after the time in which each of its requests must have ended, is begun anew.
const STILLNESS: Duration = Duration::from_secs(30);

/// The generation of a value that is not kept: whatever is said of it says nothing about the one that is.
const NOT_KEPT: u64 = u64::MAX;

/// The value and what happened to it. `E` is shared by all calls that waited.
pub(crate) struct Renewable<T, E> {
    state: Mutex<State<T, E>>,
    /// What is waited for, as errors name it.
    what: &'static str,
    /// What it is for a call that it did not come in time.
    late: fn(Error) -> E,
}

struct State<T, E> {
    value: Option<T>,
    /// Counts the values, so that a call can say which one was not good.
    generation: u64,
    /// Whether there may be a better value, which is asked for before this one is used again.
    doubted: bool,
    /// When a value was last refused or doubted, by the transport's clock.
    refused: Option<Duration>,
    flight: Option<Arc<ValueFlight<T, E>>>,
}

impl<T, E> State<T, E> {
    fn may_be_refused(&self, now: Duration, interval: Duration) -> bool {
        let since = |refused| now.saturating_sub(refused);
        self.refused
            .is_none_or(|refused| since(refused) >= interval)
    }
}

/// The value and its generation.
type Found<T, E> = Result<(T, u64), E>;
type ValueFlight<T, E> = Flight<Result<T, E>, Found<T, E>>;

/// How a call comes to the value.
enum Way<T, E> {
    There(T, u64),
    /// By waiting for a fetch, which is new or under way.
    Begin(Arc<ValueFlight<T, E>>),
    Join(Arc<ValueFlight<T, E>>),
}

impl<T, E> Renewable<T, E> {
    pub(crate) fn new(what: &'static str, late: fn(Error) -> E) -> Self {
        let state = State {
            value: None,
            generation: 0,
            doubted: false,
            refused: None,
            flight: None,
        };
        Self {
            state: Mutex::new(state),
            what,
            late,
        }
    }

    /// With a value that is known already.
    pub(crate) fn starting_with(self, value: T) -> Self {
        self.state().value = Some(value);
        self
    }

    /// Nothing can panic while the lock is held, so its value is good even if it is poisoned.
    fn state(&self) -> MutexGuard<'_, State<T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone, E: Clone> Renewable<T, E> {
    /// The value and its generation; fetched unless there is one that is still good.
    ///
    /// Whoever waited for a fetch gets what came of it, be it good or not. One that is not good as soon as it arrives is the best there
    /// is; fetching it again for each call that waited would give no better one.
    pub(crate) async fn get<F>(
        &self,
        exchange: &Exchange,
        good: impl Fn(&T) -> bool,
        fetch: impl Fn() -> F,
    ) -> Found<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        loop {
            let (flight, began) = match self.way(exchange, &good, &fetch) {
                Way::There(value, generation) => return Ok((value, generation)),
                Way::Begin(flight) => (flight, true),
                Way::Join(flight) => (flight, false),
            };
            let mut waiter = Waiter::new(&flight, began);
            // What failed while nobody waited tells nothing about now.
            let land = |fetched: Result<T, E>, is_stale: bool| {
                let is_taken = fetched.is_ok() || !is_stale;
                is_taken.then(|| self.land(&flight, fetched))
            };
            let landing = poll_fn(|context| waiter.poll(context, exchange.monotonic(), land));
            let after = exchange.timeout();
            match within(exchange.transport().sleep(after), landing).await {
                Some(End::Landed(outcome)) => return outcome,
                Some(End::Lost) => self.clear(&flight),
                None => {
                    let operation = self.what;
                    return Err((self.late)(Error::Timeout { operation, after }));
                }
            }
        }
    }

    /// The value of this generation was refused: forgets it, if it is still the current one. Whether there may be a better one: not where
    /// this one has come in the place of another that was refused within this interval.
    pub(crate) fn refuse(&self, generation: u64, now: Duration, interval: Duration) -> bool {
        let mut state = self.state();
        if state.generation != generation || state.value.is_none() {
            return true;
        }
        let may_be = state.may_be_refused(now, interval);
        if may_be {
            state.refused = Some(now);
            state.value = None;
        }
        may_be
    }

    /// The value of this generation may be good no more: it is fetched again before it is used again, but not where it has come in the
    /// place of another that was doubted within this interval. It is [kept](Self::kept) all the same.
    pub(crate) fn doubt(&self, generation: u64, now: Duration, interval: Duration) {
        let mut state = self.state();
        if state.generation == generation && state.may_be_refused(now, interval) {
            state.refused = Some(now);
            state.doubted = true;
        }
    }

    /// The value that was fetched last, and its generation, for whoever can have no better one.
    pub(crate) fn kept(&self) -> Option<(T, u64)> {
        let state = self.state();
        Some((state.value.clone()?, state.generation))
    }

    fn way<F>(
        &self,
        exchange: &Exchange,
        good: impl Fn(&T) -> bool,
        fetch: impl Fn() -> F,
    ) -> Way<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        // Dropped after the lock: a fetch that is given up may run anything then.
        let _given_up;
        let mut state = self.state();
        let is_good = |value: &&T| !state.doubted && good(value);
        if let Some(value) = state.value.as_ref().filter(is_good) {
            return Way::There(value.clone(), state.generation);
        }
        let now = exchange.monotonic();
        let longest = exchange.timeout().saturating_add(STILLNESS);
        if let Some(flight) = &state.flight
            && flight.is_promising(now, longest)
        {
            return Way::Join(Arc::clone(flight));
        }
        let flight = Flight::new(fetch(), now);
        _given_up = state.flight.replace(Arc::clone(&flight));
        Way::Begin(flight)
    }

    /// Keeps what was fetched, unless the fetch was given up before: another has come in its place then, and gives a newer value, or has
    /// given it already. Whoever waited for it has it all the same.
    fn land(&self, flight: &Arc<ValueFlight<T, E>>, fetched: Result<T, E>) -> Found<T, E> {
        let mut state = self.state();
        let current = state.flight.take_if(|current| Arc::ptr_eq(current, flight));
        if current.is_none() {
            return fetched.map(|value| (value, NOT_KEPT));
        }
        state.doubted = false;
        let value = fetched?;
        state.value = Some(value.clone());
        state.generation += 1;
        Ok((value, state.generation))
    }

    /// The flight came to nothing.
    fn clear(&self, flight: &Arc<ValueFlight<T, E>>) {
        let mut state = self.state();
        state.flight.take_if(|current| Arc::ptr_eq(current, flight));
    }
}

impl<T, E> fmt::Debug for Renewable<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewable").finish_non_exhaustive()
    }
}
