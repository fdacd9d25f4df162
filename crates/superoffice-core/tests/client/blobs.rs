//! Bytes both ways, piece by piece.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use superoffice_core::transport::TransportErrorKind;
use superoffice_core::{Blob, Body, Error, Multipart, Operation, Request};

use crate::secrets::{CANARY, assert_clean};
use crate::server::{LIST, Reply, Server, json, response};

const DOWNLOAD: Operation = Operation::get("Document_GetContent", "/api/v1/Document/5/Content");
const UPLOAD: Operation = Operation::put("Document_SetContent", "/api/v1/Document/5/Content");

/// Pieces, one after the other, and then maybe a failure.
struct Pieces(Vec<Result<Bytes, std::io::Error>>);

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready((!self.0.is_empty()).then(|| self.0.remove(0)))
    }
}

fn pieces(texts: &[&'static str]) -> Pieces {
    Pieces(
        texts
            .iter()
            .map(|text| Ok(Bytes::from_static(text.as_bytes())))
            .collect(),
    )
}

/// A body that can be sent once.
pub(crate) fn stream(texts: &[&'static str]) -> Body {
    Body::stream(pieces(texts), None)
}

#[tokio::test]
async fn a_download_comes_piece_by_piece() {
    let content = vec![7_u8; 300_000];
    let headers = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"../x.pdf\"\r\n";
    let server = Server::always(response("200 OK", headers, &content));
    let client = server.builder().max_response_bytes(1000).build().unwrap();
    let mut blob = client.request::<Blob>(DOWNLOAD).await.unwrap();
    assert_eq!(
        (blob.media_type(), blob.length()),
        (Some("application/pdf"), Some(300_000))
    );
    assert_eq!(
        blob.disposition(),
        Some("attachment; filename=\"../x.pdf\"")
    );
    let (mut length, mut count) = (0, 0);
    while let Some(chunk) = blob.chunk().await.unwrap() {
        (length, count) = (length + chunk.len(), count + 1);
    }
    assert!(
        length == 300_000 && count > 1,
        "{length} bytes in {count} pieces"
    );
    assert_eq!(
        server.received()[0].header("accept"),
        Some("application/octet-stream")
    );
}

#[test]
fn a_download_is_written_from_a_thread() {
    let server = Server::always(response("200 OK", "", "content"));
    let blob = server
        .client()
        .request::<Blob>(DOWNLOAD)
        .send_blocking()
        .unwrap()
        .into_value();
    let mut file = Vec::new();
    assert_eq!(blob.copy_to(&mut file).unwrap(), 7);
    assert_eq!(file, b"content");
}

/// On the thread that drives the connection, waiting for it would be waiting for oneself.
#[tokio::test]
async fn a_download_is_written_where_it_is_awaited() {
    let content = "x".repeat(400_000);
    let server = Server::always(response("200 OK", "", &content));
    let client = server.client();
    let blob = || client.request::<Blob>(DOWNLOAD);
    let mut file = Vec::new();
    assert_eq!(
        blob().await.unwrap().write_to(&mut file).await.unwrap(),
        400_000
    );
    assert!(file == content.as_bytes());

    let start = std::time::Instant::now();
    let refused = blob().await.unwrap().copy_to(&mut Vec::new()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::Unsupported);
    assert!(refused.to_string().contains("write_to"), "{refused}");
    assert!(start.elapsed() < Duration::from_secs(5));

    // Another thread may wait, while this one drives.
    let other = blob().await.unwrap();
    let written = tokio::task::spawn_blocking(move || other.copy_to(&mut Vec::new()));
    assert_eq!(written.await.unwrap().unwrap(), 400_000);
    // One that was asked for by waiting is driven elsewhere.
    let elsewhere = blob().send_blocking().unwrap().into_value();
    assert_eq!(elsewhere.copy_to(&mut Vec::new()).unwrap(), 400_000);
}

/// A runtime that is left drives nothing any more, if it has no thread of its own.
#[test]
fn a_download_outlives_no_runtime_of_one_thread() {
    let content = "x".repeat(400_000);
    let server = Server::always(response("200 OK", "", &content));
    let client = server.client();
    let one = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let blob = one.block_on(client.request::<Blob>(DOWNLOAD).into_future());
    let refused = blob.unwrap().copy_to(&mut Vec::new()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::Unsupported);
    let many = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let client = server.client();
    let blob = many.block_on(client.request::<Blob>(DOWNLOAD).into_future());
    assert_eq!(blob.unwrap().copy_to(&mut Vec::new()).unwrap(), 400_000);
}

#[tokio::test]
async fn a_download_that_breaks_off_or_pauses_is_an_error() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!".to_vec();
    let cut = head.clone();
    let server = Server::start(move |_, _| Reply::Close(cut.clone()));
    let error = server
        .client()
        .request::<Blob>(DOWNLOAD)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    let server = Server::start(move |_, _| Reply::Stall(head.clone(), Duration::from_secs(3)));
    let request = server.client();
    let blob = request
        .request::<Blob>(DOWNLOAD)
        .timeout(Duration::from_millis(300))
        .await
        .unwrap();
    let error = blob.bytes().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_download_is_no_timeout_as_long_as_it_moves() {
    let whole = response("200 OK", "", "x".repeat(40));
    let server = Server::start(move |_, _| Reply::Drip(whole.clone(), Duration::from_millis(15)));
    let client = server.client();
    let blob = client
        .request::<Blob>(DOWNLOAD)
        .timeout(Duration::from_millis(1200))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(blob.bytes().await.unwrap().len(), 40);
}

#[tokio::test]
async fn an_upload_of_known_and_of_unknown_length() {
    let server = Server::always(json("200 OK", "null"));
    let client = server.client();
    client.request::<()>(UPLOAD).binary("whole").await.unwrap();
    client
        .request::<()>(UPLOAD)
        .binary(Body::stream(pieces(&["ab", "cde"]), Some(5)))
        .await
        .unwrap();
    client
        .request::<()>(UPLOAD)
        .binary(Body::stream(pieces(&["ab", "cdef"]), None))
        .await
        .unwrap();
    let received = server.received();
    let seen: Vec<_> = received
        .iter()
        .map(|r| {
            (
                r.header("content-length"),
                r.header("transfer-encoding"),
                &*r.body,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (Some("5"), None, &b"whole"[..]),
            (Some("5"), None, b"abcde"),
            (None, Some("chunked"), b"abcdef")
        ]
    );
    assert!(
        received
            .iter()
            .all(|received| received.header("content-type") == Some("application/octet-stream"))
    );
}

#[tokio::test]
async fn an_upload_whose_source_fails_names_the_source() {
    let server = Server::always(json("200 OK", "null"));
    let body = Pieces(vec![
        Ok(Bytes::from_static(b"ab")),
        Err(std::io::Error::other("disk gone")),
    ]);
    let client = server.client();
    let error = client
        .request::<()>(UPLOAD)
        .binary(Body::stream(body, Some(5)))
        .await
        .unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::RequestBody, "{error:?}");
}

/// Pieces with pauses between them, where nothing stands.
struct Paused(Vec<Option<&'static str>>);

impl Stream for Paused {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let Some(piece) = self.0.remove(0) else {
            context.waker().wake_by_ref();
            return Poll::Pending;
        };
        Poll::Ready(Some(Ok(Bytes::from_static(piece.as_bytes()))))
    }
}

/// How the length of a stream is said: to the body, in a header of the call, or to a file of a form.
type Said = fn(Request<'_, ()>, Paused, u64) -> Request<'_, ()>;

const SAID: [Said; 3] = [
    |request, pieces, length| request.binary(Body::stream(pieces, Some(length))),
    |request, pieces, length| {
        let request = request.header("Content-Length", length.to_string());
        request.binary(Body::stream(pieces, None))
    },
    |request, pieces, length| {
        let file = Body::stream(pieces, Some(length));
        request.binary(Multipart::new().file("file", "a", file))
    },
];

/// Pieces, the length that is said of them, and what the error says, if it is one.
type Upload = (&'static [Option<&'static str>], u64, Option<&'static str>);

/// What is longer would be cut, and what is shorter would be taken for a broken connection.
#[tokio::test]
async fn an_upload_is_as_long_as_was_said_or_fails() {
    let table: [Upload; 12] = [
        (&[Some("ab"), Some("cde")], 5, None),
        (&[Some("ab"), None, Some("cde"), None], 5, None),
        (
            &[Some(""), Some("abcde"), Some(""), None, Some("")],
            5,
            None,
        ),
        (&[], 0, None),
        (&[Some(""), None], 0, None),
        (
            &[Some("ab"), Some("cdef")],
            5,
            Some("longer than the 5 bytes"),
        ),
        (
            &[Some("abcde"), Some("f")],
            5,
            Some("longer than the 5 bytes"),
        ),
        (&[Some("abcde"), None, None, Some("f")], 5, Some("longer")),
        (&[Some("a")], 0, Some("longer than the 0 bytes")),
        (&[None, Some("a")], 0, Some("longer than the 0 bytes")),
        (&[Some("abcd"), None], 5, Some("shorter than the 5 bytes")),
        (&[], 5, Some("shorter than the 5 bytes")),
    ];
    for (pieces, length, refused) in table {
        for (way, said) in SAID.into_iter().enumerate() {
            let shown = format!("{pieces:?} as {length}, way {way}");
            let server = Server::always(json("200 OK", "null"));
            let client = server.client();
            let sent = said(client.request(UPLOAD), Paused(pieces.to_vec()), length).await;
            let received = server.received();
            let Some(refused) = refused else {
                sent.expect(&shown);
                let body = String::from_utf8_lossy(&received[0].body).into_owned();
                let whole: String = pieces.iter().copied().flatten().collect();
                assert!(
                    if way == 2 {
                        body.contains(&whole)
                    } else {
                        body == whole
                    },
                    "{shown}: {body}"
                );
                continue;
            };
            let Err(Error::Transport { source, .. }) = sent else {
                panic!("{shown}: {sent:?}")
            };
            assert_eq!(source.kind(), TransportErrorKind::RequestBody, "{shown}");
            let mut causes = String::new();
            let mut next = std::error::Error::source(&source);
            while let Some(cause) = next {
                causes.push_str(&cause.to_string());
                next = cause.source();
            }
            assert!(causes.contains(refused), "{shown}: {causes}");
            // No whole request has come.
            assert!(received.is_empty(), "{shown}: {received:?}");
        }
    }
}

#[test]
fn a_length_that_contradicts_the_body_is_refused() {
    let client = superoffice_core::Client::builder()
        .base_url("https://crm.example.com")
        .build()
        .unwrap();
    let request = |operation, length: &str| {
        let request = client.request::<()>(operation);
        request.header("Content-Length", length)
    };
    for (request, is_sent) in [
        (request(UPLOAD, "5").binary("whole"), true),
        (request(UPLOAD, "5").binary(stream(&["whole"])), true),
        (request(DOWNLOAD, "0"), true),
        (request(UPLOAD, "4").binary("whole"), false),
        (request(UPLOAD, "6").binary("whole"), false),
        (request(DOWNLOAD, "4"), false),
        (request(UPLOAD, "").binary(stream(&["whole"])), false),
        (request(UPLOAD, "+5").binary("whole"), false),
        (request(UPLOAD, "5, 5").binary("whole"), false),
        (
            request(UPLOAD, "99999999999999999999").binary(stream(&["whole"])),
            false,
        ),
    ] {
        match request.into_http() {
            Ok(http) => assert!(is_sent, "{http:?}"),
            Err(Error::InvalidRequest { parameter, .. }) => {
                assert!(!is_sent && parameter == "content-length", "{parameter}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn an_image_as_a_form() {
    let server = Server::always(json("200 OK", "null"));
    let png = Body::from("png bytes").with_media_type("image/png".parse().unwrap());
    let client = server.client();
    client
        .request::<()>(UPLOAD)
        .binary(Multipart::new().file("file", "me.png", png))
        .await
        .unwrap();
    let streamed = Multipart::new().text("a", "1").file(
        "file",
        "me.png",
        Body::stream(pieces(&["png ", "bytes"]), None),
    );
    client.request::<()>(UPLOAD).binary(streamed).await.unwrap();
    for received in server.received() {
        let boundary = received
            .header("content-type")
            .unwrap()
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        let body = String::from_utf8(received.body.clone()).unwrap();
        assert!(
            body.contains("filename=\"me.png\"") && body.contains("\r\n\r\npng bytes\r\n"),
            "{body}"
        );
        assert!(body.ends_with(&format!("--{boundary}--\r\n")));
    }
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

#[tokio::test]
async fn what_is_no_blob_is_known_byte_by_byte() {
    for body in ["\u{feff}null", "\u{feff} {\"Message\":\"no\"}"] {
        let server = Server::start(move |_, _| {
            let head = json("200 OK", body);
            let (head, body) = head.split_at(head.len() - body.len());
            Reply::DripBody(head.to_vec(), body.to_vec(), Duration::from_millis(5))
        });
        let refused = server.client().request::<Blob>(DOWNLOAD).await;
        assert!(
            matches!(refused, Err(Error::Decode(_) | Error::Api(_))),
            "{body}: {refused:?}"
        );
    }
}

/// A failed call, and a key that does not exist, are answered with `null`: that must not be saved as a document.
#[tokio::test]
async fn the_null_of_a_failed_call_is_no_blob() {
    let chunked = |pieces: &[&str]| {
        let mut answer =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for piece in pieces {
            answer.extend_from_slice(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes());
        }
        answer.extend_from_slice(b"0\r\n\r\n");
        answer
    };
    for answer in [
        json("200 OK", "null"),
        json("200 OK", " null\r\n"),
        json("200 OK", "\u{feff}null"),
        chunked(&["nu", "ll"]),
        chunked(&[" ", "n", "u", "l", "l", " ", "\n"]),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        let server = Server::always(answer);
        let error = server
            .client()
            .request::<Blob>(LIST)
            .await
            .expect_err(&shown);
        let Error::Decode(decode) = &error else {
            panic!("{shown}: {error:?}")
        };
        assert_eq!((decode.path(), decode.status().as_u16()), (".", 200));
        assert!(decode.excerpt().contains("null"), "{shown}");
        assert!(error.to_string().contains("no document"), "{error}");
    }
    // What repeats the request is not shown.
    let echo = format!("Content-Type: application/json\r\nX-Echo: Bearer {CANARY}\r\n");
    let server = Server::always(response("200 OK", &echo, "null"));
    let client = server.builder().bearer(CANARY).build().unwrap();
    assert_clean(&format!("{:?}", client.request::<Blob>(LIST).await));
    for document in [
        "nul", "nulls", "null,1", "nu ll", "[null]", "\"null\"", "nil",
    ] {
        let server = Server::always(json("200 OK", document));
        let blob = server.client().request::<Blob>(LIST).await.unwrap();
        assert_eq!(blob.bytes().await.unwrap(), document);
    }
    // Where it is not said to be JSON, the bytes are a document like any other.
    let bytes = response(
        "200 OK",
        "Content-Type: application/octet-stream\r\n",
        "null",
    );
    let server = Server::always(bytes);
    let blob = server.client().request::<Blob>(LIST).await.unwrap();
    assert_eq!(blob.bytes().await.unwrap(), "null");
}

/// The coding of the bytes, what the call asks for, and whether it takes them: a document that nobody can open is no document.
#[tokio::test]
async fn what_is_coded_and_was_not_asked_for_is_no_blob() {
    let table = [
        ("br", None, false),
        ("Deflate", None, false),
        ("gzip, gzip", None, false),
        ("identity", None, true),
        ("", None, true),
        ("br", Some("br"), true),
    ];
    for (coding, asked, is_taken) in table {
        let headers = format!("Content-Encoding: {coding}\r\n");
        let server = Server::always(response("200 OK", &headers, "12"));
        let client = server.client();
        let blob = || match asked {
            Some(asked) => client
                .request::<Blob>(LIST)
                .header("Accept-Encoding", asked),
            None => client.request::<Blob>(LIST),
        };
        let words = format!("the body is coded as `{coding}`, which was not asked for");
        match blob().await {
            Ok(blob) => assert!(is_taken && blob.bytes().await.unwrap() == "12", "{coding}"),
            Err(error) => assert!(!is_taken && error.to_string().contains(&words), "{error}"),
        }
        // What is good JSON all the same is read, whatever the header says.
        assert_eq!(client.request::<Option<i32>>(LIST).await.unwrap(), Some(12));
        let text = blob().returning::<Option<String>>().await.unwrap_err();
        assert_eq!(text.to_string().contains(&words), !is_taken, "{text}");
    }
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
        // Bytes may be anything, also what would be an error if it were said to be JSON.
        (
            response(
                "200 OK",
                "Content-Type: application/octet-stream\r\n",
                object,
            ),
            object,
        ),
        (
            response("200 OK", "Content-Type: text/plain\r\n", object),
            object,
        ),
        (response("200 OK", "", object), object),
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
