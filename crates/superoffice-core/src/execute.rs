//! One call from the first attempt to the last: limits, credentials, place of the tenant, sending, and what is done about each way
//! of failing. Nothing that may have run is sent again unless its operation allows it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{HeaderMap, HeaderName, StatusCode, header};

use crate::address::BaseUrl;
use crate::auth::Headers;
use crate::blob::api_error;
use crate::body::Body;
use crate::client::{Client, PlaceOfService, Shared};
use crate::error::Error;
use crate::limits::Permit;
use crate::operation::{Operation, Safety};
use crate::request::Prepared;
use crate::response::Answer;
use crate::trace::{self, Span};
use crate::transport::TransportErrorKind;
use crate::within::within;

/// What an operation gets of which the service says nothing.
const TIMEOUT: Duration = Duration::from_secs(100);
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(30);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(300);
/// What a body that is a stream gets, since nobody knows how long it is.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(3600);
/// Credentials are looked at again after a wait of this length: a shorter one takes nothing from them, for they are renewed long before they end.
const LONG_WAIT: Duration = Duration::from_secs(1);

impl Client {
    /// Makes a call; the answer has a status of success, or is a 304.
    pub(crate) async fn execute(&self, prepared: Prepared) -> Result<Answer, Error> {
        let deadline = prepared.deadline.or(self.shared().deadline);
        let mut call = Execution::new(self.shared(), prepared, deadline);
        let span = call.span.clone();
        let Some(after) = deadline else {
            return span.around(call.run()).await;
        };
        let timer = self.shared().exchange.transport().sleep(after);
        let result = span.around(within(timer, call.run())).await;
        result.unwrap_or_else(|| Err(call.out_of_time(after)))
    }
}

/// A call under way.
struct Execution<'c> {
    shared: &'c Shared,
    prepared: Prepared,
    span: Span,
    /// How often it was sent.
    attempts: u32,
    /// How many of the attempts were made because one had failed; not those that a renewed credential or a new place has made necessary.
    repetitions: u32,
    /// Whether the body can be sent again.
    repeatable: bool,
    renewed: bool,
    moved: bool,
    /// When the whole call ends, by the transport's clock.
    end: Option<Duration>,
    /// Whether an attempt waits for its turn, as the client's own limits want it, or for what it needs anew after that.
    waits: bool,
    /// What the last attempt failed with.
    failed: Option<Error>,
}

/// What one attempt went by.
struct Circumstances {
    base: Arc<BaseUrl>,
    base_generation: u64,
    headers: Headers,
}

/// How an attempt has failed.
enum Failed {
    /// The call was not let in, as this says, and the reason is removed.
    Recovered(Error),
    With(Error),
}

impl<'c> Execution<'c> {
    fn new(shared: &'c Shared, prepared: Prepared, deadline: Option<Duration>) -> Self {
        let now = || shared.exchange.transport().monotonic();
        let end = deadline.map(|deadline| now().saturating_add(deadline));
        let repeatable = prepared.body.try_clone().is_some();
        Self {
            shared,
            span: Span::new(prepared.operation),
            prepared,
            attempts: 0,
            repetitions: 0,
            repeatable,
            renewed: false,
            moved: false,
            end,
            waits: false,
            failed: None,
        }
    }

    async fn run(&mut self) -> Result<Answer, Error> {
        loop {
            let error = match self.attempt().await {
                Ok(answer) => {
                    self.shared.budget.succeeded(self.repetitions);
                    return Ok(answer);
                }
                Err(Failed::Recovered(error)) => {
                    self.failed = Some(error);
                    continue;
                }
                Err(Failed::With(error)) => error,
            };
            let Some(pause) = self.pause(&error) else {
                return Err(error);
            };
            self.repetitions += 1;
            trace::retry(self.prepared.operation, &error, self.attempts, pause);
            self.failed = Some(error);
            self.shared.exchange.transport().sleep(pause).await;
        }
    }

    /// What a call has failed with whose time ends now. One that waits for its turn has not been sent, or has failed before.
    fn out_of_time(self, after: Duration) -> Error {
        let operation = self.prepared.operation.id;
        match self.failed {
            Some(error) if self.waits => error,
            None if self.waits => Error::NotSent { operation, after },
            _ => Error::Timeout { operation, after },
        }
    }

