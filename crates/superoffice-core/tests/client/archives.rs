//! Lists from the first page to the last, and lists that would lead elsewhere.

use serde::Deserialize;
use serde_json::{Value, json};
use superoffice_core::archive::{
    Cell, FullRow, InlineCount, Mode, Output, Page, PrimaryKey, Row, agent_items, column,
    descending,
};
use superoffice_core::{Client, Error, Operation};

use crate::server::{Received, Reply, Scripted, Server, json as json_response};

const CONTACTS: Operation = Operation::get("Contact_GetAll", "/api/v1/Contact");
const FIND: Operation = Operation::post("Archive_Find", "/api/v1/Agents/Archive/Find").safe();

#[derive(Debug, Deserialize, PartialEq)]
struct Contact {
    #[serde(rename = "PrimaryKey")]
    key: PrimaryKey,
    #[serde(rename = "contactAssociate/fullName")]
    associate: Option<String>,
}

fn page(rows: &[Value], next: Option<&str>) -> Vec<u8> {
    let body = json!({ "odata.metadata": "m", "odata.nextLink": next, "value": rows });
    json_response("200 OK", body.to_string())
}

fn skip_of(received: &Received) -> u32 {
    let line = received.line();
    line.split("$skip=")
        .nth(1)
        .and_then(|rest| rest.split('&').next()?.parse().ok())
        .unwrap_or(0)
}

fn contacts(client: &Client) -> superoffice_core::Request<'_, Option<Page>> {
    client.request::<Option<Page>>(CONTACTS)
}

/// Three pages; each link names a host that only the server's inside knows.
fn three_pages() -> Server {
    Server::start(|received, _| {
        let row = |key: Value| json!({"PrimaryKey": key, "EntityName": "contact", "contactAssociate/fullName": "A"});
        let link =
            |skip| format!("http://inside.example:8080/Web/api/v1/Contact?$top=2&$skip={skip}");
        Reply::Bytes(match skip_of(received) {
            0 => page(&[row(json!("1")), row(json!(2))], Some(&link(2))),
            2 => page(&[row(json!(3)), row(json!("4"))], Some(&link(4))),
            _ => page(&[row(json!(5))], None),
        })
    })
}

#[tokio::test]
async fn rows_come_in_the_callers_type() {
    let server = three_pages();
    let client = server
        .builder()
        .bearer("canary")
        .language("sv")
        .build()
        .unwrap();
    let mut rows = contacts(&client)
        .select(["contactAssociate/fullName"])
        .top(2)
        .items::<Contact>();
    let mut keys = Vec::new();
    while let Some(row) = rows.next().await {
        keys.push(row.unwrap().key.0);
    }
    assert_eq!(keys, [1, 2, 3, 4, 5]);
    let received = server.received();
    let lines: Vec<&str> = received.iter().map(Received::line).collect();
    assert_eq!(
        lines,
        [
            "GET /api/v1/Contact?$select=contactAssociate/fullName&$top=2",
            "GET /api/v1/Contact?$top=2&$skip=2",
            "GET /api/v1/Contact?$top=2&$skip=4",
        ]
    );
    for request in received {
        assert_eq!(request.header("authorization"), Some("Bearer canary"));
        assert_eq!(request.header("so-language"), Some("sv"));
    }
}

#[test]
fn rows_come_one_by_one_on_a_thread() {
    let server = three_pages();
    let client = server.client();
    let rows: Result<Vec<Row>, Error> =
        superoffice_core::blocking::iterate(contacts(&client).items::<Row>()).collect();
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0].get("EntityName"), Some(&json!("contact")));
    let pages = superoffice_core::blocking::iterate(contacts(&client).pages()).count();
    assert_eq!(pages, 3);
}

