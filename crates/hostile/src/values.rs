//! What the runtime promises about values from outside: any text stays as it is, whatever was understood can be printed and read
//! again, a value never becomes part of a condition, and any body of a response is a model or an error. Takes bytes; panics where
//! a promise is broken.

use std::time::Duration;

use superoffice_core::archive::column;
use superoffice_core::blocking::wait;
use superoffice_core::custom_field::{CustomFields, EncodedValue};
use superoffice_core::date_time::{Offset, TimeSpan};
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{
    Base64, Blob, Body, Client, DateTime, Error, Extra, FlagSet, Map, Operation, Request, Value,
    model, open_enum,
};

open_enum! {
    /// A kind of meal.
    pub enum Kind {
        /// `Small`
        Small "Small",
        /// `Large`
        Large "Large",
    }
}

/// One field of every type there is.
#[derive(Clone, Default, PartialEq)]
pub struct Meal {
    /// `int32`
    pub id: Option<i32>,
    /// `int64`
    pub total: Option<i64>,
    /// `double`
    pub weight: Option<f64>,
    /// `bool`
    pub fresh: Option<bool>,
    /// `string`
    pub name: Option<String>,
    /// `date-time`
    pub at: Option<DateTime>,
    /// `byte`
    pub image: Option<Base64>,
    /// Anything.
    pub any: Option<Value>,
    /// An enumeration.
    pub kind: Option<Kind>,
    /// A set of flags.
    pub flags: Option<FlagSet<Kind>>,
    /// Itself.
    pub parent: Option<Box<Meal>>,
    /// Many of itself.
    pub leftovers: Option<Vec<Meal>>,
    /// Texts by name.
    pub texts: Option<Map<String>>,
    /// Unknown fields and explicit nulls.
    pub extra: Extra,
}

model! { Meal {
    0 id "Id", 1 total "Total", 2 weight "Weight", 3 fresh "Fresh", 4 name "Name", 5 at "At", 6 image "Image", 7 any "Any", 8 kind "Kind",
    9 flags "Flags", 10 parent "Parent", 11 leftovers "Leftovers", 12 texts "Texts"
} }

/// Dates and lengths of time: any text is kept; what has a value has the same value in UTC.
///
/// # Panics
/// Where a promise is broken.
pub fn date_time(text: &str) {
    let date = DateTime::new(text);
    assert_eq!(date.as_str(), text);
    let _ = (
        date.is_unset(),
        date.is_forever(),
        date.offset(),
        date.date(),
    );
    if let Ok(civil) = date.civil() {
        assert!(
            civil.exists(),
            "{text:?} has the value {civil:?}, which does not exist"
        );
        let again = DateTime::from_civil(civil).and_then(|again| again.civil());
        assert_eq!(again.as_ref(), Ok(&civil), "{text:?}");
    }
    if let Ok(utc) = date.to_utc(Offset::UTC) {
        let (one, other) = (
            date.to_unix_nanos(Offset::UTC),
            utc.to_unix_nanos(Offset::UTC),
        );
        assert_eq!(one, other, "{text:?} and {utc:?} are not the same instant");
        assert_eq!(
            date.compare(&utc, Offset::UTC),
            Ok(std::cmp::Ordering::Equal)
        );
    }
    let span = TimeSpan::new(text);
    assert_eq!(span.as_str(), text);
    if let Ok(nanos) = span.to_nanos() {
        assert_eq!(span.to_duration().is_ok(), nanos >= 0, "{text:?}");
    }
}

/// Custom fields: a text that nobody sets stays; what was read is written as something that reads the same.
///
/// # Panics
/// Where a promise is broken.
pub fn custom_field(text: &str) {
    let value = EncodedValue::parse(text);
    let printed = value.to_string();
    assert_eq!(
        EncodedValue::parse(&printed),
        value,
        "{text:?} was printed as {printed:?}"
    );
    let mut fields: Map<String> = Map::from([("x_a", text.to_owned())]);
    let _ = (
        fields.integer("x_a"),
        fields.float("x_a"),
        fields.decimal("x_a"),
        fields.boolean("x_a"),
        fields.date("x_a"),
    );
    let _ = (
        fields.date_time("x_a"),
        fields.time("x_a"),
        fields.bytes("x_a"),
        fields.text("x_a"),
    );
    assert_eq!(fields.get("x_a").map(String::as_str), Some(text));
    if fields.set_decimal("x_b", text).is_ok() {
        assert_eq!(fields.decimal("x_b"), Ok(Some(text)));
    }
    fields.set_bytes("x_c", text.as_bytes());
    let bytes = fields.bytes("x_c");
    let empty_is_none = bytes == Ok(None) && text.is_empty();
    assert!(
        empty_is_none || bytes == Ok(Some(text.as_bytes().to_vec())),
        "{text:?} became {bytes:?}"
    );
}

