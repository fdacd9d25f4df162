//! Where tokens are validated: the logins of persons and system users, the address of a tenant, and notices about tenants.

use super::*;

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

/// Six hours after every use, not after the login; a minute before that a new one is asked for.
#[tokio::test]
async fn a_ticket_is_good_for_six_hours_after_every_use() {
    let one = Signer::new(ONE, "one");
    let login = Login::publishing(&[&one]);
    let claims = with(ticket_claims(), json!({"exp": NOW + 1_000_000}));
    login.set(|script| script.token = one.sign(&claims));
    let client = Client::builder()
        .base_url(BASE)
        .transport(login.clone())
        .credentials(system_user())
        .build()
        .unwrap();
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    let table = [
        (Duration::ZERO, 1),
        (hours(5), 1),
        (hours(5), 1),
        (hours(6) - Duration::from_secs(61), 1),
        (hours(6), 2),
        (hours(5), 2),
        (hours(7), 3),
    ];
    for (pause, logins) in table {
        login.set(|script| script.later += pause);
        client.request::<()>(LIST).await.unwrap();
        assert_eq!(login.asked("Authenticate"), logins, "{pause:?}");
    }
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

fn notice_claims() -> Value {
    let ticket = "http://schemes.superoffice.net/identity/ticket";
    let mut claims = ticket_claims();
    claims.as_object_mut().unwrap().remove(ticket).unwrap();
    claims
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
            "PublicEndpoint": "https://data3.example.com/Cust12345", "Added": [1], "Token": one.sign(&notice_claims()),
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
            json!({"Token": one.sign(&with(notice_claims(), json!({tenant: null})))}),
            TokenError::Tenant,
        ),
        (
            json!({"Token": other.sign(&notice_claims())}),
            TokenError::Signature,
        ),
        (json!({"Token": one.sign(&id_claims())}), TokenError::Issuer),
        // Every application of the tenant gets such tokens.
        (
            json!({"Token": one.sign(&ticket_claims())}),
            TokenError::Login,
        ),
        (
            json!({"Token": one.sign(&with(notice_claims(), json!({"exp": 1})))}),
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

/// What an application proves who it is with, and the keys that tokens are believed by, travel encrypted or not at all.
#[tokio::test]
async fn no_login_goes_over_plain_http_unless_that_is_allowed() {
    let one = Signer::new(ONE, "one");
    let login = Login::publishing(&[&one]);
    login.set(|script| script.token = one.sign(&ticket_claims()));
    // Where the environment is, what is allowed, and whether it is asked.
    let table = [
        ("http://login.example.com", false, false),
        ("HTTP://login.example.com/", false, false),
        ("http://login.example.com", true, true),
        ("http://127.0.0.1:8080", false, true),
        ("https://Login.example.com/", false, true),
        ("login.example.com", false, true),
        ("https://user:canary@login.example.com", true, false),
        ("", true, false),
    ];
    for (address, is_allowed, is_asked) in table {
        let environment = || Environment::Other(address.to_owned());
        let exchange = match is_allowed {
            true => login.exchange().allow_insecure_http(),
            false => login.exchange(),
        };
        let application =
            || OAuthApplication::new(environment(), "client", "canary", "https://app.example.com");
        let refresh_token = "canary".to_owned().into();
        let begun = Begun::resume("state", "canary");
        let key = PrivateKey::from_pem(ONE).unwrap();
        let user = SystemUser::new(environment(), "Cust12345", "canary", "App-canary", key);
        let receiver = TenantReceiver::new(&environment());
        let notice = json!({"ChangeType": 1, "ContextIdentifier": "Cust12345", "Token": one.sign(&ticket_claims())});
        let notice = notice.to_string();
        let errors = [
            application().refresh(&exchange, &refresh_token).await.err(),
            application()
                .complete(&exchange, &begun, "state", "code")
                .await
                .err(),
            application()
                .validate(&exchange, &one.sign(&id_claims()))
                .await
                .err(),
            user.credential(&exchange).await.err(),
            match receiver.receive(&exchange, notice.as_bytes()).await {
                Err(TenantChangeError::Untrusted(error)) => Some(error),
                _ => None,
            },
        ];
        let is_refused = |error: &&AuthError| {
            assert_silent(error);
            error.to_string().starts_with("the environment: ")
        };
        let refused = errors.iter().flatten().filter(is_refused).count();
        assert_eq!(refused, if is_asked { 0 } else { 5 }, "{address}");
        assert_eq!(login.asked("") > 0, is_asked, "{address}");

        // A client says for its credentials what it says for its own calls.
        let builder = Client::builder().base_url(BASE).transport(login.clone());
        let builder = match is_allowed {
            true => builder.allow_insecure_http(),
            false => builder,
        };
        let credentials = application().credentials(Tokens::from_refresh_token("canary"));
        let client = builder.credentials(credentials).build().unwrap();
        login.set(|script| script.asked.clear());
        drop(client.request::<()>(LIST).await);
        assert_eq!(login.asked("/oauth/tokens") > 0, is_asked, "{address}");
        login.set(|script| script.asked.clear());
    }
}
