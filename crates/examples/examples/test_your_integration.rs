//! Testing your own code without a tenant: give it the mock's address, see what it sent, and make things go wrong.

use superoffice::models::{ContactEntity, ContactEntityWithLinks};
use superoffice::prelude::*;
use superoffice_mock::{Fault, MockTenant};

/// Your code: makes sure that there is a contact with this name.
async fn ensure_contact(
    client: &Client,
    name: &str,
) -> Result<Option<ContactEntityWithLinks>, Error> {
    let contact = ContactEntity {
        name: Some(name.to_owned()),
        ..Default::default()
    };
    client.rest().contact().post_contact_entity(&contact).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Three lines: a tenant, its address, and what was wrong with the requests.
    let tenant = MockTenant::start().await?;
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()?;
    let contact = ensure_contact(&client, "Aurora").await?;
    assert_eq!(tenant.violations(), []);

    assert_eq!(
        contact.and_then(|contact| contact.name).as_deref(),
        Some("Aurora")
    );
    let request = tenant.requests().pop().ok_or("nothing was sent")?;
    assert_eq!(
        request.operation.as_deref(),
        Some("v1ContactEntity_PostContactEntity")
    );

    // The connection breaks after the request was carried out: a POST must not be repeated.
    tenant.forget_requests();
    tenant.inject(Fault::Reset);
    assert!(ensure_contact(&client, "Borealis").await.is_err());
    assert_eq!(tenant.requests().len(), 1);

    // A proxy's page instead of JSON is an error with a status, not a decoding error.
    tenant.inject(Fault::Html(502).always());
    let error = ensure_contact(&client, "Corona")
        .await
        .err()
        .ok_or("it should fail")?;
    println!("{error}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    Ok(())
}
