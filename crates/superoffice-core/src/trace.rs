//! What the outside can observe of a call, through `tracing` and only with the feature of that name: a span per call with operation,
//! method, route, status, attempt and duration, an event per attempt, a warning for slow operations and for repetitions. Never a
//! value of a parameter, a header or a body, and nothing in a span of the caller's own.

use std::future::Future;
use std::time::Duration;

#[cfg(feature = "tracing")]
use crate::error::AuthError;
use crate::error::Error;
use crate::operation::Operation;
use crate::response::Answer;

/// The span of a call.
#[cfg(feature = "tracing")]
#[derive(Clone)]
pub(crate) struct Span(tracing::Span);

#[cfg(not(feature = "tracing"))]
#[derive(Clone)]
pub(crate) struct Span;

#[cfg(feature = "tracing")]
impl Span {
    pub(crate) fn new(operation: Operation) -> Self {
        Self(tracing::info_span!(
            "superoffice.call",
            operation = operation.id,
            http.request.method = operation.verb.as_str(),
            url.template = operation.route,
            http.response.status_code = tracing::field::Empty,
            attempt = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        ))
    }

    /// Runs a call inside it.
    pub(crate) fn around<T>(self, call: impl Future<Output = T>) -> impl Future<Output = T> {
        tracing::Instrument::instrument(call, self.0)
    }
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) fn new(_: Operation) -> Self {
        Self
    }

    pub(crate) fn around<T>(self, call: impl Future<Output = T>) -> impl Future<Output = T> {
        call
    }
}

/// An attempt has been answered, or not. A span that nobody listens to takes nothing.
#[cfg(feature = "tracing")]
pub(crate) fn attempt(
    Span(span): &Span,
    operation: Operation,
    result: &Result<Answer, Error>,
    attempt: u32,
    elapsed: Duration,
) {
    let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    span.record("attempt", attempt)
        .record("duration_ms", duration_ms);
    let status = result
        .as_ref()
        .map_or_else(Error::status, |answer| Some(answer.status()));
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    match result {
        Ok(_) => tracing::debug!("answered"),
        Err(error) => tracing::debug!(error.kind = kind(error), "failed"),
    }
    if let Some(threshold_ms) = operation
        .slow_after_ms
        .filter(|threshold| duration_ms > u64::from(*threshold))
    {
        tracing::warn!(
            operation = operation.id,
            duration_ms,
            threshold_ms,
            "slower than the service wants it to be"
        );
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn attempt(_: &Span, _: Operation, _: &Result<Answer, Error>, _: u32, _: Duration) {}

/// What has failed, without the words of the service, which may be about somebody.
#[cfg(feature = "tracing")]
fn kind(error: &Error) -> String {
    if let Error::Auth(error) = error
        && let AuthError::Unavailable { source, .. } = &**error
    {
        return format!("no credentials: {}", kind(source));
    }
    match error {
        Error::Transport { source, .. } => source.kind().to_string(),
        Error::Timeout { .. } => "timeout".to_owned(),
        Error::BodyTooLarge { .. } => "too large".to_owned(),
        Error::TenantUnresolved { source, .. } => format!("tenant not found: {}", kind(source)),
        other => other
            .status()
            .map_or_else(|| "other".to_owned(), |status| status.to_string()),
    }
}

/// The call is made again.
#[cfg(feature = "tracing")]
pub(crate) fn retry(operation: Operation, error: &Error, attempt: u32, pause: Duration) {
    let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    tracing::warn!(
        attempt,
        pause_ms,
        status = error.status().map(|status| status.as_u16()),
        operation = operation.id,
        error.kind = kind(error),
        "repeated after a failure"
    );
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn retry(_: Operation, _: &Error, _: u32, _: Duration) {}
