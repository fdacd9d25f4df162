//! The first call: a client, a typed operation, a typed answer.

use superoffice::prelude::*;
use superoffice_mock::MockTenant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Invented: whatever is asked for is there, with neutral values.
    let tenant = MockTenant::builder().invent_entities().start().await?;

    // With a real installation: .base_url("https://crm.example.com"), or .tenant(Environment::Production, "Cust12345").
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("access-token")
        .build()?;

    // The second argument are the optional parameters: none. Every field may be missing, so every field is an `Option`.
    let person = client
        .rest()
        .person()
        .get_person_entity(7, &Default::default())
        .await?;
    let person = person.ok_or("there is no person 7")?;
    let name = person.lastname.unwrap_or_default();
    println!("the last name of person 7 is {name:?}");
    assert_eq!(person.person_id, Some(7));
    assert_eq!(tenant.violations(), []);
    Ok(())
}
