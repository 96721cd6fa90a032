//! TLS by rustls: the trusted certificates, and the cryptography provider.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::BuildError;

/// The certificates in PEM text. An error when one of them cannot be trusted as a CA.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let refuse =
        |reason: String| BuildError::new(format!("the CA certificate cannot be used: {reason}"));
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refuse(format!("it is not PEM text ({error})")))?;
    if certificates.is_empty() {
        return Err(refuse(
            "it has no section -----BEGIN CERTIFICATE-----".to_owned(),
        ));
    }
    for certificate in &certificates {
        let mut store = RootCertStore::empty();
        store
            .add(certificate.clone())
            .map_err(|error| refuse(error.to_string()))?;
    }
    Ok(certificates)
}

/// TLS settings that trust the certificates of the operating system, and `extra`. Reads the certificate store, which
/// takes some milliseconds.
pub(super) fn config(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, BuildError> {
    let provider = provider();
    let verifier = Verifier::new_with_extra_roots(extra.iter().cloned(), Arc::clone(&provider))
        .map_err(|error| unusable(&error))?;
    Ok(with(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// TLS settings for a client that uses only plain http: the settings trust no certificate, and no file is read.
pub(super) fn unused() -> Result<ClientConfig, BuildError> {
    Ok(with(provider())?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// The cryptography for TLS: the provider that the program has installed for the whole process. When there is none,
/// this library uses ring, and installs nothing.
fn provider() -> Arc<CryptoProvider> {
    CryptoProvider::get_default().map_or_else(
        || Arc::new(rustls::crypto::ring::default_provider()),
        Arc::clone,
    )
}

fn with(
    provider: Arc<CryptoProvider>,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, BuildError> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))
}

/// The error when TLS cannot be set up. A certificate store that the environment names and that cannot be read looks
/// empty, so the message names the variables.
fn unusable(error: &rustls::Error) -> BuildError {
    let named: Vec<_> = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some())
        .collect();
    let from = if named.is_empty() {
        String::new()
    } else {
        format!(
            " (certificates are read from the path in {})",
            named.join(" and ")
        )
    };
    BuildError::new(format!("TLS could not be set up: {error}{from}"))
}
