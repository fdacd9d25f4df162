//! Archives of the offline tenant as the client reads them: rows of the full mode, kinds of rows, counts, values as they are
//! shown, and aggregates, which are refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use superoffice::archive::{FullRow, InlineCount, Mode, Output};
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

#[tokio::test]
async fn kinds_of_rows_counts_and_values_as_shown() {
    let (tenant, client) = start();
    for name in ["Alder", "Birch"] {
        let contact = ContactEntity {
            name: Some(name.to_owned()),
            no_mailing: Some(true),
            ..Default::default()
        };
        let contacts = client.rest().contact();
        contacts.post_contact_entity(&contact).await.unwrap();
    }
    let archive = || {
        let archive = client.rest().archive();
        archive
            .get_archive_get("FindContact")
            .select(["noMailing"])
            .top(1)
    };
    let page = archive().await.unwrap().unwrap();
    assert_eq!(page.extra.get("odata.count"), None);
    assert_eq!(page.value.unwrap()[0].get("noMailing"), Some(&true.into()));
    for count in [
        InlineCount::Estimate,
        InlineCount::True,
        InlineCount::AllPages,
    ] {
        let page = archive().inline_count(count).await.unwrap().unwrap();
        assert_eq!(page.count(), Some(2), "{count:?}");
    }
    let page = archive()
        .inline_count(InlineCount::False)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(page.extra.get("odata.count"), None);

    let shown = archive().output(Output::Display).await.unwrap().unwrap();
    assert_eq!(
        shown.value.unwrap()[0].get("noMailing"),
        Some(&"true".into())
    );
    let count = |page: superoffice::archive::Page| page.value.unwrap().len();
    let contacts = archive().entities(["person", "contact"]).await.unwrap();
    let persons = archive().entities(["person"]).await.unwrap();
    assert_eq!(
        (contacts.map(count), persons.map(count)),
        (Some(1), Some(0))
    );
    assert_eq!(tenant.violations(), []);
}

#[tokio::test]
async fn aggregates_are_refused_by_name() {
    let (tenant, client) = start();
    let columns = [
        "name",
        "contact.(ticket->cust_id).id",
        "Count(category):Footer",
    ];
    let request = client.rest().contact().get_all().select(columns);
    let error = request.await.unwrap_err().to_string();
    assert!(
        error.contains("aggregates") && error.contains("Count(category)"),
        "{error}"
    );
    assert_eq!(tenant.violations().len(), 1);
}
