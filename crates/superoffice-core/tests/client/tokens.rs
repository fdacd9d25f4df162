//! Signed tokens: which are believed, which are not and why, where their keys come from and how often these are asked for, and that no
//! refusal shows anything of a token.

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
use superoffice_core::auth::oauth::{OAuthApplication, Tokens};
use superoffice_core::auth::system_user::{PrivateKey, SystemUser};
use superoffice_core::auth::{AuthError, Claims, CredentialSource, Exchange, KeySet, TokenError};
use superoffice_core::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice_core::webhook::{TenantChangeError, TenantChangeKind, TenantReceiver};
use superoffice_core::{Body, Client, Environment};

use crate::server::GET;

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

#[tokio::test]
async fn a_valid_id_token_says_who_and_where() {
    let one = Signer::new(ONE, "one");
    let claims = judged(&offline(&[&one]), &one.sign(&id_claims()))
        .await
        .unwrap();
    assert_eq!(claims.tenant(), Some("Cust12345"));
    assert_eq!(claims.subject(), Some("someone"));
    assert_eq!(
        claims.webapi_url(),
        Some("https://data2.example.com/Cust12345/api/")
    );
    assert_eq!(claims.get("associateid"), Some(&json!("5")));
    assert_eq!(claims.get("nbf"), Some(&json!(NOW - 60)));
    assert_eq!(claims.get("system_token"), None);
    assert_eq!(claims.system_token().unwrap().expose_secret(), "App-canary");
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 300);
    assert_eq!(claims.expires(), end);
    assert!(!format!("{claims:?} {claims:#?}").contains(CANARY));
}

#[tokio::test]
async fn what_a_token_claims_decides() {
    let one = Signer::new(ONE, "one");
    let application = offline(&[&one]);
    let outcome = async |changes: &Value| {
        let claims = with(id_claims(), changes.clone());
        judged(&application, &one.sign(&claims)).await
    };
    for fine in [
        json!({"aud": ["other", "client"]}),
        json!({"aud": ["other", "client"], "azp": "client"}),
        json!({"nbf": null}),
        json!({"nbf": NOW + 300}),
        json!({"exp": NOW - 299}),
        json!({"exp": 4e9}),
    ] {
        assert!(outcome(&fine).await.is_ok(), "{fine}");
    }
    let table = [
        (
            json!({"iss": "https://login.example.com/"}),
            TokenError::Issuer,
        ),
        (
            json!({"iss": "https://elsewhere.example.com"}),
            TokenError::Issuer,
        ),
        (json!({"iss": "SuperOffice AS"}), TokenError::Issuer),
        (json!({"iss": [BASE]}), TokenError::Issuer),
        (json!({"iss": null}), TokenError::Issuer),
        (json!({"aud": "client2"}), TokenError::Audience),
        (json!({"aud": "Client"}), TokenError::Audience),
        (json!({"aud": "spn:client"}), TokenError::Audience),
        (json!({"aud": ["other"]}), TokenError::Audience),
        (json!({"aud": []}), TokenError::Audience),
        (json!({"aud": null}), TokenError::Audience),
        (json!({"azp": "other"}), TokenError::Audience),
        (json!({"exp": NOW - 300}), TokenError::Ended),
        (json!({"exp": 0}), TokenError::Ended),
        (json!({"exp": null}), TokenError::NoEnd),
        (json!({"exp": "9999999999"}), TokenError::NoEnd),
        (json!({"exp": -1}), TokenError::NoEnd),
        (json!({"exp": 1e300}), TokenError::NoEnd),
        (json!({"nbf": NOW + 301}), TokenError::NotYet),
        (json!({"nbf": "1"}), TokenError::NoEnd),
    ];
    for (changes, expected) in table {
        assert_eq!(reason(outcome(&changes).await), Ok(expected), "{changes}");
    }
}

