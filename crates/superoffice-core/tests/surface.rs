//! The client as generated code and users see it: what a request looks like before it is sent, and what comes of an answer.

use superoffice_core::archive::{Page, Row, agent_items};
use superoffice_core::{
    Blob, Client, Error, Extra, Operation, Patch, PatchOperation, Request, View, model,
};

/// A small entity.
#[derive(Clone, Default, PartialEq)]
struct Contact {
    contact_id: Option<i32>,
    name: Option<String>,
    extra: Extra,
}

model! { Contact { 0 contact_id "ContactId", 1 name "Name" } }

const READ: Operation = Operation::get("Contact_Get", "/api/v1/Contact/{id}");
const SAVE: Operation = Operation::put("Contact_Put", "/api/v1/Contact/{id}");
const LIST: Operation = Operation::post("Contact_Find", "/api/v1/Agents/Contact/Find")
    .safe()
    .slow_after_ms(2000);
const PATCH: Operation = Operation::patch("Contact_Patch", "/api/v1/Contact/{id}");

fn client() -> Result<Client, Error> {
    Client::builder()
        .base_url("https://crm.example.com/Web/api/v1/")
        .basic("user", "password")
        .build()
}

fn line<R>(request: Request<'_, R>) -> Result<String, Error> {
    let http = request.into_http()?;
    let body = String::from_utf8_lossy(http.body().as_bytes().unwrap_or(b"(stream)")).into_owned();
    Ok(format!("{} {} {body}", http.method(), http.uri())
        .trim_end()
        .to_owned())
}

#[test]
fn requests_are_data() -> Result<(), Error> {
    let client = client()?;
    let read = client
        .request::<Option<Contact>>(READ)
        .path("id", 5)
        .select(["Name", "Category/Id"]);
    assert_eq!(
        line(read)?,
        "GET https://crm.example.com/Web/api/v1/Contact/5?$select=Name,Category/Id"
    );

    let list = client
        .request::<Option<Vec<Contact>>>(LIST)
        .query("ids", [1, 2])
        .query("none", None::<i32>)
        .query("q", "a b&c");
    assert_eq!(
        line(list)?,
        "POST https://crm.example.com/Web/api/v1/Agents/Contact/Find?ids=1&ids=2&q=a%20b%26c"
    );

    let contact = Contact {
        contact_id: Some(5),
        ..Contact::default()
    };
    let save = client
        .request::<Option<Contact>>(SAVE)
        .path("id", 5)
        .json(&contact);
    assert_eq!(
        line(save)?,
        r#"PUT https://crm.example.com/Web/api/v1/Contact/5 {"ContactId":5}"#
    );
    Ok(())
}