/// Names without dots are asked for, and the service may take that for the names of a page too.
#[tokio::test]
async fn a_link_is_followed_by_its_safe_name() {
    let server = Server::start(|received, _| {
        let next = match skip_of(received) {
            0 => json!("/api/v1/Contact?$jsonSafe=true&$skip=1"),
            1 => json!("/api/v1/Contact?$jsonSafe=true&$skip=2"),
            _ => json!(null),
        };
        let page =
            json!({"odata_metadata": "m", "odata_nextLink": next, "value": [{"PrimaryKey": 1}]});
        Reply::Bytes(json_response("200 OK", page.to_string()))
    });
    let client = server.client();
    let list = || contacts(&client).json_safe(true);
    let mut rows = list().items::<Row>();
    let mut count = 0;
    while let Some(row) = rows.next().await {
        row.unwrap();
        count += 1;
    }
    assert_eq!(count, 3);
    let mut pages = list().pages();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        page.unwrap();
        count += 1;
    }
    assert_eq!((count, server.received().len()), (3, 6));
}

/// Whoever asks for ten rows wants ten: without a link nothing tells that there are more.
#[tokio::test]
async fn a_full_page_without_a_link_is_the_last() {
    for body in [
        r#"{"value":[{"PrimaryKey":1},{"PrimaryKey":2}]}"#,
        r#"{"odata.nextLink":null,"value":[{"PrimaryKey":1},{"PrimaryKey":2}]}"#,
        r#"{"odata.nextLink":"","value":[{"PrimaryKey":1},{"PrimaryKey":2}]}"#,
    ] {
        let server = Server::always(json_response("200 OK", body));
        let client = server.client();
        let mut rows = contacts(&client).top(2).items::<Row>();
        let mut count = 0;
        while let Some(row) = rows.next().await {
            row.unwrap();
            count += 1;
        }
        assert_eq!((count, server.received().len()), (2, 1), "{body}");
    }
}

#[tokio::test]
async fn a_row_of_another_type_names_its_place() {
    let server = Server::always(page(
        &[
            json!({"PrimaryKey": 1}),
            json!({"PrimaryKey": {}}),
            json!({"PrimaryKey": 3}),
        ],
        None,
    ));
    let client = server.client();
    let mut rows = contacts(&client).items::<Contact>();
    assert!(rows.next().await.unwrap().is_ok());
    let Error::Decode(error) = rows.next().await.unwrap().unwrap_err() else {
        panic!("not a decode error")
    };
    assert!(
        error.path().starts_with("value[1].PrimaryKey"),
        "{}",
        error.path()
    );
    assert_eq!(rows.next().await.unwrap().unwrap().key, PrimaryKey(3));
    assert!(rows.next().await.is_none());
}

#[tokio::test]
async fn a_list_that_leads_back_or_never_ends_is_an_error() {
    let circle = Server::start(|received, _| {
        let next = if skip_of(received) == 2 { 4 } else { 2 };
        Reply::Bytes(page(
            &[json!({"PrimaryKey": 1})],
            Some(&format!("/api/v1/Contact?$skip={next}")),
        ))
    });
    let client = circle.client();
    let mut pages = contacts(&client).pages();
    let mut count = 0;
    let error = loop {
        match pages.next().await.unwrap() {
            Ok(_) => count += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, Error::Paging { .. }) && count == 3,
        "{count}: {error:?}"
    );
    assert!(pages.next().await.is_none());

    let endless = Server::start(|received, _| {
        let next = skip_of(received) + 1;
        Reply::Bytes(page(
            &[json!({"PrimaryKey": 1})],
            Some(&format!("/api/v1/Contact?$skip={next}")),
        ))
    });
    let client = endless.client();
    let mut rows = contacts(&client).items::<Row>().max_pages(50);
    let mut count = 0;
    while let Some(Ok(_)) = rows.next().await {
        count += 1;
    }
    assert_eq!((count, endless.received().len()), (50, 50));
}

#[tokio::test]
async fn a_link_to_another_host_gets_no_credentials() {
    let foreign = Server::always(page(&[], None));
    for link in [
        format!("{}/api/v1/Contact?$skip=1", foreign.address),
        format!("{}/elsewhere?$skip=1", foreign.address),
        format!("//{}/x?y", foreign.address.trim_start_matches("http://")),
        format!("{}/api/v1/../../x?y=1", foreign.address),
    ] {
        let server = Server::start(move |received, _| {
            let next = (skip_of(received) == 0).then_some(link.as_str());
            Reply::Bytes(page(&[json!({"PrimaryKey": 1})], next))
        });
        let client = server.builder().bearer("canary").build().unwrap();
        // The rows that have come are not lost for what the link is like.
        let mut rows = contacts(&client).items::<Row>();
        assert!(matches!(rows.next().await, Some(Ok(_))));
        while let Some(Ok(_)) = rows.next().await {}
    }
    assert_eq!(foreign.connections(), 0);
}

