//! The transport over the offline tenant, and over servers that answer with exact bytes: it does what the SDK's own one does.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use superoffice_core::transport::{Transport, TransportError, TransportErrorKind};
use superoffice_core::{Blob, Body, Client, Error, Operation, RetryPolicy};
use superoffice_mock::{Fault, MockTenant};
use superoffice_reqwest::ReqwestTransport;

const GET: Operation = Operation::get("v1ContactEntity_GetContactEntity", "/api/v1/Contact/{id}");
const LIST: Operation = Operation::get("v1ContactEntity_GetAll", "/api/v1/Contact");
const NEW: Operation = Operation::post("v1DocumentEntity_PostDocumentEntity", "/api/v1/Document");
const UP: Operation = Operation::put(
    "v1DocumentEntity_SetDocumentStreamFromId",
    "/api/v1/Document/{documentId}/Content",
);
const DOWN: Operation = Operation::get(
    "v1DocumentEntity_GetDocumentStream",
    "/api/v1/Document/{documentId}/Content",
);

fn transport() -> ReqwestTransport {
    // Proxies of the environment are not what is tested.
    ReqwestTransport::with(reqwest::ClientBuilder::no_proxy).unwrap()
}

fn client(address: &str) -> Client {
    let client = Client::builder().base_url(address).basic("user", "canary");
    let client = client
        .retry(RetryPolicy::never())
        .max_response_bytes(100_000);
    client.transport(transport()).build().unwrap()
}

async fn one(client: &Client) -> Result<Option<Value>, Error> {
    client.request::<Option<Value>>(GET).path("id", 1).await
}

/// Answers every connection with these bytes once a request has come, and counts connections.
fn server(answer: impl Into<Vec<u8>>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (answer, count) = (answer.into(), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&count);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            seen.fetch_add(1, Ordering::SeqCst);
            // Whoever called may have gone.
            if stream.read(&mut [0; 8192]).is_ok() {
                stream.write_all(&answer).ok();
            }
        }
    });
    (address, count)
}

fn kind(outcome: Result<Option<Value>, Error>) -> TransportErrorKind {
    match outcome {
        Err(Error::Transport { source, .. }) => {
            assert_silent(&source);
            source.kind()
        }
        other => panic!("{other:?}"),
    }
}

