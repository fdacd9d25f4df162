//! What a parameter or a header can do to a request: nothing but stand where it belongs (R5, R6).

use superoffice_core::{Client, Error, Operation};

use crate::suites::naughty_strings;

const TWO: Operation = Operation::get("Thing_Image", "/api/v1/Thing/{id}/Image/{name}");

fn client() -> Client {
    Client::builder()
        .base_url("https://crm.example.com/Web")
        .build()
        .unwrap()
}

/// Percent-decodes, as a server does.
fn decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}

#[test]
fn a_path_parameter_stays_in_its_segment() {
    let (mut sent, mut refused) = (0, 0);
    for value in naughty_strings() {
        let request = client()
            .request::<()>(TWO)
            .path("id", value.as_str())
            .path("name", "n")
            .into_http();
        match request {
            Ok(http) => {
                let uri = http.uri();
                assert_eq!(
                    (uri.scheme_str(), uri.host(), uri.query()),
                    (Some("https"), Some("crm.example.com"), None)
                );
                let segments: Vec<&str> = uri.path().split('/').collect();
                assert_eq!(segments.len(), 8, "{value:?}: {}", uri.path());
                assert_eq!(decoded(segments[5]), value.as_bytes(), "{value:?}");
                assert!(
                    segments[5]
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"%-._~".contains(&byte))
                );
                sent += 1;
            }
            Err(Error::InvalidRequest { parameter, .. }) => {
                assert_eq!(parameter, "id");
                let harmless = !["", ".", ".."].contains(&value.as_str())
                    && !value.chars().any(char::is_control);
                assert!(!harmless, "{value:?} is refused");
                refused += 1;
            }
            Err(error) => panic!("{value:?}: {error:?}"),
        }
    }
    assert!(sent > 45 && refused > 8, "{sent} sent, {refused} refused");
}

#[test]
fn a_query_parameter_stays_in_its_value() {
    for value in naughty_strings() {
        let client = client();
        let request = client.request::<()>(TWO).path("id", 1).path("name", "n");
        let http = request
            .query("q", value.as_str())
            .query("z", 1)
            .into_http()
            .unwrap();
        let query = http.uri().query().unwrap();
        let pairs: Vec<&str> = query.split('&').collect();
        assert_eq!(pairs.len(), 2, "{value:?}: {query}");
        assert_eq!(
            decoded(pairs[0].strip_prefix("q=").unwrap()),
            value.as_bytes(),
            "{value:?}"
        );
        assert_eq!(pairs[1], "z=1");
    }
}

#[test]
fn every_naughty_string_as_credential_and_header() {
    let header_ok = |value: &str| http::HeaderValue::from_str(value).is_ok();
    for value in naughty_strings() {
        let built = |builder: superoffice_core::ClientBuilder| {
            builder
                .base_url("https://crm.example.com")
                .build()
                .map(drop)
        };
        let ticket = built(Client::builder().so_ticket(&value));
        assert_eq!(
            ticket.is_ok(),
            header_ok(&value) && !value.is_empty(),
            "{value:?}: {ticket:?}"
        );
        let app_token = built(Client::builder().app_token(&value));
        assert_eq!(
            app_token.is_ok(),
            header_ok(&value) && !value.is_empty(),
            "{value:?}: {app_token:?}"
        );
        for result in [ticket, app_token] {
            assert!(matches!(result, Ok(()) | Err(Error::Auth(_))));
        }
        // Refused or sent, never a panic.
        let _ = (
            built(Client::builder().bearer(&value)),
            built(Client::builder().basic(&value, &value)),
        );
        let sent = [
            client()
                .request::<()>(TWO)
                .path("id", 1)
                .path("name", "n")
                .language(value.as_str())
                .into_http(),
            client()
                .request::<()>(TWO)
                .path("id", 1)
                .path("name", "n")
                .culture(value.as_str())
                .into_http(),
            client()
                .request::<()>(TWO)
                .path("id", 1)
                .path("name", "n")
                .time_zone(value.as_str())
                .into_http(),
            client()
                .request::<()>(TWO)
                .path("id", 1)
                .path("name", "n")
                .header("x-own", value.as_str())
                .into_http(),
        ];
        for result in sent {
            match result {
                Ok(_) => assert!(header_ok(&value), "{value:?}"),
                Err(Error::InvalidHeader { name }) => {
                    assert!(!header_ok(&value) && !name.is_empty(), "{value:?}")
                }
                Err(error) => panic!("{value:?}: {error:?}"),
            }
        }
        let _ = client()
            .request::<()>(TWO)
            .path("id", 1)
            .path("name", "n")
            .header(&value, "v")
            .into_http();
    }
}

