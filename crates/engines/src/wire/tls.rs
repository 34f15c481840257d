//! What a certificate must prove, by sslmode.
//!
//! | sslmode | the certificate |
//! |---|---|
//! | allow, prefer, require | any will do: the session is private, but nobody knows with whom |
//! | require with sslrootcert | as verify-ca, which is what libpq does |
//! | verify-ca | comes from an authority that is trusted |
//! | verify-full | and names the host |
//!
//! A certificate that stands in the sslrootcert file itself is trusted as it is, so that a self-signed
//! one works without an authority. **The signature of the handshake is verified in every mode.**

use std::path::Path;
use std::sync::Arc;

use dormer_core::engine::{EngineError, ErrorKind};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::address::{Address, Roots, TlsMode};
use super::files;

/// How much a certificate must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Nothing,
    Authority,
    AuthorityAndName,
}

/// Makes what a TLS session to any host of the address needs.
///
/// # Errors
///
/// When the file of authorities cannot be read, or holds none.
pub(super) fn configuration(address: &Address) -> Result<ClientConfig, EngineError> {
    let proof = match (address.tls, &address.roots) {
        (TlsMode::VerifyFull, _) => Proof::AuthorityAndName,
        (TlsMode::VerifyCa, _) | (TlsMode::Require, Roots::File(_)) => Proof::Authority,
        (TlsMode::Disable | TlsMode::Allow | TlsMode::Prefer | TlsMode::Require, _) => {
            Proof::Nothing
        }
    };
    let (roots, trusted) = match proof {
        Proof::Nothing => (RootCertStore::empty(), Vec::new()),
        Proof::Authority | Proof::AuthorityAndName => authorities(&address.roots)?,
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier {
        proof,
        roots,
        trusted,
        provider: Arc::clone(&provider),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            EngineError::new(ErrorKind::Tls, "no TLS here").detail(error.to_string())
        })?;
    let mut configuration = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    configuration.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(configuration)
}

type Authorities = (RootCertStore, Vec<CertificateDer<'static>>);

fn authorities(roots: &Roots) -> Result<Authorities, EngineError> {
    let file = match roots {
        Roots::File(file) => Some(file),
        Roots::Usual(Some(file)) if files::exists(file) => Some(file),
        Roots::Usual(_) | Roots::WellKnown => None,
    };
    match file {
        Some(file) => of_file(file),
        None => {
            let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
            Ok((roots.collect(), Vec::new()))
        }
    }
}

fn of_file(file: &Path) -> Result<Authorities, EngineError> {
    let fail = |what: &str| {
        let message = format!("{what} {}", file.display());
        EngineError::new(ErrorKind::Tls, message)
            .hint("give the certificate of the authority as PEM:  sslrootcert=/path/ca.pem")
    };
    let bytes = files::read(file)
        .map_err(|error| fail("cannot read the certificates of").detail(error.to_string()))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let certificates =
        read.map_err(|error| fail("cannot read the certificates of").detail(error.to_string()))?;
    if certificates.is_empty() {
        return Err(fail("no certificate is in"));
    }
    let mut roots = RootCertStore::empty();
    // One that cannot be an authority may still be the certificate of the server itself.
    roots.add_parsable_certificates(certificates.iter().cloned());
    Ok((roots, certificates))
}

#[derive(Debug)]
struct Verifier {
    proof: Proof,
    roots: RootCertStore,
    /// Trusted as they are.
    trusted: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.proof == Proof::Nothing {
            return Ok(ServerCertVerified::assertion());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if !self.trusted.iter().any(|trusted| trusted == end_entity) {
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots,
                intermediates,
                now,
                self.provider.signature_verification_algorithms.all,
            )?;
        }
        if self.proof == Proof::AuthorityAndName {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
