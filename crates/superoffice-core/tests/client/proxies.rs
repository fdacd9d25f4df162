//! Proxies: what they see of a call, that calls go through them, and those of the environment.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use superoffice_core::transport::HttpTransport;
use superoffice_core::{Client, Error, RetryPolicy};

use crate::environment::in_environment;
use crate::server::{LIST, Server, json};
use crate::tls::{authority, call, certificate, serve};

/// A proxy sees where to connect to, and gets the credentials for itself only.
#[tokio::test]
async fn a_proxy_is_asked_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let transport = HttpTransport::builder()
        .proxy(format!("http://Aladdin:opensesame@{address}"))
        .build()
        .unwrap();
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .bearer("canary")
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    let seen = proxy.join().unwrap();
    assert!(
        seen.starts_with("CONNECT crm.example.com:443 HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(
        seen.to_ascii_lowercase()
            .contains("proxy-authorization: basic "),
        "{seen}"
    );
    assert!(!seen.contains("canary"));
}

/// A proxy that does what it is asked to; the heads of the requests it got.
fn tunnel() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heads);
    std::thread::spawn(move || {
        for mut here in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                here.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let target = head.split(' ').nth(1).unwrap().to_owned();
            log.lock().unwrap().push(head);
            let mut there = TcpStream::connect(target).unwrap();
            here.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .unwrap();
            let (mut from, mut to) = (here.try_clone().unwrap(), there.try_clone().unwrap());
            // Whichever side goes first ends both.
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Both);
            });
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut there, &mut here);
                let _ = here.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    (address, heads)
}

/// Calls through a proxy succeed, over https and over http; the proxy sees where to, and over https no more than that.
#[tokio::test]
async fn a_call_goes_through_a_proxy() {
    let (address, heads) = tunnel();
    let authority = authority();
    let port = serve(certificate("localhost", false, &authority));
    let transport = HttpTransport::builder()
        .proxy(format!("http://Aladdin:opensesame@{address}"))
        .root_certificates_pem(authority.pem())
        .build()
        .unwrap();
    assert_eq!(
        call(port, transport.clone()).await.unwrap(),
        Some(Value::from(1))
    );
    let plain = Server::always(json("200 OK", "2"));
    let client = plain
        .builder()
        .transport(transport)
        .bearer("canary")
        .build()
        .unwrap();
    let value = client.request::<Option<Value>>(LIST).await.unwrap();
    assert_eq!(value, Some(Value::from(2)));
    let received = plain.received();
    assert_eq!(received[0].line(), "GET /api/v1/Thing");
    assert_eq!(received[0].header("proxy-authorization"), None);
    let heads = heads.lock().unwrap();
    assert_eq!(heads.len(), 2);
    assert!(heads[0].starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\n")));
    for head in heads.iter() {
        let head = head.to_ascii_lowercase();
        assert!(head.contains("proxy-authorization: basic qwxhzgrpbjpvcgvuc2vzyw1l"));
        assert!(!head.contains("canary"));
    }
}

#[test]
fn a_proxy_of_the_environment_that_cannot_be_used_is_refused_at_once() {
    let built = |variables: &[(&str, &str)]| {
        let printed = in_environment("proxies::child_builds_a_client", variables);
        let line = printed.lines().find(|line| line.contains("built: "));
        line.expect(&printed).to_owned()
    };
    for (name, address) in [
        ("HTTPS_PROXY", "socks5://user:canary@127.0.0.1:1"),
        ("ALL_PROXY", "https://user:canary@proxy.example.com:1"),
        ("all_proxy", "socks5h://127.0.0.1:1"),
    ] {
        let line = built(&[(name, address)]);
        assert!(line.contains("only proxies at http://"), "{name}: {line}");
        assert!(!line.contains("canary"), "{line}");
    }
    for variables in [
        &[("HTTPS_PROXY", "http://proxy.example.com:3128")][..],
        &[("HTTPS_PROXY", "socks5://127.0.0.1:1"), ("NO_PROXY", "*")],
    ] {
        assert!(built(variables).contains("built: fine"), "{variables:?}");
    }
}

/// The environment may hide such a proxy from the look at it; then the call is refused, and nothing is sent around it.
#[test]
fn a_proxy_that_was_not_seen_is_refused_by_the_call() {
    let variables = [
        ("ALL_PROXY", "socks5://user:canary@127.0.0.1:1"),
        ("NO_PROXY", "invalid"),
    ];
    let printed = in_environment("proxies::child_calls", &variables);
    let line = printed.lines().find(|line| line.contains("called: "));
    let line = line.expect(&printed);
    assert!(line.contains("only proxies at http://"), "{line}");
    assert!(!line.contains("canary"), "{line}");
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn child_calls() {
    let client = Client::builder()
        .base_url("https://crm.example.com")
        .retry(superoffice_core::RetryPolicy::never())
        .build()
        .unwrap();
    let call = client.request::<()>(crate::server::LIST).send_blocking();
    println!("called: {:?}", call.map(drop).unwrap_err());
}

#[test]
#[ignore = "run by another test in a process of its own"]
fn child_builds_a_client() {
    let built = Client::builder()
        .base_url("https://crm.example.com")
        .build();
    let outcome = built.map_or_else(|error| error.to_string(), |_| "fine".to_owned());
    println!("built: {outcome}");
}
