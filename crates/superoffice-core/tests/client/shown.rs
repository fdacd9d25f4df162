//! What `Debug` shows of clients, calls and answers: enough to know which one it is, and nothing that is secret or long.

use std::fmt::Debug;

use superoffice_core::archive::{Page, Row, agent_items};
use superoffice_core::auth::Exchange;
use superoffice_core::auth::system_user::{PrivateKey, SystemUser};
use superoffice_core::transport::{BoxFuture, HttpTransport};
use superoffice_core::{
    Answer, Blob, Body, Client, Environment, Error, FromResponse, Multipart, Operation, Verb,
};

use crate::blobs::stream;
use crate::secrets::{CANARY, assert_clean};
use crate::server::{DELETE, GET, LIST, POST, PUT, Reply, Server, response};

fn shown(value: &dyn Debug) -> String {
    let text = format!("{value:?}");
    assert_clean(&text);
    assert_clean(&format!("{value:#?}"));
    text
}

#[test]
fn a_body_shows_its_kind_and_length() {
    let form = Multipart::default().text("a", CANARY);
    let table = [
        (Body::empty(), "empty", Some(0)),
        (Body::from(CANARY), "bytes", Some(16)),
        (Body::from(""), "bytes", Some(0)),
        (stream(&[CANARY]), "stream", None),
    ];
    for (body, kind, length) in table {
        assert_eq!(body.length(), length, "{kind}");
        assert_eq!(body.is_empty(), kind == "empty");
        assert_eq!(body.as_bytes().is_none(), kind == "stream");
        assert_eq!(
            shown(&body),
            format!("Body {{ kind: {kind:?}, length: {length:?}, .. }}")
        );
    }
    assert!(shown(&form).starts_with("Multipart { boundary: \"superoffice-"));
}

#[test]
fn a_call_shows_its_operation_and_path() {
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .bearer(CANARY)
        .language("sv")
        .build()
        .unwrap();
    let request = client
        .request::<()>(GET)
        .path("id", 7)
        .query("token", CANARY)
        .header("Cookie", CANARY);
    assert_eq!(
        shown(&request),
        "Request { operation: \"Thing_Get\", path: [(\"id\", \"7\")], body: Body { kind: \"empty\", length: Some(0), .. }, .. }"
    );
    let client = shown(&client);
    assert!(
        client.starts_with("Client { place: ") && client.contains("https://crm.example.com"),
        "{client}"
    );
    assert!(client.contains("sv"), "{client}");
    let builder = shown(&Client::builder().time_zone("NO").app_token(CANARY));
    assert!(
        builder.starts_with("ClientBuilder { locale: ") && builder.contains("\"NO\""),
        "{builder}"
    );
    assert!(builder.contains("max_attempts: 3"), "{builder}");
    let transport = HttpTransport::builder().no_proxy().build().unwrap();
    let exchange = Exchange::new(transport);
    assert_eq!(shown(&exchange), "Exchange { timeout: 30s, .. }");
    let tenant = Client::builder()
        .tenant(Environment::Production, "Cust12345")
        .build()
        .unwrap();
    assert!(shown(&tenant).contains("Cust12345"));
}

#[test]
fn a_transport_shows_no_key_and_no_proxy() {
    let builder = HttpTransport::builder()
        .proxy(format!("http://user:{CANARY}@proxy.example.com:3128"))
        .root_certificates_pem(CANARY)
        .root_certificate_der(CANARY)
        .client_identity_pem(CANARY, CANARY);
    let builder = shown(&builder);
    for part in [
        "proxy: Some(All([redacted]))",
        "Certificates(PEM, 16 bytes)",
        "Certificates(DER, 16 bytes)",
        "Identity([redacted])",
    ] {
        assert!(builder.contains(part), "{part} in {builder}");
    }
}

#[test]
fn a_system_user_shows_whose_it_is() {
    let key = include_str!("../vectors/app-key.pkcs8.pem");
    let key = PrivateKey::from_pem(key).unwrap();
    let user = SystemUser::new(Environment::Stage, "Cust12345", CANARY, CANARY, key);
    assert_eq!(
        shown(&user),
        "SystemUser { environment: Stage, tenant: \"Cust12345\", .. }"
    );
}

/// An answer as it is given to whoever reads it.
struct Shown {
    text: String,
    status: u16,
    attempts: u32,
    header: Option<String>,
    bytes: usize,
}

impl FromResponse for Shown {
    fn from_answer(answer: Answer) -> BoxFuture<'static, Result<Self, Error>> {
        Box::pin(async move {
            let header = answer.headers().get("x-a");
            let header = header.map(|value| value.to_str().unwrap().to_owned());
            Ok(Self {
                text: shown(&answer),
                status: answer.status().as_u16(),
                attempts: answer.attempts(),
                header,
                bytes: answer.bytes().await?.len(),
            })
        })
    }
}

