//! Answers that are too long or too slow.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use serde_json::Value;
use superoffice_core::auth::Exchange;
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{ApiError, Blob, Body, Environment, Error, RetryPolicy};

use crate::server::{LIST, Reply, Server, json, response};

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
    // Of a failure, as much is read as an error shows.
    let refusal = Server::always(json("400 Bad Request", r#"{"ErrorMessage":"no such row"}"#));
    let client = refusal.builder().max_response_bytes(8).build().unwrap();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    let message = error.api().and_then(ApiError::message);
    assert_eq!(message, Some("no such row"), "{error:?}");
}

/// What the status says is not lost because the words do not come in time.
#[tokio::test]
async fn a_failure_whose_words_stand_still_keeps_its_status() {
    let head = response("503 Busy", "Retry-After: 61\r\n", "be");
    let head = String::from_utf8(head).unwrap().replace(": 2", ": 9");
    let server =
        Server::start(move |_, _| Reply::Stall(head.clone().into_bytes(), Duration::from_secs(3)));
    let client = server.builder().timeout(Duration::from_millis(600));
    let client = client.build().unwrap();
    let start = Instant::now();
    let error = client.request::<()>(LIST).await.unwrap_err();
    let refusal = error
        .api()
        .map(|error| (error.status().as_u16(), error.excerpt()));
    assert_eq!(refusal, Some((503, "be")), "{error:?}");
    assert!(start.elapsed() < Duration::from_millis(600));
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

/// What is asked of the services around the API: credentials, and where a tenant is.
#[tokio::test(start_paused = true)]
async fn a_login_or_a_place_that_drips_is_in_time_too() {
    let start = tokio::time::Instant::now();
    let error = login(Dripping::BLANKS).await;
    assert!(
        matches!(*error, Error::Timeout { after, .. } if after.as_secs() == 30),
        "{error:?}"
    );
    let error = place(Dripping::BLANKS).await;
    assert!(
        matches!(*error, Error::Timeout { after, .. } if after.as_secs() == 30),
        "{error:?}"
    );
    assert_eq!(start.elapsed().as_secs(), 60);
}

/// And nobody reads on in what is longer than such an answer can be, or than an error shows of it.
#[tokio::test]
async fn a_login_a_place_and_a_failure_are_short_or_refused() {
    const MOST: usize = 1 + 1024 * 1024 / PIECE.len();
    let long = |status| Long {
        status,
        pieces: Arc::default(),
    };
    for status in [200, 500] {
        let (first, second) = (long(status), long(status));
        let errors = [login(first.clone()).await, place(second.clone()).await];
        for (error, answer) in errors.iter().zip([first, second]) {
            let pieces = answer.pieces.load(Ordering::Relaxed);
            assert!((1..=MOST).contains(&pieces), "{status}: {pieces} pieces");
            let is_typed = match **error {
                Error::BodyTooLarge { limit, .. } => limit == 1024 * 1024 && status == 200,
                Error::Api(_) => status == 500,
                _ => false,
            };
            assert!(is_typed, "{status}: {error:?}");
        }
    }
    let failure = long(500);
    let client = superoffice_core::Client::builder()
        .base_url("https://crm.example.com")
        .transport(failure.clone())
        .build()
        .unwrap();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    let pieces = failure.pieces.load(Ordering::Relaxed);
    assert!((1..=MOST).contains(&pieces), "{pieces} pieces");
}

/// How a login fails over this transport.
async fn login(transport: impl Transport) -> Arc<Error> {
    let request = http::Request::get("https://login.example.com");
    let exchange = Exchange::new(transport);
    let request = request.body(bytes::Bytes::new()).unwrap();
    let answer = exchange.send("the login", request).await;
    Arc::new(answer.unwrap_err())
}

/// How a tenant is not found over this transport.
async fn place(transport: impl Transport) -> Arc<Error> {
    let client = superoffice_core::Client::builder()
        .tenant(Environment::Stage, "Cust12345")
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    match client.request::<Option<Value>>(LIST).await.unwrap_err() {
        Error::TenantUnresolved { source, .. } => source,
        other => panic!("{other:?}"),
    }
}

const PIECE: &[u8] = &[b' '; 64 * 1024];

/// Answers with six megabytes, and counts how many pieces of them were asked for.
#[derive(Clone)]
struct Long {
    status: u16,
    pieces: Arc<AtomicUsize>,
}

impl Transport for Long {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let counter = Arc::clone(&self.pieces);
        let pieces = (0..100).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(bytes::Bytes::from_static(PIECE))
        });
        let body = Body::stream(futures_util::stream::iter(pieces), None);
        let response = http::Response::builder().status(self.status).body(body);
        Box::pin(std::future::ready(Ok(response.unwrap())))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
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
