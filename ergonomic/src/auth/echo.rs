//! Removes the credentials from answers that repeat them, as a debugging proxy may.

use base64::Engine as _;
use bytes::Bytes;
use zeroize::Zeroizing;

use super::Authorization;

/// The replacement for a secret.
const BLANK: &str = "[redacted]";
/// Shorter texts can occur by chance; no secret of the service is this short.
const SHORTEST: usize = 8;

/// The texts that must not be repeated.
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    /// The token in the header; for HTTP Basic also the secret inside it.
    pub(super) fn of(authorization: &Authorization) -> Self {
        let (_, token) = authorization.0.split_once(' ').unwrap_or_default();
        let pair = base64::engine::general_purpose::STANDARD.decode(token);
        let pair = Zeroizing::new(pair.unwrap_or_default());
        let secret = std::str::from_utf8(&pair).unwrap_or_default();
        let secret = secret.split_once(':').unwrap_or_default().1;
        let texts = [token, secret].into_iter().flat_map(|text| {
            // Some JSON writers escape slashes.
            let escaped = text.replace('/', "\\/");
            [Zeroizing::new(text.to_owned()), Zeroizing::new(escaped)]
        });
        Self(texts.filter(|text| text.len() >= SHORTEST).collect())
    }

    /// The text without the secrets.
    pub(crate) fn blank(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| {
            if text.contains(secret.as_str()) {
                text.replace(secret.as_str(), BLANK)
            } else {
                text
            }
        })
    }

    /// The body without the secrets, also without the beginning of a secret at which the body was cut.
    pub(crate) fn blank_bytes(&self, mut body: Bytes) -> Bytes {
        for secret in &self.0 {
            let secret = secret.as_bytes();
            let mut clean = Vec::new();
            let mut rest = body.as_ref();
            while let Some(at) = rest.windows(secret.len()).position(|w| w == secret) {
                clean.extend_from_slice(&rest[..at]);
                clean.extend_from_slice(BLANK.as_bytes());
                rest = &rest[at + secret.len()..];
            }
            let cut = (SHORTEST..secret.len()).rev();
            let cut = cut.map(|length| &secret[..length]);
            let cut = cut.into_iter().find_map(|start| rest.strip_suffix(start));
            clean.extend_from_slice(cut.unwrap_or(rest));
            if cut.is_some() {
                clean.extend_from_slice(BLANK.as_bytes());
            }
            if clean != body {
                body = clean.into();
            }
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::super::Authorization;

    #[test]
    fn secrets_are_blanked_however_they_are_written() {
        let secrets = Authorization::basic("KEY", "s3cr3t/hunter2???").secrets();
        let encoded = "S0VZOnMzY3IzdC9odW50ZXIyPz8/";
        let text = format!(
            "Basic {encoded} {} s3cr3t/hunter2??? s3cr3t\\/hunter2??? KEY",
            encoded.replace('/', "\\/")
        );
        let clean = "Basic [redacted] [redacted] [redacted] [redacted] KEY";
        assert_eq!(secrets.blank(text.clone()), clean);
        assert_eq!(secrets.blank_bytes(text.into()), clean);
        let cut = format!("Basic {}", &encoded[..12]);
        assert_eq!(secrets.blank_bytes(cut.into()), "Basic [redacted]");
        let bearer = Authorization::bearer("header.payload").secrets();
        assert_eq!(bearer.blank("x header.payload".into()), "x [redacted]");
    }
}
