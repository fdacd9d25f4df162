//! Faults, and the newer server.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::raw::{json, plain, send};
use serde_json::json;
use superoffice_mock::{Fault, MockTenant, NEWER_ENUM_VALUE, NEWER_PROPERTY};

const CONTACTS: &str = "/api/v1/Contact";

#[test]
fn faults_happen_where_and_as_often_as_asked() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    tenant.inject(
        Fault::Status(503, Some("2".to_owned()))
            .on("/contact")
            .times(2)
            .after(1),
    );
    let statuses: Vec<u16> = (0..5)
        .map(|_| plain(&url, "GET", CONTACTS).status)
        .collect();
    assert_eq!(statuses, [200, 503, 503, 200, 200]);
    tenant.inject(Fault::Status(429, Some("1".to_owned())).on("/person"));
    assert_eq!(plain(&url, "GET", CONTACTS).status, 200);
    assert_eq!(
        plain(&url, "GET", "/api/v1/Person").header("retry-after"),
        "1"
    );
    tenant.inject(Fault::Html(502));
    let page = plain(&url, "GET", CONTACTS);
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, "text/html; charset=utf-8")
    );
    tenant.inject(Fault::Moved);
    assert_eq!(plain(&url, "GET", CONTACTS).status, 421);
    assert_eq!(tenant.requests().len(), 9);
}

#[test]
fn faults_on_the_way_out() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    tenant.inject(Fault::Reset);
    assert!(
        send(
            &url,
            "POST",
            CONTACTS,
            &["Content-Type: application/json"],
            b"{}"
        )
        .is_err()
    );
    assert_eq!(
        plain(&url, "GET", "/api/v1/Contact/1").status,
        200,
        "the request was carried out"
    );
    tenant.inject(Fault::Truncate);
    assert!(send(&url, "GET", CONTACTS, &[], b"").is_err());
    tenant.inject(Fault::Oversize(3_000_000));
    assert_eq!(plain(&url, "GET", CONTACTS).body.len(), 3_000_000);
    tenant.inject(Fault::Latency(Duration::from_millis(80)));
    let start = Instant::now();
    plain(&url, "GET", CONTACTS);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[test]
fn a_request_can_ask_for_its_fault() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let ask = |fault: &str| {
        send(
            &url,
            "GET",
            CONTACTS,
            &[&format!("X-Mock-Fault: {fault}")],
            b"",
        )
    };
    for (fault, retry_after) in [
        ("503; retry-after=7", "7"),
        (
            "503; Retry-After=Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT",
        ),
    ] {
        assert_eq!(ask(fault).unwrap().header("retry-after"), retry_after);
    }
    assert!(ask("Reset").is_err());
    assert!(ask("nonsense").unwrap().message().contains("latency=MS"));
}

#[test]
fn a_newer_server_knows_more() {
    let tenant = MockTenant::builder()
        .newer_server()
        .invent_entities()
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    let contact = plain(&url, "GET", "/api/v1/Contact/5").json();
    assert_eq!(contact["ContactId"], 5);
    assert!(contact[NEWER_PROPERTY].is_object(), "{contact}");
    let fields = contact.as_object().unwrap();
    assert!(fields.values().filter(|value| value.is_null()).count() > 5);
    let back = json(&url, "PUT", "/api/v1/Contact/5", &contact).json();
    assert_eq!(back[NEWER_PROPERTY], contact[NEWER_PROPERTY]);
    assert_eq!(tenant.violations(), []);
}

#[test]
fn a_newer_server_has_more_enum_values() {
    let api = json!({
        "groups": [{ "id": "rest/Thing", "operations": [{
            "id": "v1Thing_Get", "name": "Get", "verb": "GET", "route": [{ "literal": "api" }, { "literal": "v1" }, { "literal": "Thing" }],
            "result": { "json": { "array": { "model": "Thing" } } },
        }] }],
        "models": { "Thing": { "fields": [
            { "name": "Kind", "type": { "enum": "Kind" } },
            { "name": "Parent", "type": { "model": "Thing" } },
            { "name": "Numbers", "type": { "map": "double" } },
            { "name": "Name", "type": "string" },
        ] } },
        "enums": { "Kind": { "values": ["Small", "Large"] } },
    });
    let start = |newer: bool| {
        let builder = MockTenant::builder().api(api.to_string());
        let tenant = if newer {
            builder.newer_server()
        } else {
            builder
        }
        .start_blocking()
        .unwrap();
        plain(&tenant.url(), "GET", "/api/v1/thing").json()
    };
    assert_eq!(
        start(false),
        json!([{ "Kind": "Small", "Parent": null, "Numbers": { "key": 1.5 }, "Name": "text" }])
    );
    let newer = start(true);
    assert_eq!(
        (&newer[0]["Kind"], &newer[0]["Numbers"]),
        (&json!(NEWER_ENUM_VALUE), &json!(null))
    );
}

#[test]
fn next_links_can_be_wrong_and_requests_can_be_watched() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let tenant = MockTenant::builder()
        .page_size(1)
        .link_origin("https://inside.example")
        .on_request(move |request| sender.send(request.status.as_u16()).unwrap())
        .start_blocking()
        .unwrap();
    let url = tenant.url();
    for name in ["A", "B"] {
        json(&url, "POST", CONTACTS, &json!({ "Name": name }));
    }
    let page = plain(&url, "GET", CONTACTS).json();
    assert_eq!(
        page["odata.nextLink"],
        "https://inside.example/api/v1/Contact?%24skip=1"
    );
    assert_eq!(plain(&url, "GET", "/nowhere").status, 404);
    drop(tenant);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [200, 200, 200, 404]);
}