#[test]
fn a_list_is_described_in_one_expression() {
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .build()
        .unwrap();
    let http = contacts(&client)
        .filter(
            column::text("name")
                .begins("O'Harp & Søn")
                .or(column::associate("associateId").is_current()),
        )
        .order_by(["name".to_owned(), descending("contactId")])
        .entities(["contact", "person"])
        .top(10)
        .skip(20)
        .mode(Mode::Full)
        .top(5)
        .into_http()
        .unwrap();
    assert_eq!(
        http.uri().query(),
        Some(
            "$filter=name%20begins%20%27O%27%27Harp%20%26%20S%C3%B8n%27%20or%20associateId%20currentAssociate\
             &$orderBy=name,contactId%20desc&$entities=contact,person&$skip=20&$mode=Full&$top=5"
        )
    );
    let refused = contacts(&client)
        .filter(column::number("x or 1").equals(1))
        .into_http();
    assert!(
        matches!(refused, Err(Error::InvalidRequest { ref parameter, .. }) if parameter == "$filter"),
        "{refused:?}"
    );
}

#[test]
fn every_option_of_a_list_has_its_parameter() {
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .build()
        .unwrap();
    let list = || contacts(&client);
    let table = [
        (list().mode(Mode::Slim), "$mode=Slim"),
        (list().mode(Mode::Wide), "$mode=Wide"),
        (list().mode(Mode::Full), "$mode=Full"),
        (list().output(Output::Logical), "$output=Logical"),
        (list().output(Output::Display), "$output=Display"),
        (
            list().inline_count(InlineCount::False),
            "$inlineCount=False",
        ),
        (
            list().inline_count(InlineCount::Estimate),
            "$inlineCount=Estimate",
        ),
        (list().inline_count(InlineCount::True), "$inlineCount=True"),
        (
            list().inline_count(InlineCount::AllPages),
            "$inlineCount=AllPages",
        ),
        (
            list().options("GrandTotal=true"),
            "$options=GrandTotal%3Dtrue",
        ),
        (list().context("a b"), "$context=a%20b"),
        (list().json_safe(true), "$jsonSafe=true"),
        (list().json_safe(false), "$jsonSafe=false"),
        (list().top(7), "$top=7"),
        (list().skip(8), "$skip=8"),
        (list().entities(["contact"]), "$entities=contact"),
        // What is set again is replaced, and what is beside it stays.
        (
            list().options("a").context("b").options("c"),
            "$context=b&$options=c",
        ),
        (
            list().query("$Top", 1).query("top", 2).top(3),
            "top=2&$top=3",
        ),
    ];
    for (request, expected) in table {
        let http = request.into_http().unwrap();
        assert_eq!(http.uri().query(), Some(expected));
    }
}

