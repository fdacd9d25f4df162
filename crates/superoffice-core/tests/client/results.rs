//! What comes of an answer: values, nothing, error objects, pages of HTML, and JSON that is none (R1, R2).

use serde_json::Value;
use superoffice_core::{Blob, Client, Error, Map, Operation};

use crate::json_vectors;
use crate::server::{GET, LIST, POST, Received, Reply, Server, json, response};
use crate::suites::suite;

async fn call(client: &Client) -> Result<Option<Value>, Error> {
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
        "200 OK",
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
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["so-timezone"], "NO");
    assert_eq!(response.attempts(), 1);
    assert_eq!(response.into_value(), Some(serde_json::json!({"a": [1]})));
}

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

#[derive(Debug, Default, Clone, PartialEq)]
struct Note {
    message: Option<String>,
    extra: superoffice_core::Extra,
}

superoffice_core::model! { Note { 0 message "Message" } }

#[tokio::test]
async fn a_page_of_html_is_no_success() {
    let server = Server::always(response(
        "200 OK",
        "Content-Type: text/html\r\n",
        "<html>please log in</html>",
    ));
    assert!(matches!(
        server.client().request::<()>(POST).await,
        Err(Error::Api(_))
    ));
}

#[tokio::test]
async fn an_error_object_is_no_blob() {
    let server = Server::always(json(
        "200 OK",
        r#"{"Message":"no such document","MessageDetail":"x"}"#,
    ));
    assert!(matches!(
        server.client().request::<Blob>(LIST).await,
        Err(Error::Api(_))
    ));
    let server = Server::always(json("200 OK", r#"{"Message":"a document"},"#));
    let blob = server.client().request::<Blob>(LIST).await.unwrap();
    assert_eq!(blob.bytes().await.unwrap(), r#"{"Message":"a document"},"#);
}

/// Headers and body of a 200; what is a document and what an error.
#[tokio::test]
async fn what_is_no_document_is_no_blob() {
    let object = r#"{"Message":"no such document","MessageDetail":"x"}"#;
    let chunked = |media_type: &str, body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        )
        .into_bytes()
    };
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, object.as_bytes()).unwrap();
        let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
        response("200 OK", headers, encoder.finish().unwrap())
    };
    let page = "<html>please log in</html>";
    for answer in [
        chunked("application/json", object),
        chunked("application/problem+json; charset=utf-8", object),
        gzip,
        response("200 OK", "Content-Type: text/html\r\n", page),
        response("200 OK", "Content-Type: TEXT/HTML; charset=utf-8\r\n", page),
        chunked("application/xhtml+xml", page),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let server = Server::always(answer);
        let result = server.client().request::<Blob>(LIST).await;
        assert!(matches!(result, Err(Error::Api(_))), "{shown}: {result:?}");
    }
    let large = format!("{{\"Message\":\"{}\"}}", "x".repeat(200_000));
    let array = format!("[{}1]", "1,".repeat(50_000));
    for (answer, expected) in [
        (chunked("application/json", &large), large.as_str()),
        (chunked("application/json", &array), array.as_str()),
        (json("200 OK", "{\"a\":1}"), "{\"a\":1}"),
        (json("200 OK", ""), ""),
        (response("200 OK", "Content-Type: text/html\r\n", ""), ""),
        (response("200 OK", "", page), page),
        (
            response("200 OK", "Content-Type: application/octet-stream\r\n", page),
            page,
        ),
        (
            response(
                "200 OK",
                "Content-Type: text/html\r\nContent-Disposition: attachment; filename=a.html\r\n",
                page,
            ),
            page,
        ),
    ] {
        let server = Server::always(answer);
        let blob = server.client().request::<Blob>(LIST).await.unwrap();
        let bytes = blob.bytes().await.unwrap();
        assert!(bytes == expected, "{} bytes", bytes.len());
    }
    let server = Server::always(response("200 OK", "Content-Type: text/html\r\n", page));
    let client = server.client();
    let asked = client.request::<Blob>(LIST).header("accept", "text/html");
    assert_eq!(asked.await.unwrap().bytes().await.unwrap(), page);
}

