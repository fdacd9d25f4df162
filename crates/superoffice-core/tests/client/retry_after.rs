//! How long a service asks to wait, in every form of `Retry-After`, and what the client makes of it.

use std::time::Duration;

use superoffice_core::auth::oauth::{OAuthApplication, Tokens};
use superoffice_core::{Client, Environment, RetryPolicy};

use crate::retries::{OK, call, rejected};
use crate::server::{LIST, Line, POST, Scripted};

/// `Retry-After`, and the pause: exactly that, or between two milliseconds values of the normal backoff, or no repetition.
enum Pause {
    Exactly(u64),
    Normal,
    Refused,
}

#[tokio::test]
async fn retry_after_is_honoured_exactly() {
    use Pause::{Exactly, Normal, Refused};
    let table = [
        ("1", Exactly(1)),
        ("60", Exactly(60)),
        ("007", Exactly(7)),
        ("Sun, 06 Nov 1994 08:48:37 GMT", Exactly(40)),
        ("Sunday, 06-Nov-94 08:48:37 GMT", Exactly(40)),
        ("Sun Nov  6 08:48:37 1994", Exactly(40)),
        ("0", Normal),
        ("Sun, 06 Nov 1994 08:47:57 GMT", Normal),
        ("Sat, 01 Jan 1994 00:00:00 GMT", Normal),
        ("-1", Normal),
        ("1.5", Normal),
        ("", Normal),
        ("soon", Normal),
        ("5 seconds", Normal),
        ("1e3", Normal),
        ("Sun, 99 Nov 1994 08:49:37 GMT", Normal),
        ("1994-11-06T08:49:37Z", Normal),
        ("61", Refused),
        ("86400", Refused),
        ("99999999999999999999999", Refused),
        ("Sat, 06 Nov 2094 08:49:37 GMT", Refused),
    ];
    for (value, expected) in table {
        for status in [429, 503] {
            let transport = Scripted::new([rejected(status, Some(value)), OK]);
            let result = call(&transport.builder().build().unwrap(), LIST).await;
            let slept = transport.slept();
            match expected {
                Exactly(seconds) => assert_eq!(slept, [Duration::from_secs(seconds)], "{value}"),
                Normal => assert!(
                    slept.len() == 1 && (125..=250).contains(&slept[0].as_millis()),
                    "{value}: {slept:?}"
                ),
                Refused => assert!(slept.is_empty(), "{value}: {slept:?}"),
            }
            assert_eq!(
                result.is_err(),
                matches!(expected, Refused),
                "{value}: {result:?}"
            );
        }
    }
}

/// The services around the API may ask to wait as well: what finds the tenant, and what gives credentials.
#[tokio::test]
async fn retry_after_is_honoured_before_a_call_is_sent() {
    let state: Line = Ok((
        200,
        Vec::new(),
        r#"{"Endpoint":"https://online3.superoffice.com/Cust12345","IsRunning":true}"#,
    ));
    let tokens: Line = Ok((200, Vec::new(), r#"{"access_token":"a"}"#));
    let found = |transport: &Scripted| {
        let builder = Client::builder().tenant(Environment::Production, "Cust12345");
        builder.transport(transport.clone()).build().unwrap()
    };
    let logged_in = |transport: &Scripted| {
        let environment = Environment::Other("https://login.example.com".to_owned());
        let application = OAuthApplication::new(environment, "id", "s", "https://app.example.com");
        let credentials = application.credentials(Tokens::from_refresh_token("r"));
        let builder = transport.builder().credentials(credentials);
        builder.build().unwrap()
    };
    for status in [429, 503] {
        for before in [&state, &tokens] {
            let client = |transport: &Scripted| match before == &state {
                true => found(transport),
                false => logged_in(transport),
            };
            let busy = rejected(status, Some("30"));
            let transport = Scripted::new([busy, before.clone(), OK]);
            // Also for a call that must not be repeated: it was not sent yet.
            let result = call(&client(&transport), POST).await;
            assert_eq!(result.unwrap(), Some(1));
            assert_eq!(transport.slept(), [Duration::from_secs(30)]);

            let transport = Scripted::new([rejected(status, Some("3600"))]);
            let error = call(&client(&transport), LIST).await.unwrap_err();
            assert_eq!((transport.sent(), transport.slept().len()), (1, 0));
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.headers().unwrap()["retry-after"], "3600");
            let asked = error.api().unwrap().retry_after();
            assert_eq!(asked, Some(Duration::from_secs(3600)));
            assert!(
                error.operation().is_some() && error.is_retryable(),
                "{error:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_longest_wait_that_the_service_may_ask_for_can_be_set() {
    // What the service asks for, what is allowed, and whether the call waits.
    for (asked, allowed, waits) in [
        (61, 61, true),
        (61, 60, false),
        (5, 4, false),
        (600, 3600, true),
    ] {
        let transport = Scripted::new([rejected(429, Some(&asked.to_string())), OK]);
        let policy = RetryPolicy::default().longest_retry_after(Duration::from_secs(allowed));
        let client = transport.builder().retry(policy).build().unwrap();
        let result = call(&client, LIST).await;
        assert_eq!(result.is_ok(), waits, "{asked} of {allowed}: {result:?}");
        let slept = transport.slept().contains(&Duration::from_secs(asked));
        assert_eq!(slept, waits, "{asked} of {allowed}");
    }
}

/// A date is read by the transport's clock, which may be another than the machine's.
#[tokio::test]
async fn what_the_service_asks_for_is_told_by_the_transports_clock() {
    let transport = Scripted::new([rejected(429, Some("Sun, 06 Nov 1994 08:49:37 GMT"))]);
    let client = transport.builder().build().unwrap();
    let error = call(&client, LIST).await.unwrap_err();
    assert_eq!(
        error.api().unwrap().retry_after(),
        Some(Duration::from_secs(100))
    );
}

/// Whoever reads the text alone knows when to come back.
#[tokio::test]
async fn the_text_of_an_error_tells_how_long_to_wait() {
    let table = [
        (Some("3600"), " (asks to wait 3600 s)"),
        (
            Some("Sun, 06 Nov 1994 08:49:37 GMT"),
            " (asks to wait 100 s)",
        ),
        (
            Some("99999999999999999999"),
            " (asks to wait 18446744073709551615 s)",
        ),
        (Some("0"), ""),
        (Some("soon"), ""),
        (None, ""),
    ];
    for (asked, told) in table {
        let transport = Scripted::new([rejected(429, asked)]);
        let client = transport.builder().retry(RetryPolicy::never());
        let error = call(&client.build().unwrap(), LIST).await.unwrap_err();
        let text = error.to_string();
        assert_eq!(text, format!("Thing_List: 429 Too Many Requests{told}"));
    }
}
