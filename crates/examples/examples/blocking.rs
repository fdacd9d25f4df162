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
        let status = saved.status();
        let contact = saved.into_value().ok_or("not saved")?;
        println!(
            "{status}: {name} is contact {}",
            contact.contact_id.unwrap_or_default()
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
    // Two pages, the second asked for when the first has been read.
    let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
    println!("{} contacts", rows.len());
    assert_eq!(rows.len(), 3);
    assert_eq!(tenant.violations(), []);
    Ok(())
}