#[derive(Debug, serde::Deserialize)]
struct Typed {
    #[serde(rename = "Rows")]
    _rows: Vec<TypedRow>,
}

#[derive(Debug, serde::Deserialize)]
struct TypedRow {
    #[serde(rename = "Id")]
    _id: i32,
}

#[tokio::test]
async fn a_wrong_type_is_reported_with_its_place() {
    let body = format!(
        r#"{{"Rows":[{{"Id":1}},{{"Id":"two"}}],"Long":"{}"}}"#,
        "ä".repeat(5000)
    );
    let server = Server::always(json("200 OK", body));
    let error = server
        .client()
        .request::<Option<Typed>>(LIST)
        .await
        .unwrap_err();
    let Error::Decode(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.path(), "Rows[1].Id");
    assert_eq!(error.content_type(), "application/json; charset=utf-8");
    assert!(error.excerpt().len() <= 2048 && error.excerpt().len() > 2040);
    assert!(!error.excerpt().contains(char::REPLACEMENT_CHARACTER));
}

#[tokio::test]
async fn bad_json_is_an_error_and_is_not_asked_for_again() {
    for body in json_vectors::BAD {
        let server = Server::always(json("200 OK", body));
        let error = call(&server.client())
            .await
            .expect_err(&String::from_utf8_lossy(body));
        assert!(matches!(error, Error::Decode(_)), "{error:?}");
        assert_eq!(server.received().len(), 1);
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(
        call(&Server::always(json("200 OK", deep)).client()).await,
        Err(Error::Decode(_))
    ));
}

#[tokio::test]
async fn good_json_is_read() {
    for body in json_vectors::GOOD {
        let value = call(&Server::always(json("200 OK", body)).client()).await;
        let shown = String::from_utf8_lossy(body);
        let expected: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(
            value.expect(&shown).unwrap_or_default(),
            expected,
            "{shown}"
        );
    }
}

/// What a parser may read in more than one way, and how it is read here; `None` where it is refused. The kinds are those of the suite's
/// `test_transform`: numbers beyond what is exact, keys that come twice, names that look the same, and escapes that are no characters.
#[tokio::test]
async fn what_may_be_read_in_more_than_one_way_is_read_in_one() {
    let table: [(&[u8], Option<Value>); 22] = [
        (
            b"[-9223372036854775808]",
            Some(serde_json::json!([i64::MIN])),
        ),
        (
            b"[-9223372036854775809]",
            Some(serde_json::json!([-9.223_372_036_854_776e18])),
        ),
        (
            b"[9007199254740993]",
            Some(serde_json::json!([9_007_199_254_740_993_i64])),
        ),
        (
            b"[18446744073709551615]",
            Some(serde_json::json!([u64::MAX])),
        ),
        (
            b"[18446744073709551616]",
            Some(serde_json::json!([18_446_744_073_709_551_616.0])),
        ),
        (b"[1.0]", Some(serde_json::json!([1.0]))),
        (b"[1.000000000000000005]", Some(serde_json::json!([1.0]))),
        (b"[0.1]", Some(serde_json::json!([0.1]))),
        (b"[1e6]", Some(serde_json::json!([1e6]))),
        (b"[1E6]", Some(serde_json::json!([1e6]))),
        (b"[1e-999]", Some(serde_json::json!([0.0]))),
        (b"[1e999]", None),
        (b"[-1e999]", None),
        (b"{\"a\":1,\"a\":2}", Some(serde_json::json!({"a": 2}))),
        (b"{\"a\":1,\"a\":1}", Some(serde_json::json!({"a": 1}))),
        (b"{\"a\":0,\"a\":-0}", Some(serde_json::json!({"a": -0.0}))),
        (
            "{\"\u{e9}\":\"NFC\",\"e\u{301}\":\"NFD\"}".as_bytes(),
            Some(serde_json::json!({"\u{e9}": "NFC", "e\u{301}": "NFD"})),
        ),
        (b"[\"A\\u0000B\"]", Some(serde_json::json!(["A\0B"]))),
        (b"[\"\\ud800\"]", None),
        (b"[\"\\ud800\\ud800\\ud800\"]", None),
        (b"[\"\\udfff\"]", None),
        (b"[\"\xed\xa0\x80\"]", None),
    ];
    for (body, expected) in table {
        let shown = String::from_utf8_lossy(body).into_owned();
        let server = Server::always(json("200 OK", body));
        match (call(&server.client()).await, expected) {
            (Ok(value), Some(expected)) => assert_eq!(value, Some(expected), "{shown}"),
            (Err(Error::Decode(_)), None) => {}
            (result, _) => panic!("{shown}: {result:?}"),
        }
    }
}

