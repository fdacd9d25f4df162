//! Logins, credentials, tenant state and moves.

use std::time::Duration;

use crate::raw::{plain, send};
use serde_json::{Value, json};
use superoffice_mock::{Error, MockTenant};

const CONTACTS: &str = "/api/v1/Contact";

fn status(url: &str, headers: &[&str]) -> u16 {
    send(url, "GET", CONTACTS, headers, b"").unwrap().status
}

fn form(url: &str, body: &str) -> (u16, Value) {
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    let reply = send(
        url,
        "POST",
        "/login/common/oauth/tokens",
        &headers,
        body.as_bytes(),
    )
    .unwrap();
    (reply.status, reply.json())
}

#[test]
fn configured_credentials_are_the_only_ones() {
    let tenant = MockTenant::builder()
        .basic("user", "secret")
        .ticket("7T:abc")
        .bearer("8A:Cust12345.x")
        .xsrf("x1")
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    for header in [
        "Authorization: Basic dXNlcjpzZWNyZXQ=",
        "Authorization: SOTICKET 7T:abc",
        "Authorization: Bearer 8A:Cust12345.x",
        "X-XSRF-TOKEN: x1",
    ] {
        assert_eq!(status(&url, &[header]), 200, "{header}");
    }
    for header in [
        "Authorization: Basic dXNlcjp3cm9uZw==",
        "Authorization: Basic ???",
        "Authorization: Bearer other",
        "Authorization: Digest x",
        "Authorization: Bearer ",
        "X-XSRF-TOKEN: x2",
        "X: y",
    ] {
        assert_eq!(status(&url, &[header]), 401, "{header}");
    }
}

#[test]
fn a_ticket_needs_the_app_token() {
    let tenant = MockTenant::builder()
        .app_token("app")
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    assert_eq!(status(&url, &["Authorization: SoTicket t"]), 401);
    assert_eq!(
        status(&url, &["Authorization: SoTicket t", "SO-AppToken: other"]),
        401
    );
    assert_eq!(
        status(&url, &["Authorization: SoTicket t", "SO-AppToken: app"]),
        200
    );
}

#[test]
fn authorization_code_with_pkce_refresh_and_expiry() {
    let tenant = MockTenant::builder()
        .app_token("s")
        .bearer("another")
        .refresh_token("kept")
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    // RFC 7636, appendix B.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let authorize = |challenge: &str| {
        let path = format!(
            "/login/common/oauth/authorize?response_type=code&client_id=c&redirect_uri=http://localhost/cb&state=st&scope=openid&code_challenge={challenge}&code_challenge_method=S256"
        );
        let reply = plain(&url, "GET", &path);
        assert_eq!(reply.status, 302);
        let location = reply.header("location").to_owned();
        let code = location
            .strip_prefix("http://localhost/cb?code=")
            .unwrap()
            .strip_suffix("&state=st")
            .unwrap();
        code.to_owned()
    };
    let redeem = |code: &str, verifier: &str| {
        form(
            &url,
            &format!(
                "grant_type=authorization_code&code={code}&client_id=c&client_secret=s&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&code_verifier={verifier}"
            ),
        )
    };
    assert_eq!(
        redeem(&authorize(challenge), "wrong").1["error"],
        "invalid_grant"
    );
    let code = authorize(challenge);
    let (status_code, tokens) = redeem(&code, verifier);
    assert_eq!(status_code, 200, "{tokens}");
    assert_eq!(redeem(&code, verifier).1["error"], "invalid_grant");
    let bearer = |tokens: &Value| {
        format!(
            "Authorization: Bearer {}",
            tokens["access_token"].as_str().unwrap()
        )
    };
    assert_eq!(status(&url, &[&bearer(&tokens)]), 200);
    tenant.expire_tokens();
    assert_eq!(status(&url, &[&bearer(&tokens)]), 401);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let (_, again) = form(
        &url,
        &format!("grant_type=refresh_token&refresh_token={refresh}&client_secret=s"),
    );
    assert_eq!(status(&url, &[&bearer(&again)]), 200);
    assert_eq!(again.get("refresh_token"), None);
    assert_eq!(
        form(
            &url,
            "grant_type=refresh_token&refresh_token=x&client_secret=s"
        )
        .0,
        400
    );
    // One from before the tenant started, as an application keeps it.
    let kept = form(
        &url,
        "grant_type=refresh_token&refresh_token=kept&client_secret=s",
    );
    assert_eq!(status(&url, &[&bearer(&kept.1)]), 200);
    assert_eq!(
        form(&url, "grant_type=password&client_secret=s").1["error"],
        "unsupported_grant_type"
    );
    assert_eq!(
        form(&url, "grant_type=refresh_token").1["error"],
        "invalid_client"
    );
}

