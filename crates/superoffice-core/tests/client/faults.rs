//! Connections that break: at each stage, with each verb (R10).

use std::net::{Shutdown, TcpListener};
use std::time::Duration;

use serde_json::Value;
use superoffice_core::transport::TransportErrorKind;
use superoffice_core::{Client, Error, Operation};

use crate::server::{DELETE, LIST, POST, PUT, Reply, Server, json, quick};

const STAGES: [&[u8]; 3] = [
    b"",
    b"HTTP/1.1 200 OK\r\nContent-Le",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1",
];

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again_where_that_is_harmless() {
    for (stage, bytes) in STAGES.into_iter().enumerate() {
        for (operation, expected) in [(LIST, 3), (PUT, 3), (DELETE, 3), (POST, 1)] {
            let server = Server::start(move |_, _| Reply::Close(bytes.to_vec()));
            let error = server
                .client()
                .request::<Option<Value>>(operation)
                .await
                .unwrap_err();
            assert_eq!(
                server.received().len(),
                expected,
                "stage {stage}, {}: {error:?}",
                operation.id
            );
            let Error::Transport { source, .. } = &error else {
                panic!("{error:?}")
            };
            let kind = if stage == 2 {
                TransportErrorKind::Body
            } else {
                TransportErrorKind::Interrupted
            };
            assert_eq!(source.kind(), kind, "stage {stage}: {error:?}");
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

#[tokio::test]
async fn nobody_there_is_tried_again_even_for_what_must_not_be_repeated() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let client = Client::builder()
        .base_url(format!("http://127.0.0.1:{port}"))
        .retry(quick())
        .build()
        .unwrap();
    let operation: Operation = POST;
    let error = client
        .request::<Option<Value>>(operation)
        .json(&1)
        .await
        .unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(
        source.is_unsent() && source.kind() == TransportErrorKind::Connect && error.is_retryable(),
        "{error:?}"
    );
}

/// A server that hangs up before it has read the request.
#[tokio::test]
async fn a_server_that_hangs_up_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let mut count = 0;
        listener.set_nonblocking(true).unwrap();
        let end = std::time::Instant::now() + Duration::from_millis(600);
        while std::time::Instant::now() < end {
            match listener.accept() {
                Ok((stream, _)) => {
                    count += 1;
                    // It may be gone already.
                    let _ = stream.shutdown(Shutdown::Both);
                }
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        count
    });
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .retry(quick())
        .build()
        .unwrap();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    assert_eq!(thread.join().unwrap(), 3);
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