/// Filters, path and query values: a text is one value of one place in the address, whatever is in it.
///
/// # Panics
/// Where a promise is broken.
pub fn address(text: &str) {
    const GET: Operation = Operation::get("Zoo_Get", "/api/v1/Zoo/{name}/Meals");
    let client = client(Vec::new());
    let filter = column::text("name").is(text).and(
        column::text("kind")
            .begins(text)
            .or(column::text(text).is("x")),
    );
    let plain = column::text("name").is(text).and(
        column::text("kind")
            .begins(text)
            .or(column::text("x").is("x")),
    );
    let request = || client.request::<()>(GET).path("name", "x");
    if let Ok(http) = request().query("$filter", plain).into_http() {
        let quoted = format!("'{}'", text.replace('\'', "''"));
        let expected = format!("name is {quoted} and (kind begins {quoted} or x is 'x')");
        assert_query(&http, &expected);
    }
    if let Ok(http) = request().query("$filter", filter).into_http() {
        assert_eq!(
            http.uri().query().map(|query| query.split('&').count()),
            Some(1)
        );
    }
    if let Ok(http) = client.request::<()>(GET).path("name", text).into_http() {
        let parts: Vec<&str> = http.uri().path().split('/').collect();
        assert_eq!(parts.len(), 6, "{text:?} became {}", http.uri());
        let decoded = parts
            .get(4)
            .map(|part| percent_encoding::percent_decode_str(part).decode_utf8_lossy());
        assert_eq!(decoded.as_deref(), Some(text));
        assert!(!matches!(text, "" | "." | ".."));
    }
}

fn assert_query(http: &http::Request<Body>, expected: &str) {
    let query = http.uri().query().unwrap_or_default();
    let (name, value) = query.split_once('=').unwrap_or_default();
    assert_eq!(name, "$filter");
    assert!(!value.contains(['&', '#', '+']), "{value:?}");
    assert_eq!(
        percent_encoding::percent_decode_str(value).decode_utf8_lossy(),
        expected
    );
}

/// Bodies of responses: a model or an error; what a model was read from is what it is written as.
///
/// # Panics
/// Where a promise is broken.
pub fn response(body: &[u8]) {
    if let Ok(meal) = serde_json::from_slice::<Meal>(body) {
        let written = serde_json::to_value(&meal);
        let read = serde_json::from_slice::<Value>(body);
        if let (Ok(written), Ok(read)) = (written, read) {
            assert_eq!(without_rounding(written), without_rounding(read));
        }
    }
    let client = client(body.to_vec());
    let request = client.request::<Option<Vec<Meal>>>(Operation::get("Zoo_Get", "/api/v1/Zoo"));
    assert_decoded(wait(request.send()).map(drop), body);
    let request: Request<'_, Option<Meal>> =
        client.request(Operation::get("Zoo_Get", "/api/v1/Zoo"));
    assert_decoded(wait(request.send()).map(drop), body);
    let blob = wait(async {
        client
            .request::<Blob>(Operation::get("Zoo_Get", "/api/v1/Zoo"))
            .await?
            .bytes()
            .await
    });
    let without_mark = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    if without_mark.trim_ascii() == b"null" {
        assert!(blob.is_err(), "the null of a failed call is no document");
    } else {
        assert!(
            matches!(blob, Ok(bytes) if bytes == body),
            "bytes must stay as they are"
        );
    }
}

/// A body that cannot be read is an error that says so in few words.
fn assert_decoded(result: Result<(), Error>, body: &[u8]) {
    match result {
        Ok(()) => {}
        Err(Error::Decode(error)) => {
            let said = format!("{error} {error:?}");
            assert!(
                error.excerpt().len() <= 4096,
                "the excerpt of {} bytes has {}",
                body.len(),
                error.excerpt().len()
            );
            assert!(!said.is_empty());
        }
        Err(other) => unreachable!("{other:?}"),
    }
}

/// A number that a field rounds to the type it has (`1e2` for an integer is refused, `-0.0` is a double) compares as a double.
fn without_rounding(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(without_rounding).collect(),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, without_rounding(value)))
            .collect(),
        other => other,
    }
}

fn client(body: Vec<u8>) -> Client {
    let built = Client::builder()
        .base_url("https://zoo.example/")
        .transport(Canned(body))
        .build();
    let Ok(client) = built else {
        unreachable!("the client of the tests cannot be built")
    };
    client
}

/// Answers every request with the same body.
struct Canned(Vec<u8>);

impl Transport for Canned {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut response = http::Response::new(Body::from(self.0.clone()));
        let json = http::HeaderValue::from_static("application/json");
        response
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, json);
        Box::pin(std::future::ready(Ok(response)))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}
