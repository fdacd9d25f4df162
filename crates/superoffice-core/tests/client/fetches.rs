//! Fetches that calls share: credentials, the place of a tenant, what a login publishes. Whoever waits for one moves it on, whichever call
//! began it and wherever that is.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use superoffice_core::auth::oauth::OAuthApplication;
use superoffice_core::auth::{AuthError, Credential, CredentialSource, Exchange};
use superoffice_core::transport::{BoxFuture, HttpTransport, Transport, TransportError};
use superoffice_core::{Body, Client, ClientBuilder, Environment, Error, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::authentication::call;
use crate::server::{LIST, Reply, Server, json as json_response, response};

/// Gives credentials by a function of the exchange and of how often it was asked.
struct Source<F> {
    give: F,
    asked: Arc<AtomicUsize>,
}

type Given = BoxFuture<'static, Result<Credential, AuthError>>;

impl<F: Fn(Exchange, usize) -> Given + Send + Sync + 'static> Source<F> {
    fn new(give: F) -> (Self, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        (Self { give, asked }, counted)
    }
}

impl<F: Fn(Exchange, usize) -> Given + Send + Sync + 'static> CredentialSource for Source<F> {
    fn credential<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> BoxFuture<'a, Result<Credential, AuthError>> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        (self.give)(exchange.clone(), number)
    }
}

/// Takes this long each time.
fn slow(pause: Duration) -> impl Fn(Exchange, usize) -> Given {
    move |_, number| {
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            Credential::bearer(&format!("token{number}"))
        })
    }
}

/// Lets a call begin and leaves it alone, as `select!` does with a call that it borrows.
pub(crate) async fn begin<F: Future + Unpin>(call: &mut F) {
    let begun = poll_fn(|context| Poll::Ready(Pin::new(&mut *call).poll(context).is_pending()));
    assert!(begun.await, "it has ended already");
}

/// Begins one piece of work and leaves it alone while another like it is done. Neither may take for ever.
async fn one_left_alone<T, F: Future<Output = T>>(work: impl Fn() -> F) -> [T; 2] {
    let patience = Duration::from_secs(20);
    let mut first = Box::pin(work());
    begin(&mut first).await;
    let second = tokio::time::timeout(patience, work()).await;
    let second = second.expect("the second waits for nobody");
    let first = tokio::time::timeout(patience, first).await;
    [first.expect("the first is taken up again"), second]
}

