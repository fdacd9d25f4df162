//! When a call is made again, how often, and after which pause.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use superoffice_core::auth::{AuthError, Credential, CredentialSource, Exchange};
use superoffice_core::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice_core::{
    Body, Client, ClientBuilder, Environment, Error, Operation, RetryPolicy, Safety,
};

use crate::server::{DELETE, GET, LIST, Line, POST, PUT, Reply, Scripted, Server, json, response};

pub(crate) const OK: Line = Ok((200, Vec::new(), "1"));

pub(crate) fn rejected(status: u16, retry_after: Option<&str>) -> Line {
    let headers = retry_after
        .map(|value| ("retry-after", value.to_owned()))
        .into_iter()
        .collect();
    Ok((status, headers, ""))
}

pub(crate) async fn call(client: &Client, operation: Operation) -> Result<Option<i32>, Error> {
    client.request::<Option<i32>>(operation).await
}

#[test]
fn a_policy_is_what_was_said() {
    let policy = RetryPolicy::never()
        .max_attempts(7)
        .first_pause(Duration::from_millis(1))
        .longest_pause(Duration::from_millis(2))
        .longest_retry_after(Duration::from_millis(3))
        .repeat_rejected(true);
    assert_eq!(
        format!("{policy:?}"),
        "RetryPolicy { max_attempts: 7, first_pause: 1ms, longest_pause: 2ms, longest_retry_after: 3ms, repeat_rejected: true }"
    );
    let never = RetryPolicy::never();
    assert_eq!((never.max_attempts, never.repeat_rejected), (1, false));
}

/// Operation, what happens at first, how often it is sent.
#[tokio::test]
async fn only_what_cannot_have_run_or_may_run_twice_is_repeated() {
    use TransportErrorKind::{Body as Broken, Connect, Interrupted, RequestBody, Tls};
    let failure = |kind| Err(kind);
    let table = [
        (LIST, failure(Interrupted), 2),
        (PUT, failure(Interrupted), 2),
        (DELETE, failure(Interrupted), 2),
        (POST, failure(Interrupted), 1),
        (POST, failure(Broken), 1),
        (LIST, failure(Broken), 2),
        (POST, failure(Connect), 2),
        (POST, failure(RequestBody), 1),
        (LIST, failure(Tls), 1),
        (POST, rejected(503, None), 1),
        (POST, rejected(429, Some("1")), 1),
        (POST, rejected(502, None), 1),
        (LIST, rejected(502, None), 2),
        (LIST, rejected(504, None), 2),
        (LIST, rejected(408, None), 2),
        (LIST, rejected(500, None), 1),
        (LIST, rejected(400, None), 1),
        (LIST, rejected(401, None), 1),
        (LIST, rejected(421, None), 1),
        (POST.safe(), failure(Interrupted), 2),
        (POST.idempotent(), rejected(503, None), 2),
        (LIST.not_repeatable(), failure(Interrupted), 1),
    ];
    for (index, (operation, first, expected)) in table.into_iter().enumerate() {
        let transport = Scripted::new([first, OK]);
        let result = call(&transport.builder().build().unwrap(), operation).await;
        assert_eq!(transport.sent(), expected, "row {index}: {result:?}");
        assert_eq!(result.is_ok(), expected == 2, "row {index}: {result:?}");
    }
}

/// Whatever is silent may have done what it was asked for.
#[tokio::test(start_paused = true)]
async fn what_was_not_answered_in_time_is_repeated_only_where_that_is_harmless() {
    for (index, (operation, expected)) in [
        (LIST, 3),
        (PUT, 3),
        (DELETE, 3),
        (POST, 1),
        (POST.safe(), 3),
        (POST.idempotent(), 3),
        (LIST.not_repeatable(), 1),
    ]
    .into_iter()
    .enumerate()
    {
        let silent = Silent(Arc::default());
        let client = Client::builder()
            .base_url("https://crm.example.com")
            .transport(silent.clone())
            .timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        let error = call(&client, operation).await.unwrap_err();
        assert!(
            matches!(error, Error::Timeout { after, .. } if after.as_secs() == 5),
            "{error:?}"
        );
        let sent = silent.0.load(Ordering::SeqCst);
        assert_eq!(sent, expected, "row {index}");
    }
}

