//! Changing only what has changed, and noticing that somebody else was faster: by `test` operations, and by time.

use std::time::{Duration, SystemTime};

use superoffice::date_time::Offset;
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice::{Patch, PatchOperation};
use superoffice_mock::MockTenant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::start().await?;
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()?;
    let contacts = client.rest().contact();
    let new = ContactEntity {
        name: Some("Fjord AS".to_owned()),
        ..Default::default()
    };
    let before = contacts
        .post_contact_entity(&new)
        .await?
        .ok_or("not saved")?;
    let id = before.contact_id.ok_or("no id")?;

    let mut after = before.clone();
    after.department = Some("Sales".to_owned());
    let mine = Patch::diff_with_tests(&before, &after)?;

    // Somebody else changes the same field in between.
    let theirs = Patch::from([PatchOperation::replace("/Department", "Support")]);
    contacts.patch_contact_entity(id, &theirs).await?;

    match contacts.patch_contact_entity(id, &mine).await {
        Err(Error::Conflict(error)) => println!("conflict: {error}"),
        other => return Err(format!("a conflict was expected: {other:?}").into()),
    }
    // Look again, decide again, try again.
    let current = contacts
        .get_contact_entity(id, &Default::default())
        .await?
        .ok_or("it is gone")?;
    let mut wanted = current.clone();
    wanted.department = Some("Sales and Support".to_owned());
    let changed = contacts
        .patch_contact_entity(id, &Patch::diff_with_tests(&current, &wanted)?)
        .await?;
    assert_eq!(
        changed.and_then(|contact| contact.department).as_deref(),
        Some("Sales and Support")
    );

    // The same by time, without looking at fields: that of the answer, or that of the entity, which is in UTC.
    let read = contacts
        .get_contact_entity(id, &Default::default())
        .send()
        .await?;
    let mut since = read.last_modified();
    if let (None, Some(contact)) = (since, read.value()) {
        let updated = contact.updated_date.as_ref().ok_or("no date")?;
        since = Some(SystemTime::try_from(&updated.to_utc(Offset::UTC)?)?);
    }
    let read_at = since.ok_or("it is gone")?;
    contacts
        .patch_contact_entity(id, &theirs)
        .if_unmodified_since(read_at)
        .await?;
    let long_ago = read_at - Duration::from_secs(3600);
    match contacts
        .patch_contact_entity(id, &theirs)
        .if_unmodified_since(long_ago)
        .await
    {
        Err(Error::PreconditionFailed(error)) => println!("too late: {error}"),
        other => return Err(format!("a failed precondition was expected: {other:?}").into()),
    }
    assert_eq!(tenant.violations(), []);
    Ok(())
}
