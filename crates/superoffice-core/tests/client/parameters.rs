//! What a parameter or a body can do to a request: nothing but stand where it belongs.

use std::collections::BTreeMap;

use serde_json::json;
use superoffice_core::{
    Base64, Client, DateTime, Error, Extra, FlagSet, Map, Operation, ParameterValues, Patch,
    ToParameter, Unrecognized, model, open_enum,
};

use crate::server::PUT;
use crate::suites::naughty_strings;

open_enum! {
    /// A right.
    enum Right { Select "Select", Update "Update" }
}

pub(crate) const TWO: Operation = Operation::get("Thing_Image", "/api/v1/Thing/{id}/Image/{name}");

pub(crate) fn client() -> Client {
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
        let harmless =
            !["", ".", ".."].contains(&value.as_str()) && !value.chars().any(char::is_control);
        let request = client()
            .request::<()>(TWO)
            .path("id", value.as_str())
            .path("name", "n")
            .into_http();
        match request {
            Ok(http) => {
                assert!(harmless, "{value:?} is sent");
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
                assert!(!harmless, "{value:?} is refused");
                refused += 1;
            }
            Err(error) => panic!("{value:?}: {error:?}"),
        }
    }
    assert!(sent > 45 && refused > 8, "{sent} sent, {refused} refused");
}

#[test]
fn a_query_parameter_stays_in_its_name_and_value() {
    for text in naughty_strings() {
        let client = client();
        let request = client.request::<()>(TWO).path("id", 1).path("name", "n");
        let http = request
            .query("q", text.as_str())
            .query(text.clone(), "v")
            .query("z", 1)
            .into_http()
            .unwrap();
        let query = http.uri().query().unwrap();
        let pairs: Vec<&str> = query.split('&').collect();
        assert_eq!(pairs.len(), 3, "{text:?}: {query}");
        // A plus is a blank to many services.
        assert!(!query.contains('+'), "{query}");
        let value = pairs[0].strip_prefix("q=").unwrap();
        let name = pairs[1].strip_suffix("=v").unwrap();
        assert!(!name.contains('='), "{name}");
        for written in [value, name] {
            assert_eq!(decoded(written), text.as_bytes(), "{text:?}");
        }
        assert_eq!(pairs[2], "z=1");
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
fn every_kind_of_value_has_its_text() {
    let date = DateTime::new("2024-02-29T23:30:00Z");
    let number = Unrecognized::Number(6.into());
    // What is given for `q`, and the query that comes of it.
    let table: [(&dyn ToParameter, Option<&str>); 26] = [
        (&true, Some("q=true")),
        (&-7_i32, Some("q=-7")),
        (&9_007_199_254_740_993_i64, Some("q=9007199254740993")),
        (&7_u32, Some("q=7")),
        (&0.5_f64, Some("q=0.5")),
        (&"a/b c", Some("q=a/b%20c")),
        (&"æ".to_owned(), Some("q=%C3%A6")),
        (&"", Some("q=")),
        (&date, Some("q=2024-02-29T23:30:00Z")),
        (&Base64::from_bytes([1, 2]), Some("q=AQI%3D")),
        (&Right::Update, Some("q=Update")),
        (&Right::from("Audit"), Some("q=Audit")),
        (&Right::Unrecognized(number.clone()), Some("q=6")),
        (
            &FlagSet::<Right>::from("Select, Update"),
            Some("q=Select,%20Update"),
        ),
        (&FlagSet::from(Right::Unrecognized(number)), Some("q=6")),
        (&json!(null), None),
        (&json!("a"), Some("q=a")),
        (&json!(1.5), Some("q=1.5")),
        (&json!(true), Some("q=true")),
        (&json!(["a", null, 2, ["b"]]), Some("q=a&q=2&q=b")),
        (&json!({"a": 1}), Some("q=%7B%22a%22:1%7D")),
        (&None::<i32>, None),
        (&Some("a"), Some("q=a")),
        (&[1, 2], Some("q=1&q=2")),
        (&vec![Some(1), None, Some(3)], Some("q=1&q=3")),
        (&Vec::<i32>::new(), None),
    ];
    for (value, expected) in table {
        let client = client();
        let request = client.request::<()>(TWO).path("id", 1).path("name", "n");
        let http = request.query("q", By(value)).into_http().unwrap();
        assert_eq!(http.uri().query(), expected);
    }
    let slice: &[i32] = &[1, 2];
    let (mut one, mut two) = (ParameterValues::default(), ParameterValues::default());
    slice.to_parameter(&mut one);
    [1, 2].to_parameter(&mut two);
    assert_eq!(one, two);
}

/// A value of a table whose rows have different types.
struct By<'v>(&'v dyn ToParameter);

impl ToParameter for By<'_> {
    fn to_parameter(&self, out: &mut ParameterValues) {
        self.0.to_parameter(out);
    }
}

#[test]
fn what_has_no_text_is_refused_wherever_it_stands() {
    let client = client();
    let request = || client.request::<()>(TWO).path("name", "n");
    let values: [&dyn ToParameter; 4] = [
        &f64::NAN,
        &[1.0, f64::INFINITY],
        &Some(f64::NEG_INFINITY),
        &vec![f64::NAN],
    ];
    for value in values {
        let places = [
            (request().path("id", By(value)), "id"),
            (request().path("id", 1).query("q", By(value)), "q"),
        ];
        for (request, place) in places {
            assert!(
                matches!(request.into_http(), Err(Error::InvalidRequest { parameter, reason, .. })
                    if parameter == place && reason == "a number must be finite"),
                "{place}"
            );
        }
    }
}

