//! One operation of each kind of result and body: scalar, list, nothing, bytes in, bytes out, archive page, patch, dictionary.
//! Each once awaited and once on an ordinary thread.

use superoffice::agents::customer_service::SessionIsValidRequest;
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice::{FromResponse, Patch, Request, blocking};
use superoffice_mock::MockTenant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let tenant = MockTenant::builder()
        .invent_entities()
        .seed(3)
        .start_blocking()?;
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    call_all(&client, &Driver::Runtime(runtime))?;
    tenant.forget_entities();
    call_all(&client, &Driver::Thread)?;
    assert_eq!(tenant.violations(), []);
    Ok(())
}

/// Who drives a call.
enum Driver {
    Runtime(tokio::runtime::Runtime),
    Thread,
}

impl Driver {
    fn run<R: FromResponse>(&self, request: Request<'_, R>) -> Result<R, Error> {
        match self {
            Self::Runtime(runtime) => runtime.block_on(request.into_future()),
            Self::Thread => Ok(request.send_blocking()?.into_value()),
        }
    }
}

fn call_all(client: &Client, driver: &Driver) -> Result<(), Failure> {
    let (contacts, documents) = (client.rest().contact(), client.rest().document());

    let valid = client
        .agents()
        .customer_service()
        .session_is_valid(&SessionIsValidRequest::default());
    let valid = driver.run(valid)?.unwrap_or_default();
    println!("scalar: the session is valid: {valid}");

    let sessions = driver.run(client.agents().chat().chat_sessions_for_user())?;
    println!(
        "list: {} chat sessions",
        sessions.map_or(0, |sessions| sessions.len())
    );

    driver.run(contacts.delete_contact_entity(99))?;
    println!("nothing: a contact was deleted");

    driver.run(documents.set_document_stream_from_id(3, "content of a document"))?;
    let blob = driver.run(documents.get_document_stream(3))?;
    let bytes = match driver {
        Driver::Runtime(runtime) => runtime.block_on(blob.bytes())?,
        Driver::Thread => blocking::wait(blob.bytes())?,
    };
    println!("bytes in and out: {}", bytes.len());
    assert_eq!(&bytes[..], b"content of a document");

    // Archives have columns, not fields: `select` names them.
    let page = driver.run(contacts.get_all().select(["name"]).top(5))?;
    println!(
        "archive page: {} rows",
        page.map_or(0, |page| page.value.unwrap_or_default().len())
    );

    let patch = Patch::merge(serde_json::json!({ "Department": "Research" }));
    let changed = driver.run(contacts.patch_contact_entity(5, &patch))?;
    let department = changed.and_then(|contact| contact.department);
    println!(
        "patch: the department is {}",
        department.unwrap_or_default()
    );

    let faults = driver.run(contacts.validate_contact_entity(&ContactEntity::default()))?;
    println!("dictionary: {} faults", faults.unwrap_or_default().len());
    Ok(())
}
