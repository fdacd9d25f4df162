//! Calls that are dropped before they end (R13).

use std::time::Duration;

use serde_json::Value;
use superoffice_core::transport::{HttpTransport, TransportError};
use superoffice_core::{Blob, Body, Client, Error, Request, Response};

use crate::server::{LIST, Reply, Server, json};

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

#[tokio::test]
async fn a_dropped_call_leaves_nothing_behind() {
    let whole = json("200 OK", "[1,2,3]");
    let server = Server::start(move |received, _| {
        let slow = received.line().ends_with("slow=true");
        if slow {
            Reply::Drip(whole.clone(), Duration::from_millis(1))
        } else {
            Reply::Bytes(json("200 OK", "[4]"))
        }
    });
    let client = server.builder().max_concurrent_requests(1).build().unwrap();
    for step in 0..100 {
        let call = client.request::<Option<Value>>(LIST).query("slow", true);
        let dropped =
            tokio::time::timeout(Duration::from_micros(step * 1000), call.into_future()).await;
        if let Ok(result) = dropped {
            assert_eq!(result.unwrap(), Some(serde_json::json!([1, 2, 3])));
        }
        // The next call gets its own answer, and its place in the queue.
        assert_eq!(
            client.request::<Option<Value>>(LIST).await.unwrap(),
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
