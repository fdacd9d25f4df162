//! What a call leaves in the log: operation, route, status, attempt and time; what is slow, what failed and what is repeated.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use superoffice_core::auth::{AuthError, Credential, CredentialSource, Exchange};
use superoffice_core::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice_core::{Body, Client, ClientBuilder, Environment, Error, Operation, RetryPolicy};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::secrets::Log;
use crate::server::{GET, LIST, Line, Scripted};

/// Runs calls of this client, and gives what was traced.
fn traced<T>(client: &Client, call: impl AsyncFnOnce(&Client) -> T) -> (T, String) {
    let log = Log::new();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_writer(log.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let result =
        tracing::subscriber::with_default(subscriber.finish(), || runtime.block_on(call(client)));
    (result, log.text())
}

async fn list(client: &Client) -> Result<Option<i32>, Error> {
    client.request::<Option<i32>>(LIST).await
}

#[test]
fn a_call_and_its_attempts_are_traced() {
    let busy: Line = Ok((503, vec![("retry-after", "7".to_owned())], ""));
    let transport = Scripted::new([busy, Ok((200, Vec::new(), "1"))]);
    let (result, log) = traced(&transport.builder().build().unwrap(), list);
    assert_eq!(result.unwrap(), Some(1));
    let span = "superoffice.call{operation=\"Thing_List\" http.request.method=\"GET\" url.template=\"/api/v1/Thing\"";
    let lines: Vec<&str> = log.lines().map(str::trim).collect();
    assert_eq!(lines.len(), 3, "{log}");
    assert!(lines.iter().all(|line| line.contains(span)), "{log}");
    let table = [
        (
            "DEBUG",
            "failed error.kind=\"503 Service Unavailable\"",
            "attempt=1 duration_ms=0 http.response.status_code=503",
        ),
        (
            "WARN",
            "repeated after a failure attempt=1 pause_ms=7000 status=503",
            "operation=\"Thing_List\" error.kind=\"503 Service Unavailable\"",
        ),
        (
            "DEBUG",
            "answered",
            "attempt=2 duration_ms=0 http.response.status_code=200",
        ),
    ];
    for (line, (level, event, fields)) in lines.iter().zip(table) {
        assert!(line.starts_with(level), "{line}");
        assert!(line.contains(event), "{event} in {line}");
        assert!(line.contains(fields), "{fields} in {line}");
    }
}

#[test]
fn a_failure_is_traced_by_its_kind() {
    let once = |builder: ClientBuilder| builder.retry(RetryPolicy::never()).build().unwrap();
    let scripted = |line: Line| once(Scripted::new([line]).builder());
    let answer = |body| Ok((200, Vec::new(), body));
    let table = [
        (
            scripted(Err(TransportErrorKind::Connect)),
            "no connection could be made",
        ),
        (scripted(Ok((404, Vec::new(), ""))), "404 Not Found"),
        (scripted(Ok((302, Vec::new(), ""))), "302 Found"),
        (
            once(
                Scripted::new([answer("12345")])
                    .builder()
                    .max_response_bytes(4),
            ),
            "too large",
        ),
        (
            once(Clock::client(Duration::MAX).timeout(Duration::from_secs(1))),
            "timeout",
        ),
    ];
    for (client, kind) in table {
        let (result, log) = traced(&client, list);
        assert!(result.is_err(), "{kind}");
        assert!(
            log.contains(&format!("failed error.kind=\"{kind}\"")),
            "{kind} in {log}"
        );
    }
    let bad = once(Scripted::new([Ok((200, vec![], "1"))]).builder());
    let (result, log) = traced(&bad, async |client| client.request::<()>(GET).await);
    assert!(
        result.is_err() && log.is_empty(),
        "what is not sent is not traced: {log}"
    );
}

/// Whoever logs warnings only has no span: the warning itself says which call is made again, and why.
#[test]
fn a_repetition_is_a_warning_that_says_why() {
    let ok: Line = Ok((200, Vec::new(), "1"));
    let busy: Line = Ok((503, Vec::new(), ""));
    let broken: Line = Err(TransportErrorKind::Connect);
    let plain = |line: &Line| Scripted::new([line.clone(), ok.clone()]).builder();
    let tenant = |line: &Line| {
        Client::builder()
            .tenant(Environment::Production, "Cust1")
            .transport(Scripted::new([line.clone()]))
    };
    let credentials = |line: &Line| plain(line).credentials(Asking);
    let table = [
        (plain(&busy), "503 Service Unavailable"),
        (plain(&broken), "no connection could be made"),
        (
            credentials(&busy),
            "no credentials: 503 Service Unavailable",
        ),
        (
            tenant(&broken),
            "tenant not found: no connection could be made",
        ),
    ];
    for (builder, cause) in table {
        let (_, log) = traced(&builder.build().unwrap(), list);
        let warning = format!("operation=\"Thing_List\" error.kind=\"{cause}\"");
        let warns = |line: &str| line.contains("WARN") && line.contains(&warning);
        assert!(log.lines().any(warns), "{cause} in {log}");
    }
}

/// Credentials that some service is asked for.
struct Asking;

impl CredentialSource for Asking {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        Box::pin(async move {
            let request = http::Request::get("https://issuer.example.com")
                .body(bytes::Bytes::new())
                .unwrap();
            let answer = exchange.send("the issuer", request).await;
            let unavailable = |source| AuthError::Unavailable {
                service: "the issuer",
                source: Arc::new(source),
            };
            answer.map_err(unavailable)?;
            Credential::bearer("token")
        })
    }
}