fn assert_silent(error: &TransportError) {
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("canary") && !shown.contains("/api/v1"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_first_call() {
    let tenant = MockTenant::builder()
        .basic("user", "canary")
        .start()
        .await
        .unwrap();
    let client = client(&tenant.url());
    assert!(one(&client).await.is_err(), "nothing was saved yet");
    let body = tenant
        .neutral_body("v1ContactEntity_PostContactEntity")
        .unwrap();
    let post = Operation::post("v1ContactEntity_PostContactEntity", "/api/v1/Contact");
    let saved = client
        .request::<Option<Value>>(post)
        .json(&body)
        .await
        .unwrap()
        .unwrap();
    let id = saved["ContactId"].as_i64().unwrap();
    let read = client
        .request::<Option<Value>>(GET)
        .path("id", id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(read["ContactId"], saved["ContactId"]);
    assert_eq!(tenant.violations(), []);
    assert!(
        tenant.last_request().unwrap().headers["accept-encoding"]
            .to_str()
            .unwrap()
            .contains("gzip")
    );
}

#[tokio::test]
async fn blobs_go_piece_by_piece() {
    const PIECE: &[u8] = &[b'.'; 64 * 1024];
    let tenant = MockTenant::start().await.unwrap();
    let client = client(&tenant.url());
    let new = json!({"Name": "report.txt"});
    let saved = client
        .request::<Option<Value>>(NEW)
        .json(&new)
        .await
        .unwrap()
        .unwrap();
    let id = saved["DocumentId"].as_i64().unwrap();
    for length in [Some(40 * 65_536), None] {
        let pieces = (0..40).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(PIECE)));
        let content = Body::stream(stream::iter(pieces), length);
        client
            .request::<Option<Value>>(UP)
            .path("documentId", id)
            .binary(content)
            .await
            .unwrap();
        let sent = tenant.last_request().unwrap();
        let told = sent
            .headers
            .get("content-length")
            .map(|told| told.to_str().unwrap().to_owned());
        assert_eq!(told, length.map(|length: u64| length.to_string()));
        assert_eq!(sent.body.len(), 40 * 65_536);
    }
    let mut content = client
        .request::<Blob>(DOWN)
        .path("documentId", id)
        .await
        .unwrap();
    let (mut pieces, mut received) = (0, 0);
    while let Some(piece) = content.chunk().await.unwrap() {
        (pieces, received) = (pieces + 1, received + piece.len());
    }
    assert_eq!(received, 40 * 65_536);
    assert!(pieces > 1, "not the whole of it at once");
    // A file that cannot be read on is the fault of neither network nor service.
    let broken = [
        Ok(Bytes::from_static(PIECE)),
        Err(std::io::Error::other("the disk")),
    ];
    let content = Body::stream(stream::iter(broken), None);
    let sent = client
        .request::<Option<Value>>(UP)
        .path("documentId", id)
        .binary(content)
        .await;
    assert_eq!(kind(sent), TransportErrorKind::RequestBody);
    // Nor is one that is not as long as was said.
    for length in [0, 65_535, 65_536, 3 * 65_536] {
        let pieces = [PIECE, PIECE].map(|piece| Ok::<_, std::io::Error>(Bytes::from_static(piece)));
        let content = Body::stream(stream::iter(pieces), Some(length));
        let sent = client
            .request::<Option<Value>>(UP)
            .path("documentId", id)
            .binary(content)
            .await;
        assert_eq!(kind(sent), TransportErrorKind::RequestBody, "{length}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (elsewhere, reached) = server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} Moved\r\nLocation: {elsewhere}/\r\n");
        let (address, asked) = server(format!(
            "{head}Content-Length: 0\r\nConnection: close\r\n\r\n"
        ));
        // Not even where it is asked for.
        let follow = |client: reqwest::ClientBuilder| {
            client
                .no_proxy()
                .redirect(reqwest::redirect::Policy::limited(5))
        };
        let transport = ReqwestTransport::with(follow).unwrap();
        let client = Client::builder().base_url(&address).basic("user", "canary");
        let client = client.transport(transport).build().unwrap();
        let outcome = one(&client).await;
        assert!(
            matches!(outcome, Err(Error::Redirect { .. })),
            "{outcome:?}"
        );
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn failures_tell_how_far_the_request_came() {
    // Nobody listens there: the port was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert_eq!(
        kind(one(&client(&format!("http://{free}"))).await),
        TransportErrorKind::Connect
    );
    let (plain, _) = server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let encrypted = client(&plain.replace("http:", "https:"));
    assert_eq!(kind(one(&encrypted).await), TransportErrorKind::Tls);
    let (silent, asked) = server("");
    assert_eq!(
        kind(one(&client(&silent)).await),
        TransportErrorKind::Interrupted
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1, "reqwest repeats nothing");
    let (short, _) =
        server("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[");
    assert_eq!(kind(one(&client(&short)).await), TransportErrorKind::Body);
    let gzip = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03";
    let (damaged, _) = server(gzip.to_vec());
    assert_eq!(kind(one(&client(&damaged)).await), TransportErrorKind::Body);
}

#[tokio::test]
async fn limits_and_timeouts_are_the_clients() {
    let tenant = MockTenant::start().await.unwrap();
    tenant.inject(Fault::Oversize(1_000_000));
    let client = client(&tenant.url());
    let outcome = client.request::<Option<Value>>(LIST).await;
    assert!(
        matches!(outcome, Err(Error::BodyTooLarge { .. })),
        "{outcome:?}"
    );
    tenant.inject(Fault::Latency(Duration::from_secs(20)));
    let call = client
        .request::<Option<Value>>(LIST)
        .timeout(Duration::from_millis(100));
    let outcome = call.await;
    assert!(matches!(outcome, Err(Error::Timeout { .. })), "{outcome:?}");
}

/// The library resolves dots and rewrites hosts; a request that it would change is not sent.
#[tokio::test]
async fn an_address_is_sent_as_it_is_or_not_at_all() {
    let (address, asked) = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for path in ["/a/../b", "/a/%2e%2e/b", "/a/%2E/b", "/a/./b"] {
        let request = http::Request::get(format!("{address}{path}"));
        let outcome = transport().send(request.body(Body::empty()).unwrap()).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Unusable, "{path}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    for path in [
        "/a%2Fb/c%20d",
        "/a'b(c)/%C3%A5?$filter=name%20eq%20'x'&a=b+c",
    ] {
        let request = http::Request::get(format!("{address}{path}"));
        assert!(
            transport()
                .send(request.body(Body::empty()).unwrap())
                .await
                .is_ok(),
            "{path}"
        );
    }
}

#[test]
fn without_a_runtime_it_says_so() {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let transport = transport();
    let request = http::Request::get("http://127.0.0.1:1/")
        .body(Body::empty())
        .unwrap();
    let mut sending = transport.send(request);
    match sending.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => {
            assert_eq!(error.kind(), TransportErrorKind::Unusable)
        }
        other => panic!("{other:?}"),
    }
    let mut sleeping = transport.sleep(Duration::ZERO);
    assert!(sleeping.as_mut().poll(&mut context).is_pending());
}
