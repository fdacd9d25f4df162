//! The system user: what is signed, what is asked, and which answers are believed.

use serde_json::{Value, json};
use superoffice_core::Environment;
use superoffice_core::auth::system_user::{PrivateKey, SystemUser};

use crate::authentication::{call, fifty_calls};
use crate::server::{Received, Reply, Server, json as json_response};

const KEY: &str = include_str!("../vectors/app-key.pkcs8.pem");

/// The system user service with this token and its own keys.
fn system_user_service(token: &'static str) -> Server {
    service_with_keys(
        token,
        include_str!("../vectors/service-jwks.json").to_owned(),
    )
}

fn service_with_keys(token: &'static str, keys: String) -> Server {
    Server::start(move |received: &Received, _| {
        Reply::Bytes(match received.line() {
            "POST /Login/api/PartnerSystemUser/Authenticate" => {
                let body: Value = serde_json::from_slice(&received.body).unwrap();
                let known = body["ContextIdentifier"] == "Cust12345";
                let answer = if known {
                    json!({"IsSuccessful": true, "Token": token.trim(), "ErrorMessage": null})
                } else {
                    json!({"IsSuccessful": false, "Token": null, "ErrorMessage": "not approved"})
                };
                json_response("200 OK", answer.to_string())
            }
            "GET /login/.well-known/jwks" => json_response("200 OK", &keys),
            _ => json_response("200 OK", "1"),
        })
    })
}

fn system_user(server: &Server, tenant: &str) -> SystemUser {
    let key = PrivateKey::from_pem(KEY).unwrap();
    SystemUser::new(
        Environment::Other(server.address.clone()),
        tenant,
        "app",
        "App-abc123",
        key,
    )
}

#[tokio::test]
async fn a_system_user_signs_and_gets_a_ticket() {
    use base64::Engine;
    let server = system_user_service(include_str!("../vectors/service-token.jwt"));
    let client = server
        .builder()
        .credentials(system_user(&server, "Cust12345"))
        .build()
        .unwrap();
    assert!(fifty_calls(&client).await.iter().all(Result::is_ok));
    let received = server.received();
    let asked: Vec<_> = received
        .iter()
        .filter(|received| received.line().starts_with("POST"))
        .collect();
    assert_eq!(asked.len(), 1);
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(
        (&body["ApplicationToken"], &body["ReturnTokenType"]),
        (&json!("app"), &json!("JWT"))
    );
    let signed = body["SignedSystemToken"].as_str().unwrap();
    let (message, signature) = signed.rsplit_once('.').unwrap();
    let (token, minute) = message.rsplit_once('.').unwrap();
    assert_eq!((token, minute.len()), ("App-abc123", 12));
    assert!(minute.starts_with("20") && minute.bytes().all(|byte| byte.is_ascii_digit()));
    let signature = base64::engine::general_purpose::STANDARD
        .decode(signature)
        .unwrap();
    verify(message.as_bytes(), &signature);
    let last = received.last().unwrap();
    assert_eq!(
        last.header("authorization"),
        Some("SoTicket 7T:test-ticket")
    );
    assert_eq!(last.header("so-apptoken"), Some("app"));
}

/// Checks a signature of the test key.
fn verify(message: &[u8], signature: &[u8]) {
    use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
    let pem: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, pem).unwrap();
    let key = RsaKeyPair::from_pkcs8(&der).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key())
        .verify(message, signature)
        .unwrap();
}

#[tokio::test]
async fn a_system_user_that_is_refused_is_said_plainly() {
    let good = include_str!("../vectors/service-token.jwt");
    let server = system_user_service(good);
    let refused = async |server: &Server, tenant: &str| {
        let client = server
            .builder()
            .credentials(system_user(server, tenant))
            .build()
            .unwrap();
        call(&client).await.unwrap_err().to_string()
    };
    assert_eq!(
        refused(&server, "Cust2").await,
        "the system user service: no credentials: not approved"
    );
    let ended = system_user_service(include_str!("../vectors/service-token-ended.jwt"));
    assert!(refused(&ended, "Cust12345").await.contains("has ended"));
    let forged: &'static str = good.replace("QxMjM0NSI", "QxMjM0NiI").leak();
    for bad in [
        "",
        "a.b",
        "a.b.c",
        "....",
        "eyJhbGciOiJub25lIn0.e30.",
        forged,
        &good[..good.len() - 20],
    ] {
        let message = refused(&system_user_service(bad), "Cust12345").await;
        assert!(
            message.contains("the system user service"),
            "{bad}: {message}"
        );
    }
    // Another signature over the same content.
    let (content, _) = good.trim().rsplit_once('.').unwrap();
    let other: &'static str = format!("{content}.{}", "A".repeat(342)).leak();
    assert!(
        refused(&system_user_service(other), "Cust12345")
            .await
            .contains("signature")
    );
}

