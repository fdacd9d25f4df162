//! All rows of a list that pass a filter, in the program's own type, page by page as they are needed.

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use superoffice::archive::{PrimaryKey, column};
use superoffice::models::ContactEntity;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

#[derive(Debug, Deserialize)]
struct Company {
    #[serde(rename = "PrimaryKey")]
    key: PrimaryKey,
    name: String,
    #[serde(rename = "orgnr")]
    number: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::builder().page_size(10).start().await?;
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()?;
    for number in 1..=60 {
        let contact = ContactEntity {
            name: Some(format!(
                "{} {number:02}",
                if number % 2 == 0 { "Even" } else { "Odd" }
            )),
            org_nr: Some(number.to_string()),
            ..Default::default()
        };
        client
            .rest()
            .contact()
            .post_contact_entity(&contact)
            .await?;
    }

    let mut companies = client
        .rest()
        .contact()
        .get_all()
        .select(["name", "orgnr"])
        .filter(
            column::text("name")
                .begins("even")
                .and(column::number("contactId").greater(10)),
        )
        .order_by(["name"])
        .items::<Company>();
    let mut found = Vec::new();
    while let Some(company) = companies.try_next().await? {
        let number = company.number.as_deref().unwrap_or("none");
        println!("{}: {}, number {number}", company.key, company.name);
        found.push(company);
    }
    assert_eq!(found.len(), 25);
    let pages = tenant
        .requests()
        .iter()
        .filter(|request| request.method == "GET")
        .count();
    assert_eq!((pages, tenant.violations().len()), (3, 0));
    Ok(())
}
