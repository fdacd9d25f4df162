//! No secret is ever shown: not by `Debug` or `Display`, not in the chain of an error, not in a trace (R8).

use std::error::Error as _;
use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use superoffice_core::auth::oauth::{OAuthApplication, Tokens};
use superoffice_core::auth::system_user::{PrivateKey, SystemUser};
use superoffice_core::{Blob, Client, Environment, Error};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{GET, LIST, POST, PUT, Reply, Server, json, response};

pub(crate) const CANARY: &str = "CaNaRy0123456789";

/// Everything that is traced, as text.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
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
    let log = Log::default();
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
