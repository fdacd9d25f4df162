//! A service without a user: the system user's ticket, got by a signed token, renewed when it is refused.

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
    let client = Client::builder()
        .tenant(environment, "Cust12345")
        .app_token("client secret")
        .credentials(user)
        .build()?;

    let contacts = client.rest().contact().get_all().top(10).await?;
    println!(
        "{} contacts",
        contacts.map_or(0, |page| page.value.unwrap_or_default().len())
    );

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
