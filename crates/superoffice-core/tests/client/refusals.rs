//! Answers that are refusals, whatever their status says: error objects, pages of HTML, bytes; each is a typed error that can be read.

use serde_json::Value;
use superoffice_core::{Error, Map};

use crate::results::call;
use crate::server::{DELETE, LIST, POST, Server, json, response};

/// Status, content type, body; expected message and the variant's name.
type Canned = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// The same with a body that is no text.
const BINARY: &[(&str, &str, &[u8], &str)] = &[
    (
        "500 Internal Server Error",
        "application/octet-stream",
        b"\x00\x01\xff\xfe\x80",
        "500",
    ),
    (
        "502 Bad Gateway",
        "image/png",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "PNG",
    ),
    (
        "404 Not Found",
        "text/html; charset=utf-16",
        b"\xff\xfe<\0h\0t\0m\0l\0>\0",
        "404",
    ),
    (
        "503 Service Unavailable",
        "application/json",
        b"\x1f\x8b\x08\x00garbage",
        "503",
    ),
];

const CANNED: &[Canned] = &[
    (
        "404 Not Found",
        "application/json",
        r#"{"Error":true,"ErrorType":"SoNotFoundException","ErrorMessage":"no such thing","ErrorSource":"Core"}"#,
        "no such thing",
        "NotFound",
    ),
    (
        "404 Not Found",
        "text/html",
        "<html><h1>404</h1> nginx </html>",
        "<html><h1>404</h1> nginx </html>",
        "NotFound",
    ),
    (
        "400 Bad Request",
        "application/json",
        r#"{"Message":"bad","MessageDetail":"very"}"#,
        "bad very",
        "Api",
    ),
    (
        "400 Bad Request",
        "application/json",
        r#"{"error":"invalid_grant","error_description":"gone"}"#,
        "gone",
        "Api",
    ),
    (
        "500 Internal Server Error",
        "application/json",
        r#"{"Message":"An error has occurred.","ExceptionMessage":"boom","ExceptionType":"System.Exception","StackTrace":"at"}"#,
        "boom",
        "Api",
    ),
    (
        "500 Internal Server Error",
        "text/plain",
        "",
        "Thing_Get: 500 Internal Server Error",
        "Api",
    ),
    (
        "409 Conflict",
        "application/json",
        r#"{"Error":true,"ErrorMessage":"test failed"}"#,
        "test failed",
        "Conflict",
    ),
    (
        "412 Precondition Failed",
        "application/json",
        r#"{"ErrorMessage":"changed"}"#,
        "changed",
        "PreconditionFailed",
    ),
    (
        "429 Too Many Requests",
        "text/plain",
        "slow down",
        "slow down",
        "RateLimited",
    ),
    (
        "401 Unauthorized",
        "text/html",
        "<html>IIS 401</html>",
        "IIS 401",
        "Auth",
    ),
    (
        "403 Forbidden",
        "text/html; charset=iso-8859-1",
        "<html>forbidden</html>",
        "forbidden",
        "Api",
    ),
    (
        "502 Bad Gateway",
        "text/html",
        "<html><center><h1>502 Bad Gateway</h1></center><hr>nginx</html>",
        "nginx",
        "Api",
    ),
    (
        "503 Service Unavailable",
        "text/html",
        "<html>The service is unavailable.</html>",
        "unavailable",
        "Api",
    ),
    (
        "520 ",
        "text/html",
        "<html>Cloudflare: unknown error</html>",
        "Cloudflare",
        "Api",
    ),
    (
        "421 Misdirected Request",
        "application/json",
        "{}",
        "421",
        "Api",
    ),
    (
        "200 OK",
        "application/json",
        r#"{"Message":"inner","MessageDetail":"detail"}"#,
        "inner detail",
        "Api",
    ),
    (
        "200 OK",
        "application/json",
        r#"{"Message":"inner"}"#,
        "inner",
        "Api",
    ),
    (
        "200 OK",
        "application/json",
        r#"{"Error":true,"ErrorType":"T","ErrorMessage":"inner","More":1}"#,
        "T: inner",
        "Api",
    ),
    (
        "200 OK",
        "text/html",
        "<html>please log in</html>",
        "text/html",
        "Decode",
    ),
    ("200 OK", "image/png", "\u{89}PNG", "image/png", "Decode"),
    // What stands in front of a service says its own words in its own form.
    (
        "502 Bad Gateway",
        "text/html",
        "<html><head><title>502 Bad Gateway</title></head><body>Microsoft-Azure-Application-Gateway/v2</body></html>",
        "Azure-Application-Gateway",
        "Api",
    ),
    (
        "403 Forbidden",
        "text/html",
        "<!DOCTYPE html><title>403</title><h1>Error 403 - This web app is stopped.</h1>",
        "web app is stopped",
        "Api",
    ),
    (
        "503 Service Unavailable",
        "text/html; charset=us-ascii",
        "<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><BODY><h2>Service Unavailable</h2><hr><p>HTTP Error 503. \
         The service is unavailable.</p></BODY></HTML>",
        "HTTP Error 503.",
        "Api",
    ),
    (
        "404 Not Found",
        "text/html",
        "<!DOCTYPE html><h2>404 - File or directory not found.</h2><h3>IIS</h3>",
        "File or directory not found",
        "NotFound",
    ),
    (
        "413 Request Entity Too Large",
        "text/html",
        "<html><center><h1>413 Request Entity Too Large</h1></center><hr><center>nginx</center></html>",
        "nginx",
        "Api",
    ),
    (
        "504 Gateway Time-out",
        "text/html",
        "<html><center><h1>504 Gateway Time-out</h1></center><hr><center>nginx/1.25</center></html>",
        "504 Gateway Time-out",
        "Api",
    ),
    (
        "522 ",
        "text/plain; charset=UTF-8",
        "error code: 522",
        "error code: 522",
        "Api",
    ),
    (
        "429 Too Many Requests",
        "text/html",
        "<html>Error 1015: You are being rate limited. Cloudflare Ray ID: 0</html>",
        "rate limited",
        "RateLimited",
    ),
    (
        "500 Internal Server Error",
        "application/problem+json",
        r#"{"type":"about:blank","title":"Oops","status":500,"detail":"try later"}"#,
        "Oops try later",
        "Api",
    ),
    (
        "429 Too Many Requests",
        "application/json",
        r#"{"statusCode":429,"message":"Rate limit is exceeded."}"#,
        "Rate limit is exceeded.",
        "RateLimited",
    ),
];

