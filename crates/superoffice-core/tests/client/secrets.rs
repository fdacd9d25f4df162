//! No secret is ever shown: not by `Debug` or `Display`, not in the chain of an error, not in a trace.

use std::collections::HashMap;
use std::error::Error as _;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use superoffice_core::archive::Page;
use superoffice_core::auth::oauth::{Login, OAuthApplication, Tokens};
use superoffice_core::auth::system_user::{PrivateKey, SystemUser};
use superoffice_core::auth::{CredentialSource, Exchange, KeySet};
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{ApiError, Blob, Body, Client, Environment, Error, RetryPolicy};
use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{GET, LIST, POST, PUT, Reply, Server, json, response};

pub(crate) const CANARY: &str = "CaNaRy0123456789";

/// Everything that is traced, as text.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

/// Subscribers that hear nothing. While there is one subscriber only, `tracing` asks the thread that comes first to a place in
/// the code, and nobody else, whether anybody listens there; with these, it asks for all.
static OTHERS: OnceLock<[Dispatch; 2]> = OnceLock::new();

impl Log {
    pub(crate) fn new() -> Self {
        OTHERS.get_or_init(|| [(); 2].map(|()| Dispatch::new(tracing_subscriber::registry())));
        Self(Arc::default())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

pub(crate) fn assert_clean(shown: &str) {
    use base64::Engine;
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    // Base64 of a text depends on where it begins in a group of three bytes.
    let encoded = (0..3)
        .map(|shift| engine.encode(format!("{}{CANARY}", "x".repeat(shift)))[4..16].to_owned());
    for secret in encoded.chain([CANARY.to_owned()]) {
        assert!(!shown.contains(&secret), "{secret} in {shown}");
    }
}

fn all_forms(error: &Error) -> String {
    let mut forms = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        forms += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    forms
}

fn clients(server: &Server) -> Vec<Client> {
    let environment = || Environment::Other(server.address.clone());
    let oauth = OAuthApplication::new(environment(), "id", CANARY, "https://app.example.com");
    let key = PrivateKey::from_pem(include_str!("../vectors/app-key.pkcs8.pem")).unwrap();
    let builders = [
        server.builder().basic("user", CANARY).app_token(CANARY),
        server.builder().so_ticket(CANARY).app_token(CANARY),
        server.builder().bearer(CANARY),
        server.builder().secret_header("X-Gateway-Key", CANARY),
        server
            .builder()
            .xsrf(CANARY, format!("XSRF-TOKEN={CANARY}")),
        server
            .builder()
            .credentials(oauth.credentials(Tokens::from_refresh_token(CANARY))),
        server
            .builder()
            .credentials(SystemUser::new(environment(), "Cust1", CANARY, CANARY, key)),
    ];
    builders
        .into_iter()
        .map(|builder| {
            assert_clean(&format!("{builder:?} {builder:#?}"));
            builder.build().unwrap()
        })
        .collect()
}

#[test]
fn sixty_calls_show_no_secret() {
    let log = Log::new();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone());
    let answers = [
        json("200 OK", "1"),
        response(
            "401 Unauthorized",
            "Set-Cookie: session=CaNaRy0123456789\r\n",
            "no",
        ),
        response(
            "500 Oops",
            "Set-Cookie: session=CaNaRy0123456789\r\n",
            "<html>oops",
        ),
        json("200 OK", "{"),
        response(
            "302 Found",
            "Location: https://elsewhere.example/?code=CaNaRy0123456789\r\n",
            "",
        ),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1".to_vec(),
    ];
    let server =
        Server::start(move |_, number| Reply::Close(answers[number % answers.len()].clone()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut calls = 0;
    tracing::subscriber::with_default(subscriber.finish(), || {
        runtime.block_on(async {
            for client in clients(&server) {
                assert_clean(&format!("{client:?} {client:#?}"));
                for _ in 0..3 {
                    let own = client
                        .request::<Option<Value>>(LIST)
                        .header("SO-AppToken", CANARY);
                    assert_clean(&format!("{own:?}"));
                    let http = own.into_http().unwrap();
                    assert_clean(&format!("{http:?}"));
                    let results = [
                        client
                            .request::<Option<Value>>(GET)
                            .path("id", 1)
                            .await
                            .map(drop),
                        client
                            .request::<Option<Value>>(POST)
                            .json(&CANARY)
                            .await
                            .map(drop),
                        client
                            .request::<Option<Value>>(PUT)
                            .json(&CANARY)
                            .header("Cookie", CANARY)
                            .await
                            .map(drop),
                        client
                            .request::<Blob>(LIST)
                            .query("token", CANARY)
                            .await
                            .map(drop),
                    ];
                    calls += results.len();
                    results
                        .into_iter()
                        .filter_map(Result::err)
                        .for_each(|error| assert_clean(&all_forms(&error)));
                }
            }
        });
    });
    let log = log.text();
    assert!(
        calls >= 60 && log.contains("superoffice.call") && log.contains("Thing_Get"),
        "{calls} calls"
    );
    assert_clean(&log);
}

/// A gateway that answers with what it was sent, in one of these ways.
#[derive(Debug, Clone, Copy)]
enum Repeats {
    Page(u16),
    /// In an error object, which is a result of another type where the status is one of success.
    Json(u16),
    Location,
}

impl Repeats {
    const ALL: [Self; 9] = [
        Self::Page(502),
        Self::Page(429),
        Self::Page(413),
        Self::Page(200),
        Self::Json(400),
        Self::Json(401),
        Self::Json(503),
        Self::Json(200),
        Self::Location,
    ];
}

impl Transport for Repeats {
    fn send(
        &self,
        mut request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut sent = String::new();
        for (name, value) in request.headers() {
            sent += &format!("{name}: {} ", String::from_utf8_lossy(value.as_bytes()));
        }
        let secret = sent.clone();
        sent += &String::from_utf8_lossy(request.body_mut().as_bytes().unwrap());
        let answer = http::Response::builder().header("x-sent", secret);
        let answer = match self {
            Self::Page(status) => answer
                .status(*status)
                .header("content-type", "text/html")
                .body(Body::from(format!("<html>what was sent: {sent}"))),
            Self::Json(status) => {
                let json = serde_json::json!({
                    "error": sent, "error_description": sent, "ErrorSource": sent, "Message": sent,
                    sent.clone(): sent.clone(),
                });
                answer
                    .status(*status)
                    .header("content-type", "application/json")
                    .body(Body::from(json.to_string()))
            }
            Self::Location => answer
                .status(302)
                .header("location", format!("https://elsewhere.example/{CANARY}"))
                .body(Body::empty()),
        };
        Box::pin(std::future::ready(Ok(answer.unwrap())))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Of a call, the start of such an answer is shown without the credentials; of a login, no more than the status.
#[tokio::test]
async fn what_a_gateway_repeats_of_a_request_shows_no_secret() {
    let server = "https://crm.example.com";
    for repeats in Repeats::ALL {
        let builder = || {
            Client::builder()
                .base_url(server)
                .transport(repeats)
                .retry(RetryPolicy::never())
        };
        let clients = [
            builder().basic("user", CANARY).app_token(CANARY),
            builder().so_ticket(CANARY).app_token(CANARY),
            builder().bearer(CANARY),
            builder().xsrf(CANARY, format!("XSRF-TOKEN={CANARY}; x=y")),
            builder().header("Authorization", format!("Bearer {CANARY}")),
            builder().secret_header("X-Gateway-Key", CANARY),
        ];
        for builder in clients {
            let client = builder.build().unwrap();
            let errors = [
                client.request::<Option<i32>>(LIST).await.err(),
                client.request::<()>(PUT).json(&1).await.err(),
                client.request::<Blob>(LIST).await.err(),
                client
                    .request::<Option<i32>>(LIST)
                    .header("SO-AppToken", CANARY)
                    .await
                    .err(),
            ];
            for error in errors.iter().flatten() {
                assert_clean(&all_forms(error));
            }
            let first = errors[0].as_ref().expect("no answer is a number");
            let shown = format!("{first:?}");
            assert!(shown.contains("[redacted]"), "{repeats:?}: {shown}");
            let words = shown.contains("what was sent") || shown.contains("accept: ");
            assert_eq!(words, !matches!(repeats, Repeats::Location), "{shown}");
        }
        for error in logins(repeats).await {
            let shown = all_forms(&error);
            assert_clean(&shown);
            // What the token service says to a refusal is its own words, as far as anybody knows.
            let has_words = shown.contains("what was sent") || shown.contains("accept: ");
            let is_refusal = matches!(repeats, Repeats::Json(400 | 401));
            assert!(
                !has_words || (is_refusal && shown.contains("[redacted]")),
                "{shown}"
            );
        }
    }
}

/// How each kind of login fails.
async fn logins(transport: Repeats) -> Vec<Error> {
    let environment = || Environment::Other("https://login.example.com".to_owned());
    let exchange = Exchange::new(transport);
    let keys = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#;
    let oauth = OAuthApplication::new(environment(), "id", CANARY, "https://app.example.com")
        .with_keys(KeySet::from_jwks(keys).unwrap())
        .with_issuer("https://login.example.com");
    // Its form in a body is another one.
    let other = format!("{CANARY}/+ {CANARY}");
    let login = Login::resume("state", other.as_str());
    let key = PrivateKey::from_pem(include_str!("../vectors/app-key.pkcs8.pem")).unwrap();
    let user = SystemUser::new(environment(), "Cust1", CANARY, CANARY, key);
    let request = http::Request::post("https://login.example.com")
        .header("content-type", "text/plain")
        .body(CANARY.into())
        .unwrap();
    let own = exchange.send("the test", request).await;
    let failed = [
        oauth.refresh(&exchange, &other.clone().into()).await.err(),
        oauth
            .complete(&exchange, &login, "state", &other)
            .await
            .err(),
        user.credential(&exchange).await.err(),
    ];
    let failed = failed.into_iter().flatten().map(Error::from);
    failed.chain(own.err()).collect()
}

#[tokio::test]
async fn a_secret_on_the_edge_of_an_excerpt_is_not_shown_in_part() {
    for before in 2020..2060 {
        let page = format!("{}{CANARY} and more", "x".repeat(before));
        let server = Server::always(response("502 Bad Gateway", "", page));
        let client = server.builder().bearer(CANARY);
        let client = client.retry(RetryPolicy::never()).build().unwrap();
        let error = client.request::<()>(LIST).await.unwrap_err();
        let excerpt = error.api().unwrap().excerpt();
        assert!(excerpt.len() <= 2048 && excerpt.starts_with("xxx"));
        assert!(!excerpt.contains("Ca"), "{before}: {excerpt}");
    }
}

/// Each secret that is taken out makes the text shorter, and brings what stands behind it into the excerpt.
#[tokio::test]
async fn a_secret_that_is_repeated_or_cut_is_not_shown_in_part() {
    let token = "Ca9".repeat(300);
    let part = |text: &str| text.contains("Ca9");
    let client = |server: &Server| {
        let client = server.builder().bearer(&token);
        client.retry(RetryPolicy::never()).build().unwrap()
    };
    for between in [0, 100, 900, 1150, 1400, 1900] {
        let page = format!(
            "<p>{token}{}{token}</p>{}",
            "x".repeat(between),
            "y".repeat(5000)
        );
        let server = Server::always(response("400 Bad Request", "", page));
        let error = client(&server).request::<()>(LIST).await.unwrap_err();
        let excerpt = error.api().unwrap().excerpt();
        assert!(excerpt.starts_with("<p>[redacted]"), "{excerpt}");
        assert!(!part(excerpt), "{between}: {excerpt}");
    }
    // Of a page that nobody asked for, only the beginning is read.
    let page = format!("<p>{}", token.get(..500).unwrap_or_default());
    let server = Server::always(response("200 OK", "Content-Type: text/html\r\n", page));
    let error = client(&server).request::<Blob>(LIST).await.unwrap_err();
    assert_eq!(error.api().map(ApiError::excerpt), Some("<p>"), "{error:?}");
}

#[tokio::test]
async fn a_secret_that_an_answer_escapes_is_not_shown() {
    let ticket = "Ca+Na/Ry==";
    for escaped in [
        r"Ca\u002BNa/Ry==",
        r"Ca+Na\/Ry\u003d\u003d",
        "Ca%2BNa%2FRy%3D%3D",
        "Ca&#43;Na/Ry==",
    ] {
        let body = format!(r#"{{"Trace":"SOTicket {escaped}","Message":"no"}}"#);
        let server = Server::always(response(
            "400 Bad Request",
            &format!("X-Echo: {escaped}\r\n"),
            body,
        ));
        let client = server.builder().so_ticket(ticket).build().unwrap();
        let error = client.request::<()>(LIST).await.unwrap_err();
        let excerpt = error.api().unwrap().excerpt();
        assert!(excerpt.contains("[redacted]"), "{excerpt}");
        assert!(!format!("{error:?}").contains("Ry"), "{error:?}");
    }
}

#[tokio::test]
async fn a_row_that_repeats_a_secret_does_not_show_it() {
    // It is a name, too, which the place of the error shows.
    let row = format!(r#"{{"{CANARY}":"Bearer {CANARY}","at":"{CANARY}"}}"#);
    let page = format!(r#"{{"value":[{row}]}}"#);
    let echo = format!("X-Echo: {CANARY}\r\nX-Page: 1\r\n");
    let server = Server::always(response("203 Other", &echo, page));
    let client = server.builder().bearer(CANARY).build().unwrap();
    let list = || client.request::<Option<Page>>(LIST);
    let errors = [
        list().items::<i32>().next().await.unwrap().unwrap_err(),
        list()
            .items::<HashMap<String, i32>>()
            .next()
            .await
            .unwrap()
            .unwrap_err(),
    ];
    for error in errors {
        assert_clean(&all_forms(&error));
        let Error::Decode(error) = error else {
            panic!("{error:?}")
        };
        assert!(error.excerpt().contains("[redacted]"), "{error:?}");
        // What came with the page is known of each row.
        assert_eq!((error.status().as_u16(), error.headers().len()), (203, 4));
    }
}

/// Whoever sets them: a call, a client, or a service in its answer.
#[tokio::test]
async fn headers_that_hold_secrets_are_not_shown() {
    for name in [
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "SO-AppToken",
        "X-XSRF-TOKEN",
    ] {
        let echo = format!("{name}: {CANARY}\r\nSet-Cookie: {CANARY}\r\n");
        let server = Server::always(response("400 Bad Request", &echo, "no"));
        let of_client = server.builder().header(name, CANARY);
        assert_clean(&format!("{of_client:?}"));
        let of_client = of_client.build().unwrap();
        assert_clean(&format!("{of_client:?}"));
        let of_call = server.builder().build().unwrap();
        let of_call = of_call.request::<()>(LIST).header(name, CANARY);
        assert_clean(&format!("{of_call:?}"));
        for error in [
            of_client.request::<()>(LIST).await.unwrap_err(),
            of_call.await.unwrap_err(),
        ] {
            assert_clean(&all_forms(&error));
            let headers = error.api().unwrap().headers();
            assert!(headers[name].is_sensitive(), "{name}");
            assert!(headers["set-cookie"].is_sensitive());
        }
    }
}

/// What comes in the headers that the text of an error speaks of.
#[tokio::test]
async fn a_header_that_repeats_a_secret_is_not_shown_in_the_text() {
    let headers = [
        format!("Content-Type: text/plain; sent={CANARY}\r\n"),
        format!("Content-Encoding: {CANARY}\r\n"),
    ];
    for headers in headers {
        let server = Server::always(response("200 OK", &headers, "x"));
        let client = server.builder().bearer(CANARY).build().unwrap();
        let error = client.request::<Option<i32>>(LIST).await.unwrap_err();
        assert_clean(&all_forms(&error));
        assert!(error.to_string().contains("[redacted]"), "{error}");
    }
}

#[test]
fn a_malformed_secret_is_not_repeated() {
    let bad = format!("{CANARY}\r\nX-Evil: 1");
    let builders = [
        Client::builder().so_ticket(&bad),
        Client::builder().bearer(&bad),
        Client::builder().basic("user", &bad),
        Client::builder().app_token(&bad),
        Client::builder().header("Authorization", bad.clone()),
    ];
    for builder in builders {
        let error = builder
            .base_url("https://crm.example.com")
            .build()
            .unwrap_err();
        assert_clean(&all_forms(&error));
    }
}
