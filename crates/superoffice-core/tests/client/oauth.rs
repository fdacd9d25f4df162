//! OAuth logins: from the code to the refreshed token, refusals of the token service, and a login that another process completes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use superoffice_core::auth::oauth::{Login, OAuthApplication, Tokens};
use superoffice_core::auth::{AuthError, Exchange};
use superoffice_core::transport::HttpTransport;
use superoffice_core::{Environment, Error};

use crate::authentication::{call, fifty_calls};
use crate::server::{Received, Reply, Server, json as json_response, response};

/// The token service: gives `access1` and a refresh token for a code, `access2` for a refresh token.
fn token_service() -> Server {
    Server::start(|received: &Received, _| {
        if let Some(published) = published(received) {
            return Reply::Bytes(json_response("200 OK", published.to_string()));
        }
        if received.line().starts_with("GET") {
            let good = received.header("authorization") == Some("Bearer 8A:Cust12345.access2");
            return Reply::Bytes(if good {
                json_response("200 OK", "1")
            } else {
                response("401 No", "", "")
            });
        }
        let form = String::from_utf8_lossy(&received.body).into_owned();
        if form.contains("refresh_token=taken-back") {
            let refusal = json!({"error": "invalid_grant", "error_description": "revoked"});
            return Reply::Bytes(json_response("400 Bad Request", refusal.to_string()));
        }
        let mut tokens = json!({"token_type": "Bearer", "expires_in": "3600"});
        let is_first = form.contains("grant_type=authorization_code");
        let number = if is_first { 1 } else { 2 };
        tokens["access_token"] = format!("8A:Cust12345.access{number}").into();
        if is_first {
            tokens["refresh_token"] = "refresh+1".into();
        }
        Reply::Bytes(json_response("200 OK", tokens.to_string()))
    })
}

/// What a login service tells everybody; asked for before a code is used.
fn published(received: &Received) -> Option<Value> {
    match received.line() {
        "GET /login/.well-known/openid-configuration" => {
            Some(json!({"issuer": format!("http://{}", received.header("host")?)}))
        }
        "GET /login/.well-known/jwks" => Some(json!({"keys": []})),
        _ => None,
    }
}

/// The body of the first form that the service was sent.
fn first_form(server: &Server) -> String {
    let received = server.received();
    let posted = received.iter().find(|one| one.line().starts_with("POST"));
    let posted = posted.unwrap();
    assert_eq!(posted.line(), "POST /login/common/oauth/tokens");
    String::from_utf8(posted.body.clone()).unwrap()
}

fn application(server: &Server) -> OAuthApplication {
    OAuthApplication::new(
        Environment::Other(server.address.clone()),
        "id",
        "se/cret",
        "https://app.example.com/back",
    )
}

#[tokio::test]
async fn a_login_from_the_code_to_the_refreshed_token() {
    use secrecy::ExposeSecret;
    let server = token_service();
    let application = application(&server);
    let exchange = Exchange::new(HttpTransport::new().unwrap());
    let login = application.login(Some("Cust12345")).unwrap();
    let wrong = application
        .complete(&exchange, &login, "other", "code")
        .await;
    assert!(matches!(wrong, Err(AuthError::Invalid { .. })), "{wrong:?}");
    assert_eq!(server.received().len(), 0);

    let tokens = application
        .complete(&exchange, &login, login.state(), "co de")
        .await
        .unwrap();
    assert_eq!(tokens.tenant(), Some("Cust12345"));
    let form = first_form(&server);
    assert!(
        form.starts_with(
            "client_id=id&client_secret=se%2Fcret&grant_type=authorization_code&code=co%20de\
             &redirect_uri=https%3A%2F%2Fapp.example.com%2Fback&code_verifier="
        ),
        "{form}"
    );
    let renewed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&renewed);
    let credentials = application.credentials(tokens).on_renewal(move |tokens| {
        // The service gave no new one, so the old one is kept.
        assert_eq!(tokens.refresh_token().unwrap().expose_secret(), "refresh+1");
        count.fetch_add(1, Ordering::SeqCst);
    });
    let client = server.builder().credentials(credentials).build().unwrap();
    // The first token is refused, the second is not.
    assert!(fifty_calls(&client).await.iter().all(Result::is_ok));
    assert_eq!(renewed.load(Ordering::SeqCst), 1);
    let refresh = server
        .received()
        .into_iter()
        .find(|received| received.body.ends_with(b"refresh_token=refresh%2B1"));
    assert!(refresh.is_some());
}

#[tokio::test]
async fn a_revoked_refresh_token_is_said_plainly() {
    let server = token_service();
    let credentials = application(&server).credentials(Tokens::from_refresh_token("taken-back"));
    let client = server.builder().credentials(credentials).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token service: no credentials: invalid_grant: revoked"
    );
    // A program needs no words.
    let Error::Auth(denied) = &error else {
        panic!("{error:?}")
    };
    assert!(
        matches!(&**denied, AuthError::Denied { code: Some(code), status: Some(status), .. }
            if code == "invalid_grant" && status.as_u16() == 400),
        "{denied:?}"
    );
    // It is not the status of the call itself, which was not made.
    assert_eq!(error.status(), None);
    let gone =
        application(&Server::always(Vec::new())).credentials(Tokens::from_refresh_token("x"));
    let client = server.builder().credentials(gone).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(
        matches!(&error, Error::Auth(inner) if matches!(**inner, AuthError::Unavailable { .. })),
        "{error:?}"
    );
}

/// One process sends the user away, another gets the answer; between them are two texts.
#[tokio::test]
async fn a_login_is_completed_by_another_process() {
    use secrecy::ExposeSecret;
    let server = token_service();
    let exchange = Exchange::new(HttpTransport::new().unwrap());
    let (state, verifier) = {
        let login = application(&server).login(None).unwrap();
        // Who knows the state may answer in the user's place.
        assert!(!format!("{login:?}").contains(login.state()), "{login:?}");
        let verifier = login.verifier().expose_secret().to_owned();
        (login.state().to_owned(), verifier)
    };
    let login = Login::resume(state.as_str(), verifier.as_str());
    let shown = format!("{login:?} {login:#?}");
    assert!(!shown.contains(&verifier), "{shown}");
    assert_eq!(login.url(), "");
    let application = application(&server);
    let wrong = application.complete(&exchange, &login, "other", "c").await;
    assert!(wrong.is_err());
    let tokens = application
        .complete(&exchange, &login, &state, "c")
        .await
        .unwrap();
    assert_eq!(tokens.tenant(), Some("Cust12345"));
    let form = first_form(&server);
    assert!(
        form.ends_with(&format!("&code_verifier={verifier}")),
        "{form}"
    );
    // What was never kept is no login.
    let empty = Login::resume("", "");
    assert!(
        application
            .complete(&exchange, &empty, "", "c")
            .await
            .is_err()
    );
}
