//! The verb `mock` with all its options, as a process: what it prints, what it accepts, what it answers, what it refuses.

#![cfg(feature = "mock")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Running {
    process: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn mock(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(["mock", "--addr", "127.0.0.1:0"])
        .args(options);
    command
}

impl Running {
    fn start(options: &[&str]) -> Self {
        let mut process = mock(options).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line
            .strip_prefix("listening on http://")
            .unwrap()
            .to_owned();
        // What it prints is read on, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    /// Status and body.
    fn get(&self, path: &str, header: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{header}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
    }
}

#[test]
fn credentials_tenant_rows_and_faults() {
    let running = Running::start(&[
        "--basic",
        "anna:secret",
        "--bearer",
        "8A:one",
        "--bearer",
        "8A:two",
        "--ticket",
        "7T:x",
        "--xsrf",
        "y",
        "--app-token",
        "app",
        "--customer",
        "Cust7",
        "--seed",
        "5",
        "--page-size",
        "2",
        "--fault",
        "429; retry-after=1; on=/person; every=2",
        "--fault",
        "latency=1",
    ]);
    let contacts = "/Cust7/api/v1/Contact?$select=name";
    for (header, expected) in [
        ("Authorization: Basic YW5uYTpzZWNyZXQ=", 200),
        ("Authorization: Bearer 8A:one", 200),
        ("Authorization: Bearer 8A:two", 200),
        ("Authorization: SoTicket 7T:x\r\nSO-AppToken: app", 200),
        ("X-XSRF-TOKEN: y", 200),
        ("Authorization: SoTicket 7T:x", 401),
        ("Authorization: Bearer 8A:three", 401),
        ("X: y", 401),
    ] {
        assert_eq!(running.get(contacts, header).0, expected, "{header}");
    }
    let known = "X-XSRF-TOKEN: y";
    let (_, page) = running.get(contacts, known);
    assert_eq!(page.matches("PrimaryKey").count(), 2, "{page}");
    let persons = || running.get("/api/v1/Person/1", known).0;
    assert_eq!([persons(), persons(), persons()], [200, 429, 200]);
    let (_, state) = running.get("/api/state/Cust7", "X: y");
    assert!(state.contains("\"IsRunning\":true"), "{state}");
}

#[test]
fn answers_of_another_kind() {
    let running = Running::start(&["--lenient", "--newer-server", "--invent"]);
    let (status, contact) = running.get("/api/v1/Contact/77?unknown=1", "X: y");
    assert_eq!(status, 200, "{contact}");
    assert!(contact.contains("AddedByNewerServer"), "{contact}");
}

/// Who started it may stop to read what it prints.
#[test]
fn a_reader_that_went_away_stops_nothing() {
    let mut process = mock(&[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    let address = line
        .trim_end()
        .strip_prefix("listening on http://")
        .unwrap();
    let running = Running {
        process,
        address: address.to_owned(),
    };
    for _ in 0..3 {
        assert_eq!(running.get("/api/v1/Contact/default", "X: y").0, 200);
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (options, expected) in [
        (["--basic", "anna"], "a colon is missing"),
        (
            ["--fault", "sometimes"],
            "`sometimes` is no fault; one is latency=MS",
        ),
        (["--seed", "many"], "invalid digit"),
    ] {
        let output = mock(&options).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && text.contains(expected),
            "{options:?}: {text}"
        );
    }
}