/// Counts what it is sent, and never answers.
#[derive(Clone)]
struct Silent(Arc<AtomicUsize>);

impl Transport for Silent {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::pending())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The first attempt may have written; then the condition of the second would fail, as if somebody else had.
#[tokio::test]
async fn a_write_with_a_condition_is_repeated_only_if_nothing_was_sent() {
    use TransportErrorKind::{Body as Broken, Connect, Interrupted};
    let conditions = ["If-Unmodified-Since", "If-Match", "If-None-Match"];
    // Operation, what happens at first, what the call says, how often it is sent with a condition.
    let idempotent = Some(Safety::Idempotent);
    let table = [
        (PUT, Err(Interrupted), None, 1),
        (DELETE, Err(Interrupted), None, 1),
        (PUT, Err(Broken), None, 1),
        (PUT, rejected(502, None), None, 1),
        (PUT, rejected(503, None), None, 1),
        (PUT, Err(Connect), None, 2),
        (PUT, Err(Interrupted), idempotent, 2),
        (LIST, Err(Interrupted), None, 2),
        (POST.safe(), Err(Interrupted), None, 2),
    ];
    for (index, (operation, first, safety, expected)) in table.into_iter().enumerate() {
        for condition in conditions {
            let transport = Scripted::new([first.clone(), OK]);
            let client = transport.builder().build().unwrap();
            let mut request = client.request::<Option<i32>>(operation);
            if let Some(safety) = safety {
                request = request.safety(safety);
            }
            let value = "Sun, 06 Nov 1994 08:49:37 GMT";
            let result = request.header(condition, value).await;
            assert_eq!(transport.sent(), expected, "row {index}, {condition}");
            assert_eq!(result.is_ok(), expected == 2, "row {index}: {result:?}");
        }
    }
}

#[tokio::test]
async fn a_call_can_say_itself_how_it_is_repeated() {
    let broken = || {
        Scripted::new([
            Err(TransportErrorKind::Interrupted),
            Err(TransportErrorKind::Interrupted),
            Err(TransportErrorKind::Interrupted),
            OK,
        ])
    };
    let four = RetryPolicy::default().max_attempts(4);
    // The operation, what the call says, and how often it is sent.
    let table = [
        (POST, None, None, 1),
        (POST, Some(Safety::Idempotent), None, 3),
        (POST, Some(Safety::Safe), Some(four.clone()), 4),
        (LIST, Some(Safety::Unsafe), None, 1),
        (LIST, None, Some(RetryPolicy::never()), 1),
        (LIST, None, Some(four), 4),
    ];
    for (index, (operation, safety, policy, expected)) in table.into_iter().enumerate() {
        let transport = broken();
        let client = transport.builder().build().unwrap();
        let mut request = client.request::<Option<i32>>(operation);
        if let Some(safety) = safety {
            request = request.safety(safety);
        }
        if let Some(policy) = policy {
            request = request.retry(policy);
        }
        let result = request.await;
        assert_eq!(transport.sent(), expected, "row {index}");
        assert_eq!(result.is_ok(), expected == 4, "row {index}: {result:?}");
    }
}

#[tokio::test]
async fn rejected_calls_are_repeated_if_that_is_wanted() {
    let transport = Scripted::new([rejected(503, None), rejected(429, Some("2")), OK]);
    let client = transport
        .builder()
        .retry(RetryPolicy::default().repeat_rejected(true))
        .build()
        .unwrap();
    assert_eq!(call(&client, POST).await.unwrap(), Some(1));
    assert_eq!(transport.sent(), 3);
}

#[tokio::test]
async fn three_attempts_are_all() {
    let transport = Scripted::new([rejected(503, None)]);
    let error = call(&transport.builder().build().unwrap(), LIST)
        .await
        .unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert_eq!(transport.sent(), 3);
    let transport = Scripted::new([rejected(503, None)]);
    call(
        &transport
            .builder()
            .retry(RetryPolicy::never())
            .build()
            .unwrap(),
        LIST,
    )
    .await
    .unwrap_err();
    assert_eq!(transport.sent(), 1);
}

