//! Credentials: what is sent, when it is fetched, and when it is fetched again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use superoffice_core::auth::{AuthError, Credential, CredentialSource, Exchange};
use superoffice_core::transport::{BoxFuture, Transport};
use superoffice_core::{Client, Error};

use crate::server::{LIST, POST, PUT, Reply, Scripted, Server, json as json_response, response};

pub(crate) async fn call(client: &Client) -> Result<Option<Value>, Error> {
    client.request::<Option<Value>>(LIST).await
}

#[tokio::test]
async fn every_fixed_scheme() {
    let server = Server::always(json_response("200 OK", "1"));
    call(
        &server
            .builder()
            .basic("Aladdin", "open sesame")
            .build()
            .unwrap(),
    )
    .await
    .unwrap();
    call(
        &server
            .builder()
            .so_ticket("7T:abc=")
            .app_token("secret")
            .build()
            .unwrap(),
    )
    .await
    .unwrap();
    call(&server.builder().bearer("8A:Cust12345.abc").build().unwrap())
        .await
        .unwrap();
    call(
        &server
            .builder()
            .xsrf("token", "XSRF-TOKEN=token; session=1")
            .build()
            .unwrap(),
    )
    .await
    .unwrap();
    let gateway = server.builder().bearer("8A:Cust12345.abc");
    let gateway = gateway.secret_header("X-Gateway-Key", "key");
    call(&gateway.build().unwrap()).await.unwrap();
    let received = server.received();
    assert_eq!(received[4].header("x-gateway-key"), Some("key"));
    assert_eq!(
        received[4].header("authorization"),
        Some("Bearer 8A:Cust12345.abc")
    );
    assert_eq!(
        received[0].header("authorization"),
        Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    );
    assert_eq!(
        received[1].header("authorization"),
        Some("SoTicket 7T:abc=")
    );
    assert_eq!(received[1].header("so-apptoken"), Some("secret"));
    assert_eq!(
        received[2].header("authorization"),
        Some("Bearer 8A:Cust12345.abc")
    );
    assert_eq!(received[3].header("x-xsrf-token"), Some("token"));
    assert_eq!(
        received[3].header("cookie"),
        Some("XSRF-TOKEN=token; session=1")
    );
    assert_eq!(received[3].header("authorization"), None);
    assert!(
        Client::builder()
            .base_url(&server.address)
            .basic("a:b", "c")
            .build()
            .is_err()
    );
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let server = Server::always(response(
        "200 OK",
        "Set-Cookie: session=1\r\nConnection: close\r\n",
        "1",
    ));
    let client = server.client();
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert!(
        server
            .received()
            .iter()
            .all(|received| received.header("cookie").is_none())
    );
}

/// Gives `token1`, `token2` and so on.
struct Counter {
    fetched: Arc<AtomicUsize>,
    life: Option<Duration>,
    fails: bool,
}

impl Counter {
    fn new() -> (Self, Arc<AtomicUsize>) {
        let fetched = Arc::new(AtomicUsize::new(0));
        (
            Self {
                fetched: Arc::clone(&fetched),
                life: None,
                fails: false,
            },
            fetched,
        )
    }
}

impl CredentialSource for Counter {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        Box::pin(async move {
            let number = self.fetched.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if self.fails {
                return Err(AuthError::denied("the test", "no"));
            }
            let credential = Credential::bearer(&format!("token{number}"))?;
            Ok(match self.life {
                Some(life) => credential.until(exchange.now() + life),
                None => credential,
            })
        })
    }
}

pub(crate) async fn fifty_calls(client: &Client) -> Vec<Result<Option<Value>, Error>> {
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client).await })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.unwrap());
    }
    results
}

#[tokio::test]
async fn fifty_calls_fetch_once() {
    let server = Server::always(json_response("200 OK", "1"));
    let (source, fetched) = Counter::new();
    let client = server.builder().credentials(source).build().unwrap();
    assert!(fifty_calls(&client).await.iter().all(Result::is_ok));
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    assert!(
        server
            .received()
            .iter()
            .all(|received| received.header("authorization") == Some("Bearer token1"))
    );
}

/// A credential that is as good as ended when it comes, by a clock that is wrong or a service that is mean: whoever waited for it
/// takes it, and the next call fetches another.
#[tokio::test]
async fn fifty_calls_fetch_once_what_is_not_good_for_long() {
    let server = Server::always(json_response("200 OK", "1"));
    for life in [Duration::ZERO, Duration::from_secs(30)] {
        let (mut source, fetched) = Counter::new();
        source.life = Some(life);
        let client = server.builder().credentials(source).build().unwrap();
        assert!(fifty_calls(&client).await.iter().all(Result::is_ok));
        assert_eq!(fetched.load(Ordering::SeqCst), 1, "{life:?}");
        call(&client).await.unwrap();
        assert_eq!(fetched.load(Ordering::SeqCst), 2, "{life:?}");
    }
}

