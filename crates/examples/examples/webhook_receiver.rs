//! Receiving webhooks: a signed post is checked and read, and a forged one is refused. The server is whatever you use; here
//! it is a function of headers and body.

use http::{HeaderMap, StatusCode};
use superoffice::webhook::{Action, Receiver, WebhookError};

const SECRET: &str = "the webhook's secret";

/// What the handler of a web server does with a post.
fn handle(receiver: &Receiver, headers: &HeaderMap, body: &[u8]) -> StatusCode {
    match receiver.receive(headers, body) {
        Ok(delivery) if delivery.is_test => StatusCode::OK,
        Ok(delivery) => {
            let event = delivery.event;
            match event.action() {
                Some(Action::Changed) => {
                    let entity = event.entity.unwrap_or_default();
                    let key = event.primary_key.unwrap_or_default();
                    let fields = event.changes.unwrap_or_default().join(", ");
                    println!("{entity} {key} has changed in {fields}");
                }
                _ => println!("nothing to do for {}", event.event.unwrap_or_default()),
            }
            StatusCode::OK
        }
        // The service has posted it, and would again. It is not to stop the webhook.
        Err(WebhookError::Malformed(error)) => {
            println!("to be looked at: {error}");
            StatusCode::OK
        }
        Err(error) => {
            println!("refused: {error}");
            StatusCode::UNAUTHORIZED
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let receiver = Receiver::new(SECRET);
    let body = br#"{"EventId":"1","Timestamp":"2024-01-31T12:30:00.1234567Z","Event":"contact.changed","Entity":"contact","PrimaryKey":5,"Changes":["name"],"ContextIdentifier":"Cust12345"}"#;
    // What the platform does with the secret.
    let mut headers = HeaderMap::new();
    headers.insert("X-SuperOffice-Signature", receiver.sign(body)?.parse()?);
    assert_eq!(handle(&receiver, &headers, body), StatusCode::OK);
    assert_eq!(
        handle(&receiver, &headers, b"{\"Event\":\"contact.deleted\"}"),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        handle(&receiver, &HeaderMap::new(), body),
        StatusCode::UNAUTHORIZED
    );
    let no_event = b"[]";
    headers.insert("X-SuperOffice-Signature", receiver.sign(no_event)?.parse()?);
    assert_eq!(handle(&receiver, &headers, no_event), StatusCode::OK);
    Ok(())
}
