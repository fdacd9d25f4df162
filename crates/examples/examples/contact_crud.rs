//! Create, read, update and delete a contact, with custom fields. What the reference does not know is kept on the way.

use superoffice::Map;
use superoffice::custom_field::CustomFields;
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::start().await?;
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()?;
    let contacts = client.rest().contact();

    // A new contact starts from the server's defaults.
    let mut contact = contacts
        .default_contact_entity()
        .await?
        .ok_or("no default")?;
    contact.name = Some("Nordic Timber".to_owned());
    let mut fields = Map::default();
    fields.set_integer("SuperOffice:1", 42);
    fields.set_decimal("x_turnover", "1250000.50")?;
    contact.custom_fields = Some(fields);
    let created = contacts
        .post_contact_entity(&contact)
        .await?
        .ok_or("not saved")?;
    let id = created.contact_id.ok_or("no id")?;
    println!("contact {id} was created");

    // What is read has links in addition (`ContactEntityWithLinks`). To be put back whole, it is read as the type that
    // `put_contact_entity` takes.
    let read = contacts
        .get_contact_entity(id, &Default::default())
        .returning::<Option<ContactEntity>>();
    let mut contact = read.await?.ok_or("it is gone")?;
    let fields = contact.custom_fields.get_or_insert_default();
    assert_eq!(fields.integer("SuperOffice:1")?, Some(42));
    assert_eq!(fields.decimal("x_turnover")?, Some("1250000.50"));
    fields.set_boolean("SuperOffice:2", true);
    contact.department = Some("Oslo".to_owned());
    contacts.put_contact_entity(id, &contact).await?;

    let again = contacts
        .get_contact_entity(id, &Default::default())
        .await?
        .ok_or("it is gone")?;
    let name = again.name.unwrap_or_default();
    let department = again.department.unwrap_or_default();
    println!("{name} in {department}");
    assert_eq!(department, "Oslo");

    contacts.delete_contact_entity(id).await?;
    match contacts.get_contact_entity(id, &Default::default()).await {
        Err(Error::NotFound(_)) => println!("contact {id} was deleted"),
        other => return Err(format!("it should be gone: {other:?}").into()),
    }
    assert_eq!(tenant.violations(), []);
    Ok(())
}