    async fn attempt(&mut self) -> Result<Answer, Failed> {
        let circumstances = self.shared.circumstances().await;
        let circumstances = circumstances.map_err(Failed::With)?;
        self.waits = true;
        let turn = self.shared.turn(circumstances).await;
        self.waits = false;
        let (mut circumstances, permit) = turn.map_err(Failed::With)?;
        circumstances.headers.yield_to(&self.prepared.headers);
        match self.send(&circumstances, permit).await {
            Ok(answer) => Ok(answer),
            Err(error) if self.recovers(&error, &circumstances) => Err(Failed::Recovered(error)),
            Err(error) => {
                self.shared.learn(&error, &circumstances);
                Err(Failed::With(error))
            }
        }
    }

    /// The attempt itself, within its time.
    async fn send(
        &mut self,
        circumstances: &Circumstances,
        permit: Option<Permit>,
    ) -> Result<Answer, Error> {
        let exchange = &self.shared.exchange;
        let (operation, timeout) = (self.prepared.operation, self.timeout());
        let streams = self.prepared.streams;
        let clock = exchange.transport();
        self.attempts += 1;
        let (attempts, start) = (self.attempts, clock.monotonic());
        let attempt = async {
            let request = self.http_request(circumstances)?;
            let answer = self.shared.answer(operation.id, request, timeout, streams);
            let mut answer = answer.await?;
            answer.attempts = attempts;
            if streams {
                answer.body.permit = permit;
            }
            Ok(answer)
        };
        let result = exchange.in_time(operation.id, timeout, attempt).await;
        let elapsed = clock.monotonic().saturating_sub(start);
        trace::attempt(&self.span, operation, &result, attempts, elapsed);
        let answer = result?;
        circumstances.headers.accepted(exchange.now());
        Ok(answer)
    }

    fn http_request(
        &mut self,
        circumstances: &Circumstances,
    ) -> Result<http::Request<Body>, Error> {
        let mut request = self.prepared.next_http(circumstances.base.as_str())?;
        let credentials = &circumstances.headers.headers;
        // What the call says itself is not replaced.
        for (name, value) in credentials {
            request
                .headers_mut()
                .entry(name)
                .or_insert_with(|| value.clone());
        }
        Ok(request)
    }

    /// Whether the call was not let in for a reason that is known and can be removed, once each: it has certainly not run.
    fn recovers(&mut self, error: &Error, circumstances: &Circumstances) -> bool {
        let removed = match (error.status(), &self.shared.place) {
            (Some(StatusCode::UNAUTHORIZED), _) if !self.renewed => {
                self.renewed = true;
                let now = self.shared.exchange.monotonic();
                let headers = &circumstances.headers;
                self.shared.authentication.refused(headers, now)
            }
            (Some(StatusCode::MISDIRECTED_REQUEST), PlaceOfService::Tenant(tenant))
                if !self.moved =>
            {
                self.moved = true;
                tenant.moved(circumstances.base_generation, &self.shared.exchange);
                true
            }
            _ => false,
        };
        // A body that is gone cannot be sent again; the next call is spared the same refusal all the same.
        removed && self.repeatable
    }

    /// How long to wait before the next attempt; `None` if there is to be none, or if the call ends before.
    fn pause(&self, error: &Error) -> Option<Duration> {
        let Shared {
            retry,
            budget,
            exchange,
            ..
        } = self.shared;
        let Prepared {
            operation,
            headers,
            safety,
            retry: given,
            ..
        } = &self.prepared;
        let retry = given.as_ref().unwrap_or(retry);
        let safety = safety.unwrap_or_else(|| known_safety(*operation, headers));
        let pause = retry.pause(error, safety, self.repetitions, exchange.now())?;
        let start = exchange.transport().monotonic().saturating_add(pause);
        let in_time = self.end.is_none_or(|end| start < end);
        (self.repeatable && in_time && budget.take()).then_some(pause)
    }

    fn timeout(&self) -> Duration {
        let given = self.prepared.timeout.or(self.shared.timeout);
        let default = || {
            if self.repeatable {
                default_timeout(self.prepared.operation)
            } else {
                UPLOAD_TIMEOUT
            }
        };
        given.unwrap_or_else(default)
    }
}