#[test]
fn patches_carry_their_media_type() -> Result<(), Error> {
    let client = client()?;
    let patch = Patch::from([
        PatchOperation::test("/Name", "a"),
        PatchOperation::replace("/Name", "b"),
    ]);
    let http = client
        .request::<Option<Contact>>(PATCH)
        .path("id", 5)
        .patch(&patch)
        .into_http()?;
    assert_eq!(
        http.headers()["content-type"],
        "application/json-patch+json"
    );
    assert_eq!(
        http.body().as_bytes(),
        Some(br#"[{"op":"test","path":"/Name","value":"a"},{"op":"replace","path":"/Name","value":"b"}]"#.as_slice())
    );
    let merge = Patch::merge(serde_json::json!({"Name": null}));
    let http = client
        .request::<Option<Contact>>(PATCH)
        .path("id", 5)
        .patch(&merge)
        .into_http()?;
    assert_eq!(
        http.headers()["content-type"],
        "application/merge-patch+json"
    );
    Ok(())
}

#[test]
fn a_client_with_a_language_refuses_to_write() -> Result<(), Error> {
    let client = client()?;
    let swedish = client.with_language("sv");
    let read = swedish
        .request::<Option<Contact>>(READ)
        .path("id", 5)
        .into_http()?;
    assert_eq!(read.headers()["so-language"], "sv");
    let save = |client: &Client| {
        client
            .request::<Option<Contact>>(SAVE)
            .path("id", 5)
            .json(&Contact::default())
            .into_http()
    };
    assert!(matches!(
        save(&swedish),
        Err(Error::TranslatedWrite {
            operation: "Contact_Put"
        })
    ));
    assert!(!save(&client)?.headers().contains_key("so-language"));
    let said = swedish
        .request::<Option<Contact>>(SAVE)
        .path("id", 5)
        .json(&Contact::default())
        .untranslated();
    assert_eq!(said.into_http()?.headers()["so-language"], "*");
    Ok(())
}

#[test]
fn a_language_cannot_be_set_behind_the_guard() -> Result<(), Error> {
    let client = client()?;
    for name in ["Accept-Language", "SO-LANGUAGE"] {
        let request = client
            .request::<Option<Contact>>(READ)
            .path("id", 5)
            .header(name, "sv");
        assert!(
            matches!(request.into_http(), Err(Error::InvalidRequest { .. })),
            "{name}"
        );
        assert!(
            Client::builder()
                .base_url("https://crm.example.com")
                .header(name, "sv")
                .build()
                .is_err()
        );
    }
    // Bytes are no text that was translated.
    let upload = client
        .with_language("sv")
        .request::<()>(SAVE)
        .path("id", 5)
        .binary("bytes")
        .into_http()?;
    assert_eq!(upload.headers()["so-language"], "sv");
    Ok(())
}

/// Compiles: a partial or translated entity has another type, in any order of the calls, and lists are lists of it.
#[test]
fn partial_and_translated_entities_are_views() -> Result<(), Error> {
    let client = client()?;
    let _: Request<'_, Option<View<Contact>>> = client
        .request::<Option<Contact>>(READ)
        .select(["Name"])
        .language("sv");
    let _: Request<'_, Option<View<Contact>>> = client
        .request::<Option<Contact>>(READ)
        .language("sv")
        .select(["Name"]);
    let _: Request<'_, Option<Vec<View<Contact>>>> = client
        .request::<Option<Vec<Contact>>>(LIST)
        .select(["Name"]);
    let _: Request<'_, Blob> = client.request::<Blob>(READ).language("sv");
    let _: Request<'_, ()> = client.request::<()>(READ).language("sv");
    Ok(())
}

/// Compiles: what owns its client goes into a task, and out of the function that has made it.
#[tokio::test]
async fn owned_requests_and_streams_outlive_their_client() -> Result<(), Error> {
    fn own<T: 'static>(value: T) -> T {
        value
    }
    let made = || -> Result<_, Error> {
        let client = client()?.with_language("sv");
        Ok(own(client.request::<Option<Contact>>(READ).into_owned()))
    };
    // The call and its client's language are the same.
    let http = made()?.path("id", 5).into_http()?;
    assert_eq!(http.headers()["so-language"], "sv");
    let lists = || -> Result<_, Error> {
        let client = client()?;
        let pages = client.request::<Option<Page>>(READ).into_owned().pages();
        let rows = client.request::<Option<Page>>(READ).into_owned();
        let items = agent_items(5, move |_, _| {
            client.request::<Option<Vec<Contact>>>(LIST).into_owned()
        });
        Ok((own(pages), own(rows.items::<Row>()), own(items)))
    };
    let (mut pages, mut rows, _) = lists()?;
    // The path lacks its id, so nothing is sent.
    for result in [
        pages.next().await.map(|page| page.map(drop)),
        rows.next().await.map(|row| row.map(drop)),
    ] {
        assert!(matches!(result, Some(Err(Error::InvalidRequest { .. }))));
    }
    let unsent = tokio::spawn(made()?.into_future()).await;
    assert!(matches!(unsent, Ok(Err(Error::InvalidRequest { .. }))));
    Ok(())
}
