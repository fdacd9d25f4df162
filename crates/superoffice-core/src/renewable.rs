//! A value that is fetched when it is needed and renewed when it is no longer good: credentials, and the place of a tenant. However
//! many calls need it at once, it is fetched once, and they all get the same value or the same error.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The value and what happened to it. `E` is shared by all calls that waited.
#[derive(Debug)]
pub(crate) struct Renewable<T, E> {
    state: Mutex<State<T, E>>,
    flight: async_lock::Mutex<()>,
}

#[derive(Debug)]
struct State<T, E> {
    value: Option<T>,
    /// Counts the values, so that a call can say which one was not good.
    generation: u64,
    /// Counts the fetches that have ended, good or bad.
    fetches: u64,
    failure: Option<E>,
}

impl<T, E> Default for Renewable<T, E> {
    fn default() -> Self {
        let state = State {
            value: None,
            generation: 0,
            fetches: 0,
            failure: None,
        };
        Self {
            state: Mutex::new(state),
            flight: async_lock::Mutex::new(()),
        }
    }
}

impl<T, E> Renewable<T, E> {
    /// With a value that is known already.
    pub(crate) fn starting_with(value: T) -> Self {
        let new = Self::default();
        new.state().value = Some(value);
        new
    }

    /// Nothing can panic while the lock is held, so its value is good even if it is poisoned.
    fn state(&self) -> MutexGuard<'_, State<T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone, E: Clone> Renewable<T, E> {
    /// The value and its generation; fetched unless there is one that is still good.
    pub(crate) async fn get<F>(
        &self,
        good: impl Fn(&T) -> bool,
        fetch: impl FnOnce() -> F,
    ) -> Result<(T, u64), E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let fetches = self.state().fetches;
        if let Some(found) = self.current(&good) {
            return Ok(found);
        }
        let _flight = self.flight.lock().await;
        if let Some(found) = self.current(&good) {
            return Ok(found);
        }
        if let Some(outcome) = self.outcome_since(fetches) {
            return outcome;
        }
        let fetched = fetch().await;
        self.store(fetched)
    }

    /// Forgets the value of this generation, if it is still the current one.
    pub(crate) fn invalidate(&self, generation: u64) {
        let mut state = self.state();
        if state.generation == generation {
            state.value = None;
        }
    }

    fn current(&self, good: impl Fn(&T) -> bool) -> Option<(T, u64)> {
        let state = self.state();
        let value = state.value.as_ref().filter(|value| good(value))?;
        Some((value.clone(), state.generation))
    }

    /// What came of a fetch that has ended since: an error, or a value, be it good or not. One that is not good as soon as it
    /// arrives is the best there is; fetching it again for each call that waited would give no better one.
    fn outcome_since(&self, fetches: u64) -> Option<Result<(T, u64), E>> {
        let state = self.state();
        if state.fetches == fetches {
            return None;
        }
        let value = || Some(Ok((state.value.clone()?, state.generation)));
        state.failure.clone().map(Err).or_else(value)
    }

    fn store(&self, fetched: Result<T, E>) -> Result<(T, u64), E> {
        let mut state = self.state();
        state.fetches += 1;
        state.failure = fetched.as_ref().err().cloned();
        let value = fetched?;
        state.value = Some(value.clone());
        state.generation += 1;
        Ok((value, state.generation))
    }
}
