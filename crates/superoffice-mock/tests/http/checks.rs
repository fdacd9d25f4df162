//! What differs from the reference is refused, with the place and what was expected, and recorded.

use crate::raw::{json, plain, send};
use serde_json::json;
use superoffice_mock::MockTenant;

fn problems(tenant: &MockTenant) -> Vec<String> {
    let violations = tenant.violations();
    let last = violations.last().expect("a violation");
    last.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn unknown_routes_and_verbs() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    assert_eq!(plain(&url, "GET", "/api/v1/Nothing/Here").status, 404);
    let reply = plain(&url, "DELETE", "/api/v1/Contact");
    assert_eq!((reply.status, reply.header("allow")), (405, "GET, POST"));
    assert_eq!(tenant.violations().len(), 2);
}

#[test]
fn bodies_against_their_type() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let body = json!({ "Nmae": "x", "ContactId": "1", "NoMailing": 1, "Associate": { "AssociateId": 1.5, "Nope": 1 }, "Phones": {}, "UpdatedDate": "soon" });
    let reply = json(&url, "POST", "/api/v1/Contact", &body);
    assert_eq!(reply.status, 400);
    let mut found = problems(&tenant);
    found.sort();
    assert_eq!(
        found,
        [
            "/Associate/AssociateId: expected a 32-bit integer, found 1.5",
            "/Associate/Nope: expected a property of Associate, found an unknown property",
            "/ContactId: expected a 32-bit integer, found text \"1\"",
            "/Nmae: expected a property of ContactEntity, found an unknown property",
            "/NoMailing: expected true or false, found 1",
            "/Phones: expected an array, found an object",
            "/UpdatedDate: expected an ISO 8601 date as text, found text \"soon\"",
        ]
    );
    for problem in found {
        assert!(reply.message().contains(&problem), "{}", reply.message());
    }
}

#[test]
fn bodies_that_are_no_json() {
    let tenant = MockTenant::start_blocking().unwrap();
    let reply = send(
        &tenant.url(),
        "POST",
        "/api/v1/Contact",
        &["Content-Type: application/json"],
        b"{\"Name\":",
    )
    .unwrap();
    assert_eq!(reply.status, 400);
    assert!(
        problems(&tenant)[0].starts_with("body: expected JSON, found EOF"),
        "{:?}",
        problems(&tenant)
    );
}

#[test]
fn media_types() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let status = |method: &str, header: &str, body: &str| {
        send(&url, method, "/api/v1/Contact", &[header], body.as_bytes())
            .unwrap()
            .status
    };
    assert_eq!(status("POST", "Content-Type: text/plain", "{}"), 415);
    assert_eq!(status("POST", "X: y", "{}"), 415);
    assert_eq!(status("GET", "Accept: application/xml", ""), 406);
    assert_eq!(
        status("GET", "Accept: application/json; charset=utf-8, */*", ""),
        200
    );
}

#[test]
fn languages() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let status = |header: &str| {
        send(&url, "GET", "/api/v1/Contact", &[header], b"")
            .unwrap()
            .status
    };
    for header in [
        "Accept-Language: nb-NO, en;q=0.5",
        "SO-Language: *",
        "SO-Culture: en-US",
    ] {
        assert_eq!(status(header), 200, "{header}");
    }
    assert_eq!(status("SO-Language: $!"), 400);
    assert_eq!(
        problems(&tenant),
        ["header so-language: expected language codes or *, found $!"]
    );
}

#[test]
fn query_parameters() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    for (query, expected) in [
        (
            "$top=many",
            "query $top: expected a 32-bit integer, found many",
        ),
        ("$mode=Huge", "query $mode: expected one of"),
        ("nope=1", "query nope: expected one of [$select,"),
        (
            "$jsonSafe=yes",
            "query $jsonSafe: expected true or false, found yes",
        ),
    ] {
        assert_eq!(
            plain(&url, "GET", &format!("/api/v1/Contact?{query}")).status,
            400,
            "{query}"
        );
        assert!(
            problems(&tenant)[0].starts_with(expected),
            "{:?}",
            problems(&tenant)
        );
    }
    let reply = plain(&url, "POST", "/api/v1/Agents/Contact/GetContactEntity");
    assert_eq!(reply.status, 400);
    assert_eq!(
        problems(&tenant),
        ["query contactEntityId: expected a value: it is required, found nothing"]
    );
}

