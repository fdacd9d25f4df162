//! Connections that break: at each stage, with each verb.

use std::net::{Shutdown, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use superoffice_core::transport::{HttpTransport, TransportErrorKind};
use superoffice_core::{Client, Error, Operation};
use tokio::runtime::{Builder, Runtime};

use crate::server::{Counting, DELETE, LIST, POST, PUT, Reply, Server, json, quick};

/// What was answered before the connection broke: nothing, a part of the headers, a part of the body.
const STAGES: [&[u8]; 3] = [
    b"",
    b"HTTP/1.1 200 OK\r\nContent-Le",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1",
];

/// Every verb, and how often it is sent when nobody knows whether it has run.
const VERBS: [(Operation, usize); 4] = [(LIST, 3), (PUT, 3), (DELETE, 3), (POST, 1)];

/// Makes a call over a transport that counts; how often it was sent, and how that failed.
async fn failure(base: &str, operation: Operation) -> (usize, TransportErrorKind, Error) {
    let transport = HttpTransport::builder()
        .no_proxy()
        .connect_timeout(Duration::from_millis(150))
        .build()
        .unwrap();
    let transport = Counting::new(transport);
    let client = Client::builder()
        .base_url(base)
        .transport(transport.clone())
        .retry(quick())
        .build()
        .unwrap();
    let request = client.request::<Option<Value>>(operation);
    let error = request.json(&1).await.unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    (transport.sent(), source.kind(), error)
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again_where_that_is_harmless() {
    for (stage, bytes) in STAGES.into_iter().enumerate() {
        for (operation, expected) in VERBS {
            let server = Server::start(move |_, _| Reply::Close(bytes.to_vec()));
            let (sent, kind, error) = failure(&server.address, operation).await;
            let place = format!("stage {stage}, {}: {error:?}", operation.id);
            assert_eq!(
                (sent, server.received().len()),
                (expected, expected),
                "{place}"
            );
            let expected = if stage == 2 {
                TransportErrorKind::Body
            } else {
                TransportErrorKind::Interrupted
            };
            assert_eq!(kind, expected, "{place}");
            assert!(error.is_retryable(), "{place}");
        }
    }
}

/// The connection is taken and closed before anything of the request is read. That it was not read cannot be known here, so what must
/// not be repeated is not.
#[tokio::test]
async fn a_server_that_hangs_up_at_once() {
    for (operation, expected) in VERBS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                // It may be gone already.
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        let (sent, kind, error) = failure(&format!("http://{address}"), operation).await;
        let place = format!("{}: {error:?}", operation.id);
        assert_eq!(
            (sent, taken.load(Ordering::SeqCst)),
            (expected, expected),
            "{place}"
        );
        assert_eq!(kind, TransportErrorKind::Interrupted, "{place}");
    }
}

/// Where no connection was made, nothing was sent: every verb is tried again. Refused, and not answered within the time for that.
#[tokio::test]
async fn no_connection_is_tried_again_with_every_verb() {
    let refused = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    #[cfg(target_os = "linux")]
    let (silent, _kept) = full_queue();
    for (operation, _) in VERBS {
        let ports = [
            refused,
            #[cfg(target_os = "linux")]
            silent,
        ];
        for port in ports {
            let base = format!("http://127.0.0.1:{port}");
            let (sent, kind, error) = failure(&base, operation).await;
            let place = format!("{}: {error:?}", operation.id);
            assert_eq!((sent, kind), (3, TransportErrorKind::Connect), "{place}");
            let Error::Transport { source, .. } = &error else {
                panic!("{place}")
            };
            assert!(source.is_unsent() && error.is_retryable(), "{place}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_once_is_not_noticed() {
    for bytes in STAGES {
        let server = Server::start(move |_, number| {
            if number == 1 {
                Reply::Close(bytes.to_vec())
            } else {
                Reply::Bytes(json("200 OK", "[1]"))
            }
        });
        let value = server
            .client()
            .request::<Option<Vec<i32>>>(LIST)
            .await
            .unwrap();
        assert_eq!((value, server.received().len()), (Some(vec![1]), 2));
    }
}

/// A kept connection that the server has closed meanwhile is replaced, also for a call that must not be repeated.
#[tokio::test]
async fn a_dead_connection_of_the_pool_is_replaced() {
    let server = Server::start(|_, _| Reply::Close(json("200 OK", "1")));
    let client = server.client();
    for _ in 0..10 {
        client
            .request::<Option<Value>>(POST)
            .json(&1)
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.received().len(), 10);
}

#[tokio::test]
async fn a_kept_connection_is_used_again() {
    let server = Server::start(|_, _| Reply::Bytes(json("200 OK", "1")));
    let client = server.client();
    for _ in 0..10 {
        client
            .request::<Option<Value>>(POST)
            .json(&1)
            .await
            .unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (10, 1));
}

/// A port at which connections are neither made nor refused, as long as what comes with it is kept: its queue is full.
#[cfg(target_os = "linux")]
pub(crate) fn full_queue() -> (u16, (TcpListener, Vec<std::net::TcpStream>)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut kept = Vec::new();
    // How long the queue is, is the system's affair.
    while let Ok(stream) =
        std::net::TcpStream::connect_timeout(&address, Duration::from_millis(400))
    {
        kept.push(stream);
        assert!(kept.len() < 20_000, "the queue does not end");
    }
    (address.port(), (listener, kept))
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A connection is driven by the runtime that it was made in, and stands still when that does.
#[test]
fn runtimes_share_a_client_and_no_connections() {
    let server = Server::start(|_, _| Reply::Bytes(json("200 OK", "1")));
    let client = server.builder().timeout(Duration::from_secs(20));
    let client = client.build().unwrap();
    let call = |runtime: &Runtime| {
        let call = client.request::<Option<Value>>(POST).into_future();
        runtime.block_on(call).unwrap();
        server.connections()
    };
    let (first, second) = (runtime(), runtime());
    assert_eq!(call(&first), 1);
    assert_eq!(call(&second), 2);
    // Each goes on with its own.
    assert_eq!(call(&first), 2);
    assert_eq!(call(&second), 2);
    // The thread for callers in no runtime is another one.
    for _ in 0..2 {
        client
            .request::<Option<Value>>(POST)
            .send_blocking()
            .unwrap();
        assert_eq!(server.connections(), 3);
    }
    // However many there were: the connections of the last ones are kept.
    for number in 0..130 {
        assert_eq!(call(&runtime()), 4 + number);
    }
    assert_eq!(call(&first), 134);
    assert_eq!(call(&first), 134);
}

/// A runtime can be built without what a connection needs.
#[test]
fn a_runtime_without_timers_or_sockets_is_an_error() {
    let server = Server::always(json("200 OK", "1"));
    let localhost = server.address.replace("127.0.0.1", "localhost");
    let builders: [fn(&mut Builder) -> &mut Builder; 3] = [
        |builder| builder,
        |builder| builder.enable_io(),
        |builder| builder.enable_time(),
    ];
    for equip in builders {
        for base in [&server.address, &localhost] {
            let runtime = equip(&mut Builder::new_current_thread()).build().unwrap();
            let client = Client::builder().base_url(base).build().unwrap();
            let call = client.request::<Option<Value>>(LIST).into_future();
            let error = runtime.block_on(call).unwrap_err();
            let Error::Transport { source, .. } = &error else {
                panic!("{error:?}")
            };
            assert_eq!(source.kind(), TransportErrorKind::Unusable, "{error:?}");
            assert!(format!("{error:?}").contains("Call `enable_"), "{error:?}");
        }
    }
    assert_eq!(server.received().len(), 0);
}
