//! A small HTTP client over a socket, so that the tests see the bytes of the server and nothing in between. It takes a
//! method, a path, headers and a body and returns status, headers and body; it fails where the connection breaks off.

use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// An answer, as it came.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self
            .headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// `ErrorMessage` of the body.
    pub(crate) fn message(&self) -> String {
        self.json()["ErrorMessage"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Sends a request to `url` (`http://127.0.0.1:1234`) with the headers given, each a line.
pub(crate) fn send(
    url: &str,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &[u8],
) -> Result<Reply, Error> {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address)?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes)
}

/// Sends JSON.
pub(crate) fn json(url: &str, method: &str, path: &str, body: &Value) -> Reply {
    send(
        url,
        method,
        path,
        &["Content-Type: application/json"],
        body.to_string().as_bytes(),
    )
    .unwrap()
}

/// Sends no body.
pub(crate) fn plain(url: &str, method: &str, path: &str) -> Reply {
    send(url, method, path, &[], b"").unwrap()
}

fn parse(bytes: &[u8]) -> Result<Reply, Error> {
    let broken = || Error::from(ErrorKind::UnexpectedEof);
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .ok_or_else(broken)?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let body = bytes[end + 4..].to_vec();
    let reply = Reply {
        status,
        headers,
        body,
    };
    let length = reply
        .header("content-length")
        .parse()
        .unwrap_or(reply.body.len());
    if reply.body.len() < length {
        Err(broken())
    } else {
        Ok(reply)
    }
}