/// Every way round the signature that is known.
#[tokio::test]
async fn only_rs256_by_a_key_of_the_set_is_a_signature() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "other"));
    let application = offline(&[&one]);
    let claims = id_claims();
    let header = |changes| with(one.header(), changes);
    let mut forged = Vec::new();
    for algorithm in [
        "none", "None", "", "rs256", "RS256 ", "RS384", "PS256", "ES256",
    ] {
        let text = unsigned(&header(json!({"alg": algorithm})), &claims);
        forged.push((format!("{text}."), TokenError::Algorithm));
        let head = header(json!({"alg": algorithm}));
        let signed = one.sign_with(&head, &claims, &RSA_PKCS1_SHA256);
        forged.push((signed, TokenError::Algorithm));
    }
    // The public key, in any form in which a library may hold it, as a shared secret.
    let public = set(&[&one]);
    let der = ring::signature::KeyPair::public_key(&one.key)
        .as_ref()
        .to_vec();
    for secret in [
        public.as_bytes(),
        one.jwk()["n"].as_str().unwrap().as_bytes(),
        &der,
        b"",
    ] {
        for algorithm in ["HS256", "RS256"] {
            let text = unsigned(&header(json!({"alg": algorithm})), &claims);
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()));
            let expected = match algorithm {
                "HS256" => TokenError::Algorithm,
                _ => TokenError::Signature,
            };
            forged.push((format!("{text}.{tag}"), expected));
        }
    }
    // Other keys: under their own name, under the right one, and brought along.
    forged.push((other.sign(&claims), TokenError::UnknownKey));
    let jwk = header(json!({"jwk": other.jwk(), "jku": "https://evil.example.com"}));
    for head in [one.header(), header(json!({"kid": null})), jwk] {
        let signed = other.sign_with(&head, &claims, &RSA_PKCS1_SHA256);
        forged.push((signed, TokenError::Signature));
    }
    let longer = one.sign_with(&one.header(), &claims, &RSA_PKCS1_SHA512);
    forged.push((longer, TokenError::Signature));
    let critical = header(json!({"crit": ["exp"]}));
    let critical = one.sign_with(&critical, &claims, &RSA_PKCS1_SHA256);
    forged.push((critical, TokenError::Algorithm));
    // Other claims under a true signature.
    let good = one.sign(&claims);
    let (_, signature) = good.rsplit_once('.').unwrap();
    let changed = unsigned(&one.header(), &with(claims, json!({"sub": "admin"})));
    forged.push((format!("{changed}.{signature}"), TokenError::Signature));
    for (token, expected) in forged {
        let outcome = judged(&application, &token).await;
        assert_eq!(reason(outcome), Ok(expected), "{token}");
    }
    // No name in the token, or none in the set, and it is still the right key that counts.
    let unnamed = Signer::new(ONE, None);
    assert!(
        judged(&application, &unnamed.sign(&id_claims()))
            .await
            .is_ok()
    );
    let set = offline(&[&Signer::new(OTHER, None), &unnamed]);
    assert!(judged(&set, &good).await.is_ok());
}

#[tokio::test]
async fn a_token_that_is_damaged_anywhere_is_no_token() {
    let one = Signer::new(ONE, "one");
    let application = offline(&[&one]);
    let good = one.sign(&id_claims());
    for end in 0..good.len() {
        assert!(judged(&application, &good[..end]).await.is_err(), "{end}");
    }
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(bytes).unwrap();
        assert!(judged(&application, &damaged).await.is_err(), "{place}");
    }
    let padded = [
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}."),
    ];
    for bad in padded
        .iter()
        .map(String::as_str)
        .chain(["", ".", "..", "...", "a.b.c", "\0.\0.\0"])
    {
        let outcome = judged(&application, bad).await;
        assert_eq!(reason(outcome), Ok(TokenError::Malformed), "{bad:?}");
    }
    // Lists and numbers are JSON, but no claims; a name twice in the header is two answers.
    for (header, claims) in [
        ("{\"alg\":\"RS256\"}", "[]"),
        ("[]", "{}"),
        ("{\"alg\":\"RS256\",\"alg\":\"none\"}", "{}"),
    ] {
        let part = |text| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.AAAA", part(header), part(claims));
        assert!(
            judged(&application, &token).await.is_err(),
            "{header} {claims}"
        );
    }
    let long = format!("{good}{}", "A".repeat(64 * 1024));
    assert_eq!(
        reason(judged(&application, &long).await),
        Ok(TokenError::Malformed)
    );
}

