//! Online tenants: found when they are needed, kept as long as they say, found again when they have moved.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use superoffice_core::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice_core::{Body, Client, Environment, Error, RetryPolicy, TenantStatus};

use crate::server::{LIST, POST, PUT, Reply, Server, json as json_response, quick, response};

fn state(endpoint: &str, valid_until: &str) -> Vec<u8> {
    let body = json!({
        "ContextIdentifier": "Cust12345", "Endpoint": endpoint, "State": "Running", "IsRunning": true,
        "ValidUntil": valid_until, "Api": format!("{endpoint}/api"), "Version": "10.3", "New": 1
    });
    json_response("200 OK", body.to_string())
}

const FUTURE: &str = "2999-01-01T00:00:00.1234567Z";

fn client(environment: &Server) -> Client {
    let environment = Environment::Other(environment.address.clone());
    Client::builder()
        .tenant(environment, "Cust12345")
        .retry(quick())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_tenant_is_found_once_for_fifty_calls() {
    let data = Server::always(json_response("200 OK", "1"));
    let endpoint = format!("{}/Cust12345", data.address);
    let environment = Server::start(move |_, _| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Reply::Bytes(state(&endpoint, FUTURE))
    });
    let client = client(&environment);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.request::<Option<Value>>(LIST).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let asked = environment.received();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line(), "GET /api/state/Cust12345");
    assert_eq!(asked[0].header("authorization"), None);
    assert!(
        data.received()
            .iter()
            .all(|received| received.line() == "GET /Cust12345/api/v1/Thing")
    );
}

#[tokio::test]
async fn an_answer_is_kept_no_longer_than_it_says() {
    let data = Server::always(json_response("200 OK", "1"));
    let endpoint = data.address.clone();
    let environment =
        Server::start(move |_, _| Reply::Bytes(state(&endpoint, "2001-01-01T00:00:00Z")));
    let client = client(&environment);
    for _ in 0..3 {
        client.request::<Option<Value>>(LIST).await.unwrap();
    }
    assert_eq!(environment.received().len(), 3);
}

#[tokio::test]
async fn a_tenant_that_has_moved_is_found_again_and_the_call_made_once_more() {
    let old = Server::always(response("421 Misdirected Request", "", ""));
    let new = Server::always(json_response("200 OK", "1"));
    let endpoints = Arc::new(Mutex::new(vec![new.address.clone(), old.address.clone()]));
    let environment = Server::start(move |_, _| {
        let mut endpoints = endpoints.lock().unwrap();
        let endpoint = if endpoints.len() > 1 {
            endpoints.pop().unwrap()
        } else {
            endpoints[0].clone()
        };
        Reply::Bytes(state(&endpoint, FUTURE))
    });
    let client = client(&environment);
    client
        .request::<Option<Value>>(POST)
        .json(&json!({"a": 1}))
        .await
        .unwrap();
    assert_eq!(
        (
            old.received().len(),
            new.received().len(),
            environment.received().len()
        ),
        (1, 1, 2)
    );
    assert_eq!(new.received()[0].body, br#"{"a":1}"#);
    client.request::<Option<Value>>(POST).await.unwrap();
    assert_eq!((old.received().len(), environment.received().len()), (1, 2));
}

/// The stream is gone, so this call fails; the next one goes to the new place.
#[tokio::test]
async fn a_misdirected_stream_moves_the_next_call() {
    let old = Server::always(response("421 Misdirected Request", "", ""));
    let new = Server::always(json_response("200 OK", "1"));
    let places = [old.address.clone(), new.address.clone()];
    let environment =
        Server::start(move |_, number| Reply::Bytes(state(&places[number.min(2) - 1], FUTURE)));
    let client = client(&environment);
    let upload = || {
        client
            .request::<()>(PUT)
            .binary(crate::blobs::stream(&["ab"]))
    };
    assert!(upload().await.is_err());
    upload().await.unwrap();
    assert_eq!((old.received().len(), new.received().len()), (1, 1));
}

#[tokio::test]
async fn fifty_calls_find_a_tenant_once_whose_answer_is_not_to_be_kept() {
    let data = Server::always(json_response("200 OK", "1"));
    let endpoint = data.address.clone();
    let environment = Server::start(move |_, _| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Reply::Bytes(state(&endpoint, "2001-01-01T00:00:00Z"))
    });
    let client = client(&environment);
    for call in crate::authentication::fifty_calls(&client).await {
        call.unwrap();
    }
    assert_eq!(environment.received().len(), 1);
}

