//! The three operations that the generator was begun with, and one operation of each kind of result and body, each awaited
//! and on an ordinary thread, over HTTP: the same request arrives and the same value comes back both times.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};
use superoffice::agents::chat::PickUpChatSessionRequest;
use superoffice::agents::customer_service::SessionIsValidRequest;
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice::{FromResponse, Patch, Request, blocking};
use superoffice_mock::{MockTenant, RecordedRequest};
use tokio::runtime::Runtime;

/// A tenant, and a way to call it twice.
struct Place {
    tenant: MockTenant,
    client: Client,
    runtime: Runtime,
}

impl Place {
    fn new() -> Self {
        let tenant = MockTenant::builder().invent_entities().seed(3);
        let tenant = tenant.start_blocking().unwrap();
        let builder = Client::builder().base_url(tenant.url()).bearer("token");
        Self {
            client: builder.build().unwrap(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            tenant,
        }
    }

    /// Awaits the request, then makes it again and sends it from this thread. Returns both values and what arrived.
    fn both<'c, R: FromResponse>(
        &'c self,
        request: impl Fn(&'c Client) -> Request<'c, R>,
    ) -> ([R; 2], RecordedRequest) {
        let awaited = self
            .runtime
            .block_on(async { request(&self.client).await.unwrap() });
        let first = self.tenant.last_request().unwrap();
        let blocked = request(&self.client).send_blocking().unwrap().into_value();
        let second = self.tenant.last_request().unwrap();
        let line = |request: &RecordedRequest| {
            let of = (&request.method, &request.path, &request.query);
            (
                format!("{of:?}"),
                request.body.clone(),
                request.operation.clone(),
            )
        };
        assert_eq!(line(&first), line(&second));
        ([awaited, blocked], second)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        assert_eq!(self.tenant.violations(), []);
    }
}

fn operation(request: &RecordedRequest) -> &str {
    request.operation.as_deref().unwrap_or_default()
}

fn body(request: &RecordedRequest) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

#[test]
fn seed_pick_up_chat_session() {
    let place = Place::new();
    let arguments = PickUpChatSessionRequest {
        chat_session_id: Some(42),
        ..Default::default()
    };
    let (sessions, request) =
        place.both(|client| client.agents().chat().pick_up_chat_session(&arguments));
    assert_eq!(operation(&request), "v1ChatAgent_PickUpChatSession");
    assert_eq!(body(&request), json!({ "ChatSessionId": 42 }));
    let [one, two] = sessions.map(Option::unwrap);
    assert!(one.chat_session_id.is_some(), "{one:?}");
    assert_eq!(one, two);
}

#[test]
fn seed_chat_sessions_for_user() {
    let place = Place::new();
    let (sessions, request) = place.both(|client| client.agents().chat().chat_sessions_for_user());
    assert_eq!(operation(&request), "v1ChatAgent_ChatSessionsForUser");
    let [one, two] = sessions.map(Option::unwrap);
    assert!(
        one.len() == 1 && one[0].chat_session_id.is_some(),
        "{one:?}"
    );
    assert_eq!(one, two);
}

#[test]
fn seed_session_is_valid_is_a_scalar() {
    let place = Place::new();
    let arguments = SessionIsValidRequest {
        cs_session_key: Some("key".to_owned()),
        ..Default::default()
    };
    let (valid, request) = place.both(|client| {
        client
            .agents()
            .customer_service()
            .session_is_valid(&arguments)
    });
    assert_eq!(operation(&request), "v1CustomerServiceAgent_SessionIsValid");
    assert_eq!(body(&request), json!({ "CsSessionKey": "key" }));
    assert_eq!(valid, [Some(true), Some(true)]);
}

#[test]
fn a_list() {
    let place = Place::new();
    let (items, request) =
        place.both(|client| client.rest().list_business().get_all(&Default::default()));
    assert_eq!(operation(&request), "v1BusinessList_GetAll");
    for items in items.map(Option::unwrap) {
        let ids: Vec<_> = items.iter().map(|item| item.id).collect();
        assert_eq!(ids, [Some(1), Some(2), Some(3)]);
    }
}

#[test]
fn nothing() {
    let place = Place::new();
    let awaited = place
        .runtime
        .block_on(async { place.client.rest().contact().delete_contact_entity(1).await });
    awaited.unwrap();
    let blocked = place
        .client
        .rest()
        .contact()
        .delete_contact_entity(2)
        .send_blocking()
        .unwrap();
    assert_eq!(blocked.status().as_u16(), 204);
    let rows = place
        .client
        .rest()
        .contact()
        .get_all()
        .send_blocking()
        .unwrap()
        .into_value();
    assert_eq!(rows.unwrap().value.unwrap().len(), 1);
}

#[test]
fn bytes_in_and_out() {
    let place = Place::new();
    let content = "content of a document";
    let (documents, request) = place.both(|client| {
        client
            .rest()
            .document()
            .set_document_stream_from_id(3, content)
    });
    assert_eq!(&request.body[..], content.as_bytes());
    assert_eq!(
        documents.map(|document| document.unwrap().document_id),
        [Some(3); 2]
    );
    assert_eq!(request.headers["content-type"], "application/octet-stream");
    let ([awaited, blocked], request) =
        place.both(|client| client.rest().document().get_document_stream(3));
    assert_eq!(request.headers["accept"], "application/octet-stream");
    let awaited = place.runtime.block_on(awaited.bytes()).unwrap();
    let blocked = blocking::wait(blocked.bytes()).unwrap();
    assert_eq!([&awaited[..], &blocked[..]], [content.as_bytes(); 2]);
}

#[test]
fn a_page_of_an_archive() {
    let place = Place::new();
    let (pages, request) =
        place.both(|client| client.rest().contact().get_all().select(["name"]).top(2));
    assert_eq!(request.query.as_deref(), Some("$select=name&$top=2"));
    for page in pages.map(Option::unwrap) {
        let rows = page.value.unwrap();
        assert_eq!(
            (rows.len(), rows[1].get("PrimaryKey")),
            (2, Some(&2.into()))
        );
        assert!(page.next_link.is_some());
    }
}

#[test]
fn a_patch() {
    let place = Place::new();
    let patch = Patch::merge(json!({ "Department": "Research" }));
    let (contacts, request) =
        place.both(|client| client.rest().contact().patch_contact_entity(3, &patch));
    assert_eq!(
        (request.method.as_str(), body(&request)),
        ("PATCH", json!({ "Department": "Research" }))
    );
    for contact in contacts.map(Option::unwrap) {
        assert_eq!(
            (contact.contact_id, contact.department.as_deref()),
            (Some(3), Some("Research"))
        );
    }
}

#[test]
fn a_dictionary() {
    let place = Place::new();
    let contact = ContactEntity::default();
    let (faults, request) =
        place.both(|client| client.rest().contact().validate_contact_entity(&contact));
    assert_eq!(body(&request), json!({}));
    let [one, two] = faults.map(Option::unwrap);
    assert_eq!(one.get("key").map(String::as_str), Some("text"), "{one:?}");
    assert_eq!(one, two);
}
