//! What the token service gives, as the caller keeps it: secrets by name, and when they end.

use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use superoffice_core::auth::oauth::{OAuthApplication, Tokens};
use superoffice_core::auth::{AuthError, Exchange, KeySet};
use superoffice_core::{Environment, Error};

use crate::secrets::{CANARY, assert_clean};
use crate::server::{LIST, Scripted};

/// What a login gives where the token service answers this, without an id token, whose keys nobody is asked for; and when it was asked.
async fn issued(answer: Value) -> (Result<Tokens, AuthError>, SystemTime) {
    let body: &'static str = Box::leak(answer.to_string().into_boxed_str());
    let transport = Scripted::new([Ok((200, Vec::new(), body))]);
    let exchange = Exchange::new(transport);
    let environment = Environment::Other("https://login.example.com".to_owned());
    let keys = KeySet::from_jwks(r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#).unwrap();
    let application = OAuthApplication::new(environment, "id", "secret", "https://app.example.com")
        .with_keys(keys)
        .with_issuer("https://login.example.com");
    let login = application.login(None).unwrap();
    let tokens = application
        .complete(&exchange, &login, login.state(), "code")
        .await;
    (tokens, exchange.now())
}

#[tokio::test]
async fn every_token_is_kept_and_none_is_shown() {
    let (tokens, now) = issued(json!({
        "access_token": format!("8A:Cust12345.{CANARY}"),
        "refresh_token": format!("R{CANARY}"),
        "expires_in": 90,
    }))
    .await;
    let tokens = tokens.unwrap();
    let access = tokens.access_token().expose_secret();
    assert_eq!(access, format!("8A:Cust12345.{CANARY}"));
    let refresh = tokens.refresh_token().unwrap().expose_secret();
    assert_eq!(refresh, format!("R{CANARY}"));
    assert_eq!(tokens.expires(), now + Duration::from_secs(90));
    assert_eq!(tokens.tenant(), Some("Cust12345"));
    let shown = format!("{tokens:?} {tokens:#?}");
    assert_clean(&shown);
    assert!(
        shown.starts_with("Tokens { tenant: Some(\"Cust12345\"), expires: "),
        "{shown}"
    );
}

#[tokio::test]
async fn a_life_is_a_number_or_a_text_of_one() {
    let table = [
        (json!(90), Some(90)),
        (json!("90"), Some(90)),
        (json!(0), Some(0)),
        // What is none is as good as nothing.
        (json!("soon"), None),
        (json!(-1), None),
        (json!(null), None),
        (json!([90]), None),
    ];
    let (plain, now) = issued(json!({ "access_token": "a" })).await;
    let usual = plain.unwrap().expires();
    assert!(usual > now);
    for (life, seconds) in table {
        let (tokens, now) = issued(json!({ "access_token": "a", "expires_in": life })).await;
        let expected = seconds.map_or(usual, |seconds| now + Duration::from_secs(seconds));
        assert_eq!(tokens.unwrap().expires(), expected, "{life}");
    }
}

#[tokio::test]
async fn a_life_without_end_is_a_long_one() {
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    for life in [
        json!(u64::MAX),
        json!(i64::MAX),
        json!(u64::MAX.to_string()),
    ] {
        let (tokens, now) = issued(json!({ "access_token": "a", "expires_in": life })).await;
        assert!(tokens.unwrap().expires() >= now + century, "{life}");
    }
}

#[tokio::test]
async fn without_an_access_token_there_are_no_tokens() {
    for answer in [
        json!({}),
        json!({ "access_token": "" }),
        json!({ "access_token": null, "refresh_token": "r" }),
    ] {
        let (tokens, _) = issued(answer.clone()).await;
        assert!(tokens.is_err(), "{answer}");
    }
    let (tokens, _) = issued(json!({ "access_token": "a", "refresh_token": "" })).await;
    let tokens = tokens.unwrap();
    assert!(tokens.refresh_token().is_none() && tokens.id_token().is_none());
    assert_eq!(tokens.tenant(), None);
}

#[tokio::test]
async fn tokens_are_used_as_long_as_they_are_good() {
    // How long they live, and whether they are used before they are refreshed: a minute before their end they are not.
    for (life, is_used) in [(3600, true), (61, true), (60, false), (0, false)] {
        let answer = json!({ "access_token": "first", "refresh_token": "r", "expires_in": life });
        let (tokens, _) = issued(answer).await;
        let environment = Environment::Other("https://login.example.com".to_owned());
        let application = OAuthApplication::new(environment, "id", "s", "https://app.example.com");
        let credentials = application.credentials(tokens.unwrap());
        let transport = Scripted::new([Ok((200, Vec::new(), r#"{"access_token":"second"}"#))]);
        let client = transport
            .builder()
            .credentials(credentials)
            .build()
            .unwrap();
        client.request::<()>(LIST).await.unwrap();
        let refreshed = transport.sent() - 1;
        assert_eq!(refreshed, usize::from(!is_used), "{life}");
    }
}

#[tokio::test]
async fn tokens_that_ended_and_cannot_be_refreshed_ask_for_a_login() {
    let (tokens, _) = issued(json!({ "access_token": "a", "expires_in": 0 })).await;
    let environment = Environment::Other("https://login.example.com".to_owned());
    let application = OAuthApplication::new(environment, "id", CANARY, "https://app.example.com");
    let credentials = application.credentials(tokens.unwrap());
    let shown = format!("{credentials:?}");
    assert!(
        shown.starts_with("OAuthCredentials { application: OAuthApplication {"),
        "{shown}"
    );
    assert_clean(&shown);
    let transport = Scripted::new([Ok((200, Vec::new(), "1"))]);
    let client = transport
        .builder()
        .credentials(credentials)
        .build()
        .unwrap();
    let Err(Error::Auth(error)) = client.request::<Option<i32>>(LIST).await else {
        panic!("no credentials are needed")
    };
    assert!(error.to_string().contains("log in again"), "{error}");
    assert_eq!(transport.sent(), 0);
}
