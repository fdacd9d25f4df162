//! Calls over loopback against the offline tenant: `cargo bench -p superoffice-examples --bench loopback`. One call after the other,
//! and 32 at once; beside them the same bytes written to the same server by hand, which is what server and system cost alone,
//! and the same call answered from memory, which is what the client costs alone.

#![allow(
    clippy::unwrap_used,
    reason = "a call of this file that fails is a mistake in this file"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use divan::Bencher;
use futures_util::future::join_all;
use superoffice::Body;
use superoffice::prelude::*;
use superoffice::transport::{BoxFuture, Transport, TransportError};
use superoffice_mock::MockTenant;
use tokio::runtime::Runtime;

const AT_ONCE: usize = 32;

fn main() {
    divan::main();
}

struct Rig {
    runtime: Runtime,
    tenant: MockTenant,
    client: Client,
}

fn rig() -> Rig {
    let runtime = Runtime::new().unwrap();
    let tenant = runtime
        .block_on(MockTenant::builder().invent_entities().start())
        .unwrap();
    let client = Client::builder()
        .base_url(tenant.url())
        .bearer("token")
        .build()
        .unwrap();
    Rig {
        runtime,
        tenant,
        client,
    }
}

async fn call(client: &Client) {
    let person = client
        .rest()
        .person()
        .get_person_entity(7, &Default::default())
        .await;
    assert!(person.unwrap().is_some());
}

#[divan::bench]
fn one_after_the_other(bencher: Bencher<'_, '_>) {
    let rig = rig();
    bencher
        .counter(divan::counter::ItemsCount::new(1_u32))
        .bench_local(|| rig.runtime.block_on(call(&rig.client)));
}

#[divan::bench]
fn thirty_two_at_once(bencher: Bencher<'_, '_>) {
    let rig = rig();
    bencher
        .counter(divan::counter::ItemsCount::new(AT_ONCE))
        .bench_local(|| {
            rig.runtime
                .block_on(join_all((0..AT_ONCE).map(|_| call(&rig.client))))
        });
}

/// The same request as text on one connection, and nothing done with the answer.
#[divan::bench]
fn server_alone(bencher: Bencher<'_, '_>) {
    let rig = rig();
    let address = rig.tenant.url().trim_start_matches("http://").to_owned();
    let host = address.split('/').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    let request = format!(
        "GET /api/v1/Person/7 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer token\r\nAccept: application/json\r\n\r\n"
    );
    let mut buffer = vec![0; 1 << 20];
    bencher
        .counter(divan::counter::ItemsCount::new(1_u32))
        .bench_local(|| {
            stream.write_all(request.as_bytes()).unwrap();
            read_answer(&mut stream, &mut buffer)
        });
}

/// Reads head and body by the length that the head tells; gives the length of both.
fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    loop {
        filled += stream.read(&mut buffer[filled..]).unwrap();
        let text = String::from_utf8_lossy(&buffer[..filled]);
        if let Some(end) = text.find("\r\n\r\n") {
            let head = text[..end].to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if filled >= end + 4 + length {
                return filled;
            }
        }
    }
}

/// Answers every request at once with the same bytes.
struct FromMemory(Bytes);

impl Transport for FromMemory {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let response = http::Response::builder()
            .header("content-type", "application/json")
            .body(Body::from(self.0.clone()))
            .unwrap();
        Box::pin(async { Ok(response) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

#[divan::bench]
fn client_alone(bencher: Bencher<'_, '_>) {
    let rig = rig();
    let person = rig.runtime.block_on(async {
        let request = rig
            .client
            .rest()
            .person()
            .get_person_entity(7, &Default::default());
        serde_json::to_vec(&request.await.unwrap()).unwrap()
    });
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .bearer("token")
        .transport(FromMemory(person.into()))
        .build()
        .unwrap();
    bencher
        .counter(divan::counter::ItemsCount::new(1_u32))
        .bench_local(|| rig.runtime.block_on(call(&client)));
}
