//! Reading an entity from a newer server, changing one field and saving it: the server receives everything else as it sent
//! it, unknown properties, unknown enum values, explicit nulls and dates in all forms included. That the same holds for every
//! type that can be saved is in `all/saves.rs`; here the whole way is gone for the entities that people save most.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use superoffice::prelude::*;
use superoffice_mock::{MockTenant, NEWER_PROPERTY};

/// Reads, changes `$field` and saves; returns what was read and what the tenant received.
macro_rules! round_trip {
    ($tenant:ident, $client:ident, $agent:ident, $get:ident, $save:ident, $field:ident) => {{
        let agent = $client.agents().$agent();
        let read = agent
            .$get(7)
            .returning::<Option<Value>>()
            .await
            .unwrap()
            .unwrap();
        let mut entity = agent.$get(7).await.unwrap().unwrap();
        entity.$field = Some("changed".to_owned());
        agent.$save(&entity).await.unwrap();
        let request = $tenant.requests().pop().unwrap();
        let received: Value = serde_json::from_slice(&request.body).unwrap();
        (read, received)
    }};
}

#[tokio::test]
async fn only_the_changed_field_changes() {
    let tenant = MockTenant::builder()
        .invent_entities()
        .newer_server()
        .start()
        .await
        .unwrap();
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()
        .unwrap();
    let trips = [
        (
            "Name",
            round_trip!(
                tenant,
                client,
                contact,
                get_contact_entity,
                save_contact_entity,
                name
            ),
        ),
        (
            "Lastname",
            round_trip!(
                tenant,
                client,
                person,
                get_person_entity,
                save_person_entity,
                lastname
            ),
        ),
        (
            "Description",
            round_trip!(
                tenant,
                client,
                appointment,
                get_appointment_entity,
                save_appointment_entity,
                description
            ),
        ),
        (
            "Description",
            round_trip!(
                tenant,
                client,
                document,
                get_document_entity,
                save_document_entity,
                description
            ),
        ),
        (
            "Description",
            round_trip!(
                tenant,
                client,
                project,
                get_project_entity,
                save_project_entity,
                description
            ),
        ),
        (
            "Heading",
            round_trip!(
                tenant,
                client,
                sale,
                get_sale_entity,
                save_sale_entity,
                heading
            ),
        ),
    ];
    for (field, (mut read, received)) in trips {
        assert!(read[NEWER_PROPERTY].is_object());
        assert_ne!(read[field], "changed");
        read[field] = "changed".into();
        assert_eq!(received, read);
    }
    assert_eq!(tenant.violations(), []);
}
