//! What every kind of error tells: its words, the operation, the status, whether it may pass.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use superoffice_core::transport::{TransportError, TransportErrorKind};
use superoffice_core::{AuthError, Error, TenantState};

use crate::server::{LIST, Server, json, response};

const OPERATION: &str = "Thing_List";

/// What a call fails with where the service answers this.
async fn answered(answer: Vec<u8>) -> Error {
    let server = Server::always(answer);
    let client = server
        .builder()
        .retry(superoffice_core::RetryPolicy::never())
        .build()
        .unwrap();
    let call = client.request::<Option<i32>>(LIST);
    call.await.unwrap_err()
}

fn broken(kind: TransportErrorKind) -> Error {
    Error::Transport {
        operation: OPERATION,
        source: TransportError::new(kind, "a cause"),
    }
}

fn no_json() -> serde_json::Error {
    serde_json::from_str::<i32>("x").unwrap_err()
}

fn stopped(state: &str) -> Error {
    let text = format!(r#"{{"ContextIdentifier":"Cust1","State":"{state}"}}"#);
    let state: TenantState = serde_json::from_str(&text).unwrap();
    Error::TenantUnavailable(Box::new(state))
}

/// The error, its words, whether it names the operation, and whether the same call may succeed later.
fn table() -> Vec<(Error, &'static str, bool, bool)> {
    let operation = OPERATION;
    let unresolved = |source| Error::TenantUnresolved {
        tenant: "Cust1".to_owned(),
        source: Arc::new(source),
    };
    let unavailable = |source| AuthError::Unavailable {
        service: "the issuer",
        source: Arc::new(source),
    };
    let invalid = Error::InvalidRequest {
        operation,
        parameter: "id".into(),
        reason: "it is wrong".into(),
    };
    let encode = Error::Encode {
        operation,
        source: no_json(),
    };
    let timeout = || Error::Timeout {
        operation,
        after: Duration::from_secs(3),
    };
    let redirect = Error::Redirect {
        operation,
        status: StatusCode::FOUND,
        location: "/x".to_owned(),
    };
    let paging = Error::Paging {
        operation,
        reason: "no end".into(),
    };
    let denied = AuthError::denied("the issuer", "no");
    let malformed = AuthError::Invalid {
        what: "the key",
        reason: "it is none".into(),
    };
    use TransportErrorKind::{Body, Connect, Interrupted, RequestBody, Tls, Unusable};
    vec![
        (
            invalid,
            "Thing_List: `id` cannot be sent: it is wrong",
            true,
            false,
        ),
        (
            Error::InvalidHeader { name: "X-A".into() },
            "the value for `X-A` holds characters that a header cannot hold",
            false,
            false,
        ),
        (
            Error::InvalidConfiguration {
                reason: "no".into(),
            },
            "the client cannot be built: no",
            false,
            false,
        ),
        (
            encode,
            "Thing_List: the body cannot be written as JSON",
            true,
            false,
        ),
        (
            Error::TranslatedWrite { operation },
            "Thing_List: refused, because translated texts",
            true,
            false,
        ),
        (
            Error::PartialWrite { operation },
            "Thing_List: refused, because its body holds an entity",
            true,
            false,
        ),
        (
            broken(Connect),
            "Thing_List: no connection could be made",
            true,
            true,
        ),
        (
            broken(Tls),
            "Thing_List: no trusted connection could be made",
            true,
            false,
        ),
        (
            broken(Interrupted),
            "Thing_List: the connection broke before the answer",
            true,
            true,
        ),
        (broken(Body), "Thing_List: the answer broke off", true, true),
        (
            broken(RequestBody),
            "Thing_List: the body of the request could not be read",
            true,
            false,
        ),
        (
            broken(Unusable),
            "Thing_List: the transport cannot be used here",
            true,
            false,
        ),
        (timeout(), "Thing_List: no answer within 3s", true, true),
        (
            Error::NotSent {
                operation,
                after: Duration::from_secs(3),
            },
            "Thing_List: not sent, because the client's limits gave it no turn within 3s",
            true,
            true,
        ),
        (
            denied.into(),
            "the issuer: no credentials: no",
            false,
            false,
        ),
        (malformed.into(), "the key: it is none", false, false),
        (
            unavailable(timeout()).into(),
            "the issuer could not be asked for credentials",
            false,
            true,
        ),
        (
            unavailable(broken(Tls)).into(),
            "the issuer could not be asked for credentials",
            false,
            false,
        ),
        (
            stopped("OfflineMaintenance"),
            "tenant `Cust1` is not running: OfflineMaintenance",
            false,
            true,
        ),
        (
            stopped("Deleted"),
            "tenant `Cust1` is not running: Deleted",
            false,
            false,
        ),
        (
            unresolved(broken(Connect)),
            "the place of tenant `Cust1` could not be found out",
            false,
            true,
        ),
        (
            unresolved(broken(Tls)),
            "the place of tenant `Cust1` could not be found out",
            false,
            false,
        ),
        (
            redirect,
            "Thing_List: 302 Found redirects to `/x`, which is not followed",
            true,
            false,
        ),
        (
            Error::BodyTooLarge {
                operation,
                limit: 9,
            },
            "Thing_List: the answer is longer than 9 bytes",
            true,
            false,
        ),
        (paging, "Thing_List: no end", true, false),
    ]
}

#[test]
fn an_error_tells_what_where_and_whether_it_may_pass() {
    for (error, words, names_operation, is_retryable) in table() {
        let shown = error.to_string();
        assert!(shown.starts_with(words), "{shown}");
        let operation = names_operation.then_some(OPERATION);
        assert_eq!(error.operation(), operation, "{shown}");
        assert_eq!(error.is_retryable(), is_retryable, "{shown}");
        assert!(
            error.api().is_none() && error.headers().is_none(),
            "{shown}"
        );
        let is_redirect = matches!(error, Error::Redirect { .. });
        assert_eq!(
            error.status(),
            is_redirect.then_some(StatusCode::FOUND),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn what_the_service_answered_is_kept_with_status_and_headers() {
    type Is = fn(&Error) -> bool;
    // The status, the kind of error, whether the same call may succeed later.
    let table: [(&str, Is, bool); 12] = [
        (
            "400 Bad Request",
            |error| matches!(error, Error::Api(_)),
            false,
        ),
        (
            "401 Unauthorized",
            |error| matches!(error, Error::Auth(_)),
            false,
        ),
        (
            "403 Forbidden",
            |error| matches!(error, Error::Api(_)),
            false,
        ),
        (
            "404 Not Found",
            |error| matches!(error, Error::NotFound(_)),
            false,
        ),
        (
            "408 Request Timeout",
            |error| matches!(error, Error::Api(_)),
            true,
        ),
        (
            "409 Conflict",
            |error| matches!(error, Error::Conflict(_)),
            false,
        ),
        (
            "412 Precondition Failed",
            |error| matches!(error, Error::PreconditionFailed(_)),
            false,
        ),
        (
            "429 Too Many Requests",
            |error| matches!(error, Error::RateLimited(_)),
            true,
        ),
        ("500 Oops", |error| matches!(error, Error::Api(_)), false),
        (
            "502 Bad Gateway",
            |error| matches!(error, Error::Api(_)),
            true,
        ),
        ("503 Busy", |error| matches!(error, Error::Api(_)), true),
        (
            "504 Gateway Timeout",
            |error| matches!(error, Error::Api(_)),
            true,
        ),
    ];
    for (status, is_kind, is_retryable) in table {
        let error = answered(response(status, "X-Trace: 7\r\n", "words")).await;
        assert!(is_kind(&error), "{status}: {error:?}");
        assert_eq!(error.is_retryable(), is_retryable, "{status}");
        assert_eq!(error.operation(), Some(OPERATION), "{status}");
        let code = status.split(' ').next().unwrap();
        assert_eq!(error.status().unwrap().as_str(), code);
        assert_eq!(error.headers().unwrap()["x-trace"], "7", "{status}");
        let api = error.api().unwrap();
        assert_eq!(api.excerpt(), "words", "{status}");
        assert!(format!("{api:?}").contains("excerpt: \"words\""), "{api:?}");
    }
}

/// The words of a service that issues credentials reach whoever waits for them.
#[tokio::test]
async fn what_the_issuer_answered_is_kept_too() {
    for (status, is_retryable) in [("503 Busy", true), ("500 Oops", false)] {
        let source = answered(response(status, "X-Trace: 7\r\n", "words")).await;
        let error = Error::from(AuthError::Unavailable {
            service: "the issuer",
            source: Arc::new(source),
        });
        assert_eq!(
            error.api().map(superoffice_core::ApiError::excerpt),
            Some("words")
        );
        assert_eq!(error.headers().unwrap()["x-trace"], "7");
        assert_eq!(error.is_retryable(), is_retryable, "{status}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_kept_with_status_and_headers() {
    let error = answered(json("201 Created", r#"{"a":1}"#)).await;
    assert_eq!(error.operation(), Some(OPERATION));
    assert_eq!(error.status(), Some(StatusCode::CREATED));
    assert_eq!(
        error.headers().unwrap()["content-type"],
        "application/json; charset=utf-8"
    );
    assert!(error.api().is_none() && !error.is_retryable());
    let Error::Decode(decode) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(decode.content_type(), "application/json; charset=utf-8");
    assert_eq!((decode.path(), decode.excerpt()), (".", r#"{"a":1}"#));
    assert_eq!(
        error.to_string(),
        "Thing_List: the answer (201 Created, application/json; charset=utf-8) cannot be read at `.`: invalid type: map, \
         expected i32 at line 1 column 0"
    );
    let untyped = answered(response("200 OK", "", "x")).await.to_string();
    assert!(
        untyped.contains("the answer (200 OK, without a media type) cannot be read"),
        "{untyped}"
    );
}

#[tokio::test]
async fn the_start_of_a_long_body_is_cut_at_a_character() {
    for (letter, kept) in [("a", 2048), ("æ", 2048), ("€", 2046), ("😀", 2048)] {
        for shift in 0..4 {
            let body = format!("{}{}", "x".repeat(shift), letter.repeat(3000));
            let error = answered(response("500 Oops", "", &body)).await;
            let excerpt = error.api().unwrap().excerpt().to_owned();
            assert!(body.starts_with(&excerpt), "{letter} {shift}");
            let most = 2048 - (2048 - shift) % letter.len();
            assert_eq!(excerpt.len(), most, "{letter} {shift}");
            assert!(shift > 0 || most == kept, "{letter}");
        }
    }
    let whole = "x".repeat(2048);
    let error = answered(response("500 Oops", "", &whole)).await;
    assert_eq!(error.api().unwrap().excerpt(), whole);
    // Bytes that are no text stand as they can; what they were is not guessed.
    let error = answered(response("500 Oops", "", b"a\xff")).await;
    assert_eq!(error.api().unwrap().excerpt(), "a\u{fffd}");
}

#[test]
fn a_transport_tells_whether_anything_was_sent() {
    use TransportErrorKind::{Body, Connect, Interrupted, RequestBody, Tls, Unusable};
    // The kind, whether the server got nothing for certain, whether it may pass.
    let table = [
        (Connect, true, true),
        (Tls, true, false),
        (Interrupted, false, true),
        (Body, false, true),
        (RequestBody, false, false),
        (Unusable, true, false),
    ];
    for (kind, is_unsent, is_temporary) in table {
        let error = TransportError::new(kind, "a cause");
        assert_eq!(error.kind(), kind);
        assert_eq!(error.is_unsent(), is_unsent, "{kind}");
        assert_eq!(error.is_temporary(), is_temporary, "{kind}");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "a cause");
    }
}