/// A body with numbers in every place that serde knows.
#[derive(serde::Serialize)]
struct Places {
    field: f64,
    single: f32,
    option: Option<f64>,
    list: Vec<Vec<f64>>,
    tuple: (i32, f64),
    map: BTreeMap<String, f32>,
    newtype: Newtype,
    pair: Pair,
    variants: Vec<Variant>,
    model: Rate,
    models: Vec<Rate>,
    dictionary: Map<Rate>,
}

#[derive(serde::Serialize)]
struct Newtype(f64);

#[derive(serde::Serialize)]
struct Pair(i32, f64);

#[derive(serde::Serialize)]
enum Variant {
    Unit,
    Newtype(f64),
    Tuple(i32, f64),
    Struct { rate: f64 },
}

#[derive(Clone, Default, PartialEq)]
struct Rate {
    rate: Option<f64>,
    rates: Option<Vec<f64>>,
    inner: Option<Box<Rate>>,
    extra: Extra,
}

model! { Rate { 0 rate "Rate", 1 rates "Rates", 2 inner "Inner" } }

impl Places {
    /// Every place has a number of its own; the place with this index has `odd` instead.
    fn with(odd: f64, at: usize) -> Self {
        let mut next = 0;
        let mut number = || {
            next += 1;
            if next - 1 == at {
                odd
            } else {
                next as f64 / 2.0
            }
        };
        let mut rate = || Rate {
            rate: Some(number()),
            rates: Some(vec![number(), number()]),
            inner: Some(Box::new(Rate {
                rate: Some(number()),
                ..Rate::default()
            })),
            ..Rate::default()
        };
        let (model, models) = (rate(), vec![rate(), rate()]);
        let dictionary = Map::from([("a", rate())]);
        Self {
            field: number(),
            single: number() as f32,
            option: Some(number()),
            list: vec![vec![], vec![1.0, number()]],
            tuple: (1, number()),
            map: BTreeMap::from([("a".to_owned(), number() as f32)]),
            newtype: Newtype(number()),
            pair: Pair(1, number()),
            variants: vec![
                Variant::Unit,
                Variant::Newtype(number()),
                Variant::Tuple(1, number()),
                Variant::Struct { rate: number() },
            ],
            model,
            models,
            dictionary,
        }
    }

    /// How many places there are.
    const COUNT: usize = 4 * 4 + 11;
}

/// Written as `null`, it would empty the field.
#[test]
fn a_number_that_json_does_not_have_is_refused_wherever_it_stands() {
    let client = client();
    let request = |body: &Places| {
        let request = client.request::<()>(PUT).json(body);
        request.into_http()
    };
    // Nothing else is changed by looking.
    let good = Places::with(0.0, usize::MAX);
    let sent = request(&good).unwrap();
    assert_eq!(
        sent.body().as_bytes(),
        Some(&*serde_json::to_vec(&good).unwrap())
    );
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for at in 0..Places::COUNT {
            let body = Places::with(odd, at);
            let Err(Error::Encode { operation, source }) = request(&body) else {
                panic!("{odd} at {at} is sent")
            };
            assert_eq!(operation, "Thing_Put");
            assert_eq!(source.to_string(), "a number must be finite");
            for (before, after) in [(&good, &body), (&body, &good)] {
                assert!(Patch::diff(before, after).is_err(), "{odd} at {at}");
                assert!(Patch::diff_with_tests(before, after).is_err());
            }
        }
        let none = Places::with(odd, Places::COUNT);
        assert!(request(&none).is_ok(), "every place is counted");
    }
}

/// What can be read can be written, on the stack that a thread has.
#[test]
fn a_body_as_deep_as_any_that_is_read_is_written() {
    let text = format!("{}{}", r#"{"Inner":"#.repeat(126), "{}") + &"}".repeat(126);
    let deep: Rate = serde_json::from_str(&text).unwrap();
    let http = client().request::<()>(PUT).json(&deep).into_http();
    assert_eq!(http.unwrap().body().as_bytes(), Some(text.as_bytes()));
}

/// What writes itself in a way of its own is handed on as it is.
#[test]
fn a_body_is_written_as_ever() {
    let raw = serde_json::value::RawValue::from_string("[1.50,1e2]".to_owned()).unwrap();
    let text = r#"{"a":[null,true,-7,1.5,"x"],"b":{"c":{}}}"#;
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let client = client();
    let request = || client.request::<()>(PUT);
    for (request, expected) in [
        (request().json(&raw), "[1.50,1e2]"),
        (request().json(&value), text),
        (request().json(&()), "null"),
        (request().json("text"), r#""text""#),
        (
            request().json(&[i128::MIN]),
            "[-170141183460469231731687303715884105728]",
        ),
        (
            request().json(&(u128::MAX, 'a', 1_u8)),
            "[340282366920938463463374607431768211455,\"a\",1]",
        ),
        (
            request().json(&BTreeMap::from([(1, None::<u8>)])),
            r#"{"1":null}"#,
        ),
        (
            request().json(&std::net::Ipv4Addr::LOCALHOST),
            r#""127.0.0.1""#,
        ),
    ] {
        let http = request.into_http().unwrap();
        let body = http.body().as_bytes().map(String::from_utf8_lossy);
        assert_eq!(body.as_deref(), Some(expected));
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
    // Wherever it stands among the others.
    for one_too_much in [
        request().path("name", "n").path("other", 1),
        request().path("other", 1).path("name", "n"),
        client
            .request::<()>(TWO)
            .path("other", 1)
            .path("id", 1)
            .path("name", "n"),
    ] {
        assert!(refused(one_too_much.into_http()).starts_with("other: "));
    }
    let twice = request().path("name", "n").path("name", "m").into_http();
    assert!(refused(twice).starts_with("name: "));
    assert_eq!(
        refused(request().path("name", "n").query("x", f64::NAN).into_http()),
        "x: a number must be finite"
    );
}
