//! Calls that are dropped before they end.

use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use serde_json::Value;
use superoffice_core::auth::{AuthError, Credential, CredentialSource, Exchange};
use superoffice_core::transport::{BoxFuture, HttpTransport, Transport, TransportError};
use superoffice_core::{Blob, Body, Client, Error, Request, Response, RetryPolicy};

use crate::server::{LIST, PUT, Reply, Server, json, response};

#[test]
fn what_is_shared_between_threads_can_be() {
    fn shared<T: Send + Sync + 'static>() {}
    fn sent<T: Send>() {}
    shared::<Client>();
    shared::<HttpTransport>();
    shared::<Error>();
    shared::<TransportError>();
    sent::<Request<'static, Option<Value>>>();
    sent::<Response<Blob>>();
    sent::<Blob>();
    sent::<Body>();
    let server = Server::always(json("200 OK", "1"));
    let client = server.client();
    let future = client.request::<Option<Value>>(LIST).into_future();
    fn is_send(_: &(impl Send + ?Sized)) {}
    is_send(&future);
}

/// What a call is doing when it is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Phase {
    Start,
    Credential,
    Connect,
    Pause,
    Upload,
    Body,
}

/// Tells what the call under way is doing.
#[derive(Clone)]
struct Watch(Arc<Mutex<Phase>>);

impl Watch {
    fn set(&self, phase: Phase) {
        *self.0.lock().unwrap() = phase;
    }

    fn get(&self) -> Phase {
        *self.0.lock().unwrap()
    }
}

/// The first pause of these tests; nothing else sleeps so shortly.
const PAUSE: Duration = Duration::from_millis(12);

/// The default transport, watched.
struct Watched(HttpTransport, Watch);

impl Transport for Watched {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.1.set(Phase::Connect);
        let sent = self.0.send(request);
        let watch = self.1.clone();
        Box::pin(async move {
            let answer = sent.await;
            watch.set(Phase::Body);
            answer
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration <= PAUSE {
            self.1.set(Phase::Pause);
        }
        self.0.sleep(duration)
    }
}

/// A credential that takes its time and is good for one call.
struct Slow(Watch);

impl CredentialSource for Slow {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        Box::pin(async move {
            self.0.set(Phase::Credential);
            tokio::time::sleep(Duration::from_millis(8)).await;
            Ok(Credential::bearer("token")?.until(exchange.now()))
        })
    }
}

/// Eight bytes with pauses between them.
struct Trickle {
    watch: Watch,
    left: u8,
    pause: Pin<Box<tokio::time::Sleep>>,
}

impl Trickle {
    fn body(watch: &Watch) -> Body {
        let trickle = Self {
            watch: watch.clone(),
            left: 8,
            pause: Box::pin(tokio::time::sleep(Duration::from_millis(2))),
        };
        Body::stream(trickle, None)
    }
}

impl futures_core::Stream for Trickle {
    type Item = Result<bytes::Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.watch.set(Phase::Upload);
        std::task::ready!(self.pause.as_mut().poll(context));
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        let next = tokio::time::Instant::now() + Duration::from_millis(2);
        self.pause.as_mut().reset(next);
        Poll::Ready(Some(Ok(bytes::Bytes::from_static(b"x"))))
    }
}

/// Busy at the first attempt of a call, then an answer that drips; an upload is answered at once; everything else is `[4]`.
fn slow_server() -> Server {
    let seen = Mutex::new(HashSet::new());
    Server::start(move |received, _| {
        let line = received.line().to_owned();
        if !line.contains("slow=") {
            return Reply::Bytes(json("200 OK", "[4]"));
        }
        std::thread::sleep(Duration::from_millis(4));
        if line.starts_with("PUT") {
            return Reply::Close(json("200 OK", "[1]"));
        }
        if seen.lock().unwrap().insert(line) {
            return Reply::Bytes(response("503 Busy", "", ""));
        }
        let body = format!("[1{}]", " ".repeat(60));
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        Reply::DripBody(head.into(), body.into(), Duration::from_micros(300))
    })
}

/// A hundred calls, dropped at moments that a seed tells, in whatever they were doing; each phase is met. After each, the next call gets
/// its own answer, and its place among the calls in flight; in the end no task is left.
#[tokio::test]
async fn a_dropped_call_leaves_nothing_behind() {
    let server = slow_server();
    let watch = Watch(Arc::new(Mutex::new(Phase::Start)));
    let policy = RetryPolicy::default()
        .first_pause(PAUSE)
        .longest_pause(PAUSE);
    let client = server
        .builder()
        .transport(Watched(HttpTransport::new().unwrap(), watch.clone()))
        .credentials(Slow(watch.clone()))
        .retry(policy)
        .max_concurrent_requests(1)
        .build()
        .unwrap();
    let mut random = fastrand::Rng::with_seed(20_240_229);
    let mut dropped = BTreeMap::<Phase, usize>::new();
    let (mut total, mut calls) = (0, 0);
    let is_met = |dropped: &BTreeMap<Phase, usize>| {
        let phases = [
            Phase::Credential,
            Phase::Connect,
            Phase::Pause,
            Phase::Upload,
            Phase::Body,
        ];
        let often = |phase| dropped.get(phase).is_some_and(|count| *count >= 3);
        phases.iter().all(often)
    };
    while total < 100 || !is_met(&dropped) {
        calls += 1;
        assert!(calls < 400, "too few calls are dropped: {dropped:?}");
        let upload = random.bool();
        let call = if upload {
            client
                .request::<Option<Value>>(PUT)
                .binary(Trickle::body(&watch))
        } else {
            client.request::<Option<Value>>(LIST)
        };
        let call = call.query("slow", calls).into_future();
        let moment = Duration::from_micros(random.u64(0..if upload { 34_000 } else { 75_000 }));
        watch.set(Phase::Start);
        match tokio::time::timeout(moment, call).await {
            Ok(result) => assert_eq!(result.unwrap(), Some(serde_json::json!([1]))),
            Err(_) => {
                *dropped.entry(watch.get()).or_default() += 1;
                total += 1;
            }
        }
        let next = client.request::<Option<Value>>(LIST);
        let next = tokio::time::timeout(Duration::from_secs(20), next.into_future()).await;
        assert_eq!(
            next.expect("the place is free").unwrap(),
            Some(serde_json::json!([4]))
        );
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let alive = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    assert!(alive <= 3, "{alive} tasks");
}

#[tokio::test]
async fn a_dropped_download_gives_its_place_back() {
    let server = Server::start(|_, _| Reply::Bytes(json("200 OK", "x".repeat(500_000))));
    let client = server.builder().max_concurrent_requests(1).build().unwrap();
    for _ in 0..10 {
        let mut blob = client.request::<Blob>(LIST).await.unwrap();
        assert!(blob.chunk().await.unwrap().is_some());
    }
    let whole = client
        .request::<Blob>(LIST)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(whole.len(), 500_000);
}
