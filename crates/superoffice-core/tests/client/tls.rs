//! Certificates that must not be trusted, and plain http.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use superoffice_core::transport::{HttpTransport, TransportErrorKind};
use superoffice_core::{Client, Error, RetryPolicy};

use crate::environment::in_environment;
use crate::server::{LIST, POST, Server, json, response};

/// An authority of this test alone.
pub(crate) fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a name, and its key.
pub(crate) fn certificate(
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
pub(crate) fn serve(certificate: (CertificateDer<'static>, PrivateKeyDer<'static>)) -> u16 {
    serve_to(certificate, None, json("200 OK", "1"))
}

/// The same with another answer, and maybe to clients with a certificate of an authority only.
fn serve_to(
    certificate: (CertificateDer<'static>, PrivateKeyDer<'static>),
    clients: Option<&CertificateDer<'static>>,
    answer: Vec<u8>,
) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(authority.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let config = builder
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
                let _ = stream.write_all(&answer);
            }
        }
    });
    port
}

pub(crate) async fn call(port: u16, transport: HttpTransport) -> Result<Option<Value>, Error> {
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

/// From https to plain http, where the credentials could be read on the way.
#[tokio::test]
async fn no_redirect_leads_out_of_encryption() {
    let authority = authority();
    let plain = Server::always(json("200 OK", "1"));
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/api/v1/Thing\r\n", plain.address);
        let answer = response(&format!("{status} Moved"), &location, "");
        let port = serve_to(certificate("localhost", false, &authority), None, answer);
        for operation in [LIST, POST] {
            let client = Client::builder()
                .base_url(format!("https://localhost:{port}"))
                .transport(trusting(&authority.pem()))
                .bearer("canary")
                .build()
                .unwrap();
            let result = client.request::<Option<Value>>(operation).await;
            let Err(Error::Redirect { location, .. }) = &result else {
                panic!("{status}: {result:?}")
            };
            assert_eq!(*location, format!("{}/api/v1/Thing", plain.address));
        }
    }
    assert_eq!(plain.connections(), 0);
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

/// Only where the platform's authorities are files can they be taken away.
#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_authorities_says_so() {
    let nothing = [
        ("SSL_CERT_FILE", "/nonexistent/file.pem"),
        ("SSL_CERT_DIR", "/nonexistent"),
    ];
    let printed = in_environment("tls::child_calls_over_tls", &nothing);
    assert!(
        printed.contains("own authorities cannot be read"),
        "{printed}"
    );
}

#[tokio::test]
#[ignore = "run by another test in a process of its own"]
async fn child_calls_over_tls() {
    let port = serve(certificate("localhost", false, &authority()));
    let transport = HttpTransport::builder().no_proxy().build().unwrap();
    let error = call(port, transport).await.unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::Tls);
    println!("{error:?}");
}

#[tokio::test]
async fn a_client_shows_its_certificate_where_it_is_asked_for() {
    let (servers, clients) = (authority(), authority());
    let port = serve_to(
        certificate("localhost", false, &servers),
        Some(clients.der()),
        json("200 OK", "1"),
    );
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["client".to_owned()])
        .unwrap()
        .signed_by(&key, &clients)
        .unwrap();
    let builder = || {
        HttpTransport::builder()
            .no_proxy()
            .root_certificate_der(servers.der().to_vec())
    };
    let pem = builder().client_identity_pem(own.pem(), key.serialize_pem());
    let der = builder().client_identity_der([own.der().to_vec()], key.serialize_der());
    for identified in [pem, der] {
        let shown = format!("{identified:?}");
        assert!(shown.contains("[redacted]") && shown.len() < 300, "{shown}");
        let answer = call(port, identified.build().unwrap()).await.unwrap();
        assert_eq!(answer, Some(Value::from(1)));
    }
    let anonymous = call(port, builder().build().unwrap()).await;
    assert!(anonymous.is_err());
    for broken in [
        builder().client_identity_pem("", key.serialize_pem()),
        builder().client_identity_pem(own.pem(), ""),
        builder().client_identity_pem(own.pem(), KeyPair::generate().unwrap().serialize_pem()),
        builder().client_identity_der([own.der().to_vec()], vec![1, 2, 3]),
        builder().client_identity_der([own.pem().into_bytes()], key.serialize_der()),
        builder().root_certificate_der(servers.pem()),
    ] {
        let error = broken.build().unwrap_err();
        assert!(
            matches!(error, Error::InvalidConfiguration { .. }),
            "{error:?}"
        );
    }
}

/// A queue that is full, so that no connection is made and none is refused.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_is_not_made_in_time_is_given_up() {
    let (port, _full) = crate::faults::full_queue();
    let transport = HttpTransport::builder()
        .no_proxy()
        .connect_timeout(std::time::Duration::from_millis(300))
        .build()
        .unwrap();
    let client = Client::builder()
        .base_url(format!("http://127.0.0.1:{port}"))
        .transport(transport)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let start = std::time::Instant::now();
    let error = client.request::<Option<Value>>(LIST).await.unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(source.kind(), TransportErrorKind::Connect, "{error:?}");
    let elapsed = start.elapsed().as_millis();
    assert!((290..2000).contains(&elapsed), "{elapsed} ms");
}
