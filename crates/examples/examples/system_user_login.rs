//! A service without a user: the system user's ticket, got by a signed token, renewed when it is refused.

use std::sync::Arc;

use superoffice::Environment;
use superoffice::auth::system_user::{PrivateKey, SystemUser};
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

/// A key made for this example. Keep yours out of the source.
const KEY: &str = include_str!("test_key.pem");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Once it knows a ticket, the tenant refuses all others but those that its login gives out.
    let tenant = MockTenant::builder()
        .app_token("client secret")
        .ticket("another")
        .start()
        .await?;
    let environment = Environment::Other(tenant.url());

    let key = PrivateKey::from_pem(KEY)?;
    let user = SystemUser::new(
        environment.clone(),
        "Cust12345",
        "client secret",
        "Example-1a2b3c",
        key,
    );
    // Kept as well, to ask it for what the token said.
    let user = Arc::new(user);
    let client = Client::builder()
        .tenant(environment, "Cust12345")
        .app_token("client secret")
        .credentials(Arc::clone(&user))
        .build()?;

    let contacts = client.rest().contact().get_all().top(10).await?;
    println!(
        "{} contacts",
        contacts.map_or(0, |page| page.value.unwrap_or_default().len())
    );

    // The token with the ticket was validated, also that it is for this tenant.
    let claims = user.claims().ok_or("there was no login")?;
    assert_eq!(claims.tenant(), Some("Cust12345"));

    // The ticket ends; the client gets another and goes on.
    tenant.expire_tokens();
    client.rest().contact().get_all().top(10).await?;
    let logins = tenant
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/Authenticate"))
        .count();
    assert_eq!((logins, tenant.violations().len()), (2, 0));
    Ok(())
}
