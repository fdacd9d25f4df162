//! How much time an attempt gets: what was said for the call, for the client, or what is known of the operation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{Body, Client, Operation};

use crate::blobs::stream;
use crate::server::LIST;

/// Answers at once, and remembers every timer that was set.
#[derive(Clone, Default)]
struct Timers(Arc<Mutex<Vec<Duration>>>);

impl Transport for Timers {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let response = http::Response::new(Body::from("1"));
        Box::pin(std::future::ready(Ok(response)))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::pending())
    }
}

/// The timers of one call, in seconds.
async fn timers(
    client: Option<u64>,
    call: Option<u64>,
    operation: Operation,
    body: Option<Body>,
) -> Vec<u64> {
    let timers = Timers::default();
    let mut builder = Client::builder()
        .base_url("https://crm.example.com")
        .transport(timers.clone());
    if let Some(seconds) = client {
        builder = builder.timeout(Duration::from_secs(seconds));
    }
    let client = builder.build().unwrap();
    let mut request = client.request::<Option<i32>>(operation);
    if let Some(seconds) = call {
        request = request.timeout(Duration::from_secs(seconds));
    }
    if let Some(body) = body {
        request = request.binary(body);
    }
    assert_eq!(request.await.unwrap(), Some(1));
    let set = timers.0.lock().unwrap();
    set.iter().map(Duration::as_secs).collect()
}

#[tokio::test]
async fn an_attempt_gets_twelve_times_what_is_slow_within_bounds() {
    let slow = |milliseconds| LIST.slow_after_ms(milliseconds);
    let table = [
        (LIST, 100),
        (slow(0), 30),
        (slow(2_499), 30),
        (slow(5_000), 60),
        (slow(10_000), 120),
        (slow(25_000), 300),
        (slow(60_000), 300),
        (slow(u32::MAX), 300),
    ];
    for (operation, seconds) in table {
        assert_eq!(timers(None, None, operation, None).await, [seconds]);
    }
}

#[tokio::test]
async fn what_was_said_counts_more_than_what_is_known() {
    let slow = LIST.slow_after_ms(5_000);
    assert_eq!(timers(Some(7), None, slow, None).await, [7]);
    assert_eq!(timers(Some(7), Some(8), slow, None).await, [8]);
    assert_eq!(timers(None, Some(8), slow, None).await, [8]);
    // Nobody knows how long a stream is.
    let upload = || Some(stream(&["a"]));
    assert_eq!(timers(None, None, slow, upload()).await, [3600]);
    assert_eq!(timers(Some(7), None, slow, upload()).await, [7]);
    let bytes = Some(Body::from("a"));
    assert_eq!(timers(None, None, slow, bytes).await, [60]);
}
