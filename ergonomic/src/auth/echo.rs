//! Removes the credentials from answers that repeat them, such as those of a debugging proxy.

use base64::Engine as _;
use bytes::Bytes;
use zeroize::Zeroizing;

use super::Authorization;

/// The text that replaces a secret.
const BLANK: &str = "[redacted]";
/// The shortest secret that is removed, in bytes. A shorter text can occur by chance, and no secret of the service is
/// that short.
const SHORTEST: usize = 8;
/// No text of the service's data that is this long repeats a secret by chance.
const LONG: usize = 16;
/// The longest escape of one character that is read, in bytes.
const LONGEST_ESCAPE: usize = 12;

/// The texts that no message or log may repeat.
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    /// The secrets in an `Authorization` header: the token, and for HTTP Basic also the API secret inside the token.
    pub(super) fn of(authorization: &Authorization) -> Self {
        let (_, token) = authorization.0.split_once(' ').unwrap_or_default();
        let pair = base64::engine::general_purpose::STANDARD.decode(token);
        let pair = Zeroizing::new(pair.unwrap_or_default());
        let secret = std::str::from_utf8(&pair).unwrap_or_default();
        let secret = secret.split_once(':').unwrap_or_default().1;
        let texts = [token.trim_end_matches('='), secret];
        let texts = texts.into_iter().filter(|text| text.len() >= SHORTEST);
        Self(texts.map(|text| Zeroizing::new(text.to_owned())).collect())
    }

    /// The secrets that can be removed from data: nothing else in it is taken for one of them.
    pub(crate) fn long(&self) -> Self {
        let long = self.0.iter().filter(|text| text.len() >= LONG);
        Self(long.cloned().collect())
    }

    /// Whether the body repeats a secret.
    pub(crate) fn are_in(&self, body: &[u8]) -> bool {
        self.blanked(body).is_some()
    }

    /// The text without the secrets.
    pub(crate) fn blank(&self, text: String) -> String {
        match self.blanked(text.as_bytes()) {
            Some(clean) => String::from_utf8_lossy(&clean).into_owned(),
            None => text,
        }
    }

    /// The body without the secrets. When the body was cut within a secret, the beginning of that secret is removed
    /// too.
    pub(crate) fn blank_bytes(&self, body: Bytes) -> Bytes {
        self.blanked(&body).map_or(body, Bytes::from)
    }

    /// The text without the secrets; `None` when it has none.
    fn blanked(&self, text: &[u8]) -> Option<Vec<u8>> {
        let (mut clean, mut copied, mut at) = (Vec::new(), 0, 0);
        while at < text.len() {
            let secrets = self.0.iter();
            let lengths = secrets.filter_map(|secret| length_of(secret.as_bytes(), &text[at..]));
            let Some(length) = lengths.max() else {
                at += 1;
                continue;
            };
            clean.extend_from_slice(&text[copied..at]);
            clean.extend_from_slice(BLANK.as_bytes());
            at += length;
            copied = at;
        }
        clean.extend_from_slice(&text[copied..]);
        (copied > 0).then_some(clean)
    }
}

/// The length of `secret` at the beginning of `text`, however its characters are written; `None` when the text does not
/// begin with it. A secret that is cut by the end of the text is found too.
fn length_of(secret: &[u8], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for (matched, wanted) in secret.iter().enumerate() {
        let rest = &text[at..];
        at += match character(rest) {
            _ if rest.first() == Some(wanted) => 1,
            Some((found, length)) if is_same(found, *wanted) => length,
            None if matched >= SHORTEST => return Some(text.len()),
            _ => return None,
        };
    }
    Some(at)
}

/// Whether `found` stands for `wanted`: the same character, its counterpart in the other alphabet of base64, or a space
/// for a `+` that was decoded as in a form.
fn is_same(found: u8, wanted: u8) -> bool {
    found == wanted || matches!((wanted, found), (b'+', b'-' | b' ') | (b'/', b'_'))
}

