//! A small compressed answer that stands for a gigabyte, in a process of its own, so that its memory can be told.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::Value;
use superoffice_core::{Client, Error, Operation};

const LIST: Operation = Operation::get("Thing_List", "/api/v1/Thing");
const MEGABYTE: usize = 1024 * 1024;

/// A gigabyte of spaces in gzip: about one megabyte.
fn bomb() -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let spaces = vec![b' '; MEGABYTE];
    for _ in 0..1024 {
        encoder.write_all(&spaces)?;
    }
    encoder.finish()
}

/// Highest memory of this process so far, in bytes; where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes * 1024)
}

#[test]
fn a_gigabyte_in_a_megabyte_is_refused_without_being_unpacked()
-> Result<(), Box<dyn std::error::Error>> {
    let bomb = bomb()?;
    assert!(bomb.len() < 2 * MEGABYTE);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || -> std::io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        let mut request = [0; 4096];
        let _ = stream.read(&mut request)?;
        let length = bomb.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        )?;
        stream.write_all(&bomb)
    });
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .build()?;
    let result = client.request::<Option<Value>>(LIST).send_blocking();
    assert!(
        matches!(
            result,
            Err(Error::BodyTooLarge {
                limit: 67_108_864,
                ..
            })
        ),
        "{result:?}"
    );
    match peak() {
        Some(bytes) => assert!(bytes < 128 * 1024 * 1024, "{} MiB", bytes / 1024 / 1024),
        None => eprintln!("skipped: this system does not tell how much memory was used"),
    }
    Ok(())
}
