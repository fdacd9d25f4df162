//! Bodies that are to be JSON: of another type, none at all, cut off, or to be read in more than one way.

use serde_json::Value;
use superoffice_core::Error;

use crate::json_vectors;
use crate::results::call;
use crate::server::{GET, LIST, Received, Reply, Server, json, response};
use crate::shared::{say_skipped, suite};

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
async fn what_comes_behind_a_body_is_not_part_of_it() {
    let trailers = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\nX-A: 2\r\n\r\n";
    let server = Server::always(trailers);
    let value = server.client().request::<Option<Value>>(LIST).await;
    assert_eq!(value.unwrap(), Some(serde_json::json!([1])));
}

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
    let Some(whole) = suite("json-test-suite") else {
        return;
    };
    // Not every copy of the suite has it; vectors of its kinds stand above.
    let folder = whole.join("test_transform");
    if !folder.is_dir() {
        return say_skipped("json-test-suite/test_transform");
    }
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
            (Err(Error::Decode(error)), b'n') => {
                let body = std::fs::read(path).unwrap();
                let start = String::from_utf8_lossy(&body);
                let excerpt = error.excerpt();
                assert!(
                    !excerpt.is_empty() && start.starts_with(excerpt),
                    "{name}: {excerpt:?}"
                );
                assert_eq!(error.status(), 200, "{name}");
                rejected += 1;
            }
            (Ok(_) | Err(Error::Decode(_)), b'i') => either += 1,
            (result, _) => panic!("{name}: {result:?}"),
        }
    }
    assert_eq!((accepted, rejected, either), (95, 188, 35));
}

/// Of one member or of several, by either of the names that gzip has.
#[tokio::test]
async fn a_compressed_body_is_read_as_a_whole() {
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let whole = gzip(r#"{"a":[1,2]}"#);
    let members = [gzip(r#"{"a":"#), gzip("[1,"), gzip("2]}")].concat();
    let filled = [whole.clone(), vec![0; 512]].concat();
    for coding in ["gzip", "x-gzip", "X-GZip"] {
        for body in [&whole, &members, &filled] {
            let headers = format!("Content-Encoding: {coding}\r\n");
            let server = Server::always(response("200 OK", &headers, body));
            let value = call(&server.client()).await.unwrap();
            assert_eq!(value, Some(serde_json::json!({"a": [1, 2]})), "{coding}");
        }
    }
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
