//! What is saved is kept, by the routes of REST and of agents alike, and found again in archives.

use crate::raw::{json, plain, send};
use serde_json::json;
use superoffice_mock::MockTenant;

#[test]
fn a_contact_is_created_read_replaced_patched_and_deleted() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();

    let new = json!({ "Name": "First", "CustomFields": { "SuperOffice:1": "[I:5]" } });
    let created = json(&url, "POST", "/api/v1/Contact", &new).json();
    assert_eq!(created["ContactId"], 1);
    assert_eq!(created["CustomFields"], new["CustomFields"]);
    assert!(created["CreatedDate"].is_string(), "{created}");

    let mut read = plain(&url, "GET", "/API/V1/contact/1").json();
    assert_eq!(read, created);
    read["Name"] = json!("Second");
    let replaced = json(&url, "PUT", "/api/v1/Contact/1", &read).json();
    assert_eq!(replaced["Name"], "Second");

    let merged = json(
        &url,
        "PATCH",
        "/api/v1/Contact/1",
        &json!({ "department": "D" }),
    )
    .json();
    assert_eq!(
        (&merged["Name"], &merged["Department"]),
        (&json!("Second"), &json!("D"))
    );
    let test = json!([{ "op": "test", "path": "/Name", "value": "Other" }]);
    assert_eq!(json(&url, "PATCH", "/api/v1/Contact/1", &test).status, 409);

    assert_eq!(plain(&url, "DELETE", "/api/v1/Contact/1").status, 204);
    let missing = plain(&url, "GET", "/api/v1/Contact/1");
    assert_eq!(
        (missing.status, &missing.json()["ErrorType"]),
        (404, &json!("SoNotFoundException"))
    );
    assert_eq!(tenant.violations(), []);
}

#[test]
fn agents_and_rest_share_what_is_saved() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let mut person = plain(
        &url,
        "POST",
        "/api/v1/Agents/Person/CreateDefaultPersonEntity",
    )
    .json();
    assert_eq!(person["PersonId"], 0);
    person["Lastname"] = json!("Berg");
    let saved = json(
        &url,
        "POST",
        "/api/v1/Agents/Person/SavePersonEntity",
        &person,
    )
    .json();
    assert_eq!(saved["PersonId"], 1);
    let get = |key: u32| {
        plain(
            &url,
            "POST",
            &format!("/api/v1/Agents/Person/GetPersonEntity?personEntityId={key}"),
        )
        .json()
    };
    assert_eq!(get(1), saved);
    assert_eq!(
        plain(&url, "GET", "/api/v1/Person/1").json()["Lastname"],
        "Berg"
    );
    let delete = plain(
        &url,
        "POST",
        "/api/v1/Agents/Person/DeletePersonEntity?PersonEntityId=1",
    );
    assert_eq!(delete.status, 204);
    assert_eq!(get(1), json!(null));
    assert_eq!(tenant.violations(), []);
}

#[test]
fn conditional_headers_see_the_last_change() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    json(&url, "POST", "/api/v1/Contact", &json!({ "Name": "A" }));
    let date = plain(&url, "GET", "/api/v1/Contact/1")
        .header("Last-Modified")
        .to_owned();
    let with = |method: &str, header: &str, date: &str, body: &str| {
        let headers = [
            format!("{header}: {date}"),
            "Content-Type: application/json".to_owned(),
        ];
        send(
            &url,
            method,
            "/api/v1/Contact/1",
            &headers.each_ref().map(String::as_str),
            body.as_bytes(),
        )
        .unwrap()
        .status
    };
    assert_eq!(with("GET", "If-Modified-Since", &date, ""), 304);
    assert_eq!(
        with("PATCH", "If-Unmodified-Since", &date, "{\"Name\":\"B\"}"),
        200
    );
    assert_eq!(
        with("PATCH", "If-Unmodified-Since", &date, "{\"Name\":\"C\"}"),
        412
    );
    assert_eq!(with("DELETE", "If-Unmodified-Since", &date, ""), 412);
    assert_eq!(with("GET", "If-Modified-Since", &date, ""), 200);
    assert_eq!(with("GET", "If-Modified-Since", "yesterday", ""), 400);
}

