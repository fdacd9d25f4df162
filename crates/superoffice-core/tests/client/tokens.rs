//! Signed tokens: which are believed, which are not and why, where their keys come from and how often these are asked for, and that no
//! refusal shows anything of a token.

mod believed;
mod logins;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};
use ring::{hmac, rsa};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use superoffice_core::auth::oauth::{Login as Begun, OAuthApplication, Tokens};
use superoffice_core::auth::system_user::{PrivateKey, SystemUser};
use superoffice_core::auth::{AuthError, Claims, CredentialSource, Exchange, KeySet, TokenError};
use superoffice_core::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice_core::webhook::{TenantChangeError, TenantChangeKind, TenantReceiver};
use superoffice_core::{Body, Client, Environment};

use crate::server::{GET, LIST};

/// Made for tests and used for nothing else, as are all keys beside them.
const ONE: &str = include_str!("../vectors/app-key.pkcs8.pem");
const OTHER: &str = include_str!("../vectors/other-key.pkcs8.pem");
const BASE: &str = "https://login.example.com";
const NOW: u64 = 1_700_000_000;
/// Stands in everything that must not be shown.
const CANARY: &str = "canary";

/// Keeps a key, its name and what it signs with.
struct Signer {
    key: RsaKeyPair,
    id: Option<&'static str>,
}

impl Signer {
    fn new(pem: &str, id: impl Into<Option<&'static str>>) -> Self {
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(text).unwrap()).unwrap();
        Self { key, id: id.into() }
    }

    fn jwk(&self) -> Value {
        let numbers = rsa::PublicKeyComponents::<Vec<u8>>::from(self.key.public());
        let part = |number: Vec<u8>| URL_SAFE_NO_PAD.encode(number);
        let mut key =
            json!({"kty": "RSA", "use": "sig", "n": part(numbers.n), "e": part(numbers.e)});
        if let Some(id) = self.id {
            key["kid"] = id.into();
        }
        key
    }

    fn header(&self) -> Value {
        let mut header = json!({"typ": "JWT", "alg": "RS256"});
        if let Some(id) = self.id {
            header["kid"] = id.into();
        }
        header
    }

    fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims, &RSA_PKCS1_SHA256)
    }

    fn sign_with(&self, header: &Value, claims: &Value, how: &'static dyn RsaEncoding) -> String {
        let text = unsigned(header, claims);
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key
            .sign(how, &random, text.as_bytes(), &mut signature)
            .unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn set(signers: &[&Signer]) -> String {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

fn id_claims() -> Value {
    json!({
        "iss": BASE, "aud": "client", "sub": "someone", "iat": "1", "nbf": NOW - 60, "exp": NOW + 300,
        "http://schemes.superoffice.net/identity/ctx": "Cust12345",
        "http://schemes.superoffice.net/identity/webapi_url": "https://data2.example.com/Cust12345/api/",
        "http://schemes.superoffice.net/identity/system_token": "App-canary",
        "http://schemes.superoffice.net/identity/associateid": "5",
    })
}

/// The claims with other ones, of which null takes one away.
fn with(mut claims: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else {
        panic!("changes are an object");
    };
    for (name, value) in changes {
        claims[name] = value;
    }
    claims
}

/// A login service without a network, whose clock is moved by hand.
#[derive(Clone, Default)]
struct Login(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    later: Duration,
    keys: Option<String>,
    issuer: Option<String>,
    token: String,
    /// Method and address of each request.
    asked: Vec<String>,
    misdirected: usize,
}

impl Login {
    fn publishing(signers: &[&Signer]) -> Self {
        let login = Self::default();
        login.publish(signers);
        login
    }

    fn publish(&self, signers: &[&Signer]) {
        self.0.lock().unwrap().keys = Some(set(signers));
    }

    fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.0.lock().unwrap());
    }

    fn asked(&self, what: &str) -> usize {
        let script = self.0.lock().unwrap();
        let matching = script.asked.iter().filter(|line| line.contains(what));
        matching.count()
    }

    fn exchange(&self) -> Exchange {
        Exchange::new(self.clone())
    }
}

impl Script {
    fn answer(&mut self, line: &str) -> Option<(u16, String)> {
        let answer = |json: Value| (200, json.to_string());
        if line.ends_with("/login/.well-known/jwks") {
            return self.keys.clone().map(|keys| (200, keys));
        }
        if line.ends_with("/login/.well-known/openid-configuration") {
            let issuer = self.issuer.clone().unwrap_or_else(|| BASE.to_owned());
            return Some(answer(json!({"issuer": issuer})));
        }
        if line.ends_with("/login/common/oauth/tokens") {
            return Some(answer(json!({
                "access_token": "8A:Cust12345.canary", "refresh_token": "canary", "expires_in": 3600, "id_token": self.token,
            })));
        }
        if line.ends_with("/PartnerSystemUser/Authenticate") {
            return Some(answer(json!({"IsSuccessful": true, "Token": self.token})));
        }
        if line.contains("/api/state/") {
            let endpoint = "https://data3.example.com/Cust12345";
            return Some(answer(json!({"Endpoint": endpoint, "IsRunning": true})));
        }
        if self.misdirected > 0 {
            self.misdirected -= 1;
            return Some((421, String::new()));
        }
        Some((200, "1".to_owned()))
    }
}

impl Transport for Login {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut script = self.0.lock().unwrap();
        let line = format!("{} {}", request.method(), request.uri());
        script.asked.push(line.clone());
        let answer = script.answer(&line);
        Box::pin(async move {
            // Others get their turn, as with a network.
            tokio::task::yield_now().await;
            let refused = || TransportError::new(TransportErrorKind::Connect, "no network");
            let (status, body) = answer.ok_or_else(refused)?;
            let response = http::Response::builder().status(status);
            let response = response.header("content-type", "application/json");
            Ok(response.body(Body::from(body)).unwrap())
        })
    }

    /// Nothing waits that long: the clock stands still.
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW) + self.0.lock().unwrap().later
    }
}

fn application() -> OAuthApplication {
    let environment = Environment::Other(BASE.to_owned());
    OAuthApplication::new(
        environment,
        "client",
        "canary",
        "https://app.example.com/back",
    )
}

/// The application with given keys and issuer, so that nothing is asked.
fn offline(signers: &[&Signer]) -> OAuthApplication {
    let keys = KeySet::from_jwks(&set(signers)).unwrap();
    application().with_keys(keys).with_issuer(BASE)
}

fn reason<T: std::fmt::Debug>(outcome: Result<T, AuthError>) -> Result<TokenError, String> {
    match outcome {
        Err(error @ AuthError::Untrusted { .. }) => {
            assert_silent(&error);
            match error {
                AuthError::Untrusted { reason, .. } => Ok(reason),
                other => Err(format!("{other:?}")),
            }
        }
        other => Err(format!("{other:?}")),
    }
}

/// No secret and nothing of a token stands in an error, in any form.
fn assert_silent(error: &AuthError) {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        shown += &format!("{cause} {cause:?}");
        source = cause.source();
    }
    let encoded = [STANDARD.encode(CANARY), URL_SAFE_NO_PAD.encode(CANARY)];
    for secret in [CANARY, "eyJ", &encoded[0], &encoded[1]] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

async fn judged(application: &OAuthApplication, token: &str) -> Result<Claims, AuthError> {
    let silent = Login::default();
    let outcome = application.validate(&silent.exchange(), token).await;
    assert_eq!(silent.asked(""), 0, "given keys need no network");
    outcome
}
