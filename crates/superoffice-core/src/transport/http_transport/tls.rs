//! Encryption: TLS 1.2 and 1.3 with ring, certificates checked as the platform does it.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::Error;

/// The settings, trusting these PEM files besides the machine's own authorities. Those are read once for all transports.
pub(super) fn config(extra_roots: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    static PLAIN: OnceLock<ClientConfig> = OnceLock::new();
    if !extra_roots.is_empty() {
        return read(extra_roots);
    }
    if let Some(config) = PLAIN.get() {
        return Ok(config.clone());
    }
    let config = read(&[])?;
    Ok(PLAIN.get_or_init(|| config).clone())
}

fn read(extra_roots: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error.to_string()))?;
    let roots = extra_roots
        .iter()
        .map(|pem| certificates(pem))
        .collect::<Result<Vec<_>, Error>>()?
        .concat();
    let config = match Verifier::new_with_extra_roots(roots.clone(), provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier)),
        Err(error) if !roots.is_empty() => return Err(refused(&error.to_string())),
        // A machine without authorities can still use plain http to itself; over https it trusts nobody.
        Err(_) => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(config.with_no_client_auth())
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| refused(&format!("a root certificate is malformed: {error}")))?;
    if certificates.is_empty() {
        return Err(refused(
            "a file of root certificates holds no PEM certificate",
        ));
    }
    Ok(certificates)
}

fn refused(reason: &str) -> Error {
    Error::InvalidConfiguration {
        reason: reason.to_owned().into(),
    }
}