/// Every answer takes this long by a clock that stands still otherwise; the longest never comes.
struct Clock {
    answer: Duration,
    now: Mutex<Duration>,
}

impl Clock {
    fn client(answer: Duration) -> ClientBuilder {
        let now = Mutex::new(Duration::ZERO);
        Client::builder()
            .base_url("https://crm.example.com")
            .transport(Self { answer, now })
    }
}

impl Transport for Clock {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        if self.answer == Duration::MAX {
            return Box::pin(std::future::pending());
        }
        *self.now.lock().unwrap() += self.answer;
        let response = http::Response::new(Body::from("1"));
        Box::pin(std::future::ready(Ok(response)))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        *self.now.lock().unwrap()
    }
}

#[test]
fn a_call_that_is_slower_than_the_service_wants_is_a_warning() {
    const SLOW: Operation = LIST.slow_after_ms(500);
    // The operation, how long it takes, whether that is slow.
    let table = [
        (SLOW, 499, false),
        (SLOW, 500, false),
        (SLOW, 501, true),
        (LIST, 60_000, false),
    ];
    for (operation, milliseconds, is_slow) in table {
        let client = Clock::client(Duration::from_millis(milliseconds))
            .build()
            .unwrap();
        let (result, log) = traced(&client, async |client| {
            client.request::<Option<i32>>(operation).await
        });
        assert_eq!(result.unwrap(), Some(1));
        let warning = format!(
            "slower than the service wants it to be operation=\"Thing_List\" duration_ms={milliseconds} threshold_ms=500"
        );
        assert_eq!(log.contains(&warning), is_slow, "{milliseconds}: {log}");
        assert_eq!(log.contains("WARN"), is_slow, "{milliseconds}: {log}");
        assert!(
            log.contains(&format!("duration_ms={milliseconds}")),
            "{log}"
        );
    }
}

/// What the caller records in a span of its own is the caller's, also where the span of the call is filtered out.
#[test]
fn a_span_of_the_caller_is_left_alone() {
    use tracing::Instrument;
    use tracing::field::Empty;
    for (level, is_filtered) in [("warn", true), ("info", false)] {
        let log = Log::new();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level.parse::<LevelFilter>().unwrap())
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(log.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        tracing::subscriber::with_default(subscriber.finish(), || {
            let span = tracing::error_span!(
                "request_of_a_user",
                http.response.status_code = Empty,
                attempt = Empty,
                duration_ms = Empty
            );
            let transport = Scripted::new([Ok((404, Vec::new(), ""))]);
            let client = transport.builder().build().unwrap();
            let result = runtime.block_on(list(&client).instrument(span.clone()));
            assert!(result.is_err());
            span.record("http.response.status_code", 200);
        });
        let log = log.text();
        let own = log.lines().rfind(|line| line.contains("request_of_a_user"));
        let own = own.unwrap();
        assert!(own.contains("{http.response.status_code=200}: "), "{log}");
        let recorded = "attempt=1 duration_ms=0 http.response.status_code=404";
        assert_eq!(log.contains(recorded), !is_filtered, "{log}");
    }
}