#[test]
fn typed_routes_come_before_text() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    for path in [
        "/api/v1/User/12",
        "/api/v1/User/admin",
        "/api/v1/User/currentPrincipal",
        "/api/v1/Contact/x",
    ] {
        plain(&url, "GET", path);
    }
    let operations: Vec<_> = tenant
        .requests()
        .into_iter()
        .filter_map(|request| request.operation)
        .collect();
    let parts: Vec<_> = operations
        .iter()
        .map(|id| id.rsplit('_').next().unwrap())
        .collect();
    assert_eq!(
        parts,
        [
            "GetUser",
            "GetUserFromName",
            "GetCurrentPrincipal",
            "GetContactEntity"
        ]
    );
    assert_eq!(
        problems(&tenant),
        ["path id: expected a 32-bit integer, found x"]
    );
}

#[test]
fn a_lenient_tenant_answers_and_records() {
    let tenant = MockTenant::builder().lenient().start_blocking().unwrap();
    let reply = json(
        &tenant.url(),
        "POST",
        "/api/v1/Contact",
        &json!({ "Name": "A", "Extra": { "a": [1] } }),
    );
    assert_eq!(
        (reply.status, &reply.json()["Extra"]),
        (200, &json!({ "a": [1] }))
    );
    assert_eq!(
        problems(&tenant),
        ["/Extra: expected a property of ContactEntity, found an unknown property"]
    );
}

#[test]
fn the_greatest_keys_the_longest_life_and_the_longest_list_are_answered() {
    let tenant = MockTenant::builder()
        .lenient()
        .invent_entities()
        .refresh_token("kept")
        .token_lifetime(std::time::Duration::MAX)
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    let last = format!("/api/v1/Contact/{}", i64::MAX);
    assert_eq!(plain(&url, "GET", &last).status, 200);
    assert_eq!(
        json(&url, "POST", "/api/v1/Contact", &json!({})).status,
        200
    );
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    let refresh = b"grant_type=refresh_token&refresh_token=kept&client_secret=s";
    let tokens = send(&url, "POST", "/login/common/oauth/tokens", &form, refresh).unwrap();
    let bearer = format!(
        "Authorization: Bearer {}",
        tokens.json()["access_token"].as_str().unwrap()
    );
    assert_eq!(
        send(&url, "GET", &last, &[&bearer], b"").unwrap().status,
        200
    );
    let restriction = |index: usize| {
        let joint = ["and", "or"][index % 2];
        json!({ "Name": "name", "Operator": "is", "Values": ["a"], "InterOperator": joint })
    };
    let restrictions: Vec<_> = (0..50_000).map(restriction).collect();
    let body = json!({ "ProviderName": "contact", "Restrictions": restrictions });
    let path = "/api/v1/Agents/Archive/GetArchiveListByColumns";
    assert_eq!(json(&url, "POST", path, &body).status, 400);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// A panic of the server would close the connection without an answer.
    #[test]
    fn every_body_and_query_is_answered(body: Vec<u8>, filter: String, key: i64, text: String) {
        let tenant = MockTenant::builder().lenient().invent_entities().start_blocking().unwrap();
        let url = tenant.url();
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let document = json!([{ "op": text, "path": filter, "value": key }]).to_string();
        let merge = json!({ &text: { &filter: key } }).to_string();
        let contact = format!("/api/v1/Contact/{key}");
        let query = format!("/api/v1/Contact?$filter={0}&$orderBy={0}&$select={0}&$top={key}", encode(&filter));
        let json = ["Content-Type: application/json"];
        for (method, path, body) in [
            ("PATCH", contact.as_str(), &body[..]),
            ("PATCH", &contact, document.as_bytes()),
            ("PATCH", &contact, merge.as_bytes()),
            ("PUT", &contact, merge.as_bytes()),
            ("POST", "/login/common/oauth/tokens", &body[..]),
            ("POST", "/Login/api/PartnerSystemUser/Authenticate", &body[..]),
            ("POST", "/api/v1/Agents/Archive/GetArchiveListByColumns", merge.as_bytes()),
            ("GET", &query, b""),
        ] {
            send(&url, method, path, &json, body).unwrap();
        }
        send(&url, "GET", &format!("/{}", encode(&text)), &[], b"").unwrap();
    }
}