proptest! {
    /// Whatever the text: an answer, and never a panic; and what was not signed is not believed.
    #[test]
    fn any_text_is_refused(text in ".{0,200}", parts in proptest::collection::vec("[A-Za-z0-9_-]{0,80}", 0..5), header in any::<u8>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let application = offline(&[&Signer::new(ONE, "one")]);
        let known = ["{\"alg\":\"RS256\"}", "{\"alg\":\"RS256\",\"kid\":\"one\"}", "{\"alg\":1}", "{"];
        let head = URL_SAFE_NO_PAD.encode(known[usize::from(header) % known.len()]);
        for token in [text.clone(), parts.join("."), format!("{head}.{}", parts.join(".")), format!("{head}.{text}.{text}")] {
            let error = runtime.block_on(judged(&application, &token)).unwrap_err();
            prop_assert!(matches!(error, AuthError::Untrusted { .. }), "{error:?}");
        }
    }

    /// The same for sets of keys.
    #[test]
    fn any_text_is_a_set_of_keys_or_none(text in ".{0,200}", n in "[A-Za-z0-9_=-]{0,40}", e in ".{0,8}") {
        drop(KeySet::from_jwks(&text));
        let keys = json!({"keys": [{"kty": "RSA", "n": n, "e": e}]}).to_string();
        if let Ok(keys) = KeySet::from_jwks(&keys) {
            let application = application().with_keys(keys).with_issuer(BASE);
            let token = Signer::new(ONE, None).sign(&id_claims());
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            prop_assert!(runtime.block_on(judged(&application, &token)).is_err());
        }
    }
}

#[test]
fn a_set_without_a_usable_key_is_refused() {
    let one = Signer::new(ONE, "one");
    let fine = with(one.jwk(), json!({"alg": "RS256", "x5c": ["AAAA"]}));
    assert!(KeySet::from_jwks(&json!({"keys": [{"kty": "EC"}, fine]}).to_string()).is_ok());
    let changes = [
        json!({"kty": "EC"}),
        json!({"kty": null}),
        json!({"use": "enc"}),
        json!({"alg": "RS512"}),
        json!({"n": null}),
        json!({"e": "!"}),
    ];
    for change in changes {
        let key = with(one.jwk(), change.clone());
        assert!(
            KeySet::from_jwks(&json!({"keys": [key]}).to_string()).is_err(),
            "{change}"
        );
    }
    for text in ["", "{}", "[]", "{\"keys\":[]}", "{\"keys\":{}}", "canary"] {
        assert_silent(&KeySet::from_jwks(text).unwrap_err());
    }
}

