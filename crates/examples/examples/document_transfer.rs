//! A document's content, up and down, piece by piece: neither way is the whole of it in memory.

use bytes::Bytes;
use futures_util::stream;
use superoffice::Body;
use superoffice::models::DocumentEntity;
use superoffice::prelude::*;
use superoffice_mock::MockTenant;

const PIECE: &[u8] = &[b'.'; 64 * 1024];
const PIECES: usize = 40;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::start().await?;
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()?;
    let documents = client.rest().document();
    let new = DocumentEntity {
        name: Some("report.txt".to_owned()),
        ..Default::default()
    };
    let document = documents
        .post_document_entity(&new)
        .await?
        .ok_or("not saved")?;
    let id = document.document_id.ok_or("no id")?;

    let pieces = (0..PIECES).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(PIECE)));
    let length = u64::try_from(PIECE.len() * PIECES)?;
    let content = Body::stream(stream::iter(pieces), Some(length));
    documents.set_document_stream_from_id(id, content).await?;

    let mut content = documents.get_document_stream(id).await?;
    let media = content
        .media_type()
        .unwrap_or("of an unknown type")
        .to_owned();
    let mut received = 0;
    while let Some(piece) = content.chunk().await? {
        received += u64::try_from(piece.len())?;
    }
    println!("{received} bytes {media} came back");
    assert_eq!(received, length);
    assert_eq!(tenant.violations(), []);
    Ok(())
}