#[tokio::test]
async fn an_answer_shows_its_status_and_headers() {
    let server = Server::start(|_, number| match number {
        1 => Reply::Close(response("503 Busy", "Connection: close\r\n", "")),
        _ => Reply::Bytes(response(
            "201 Created",
            "X-A: 7\r\nSet-Cookie: CaNaRy0123456789\r\n",
            CANARY,
        )),
    });
    let answer = server.client().request::<Shown>(LIST).send().await.unwrap();
    let answer = answer.value();
    assert_eq!(
        (answer.status, answer.attempts, answer.bytes),
        (201, 2, CANARY.len())
    );
    assert_eq!(answer.header.as_deref(), Some("7"));
    assert!(
        answer
            .text
            .starts_with("Answer { operation: \"Thing_List\", status: 201, headers: {"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("attempts: 2, .."), "{}", answer.text);
}

/// As an error does not show it. It can be read all the same.
#[tokio::test]
async fn an_answer_of_success_does_not_show_a_credential_that_it_repeats() {
    let server = Server::start(|received, _| {
        let sent = received.header("authorization").unwrap();
        let sent = sent.strip_prefix("Bearer ").unwrap();
        let headers = format!("X-A: {sent}\r\nX-Escaped: sent={sent}%\r\nX-Other: shown\r\n");
        Reply::Bytes(response("200 OK", &headers.replace("/%", "%2F"), "1"))
    });
    let token = format!("{CANARY}/");
    let client = server.builder().bearer(&token).build().unwrap();
    let number = client.request::<Option<i32>>(LIST).send().await.unwrap();
    let blob = client.request::<Blob>(LIST).send().await.unwrap();
    let answer = client.request::<Shown>(LIST).send().await.unwrap();
    assert_eq!(number.headers()["x-a"], token);
    assert_eq!(number.headers()["x-escaped"], format!("sent={CANARY}%2F"));
    assert_eq!(answer.value().header.as_ref(), Some(&token));
    for text in [shown(&number), shown(&blob), answer.value().text.clone()] {
        assert!(!text.contains(CANARY), "{text}");
        assert!(text.contains(r#""x-other": "shown""#), "{text}");
    }
}

#[tokio::test]
async fn a_blob_shows_its_headers() {
    let server = Server::always(response(
        "200 OK",
        "Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n",
        CANARY,
    ));
    let blob = server.client().request::<Blob>(LIST).await.unwrap();
    assert_eq!(blob.media_type(), Some("image/png"));
    assert_eq!(blob.length(), Some(16));
    assert_eq!(blob.disposition(), Some("attachment; filename=a.png"));
    let text = shown(&blob);
    assert!(
        text.starts_with("Blob { headers: {") && text.contains("image/png"),
        "{text}"
    );
    let nothing = Server::always(response("204 No Content", "", ""));
    let blob = nothing.client().request::<Blob>(LIST).await.unwrap();
    assert_eq!((blob.media_type(), blob.disposition()), (None, None));
    assert!(blob.bytes().await.unwrap().is_empty());
}

#[test]
fn every_verb_is_sent_as_it_is_called() {
    const PATCH: Operation = Operation::patch("Thing_Patch", "/api/v1/Thing");
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .build()
        .unwrap();
    // The operation, its verb, and the length that is sent where there is no body: none where no body is expected.
    let table = [
        (LIST, Verb::Get, "GET", None),
        (POST, Verb::Post, "POST", Some("0")),
        (PUT, Verb::Put, "PUT", Some("0")),
        (PATCH, Verb::Patch, "PATCH", Some("0")),
        (DELETE, Verb::Delete, "DELETE", None),
    ];
    for (operation, verb, word, length) in table {
        assert_eq!((operation.verb, operation.verb.as_str()), (verb, word));
        let request = client.request::<()>(operation);
        assert_eq!(request.operation(), operation);
        let http = request.into_http().unwrap();
        assert_eq!(http.method(), word);
        let sent = http.headers().get("content-length");
        assert_eq!(sent.map(|value| value.to_str().unwrap()), length, "{word}");
        let http = client.request::<()>(operation).binary("abc");
        assert_eq!(http.into_http().unwrap().headers()["content-length"], "3");
    }
}

#[test]
fn a_list_shows_how_far_it_was_read() {
    let client = Client::builder().base_url("https://crm.example.com");
    let client = client.bearer(CANARY).build().unwrap();
    let list = || client.request::<Option<Page>>(LIST).query("a", CANARY);
    assert_eq!(
        shown(&list().pages()),
        "Pages { operation: \"Thing_List\", pages: 0, .. }"
    );
    assert_eq!(
        shown(&list().items::<Row>()),
        "Items { operation: \"Thing_List\", pages: 0, .. }"
    );
    let of_agent = agent_items(5, |_, _| client.request::<Option<Vec<Row>>>(POST));
    assert_eq!(
        shown(&of_agent),
        "AgentItems { page: Some(0), size: 5, .. }"
    );
}
