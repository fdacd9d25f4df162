//! A user's login: authorization code with PKCE, tokens that renew themselves, and a tenant that is found by what the validated id
//! token says of it.

use superoffice::auth::Exchange;
use superoffice::auth::oauth::OAuthApplication;
use superoffice::prelude::*;
use superoffice::transport::{HttpTransport, Transport as _};
use superoffice::{Body, Environment};
use superoffice_mock::MockTenant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Once it knows a token, the tenant refuses all others but those that its login gives out.
    let tenant = MockTenant::builder()
        .app_token("client secret")
        .bearer("another")
        .start()
        .await?;
    // With the real thing: Environment::Production.
    let environment = Environment::Other(tenant.url());

    let redirect = "http://localhost:8080/callback";
    let application =
        OAuthApplication::new(environment.clone(), "client id", "client secret", redirect);
    let login = application.login(Some("Cust12345"))?;
    println!("send the user to {}", login.url());

    let transport = HttpTransport::new()?;
    let returned = browse(&transport, login.url()).await?;
    let (state, code) = (
        parameter(&returned, "state")?,
        parameter(&returned, "code")?,
    );
    let tokens = application
        .complete(&Exchange::new(transport), &login, &state, &code)
        .await?;
    // The id token was validated: who signed it, for whom, and until when. Nothing else gives claims.
    let claims = tokens.claims().ok_or("there is no id token")?.clone();
    assert_eq!(claims.tenant(), Some("Cust12345"));
    println!(
        "the tenant is at {}",
        claims.webapi_url().unwrap_or_default()
    );

    let credentials = application
        .credentials(tokens)
        .on_renewal(|_| println!("keep the new tokens"));
    let client = Client::builder()
        .tenant_of(environment, &claims)
        .credentials(credentials)
        .build()?;
    let me = client.rest().user().get_current_principal().await?;
    let name = me.and_then(|me| me.full_name).unwrap_or_default();
    println!("logged in as {name:?}");

    // The access token ends; the client gets another and goes on.
    tenant.expire_tokens();
    assert!(
        client
            .rest()
            .user()
            .get_current_principal()
            .await?
            .is_some()
    );
    assert_eq!(tenant.violations(), []);
    Ok(())
}

/// What a browser would do: follows the address and returns the address that the login leads back to.
async fn browse(
    transport: &HttpTransport,
    url: &str,
) -> Result<String, Box<dyn std::error::Error>> {
    let answer = transport
        .send(http::Request::get(url).body(Body::empty())?)
        .await?;
    let location = answer
        .headers()
        .get(http::header::LOCATION)
        .ok_or("no redirect")?;
    Ok(location.to_str()?.to_owned())
}

fn parameter(url: &str, name: &str) -> Result<String, String> {
    let (_, query) = url.split_once('?').unwrap_or_default();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(found, _)| *found == name);
    found
        .map(|(_, value)| value.to_owned())
        .ok_or_else(|| format!("no {name} in {url}"))
}
