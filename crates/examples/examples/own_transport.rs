//! A transport of your own around the default one: here it counts and logs what is sent. A proxy with its own rules, another
//! HTTP library, a cache or a test double are the same two functions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use superoffice::Body;
use superoffice::prelude::*;
use superoffice::transport::{BoxFuture, HttpTransport, Transport, TransportError};
use superoffice_mock::{Fault, MockTenant};

struct Counting {
    inner: HttpTransport,
    sent: Arc<AtomicUsize>,
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        println!("{number}: {} {}", request.method(), request.uri().path());
        self.inner.send(request)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = MockTenant::start().await?;
    let sent = Arc::new(AtomicUsize::new(0));
    let transport = Counting {
        inner: HttpTransport::new()?,
        sent: Arc::clone(&sent),
    };
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .transport(transport)
        .build()?;

    // The server is busy once: the client waits as long as it says, and tries again.
    tenant.inject(Fault::Status(503, Some("0".to_owned())));
    client.rest().contact().get_all().await?;
    assert_eq!(sent.load(Ordering::Relaxed), 2);
    Ok(())
}
