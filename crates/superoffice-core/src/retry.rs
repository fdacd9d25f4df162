//! When a call is made again: after failures that cannot have had an effect, or whose repetition has none, a few times, with
//! growing pauses or as long as the service asks for, and only while the client's budget lasts.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

use crate::error::Error;
use crate::operation::Safety;

/// How often and how patiently a client repeats calls.
///
/// What is repeated may have run the first time, where its answer was lost. For a `DELETE` that means that the last attempt may find
/// nothing any more ([`Error::NotFound`]) because an earlier one has deleted it; where that makes a difference, make the call with
/// [`never`](Self::never) or [`Safety::Unsafe`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Most attempts of one call, the first included; see [`never`](Self::never) for those that are not counted.
    pub max_attempts: u32,
    /// The first pause; the following ones double. Each is shortened by chance, by up to a half.
    pub first_pause: Duration,
    /// The longest of these pauses.
    pub longest_pause: Duration,
    /// The longest pause that the service may ask for with `Retry-After`. If it asks for more, the call fails at once, with an
    /// error that tells the time.
    pub longest_retry_after: Duration,
    /// Whether calls that must not be repeated are repeated after 429 and 503, which say that they were not let in. Off by
    /// default, because something in between may say it about a call that has run.
    pub repeat_rejected: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(20),
            longest_retry_after: Duration::from_secs(60),
            repeat_rejected: false,
        }
    }
}

impl RetryPolicy {
    /// Nothing that may have run is repeated, and nothing that has failed. A call that was not let in for a reason that the client can
    /// remove is made once more all the same, by any policy: with renewed [credentials](crate::ClientBuilder::credentials) after a 401,
    /// and at the new place of its tenant after a 421.
    #[must_use]
    pub fn never() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// Allows this many attempts of one call, the first included.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Begins with this pause.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Pauses no longer than this.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// Waits no longer than this when the service asks to wait.
    #[must_use]
    pub fn longest_retry_after(mut self, pause: Duration) -> Self {
        self.longest_retry_after = pause;
        self
    }

    /// Repeats every call that was rejected with 429 or 503, whatever its safety.
    #[must_use]
    pub fn repeat_rejected(mut self, repeat: bool) -> Self {
        self.repeat_rejected = repeat;
        self
    }

    /// How long to wait before the next attempt, after so many that were repetitions; `None` if there is to be none.
    pub(crate) fn pause(
        &self,
        error: &Error,
        safety: Safety,
        repetitions: u32,
        now: SystemTime,
    ) -> Option<Duration> {
        let attempts = repetitions.saturating_add(1);
        if attempts >= self.max_attempts || !self.may_repeat(error, safety) {
            return None;
        }
        match error.api().and_then(|api| retry_after(api.headers(), now)) {
            Some(asked) if asked > self.longest_retry_after => None,
            Some(asked) if !asked.is_zero() => Some(asked),
            _ => Some(self.backoff(repetitions)),
        }
    }

    fn may_repeat(&self, error: &Error, safety: Safety) -> bool {
        let repeatable = safety != Safety::Unsafe;
        match error {
            Error::Transport { source, .. } if source.is_unsent() => source.is_temporary(),
            Error::Transport { source, .. } => repeatable && source.is_temporary(),
            Error::Timeout { .. } => repeatable,
            // The call itself was not sent yet.
            Error::TenantUnresolved { .. } | Error::Auth(_) => error.is_retryable(),
            Error::RateLimited(_) => repeatable || self.repeat_rejected,
            Error::Api(api) if api.status() == StatusCode::SERVICE_UNAVAILABLE => {
                repeatable || self.repeat_rejected
            }
            Error::Api(api) => repeatable && matches!(api.status().as_u16(), 408 | 502 | 504),
            _ => false,
        }
    }

    fn backoff(&self, repetitions: u32) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(2_u32.saturating_pow(repetitions));
        doubled
            .min(self.longest_pause)
            .mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

/// What `Retry-After` asks for: seconds, or a date in any of HTTP's three forms. A date in the past is no time at all; what cannot
/// be read is no wish.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Keeps a client that meets only failures from doubling its load: every repetition costs, every success gives a little back.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const COST: u32 = 5;

    /// Takes the price of one repetition, unless there is too little left.
    pub(crate) fn take(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(Self::COST)
            })
            .is_ok()
    }

    /// A call has succeeded: gives back what its repetitions have cost, or one.
    pub(crate) fn succeeded(&self, repetitions: u32) {
        let back = repetitions.saturating_mul(Self::COST).max(1);
        let add = |left: u32| Some(left.saturating_add(back).min(Self::FULL));
        // The closure always gives a value, so the update cannot fail.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
    const RFC: u64 = 784_111_777;

    #[test]
    fn retry_after_in_every_form() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(RFC - 100);
        let table: &[(&str, Option<Duration>)] = &[
            ("0", Some(Duration::ZERO)),
            ("1", Some(Duration::from_secs(1))),
            (" 120 ", Some(Duration::from_secs(120))),
            ("007", Some(Duration::from_secs(7))),
            ("86400", Some(Duration::from_secs(86_400))),
            ("99999999999999999999999", Some(Duration::MAX)),
            (
                "Sun, 06 Nov 1994 08:49:37 GMT",
                Some(Duration::from_secs(100)),
            ),
            (
                "Sunday, 06-Nov-94 08:49:37 GMT",
                Some(Duration::from_secs(100)),
            ),
            ("Sun Nov  6 08:49:37 1994", Some(Duration::from_secs(100))),
            ("Sun, 06 Nov 1994 08:47:57 GMT", Some(Duration::ZERO)),
            ("Sat, 01 Jan 1994 00:00:00 GMT", Some(Duration::ZERO)),
            ("", None),
            ("-1", None),
            ("+5", None),
            ("1.5", None),
            ("1e3", None),
            ("5 seconds", None),
            ("soon", None),
            ("Sun, 06 Nov 1994", None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None),
            ("1994-11-06T08:49:37Z", None),
        ];
        for (text, expected) in table {
            let headers =
                HeaderMap::from_iter([(header::RETRY_AFTER, http::HeaderValue::from_static(text))]);
            assert_eq!(retry_after(&headers, now), *expected, "{text:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn pauses_grow_and_stay_within_their_bounds() {
        let policy = RetryPolicy::default();
        for (repetitions, longest) in [
            (0, 250),
            (1, 500),
            (2, 1000),
            (9, 20_000),
            (u32::MAX, 20_000),
        ] {
            for _ in 0..200 {
                let pause = policy.backoff(repetitions).as_millis();
                assert!(
                    (longest / 2..=longest).contains(&pause),
                    "after {repetitions}: {pause} ms"
                );
            }
        }
    }

    #[test]
    fn the_budget_is_spent_and_earned() {
        let budget = Budget::default();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100);
        budget.succeeded(0);
        assert!(!budget.take());
        budget.succeeded(2);
        assert!(budget.take() && budget.take() && !budget.take());
        // No success saves up for more than there was at the start.
        (0..2000).for_each(|_| budget.succeeded(1));
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100);
    }
}
