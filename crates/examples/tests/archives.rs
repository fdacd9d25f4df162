//! Archives of the offline tenant as the client reads them: rows of the full mode.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use superoffice::archive::{FullRow, Mode};
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

fn start() -> (MockTenant, Client) {
    let tenant = MockTenant::start_blocking().unwrap();
    let builder = Client::builder().base_url(tenant.url()).bearer("token");
    let client = builder.build().unwrap();
    (tenant, client)
}

#[tokio::test]
async fn rows_of_the_full_mode_have_cells() {
    let (tenant, client) = start();
    let contacts = client.rest().contact();
    let contact = ContactEntity {
        name: Some("Alder".to_owned()),
        ..Default::default()
    };
    contacts.post_contact_entity(&contact).await.unwrap();
    let request = contacts.get_all().select(["name", "xstop", "number1"]);
    let mut rows = request.mode(Mode::Full).items::<FullRow>();
    let row = rows.next().await.unwrap().unwrap();
    assert_eq!(row.primary_key, Some(1.into()));
    assert_eq!(row.entity_name.as_deref(), Some("contact"));
    assert_eq!(row.extra.len(), 0, "{row:?}");
    let cells = row.column.unwrap();
    assert_eq!(cells.len(), 3, "{cells:?}");
    assert_eq!(
        cells.get("xstop").unwrap().display_value.as_deref(),
        Some("")
    );
    let name = cells.get("name").unwrap();
    assert_eq!(name.raw_value, Some("Alder".into()));
    assert_eq!(name.display_value.as_deref(), Some("Alder"));
    assert_eq!(name.link_hint.as_deref(), Some(""));
    assert_eq!(name.tooltip_hint.as_deref(), Some(""));
    assert_eq!(name.extra.len(), 0, "{name:?}");
    assert_eq!(cells.get("number1").unwrap().raw_value, None);
    assert!(rows.next().await.is_none());
    assert_eq!(tenant.violations(), []);
}
