//! Answers that are too long or too slow.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use serde_json::Value;
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{Blob, Body, Client, ClientBuilder, Error, RetryPolicy};

use crate::fetches::{Instantly, begin};
use crate::server::{LIST, POST, Reply, Server, json, response};

#[tokio::test]
async fn a_small_compressed_body_is_read() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(b"[1,2,3]").unwrap();
    let server = Server::always(response(
        "200 OK",
        "Content-Encoding: gzip\r\n",
        encoder.finish().unwrap(),
    ));
    let value = server
        .client()
        .request::<Option<Value>>(LIST)
        .await
        .unwrap();
    assert_eq!(value, Some(serde_json::json!([1, 2, 3])));
    assert_eq!(server.received()[0].header("accept-encoding"), Some("gzip"));
}

#[tokio::test]
async fn an_endless_body_is_refused_at_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_vec();
    let server = Server::start(move |_, _| Reply::Endless(head.clone(), vec![b' '; 65_536]));
    let client = server
        .builder()
        .max_response_bytes(1_000_000)
        .max_blob_bytes(2_000_000)
        .build()
        .unwrap();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::BodyTooLarge {
                limit: 1_000_000,
                ..
            }
        ),
        "{error:?}"
    );
    let error = client
        .request::<Blob>(LIST)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::BodyTooLarge {
                limit: 2_000_000,
                ..
            }
        ),
        "{error:?}"
    );
    let exact = Server::always(json("200 OK", "[1234567]"));
    let client = exact.builder().max_response_bytes(9).build().unwrap();
    client.request::<Option<Value>>(LIST).await.unwrap();
    let client = exact.builder().max_response_bytes(8).build().unwrap();
    assert!(matches!(
        client.request::<Option<Value>>(LIST).await,
        Err(Error::BodyTooLarge { .. })
    ));
}

#[tokio::test]
async fn endless_headers_are_refused() {
    let server = Server::start(|_, _| {
        Reply::Endless(
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            b"X-More: and more\r\n".repeat(100),
        )
    });
    let client = server
        .builder()
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
}

/// Measured, over a real connection.
#[tokio::test]
async fn a_dripping_body_ends_with_the_timeout() {
    let whole = json("200 OK", " ".repeat(10_000));
    let server = Server::start(move |_, _| Reply::Drip(whole.clone(), Duration::from_millis(20)));
    let client = server
        .builder()
        .retry(RetryPolicy::never())
        .timeout(Duration::from_secs(3))
        .build()
        .unwrap();
    let start = Instant::now();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    let elapsed = start.elapsed().as_millis();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert!((2700..=3300).contains(&elapsed), "{elapsed} ms");
}

/// A byte a second for ever, on a clock that waits for nobody.
#[tokio::test(start_paused = true)]
async fn a_byte_a_second_ends_with_the_timeout_and_no_later() {
    for seconds in [10, 100, 1000] {
        let client = superoffice_core::Client::builder()
            .base_url("https://crm.example.com")
            .transport(Dripping::BLANKS)
            .timeout(Duration::from_secs(seconds))
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        let start = tokio::time::Instant::now();
        let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
        let elapsed = start.elapsed().as_millis();
        assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
        let exact = u128::from(seconds) * 1000;
        assert!(
            elapsed.abs_diff(exact) <= exact / 100,
            "{elapsed} ms of {exact}"
        );
        // A blob that moves is in time, however long it takes.
        let blob = client.request::<Blob>(LIST);
        let mut blob = blob.timeout(Duration::from_secs(2)).await.unwrap();
        for _ in 0..1000 {
            assert_eq!(blob.chunk().await.unwrap().unwrap(), " ");
        }
    }
}

/// What is looked into before it is given away is part of the call: all of it together is in time, not each byte.
#[tokio::test(start_paused = true)]
async fn a_start_that_drips_is_in_time_or_no_blob() {
    let json = Dripping {
        media_type: Some("application/json"),
        ..Dripping::BLANKS
    };
    let client = superoffice_core::Client::builder()
        .base_url("https://crm.example.com")
        .transport(json)
        .deadline(Duration::from_secs(500))
        .build()
        .unwrap();
    let call = |timeout| {
        let request = client.request::<Blob>(LIST);
        request.timeout(Duration::from_secs(timeout))
    };
    for (request, seconds) in [
        (call(10), 10),
        (call(10).deadline(Duration::from_secs(4)), 4),
        (call(1000), 500),
    ] {
        let start = tokio::time::Instant::now();
        let error = request.await.unwrap_err();
        assert!(
            matches!(error, Error::Timeout { after, operation } if after.as_secs() == seconds && operation == "Thing_List"),
            "{error:?}"
        );
        // What is left of a deadline is measured by the other clock, which goes on a little.
        let elapsed = (start.elapsed().as_millis() + 500) / 1000;
        assert_eq!(elapsed, u128::from(seconds));
    }
    // What is seen to be a document is given away at once, and then has all the time it wants.
    let json = Dripping {
        media_type: Some("application/json"),
        byte: "[",
    };
    let client = superoffice_core::Client::builder()
        .base_url("https://crm.example.com")
        .transport(json)
        .build()
        .unwrap();
    let request = client.request::<Blob>(LIST).timeout(Duration::from_secs(2));
    let mut blob = request.deadline(Duration::from_secs(5)).await.unwrap();
    for _ in 0..1000 {
        assert_eq!(blob.chunk().await.unwrap().unwrap(), "[");
    }
}

