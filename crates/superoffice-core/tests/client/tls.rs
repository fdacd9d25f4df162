//! Certificates that must not be trusted, and plain http (R9).

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use superoffice_core::transport::{HttpTransport, TransportErrorKind};
use superoffice_core::{Client, Error, RetryPolicy};

use crate::server::{LIST, json};

/// An authority of this test alone.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a name, and its key.
fn certificate(
    name: &str,
    expired: bool,
    issuer: &Issuer<'_, KeyPair>,
) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    }
    let certificate = params.signed_by(&key, issuer).unwrap();
    (
        certificate.der().clone(),
        PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    )
}

/// A server that answers `1` to everything over TLS; its port.
fn serve(certificate: (CertificateDer<'static>, PrivateKeyDer<'static>)) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.0], certificate.1)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut request = [0; 4096];
            // A client that does not trust this server hangs up.
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(&json("200 OK", "1"));
            }
        }
    });
    port
}

async fn call(port: u16, transport: HttpTransport) -> Result<Option<Value>, Error> {
    let client = Client::builder()
        .base_url(format!("https://localhost:{port}"))
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    client.request::<Option<Value>>(LIST).await
}

fn trusting(pem: &str) -> HttpTransport {
    HttpTransport::builder()
        .no_proxy()
        .root_certificates_pem(pem)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted() {
    let authority = authority();
    let port = serve(certificate("localhost", false, &authority));
    assert_eq!(
        call(port, trusting(&authority.pem())).await.unwrap(),
        Some(Value::from(1))
    );
}

#[tokio::test]
async fn every_other_certificate_is_refused() {
    let (trusted, unknown) = (authority(), authority());
    let own_key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .self_signed(&own_key)
        .unwrap();
    let own = (
        own.der().clone(),
        PrivateKeyDer::try_from(own_key.serialize_der()).unwrap(),
    );
    let table = [
        ("expired", certificate("localhost", true, &trusted)),
        (
            "another host",
            certificate("elsewhere.example", false, &trusted),
        ),
        (
            "unknown authority",
            certificate("localhost", false, &unknown),
        ),
        ("self-signed", own),
    ];
    for (what, certificate) in table {
        let error = call(serve(certificate), trusting(&trusted.pem()))
            .await
            .unwrap_err();
        let Error::Transport { source, .. } = &error else {
            panic!("{what}: {error:?}")
        };
        assert_eq!(source.kind(), TransportErrorKind::Tls, "{what}: {error:?}");
        assert!(!error.is_retryable(), "{what}");
    }
}

/// A server that speaks only what is older than TLS 1.2: it answers with the alert that such a server sends.
#[tokio::test]
async fn an_old_version_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut hello = [0; 4096];
            let _ = stream.read(&mut hello);
            // A server hello of TLS 1.0 that picks a cipher suite of its time.
            let mut server_hello = vec![0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
            server_hello.extend([7; 32]);
            server_hello.extend([0, 0x00, 0x2f, 0]);
            let _ = stream.write_all(&server_hello);
        }
    });
    let error = call(port, trusting(&authority().pem())).await.unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::Tls, "{error:?}");
}

#[test]
fn plain_http_is_for_this_machine_or_allowed() {
    let build = |address: &str, allow: bool| {
        let builder = Client::builder().base_url(address);
        if allow {
            builder.allow_insecure_http().build()
        } else {
            builder.build()
        }
    };
    assert!(build("http://crm.example.com", false).is_err());
    assert!(build("http://crm.example.com", true).is_ok());
    assert!(build("http://127.0.0.1:1", false).is_ok());
}

#[test]
fn malformed_certificates_and_proxies_are_refused() {
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        assert!(
            HttpTransport::builder()
                .root_certificates_pem(pem)
                .build()
                .is_err(),
            "{pem}"
        );
    }
    for proxy in [
        "",
        "socks5://127.0.0.1:1",
        "https://user:canary@127.0.0.1:1",
    ] {
        let error = HttpTransport::builder().proxy(proxy).build().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let good = HttpTransport::builder().proxy("http://user:canary@127.0.0.1:3128");
    assert!(!format!("{good:?}").contains("canary"));
}

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