#[tokio::test]
async fn a_tenant_that_is_nowhere_is_an_error_after_one_more_try() {
    let old = Server::always(response("421 Misdirected Request", "", ""));
    let endpoint = old.address.clone();
    let environment = Server::start(move |_, _| Reply::Bytes(state(&endpoint, FUTURE)));
    let error = client(&environment)
        .request::<Option<Value>>(LIST)
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(421));
    assert_eq!((old.received().len(), environment.received().len()), (2, 2));
}

#[tokio::test]
async fn every_state_is_typed() {
    let table = [
        (json!("Suspended"), TenantStatus::Suspended, false),
        (json!(4), TenantStatus::Suspended, false),
        (
            json!("OfflineMaintenance"),
            TenantStatus::OfflineMaintenance,
            true,
        ),
        (json!(5), TenantStatus::OnlineMaintenance, true),
        (
            json!("MigrationPending"),
            TenantStatus::MigrationPending,
            true,
        ),
        (json!("Deleted"), TenantStatus::Deleted, false),
        (json!("deleteFailed"), TenantStatus::DeleteFailed, false),
        (
            json!("Hibernating"),
            TenantStatus::Other("Hibernating".to_owned()),
            false,
        ),
        (json!(7), TenantStatus::Other("7".to_owned()), false),
        (json!(null), TenantStatus::Unknown, false),
    ];
    for (wire, expected, temporary) in table {
        let body = json!({"ContextIdentifier": "Cust12345", "Endpoint": null, "State": wire, "IsRunning": false});
        let environment = Server::always(json_response("200 OK", body.to_string()));
        let error = client(&environment)
            .request::<Option<Value>>(LIST)
            .await
            .unwrap_err();
        assert_eq!(error.is_retryable(), temporary, "{wire}");
        let Error::TenantUnavailable(state) = error else {
            panic!("{wire}: {error:?}")
        };
        assert_eq!(
            (state.state, state.context_identifier.as_str()),
            (expected, "Cust12345"),
            "{wire}"
        );
    }
}

#[test]
fn every_state_is_shown_by_its_name() {
    for number in 0..=20 {
        let by_number: TenantStatus = serde_json::from_value(json!(number)).unwrap();
        let name = by_number.to_string();
        let by_name: TenantStatus = serde_json::from_value(json!(name)).unwrap();
        assert_eq!(by_number, by_name, "{number}: {name}");
        let known = [0, 1, 2, 3, 4, 5, 6, 8, 10, 11, 12].contains(&number);
        assert_eq!(
            matches!(by_number, TenantStatus::Other(_)),
            !known,
            "{number}: {name}"
        );
        if known {
            // The name of the state is that of its variant.
            assert_eq!(name, format!("{by_number:?}"), "{number}");
        }
    }
    assert_eq!(TenantStatus::default().to_string(), "Unknown");
}

#[test]
fn every_environment_has_its_address() {
    let table = [
        (Environment::Development, "https://sod.superoffice.com"),
        (Environment::Stage, "https://qaonline.superoffice.com"),
        (Environment::Production, "https://online.superoffice.com"),
        (
            Environment::Other("https://x.example".to_owned()),
            "https://x.example",
        ),
    ];
    for (environment, address) in &table {
        assert_eq!(environment.base_url(), *address);
    }
    // Whoever serves several tenants finds the client of each by it.
    let clients = std::collections::HashMap::from(table);
    assert_eq!(clients.len(), 4);
}