/// The service with a token of these claims, signed with the test's own key.
fn service_that_claims(claims: &Value) -> Server {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    let pem: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(pem).unwrap();
    let key = ring::signature::RsaKeyPair::from_pkcs8(&der).unwrap();
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(&json!({"alg": "RS256"})), part(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(
        &ring::signature::RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    let components = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
    let keys = json!({"keys": [{
        "kty": "RSA",
        "n": URL_SAFE_NO_PAD.encode(components.n),
        "e": URL_SAFE_NO_PAD.encode(components.e),
    }]});
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    service_with_keys(token.leak(), keys.to_string())
}

/// The service signs more than these tokens; each claim that tells them apart is looked at.
#[tokio::test]
async fn a_signed_token_for_something_else_is_refused() {
    let ticket = "http://schemes.superoffice.net/identity/ticket";
    let good =
        json!({"iss": "SuperOffice AS", "aud": "spn:1", "exp": 4_102_444_800_u64, ticket: "7T:x"});
    let outcome = async |changes: Value| {
        let mut claims = good.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let server = service_that_claims(&claims);
        let client = server
            .builder()
            .credentials(system_user(&server, "Cust12345"))
            .build()
            .unwrap();
        call(&client).await.map_err(|error| error.to_string())
    };
    for fine in [
        json!({}),
        json!({"aud": ["other", "spn:2"]}),
        json!({"nbf": 1}),
        json!({"exp": 4e9}),
        json!({"exp": 1e18}),
    ] {
        let shown = fine.to_string();
        outcome(fine).await.expect(&shown);
    }
    let table = [
        (json!({"iss": "Somebody"}), "issued by"),
        (json!({"iss": null}), "issued by"),
        (json!({"iss": "SuperOffice AS2"}), "issued by"),
        (json!({"aud": "client-id"}), "issued for"),
        (json!({"aud": null}), "issued for"),
        (json!({"aud": []}), "issued for"),
        (json!({"aud": {"spn:": 1}}), "issued for"),
        (json!({"exp": null}), "when it ends"),
        (json!({"exp": "2999"}), "when it ends"),
        (json!({"exp": 1}), "has ended"),
        (json!({"nbf": 4_102_444_800_u64}), "not good yet"),
        (json!({ticket: null}), "no ticket"),
    ];
    for (changes, expected) in table {
        let message = outcome(changes.clone()).await.expect_err("a refusal");
        assert!(message.contains(expected), "{changes}: {message}");
    }
}

/// A ticket that was kept spares the login; one that is good no more is replaced, and given out to be kept.
#[tokio::test]
async fn a_ticket_is_kept_from_one_run_to_the_next() {
    use secrecy::{ExposeSecret, SecretString};
    use std::sync::{Arc, Mutex};
    let server = system_user_service(include_str!("../vectors/service-token.jwt"));
    let kept = Arc::new(Mutex::new(Vec::<String>::new()));
    let keep = |kept: &Arc<Mutex<Vec<String>>>| {
        let kept = Arc::clone(kept);
        move |ticket: &SecretString| kept.lock().unwrap().push(ticket.expose_secret().to_owned())
    };
    let first = system_user(&server, "Cust12345").on_ticket(keep(&kept));
    assert!(!format!("{first:?}").contains("App-abc123"));
    let client = server.builder().credentials(first).build().unwrap();
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(*kept.lock().unwrap(), ["7T:test-ticket"]);
    let logins = || {
        let received = server.received();
        let logins = received.iter().filter(|one| one.line().starts_with("POST"));
        logins.count()
    };
    assert_eq!(logins(), 1);
    let again = system_user(&server, "Cust12345")
        .with_ticket("7T:kept")
        .on_ticket(keep(&kept));
    assert!(!format!("{again:?}").contains("7T:kept"));
    let client = server.builder().credentials(again).build().unwrap();
    call(&client).await.unwrap();
    assert_eq!(logins(), 1);
    let last = server.received().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("SoTicket 7T:kept"));

    // The API does not know this one any more.
    let api = Server::start(|received: &Received, _| {
        let known = received.header("authorization") == Some("SoTicket 7T:test-ticket");
        Reply::Bytes(if known {
            json_response("200 OK", "1")
        } else {
            crate::server::response("401 Unauthorized", "", "")
        })
    });
    let old = system_user(&server, "Cust12345")
        .with_ticket("7T:old")
        .on_ticket(keep(&kept));
    let client = api.builder().credentials(old).build().unwrap();
    call(&client).await.unwrap();
    assert_eq!((logins(), api.received().len()), (2, 2));
    assert_eq!(kept.lock().unwrap().len(), 2);
}

#[test]
fn keys_in_every_form() {
    let forms = [
        PrivateKey::from_pem(KEY),
        PrivateKey::from_pem(include_str!("../vectors/app-key.pkcs1.pem")),
        PrivateKey::from_rsa_xml(include_str!("../vectors/app-key.xml")),
    ];
    for form in forms {
        assert_eq!(format!("{:?}", form.unwrap()), "PrivateKey([redacted])");
    }
    for bad in [
        "",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN X-----\nAAAA\n-----END X-----",
        "-----BEGIN PRIVATE KEY-----\n!\n-----END",
    ] {
        assert!(PrivateKey::from_pem(bad).is_err(), "{bad}");
    }
    let short = PrivateKey::from_pem(include_str!("../vectors/short-key.pkcs8.pem")).unwrap_err();
    assert!(short.to_string().contains("2048"), "{short}");
    let xml = include_str!("../vectors/app-key.xml");
    for name in ["Modulus", "D", "InverseQ"] {
        let error =
            PrivateKey::from_rsa_xml(&xml.replace(&format!("<{name}>"), "<Other>")).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(
        PrivateKey::from_rsa_xml("<RSAKeyValue><Modulus>AA==</Modulus></RSAKeyValue>").is_err()
    );
}