/// Keys are asked for once, again when a token names a new one, and not more often than every thirty seconds.
#[tokio::test]
async fn keys_that_were_rotated_are_asked_for_again_once() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "other"));
    let login = Login::publishing(&[&one]);
    let (application, exchange) = (application(), login.exchange());
    let (old, new) = (one.sign(&id_claims()), other.sign(&id_claims()));
    for _ in 0..3 {
        application.validate(&exchange, &old).await.unwrap();
    }
    assert_eq!(
        (login.asked("/jwks"), login.asked("/openid-configuration")),
        (1, 1)
    );

    login.publish(&[&one, &other]);
    login.set(|script| script.later = Duration::from_secs(29));
    let early = application.validate(&exchange, &new).await;
    assert_eq!(reason(early), Ok(TokenError::UnknownKey));
    assert_eq!(login.asked("/jwks"), 1);

    login.set(|script| script.later = Duration::from_secs(30));
    let clone = application.clone();
    let calls = (0..50).map(|_| clone.validate(&exchange, &new));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(
        login.asked("/jwks"),
        2,
        "fifty tokens, one request; clones share the keys"
    );

    // Keys that nobody has: however many tokens name one, the interval holds.
    let unknown = Signer::new(ONE, "unknown").sign(&id_claims());
    for second in 30..90 {
        login.set(|script| script.later = Duration::from_secs(second));
        let refused = application.validate(&exchange, &unknown).await;
        assert_eq!(reason(refused), Ok(TokenError::UnknownKey));
    }
    assert_eq!(login.asked("/jwks"), 3);
    // A false signature under a known name is no reason to ask.
    login.set(|script| script.later = Duration::from_secs(200));
    let forged = other.sign_with(&one.header(), &id_claims(), &RSA_PKCS1_SHA256);
    let refused = application.validate(&exchange, &forged).await;
    assert_eq!(
        (reason(refused), login.asked("/jwks")),
        (Ok(TokenError::Signature), 3)
    );

    // A key that is published no more is believed for an hour at most.
    login.publish(&[&other]);
    login.set(|script| script.later = Duration::from_secs(60 + 60 * 60));
    let long_lived = one.sign(&with(id_claims(), json!({"exp": NOW + 10_000})));
    let refused = application.validate(&exchange, &long_lived).await;
    assert_eq!(
        (reason(refused), login.asked("/jwks")),
        (Ok(TokenError::UnknownKey), 4)
    );
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_an_error_of_their_own() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "other"));
    let login = Login::default();
    let (application, exchange) = (application(), login.exchange());
    let good = one.sign(&id_claims());
    let error = application.validate(&exchange, &good).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    assert_silent(&error);
    for body in ["", "null", "[]", "<html>", "{\"keys\":[]}"] {
        login.set(|script| script.keys = Some(body.to_owned()));
        let error = application.validate(&exchange, &good).await.unwrap_err();
        assert_silent(&error);
        login.set(|script| script.later += Duration::from_secs(60 * 60));
    }
    login.set(|script| script.later = Duration::ZERO);
    // Those that were there stay when newer ones cannot be had.
    let (application, exchange) = (crate::tokens::application(), login.exchange());
    login.publish(&[&one]);
    application.validate(&exchange, &good).await.unwrap();
    login.set(|script| (script.keys, script.later) = (None, Duration::from_secs(60)));
    let new = other.sign(&id_claims());
    let error = application.validate(&exchange, &new).await.unwrap_err();
    assert!(matches!(error, AuthError::Unavailable { .. }), "{error:?}");
    let asked = login.asked("/jwks");
    application.validate(&exchange, &good).await.unwrap();
    // And failing to get them is not tried for every token either.
    let refused = application.validate(&exchange, &new).await;
    assert_eq!(reason(refused), Ok(TokenError::UnknownKey));
    assert_eq!(login.asked("/jwks"), asked);
}

#[tokio::test]
async fn a_login_validates_by_itself() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "one"));
    let login = Login::publishing(&[&one]);
    let complete = async |token: String| {
        login.set(|script| script.token = token);
        let application = application();
        let begun = application.login(None).unwrap();
        let exchange = login.exchange();
        application
            .complete(&exchange, &begun, begun.state(), "code")
            .await
    };
    let tokens = complete(one.sign(&id_claims())).await.unwrap();
    assert_eq!(tokens.claims().and_then(Claims::tenant), Some("Cust12345"));
    let refusals = [
        (other.sign(&id_claims()), TokenError::Signature),
        (CANARY.to_owned(), TokenError::Malformed),
        (
            one.sign(&with(id_claims(), json!({"aud": "x"}))),
            TokenError::Audience,
        ),
        // The access token is for Cust12345.
        (
            one.sign(&with(
                id_claims(),
                json!({"http://schemes.superoffice.net/identity/ctx": "Cust2"}),
            )),
            TokenError::Tenant,
        ),
    ];
    for (token, expected) in refusals {
        assert_eq!(reason(complete(token).await), Ok(expected));
    }
    // Tokens that are renewed are validated too; an empty id token is none.
    let refresh = async |token: String| {
        login.set(|script| script.token = token);
        let kept = "canary".to_owned().into();
        application().refresh(&login.exchange(), &kept).await
    };
    assert!(refresh(String::new()).await.unwrap().claims().is_none());
    assert_eq!(
        reason(refresh(other.sign(&id_claims())).await),
        Ok(TokenError::Signature)
    );

    // The code is not spent where its token could not be validated.
    let posts = login.asked("POST");
    login.set(|script| script.keys = None);
    let error = complete(one.sign(&id_claims())).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    login.publish(&[&one]);
    for elsewhere in [
        "https://login.example.com.evil.example",
        "https://elsewhere.example.com",
        "",
    ] {
        login.set(|script| script.issuer = Some(elsewhere.to_owned()));
        let error = complete(one.sign(&id_claims())).await.unwrap_err();
        assert!(error.to_string().contains("discovery"), "{error}");
    }
    assert_eq!(login.asked("POST"), posts);
}

