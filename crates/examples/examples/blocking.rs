//! The same client from an ordinary thread: every request has `send_blocking`, every stream is an iterator.

use superoffice::archive::Row;
use superoffice::blocking::iterate;
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::builder().page_size(2).start_blocking()?;
    let client = Client::builder()
        .base_url(tenant.url())
        .basic("user", "password")
        .build()?;
    for name in ["Alder", "Birch", "Cedar"] {
        let contact = ContactEntity {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        let saved = client
            .rest()
            .contact()
            .post_contact_entity(&contact)
            .send_blocking()?;
        println!(
            "{}: {:?}",
            saved.status(),
            saved
                .value()
                .as_ref()
                .and_then(|contact| contact.contact_id)
        );
    }
    let rows = iterate(
        client
            .rest()
            .contact()
            .get_all()
            .select(["name"])
            .items::<Row>(),
    );
    let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
    assert_eq!(rows.len(), 3);
    assert_eq!(tenant.violations(), []);
    Ok(())
}