#[tokio::test]
async fn a_thousand_failures_stay_within_the_budget() {
    let transport = Scripted::new([rejected(503, None)]);
    let client = transport.builder().build().unwrap();
    for _ in 0..1000 {
        call(&client, LIST).await.unwrap_err();
    }
    assert_eq!(transport.sent(), 1000 + 100);
}

/// Gives a new credential each time.
struct Renewing(AtomicUsize);

impl CredentialSource for Renewing {
    fn credential<'a>(&'a self, _: &'a Exchange) -> BoxFuture<'a, Result<Credential, AuthError>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Credential::bearer(&format!(
            "token{number}"
        ))))
    }
}

/// Calls with credentials that can be renewed.
pub(crate) fn renewing(builder: ClientBuilder) -> ClientBuilder {
    builder.credentials(Renewing(AtomicUsize::new(0)))
}

/// A service that refuses any credential, and takes so long for it that each new one may be replaced: twice, then it is over.
#[tokio::test]
async fn refused_credentials_are_renewed_once_in_a_call() {
    let service = Refusing(Arc::default());
    let builder = Client::builder().base_url("https://crm.example.com");
    let client = renewing(builder.transport(service.clone()))
        .build()
        .unwrap();
    for calls in 1..=2 {
        let error = call(&client, LIST).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 401);
        assert_eq!(service.0.load(Ordering::SeqCst), 2 * calls);
    }
}

/// Takes half a minute and more for every refusal, by its own clock; after some, it gives in.
#[derive(Clone)]
struct Refusing(Arc<AtomicUsize>);

impl Transport for Refusing {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let status = match self.0.fetch_add(1, Ordering::SeqCst) {
            0..20 => 401,
            _ => 200,
        };
        let response = http::Response::builder().status(status);
        let response = response.body(Body::empty()).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }

    fn monotonic(&self) -> Duration {
        let sent = self.0.load(Ordering::SeqCst);
        Duration::from_secs(31 * sent as u64)
    }
}

/// Nor is the pause after it longer, nor does it go unseen.
#[tokio::test]
async fn an_attempt_that_was_not_let_in_is_not_counted() {
    let state: Line = Ok((
        200,
        Vec::new(),
        r#"{"Endpoint":"https://online3.superoffice.com/Cust12345","IsRunning":true}"#,
    ));
    let moved = [
        state.clone(),
        rejected(421, None),
        state,
        rejected(503, None),
        OK,
    ];
    let moved = Scripted::new(moved);
    let refused = Scripted::new([rejected(401, None), rejected(503, None), OK]);
    let tenant = Client::builder().tenant(Environment::Production, "Cust12345");
    for (transport, builder, sent) in [
        (&refused, renewing(refused.builder()), 3),
        (&moved, tenant.transport(moved.clone()), 5),
    ] {
        let twice = RetryPolicy::default().max_attempts(2);
        let client = builder.retry(twice).build().unwrap();
        let answer = client.request::<Option<i32>>(LIST).send().await.unwrap();
        assert_eq!((transport.sent(), answer.attempts()), (sent, 3));
        let slept = transport.slept();
        assert!(
            slept.len() == 1 && (125..=250).contains(&slept[0].as_millis()),
            "{slept:?}"
        );
    }
    let refused = Scripted::new([rejected(401, None), rejected(503, None), OK]);
    let client = renewing(refused.builder()).retry(RetryPolicy::never());
    let error = call(&client.build().unwrap(), LIST).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert_eq!(refused.sent(), 2);
}

/// A failure before it, of what the call needs, is repeated as well.
#[tokio::test]
async fn an_attempt_that_was_not_sent_is_not_counted() {
    let state = r#"{"Endpoint":"https://online3.superoffice.com/Cust12345","IsRunning":true}"#;
    let transport = Scripted::new([rejected(503, None), Ok((200, Vec::new(), state)), OK]);
    let tenant = Client::builder().tenant(Environment::Production, "Cust12345");
    let client = tenant.transport(transport.clone()).build().unwrap();
    let answer = client.request::<Option<i32>>(LIST).send().await.unwrap();
    assert_eq!((transport.sent(), answer.attempts()), (3, 1));
}

