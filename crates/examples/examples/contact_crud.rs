//! Create, read, update and delete a contact, with custom fields. What the reference does not know is kept on the way.

use superoffice::custom_field::{CustomFields, Decimal};
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

superoffice::custom_fields! {
    /// The custom fields that this program knows; others stay as they are.
    struct Company {
        score: i32 = "SuperOffice:1",
        is_partner: bool = "SuperOffice:2",
        turnover: Decimal = "x_turnover",
    }
}

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
    let new = Company {
        score: Some(42),
        turnover: Some(Decimal::new("1250000.50")),
        ..Default::default()
    };
    new.write_some(contact.custom_fields.get_or_insert_default())?;
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
    let mut company = Company::read(contact.custom_fields.as_ref())?;
    assert_eq!(company, new);
    company.is_partner = Some(true);
    company.turnover = None;
    let fields = contact.custom_fields.get_or_insert_default();
    // What differs is set, what is `None` is emptied, and the rest keeps its text.
    company.write(fields)?;
    // One field at a time, without a type of one's own.
    assert_eq!(fields.integer("SuperOffice:1")?, Some(42));
    contact.department = Some("Oslo".to_owned());
    contacts.put_contact_entity(id, &contact).await?;

    let again = contacts
        .get_contact_entity(id, &Default::default())
        .await?
        .ok_or("it is gone")?;
    assert_eq!(Company::read(again.custom_fields.as_ref())?, company);
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