/// Answers at once, with a byte a second by tokio's clock.
#[derive(Clone, Copy)]
struct Dripping {
    media_type: Option<&'static str>,
    byte: &'static str,
}

impl Dripping {
    const BLANKS: Self = Self {
        media_type: None,
        byte: " ",
    };
}

impl Transport for Dripping {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let pause = tokio::time::sleep(Duration::from_secs(1));
        let drops = Drops(Box::pin(pause), self.byte);
        let mut response = http::Response::new(Body::stream(drops, None));
        if let Some(media_type) = self.media_type {
            let media_type = http::HeaderValue::from_static(media_type);
            response.headers_mut().insert("content-type", media_type);
        }
        Box::pin(std::future::ready(Ok(response)))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

struct Drops(Pin<Box<tokio::time::Sleep>>, &'static str);

impl futures_core::Stream for Drops {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        std::task::ready!(self.0.as_mut().poll(context));
        let next = tokio::time::Instant::now() + Duration::from_secs(1);
        self.0.as_mut().reset(next);
        Poll::Ready(Some(Ok(bytes::Bytes::from_static(self.1.as_bytes()))))
    }
}

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

#[tokio::test]
async fn a_deadline_ends_all_attempts() {
    let after = Duration::from_millis(700);
    let server = Server::start(|_, _| Reply::Stall(Vec::new(), Duration::from_secs(5)));
    let policy = RetryPolicy::default()
        .max_attempts(100)
        .first_pause(Duration::from_millis(1));
    let client = server
        .builder()
        .retry(policy)
        .timeout(Duration::from_millis(200))
        .deadline(after)
        .build()
        .unwrap();
    let start = Instant::now();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    let elapsed = start.elapsed().as_millis();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert!((350..1200).contains(&elapsed), "{elapsed} ms");
    assert!((2..=4).contains(&server.received().len()));

    // The call's own deadline goes before the client's.
    let start = Instant::now();
    let request = client
        .request::<Option<Value>>(LIST)
        .timeout(Duration::from_secs(9))
        .deadline(Duration::from_millis(300));
    let error = request.await.unwrap_err();
    let elapsed = start.elapsed().as_millis();
    assert!(
        matches!(error, Error::Timeout { after, .. } if after.as_millis() == 300),
        "{error:?}"
    );
    assert!((300..800).contains(&elapsed), "{elapsed} ms");
}

/// No pause is begun that would end after the call: the error is what the service said, at once.
#[tokio::test]
async fn a_deadline_keeps_the_words_of_the_service() {
    let busy = Ok((503, vec![("retry-after", "50".to_owned())], "busy"));
    for (seconds, sent) in [(49, 1), (51, 2)] {
        let transport = crate::server::Scripted::new([busy.clone(), Ok((200, Vec::new(), "1"))]);
        let client = transport.builder().build().unwrap();
        let request = client.request::<Option<Value>>(LIST);
        let result = request.deadline(Duration::from_secs(seconds)).await;
        assert_eq!(transport.sent(), sent, "{result:?}");
        let status = result.err().and_then(|error| error.status());
        assert_eq!(status.is_some_and(|status| status == 503), sent == 1);
    }
}

#[tokio::test]
async fn a_silent_server_ends_with_the_timeout() {
    for begun in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[1",
    ] {
        let server =
            Server::start(move |_, _| Reply::Stall(begun.to_vec(), Duration::from_secs(3)));
        let client = server
            .builder()
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        let request = client
            .request::<Option<Value>>(LIST)
            .timeout(Duration::from_millis(500));
        let start = Instant::now();
        let error = request.await.unwrap_err();
        let elapsed = start.elapsed().as_millis();
        assert!(
            matches!(error, Error::Timeout { after, .. } if after.as_millis() == 500),
            "{error:?}"
        );
        assert!((450..800).contains(&elapsed), "{elapsed} ms");
    }
}

/// The status is known; a body that does not come takes nothing away from it.
#[tokio::test]
async fn a_failure_whose_body_hangs_is_still_that_failure() {
    let head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 50\r\n\r\nthe start".to_vec();
    let server = Server::start(move |_, _| Reply::Stall(head.clone(), Duration::from_secs(7)));
    let error = server
        .client()
        .request::<Option<Value>>(LIST)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Api(api) if api.excerpt() == "the start"),
        "{error:?}"
    );
}