fn system_user() -> SystemUser {
    let key = PrivateKey::from_pem(ONE).unwrap();
    let environment = Environment::Other(BASE.to_owned());
    SystemUser::new(environment, "Cust12345", "canary", "App-canary", key)
}

fn ticket_claims() -> Value {
    with(
        id_claims(),
        json!({
            "iss": "SuperOffice AS", "aud": "spn:1",
            "http://schemes.superoffice.net/identity/ticket": "7T:canary",
        }),
    )
}

#[tokio::test]
async fn a_system_user_believes_its_own_tokens_only() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "one"));
    let login = Login::publishing(&[&one]);
    let user = system_user();
    let exchange = login.exchange();
    assert!(user.claims().is_none());
    for _ in 0..2 {
        login.set(|script| script.token = one.sign(&ticket_claims()));
        user.credential(&exchange).await.unwrap();
    }
    assert_eq!(login.asked("/jwks"), 1);
    let claims = user.claims().unwrap();
    assert_eq!(
        claims.webapi_url(),
        Some("https://data2.example.com/Cust12345/api/")
    );
    assert_eq!(claims.get("ticket"), None);
    assert!(!format!("{claims:?} {user:?}").contains(CANARY));
    let head = with(one.header(), json!({"alg": "none"}));
    let refusals = [
        (
            format!("{}.", unsigned(&head, &ticket_claims())),
            TokenError::Algorithm,
        ),
        (other.sign(&ticket_claims()), TokenError::Signature),
        // An id token is none, though the same key signs it.
        (one.sign(&id_claims()), TokenError::Issuer),
        (
            one.sign(&with(ticket_claims(), json!({"aud": "client"}))),
            TokenError::Audience,
        ),
        (
            one.sign(&with(ticket_claims(), json!({"exp": NOW - 300}))),
            TokenError::Ended,
        ),
        (
            one.sign(&with(ticket_claims(), json!({"nbf": NOW + 301}))),
            TokenError::NotYet,
        ),
        (
            one.sign(&with(
                ticket_claims(),
                json!({"http://schemes.superoffice.net/identity/ctx": "Cust2"}),
            )),
            TokenError::Tenant,
        ),
        (
            one.sign(&with(
                ticket_claims(),
                json!({"http://schemes.superoffice.net/identity/ticket": null}),
            )),
            TokenError::NoTicket,
        ),
    ];
    for (token, expected) in refusals {
        login.set(|script| script.token = token);
        assert_eq!(reason(user.credential(&exchange).await), Ok(expected));
    }
    // Given keys are used, and none are asked for.
    let asked = login.asked("/jwks");
    login.set(|script| script.token = other.sign(&ticket_claims()));
    let keys = KeySet::from_jwks(&set(&[&other])).unwrap();
    let user = system_user().with_keys(keys);
    user.credential(&exchange).await.unwrap();
    assert_eq!(login.asked("/jwks"), asked);
}

/// A client begins where the token says, asks for no state, and finds the tenant again when it has moved.
#[tokio::test]
async fn a_client_begins_at_the_address_of_the_token() {
    let one = Signer::new(ONE, "one");
    let login = Login::publishing(&[&one]);
    let claims = application()
        .validate(&login.exchange(), &one.sign(&id_claims()))
        .await;
    let claims = claims.unwrap();
    let environment = Environment::Other(BASE.to_owned());
    let builder = || Client::builder().transport(login.clone());
    let client = builder()
        .tenant_of(environment.clone(), &claims)
        .credentials(application().credentials(Tokens::from_refresh_token("canary")))
        .build()
        .unwrap();
    login.set(|script| script.token = String::new());
    let call = || async { client.request::<Option<Value>>(GET).path("id", 1).await };
    call().await.unwrap();
    assert_eq!(
        login.asked("https://data2.example.com/Cust12345/api/v1/Thing/1"),
        1
    );
    assert_eq!(login.asked("/api/state/"), 0);
    login.set(|script| script.misdirected = 1);
    call().await.unwrap();
    assert_eq!(
        login.asked("GET https://login.example.com/api/state/Cust12345"),
        1
    );
    assert_eq!(
        login.asked("https://data3.example.com/Cust12345/api/v1/Thing/1"),
        1
    );
    // After a while it is asked for as for any tenant.
    login.set(|script| script.later = Duration::from_secs(660));
    call().await.unwrap();
    assert_eq!(login.asked("/api/state/"), 2);

    let changes = json!({"http://schemes.superoffice.net/identity/webapi_url": "http://data2.example.com/Cust12345"});
    let plain = one.sign(&with(id_claims(), changes));
    login.set(|script| script.later = Duration::ZERO);
    let claims = offline(&[&one]).validate(&login.exchange(), &plain).await;
    let refused = builder().tenant_of(environment, &claims.unwrap()).build();
    assert!(refused.is_err(), "plain http is for this machine only");
}