/// The files themselves, where they are: read or refused, never a panic, and the same each time.
#[tokio::test]
async fn the_transforms_of_the_json_test_suite() {
    let Some(folder) = suite("json-test-suite/test_transform") else {
        return;
    };
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert!(files.len() >= 22, "{} files", files.len());
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let client = Server::start(move |_, _| Reply::Bytes(json("200 OK", &bytes))).client();
        match (call(&client).await, call(&client).await) {
            (Ok(one), Ok(two)) => assert_eq!(one, two),
            (Err(Error::Decode(_)), Err(Error::Decode(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// A body without any value, which this API uses for "nothing".
const NOTHING: [&str; 3] = [
    "n_structure_no_data.json",
    "n_single_space.json",
    "n_structure_UTF8_BOM_no_data.json",
];

/// nst/JSONTestSuite: `y_` must be read, `n_` must not, `i_` may; nothing may panic.
#[tokio::test]
async fn the_json_test_suite_as_bodies() {
    let Some(folder) = suite("json-test-suite/test_parsing") else {
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let bodies: Vec<Vec<u8>> = files
        .iter()
        .map(|path| json("200 OK", std::fs::read(path).unwrap()))
        .collect();
    let server = Server::start(move |received: &Received, _| {
        let index: usize = received.line().rsplit('/').next().unwrap().parse().unwrap();
        Reply::Bytes(bodies[index].clone())
    });
    let client = server.client();
    let (mut accepted, mut rejected, mut either) = (0, 0, 0);
    for (index, path) in files.iter().enumerate() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let request = client
            .request::<Option<Value>>(GET)
            .path("id", i32::try_from(index).unwrap());
        match (request.await, name.as_bytes()[0]) {
            (Ok(_), b'y') => accepted += 1,
            (Ok(None), b'n') if NOTHING.contains(&name.as_str()) => rejected += 1,
            (Err(Error::Decode(_)), b'n') => rejected += 1,
            (Ok(_) | Err(Error::Decode(_)), b'i') => either += 1,
            (result, _) => panic!("{name}: {result:?}"),
        }
    }
    assert_eq!((accepted, rejected, either), (95, 188, 35));
}

/// A body that ends before its length is a broken connection, wherever it ends.
#[tokio::test]
async fn a_truncated_body_is_no_value() {
    let body = r#"{"ContactId":5,"Name":"A","Persons":[{"PersonId":1}]}"#;
    let whole = json("200 OK", body);
    let start = whole.len() - body.len();
    for end in start..whole.len() {
        let server = Server::always(&whole[..end]);
        let client = server
            .builder()
            .retry(superoffice_core::RetryPolicy::never())
            .build()
            .unwrap();
        let error = call(&client).await.unwrap_err();
        assert!(
            matches!(error, Error::Transport { .. }),
            "at {}: {error:?}",
            end - start
        );
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