/// Nobody says that these are never null. A tenant that does not say that it runs does not.
#[tokio::test]
async fn a_state_with_nulls_is_read() {
    let data = Server::always(json_response("200 OK", "1"));
    let nulls = |running: Value| {
        let body = json!({
            "ContextIdentifier": null, "Endpoint": data.address, "State": null, "IsRunning": running,
            "ValidUntil": null, "Api": null, "Version": null
        });
        Server::always(json_response("200 OK", body.to_string()))
    };
    let running = nulls(json!(true));
    client(&running)
        .request::<Option<Value>>(LIST)
        .await
        .unwrap();
    let silent = nulls(json!(null));
    let error = client(&silent)
        .request::<Option<Value>>(LIST)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::TenantUnavailable(state) if state.context_identifier == "Cust12345"),
        "{error:?}"
    );
}

/// One of the two addresses is enough.
#[tokio::test]
async fn an_address_that_is_empty_is_none() {
    let data = Server::always(json_response("200 OK", "1"));
    let api = format!("{}/api", data.address);
    for (endpoint, api) in [
        (json!(""), json!(api)),
        (json!(" "), json!(api)),
        (json!(null), json!(api)),
        (json!(data.address), json!("")),
    ] {
        let state = json!({"Endpoint": endpoint, "Api": api, "IsRunning": true});
        let environment = Server::always(json_response("200 OK", state.to_string()));
        let result = client(&environment).request::<Option<Value>>(LIST).await;
        assert!(result.is_ok(), "{state}: {result:?}");
    }
}

#[tokio::test]
async fn a_state_that_cannot_be_had_is_an_error() {
    for answer in [
        response("404 Not Found", "", "no such customer"),
        response("200 OK", "Content-Type: text/html\r\n", "<html>"),
        json_response("200 OK", "null"),
        json_response("200 OK", r#"{"IsRunning":true}"#),
        json_response(
            "200 OK",
            r#"{"IsRunning":true,"Endpoint":"http://insecure.example"}"#,
        ),
        response("302 Found", "Location: https://elsewhere.example\r\n", ""),
    ] {
        let environment = Server::always(answer.clone());
        let error = client(&environment)
            .request::<Option<Value>>(LIST)
            .await
            .unwrap_err();
        let shown = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            matches!(&error, Error::TenantUnresolved { tenant, .. } if tenant == "Cust12345"),
            "{shown}: {error:?}"
        );
    }
    for identifier in ["", "12345", "Cust", "Cust12x", "../Cust1", "Cust1/api"] {
        let built = Client::builder()
            .tenant(Environment::Production, identifier)
            .build();
        assert!(
            matches!(built, Err(Error::InvalidConfiguration { .. })),
            "{identifier}"
        );
    }
}

#[tokio::test]
async fn a_state_that_cannot_be_had_once_is_asked_for_again() {
    let data = Server::always(json_response("200 OK", "1"));
    let endpoint = data.address.clone();
    let environment = Server::start(move |_, number| {
        if number == 1 {
            return Reply::Close(response("503 Busy", "Connection: close\r\n", ""));
        }
        Reply::Bytes(state(&endpoint, FUTURE))
    });
    // Also for a call that must not be repeated: it was not sent yet.
    client(&environment)
        .request::<Option<Value>>(POST)
        .await
        .unwrap();
    assert_eq!(
        (environment.received().len(), data.received().len()),
        (2, 1)
    );
}

