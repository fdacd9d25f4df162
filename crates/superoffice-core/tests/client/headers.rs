//! What a client and a call say in headers, and which settings are refused.

use superoffice_core::{Client, Error};

use crate::parameters::{TWO, client};

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
        .time_zone("NO".to_owned())
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
fn a_date_that_http_cannot_say_is_refused() {
    use std::time::{Duration, SystemTime};
    let client = client();
    let epoch = SystemTime::UNIX_EPOCH;
    // Seconds from 1970, and whether a header can say them.
    let table = [
        (Some(epoch), true),
        (
            epoch.checked_add(Duration::from_secs(253_402_300_799)),
            true,
        ),
        (
            epoch.checked_add(Duration::from_secs(253_402_300_800)),
            false,
        ),
        (epoch.checked_add(Duration::from_secs(1 << 42)), false),
        (epoch.checked_sub(Duration::from_nanos(1)), false),
        (epoch.checked_sub(Duration::from_secs(1 << 40)), false),
    ];
    for (time, is_sent) in table {
        let time = time.unwrap();
        let request = || client.request::<()>(TWO).path("id", 1).path("name", "n");
        for (result, header) in [
            (
                request().if_modified_since(time).into_http(),
                "if-modified-since",
            ),
            (
                request().if_unmodified_since(time).into_http(),
                "if-unmodified-since",
            ),
        ] {
            match result {
                Ok(http) => assert!(is_sent && http.headers().contains_key(header), "{time:?}"),
                Err(Error::InvalidRequest { parameter, .. }) => {
                    assert!(!is_sent && parameter == header, "{time:?}: {parameter}");
                }
                Err(error) => panic!("{time:?}: {error:?}"),
            }
        }
    }
}

#[test]
fn a_client_says_who_and_where_it_is() {
    let built = |builder: superoffice_core::ClientBuilder| {
        let client = builder.build().unwrap();
        let request = client.request::<()>(TWO).path("id", 1).path("name", "n");
        request.into_http().unwrap()
    };
    let usual = built(Client::builder().base_url("https://crm.example.com"));
    let agent = usual.headers()["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("superoffice-rs/"), "{agent}");
    let named = Client::builder()
        .user_agent("app/1")
        .language("sv".to_owned());
    let named = built(named.base_url("https://crm.example.com"));
    let agents: Vec<_> = named.headers().get_all("user-agent").iter().collect();
    assert_eq!(agents, ["app/1"]);
    assert_eq!(named.headers()["so-language"], "sv");
    // Where an online tenant is, is not known before the first call.
    let online = Client::builder().tenant(superoffice_core::Environment::Stage, " Cust1 ");
    assert_eq!(built(online).uri(), "/api/v1/Thing/1/Image/n");
    let nowhere = Client::builder().build();
    assert!(
        matches!(&nowhere, Err(Error::InvalidConfiguration { reason }) if reason.contains("base address or a tenant")),
        "{nowhere:?}"
    );
}

/// What is given twice in different ways, or limits everything, is not made into something else.
#[test]
fn a_client_that_makes_no_sense_is_refused() {
    use superoffice_core::{ClientBuilder, Environment};
    let here = || Client::builder().base_url("https://crm.example.com");
    let online = || Client::builder().tenant(Environment::Stage, "Cust1");
    let table: [(ClientBuilder, &str); 4] = [
        (here().tenant(Environment::Stage, "Cust1"), "not both"),
        (online().base_url("https://crm.example.com"), "not both"),
        (here().max_requests_per_second(0), "no requests per second"),
        (here().max_concurrent_requests(0), "no requests at once"),
    ];
    for (builder, reason) in table {
        let built = builder.build();
        assert!(
            matches!(&built, Err(Error::InvalidConfiguration { reason: said }) if said.contains(reason)),
            "{built:?}"
        );
    }
    // The last of several that are of the same kind is meant.
    let last = here().base_url("https://other.example.com");
    let last = last.build().unwrap();
    let request = last.request::<()>(TWO);
    let http = request.path("id", 1).path("name", "n").into_http().unwrap();
    assert_eq!(http.uri().host(), Some("other.example.com"));
    assert!(online().tenant(Environment::Stage, "Cust2").build().is_ok());
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