#[test]
fn what_is_missing_or_too_much_is_said() {
    let refused = |result: Result<http::Request<superoffice_core::Body>, Error>| match result {
        Err(Error::InvalidRequest {
            parameter, reason, ..
        }) => format!("{parameter}: {reason}"),
        other => panic!("{other:?}"),
    };
    let client = client();
    let request = || client.request::<()>(TWO).path("id", 1);
    assert_eq!(
        refused(request().into_http()),
        "name: the parameter is missing"
    );
    assert_eq!(
        refused(request().path("name", None::<i32>).into_http()),
        "name: a path parameter needs exactly one value"
    );
    assert_eq!(
        refused(request().path("name", [1, 2]).into_http()),
        "name: a path parameter needs exactly one value"
    );
    assert!(
        refused(request().path("name", "n").path("other", 1).into_http()).starts_with("other: ")
    );
    assert_eq!(
        refused(request().path("name", "n").query("x", f64::NAN).into_http()),
        "x: a number must be finite"
    );
}

#[test]
fn locale_headers_are_sent_as_they_are_said() {
    use superoffice_core::TimeZone;
    let client = client();
    let request = || client.request::<()>(TWO).path("id", 1).path("name", "n");
    let plain = request().into_http().unwrap();
    for name in [
        "so-language",
        "accept-language",
        "so-culture",
        "so-timezone",
    ] {
        assert!(!plain.headers().contains_key(name), "{name}");
    }
    let said = request()
        .culture("nb-NO")
        .time_zone(TimeZone::new("US-NY").with_offsets())
        .language("sv")
        .into_http()
        .unwrap();
    assert_eq!(said.headers()["so-language"], "sv");
    assert_eq!(said.headers()["so-culture"], "nb-NO");
    assert_eq!(said.headers()["so-timezone"], "US-NY, includeTZOffset");
    let since = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(784_111_777);
    let conditional = request().if_modified_since(since).into_http().unwrap();
    assert_eq!(
        conditional.headers()["if-modified-since"],
        "Sun, 06 Nov 1994 08:49:37 GMT"
    );
    let conditional = request().if_unmodified_since(since).into_http().unwrap();
    assert_eq!(
        conditional.headers()["if-unmodified-since"],
        "Sun, 06 Nov 1994 08:49:37 GMT"
    );
    let default = Client::builder()
        .base_url("https://crm.example.com")
        .culture("en-US")
        .time_zone("NO")
        .build()
        .unwrap();
    let overridden = default
        .request::<()>(TWO)
        .path("id", 1)
        .path("name", "n")
        .time_zone("SE")
        .into_http()
        .unwrap();
    assert_eq!(
        (
            &overridden.headers()["so-culture"],
            &overridden.headers()["so-timezone"]
        ),
        (&"en-US".parse().unwrap(), &"SE".parse().unwrap())
    );
}

#[test]
fn a_header_of_the_call_replaces_that_of_the_client() {
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .header("X-Who", "client")
        .build()
        .unwrap();
    let request = client.request::<()>(TWO).path("id", 1).path("name", "n");
    let http = request
        .header("X-Who", "call")
        .header("User-Agent", "call")
        .header("Accept", "text/csv")
        .into_http()
        .unwrap();
    for (name, expected) in [
        ("x-who", "call"),
        ("user-agent", "call"),
        ("accept", "text/csv"),
    ] {
        let values: Vec<_> = http.headers().get_all(name).iter().collect();
        assert_eq!(values, [expected], "{name}");
    }
}
