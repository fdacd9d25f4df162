//! What a gigabyte costs in memory and time, down and up, through a socket of this machine: `cargo bench -p superoffice-core
//! --bench blob`. Prints the most memory that the process has held before and after each way.

#![allow(
    clippy::unwrap_used,
    reason = "a server of this file that fails is a mistake in this file"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use bytes::Bytes;
use futures_util::stream;
use superoffice_core::{Blob, Body, Client, Error, Operation};

const DOWN: Operation = Operation::get("Thing_Content", "/api/v1/Thing/Content");
const UP: Operation = Operation::put("Thing_SetContent", "/api/v1/Thing/Content");
const PIECE: &[u8] = &[b'x'; 64 * 1024];
const PIECES: u64 = 16 * 1024;
const GIGABYTE: u64 = PIECES * 64 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::builder()
        .base_url(serve())
        .max_blob_bytes(2 * GIGABYTE)
        .build()?;
    tell("before", None);

    let start = Instant::now();
    let mut blob: Blob = client.request(DOWN).await?;
    let mut received = 0;
    while let Some(piece) = blob.chunk().await? {
        received += piece.len() as u64;
    }
    assert_eq!(received, GIGABYTE);
    tell("1 GiB down", Some(start));

    let start = Instant::now();
    let pieces = (0..PIECES).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(PIECE)));
    let body = Body::stream(stream::iter(pieces), Some(GIGABYTE));
    client.request::<()>(UP).binary(body).await?;
    tell("1 GiB up", Some(start));
    Ok(())
}

fn tell(what: &str, start: Option<Instant>) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.map_or("unknown here", str::trim);
    let time = start.map_or_else(String::new, |start| {
        format!(", {:.2} s", start.elapsed().as_secs_f64())
    });
    println!("{what}: most memory so far {peak}{time}");
}

/// A server on this machine that sends a gigabyte, or takes one.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let (mut line, mut is_upload) = (String::new(), false);
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        is_upload |= line.starts_with("PUT");
        while reader.read_line(&mut line).unwrap_or_default() > 2 {
            line.clear();
        }
        if is_upload {
            std::io::copy(&mut (&mut reader).take(GIGABYTE), &mut std::io::sink()).unwrap();
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
                .unwrap();
        } else {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {GIGABYTE}\r\n\r\n").unwrap();
            for _ in 0..PIECES {
                stream.write_all(PIECE).unwrap();
            }
        }
    }
}