#[test]
fn a_system_user_gets_a_signed_token_with_a_ticket() {
    let tenant = MockTenant::builder()
        .token_lifetime(Duration::from_secs(60))
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    let login = |signed: &str| {
        let body = json!({ "SignedSystemToken": signed, "ApplicationToken": "a", "ContextIdentifier": "Cust12345", "ReturnTokenType": "JWT" });
        crate::raw::json(
            &url,
            "POST",
            "/Login/api/PartnerSystemUser/Authenticate",
            &body,
        )
        .json()
    };
    let reply = login("App-token.202401311230.AQID");
    assert_eq!(
        (&reply["IsSuccessful"], &reply["ErrorMessage"]),
        (&json!(true), &json!(null))
    );
    let token = reply["Token"].as_str().unwrap();
    let claims = claims(token);
    assert_eq!(claims["iss"], "SuperOffice AS");
    let ticket = claims["http://schemes.superoffice.net/identity/ticket"]
        .as_str()
        .unwrap();
    assert_eq!(
        status(&url, &[&format!("Authorization: SoTicket {ticket}")]),
        200
    );
    tenant.expire_tokens();
    assert_eq!(
        status(&url, &[&format!("Authorization: SoTicket {ticket}")]),
        401
    );
    assert_eq!(login("App-token.2024.AQID")["IsSuccessful"], false);

    let keys = plain(&url, "GET", "/login/.well-known/jwks").json();
    assert!(verifies(token, &keys["keys"][0]), "{keys}");
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&decode(payload)).unwrap()
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .unwrap()
}

fn verifies(token: &str, key: &Value) -> bool {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let part = |name: &str| decode(key[name].as_str().unwrap());
    let components = ring::rsa::PublicKeyComponents {
        n: part("n"),
        e: part("e"),
    };
    let algorithm = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
    components
        .verify(algorithm, message.as_bytes(), &decode(signature))
        .is_ok()
}

#[test]
fn discovery_names_this_server() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let discovery = plain(&url, "GET", "/login/.well-known/openid-configuration").json();
    assert_eq!(
        discovery["token_endpoint"],
        format!("{url}/login/common/oauth/tokens")
    );
    assert_eq!(
        plain(&url, "GET", "/api").json()["v1"],
        format!("{url}/api/v1")
    );
    let operations = plain(&url, "GET", "/Cust12345/api/v1").json();
    assert_eq!(
        operations[format!("{url}/Cust12345/api/v1/Contact/{{id}}")]["GET"],
        "v1ContactEntity_GetContactEntity"
    );
}

#[test]
fn a_moved_tenant_answers_421_and_tells_its_new_address() {
    let tenant = MockTenant::builder()
        .customer("Cust7")
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    let state = |url: &str| plain(url, "GET", "/api/state/cust7").json();
    assert_eq!(state(&url)["Api"], format!("{url}/Cust7/api"));
    assert_eq!(state(&url)["Endpoint"], format!("{url}/Cust7"));
    assert_eq!(plain(&url, "GET", "/Cust7/api/v1/Contact").status, 200);
    let home = tenant.move_away().unwrap();
    assert_eq!(plain(&url, "GET", "/Cust7/api/v1/Contact").status, 421);
    assert_eq!(state(&url)["Api"], format!("{home}/Cust7/api"));
    assert_eq!(plain(&home, "GET", "/Cust7/api/v1/Contact").status, 200);
    tenant.set_state("Suspended");
    assert_eq!(
        (&state(&url)["IsRunning"], &state(&url)["State"]),
        (&json!(false), &json!("Suspended"))
    );
    assert_eq!(plain(&home, "GET", "/Cust7/api/v1/Contact").status, 503);
    assert_eq!(plain(&url, "GET", "/api/state/Cust8").status, 404);
}

#[test]
fn a_tenant_takes_calls_while_it_runs_and_in_online_maintenance() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    for (state, runs) in [
        ("Running", true),
        ("OnlineMaintenance", true),
        ("Unknown", false),
        ("Provisioning", false),
        ("Deleted", false),
        ("Suspended", false),
        ("OfflineMaintenance", false),
        ("ProvisioningFailed", false),
        ("Deleting", false),
        ("DeleteFailed", false),
        ("MigrationPending", false),
        ("AddedLater", false),
    ] {
        tenant.set_state(state);
        let told = plain(&url, "GET", "/api/state/Cust12345").json();
        assert_eq!(told["State"], state);
        assert_eq!(told["IsRunning"], runs, "{state}");
        assert_eq!(told["Endpoint"], format!("{url}/Cust12345"));
        let expected = if runs { 200 } else { 503 };
        assert_eq!(status(&url, &[]), expected, "{state}");
    }
}

#[test]
fn others_cannot_reach_it() {
    let open = MockTenant::builder()
        .address("0.0.0.0:0".parse().unwrap())
        .start_blocking();
    assert!(matches!(open, Err(Error::Remote(_))), "{open:?}");
    let text = MockTenant::builder().api("{}").start_blocking();
    assert!(matches!(text, Err(Error::Api(_))), "{text:?}");
}

#[tokio::test]
async fn it_starts_in_async_tests_and_stops_when_dropped() {
    let tenant = MockTenant::start().await.unwrap();
    let url = tenant.url();
    assert_eq!(plain(&url, "GET", CONTACTS).status, 200);
    drop(tenant);
    assert!(send(&url, "GET", CONTACTS, &[], b"").is_err());
}