/// What an observer is told, the tenant knows already, and it may be asked; the last who holds the tenant may be the observer.
#[test]
fn who_watches_may_ask_the_tenant_and_drop_it() {
    let held: Arc<Mutex<Option<MockTenant>>> = Arc::default();
    let (sender, receiver) = std::sync::mpsc::channel();
    let tenant = MockTenant::builder().on_request({
        let held = Arc::clone(&held);
        move |request| {
            let mut held = held.lock().unwrap();
            let asked = held.as_ref().map(|tenant| {
                let last = tenant.last_request().map(|last| last.path);
                (tenant.violations().len(), last, tenant.requests().len())
            });
            if request.path == "/last" {
                *held = None;
            }
            sender.send(asked.unwrap()).unwrap();
        }
    });
    let tenant = tenant.start_blocking().unwrap();
    let url = tenant.url();
    *held.lock().unwrap() = Some(tenant);
    // Who waits for ever waits on another thread.
    thread::spawn(move || {
        for path in ["/api", "/nowhere", "/last"] {
            // The last answer may be lost with the tenant.
            send(&url, "GET", path, &[], b"").ok();
        }
    });
    for (violations, path, requests) in [(0, "/api", 1), (1, "/nowhere", 2), (2, "/last", 3)] {
        let asked = receiver.recv_timeout(Duration::from_secs(20));
        let expected = (violations, Some(path.to_owned()), requests);
        assert_eq!(asked, Ok(expected), "{path}");
    }
    assert!(held.lock().unwrap().is_none());
}

#[test]
fn seeds_are_there_and_come_back() {
    let tenant = MockTenant::builder().seed(3).start_blocking().unwrap();
    let url = tenant.url();
    let keys = |path: &str| {
        let page = plain(&url, "GET", path).json();
        let rows = page["value"].as_array().unwrap().clone();
        let key = |row: &serde_json::Value| row["PrimaryKey"].as_i64().unwrap();
        rows.iter().map(key).collect::<Vec<_>>()
    };
    assert_eq!(keys("/api/v1/Contact"), [1, 2, 3]);
    assert_eq!(keys("/api/v1/Contact/2/Persons"), [2]);
    assert_eq!(keys("/api/v1/Contact/2/Relations"), [2]);
    assert_eq!(keys("/api/v1/Contact/2/Projects"), [2]);
    assert_eq!(keys("/api/v1/Archive/SomethingElse"), [1, 2, 3]);
    assert_eq!(plain(&url, "DELETE", "/api/v1/Contact/1").status, 204);
    let new = json(&url, "POST", "/api/v1/Contact", &json!({ "Name": "A" }));
    assert_eq!(new.json()["ContactId"], 4);
    assert_eq!(keys("/api/v1/Contact"), [2, 3, 4]);
    tenant.forget_entities();
    assert_eq!(keys("/api/v1/Contact"), [1, 2, 3]);
    assert_eq!(plain(&url, "GET", "/api/v1/Contact/4").status, 404);
    assert_eq!(tenant.violations(), []);
}

#[test]
fn each_field_of_a_newer_server_is_null_once() {
    let mut nulls = std::collections::BTreeMap::new();
    for first in 0..4 {
        let tenant = MockTenant::builder().newer_server_nulls(first);
        let tenant = tenant.invent_entities().start_blocking().unwrap();
        let contact = plain(&tenant.url(), "GET", "/api/v1/Contact/5").json();
        for (name, value) in contact.as_object().unwrap() {
            *nulls.entry(name.clone()).or_insert(0) += usize::from(value.is_null());
        }
    }
    assert_eq!(nulls.remove("ContactId"), Some(0));
    assert_eq!(nulls.remove(NEWER_PROPERTY), Some(0));
    assert!(
        nulls.len() > 40 && nulls.values().all(|nulls| *nulls == 1),
        "{nulls:?}"
    );
}

#[test]
fn a_newer_server_keeps_what_is_saved() {
    let tenant = MockTenant::builder().newer_server_null_items();
    let tenant = tenant.start_blocking().unwrap();
    let url = tenant.url();
    let new = json!({ "Name": "A", "ActivityErpLinks": null, "Phones": [{ "Value": "1" }] });
    let saved = json(&url, "POST", "/api/v1/Contact", &new);
    assert_eq!(saved.status, 200, "{saved:?}");
    let read = plain(&url, "GET", "/api/v1/Contact/1").json();
    assert_eq!(
        (&read["Name"], &read["Phones"][0]["Value"]),
        (&json!("A"), &json!("1"))
    );
    assert!(read["Phones"][0][NEWER_PROPERTY].is_object(), "{read}");
    let fresh = plain(&url, "GET", "/api/v1/Contact/default").json();
    let items = fresh
        .as_object()
        .unwrap()
        .values()
        .filter_map(|value| value.as_array());
    assert!(
        items.clone().count() > 0
            && items
                .clone()
                .any(|items| items.last() == Some(&json!(null)))
    );
    assert_eq!(tenant.violations(), []);
}
