//! Encryption: TLS 1.2 and 1.3 with ring, certificates checked as the platform does it. Takes further authorities and the client's own
//! certificate as PEM or DER bytes; refuses what it cannot read, and says why where the machine's own authorities cannot be read.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;
use zeroize::Zeroizing;

use crate::error::Error;

/// What a transport trusts and shows besides what every one does.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) roots: Vec<Certificates>,
    pub(super) identity: Option<Identity>,
}

/// Certificates as they were given.
#[derive(Clone)]
pub(super) enum Certificates {
    /// Any number of them.
    Pem(Vec<u8>),
    /// Exactly one.
    Der(Vec<u8>),
}

/// The client's own certificates, its own first, and the key. Never printed.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) chain: Vec<Certificates>,
    pub(super) key: Zeroizing<Vec<u8>>,
    pub(super) key_is_pem: bool,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (form, length) = match self {
            Self::Pem(bytes) => ("PEM", bytes.len()),
            Self::Der(bytes) => ("DER", bytes.len()),
        };
        write!(f, "Certificates({form}, {length} bytes)")
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity([redacted])")
    }
}

/// What rustls needs. The machine's own authorities are read once for all transports that add nothing to them.
pub(super) fn config(settings: &Settings) -> Result<ClientConfig, Error> {
    static PLAIN: OnceLock<ClientConfig> = OnceLock::new();
    if !settings.roots.is_empty() || settings.identity.is_some() {
        return read(settings, verifier(&settings.roots)?);
    }
    if let Some(config) = PLAIN.get() {
        return Ok(config.clone());
    }
    match platform(Vec::new()) {
        Ok(verifier) => {
            let config = read(settings, Arc::new(verifier))?;
            Ok(PLAIN.get_or_init(|| config).clone())
        }
        Err(cause) => read(settings, Arc::new(TrustsNobody::new(cause))),
    }
}

fn read(settings: &Settings, verifier: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let Some(identity) = &settings.identity else {
        return Ok(builder.with_no_client_auth());
    };
    builder
        .with_client_auth_cert(certificates(&identity.chain)?, identity.key()?)
        .map_err(|error| refused(&format!("the client's certificate cannot be used: {error}")))
}

fn verifier(roots: &[Certificates]) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let roots = certificates(roots)?;
    let given = !roots.is_empty();
    match platform(roots) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        Err(error) if given => Err(refused(&error.to_string())),
        Err(error) => Ok(Arc::new(TrustsNobody::new(error))),
    }
}

fn platform(roots: Vec<CertificateDer<'static>>) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(roots, provider())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

impl Identity {
    fn key(&self) -> Result<PrivateKeyDer<'static>, Error> {
        let malformed = || refused("the key of the client's certificate is malformed");
        if self.key_is_pem {
            PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| malformed())
        } else {
            PrivateKeyDer::try_from(self.key.to_vec()).map_err(|_| malformed())
        }
    }
}

fn certificates(given: &[Certificates]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut all = Vec::new();
    for one in given {
        match one {
            Certificates::Pem(pem) => all.extend(from_pem(pem)?),
            Certificates::Der(der) => all.push(from_der(der)?),
        }
    }
    Ok(all)
}

fn from_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| refused(&format!("a certificate is malformed: {error}")))?;
    if certificates.is_empty() {
        return Err(refused("a file of certificates holds no PEM certificate"));
    }
    Ok(certificates)
}

/// A certificate is an ASN.1 sequence; what else is wrong with it is found when it is used.
fn from_der(der: &[u8]) -> Result<CertificateDer<'static>, Error> {
    if der.first() != Some(&0x30) {
        return Err(refused(
            "a certificate is not DER; PEM has a method of its own",
        ));
    }
    Ok(CertificateDer::from(der.to_vec()))
}

fn refused(reason: &str) -> Error {
    Error::InvalidConfiguration {
        reason: reason.to_owned().into(),
    }
}

/// A machine whose authorities cannot be read can still use plain http to itself. Over https it trusts nobody, and says why.
#[derive(Debug)]
struct TrustsNobody {
    cause: rustls::Error,
    provider: Arc<CryptoProvider>,
}

impl TrustsNobody {
    fn new(cause: rustls::Error) -> Self {
        Self {
            cause,
            provider: provider(),
        }
    }

    fn refusal(&self) -> rustls::Error {
        let cause = &self.cause;
        rustls::Error::General(format!(
            "this machine's own authorities cannot be read, so no certificate is trusted: {cause}"
        ))
    }
}

impl ServerCertVerifier for TrustsNobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Err(self.refusal())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(self.refusal())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(self.refusal())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
