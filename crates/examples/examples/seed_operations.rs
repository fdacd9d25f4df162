//! Three operations of agents: an object, a list and a truth value as results.

use superoffice::agents::chat::PickUpChatSessionRequest;
use superoffice::agents::customer_service::SessionIsValidRequest;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::start().await?;
    let client = Client::builder()
        .base_url(tenant.url())
        .so_ticket("7T:ticket")
        .build()?;

    let request = PickUpChatSessionRequest {
        chat_session_id: Some(42),
        ..Default::default()
    };
    let session = client
        .agents()
        .chat()
        .pick_up_chat_session(&request)
        .await?;
    let session = session.ok_or("there is no such session")?;
    println!(
        "picked up a chat with {:?}",
        session.customer_name.unwrap_or_default()
    );

    let sessions = client
        .agents()
        .chat()
        .chat_sessions_for_user()
        .await?
        .unwrap_or_default();
    println!("{} chat sessions", sessions.len());
    assert_eq!(sessions.len(), 1);

    let request = SessionIsValidRequest {
        cs_session_key: Some("key".to_owned()),
        ..Default::default()
    };
    let valid = client
        .agents()
        .customer_service()
        .session_is_valid(&request)
        .await?;
    println!("the session is valid: {}", valid.unwrap_or_default());
    assert_eq!(valid, Some(true));
    assert_eq!(tenant.violations(), []);
    Ok(())
}
