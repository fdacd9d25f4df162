//! How fast calls may begin: whoever waits for its turn does so within its deadline and not within its timeout, and a rate is kept
//! whoever gives up or is left alone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use superoffice_core::auth::{AuthError, Credential, CredentialSource, Exchange};
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{Body, Client, ClientBuilder, Error, RetryPolicy};

use crate::fetches::{Instantly, begin};
use crate::server::{LIST, POST, Reply, Server, json};

/// Nothing is sent while a call waits for a place among the calls in flight, or for the next second: the deadline ends that, and the
/// error says so.
#[tokio::test]
async fn waiting_for_a_turn_is_within_the_deadline() {
    let server = Server::start(|_, _| Reply::Stall(Vec::new(), Duration::from_secs(3)));
    let one = server
        .builder()
        .retry(RetryPolicy::never())
        .max_concurrent_requests(1)
        .build()
        .unwrap();
    let first = tokio::spawn({
        let client = one.clone();
        async move {
            client
                .request::<Option<Value>>(LIST)
                .timeout(Duration::from_secs(2))
                .await
        }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    let second = one
        .request::<Option<Value>>(LIST)
        .deadline(Duration::from_millis(300))
        .await;
    let elapsed = start.elapsed().as_millis();
    assert_never_sent(second);
    assert!((300..800).contains(&elapsed), "{elapsed} ms");
    assert_eq!(server.received().len(), 1);
    first.abort();

    let server = Server::always(json("200 OK", "1"));
    let slow = server.builder().max_requests_per_second(1).build().unwrap();
    let call = || {
        slow.request::<Option<Value>>(LIST)
            .deadline(Duration::from_millis(300))
    };
    call().await.unwrap();
    assert_never_sent(call().await);
    assert_eq!(server.received().len(), 1);
}

fn assert_never_sent<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = result.unwrap_err();
    assert!(
        matches!(error, Error::NotSent { operation, after }
            if operation == LIST.id && after.as_millis() == 300),
        "{error:?}"
    );
    assert!(error.is_retryable() && error.operation() == Some(LIST.id));
}

/// The time of an attempt begins when it is sent: fifty writes at once, none of which may be repeated, all come through, though the
/// last of them waits longer than an attempt may take.
#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_is_not_within_the_timeout() {
    let prompt = Prompt::answering(200);
    let client = prompt
        .builder()
        .max_requests_per_second(20)
        .max_concurrent_requests(10)
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.request::<()>(POST).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(prompt.sent(), 50);
}

/// A call that was sent and has failed keeps that failure, if its deadline ends while it waits to be sent again: after a pause, or with new
/// credentials.
#[tokio::test(start_paused = true)]
async fn a_repetition_without_a_turn_fails_with_what_was_said_before() {
    for said in [503, 401] {
        let prompt = Prompt::answering(said);
        let client = crate::retries::renewing(prompt.builder())
            .max_requests_per_second(1)
            .retry(crate::server::quick())
            .build()
            .unwrap();
        let request = client.request::<()>(LIST);
        let error = request
            .deadline(Duration::from_millis(500))
            .await
            .unwrap_err();
        assert_eq!(prompt.sent(), 1);
        assert!(
            error.status().is_some_and(|status| status == said),
            "{error:?}"
        );
    }
}

/// Answers at once with nothing but a status, counts, and goes by tokio's clock.
#[derive(Clone)]
struct Prompt {
    status: u16,
    sent: Arc<AtomicUsize>,
    start: tokio::time::Instant,
}

impl Prompt {
    fn answering(status: u16) -> Self {
        Self {
            status,
            sent: Arc::default(),
            start: tokio::time::Instant::now(),
        }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url("https://crm.example.com")
            .transport(self.clone())
    }

    fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Transport for Prompt {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let response = http::Response::builder().status(self.status);
        let response = response.body(Body::empty()).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A turn that nobody waits for any more is not kept free.
#[tokio::test]
async fn whoever_stops_waiting_takes_no_turn() {
    let server = Server::always(json("200 OK", "1"));
    let client = server.builder().max_requests_per_second(1).build().unwrap();
    let call = |timeout| {
        client
            .request::<Option<Value>>(LIST)
            .retry(RetryPolicy::never())
            .deadline(Duration::from_millis(timeout))
            .into_future()
    };
    call(5000).await.unwrap();
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let request = client.request::<Option<Value>>(LIST);
                request.deadline(Duration::from_millis(100)).await
            })
        })
        .collect();
    for call in waiting {
        let result = call.await.unwrap();
        assert!(matches!(result, Err(Error::NotSent { .. })), "{result:?}");
    }
    call(5000).await.unwrap();
    assert_eq!(server.received().len(), 2);
}

/// A client that may begin a request every half a second, by tokio's clock; it has just begun one.
async fn twice_a_second() -> Client {
    let builder = Instantly::builder().max_requests_per_second(2);
    let client = builder.build().unwrap();
    client.request::<Option<Value>>(LIST).await.unwrap();
    client
}

/// As `select!` and streams of calls leave calls alone.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_left_alone_holds_no_turn() {
    let client = twice_a_second().await;
    let call = || client.request::<Option<Value>>(LIST).into_future();
    let start = tokio::time::Instant::now();
    let (mut first, mut second) = (call(), call());
    begin(&mut first).await;
    begin(&mut second).await;
    let ends = async |call: BoxFuture<'_, _>| {
        let result: Result<Option<Value>, Error> = call.await;
        result.unwrap();
        start.elapsed().as_millis()
    };
    // Those before it could have begun until then; after that they are waited for no more.
    assert_eq!(ends(call()).await, 1500);
    assert_eq!(ends(call()).await, 2000);
    // Theirs are the next turns, when they are there again.
    assert_eq!(ends(second).await, 2500);
    assert_eq!(ends(first).await, 3000);
}