#[tokio::test]
async fn the_state_of_a_tenant_can_be_asked_for() {
    use superoffice_core::auth::Exchange;
    use superoffice_core::transport::HttpTransport;
    let stopped = Server::always(json_response(
        "200 OK",
        r#"{"ContextIdentifier":"Cust12345","State":"OfflineMaintenance","IsRunning":false}"#,
    ));
    let client = client(&stopped);
    for _ in 0..2 {
        let state = client.tenant_state().await.unwrap().unwrap();
        assert_eq!(state.state, TenantStatus::OfflineMaintenance);
        assert!(!state.is_running);
    }
    assert_eq!(stopped.received().len(), 2, "it is asked for each time");
    let exchange = Exchange::new(HttpTransport::new().unwrap());
    let environment = Environment::Other(stopped.address.clone());
    let state = environment.tenant_state(&exchange, "Cust12345").await;
    assert_eq!(state.unwrap().context_identifier, "Cust12345");
    let malformed = environment.tenant_state(&exchange, "../x").await;
    assert!(matches!(malformed, Err(Error::InvalidConfiguration { .. })));
    assert_eq!(stopped.client().tenant_state().await.unwrap(), None);
}

/// An environment and its hosts without a network; the clock is moved by hand.
#[derive(Clone, Default)]
struct Moving(Arc<Mutex<Hosts>>);

#[derive(Default)]
struct Hosts {
    now: Duration,
    /// The host that the state endpoint names; none where that is busy.
    named: Option<&'static str>,
    /// The hosts that can be reached.
    alive: Vec<&'static str>,
    /// How often the state endpoint was asked.
    asked: usize,
}

impl Moving {
    fn set(&self, change: impl FnOnce(&mut Hosts)) {
        change(&mut self.0.lock().unwrap());
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().asked
    }
}

impl Transport for Moving {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut hosts = self.0.lock().unwrap();
        let host = request.uri().host().unwrap();
        let mut answer = http::Response::new(Body::from("1"));
        if host == "online.superoffice.com" {
            hosts.asked += 1;
            match hosts.named {
                Some(named) => {
                    let endpoint = format!("https://{named}/Cust12345");
                    let state =
                        json!({"Endpoint": endpoint, "IsRunning": true, "ValidUntil": FUTURE});
                    *answer.body_mut() = Body::from(state.to_string());
                }
                None => *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE,
            }
        } else if !hosts.alive.contains(&host) {
            let error = TransportError::new(TransportErrorKind::Connect, "nobody is there");
            return Box::pin(std::future::ready(Err(error)));
        }
        Box::pin(std::future::ready(Ok(answer)))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().now
    }
}

#[tokio::test]
async fn a_tenant_whose_host_is_gone_is_found_at_the_next() {
    let (old, new) = ("online2.superoffice.com", "online7.superoffice.com");
    let moving = Moving::default();
    let builder = || {
        Client::builder()
            .tenant(Environment::Production, "Cust12345")
            .transport(moving.clone())
    };
    let client = builder().build().unwrap();
    let call = async || client.request::<Option<Value>>(POST).await;
    moving.set(|hosts| (hosts.named, hosts.alive) = (Some(old), vec![old]));
    call().await.unwrap();
    moving.set(|hosts| (hosts.named, hosts.alive) = (Some(new), vec![new]));
    call().await.unwrap();
    assert_eq!(moving.asked(), 2);

    // An outage: however many calls fail, the place is asked for every half a minute.
    moving.set(|hosts| hosts.alive.clear());
    for (seconds, asked) in [(0, 2), (29, 2), (30, 3), (59, 3), (60, 4)] {
        moving.set(|hosts| hosts.now = Duration::from_secs(seconds));
        for _ in 0..5 {
            let error = call().await.unwrap_err();
            assert!(matches!(error, Error::Transport { .. }), "{error:?}");
        }
        assert_eq!(moving.asked(), asked, "{seconds}");
    }
    // Where that cannot be asked either, the old place is tried.
    moving.set(|hosts| {
        (hosts.now, hosts.named) = (Duration::from_secs(90), None);
    });
    let error = call().await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    assert_eq!(moving.asked(), 5);
    moving.set(|hosts| hosts.alive.push(new));
    call().await.unwrap();
    assert_eq!(moving.asked(), 5);
    // One that was never known is none.
    let unknown = builder().retry(RetryPolicy::never()).build().unwrap();
    let error = unknown.request::<()>(LIST).await.unwrap_err();
    assert!(matches!(error, Error::TenantUnresolved { .. }), "{error:?}");
}
