//! What comes of an answer: values, nothing, error objects, pages of HTML, and JSON that is none.

use serde_json::Value;
use superoffice_core::{Client, Error, Operation};

use crate::server::{GET, POST, Reply, Server, json, response};

pub(crate) async fn call(client: &Client) -> Result<Option<Value>, Error> {
    client.request::<Option<Value>>(GET).path("id", 1).await
}

#[tokio::test]
async fn nothing_in_every_form() {
    let forms = [
        response("204 No Content", "", ""),
        response("200 OK", "", ""),
        json("200 OK", "null"),
        json("200 OK", " \r\n"),
        json("200 OK", "\u{feff}null"),
        b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        response("304 Not Modified", "", ""),
    ];
    for form in forms {
        let shown = String::from_utf8_lossy(&form).into_owned();
        let server = Server::always(form);
        assert_eq!(call(&server.client()).await.expect(&shown), None, "{shown}");
        server.client().request::<()>(POST).await.expect(&shown);
    }
}

#[tokio::test]
async fn values_with_status_and_headers() {
    let server = Server::always(response(
        "201 Created",
        "SO-TimeZone: NO\r\n",
        "\u{feff}{\"a\":[1]}",
    ));
    let response = server
        .client()
        .request::<Option<Value>>(GET)
        .path("id", 1)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["so-timezone"], "NO");
    assert_eq!(response.attempts(), 1);
    assert_eq!(response.into_value(), Some(serde_json::json!({"a": [1]})));
}

#[tokio::test]
async fn the_last_change_is_a_time() {
    let second = std::time::Duration::from_secs(784_111_777);
    let time = std::time::SystemTime::UNIX_EPOCH + second;
    for (header, expected) in [
        (
            "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            Some(time),
        ),
        ("Last-Modified: Sun Nov  6 08:49:37 1994\r\n", Some(time)),
        ("Last-Modified: Sun, 06 Nov 1994 08:49:37 G11T\r\n", None),
        ("", None),
    ] {
        let server = Server::always(response("200 OK", header, "1"));
        let client = server.client();
        let request = client.request::<()>(GET).path("id", 1);
        let response = request.send().await.unwrap();
        assert_eq!(response.last_modified(), expected, "{header}");
    }
}

#[test]
fn the_same_call_from_an_ordinary_thread() {
    let server = Server::always(json("200 OK", "[1,2]"));
    let client = server.client();
    let response = client
        .request::<Option<Vec<i32>>>(GET)
        .path("id", 1)
        .send_blocking()
        .unwrap();
    assert_eq!(response.into_value(), Some(vec![1, 2]));
}

#[test]
fn any_executor_will_do() {
    let server = Server::always(json("200 OK", "[1,2]"));
    let client = server.client();
    let operation: Operation = GET;
    let value = superoffice_core::blocking::wait(async {
        client
            .request::<Option<Vec<i32>>>(operation)
            .path("id", 1)
            .await
    });
    assert_eq!(value.unwrap(), Some(vec![1, 2]));
}

/// Not to be recommended, but it must not hang.
#[tokio::test]
async fn waiting_inside_a_runtime_ends() {
    let server = Server::start(|_, _| Reply::Bytes(json("200 OK", "[1]")));
    let client = server.client();
    for _ in 0..3 {
        let request = || client.request::<Option<Vec<i32>>>(GET).path("id", 1);
        assert_eq!(request().await.unwrap(), Some(vec![1]));
        assert_eq!(
            request().send_blocking().unwrap().into_value(),
            Some(vec![1])
        );
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn an_installation_tells_its_versions() {
    let server = Server::always(json(
        "200 OK",
        r#"{"v1":"x","NetServerVersion":"10.3","Services":["90"],"New":1}"#,
    ));
    let info = server.client().server_info().await.unwrap().unwrap();
    assert_eq!(
        (info.net_server_version.as_deref(), info.extra.len()),
        (Some("10.3"), 1)
    );
    assert_eq!(server.received()[0].line(), "GET /api");
}