#[test]
fn full_rows_keep_what_is_unknown() {
    let text = r#"{"PrimaryKey":25,"EntityName":"contact","StyleHint":"","Column":{"name":{"RawValue":3,"DisplayValue":"Three","New":1},"x":null}}"#;
    let row: FullRow = serde_json::from_str(text).unwrap();
    let cell: &Cell = row.column.as_ref().unwrap().get("name").unwrap();
    assert_eq!(
        (cell.raw_value.clone(), cell.display_value.as_deref()),
        (Some(json!(3)), Some("Three"))
    );
    assert_eq!(
        serde_json::to_value(&row).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
}

#[test]
fn a_page_knows_the_count_in_either_form() {
    for (count, expected) in [
        (json!(7), Some(7)),
        (json!("7"), Some(7)),
        (json!(null), None),
        (json!(-1), None),
        (json!("many"), None),
    ] {
        for name in ["odata.count", "odata_count"] {
            let page: Page = serde_json::from_value(json!({ name: count })).unwrap();
            assert_eq!(page.count(), expected, "{name}: {count}");
        }
    }
    assert_eq!(Page::default().count(), None);
}

#[test]
fn a_page_survives_a_round_trip() {
    let text = r#"{"odata.metadata":null,"odata.nextLink":"x","value":[{"a":null,"b":1}],"odata.count":"7"}"#;
    let page: Page = serde_json::from_str(text).unwrap();
    assert_eq!(page.extra.get("odata.count"), Some(&json!("7")));
    assert_eq!(page.count(), Some(7));
    assert_eq!(
        serde_json::to_value(&page).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
}

/// Bodies of a 200, and whether they are pages. One that is taken for an empty list tells a program that all is gone.
#[tokio::test]
async fn an_object_that_has_nothing_of_a_page_is_no_empty_list() {
    let table = [
        ("", true),
        ("null", true),
        ("{}", true),
        (r#"{"value":null}"#, true),
        (r#"{"value":null,"new":1}"#, true),
        (r#"{"value":[],"new":1}"#, true),
        (r#"{"odata.nextLink":null,"new":1}"#, true),
        (r#"{"odata.metadata":"m"}"#, true),
        (r#"{"odata_metadata":null,"new":1}"#, true),
        (r#"{"odata.nextLink":null}"#, true),
        (r#"{"Value":[{"a":1}]}"#, false),
        (r#"{"status":"maintenance"}"#, false),
        (r#"{"error":{"code":"","message":"m"}}"#, false),
    ];
    for (body, is_page) in table {
        let server = Server::always(json_response("200 OK", body));
        let client = server.client();
        let page = contacts(&client).await.map(drop);
        let mut pages = contacts(&client).pages();
        let mut items = contacts(&client).items::<Row>();
        let items = items.next().await.map_or(Ok(()), |row| row.map(drop));
        let pages = pages.next().await.map_or(Ok(()), |page| page.map(drop));
        for result in [page, pages, items] {
            match result {
                Ok(()) => assert!(is_page, "{body}"),
                Err(Error::Decode(error)) if !is_page => assert!(
                    error
                        .to_string()
                        .contains("an object without `value` is no page of a list"),
                    "{error}"
                ),
                Err(other) => panic!("{body}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn agent_pages_begin_at_zero_and_end_with_one_that_is_not_full() {
    let server = Server::start(|received, _| {
        let asked: Value = serde_json::from_slice(&received.body).unwrap();
        let (page, size) = (
            asked["Page"].as_i64().unwrap(),
            asked["PageSize"].as_i64().unwrap(),
        );
        let rows: Vec<i64> = (page * size..(page + 1) * size)
            .filter(|row| *row < 7)
            .collect();
        Reply::Bytes(json_response("200 OK", json!(rows).to_string()))
    });
    let client = server.client();
    let call = |page, size| {
        client
            .request::<Option<Vec<i32>>>(FIND)
            .json(&json!({"Page": page, "PageSize": size}))
    };
    let mut items = agent_items(3, call);
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item.unwrap());
    }
    assert_eq!(all, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(server.received().len(), 3);
}

/// An agent whose list has `total` items and that gives at most `most` at once; `skip` tells how many a page number and a page size as
/// asked for pass over.
fn agent(total: i64, most: i64, skip: fn(i64, i64, i64) -> i64) -> Server {
    Server::start(move |received, _| {
        let asked: Value = serde_json::from_slice(&received.body).unwrap();
        let (page, size) = (
            asked["Page"].as_i64().unwrap(),
            asked["PageSize"].as_i64().unwrap(),
        );
        let start = skip(page, size, most).min(total);
        let rows: Vec<i64> = (start..(start + size.min(most)).min(total)).collect();
        Reply::Bytes(json_response("200 OK", json!(rows).to_string()))
    })
}

/// The items of a list, and how often the agent was asked.
async fn items_of(server: &Server, size: i32) -> (Vec<i64>, usize) {
    let client = server.client();
    let mut items = agent_items(size, |page, size| {
        client
            .request::<Option<Vec<i64>>>(FIND)
            .json(&json!({"Page": page, "PageSize": size}))
    });
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item.unwrap());
    }
    (all, server.received().len())
}

/// The service gives no more than so many rows at once, whatever it is asked for, and nobody says how it counts the pages then.
#[tokio::test]
async fn an_agent_that_gives_less_than_it_is_asked_for_loses_no_row() {
    let by_its_own = |page: i64, size: i64, most: i64| page * size.min(most);
    let as_asked = |page: i64, size: i64, _: i64| page * size;
    // Rows of the list, rows at once, size that is asked for, calls.
    for (total, most, size, calls) in [
        (2500, 1000, 5000, 3),
        (2000, 1000, 5000, 3),
        (1000, 1000, 5000, 2),
        (2500, 1000, 1000, 3),
        (2500, 400, 1000, 7),
        (7, 1000, 500, 2),
        (7, 1, 500, 8),
        (0, 1000, 500, 1),
    ] {
        for skip in [by_its_own, as_asked] {
            let (items, asked) = items_of(&agent(total, most, skip), size).await;
            assert_eq!(
                (items, asked),
                ((0..total).collect(), calls),
                "{total} rows, {most} at once, asked for {size}"
            );
        }
    }
}

/// What comes again and again is there once.
#[tokio::test]
async fn an_agent_that_counts_no_pages_gives_its_list_once() {
    let server = agent(7, 1000, |_, _, _| 0);
    assert_eq!(items_of(&server, 500).await, ((0..7).collect(), 2));
}

#[tokio::test]
async fn a_list_that_cannot_be_asked_for_says_so_once() {
    let server = three_pages();
    let client = server.client();
    let refused = || contacts(&client).filter(column::number("x or 1").equals(1));
    let is_refused = |error: &Error| matches!(error, Error::InvalidRequest { parameter, .. } if parameter == "$filter");
    let mut pages = refused().pages();
    assert!(is_refused(&pages.next().await.unwrap().unwrap_err()));
    assert!(pages.next().await.is_none());
    let mut rows = refused().items::<Row>();
    assert!(is_refused(&rows.next().await.unwrap().unwrap_err()));
    assert!(rows.next().await.is_none());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_agents_list_ends_with_its_first_failure() {
    let server = Server::start(|_, number| {
        Reply::Bytes(match number {
            1 => json_response("200 OK", "[1,2]"),
            _ => json_response("500 Oops", "{}"),
        })
    });
    let client = server.client();
    let call = |_, _| client.request::<Option<Vec<i32>>>(FIND);
    let mut items = agent_items(2, call);
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert_eq!(
        items.next().await.unwrap().unwrap_err().status(),
        Some(http::StatusCode::INTERNAL_SERVER_ERROR)
    );
    assert!(items.next().await.is_none());
    assert_eq!(server.received().len(), 2);
}

/// Reads a list in pages of one item until it fails: how many items there were, and the error, which is the last of it.
async fn fails(transport: &Scripted) -> (usize, Error) {
    let client = transport.builder().build().unwrap();
    // A page size of none would never end either, so it is one.
    let call = |_, size| {
        assert_eq!(size, 1);
        client.request::<Option<Vec<i32>>>(FIND)
    };
    let mut items = agent_items(0, call);
    let mut count = 0;
    let error = loop {
        match items.next().await.unwrap() {
            Ok(_) => count += 1,
            Err(error) => break error,
        }
    };
    assert!(items.next().await.is_none());
    assert_eq!(error.operation(), Some("Archive_Find"));
    (count, error)
}

#[tokio::test]
async fn an_agent_that_ignores_the_page_number_is_stopped() {
    // At its second page, or at the first that comes again.
    for (pages, items) in [(&["[1]"][..], 1), (&["[1]", "[2]", "[1]", "[3]"], 4)] {
        let transport = Scripted::new(pages.iter().map(|page| Ok((200, Vec::new(), *page))));
        let (count, error) = fails(&transport).await;
        assert!(
            matches!(&error, Error::Paging { reason, .. } if reason.contains("same")),
            "{error:?}"
        );
        assert_eq!((count, transport.sent()), (items, items + 1));
    }
}

#[tokio::test]
async fn an_agent_whose_list_does_not_end_is_stopped() {
    let pages = ["[1]", "[2]"].into_iter().cycle().take(10_001);
    let transport = Scripted::new(pages.map(|page| Ok((200, Vec::new(), page))));
    let (count, error) = fails(&transport).await;
    assert!(
        matches!(&error, Error::Paging { reason, .. } if reason.contains("10000")),
        "{error:?}"
    );
    assert_eq!((count, transport.sent()), (10_000, 10_000));
}

#[tokio::test]
async fn a_list_ends_at_its_limit_of_pages() {
    // Five rows on three pages; with a limit below that, the rows of the allowed pages come before the error.
    for (limit, rows) in [(1, 2), (2, 4), (3, 5)] {
        let server = three_pages();
        let client = server.client();
        let mut items = contacts(&client).items::<Row>().max_pages(limit);
        let mut read = 0;
        let end = loop {
            match items.next().await {
                Some(Ok(_)) => read += 1,
                end => break end,
            }
        };
        assert_eq!((read, server.received().len()), (rows, limit), "{limit}");
        match end {
            None => assert_eq!(limit, 3),
            Some(Err(Error::Paging { operation, reason })) => {
                assert_eq!(operation, "Contact_GetAll");
                assert_eq!(reason, format!("the list has more than {limit} pages"));
            }
            other => panic!("{limit}: {other:?}"),
        }
    }
}

#[test]
fn primary_keys_are_numbers_or_texts_of_numbers() {
    for (text, key) in [("7", 7), (r#""7""#, 7), (r#"" -8 ""#, -8)] {
        let read: PrimaryKey = serde_json::from_str(text).unwrap();
        assert_eq!(read, PrimaryKey(key), "{text}");
    }
    for text in [r#""""#, r#""seven""#, "{}", "null", "1.5"] {
        let error = serde_json::from_str::<PrimaryKey>(text).unwrap_err();
        let words = error.to_string();
        assert!(
            words.contains("expected a whole number, or one as text"),
            "{text}: {words}"
        );
    }
    let beyond = serde_json::from_str::<PrimaryKey>("9223372036854775808");
    assert!(beyond.is_err());
}

#[test]
fn a_primary_key_goes_wherever_a_program_needs_it() {
    let key = PrimaryKey(-7);
    assert_eq!(serde_json::to_string(&key).unwrap(), "-7");
    assert_eq!(format!("{key:>4}"), "  -7");
    assert_eq!(" -7 ".parse(), Ok(key));
    assert!("".parse::<PrimaryKey>().is_err());
    assert_eq!((PrimaryKey::from(-7), i64::from(key)), (key, -7));
    let client = Client::builder().base_url("https://crm.example.com");
    let request = client.build().unwrap();
    let request = request
        .request::<Option<Page>>(Operation::get("Sub_Get", "/api/v1/Contact/{id}/Sub"))
        .path("id", key)
        .query("key", key)
        .filter(column::number("contactId").greater(key));
    assert_eq!(
        request.into_http().unwrap().uri().to_string(),
        "https://crm.example.com/api/v1/Contact/-7/Sub?key=-7&$filter=contactId%20greater%20-7"
    );
}

/// The second page cannot be had at first.
#[tokio::test]
async fn a_list_that_has_failed_goes_on_behind_the_last_row() {
    let server = Server::start(|received, number| {
        let row = |key: u32| json!({ "PrimaryKey": key.to_string() });
        let goes_on = received.line().contains("contactId%20greater%202");
        Reply::Bytes(match number {
            1 => page(&[row(1), row(2)], Some("/api/v1/Contact?$skip=2")),
            2 => json_response("500 Oops", "{}"),
            _ if goes_on => page(&[row(3)], None),
            _ => page(&[], None),
        })
    });
    let client = server.client();
    let (mut done, mut seen) = (PrimaryKey(0), Vec::new());
    for is_read in [false, true] {
        let rest = contacts(&client).filter(column::number("contactId").greater(done));
        let mut rows = rest.order_by(["contactId"]).items::<Contact>();
        let mut failed = false;
        while let Some(row) = rows.next().await {
            match row {
                Ok(row) => {
                    done = row.key;
                    seen.push(row.key.0);
                }
                Err(_) => failed = true,
            }
        }
        assert_eq!(failed, !is_read);
    }
    assert_eq!(seen, [1, 2, 3]);
}