/// A notice about a tenant is as good as the token in it; what is unknown in it is kept.
#[tokio::test]
async fn a_notice_about_a_tenant_is_believed_by_its_token() {
    let (one, other) = (Signer::new(ONE, "one"), Signer::new(OTHER, "one"));
    let login = Login::publishing(&[&one]);
    let receiver = TenantReceiver::new(&Environment::Other(BASE.to_owned()));
    let exchange = login.exchange();
    let receive = async |changes: Value| {
        let post = json!({
            "ChangeType": 0, "ContextIdentifier": "Cust12345", "VersionName": "10.5 R1", "FileVersion": "",
            "PublicEndpoint": "https://data3.example.com/Cust12345", "Added": [1], "Token": one.sign(&ticket_claims()),
        });
        let body = with(post, changes).to_string();
        receiver.receive(&exchange, body.as_bytes()).await
    };
    let change = receive(json!({})).await.unwrap();
    assert_eq!(change.kind, TenantChangeKind::Upgrade);
    assert_eq!(change.context_identifier, "Cust12345");
    assert_eq!(change.version_name.as_deref(), Some("10.5 R1"));
    let endpoint = change.public_endpoint.as_deref();
    assert_eq!(endpoint, Some("https://data3.example.com/Cust12345"));
    let kinds = [
        "Upgrade",
        "BackupRestored",
        "Suspend",
        "Resume",
        "Delete",
        "Move",
        "6",
    ];
    for (number, name) in kinds.iter().enumerate() {
        for wire in [json!(number), json!(number.to_string()), json!(name)] {
            let change = receive(json!({"ChangeType": wire})).await.unwrap();
            assert_eq!(change.kind.to_string(), *name);
        }
    }
    assert!(
        receive(json!({"VersionName": null, "FileVersion": null, "PublicEndpoint": null}))
            .await
            .is_ok()
    );
    let tenant = "http://schemes.superoffice.net/identity/ctx";
    let refusals = [
        (json!({"ContextIdentifier": "Cust2"}), TokenError::Tenant),
        (
            json!({"Token": one.sign(&with(ticket_claims(), json!({tenant: null})))}),
            TokenError::Tenant,
        ),
        (
            json!({"Token": other.sign(&ticket_claims())}),
            TokenError::Signature,
        ),
        (json!({"Token": one.sign(&id_claims())}), TokenError::Issuer),
        (
            json!({"Token": one.sign(&with(ticket_claims(), json!({"exp": 1})))}),
            TokenError::Ended,
        ),
        (json!({"Token": CANARY}), TokenError::Malformed),
    ];
    for (changes, expected) in refusals {
        let error = receive(changes).await.unwrap_err();
        let TenantChangeError::Untrusted(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(reason::<()>(Err(error)), Ok(expected));
    }
    for changes in [json!({"Token": null}), json!({"ContextIdentifier": 5})] {
        let error = receive(changes).await.unwrap_err();
        assert!(matches!(error, TenantChangeError::Malformed), "{error:?}");
    }
    for body in ["", "null", "[]", "{\"Token\":\"canary"] {
        let error = receiver
            .receive(&exchange, body.as_bytes())
            .await
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains(CANARY));
    }
    assert_eq!(login.asked("/jwks"), 1);
}