#[test]
fn lists_of_the_same_type_are_apart() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let saved = json(
        &url,
        "POST",
        "/api/v1/List/Category/Items",
        &json!({ "Name": "Gold" }),
    );
    assert_eq!(saved.json()["Id"], 1, "{saved:?}");
    assert_eq!(
        plain(&url, "GET", "/api/v1/List/Category/Items/1").json()["Name"],
        "Gold"
    );
    assert_eq!(
        plain(&url, "GET", "/api/v1/List/Business/Items/1").status,
        404
    );
    let all = |list: &str| plain(&url, "GET", &format!("/api/v1/List/{list}/Items")).json();
    assert_eq!(all("Category"), json!([saved.json()]));
    assert_eq!(all("Business"), json!([]));
}

#[test]
fn select_makes_other_fields_null() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    json(
        &url,
        "POST",
        "/api/v1/Contact",
        &json!({ "Name": "A", "Department": "D" }),
    );
    let selected = plain(&url, "GET", "/api/v1/Contact/1?$select=name").json();
    assert_eq!(
        (&selected["Name"], &selected["Department"]),
        (&json!("A"), &json!(null))
    );
}

#[test]
fn archives_filter_order_project_and_page() {
    let tenant = MockTenant::builder().page_size(3).start_blocking().unwrap();
    let url = tenant.url();
    for number in 1..=10 {
        let contact = json!({ "Name": format!("C{:02}", 11 - number), "Xstop": number % 2 == 0 });
        json(&url, "POST", "/api/v1/Contact", &contact);
    }
    let mut next = Some(format!(
        "{url}/api/v1/Contact?$select=name&$orderBy=name&$filter=contactId%20gt%204%20and%20name%20begins%20'c'"
    ));
    let mut pages = Vec::new();
    while let Some(address) = next {
        let page = plain(&url, "GET", address.strip_prefix(&url).unwrap()).json();
        let names: Vec<String> = page["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect();
        pages.push(names);
        next = page["odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(
        pages,
        [vec!["C01", "C02", "C03"], vec!["C04", "C05", "C06"]]
    );

    let top = plain(
        &url,
        "GET",
        "/api/v1/Contact?$top=1&$skip=2&$mode=Full&$select=xstop",
    )
    .json();
    assert_eq!(top["value"][0]["PrimaryKey"], 3);
    assert_eq!(top["value"][0]["Column"]["xstop"]["RawValue"], false);
    let bad = plain(&url, "GET", "/api/v1/Contact?$filter=contactId%20ge%204");
    assert_eq!(bad.status, 400);
    assert!(bad.message().contains("ge"), "{}", bad.message());
    assert_eq!(tenant.violations().len(), 1);
}

#[test]
fn agents_page_from_zero() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    for number in 1..=5 {
        json(
            &url,
            "POST",
            "/api/v1/Contact",
            &json!({ "Name": format!("C{number}") }),
        );
    }
    let rows = |page: i32| {
        let body = json!({
            "ProviderName": "FindContact", "Columns": ["contactId", "name"], "Page": page, "PageSize": 2,
            "Restriction": [{ "Name": "contactId", "Operator": "greater", "Values": ["0"] }],
            "SortOrder": [{ "Name": "name", "Direction": "DESC" }],
        });
        let reply = json(
            &url,
            "POST",
            "/api/v1/Agents/Archive/GetArchiveListByColumns",
            &body,
        );
        assert_eq!(reply.status, 200, "{reply:?}");
        let rows = reply.json();
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| {
                row["ColumnData"]["name"]["DisplayValue"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(0), ["C5", "C4"]);
    assert_eq!(rows(2), ["C1"]);
    assert_eq!(rows(-4), ["C1"]);
}

#[test]
fn agents_give_a_thousand_rows_at_once_and_no_more() {
    let tenant = MockTenant::builder().seed(1203).start_blocking().unwrap();
    let rows = |page: i32, size: i32| {
        let body = json!({
            "ProviderName": "FindContact", "Columns": "contactId", "Page": page, "PageSize": size,
            "Restrictions": "contactId gt 0",
        });
        let path = "/api/v1/Agents/Archive/GetArchiveListByColumns2";
        let rows = json(&tenant.url(), "POST", path, &body).json();
        rows.as_array().unwrap().len()
    };
    for (page, size, count) in [
        (0, 0, 1000),
        (0, 1000, 1000),
        (0, 5000, 1000),
        (1, 5000, 203),
        (2, 5000, 0),
        (1, 600, 600),
        (2, 600, 3),
    ] {
        assert_eq!(rows(page, size), count, "page {page} of {size}");
    }
}

#[test]
fn uploads_come_back() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let path = "/api/v1/Document/7/Content";
    let content: Vec<u8> = (0..=255).collect();
    let put = send(
        &url,
        "PUT",
        path,
        &["Content-Type: application/octet-stream"],
        &content,
    )
    .unwrap();
    assert!(put.status < 300, "{put:?}");
    let get = send(
        &url,
        "GET",
        path,
        &["Accept: application/octet-stream"],
        b"",
    )
    .unwrap();
    assert_eq!(get.body, content);
    let form = b"--b\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b--\r\n";
    let put = send(
        &url,
        "PUT",
        "/api/v1/Contact/1/Image",
        &["Content-Type: multipart/form-data; boundary=b"],
        form,
    )
    .unwrap();
    assert!(put.status < 300, "{put:?}");
    let image = plain(&url, "GET", "/api/v1/Contact/1/Image");
    assert_eq!(
        (&image.body[..], image.header("content-type")),
        (&b"PNG"[..], "image/png")
    );
    assert_eq!(tenant.violations(), []);
}

#[test]
fn a_relation_is_kept_under_its_own_key() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let new = json!({ "SourceContactId": 40, "DestinationContactId": 41, "Comment": "owns" });
    let created = json(&url, "POST", "/api/v1/Relation", &new).json();
    let ends = |relation: &serde_json::Value| {
        ["RelationId", "SourceContactId", "DestinationContactId"].map(|name| relation[name].clone())
    };
    assert_eq!(ends(&created), [json!(1), json!(40), json!(41)]);
    let read = plain(&url, "GET", "/api/v1/Relation/1").json();
    assert_eq!(read, created);
    let body = json!({ "ContactRelationEntity": { "RelationId": 1, "SourceContactId": 50 } });
    let path = "/api/v1/Agents/Relation/SaveContactRelation";
    let saved = json(&url, "POST", path, &body).json();
    assert_eq!(ends(&saved), [json!(1), json!(50), json!(null)]);
    assert_eq!(tenant.violations(), []);
}

#[test]
fn settings_without_a_key_come_back_as_they_were_saved() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let settings = json!({ "CustomerPasswordTemplateId": 3, "CustomerNewCustomerTemplateId": 0 });
    let body = json!({ "SystemTemplateSettings": settings });
    let path = "/api/v1/Agents/CustomerService/SaveSystemTemplateSettings";
    let saved = json(&url, "POST", path, &body).json();
    assert_eq!(saved["CustomerPasswordTemplateId"], 3);
    assert_eq!(saved["CustomerNewCustomerTemplateId"], 0);
    assert_eq!(tenant.violations(), []);
}

