//! The trusted authorities, and the errors of the TLS handshake.

use std::io;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, ClientConfig, Error as TlsError};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;

use crate::error::{ErrorKind, KafkaError};

/// Makes a TLS connector that trusts the authorities of the operating system, and in addition those in a PEM text.
pub(crate) fn connector(authorities: Option<&[u8]>) -> Result<TlsConnector, KafkaError> {
    let invalid = |message: String| KafkaError::new(ErrorKind::Invalid, message);
    let setup = |error: TlsError| invalid(format!("TLS could not be set up: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let extra = CertificateDer::pem_slice_iter(authorities.unwrap_or_default())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| invalid(format!("the CA certificates are not readable PEM: {error}")))?;
    if authorities.is_some() && extra.is_empty() {
        let message = "the CA file contains no PEM certificate";
        return Err(invalid(message.to_owned()));
    }
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(setup)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(setup)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The error for a failed TLS handshake. An error of rustls itself is final. A connection that breaks during the handshake is a
/// temporary error, because the broker may be shutting down.
pub(crate) fn refused(error: &io::Error) -> KafkaError {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<TlsError>());
    let words = match tls {
        None if error.kind() != io::ErrorKind::InvalidData => {
            return KafkaError::passing(format!(
                "the connection broke off during the TLS handshake ({error}); either the broker is shutting down, or this port does \
                 not use TLS"
            ));
        }
        Some(TlsError::InvalidCertificate(reason)) => match reason {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "its certificate is signed by an authority that is not trusted here; if a proxy inspects TLS, trust the \
                 authority of that proxy"
                    .to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name; give the name that the certificate has".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired, or the clock of this machine is wrong".to_owned()
            }
            reason => format!("its certificate is refused: {reason:?}"),
        },
        Some(TlsError::InvalidMessage(_)) => {
            "the server at this address does not use TLS".to_owned()
        }
        _ => format!("the TLS handshake failed: {error}"),
    };
    KafkaError::new(ErrorKind::Tls, words)
}