#[tokio::test]
async fn a_call_that_is_left_alone_holds_nobody_up() {
    let server = Server::always(json_response("200 OK", "1"));
    let (source, asked) = Source::new(slow(Duration::from_millis(30)));
    let client = server.builder().credentials(source).build().unwrap();
    for result in one_left_alone(|| call(&client)).await {
        result.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_call_left_alone_while_its_tenant_is_looked_for_holds_nobody_up() {
    let data = Server::always(json_response("200 OK", "1"));
    let state = json!({"Endpoint": data.address, "IsRunning": true});
    let environment = Server::start(move |_, _| {
        std::thread::sleep(Duration::from_millis(30));
        Reply::Bytes(json_response("200 OK", state.to_string()))
    });
    let client = Client::builder()
        .tenant(Environment::Other(environment.address.clone()), "Cust12345")
        .build()
        .unwrap();
    for result in one_left_alone(|| call(&client)).await {
        result.unwrap();
    }
    assert_eq!(environment.received().len(), 1);
}

#[tokio::test]
async fn a_validation_left_alone_holds_nobody_up() {
    let login = Server::start(|received, _| {
        std::thread::sleep(Duration::from_millis(30));
        let issuer = format!("http://{}", received.header("host").unwrap());
        let published = json!({"issuer": issuer, "keys": []});
        Reply::Bytes(json_response("200 OK", published.to_string()))
    });
    let environment = Environment::Other(login.address.clone());
    let application = OAuthApplication::new(environment, "id", "s", "https://app.example.com");
    let exchange = Exchange::new(HttpTransport::new().unwrap());
    // `{"alg":"RS256"}`, `{}` and a signature by nobody.
    let token = "eyJhbGciOiJSUzI1NiJ9.e30.AAAA";
    for result in one_left_alone(|| application.validate(&exchange, token)).await {
        assert!(
            matches!(result, Err(AuthError::Untrusted { .. })),
            "{result:?}"
        );
    }
    assert_eq!(login.received().len(), 2, "each document once");
}

/// A stream of calls stands still while something else is awaited in the loop over it.
#[tokio::test]
async fn calls_in_a_loop_over_calls_do_not_wait_for_these() {
    let renewed = Source::new(|_, number| {
        Box::pin(async move {
            if number > 1 {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            Credential::bearer(&format!("token{number}"))
        })
    });
    let (source, asked) = renewed;
    let server = Server::start(|received, _| {
        Reply::Bytes(
            if received.header("authorization") == Some("Bearer token1")
                && received.line().ends_with("?call=2")
            {
                response("401 Unauthorized", "", "")
            } else {
                json_response("200 OK", "1")
            },
        )
    });
    let client = server.builder().credentials(source).build().unwrap();
    let call = |number: i32| {
        let request = client.request::<Option<Value>>(LIST).query("call", number);
        request.into_future()
    };
    let all = async {
        call(0).await.unwrap();
        let mut calls = futures_util::stream::iter([1, 2])
            .map(call)
            .buffer_unordered(2);
        while let Some(result) = calls.next().await {
            result.unwrap();
            call(3).await.unwrap();
        }
    };
    let all = tokio::time::timeout(Duration::from_secs(20), all).await;
    all.expect("they do not wait for each other");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// Answers everything at once; its clocks are tokio's.
pub(crate) struct Instantly(tokio::time::Instant);

impl Instantly {
    pub(crate) fn builder() -> ClientBuilder {
        let transport = Self(tokio::time::Instant::now());
        let builder = Client::builder().base_url("https://crm.example.com");
        builder.transport(transport).retry(RetryPolicy::never())
    }
}

impl Transport for Instantly {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(std::future::ready(Ok(http::Response::new(Body::from("4")))))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_fetch_outlives_the_calls_that_wait_for_it() {
    let (source, asked) = Source::new(slow(Duration::from_millis(300)));
    let builder = Instantly::builder().credentials(source);
    let client = builder.deadline(Duration::from_millis(200)).build();
    let client = client.unwrap();
    let late = call(&client).await;
    assert!(matches!(late, Err(Error::Timeout { .. })), "{late:?}");
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

/// A failure that came while nobody waited for it, or nobody who was polled for a while, is an old one. Whoever comes later does not fail
/// with it.
#[tokio::test(start_paused = true)]
async fn a_fetch_that_failed_unnoticed_is_begun_anew() {
    // After how long the fetch fails, when the others come, and whether the first call is left alone until then, or dropped.
    for (fails, later, is_left_alone) in [
        (20_000, 40_000, false),
        (20_000, 40_000, true),
        (500, 600, false),
    ] {
        let (source, asked) = Source::new(move |_, number| {
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(fails)).await;
                match number {
                    1 => Err(AuthError::denied("the test", "not now")),
                    _ => Credential::bearer("token"),
                }
            })
        });
        let client = Instantly::builder().credentials(source).build().unwrap();
        let mut first = client.request::<Option<Value>>(LIST).into_future();
        begin(&mut first).await;
        let first = is_left_alone.then_some(first);
        tokio::time::advance(Duration::from_millis(later)).await;
        let (second, third) = tokio::join!(call(&client), call(&client));
        second.unwrap();
        third.unwrap();
        if let Some(first) = first {
            first.await.unwrap();
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{fails} {is_left_alone}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_waited_for_is_everybodys() {
    let (source, asked) = Source::new(|_, _| {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Err(AuthError::denied("the test", "never"))
        })
    });
    let client = Instantly::builder().credentials(source).build().unwrap();
    let calls = [0, 1, 19].map(|seconds| {
        let client = client.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            call(&client).await
        })
    });
    for call in calls {
        let result = call.await.unwrap();
        assert!(matches!(result, Err(Error::Auth(_))), "{result:?}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

/// Answers with the credential that was sent.
struct Echo(Instantly);

impl Transport for Echo {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let sent = request.headers()["authorization"].to_str().unwrap();
        let answer = http::Response::new(Body::from(json!(sent).to_string()));
        Box::pin(std::future::ready(Ok(answer)))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(duration)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

/// One that nobody has polled for so long that it was begun anew may end all the same, when the call that began it is polled again.
#[tokio::test(start_paused = true)]
async fn a_fetch_that_was_given_up_replaces_nothing() {
    // When the fetch of the second call ends: before the first one is taken up again, or after.
    for second_ends in [0, 10] {
        let (source, asked) = Source::new(move |exchange, number| {
            let pause = if number == 1 { 50 } else { second_ends };
            slow(Duration::from_secs(pause))(exchange, number)
        });
        let echo = Echo(Instantly(tokio::time::Instant::now()));
        let builder = Instantly::builder().transport(echo).credentials(source);
        let client = builder.build().unwrap();
        let mut first = client.request::<Option<Value>>(LIST).into_future();
        begin(&mut first).await;
        tokio::time::advance(Duration::from_secs(60)).await;
        let second = tokio::spawn({
            let client = client.clone();
            async move { call(&client).await }
        });
        // So that it begins its fetch, and ends it if it can.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(second.is_finished(), second_ends == 0);
        // Whoever waited for it gets what came of it.
        assert_eq!(first.await.unwrap(), Some(json!("Bearer token1")));
        assert_eq!(second.await.unwrap().unwrap(), Some(json!("Bearer token2")));
        assert_eq!(call(&client).await.unwrap(), Some(json!("Bearer token2")));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}

/// How a call fails for want of credentials: after which time, if for want of time.
fn waited(result: Result<Option<Value>, Error>) -> Option<Duration> {
    let Err(Error::Auth(error)) = result else {
        panic!("{result:?}")
    };
    assert!(error.is_retryable(), "{error:?}");
    let AuthError::Unavailable { source, .. } = *error else {
        panic!("{error:?}")
    };
    match *source {
        Error::Timeout { after, .. } => Some(after),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_do_not_come_are_waited_for_as_long_as_an_answer() {
    let second = Duration::from_secs(1);
    for (builder, patience) in [
        (Instantly::builder(), 30 * second),
        (Instantly::builder().timeout(5 * second), 5 * second),
    ] {
        let (source, asked) = Source::new(|_, number| {
            Box::pin(async move {
                if number == 1 {
                    std::future::pending::<()>().await;
                }
                Credential::bearer("token")
            })
        });
        let client = builder.credentials(source).build().unwrap();
        let start = tokio::time::Instant::now();
        assert_eq!(waited(call(&client).await), Some(patience));
        assert_eq!(start.elapsed(), patience);
        // Nothing was heard of it until half a minute after that: it is begun anew.
        tokio::time::advance(29 * second).await;
        assert_eq!(waited(call(&client).await), Some(patience));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(second).await;
        call(&client).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}

/// Panics the first time, after others have had their turn.
fn clumsy() -> (impl CredentialSource, Arc<AtomicUsize>) {
    Source::new(|_, number| {
        Box::pin(async move {
            tokio::task::yield_now().await;
            assert!(number > 1, "a source that panics");
            Credential::bearer("token")
        })
    })
}

#[tokio::test]
async fn a_source_that_panics_takes_only_its_own_call_along() {
    let (source, asked) = clumsy();
    let client = Instantly::builder().credentials(source).build().unwrap();
    let begun = client.clone();
    let first = tokio::spawn(async move { call(&begun).await }).await;
    assert!(first.unwrap_err().is_panic());
    call(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    // Not the one that has moved it on.
    let (source, asked) = clumsy();
    let client = Instantly::builder().credentials(source).build().unwrap();
    for result in one_left_alone(|| call(&client)).await {
        result.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// Credentials come over the network, after a while.
fn over_the_network() -> (Server, Client) {
    let server = Server::start(|received, _| {
        if received.line().ends_with("/token") {
            std::thread::sleep(Duration::from_millis(150));
        }
        Reply::Bytes(json_response("200 OK", "1"))
    });
    let url = format!("{}/token", server.address);
    let (source, _) = Source::new(move |exchange: Exchange, _| {
        let request = http::Request::get(&url).body(bytes::Bytes::new()).unwrap();
        Box::pin(async move {
            let answer = exchange.send("the test", request).await;
            answer.map_err(|error| AuthError::Unavailable {
                service: "the test",
                source: Arc::new(error),
            })?;
            Credential::bearer("token")
        })
    });
    let client = server.builder().credentials(source).build().unwrap();
    (server, client)
}

fn tokens_asked_for(server: &Server) -> usize {
    let received = server.received();
    let tokens = received.iter().filter(|one| one.line().ends_with("/token"));
    tokens.count()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Begins a call there and drops it while its credentials are on their way.
fn begin_and_drop(runtime: &Runtime, client: &Client) {
    let pause = Duration::from_millis(60);
    let dropped = runtime.block_on(async { tokio::time::timeout(pause, call(client)).await });
    assert!(dropped.is_err());
}

#[test]
fn a_fetch_of_a_runtime_that_stands_still_is_not_waited_for_elsewhere() {
    // Whether the first runtime is gone, and whether the second call is in a runtime of its own.
    for (is_gone, is_async) in [(true, true), (true, false), (false, true), (false, false)] {
        let (server, client) = over_the_network();
        let mut first = Some(runtime());
        begin_and_drop(first.as_ref().unwrap(), &client);
        if is_gone {
            first = None;
        }
        let result = if is_async {
            runtime().block_on(call(&client))
        } else {
            client
                .request::<Option<Value>>(LIST)
                .send_blocking()
                .map(|answer| answer.into_value())
        };
        result.unwrap();
        assert_eq!(tokens_asked_for(&server), 2, "{is_gone} {is_async}");
        drop(first);
    }
    // In the same runtime it goes on.
    let (server, client) = over_the_network();
    let same = runtime();
    begin_and_drop(&same, &client);
    same.block_on(call(&client)).unwrap();
    assert_eq!(tokens_asked_for(&server), 1);
}

#[test]
fn a_call_that_waits_for_a_fetch_of_another_runtime_begins_its_own_when_that_is_left() {
    let (server, client) = over_the_network();
    let other = client.clone();
    let first = runtime();
    let waiting = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        runtime().block_on(call(&other))
    });
    begin_and_drop(&first, &client);
    waiting.join().unwrap().unwrap();
    assert_eq!(tokens_asked_for(&server), 2);
}

/// A thread in no runtime, and a runtime that goes on; whichever of them begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_and_runtimes_wait_for_the_same_fetch() {
    for blocking_begins in [true, false] {
        let (server, client) = over_the_network();
        let pause = |is_second: bool| Duration::from_millis(if is_second { 40 } else { 0 });
        let other = client.clone();
        let blocking = std::thread::spawn(move || {
            std::thread::sleep(pause(!blocking_begins));
            other.request::<Option<Value>>(LIST).send_blocking()
        });
        tokio::time::sleep(pause(blocking_begins)).await;
        tokio::spawn(async move { call(&client).await })
            .await
            .unwrap()
            .unwrap();
        blocking.join().unwrap().unwrap();
        assert_eq!(tokens_asked_for(&server), 1, "{blocking_begins}");
    }
}
