//! Why a connection failed, and whether trying again can help.

use std::error::Error;
use std::io;

use crate::error::Fault;

/// The innermost cause of a failure of the HTTP stack, in words for people.
pub(crate) fn explain(error: &(dyn Error + 'static)) -> Fault {
    let mut innermost = error;
    let mut next = Some(error);
    while let Some(error) = next {
        innermost = error;
        #[cfg(feature = "rustls")]
        if let Some(fault) = error.downcast_ref().and_then(tls::explain) {
            return fault;
        }
        next = within(error);
    }
    let reason = innermost.to_string();
    if reason.ends_with("proxy authorization required") {
        return Fault {
            reason: "the proxy requires a user name and a password (407)".to_owned(),
            is_lasting: true,
            advice: Some(
                "Give the proxy its user name and password in its URL: http://user:password@host:port",
            ),
            ..Fault::default()
        };
    }
    let refuses = reason == "tunnel error: unsuccessful";
    Fault {
        reason: match refuses {
            true => "the proxy refuses to connect to this host".to_owned(),
            false => reason,
        },
        ..Fault::default()
    }
}

/// The cause of an error. `source` of an I/O error skips the error that it wraps, so the wrapped error is read with
/// `get_ref`.
fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    wrapped.map_or_else(|| error.source(), |inner| Some(inner))
}

#[cfg(feature = "rustls")]
mod tls {
    use rustls::pki_types::UnixTime;
    use rustls::{AlertDescription, CertificateError, Error};

    use crate::Timestamp;
    use crate::error::Fault;

    const TRUST: &str = "When a proxy of your company inspects TLS, or the service has a CA of its own, trust that CA with \
                         `ca_certificate` or SSL_CERT_FILE";
    const CLOCK: &str = "Check the endpoint, and the clock of this machine";
    const PORT: &str = "Check the scheme and the port of the endpoint, and any proxy";

    /// Explains an error of TLS that lasts until the configuration or a certificate is corrected; `None` for any other
    /// error.
    pub(super) fn explain(error: &Error) -> Option<Fault> {
        let (reason, advice) = match error {
            Error::InvalidCertificate(certificate) => refused(certificate),
            Error::InvalidMessage(_) => (
                "the server at this address does not use TLS; it may use plain http".to_owned(),
                PORT,
            ),
            Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::PeerIncompatible(_) => (
                "the server at this address does not support TLS 1.2 or 1.3".to_owned(),
                PORT,
            ),
            Error::AlertReceived(
                AlertDescription::CloseNotify
                | AlertDescription::InternalError
                | AlertDescription::UserCanceled,
            ) => return None,
            Error::AlertReceived(alert) => (
                format!("the server at this address refused the TLS handshake ({alert:?})"),
                PORT,
            ),
            Error::NoCertificatesPresented => (
                "the server at this address has no certificate".to_owned(),
                PORT,
            ),
            _ => return None,
        };
        Some(Fault {
            reason,
            is_lasting: true,
            advice: Some(advice),
            ..Fault::default()
        })
    }

    fn refused(error: &CertificateError) -> (String, &'static str) {
        let date = |time: &UnixTime| {
            let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
            Timestamp::from_unix(seconds, 0).unwrap_or(Timestamp::MAX)
        };
        match error {
            CertificateError::UnknownIssuer => (
                "its certificate is signed by a CA that is not trusted here".to_owned(),
                TRUST,
            ),
            CertificateError::BadSignature => (
                "its certificate is not signed by the CA that it names".to_owned(),
                TRUST,
            ),
            CertificateError::Expired => ("its certificate has expired".to_owned(), CLOCK),
            CertificateError::ExpiredContext { not_after, .. } => (
                format!("its certificate expired at {}", date(not_after)),
                CLOCK,
            ),
            CertificateError::NotValidYet => ("its certificate is not valid yet".to_owned(), CLOCK),
            CertificateError::NotValidYetContext { not_before, .. } => (
                format!("its certificate is not valid before {}", date(not_before)),
                CLOCK,
            ),
            CertificateError::NotValidForName => (
                "its certificate is for another host".to_owned(),
                "Check the endpoint",
            ),
            CertificateError::NotValidForNameContext { presented, .. } => {
                // rustls writes each name as `DnsName("…")`.
                let bare = |name: &String| {
                    let name = name.strip_prefix("DnsName(\"").unwrap_or(name);
                    name.trim_end_matches("\")").to_owned()
                };
                let mut names = presented.iter().map(bare).collect::<Vec<_>>().join(", ");
                if names.is_empty() {
                    names.push_str("no host at all");
                }
                (
                    format!("its certificate is for {names}"),
                    "Check the endpoint",
                )
            }
            // This error type of rustls is private, so its `Debug` text is the only way to recognise it.
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => (
                "its certificate is a CA certificate, which is not valid for a server".to_owned(),
                TRUST,
            ),
            other => (format!("its certificate was refused ({other})"), TRUST),
        }
    }
}