#[tokio::test]
async fn a_body_that_is_no_text_takes_nothing_from_its_status() {
    for (status, content_type, body, expected) in BINARY {
        let headers = format!("Content-Type: {content_type}\r\n");
        let server = Server::always(response(status, &headers, body));
        let request = server.client();
        let request = request.request::<Option<Value>>(LIST);
        let error = request
            .retry(superoffice_core::RetryPolicy::never())
            .await
            .expect_err(status);
        assert_eq!(error.status().expect(status).as_str(), &status[..3]);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.api().is_some_and(|api| api.excerpt().len() <= 2048));
    }
}

#[tokio::test]
async fn every_kind_of_refusal_is_typed_and_readable() {
    assert!(CANNED.len() >= 30, "{}", CANNED.len());
    for (status, content_type, body, expected, variant) in CANNED {
        let server = Server::always(response(
            status,
            &format!("Content-Type: {content_type}\r\nX-Id: 7\r\n"),
            body,
        ));
        let client = server
            .builder()
            .retry(superoffice_core::RetryPolicy::never())
            .build()
            .unwrap();
        let error = call(&client).await.expect_err(status);
        assert!(
            format!("{error:?}").starts_with(variant),
            "{status} {body}: {error:?}"
        );
        assert!(
            error.to_string().contains(expected),
            "{status} {body}: {error}"
        );
        assert_eq!(error.operation(), Some("Thing_Get"));
        assert_eq!(error.headers().expect(status)["x-id"], "7");
        assert_eq!(error.status().expect(status).as_str(), &status[..3]);
    }
}

#[tokio::test]
async fn an_entity_with_a_message_is_no_error() {
    for body in [
        r#"{"Message":"hello","Id":1}"#,
        r#"{"MessageDetail":"x"}"#,
        r#"{"Error":false,"Message":"m"}"#,
        r#"{"Error":true,"Id":1}"#,
        r#"{"Message":5}"#,
        r#"{"Message":null}"#,
    ] {
        let value = call(&Server::always(json("200 OK", body)).client())
            .await
            .unwrap();
        assert_eq!(value, serde_json::from_str(body).unwrap());
    }
}