#[tokio::test]
async fn what_cost_nothing_is_not_given_back_to_the_budget() {
    // As many as use it up, a success after a renewal, and failures.
    let mut answers = vec![rejected(503, None); 101];
    answers.extend([rejected(401, None), OK, rejected(503, None)]);
    let transport = Scripted::new(answers);
    let policy = RetryPolicy::default().max_attempts(200);
    let client = renewing(transport.builder()).retry(policy).build().unwrap();
    call(&client, LIST).await.unwrap_err();
    assert_eq!(transport.sent(), 101);
    call(&client, LIST).await.unwrap();
    assert_eq!(transport.sent(), 103);
    call(&client, LIST).await.unwrap_err();
    assert_eq!(transport.sent(), 104);
}

#[tokio::test]
async fn the_number_of_attempts_can_be_seen() {
    let server = Server::start(|_, number| {
        Reply::Bytes(if number < 3 {
            response("503 Busy", "", "")
        } else {
            json("200 OK", "1")
        })
    });
    let response = server
        .client()
        .request::<Option<i32>>(LIST)
        .send()
        .await
        .unwrap();
    assert_eq!(response.attempts(), 3);
}

#[tokio::test]
async fn a_body_is_sent_again_as_it_was() {
    let server = Server::start(|_, number| {
        Reply::Bytes(if number < 2 {
            response("503 Busy", "", "")
        } else {
            json("200 OK", "1")
        })
    });
    let request = server.client();
    request
        .request::<Option<i32>>(PUT)
        .json(&[1, 2])
        .await
        .unwrap();
    let bodies: Vec<Vec<u8>> = server
        .received()
        .into_iter()
        .map(|received| received.body)
        .collect();
    assert_eq!(bodies, [b"[1,2]", b"[1,2]"]);
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let transport = Scripted::new([rejected(503, None), OK]);
    let client = transport.builder().build().unwrap();
    let body = Body::stream(Once(Some("x")), Some(1));
    assert!(
        client
            .request::<Option<i32>>(PUT)
            .binary(body)
            .await
            .is_err()
    );
    assert_eq!(transport.sent(), 1);
}

struct Once(Option<&'static str>);

impl futures_core::Stream for Once {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(|text| Ok(text.into())))
    }
}

/// A transport that others hold too is one: with its own answers and its own clock.
#[tokio::test]
async fn a_transport_behind_a_pointer_is_the_transport() {
    use std::sync::Arc;
    use superoffice_core::transport::Transport;
    let pointers: [fn(Scripted) -> ClientBuilder; 3] = [
        |scripted| scripted.builder().transport(Arc::new(scripted)),
        |scripted| {
            let any: Arc<dyn Transport> = Arc::new(scripted.clone());
            scripted.builder().transport(any)
        },
        |scripted| {
            let any: Box<dyn Transport> = Box::new(scripted.clone());
            scripted.builder().transport(any)
        },
    ];
    for pointer in pointers {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT".to_owned();
        let busy = Ok((503, vec![("retry-after", date)], ""));
        let scripted = Scripted::new([busy, OK]);
        let patient = RetryPolicy::default().longest_retry_after(Duration::from_secs(100));
        let client = pointer(scripted.clone()).retry(patient).build().unwrap();
        call(&client, LIST).await.unwrap();
        assert_eq!(scripted.sent(), 2);
        assert_eq!(scripted.slept(), [Duration::from_secs(100)]);
    }
}

#[tokio::test]
async fn a_rate_is_kept() {
    let transport = Scripted::new([OK]);
    let client = transport
        .builder()
        .max_requests_per_second(10)
        .build()
        .unwrap();
    for _ in 0..5 {
        call(&client, LIST).await.unwrap();
    }
    assert_eq!(transport.slept(), [Duration::from_millis(100); 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_concurrency_is_kept() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counter, peak) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::start(move |_, _| {
        let count = counter.fetch_add(1, Ordering::SeqCst) + 1;
        peak.fetch_max(count, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(10));
        counter.fetch_sub(1, Ordering::SeqCst);
        Reply::Bytes(json("200 OK", "1"))
    });
    let client = server.builder().max_concurrent_requests(2).build().unwrap();
    let calls: Vec<_> = (0..20)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { client.request::<Option<i32>>(GET).path("id", id).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}
