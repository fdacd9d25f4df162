//! Decoding and encoding of bodies in the shape of the API: models of this crate beside serde's derive and `serde_json::Value`, on the same
//! bytes in one run, with allocations counted. `cargo bench -p superoffice-core --bench decode`.

#![allow(
    clippy::unwrap_used,
    reason = "a body of this file that does not decode is a mistake in this file"
)]

use divan::{AllocProfiler, Bencher, counter::BytesCount};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use superoffice_core::transport::{BoxFuture, Transport, TransportError};
use superoffice_core::{Body, Client, Operation, archive::Page};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The same structs three times: as models, with serde's derive, and with the derive and a flattened map for unknown fields.
macro_rules! three_ways {
    ($($name:ident { $($index:literal $field:ident $wire:literal $ty:ty,)* })*) => {
        mod model {
            use superoffice_core::{DateTime, Extra, Map, model};
            $(
                #[derive(Clone, Default, PartialEq)]
                pub(super) struct $name { $(pub(super) $field: Option<$ty>,)* pub(super) extra: Extra }
                model! { $name { $($index $field $wire,)* } }
            )*
        }
        mod derive {
            use superoffice_core::{DateTime, Map};
            $(
                #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
                pub(super) struct $name { $(#[serde(rename = $wire, skip_serializing_if = "Option::is_none")] pub(super) $field: Option<$ty>,)* }
            )*
        }
        mod derive_flatten {
            use superoffice_core::{DateTime, Map};
            $(
                #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
                pub(super) struct $name {
                    $(#[serde(rename = $wire, skip_serializing_if = "Option::is_none")] pub(super) $field: Option<$ty>,)*
                    #[serde(flatten)] pub(super) extra: serde_json::Map<String, serde_json::Value>,
                }
            )*
        }
    };
}

three_ways! {
    Right { 0 mask "Mask" String, 1 reason "Reason" String, }
    Property { 0 field_right "FieldRight" Right, 1 field_type "FieldType" String, 2 field_length "FieldLength" i32, }
    Person {
        0 person_id "PersonId" i32, 1 first_name "Firstname" String, 2 last_name "Lastname" String, 3 email "Email" String,
        4 country_id "CountryId" i32, 5 retired "Retired" bool,
    }
    Visit {
        0 visit_id "VisitId" i32, 1 channel_id "ChannelId" i32, 2 title "Title" String, 3 state "State" String,
        4 opened "Opened" DateTime, 5 closed "Closed" DateTime, 6 host "Host" Person, 7 guest "Guest" Person,
        8 rank "Rank" i32, 9 waiting "Waiting" i64, 10 score "Score" f64, 11 notes "Notes" String, 12 tags "Tags" Vec<String>,
        13 is_first "IsFirst" bool, 14 language "Language" String, 15 custom "Custom" Map<String>,
        16 table_right "TableRight" Right, 17 field_properties "FieldProperties" Map<Property>,
    }
}

// The bodies are written by hand, so that the fields come in declaration order, as a server writes them.

fn person(id: i32) -> String {
    format!(
        concat!(
            r#"{{"PersonId":{id},"Firstname":"Ada","Lastname":"Example","Email":"ada@example.com","#,
            r#""CountryId":578,"Retired":false}}"#
        ),
        id = id
    )
}

fn visit(id: i32) -> String {
    format!(
        concat!(
            r#"{{"VisitId":{id},"ChannelId":12,"Title":"A visit of an ordinary length","State":"Waiting","#,
            r#""Opened":"2024-02-29T11:30:00.1234567+01:00","Closed":null,"Host":{host},"Guest":{guest},"Rank":3,"Waiting":86400,"#,
            r#""Score":0.75,"Notes":"Two lines\nof text with \"quotes\"","Tags":["a","b"],"IsFirst":true,"Language":"nb-NO","#,
            r#""Custom":{{"one:1":"[I:17]","one:1:DisplayText":"Seventeen","two":"plain"}},"TableRight":{{"Mask":"Full","Reason":""}},"#,
            r#""FieldProperties":{{"f1":{{"FieldRight":{{"Mask":"Full","Reason":""}},"FieldType":"String","FieldLength":239}}}}}}"#
        ),
        id = id,
        host = person(1),
        guest = person(2),
    )
}

fn list() -> String {
    let visits: Vec<String> = (0..100).map(visit).collect();
    format!("[{}]", visits.join(","))
}

/// A page of an archive: a thousand rows of eight columns, whose names hold slashes.
fn page() -> String {
    let row = |id: u32| {
        format!(
            concat!(
                r#"{{"PrimaryKey":"{id}","EntityName":"contact","contactId":{id},"name":"A company of an ordinary name","#,
                r#""contactAssociate/fullName":"Ada Example","category":"Customer","registered":"2024-02-29T11:30:00","turnover":12345.5}}"#
            ),
            id = id
        )
    };
    let rows: Vec<String> = (0..1000).map(row).collect();
    let link = "https://crm.example.com/api/v1/Contact?$skip=1000";
    format!(
        r#"{{"odata.metadata":"x","odata.nextLink":"{link}","value":[{}]}}"#,
        rows.join(",")
    )
}

/// The columns of a row that a program asked for, as its own type: with serde's derive, since rows have no carrier.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Company {
    contact_id: i32,
    name: String,
    #[serde(rename = "contactAssociate/fullName")]
    associate: Option<String>,
    category: Option<String>,
    registered: Option<superoffice_core::DateTime>,
    turnover: Option<f64>,
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Companies {
    value: Vec<Company>,
}

mod archive_page_of_1000 {
    use super::*;

    #[divan::bench]
    fn a_dynamic_rows(bencher: Bencher<'_, '_>) {
        decode::<Page>(bencher, &page());
    }

    #[divan::bench]
    fn b_own_type_with_derive(bencher: Bencher<'_, '_>) {
        decode::<Companies>(bencher, &page());
    }

    /// The whole call as a program makes it, answered from memory.
    #[divan::bench]
    fn c_items_of_own_type(bencher: Bencher<'_, '_>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let client = Client::builder()
            .base_url("https://crm.example.com")
            .transport(Canned(page().replace("odata.nextLink", "odata.other")))
            .build()
            .unwrap();
        bencher
            .counter(BytesCount::of_str(&page()))
            .bench(|| runtime.block_on(items(&client)));
    }

    #[divan::bench]
    fn d_value(bencher: Bencher<'_, '_>) {
        decode::<Value>(bencher, &page());
    }
}

/// All rows of the list.
async fn items(client: &Client) -> usize {
    const LIST: Operation = Operation::get("v1ContactEntity_GetAll", "/api/v1/Contact");
    let mut items = client.request::<Option<Page>>(LIST).items::<Company>();
    let mut count = 0;
    while let Some(company) = items.next().await {
        divan::black_box(company.unwrap());
        count += 1;
    }
    assert_eq!(count, 1000);
    count
}

/// Answers every request with the same body.
struct Canned(String);

impl Transport for Canned {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let body = Body::from(self.0.clone());
        Box::pin(async { Ok(http::Response::new(body)) })
    }

    fn sleep(&self, duration: std::time::Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn decode<T: DeserializeOwned>(bencher: Bencher<'_, '_>, body: &str) {
    bencher
        .counter(BytesCount::of_str(body))
        .bench(|| serde_json::from_str::<T>(divan::black_box(body)).unwrap());
}

fn encode<T: DeserializeOwned + Serialize + Sync>(bencher: Bencher<'_, '_>, body: &str) {
    let value: T = serde_json::from_str(body).unwrap();
    // What comes out is counted, since a type that drops nulls has less to write.
    let written = serde_json::to_vec(&value).unwrap().len();
    bencher
        .counter(BytesCount::new(written))
        .bench(|| serde_json::to_vec(divan::black_box(&value)).unwrap());
}

macro_rules! benches {
    ($($group:ident: $how:ident, $body:expr, $ty:ident;)*) => {$(
        mod $group {
            use super::*;
            #[divan::bench]
            fn a_model(bencher: Bencher<'_, '_>) {
                use super::model::*;
                $how::<$ty!()>(bencher, &$body);
            }
            #[divan::bench]
            fn b_derive(bencher: Bencher<'_, '_>) {
                use super::derive::*;
                $how::<$ty!()>(bencher, &$body);
            }
            #[divan::bench]
            fn c_derive_flatten(bencher: Bencher<'_, '_>) {
                use super::derive_flatten::*;
                $how::<$ty!()>(bencher, &$body);
            }
            #[divan::bench]
            fn d_value(bencher: Bencher<'_, '_>) {
                $how::<Value>(bencher, &$body);
            }
        }
    )*};
}

macro_rules! one_person {
    () => {
        Person
    };
}

macro_rules! one_visit {
    () => {
        Visit
    };
}

macro_rules! many_visits {
    () => {
        Vec<Visit>
    };
}

benches! {
    decode_small: decode, person(1), one_person;
    encode_small: encode, person(1), one_person;
    decode_entity: decode, visit(1), one_visit;
    encode_entity: encode, visit(1), one_visit;
    decode_list_of_100: decode, list(), many_visits;
    encode_list_of_100: encode, list(), many_visits;
}