/// Each body with what must be read of it, whatever else stands in it: kind, words, source.
#[tokio::test]
async fn fields_of_an_error_are_read_one_by_one() {
    let table = [
        (
            r#"{"ErrorMessage":"a","ExceptionMessage":"b","ErrorType":"T","ExceptionType":"U"}"#,
            (Some("T"), Some("a"), None),
        ),
        (
            r#"{"ErrorType":"T","ErrorMessage":"a","ErrorSource":7,"Error":"yes"}"#,
            (Some("T"), Some("a"), Some("7")),
        ),
        (
            r#"{"ErrorType":["T"],"ErrorMessage":{"a":1},"Message":"m","MessageDetail":null}"#,
            (None, Some("m"), None),
        ),
        (
            r#"{"ErrorMessage":"a","ErrorMessage":"b"}"#,
            (None, Some("b"), None),
        ),
        (
            r#"{"Message":"invalid","ModelState":{"entity.Name":["too long","odd"],"x":"y"}}"#,
            (None, Some("invalid entity.Name: too long odd x: y"), None),
        ),
        (
            r#"{"error":{"code":"Throttled","message":"wait"}}"#,
            (Some("Throttled"), Some("wait"), None),
        ),
        (
            r#"{"type":"about:blank","title":"Gone","detail":"long ago","status":410}"#,
            (None, Some("Gone long ago"), None),
        ),
        ("\u{feff}{\"ErrorMessage\":\"a\"}", (None, Some("a"), None)),
        (r#"{"ErrorMessage":" "}"#, (None, None, None)),
        ("[]", (None, None, None)),
    ];
    for (body, expected) in table {
        let server = Server::always(json("400 Bad Request", body));
        let error = call(&server.client()).await.unwrap_err();
        let api = error.api().expect(body);
        let seen = (api.error_type(), api.message(), api.error_source());
        assert_eq!(seen, expected, "{body}");
    }
}

#[tokio::test]
async fn an_error_object_with_a_status_of_success() {
    for body in [
        r#"{"Message":"m","ModelState":{"a":["b"]}}"#,
        r#"{"Message":"m","ExceptionMessage":"x","ExceptionType":"T","StackTrace":"at"}"#,
        r#"{"StackTrace":"at","Message":"m"}"#,
        r#"{"Error":true,"ErrorMessage":"m","More":1}"#,
        "\u{feff}{\"Message\":\"m\",\"MessageDetail\":\"d\"}",
    ] {
        let server = Server::always(json("200 OK", body));
        let error = call(&server.client()).await.expect_err(body);
        assert!(matches!(error, Error::Api(_)), "{body}: {error:?}");
        // Whatever the result was to be.
        let error = server
            .client()
            .request::<Option<Map<String>>>(LIST)
            .await
            .expect_err(body);
        assert!(matches!(error, Error::Api(_)), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_dictionary_may_hold_the_key_message() {
    let server = Server::always(json("200 OK", r#"{"Message":"hello"}"#));
    let client = server.client();
    let texts = client.request::<Option<Map<String>>>(LIST).await.unwrap();
    assert_eq!(
        texts.unwrap().get("Message").map(String::as_str),
        Some("hello")
    );
    // An entity with that field would come with others, unless it alone was asked for.
    let whole = client.request::<Option<Note>>(LIST).await;
    assert!(matches!(whole, Err(Error::Api(_))), "{whole:?}");
    let part = client.request::<Option<Note>>(LIST).select(["Message"]);
    assert_eq!(
        part.await.unwrap().unwrap().get().message.as_deref(),
        Some("hello")
    );
    let other = client.request::<Option<Value>>(LIST).query("$select", "a");
    assert!(matches!(other.await, Err(Error::Api(_))));
}

#[derive(Default, Clone, PartialEq)]
struct Note {
    message: Option<String>,
    extra: superoffice_core::Extra,
}

superoffice_core::model! { Note { 0 message "Message" } }

/// A deletion that a login page answers has deleted nothing.
#[tokio::test]
async fn a_page_of_html_is_no_success() {
    let page = "<html>please log in</html>";
    let typed = |media_type: &str, body: &str| {
        response("200 OK", &format!("Content-Type: {media_type}\r\n"), body)
    };
    for answer in [
        typed("text/html", page),
        typed("Text/HTML; charset=utf-8", page),
        typed("TEXT/HTML;charset=iso-8859-1", page),
        typed("application/xhtml+xml", page),
        typed("Application/XHTML+XML; charset=utf-8", page),
        response("200 OK", "", page),
        response("200 OK", "", format!("\u{feff}\r\n <!DOCTYPE html>{page}")),
        response("202 Accepted", "", "<?xml version=\"1.0\"?><html/>"),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let server = Server::always(answer);
        for operation in [POST, DELETE] {
            let error = server.client().request::<()>(operation).await;
            let Err(Error::Api(error)) = error else {
                panic!("{shown}: {error:?}")
            };
            assert!(error.excerpt().contains("<html"), "{shown}");
        }
    }
    for answer in [
        response("200 OK", "", ""),
        response("200 OK", "", "null"),
        response("200 OK", "", "1 < 2"),
        typed("text/html", ""),
        typed("application/json", "{}"),
        typed("text/plain", "<done>"),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let server = Server::always(answer);
        let done = server.client().request::<()>(DELETE).await;
        done.expect(&shown);
    }
}