impl Shared {
    /// An answer of success; with its body, unless that is read while it comes, with pauses of this time.
    async fn answer(
        &self,
        operation: &'static str,
        request: http::Request<Body>,
        timeout: Duration,
        streams: bool,
    ) -> Result<Answer, Error> {
        let answer = self
            .exchange
            .answer(operation, request, self.max_response, timeout)
            .await?;
        let mut answer = checked(answer).await?;
        if !streams {
            return answer.buffered().await;
        }
        answer.body.stream(self.max_blob, timeout);
        Ok(answer)
    }

    /// Where no connection could be made, the tenant may be at another place; the next attempt or call asks for it.
    fn learn(&self, error: &Error, circumstances: &Circumstances) {
        use TransportErrorKind::{Connect, Tls};
        if let (Error::Transport { source, .. }, PlaceOfService::Tenant(tenant)) =
            (error, &self.place)
            && matches!(source.kind(), Connect | Tls)
        {
            tenant.unreachable(circumstances.base_generation, &self.exchange);
        }
    }

    /// The wait for a turn of an attempt. What it was to go by may be good no more when the turn has come, and is looked at again then. Where it
    /// has to be fetched, the turn is given back: all whose turns come meanwhile would be sent at once. After that, the next turn is taken
    /// as it comes.
    async fn turn(
        &self,
        circumstances: Circumstances,
    ) -> Result<(Circumstances, Option<Permit>), Error> {
        let (limits, clock) = (&self.limits, self.exchange.transport());
        let start = clock.monotonic();
        let permit = limits.enter(clock, None).await;
        if clock.monotonic().saturating_sub(start) < LONG_WAIT {
            return Ok((circumstances, permit));
        }
        let mut renewed = pin!(self.circumstances());
        let at_once = poll_fn(|context| Poll::Ready(renewed.as_mut().poll(context))).await;
        if let Poll::Ready(circumstances) = at_once {
            return Ok((circumstances?, permit));
        }
        let place = permit.map(Permit::give_back);
        let circumstances = renewed.await?;
        Ok((circumstances, limits.enter(clock, place).await))
    }

    async fn circumstances(&self) -> Result<Circumstances, Error> {
        let exchange = &self.exchange;
        let (base, base_generation) = match &self.place {
            PlaceOfService::Fixed(base) => (Arc::clone(base), 0),
            PlaceOfService::Tenant(tenant) => tenant.base(exchange).await?,
        };
        let headers = self.authentication.headers(exchange).await?;
        Ok(Circumstances {
            base,
            base_generation,
            headers,
        })
    }
}

/// What is known of an operation. A write that depends on what was there before is not the same twice: the second one would find what the
/// first has written, and fail as if somebody else had.
fn known_safety(operation: Operation, headers: &HeaderMap) -> Safety {
    const CONDITIONS: [HeaderName; 3] = [
        header::IF_UNMODIFIED_SINCE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
    ];
    let is_conditional = CONDITIONS.iter().any(|name| headers.contains_key(name));
    match operation.safety {
        Safety::Idempotent if is_conditional => Safety::Unsafe,
        safety => safety,
    }
}

/// Twelve times what the service calls slow, within bounds.
fn default_timeout(operation: Operation) -> Duration {
    let slow = operation
        .slow_after_ms
        .map(|ms| Duration::from_millis(u64::from(ms)));
    slow.map_or(TIMEOUT, |slow| {
        (slow * 12).clamp(SHORTEST_TIMEOUT, LONGEST_TIMEOUT)
    })
}

/// Turns redirects and failures into errors.
pub(crate) async fn checked(answer: Answer) -> Result<Answer, Error> {
    match answer.status() {
        status if status.is_success() || status == StatusCode::NOT_MODIFIED => Ok(answer),
        status if status.is_redirection() => Err(redirect(&answer)),
        _ => Err(api_error(answer).await.into()),
    }
}

fn redirect(answer: &Answer) -> Error {
    let location = answer
        .headers()
        .get(header::LOCATION)
        .and_then(|location| location.to_str().ok());
    // A query may hold a code or a token.
    let shown = location
        .unwrap_or_default()
        .split(['?', '#'])
        .next()
        .unwrap_or_default();
    Error::Redirect {
        operation: answer.occasion.operation,
        status: answer.status(),
        location: answer
            .occasion
            .secrets
            .mask(shown)
            .chars()
            .take(200)
            .collect(),
    }
}