/// Nor by two that begin at once.
#[tokio::test(start_paused = true)]
async fn a_turn_that_nobody_took_is_not_made_up_for() {
    let client = twice_a_second().await;
    let call = || client.request::<Option<Value>>(LIST).into_future();
    let start = tokio::time::Instant::now();
    let mut alone = call();
    begin(&mut alone).await;
    for end in [1000, 1500, 2000] {
        call().await.unwrap();
        assert_eq!(start.elapsed().as_millis(), end);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_makes_room_for_those_behind() {
    let client = twice_a_second().await;
    let call = || client.request::<Option<Value>>(LIST).into_future();
    let start = tokio::time::Instant::now();
    let (mut first, mut second, mut third) = (call(), call(), call());
    for call in [&mut first, &mut second, &mut third] {
        begin(call).await;
    }
    let last = tokio::spawn({
        let client = client.clone();
        async move { client.request::<Option<Value>>(LIST).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop((first, second));
    third.await.unwrap();
    assert_eq!(start.elapsed().as_millis(), 500);
    last.await.unwrap().unwrap();
    assert_eq!(start.elapsed().as_millis(), 1000);
}

/// As when the machine was asleep.
#[tokio::test(start_paused = true)]
async fn a_rate_is_kept_after_a_standstill() {
    let client = twice_a_second().await;
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                client.request::<Option<Value>>(LIST).await.unwrap();
                tokio::time::Instant::now()
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = tokio::time::Instant::now();
    tokio::time::advance(Duration::from_secs(60)).await;
    let mut ends = Vec::new();
    for call in calls {
        let end = call.await.unwrap();
        ends.push((end - start).as_millis() - 60_000);
    }
    ends.sort_unstable();
    assert_eq!(ends, [0, 500, 1000, 1500, 2000, 2500]);
}

/// Answers at once, and remembers which call was sent when, and when its credential ends, in milliseconds; all its clocks are tokio's.
#[derive(Clone)]
struct Dated {
    start: tokio::time::Instant,
    sent: Arc<Mutex<Vec<Sent>>>,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    number: usize,
    at: u128,
    end: u128,
}

impl Dated {
    /// Whose credentials end after so long.
    fn client(life: Duration, requests_per_second: u32) -> (Self, Client) {
        let dated = Self {
            start: tokio::time::Instant::now(),
            sent: Arc::default(),
        };
        let builder = Client::builder().base_url("https://crm.example.com");
        let builder = builder.transport(dated.clone()).credentials(Ending(life));
        let builder = builder.max_requests_per_second(requests_per_second);
        (dated, builder.build().unwrap())
    }
}

impl Transport for Dated {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let credential = request.headers()["authorization"].to_str().unwrap();
        let number = request.uri().query().unwrap().strip_prefix("call=");
        self.sent.lock().unwrap().push(Sent {
            number: number.unwrap().parse().unwrap(),
            at: self.start.elapsed().as_millis(),
            end: credential.strip_prefix("Bearer ").unwrap().parse().unwrap(),
        });
        Box::pin(std::future::ready(Ok(http::Response::new(Body::empty()))))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.start.elapsed()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// Takes a while, and gives credentials that say when they end: after so long.
struct Ending(Duration);

impl CredentialSource for Ending {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(2300)).await;
            let end = exchange.now() + self.0;
            let since = end.duration_since(SystemTime::UNIX_EPOCH).unwrap();
            Ok(Credential::bearer(&since.as_millis().to_string())?.until(end))
        })
    }
}

/// Begins so many calls, one after the other.
async fn begin_calls(
    client: &Client,
    count: i64,
    deadline: Duration,
) -> Vec<tokio::task::JoinHandle<Result<(), Error>>> {
    let mut calls = Vec::new();
    for number in 0..count {
        let client = client.clone();
        calls.push(tokio::spawn(async move {
            let request = client.request::<()>(POST).query("call", number);
            request.deadline(deadline).await
        }));
        tokio::task::yield_now().await;
    }
    calls
}

/// What was good when a call began to wait may not be good when its turn has come. It is renewed then, and rate and order are kept.
#[tokio::test(start_paused = true)]
async fn credentials_that_end_while_a_call_waits_are_renewed_before_it_is_sent() {
    let (dated, client) = Dated::client(Duration::from_secs(90), 2);
    for call in begin_calls(&client, 400, Duration::from_secs(1000)).await {
        call.await.unwrap().unwrap();
    }
    let sent = dated.sent.lock().unwrap().clone();
    assert!(sent.iter().map(|one| one.number).eq(0..400), "{sent:?}");
    for one in &sent {
        // Not within the last minute, in which they may end on the way; the turn after they have come may be a little later.
        assert!(one.at + 60_000 <= one.end + 1000, "{one:?}");
    }
    for three in sent.windows(3) {
        assert!(three[2].at >= three[0].at + 1000, "{three:?}");
    }
    // Not much longer than their turns take, and a fetch every half a minute.
    assert!(sent[399].at < 250_000, "{:?}", sent[399]);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_time_ends_while_its_credentials_are_renewed_was_not_sent() {
    // They are good for a second and a half; the third turn comes after two.
    let (dated, client) = Dated::client(Duration::from_millis(61_500), 1);
    let mut calls = begin_calls(&client, 3, Duration::from_secs(5)).await;
    let third = calls.pop().unwrap().await.unwrap();
    assert!(matches!(third, Err(Error::NotSent { .. })), "{third:?}");
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(dated.sent.lock().unwrap().len(), 2);
}