#[test]
fn the_current_associate_is_the_one_who_calls() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    let me = plain(&url, "GET", "/api/v1/User/currentPrincipal").json();
    let mine = json!({ "Name": "Mine", "Associate": { "AssociateId": me["AssociateId"] } });
    let other = json!({ "Name": "Other", "Associate": { "AssociateId": 77 } });
    for contact in [&other, &mine] {
        json(&url, "POST", "/api/v1/Contact", contact);
    }
    let path = "/api/v1/Contact?$select=name&$filter=associate%20currentAssociate";
    let page = plain(&url, "GET", path).json();
    let rows = page["value"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{page}");
    assert_eq!(rows[0]["name"], "Mine");
    assert_eq!(tenant.violations(), []);
}

#[test]
fn what_gives_a_key_has_kept_the_entity() {
    let tenant = MockTenant::start_blocking().unwrap();
    let url = tenant.url();
    for key in 1..=2 {
        let task = json!({ "Name": format!("Task {key}") });
        assert_eq!(json(&url, "POST", "/api/v1/BatchTask", &task).json(), key);
    }
    let task = plain(&url, "GET", "/api/v1/BatchTask/2").json();
    assert_eq!((&task["Id"], &task["Name"]), (&json!(2), &json!("Task 2")));
    assert_eq!(tenant.violations(), []);
}