/// The first character of the text, and its length in bytes. The character may be escaped as in JSON, in a URL or in
/// HTML, in JSON and URLs more than once. `None` at the end of the text, which may cut an escape.
fn character(text: &[u8]) -> Option<(u8, usize)> {
    let plain = (*text.first()?, 1);
    let near = &text[..text.len().min(LONGEST_ESCAPE)];
    let number = |start: usize, end: usize, radix: u32| {
        let digits = std::str::from_utf8(near.get(start..end)?).ok()?;
        Some((u8::from_str_radix(digits, radix).ok()?, end))
    };
    let escaped = match plain.0 {
        b'\\' => {
            let at = near.iter().position(|byte| *byte != b'\\');
            at.and_then(|at| match near[at..] {
                [b'u', b'0', b'0', ..] => number(at + 3, at + 5, 16),
                [b'u', ..] => None,
                _ => Some((near[at], at + 1)),
            })
        }
        b'%' => {
            let again = near[1..].chunks(2).take_while(|two| two == b"25").count();
            number(1 + 2 * again, 3 + 2 * again, 16)
        }
        b'&' => {
            let end = near.iter().position(|byte| *byte == b';');
            end.and_then(|end| {
                number(3, end, 16)
                    .filter(|_| near[2].eq_ignore_ascii_case(&b'x'))
                    .or_else(|| number(2, end, 10))
            })
            .map(|(byte, end)| (byte, end + 1))
        }
        _ => return Some(plain),
    };
    escaped.or_else(|| (near.len() == LONGEST_ESCAPE).then_some(plain))
}

#[cfg(test)]
mod tests {
    use super::super::Authorization;

    #[test]
    fn secrets_are_blanked_however_they_are_written() {
        let secrets = Authorization::basic("KEY", "s3cr3t/hunter2???+").secrets();
        let encoded = "S0VZOnMzY3IzdC9odW50ZXIyPz8/Kw";
        let escape = |slash: &str| encoded.replace('/', slash);
        let clean = "Basic [redacted] KEY";
        for text in [
            encoded.to_owned(),
            escape("\\/"),
            escape("\\\\/"),
            escape("\\u002f"),
            escape("\\\\u002F"),
            escape("%2F"),
            escape("%252f"),
            escape("&#47;"),
            escape("&#x2F;"),
            escape("_"),
            "s3cr3t/hunter2???+".to_owned(),
            "s3cr3t\\/hunter2???\\u002b".to_owned(),
            "s3cr3t%2Fhunter2%3F%3f%3F ".to_owned(),
        ] {
            let text = format!("Basic {text} KEY");
            assert_eq!(secrets.blank(text.clone()), clean, "{text}");
            assert_eq!(secrets.blank_bytes(text.into()), clean);
        }
        // The end of a body may cut the secret, or the escape of one of its characters. Even then, the beginning of the
        // secret must not stay in the text.
        let percent = escape("%2F");
        let unicode = escape("\\u002f");
        let entity = escape("&#47;");
        for whole in [encoded, &percent, &unicode, &entity] {
            for end in 8..whole.len() {
                let cut = format!("Basic {}", &whole[..end]);
                assert_eq!(
                    secrets.blank_bytes(cut.into()),
                    "Basic [redacted]",
                    "{whole} {end}"
                );
            }
        }
        let slashes = "\\".repeat(100_000);
        for other in [
            slashes.as_str(),
            "S0VZOnMzY3IzdC9odW50",
            "S0VZOnMz and more",
            "\\",
            "%",
            "&",
            "S0VZOnMzY3IzdC%zz and more",
        ] {
            let text = format!("{other}.");
            assert_eq!(secrets.blank(text.clone()), text);
        }
        let padded = Authorization::basic("KEY", "s3cr3t-hunter").secrets();
        for end in ["", "==", "\\u003d\\u003D", "%3D%3d"] {
            let text = format!("x S0VZOnMzY3IzdC1odW50ZXI{end} y");
            assert_eq!(padded.blank(text), format!("x [redacted]{end} y"));
        }
        let bearer = Authorization::bearer("header.payload").secrets();
        assert_eq!(bearer.blank("x header.payload".into()), "x [redacted]");
    }
}