#[tokio::test]
async fn fifty_calls_fail_once() {
    let server = Server::always(json_response("200 OK", "1"));
    let (mut source, fetched) = Counter::new();
    source.fails = true;
    let client = server.builder().credentials(source).build().unwrap();
    for result in fifty_calls(&client).await {
        assert!(matches!(result, Err(Error::Auth(_))), "{result:?}");
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    assert_eq!(server.received().len(), 0);
    call(&client).await.unwrap_err();
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
}

/// A server that refuses every credential but the second that a [`Counter`] gives.
fn welcomes_the_second_token() -> Server {
    Server::start(|received, _| {
        let good = received.header("authorization") == Some("Bearer token2");
        Reply::Bytes(if good {
            json_response("200 OK", "1")
        } else {
            response("401 Unauthorized", "", "")
        })
    })
}

#[tokio::test]
async fn refused_credentials_are_fetched_again_once_for_all() {
    let server = welcomes_the_second_token();
    let (source, fetched) = Counter::new();
    let client = server.builder().credentials(source).build().unwrap();
    assert!(fifty_calls(&client).await.iter().all(Result::is_ok));
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
    // Also a call that must not be repeated: it was not let in.
    client
        .request::<Option<Value>>(POST)
        .json(&1)
        .await
        .unwrap();
}

/// The stream is gone, so this call fails; the refused credential must not be used by the next.
#[tokio::test]
async fn a_refused_stream_renews_for_the_next_call() {
    let server = welcomes_the_second_token();
    let (source, fetched) = Counter::new();
    let client = server.builder().credentials(source).build().unwrap();
    let refused = client
        .request::<()>(PUT)
        .binary(crate::blobs::stream(&["ab"]))
        .await;
    assert!(matches!(refused, Err(Error::Auth(_))), "{refused:?}");
    assert_eq!(server.received().len(), 1);
    client
        .request::<()>(PUT)
        .binary(crate::blobs::stream(&["ab"]))
        .await
        .unwrap();
    assert_eq!(
        (fetched.load(Ordering::SeqCst), server.received().len()),
        (2, 2)
    );
}

#[tokio::test]
async fn credentials_that_stay_refused_are_an_error() {
    let server = Server::always(response("401 Unauthorized", "", ""));
    let (source, fetched) = Counter::new();
    let client = server.builder().credentials(source).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(
        matches!(error, Error::Auth(_)) && error.status().is_some_and(|status| status == 401),
        "{error:?}"
    );
    assert_eq!(
        (fetched.load(Ordering::SeqCst), server.received().len()),
        (2, 2)
    );
    let fixed = server.builder().bearer("x").build().unwrap();
    call(&fixed).await.unwrap_err();
    assert_eq!(server.received().len(), 3);
}

/// Some say 401 where they mean that a user may not do this. A new credential is tried once, and again after a while.
#[tokio::test]
async fn credentials_that_stay_refused_are_not_renewed_for_every_call() {
    let refused = Ok((401, Vec::new(), ""));
    let transport = Scripted::new([refused]);
    let fetched = Arc::new(AtomicUsize::new(0));
    let source = Ticket(Arc::clone(&fetched), Duration::from_secs(6 * 3600));
    let client = transport.builder().credentials(source).build().unwrap();
    // Seconds until the next ten calls, and how many credentials and requests there were after these.
    for (seconds, credentials, requests) in [(0, 2, 11), (29, 2, 21), (1, 3, 32), (30, 4, 43)] {
        transport.sleep(Duration::from_secs(seconds)).await;
        for _ in 0..10 {
            let error = client.request::<()>(PUT).await.unwrap_err();
            assert!(matches!(error, Error::Auth(_)), "{error:?}");
        }
        assert_eq!(fetched.load(Ordering::SeqCst), credentials, "{seconds}");
        assert_eq!(transport.sent(), requests, "{seconds}");
    }
}

/// What becomes of a call that says itself who makes it tells nothing about the client's credentials.
#[tokio::test]
async fn a_call_with_its_own_credentials_leaves_those_of_the_client_alone() {
    let server = Server::start(|received, _| {
        let good = received.header("authorization") == Some("Bearer token1");
        Reply::Bytes(if good {
            json_response("200 OK", "1")
        } else {
            response("401 Unauthorized", "", "")
        })
    });
    let (source, fetched) = Counter::new();
    let client = server.builder().credentials(source).build().unwrap();
    for _ in 0..5 {
        let request = client.request::<Option<Value>>(LIST);
        let refused = request.header("Authorization", "Bearer other").await;
        assert!(matches!(refused, Err(Error::Auth(_))), "{refused:?}");
    }
    assert_eq!(server.received().len(), 5);
    call(&client).await.unwrap();
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    // A header of the client is such a one too.
    let (source, fetched) = Counter::new();
    let builder = server.builder().header("Authorization", "Bearer other");
    let client = builder.credentials(source).build().unwrap();
    call(&client).await.unwrap_err();
    call(&client).await.unwrap_err();
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
    assert_eq!(server.received().len(), 8);

    // It is no use of a ticket that was not sent.
    let fetched = Arc::new(AtomicUsize::new(0));
    let transport = Scripted::new([Ok((200, Vec::new(), "1"))]);
    let source = Ticket(Arc::clone(&fetched), Duration::from_secs(6 * 3600));
    let client = transport.builder().credentials(source).build().unwrap();
    for (own, expected) in [(false, 1), (true, 1), (false, 2)] {
        let mut request = client.request::<Option<Value>>(LIST);
        if own {
            request = request.header("Authorization", "SoTicket 7T:own");
        }
        request.await.unwrap();
        assert_eq!(fetched.load(Ordering::SeqCst), expected);
        transport.sleep(Duration::from_secs(4 * 3600)).await;
    }
}

#[tokio::test]
async fn credentials_are_renewed_before_they_end() {
    let server = Server::always(json_response("200 OK", "1"));
    for (life, expected) in [(Duration::from_secs(30), 3), (Duration::from_secs(3600), 1)] {
        let (mut source, fetched) = Counter::new();
        source.life = Some(life);
        let client = server.builder().credentials(source).build().unwrap();
        for _ in 0..3 {
            call(&client).await.unwrap();
        }
        assert_eq!(fetched.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn two_tenants_never_mix() {
    let server = Server::always(json_response("200 OK", "1"));
    let clients: Vec<Client> = ["one", "two"]
        .map(|token| server.builder().bearer(token).build().unwrap())
        .into_iter()
        .collect();
    for round in 0..20 {
        call(&clients[round % 2]).await.unwrap();
    }
    for (index, received) in server.received().iter().enumerate() {
        let expected = ["Bearer one", "Bearer two"][index % 2];
        assert_eq!(received.header("authorization"), Some(expected));
    }
}

#[test]
fn a_sliding_credential_says_when_it_ends() {
    let credential = Credential::so_ticket("canary")
        .unwrap()
        .sliding(Duration::from_secs(6 * 3600));
    assert!(!format!("{credential:?}").contains("canary"));
    let until = Credential::bearer("canary")
        .unwrap()
        .until(SystemTime::UNIX_EPOCH);
    assert!(!format!("{until:?}").contains("canary"));
}

/// A ticket that is good for so long after every use.
struct Ticket(Arc<AtomicUsize>, Duration);

/// However long a source says that its credential lives.
#[tokio::test]
async fn a_ticket_may_live_for_ever() {
    for life in [Duration::MAX, Duration::from_secs(u64::MAX - 1)] {
        let fetched = Arc::new(AtomicUsize::new(0));
        let transport = Scripted::new([Ok((200, Vec::new(), "1"))]);
        let source = Ticket(Arc::clone(&fetched), life);
        let client = transport.builder().credentials(source).build().unwrap();
        call(&client).await.unwrap();
        call(&client).await.unwrap();
        assert_eq!(fetched.load(Ordering::SeqCst), 1);
    }
}

impl CredentialSource for Ticket {
    fn credential<'a>(&'a self, _: &'a Exchange) -> BoxFuture<'a, Result<Credential, AuthError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(Credential::so_ticket("7T:x")?.sliding(self.1)) })
    }
}

#[tokio::test]
async fn a_ticket_lives_as_long_as_it_is_used() {
    let fetched = Arc::new(AtomicUsize::new(0));
    let transport = Scripted::new([Ok((200, Vec::new(), "1"))]);
    let client = transport
        .builder()
        .credentials(Ticket(Arc::clone(&fetched), Duration::from_secs(6 * 3600)))
        .build()
        .unwrap();
    // Hours between calls, and how often a ticket was fetched by then.
    for (hours, expected) in [(0, 1), (5, 1), (5, 1), (5, 1), (7, 2), (5, 2)] {
        transport.sleep(Duration::from_secs(hours * 3600)).await;
        call(&client).await.unwrap();
        assert_eq!(
            fetched.load(Ordering::SeqCst),
            expected,
            "after {hours} hours"
        );
    }
}

#[tokio::test]
async fn a_fetch_whose_call_is_dropped_is_ended_by_the_next_calls() {
    let server = Server::always(json_response("200 OK", "1"));
    let (source, fetched) = Counter::new();
    let client = server.builder().credentials(source).build().unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(10), call(&client)).await;
    assert!(dropped.is_err());
    assert!(fifty_calls(&client).await.iter().all(Result::is_ok));
    assert_eq!(fetched.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_source_can_be_shared() {
    let server = Server::always(json_response("200 OK", "1"));
    let (source, fetched) = Counter::new();
    let source = Arc::new(source);
    let one = server.builder().credentials(Arc::clone(&source)).build();
    call(&one.unwrap()).await.unwrap();
    let dynamic: Arc<dyn CredentialSource> = source;
    let two = server.builder().credentials(dynamic).build();
    call(&two.unwrap()).await.unwrap();
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
}

/// The same header from both: what is renewed counts, once.
#[tokio::test]
async fn no_header_of_a_credential_is_sent_twice() {
    let server = Server::always(json_response("200 OK", "1"));
    let (source, _) = Counter::new();
    let client = server.builder().bearer("fixed").credentials(source);
    call(&client.build().unwrap()).await.unwrap();
    let head = server.received()[0].head.to_ascii_lowercase();
    assert_eq!(head.matches("\r\nauthorization:").count(), 1, "{head}");
    assert!(head.contains("bearer token1"), "{head}");
}
