//! Reading error bodies of every shape that the service, its gateway and the proxies before it are known to send.

use std::borrow::Cow;
use std::io::Read as _;

use serde::Deserialize;
use serde_json::Value;

/// The most that a compressed error body may unfold to.
const MAX_UNCOMPRESSED: u64 = 1024 * 1024;
/// The most that is quoted of a body that is not JSON.
const MAX_QUOTED: usize = 300;

/// What could be made out of an error body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl ErrorBody {
    /// Never fails: what cannot be understood leaves both fields empty.
    pub(crate) fn read(body: &[u8]) -> Self {
        let body = uncompressed(body);
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            return Self::from_json(&value);
        }
        let text = String::from_utf8_lossy(&body);
        let text = if looks_like_html(&text) {
            html_title(&text)
        } else {
            Some(text.as_ref())
        };
        Self {
            code: None,
            message: text.and_then(quotable),
        }
    }

    /// Code and message in one phrase.
    pub(crate) fn summary(&self) -> Option<String> {
        match (&self.code, &self.message) {
            (code, Some(message)) => Some(match code {
                // A code that repeats in the message, or is only the status again, adds nothing.
                Some(code) if code.len() > 3 && !message.contains(code.as_str()) => {
                    format!("{message} (code {code})")
                }
                _ => message.clone(),
            }),
            (Some(code), None) => Some(format!("code {code}")),
            (None, None) => None,
        }
    }

    fn from_json(value: &Value) -> Self {
        if let Some(error) = value.get("error") {
            // OAuth replies put the code here and the text beside it.
            if let Some(code) = error.as_str() {
                return Self {
                    code: quotable(code),
                    message: text(value, &["error_description", "message"]),
                };
            }
            return Self {
                code: text(error, &["code"]),
                message: text(error, &["message"]),
            };
        }
        if let Some(errors) = value.get("errors").and_then(Value::as_array) {
            let read: Vec<_> = errors
                .iter()
                .filter_map(|error| GatewayError::deserialize(error).ok())
                .collect();
            let messages: Vec<_> = read.iter().filter_map(GatewayError::message).collect();
            return Self {
                code: read.iter().find_map(GatewayError::code),
                message: quotable(&messages.join("; ")),
            };
        }
        if let Some(message) = value.as_str() {
            return Self {
                code: None,
                message: quotable(message),
            };
        }
        Self {
            code: text(value, &["error_code", "code"]),
            message: text(value, &["message", "detail"]),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GatewayError {
    status: Value,
    code: Value,
    title: Option<String>,
    detail: Option<String>,
    source: GatewaySource,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GatewaySource {
    pointer: Option<String>,
    parameter: Option<String>,
}

impl GatewayError {
    fn code(&self) -> Option<String> {
        scalar(&self.code).or_else(|| scalar(&self.status))
    }

    fn message(&self) -> Option<String> {
        let message = self.detail.as_ref().or(self.title.as_ref())?;
        let place = self
            .source
            .pointer
            .as_ref()
            .or(self.source.parameter.as_ref());
        Some(match place {
            Some(place) => format!("{message} (at {place})"),
            None => message.clone(),
        })
    }
}

fn text(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| scalar(value.get(key)?))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => quotable(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// One line without control characters, cut to a length that a person reads.
pub(crate) fn quotable(text: &str) -> Option<String> {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => Some(format!("{}…", &line[..end])),
        None => Some(line).filter(|line| !line.is_empty()),
    }
}

fn looks_like_html(text: &str) -> bool {
    let start: String = text
        .trim_start()
        .chars()
        .take(15)
        .collect::<String>()
        .to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head")
}

fn html_title(text: &str) -> Option<&str> {
    // ASCII lower-casing keeps every byte offset.
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(&text[start..end])
}

/// Some proxies compress without saying so; the magic number tells.
pub(crate) fn uncompressed(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Cow::Borrowed(body);
    }
    let mut out = Vec::new();
    match flate2::read::GzDecoder::new(body)
        .take(MAX_UNCOMPRESSED)
        .read_to_end(&mut out)
    {
        Ok(_) => Cow::Owned(out),
        Err(_) => Cow::Borrowed(&[]),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let ErrorBody { code, message } = ErrorBody::read(body.as_bytes());
        (code, message)
    }

    fn some(code: &str, message: &str) -> (Option<String>, Option<String>) {
        (
            Some(code.to_owned()).filter(|c| !c.is_empty()),
            Some(message.to_owned()).filter(|m| !m.is_empty()),
        )
    }

    #[test]
    fn every_known_shape() {
        for (body, expected) in [
            (
                r#"{"error":{"code":404,"message":"resource not found"}}"#,
                some("404", "resource not found"),
            ),
            (r#"{"error":{"message":"no code"}}"#, some("", "no code")),
            (r#"{"error":{}}"#, some("", "")),
            (
                r#"{"code":40301,"message":"denied"}"#,
                some("40301", "denied"),
            ),
            (
                r#"{"error_code":409,"message":"busy"}"#,
                some("409", "busy"),
            ),
            (
                r#"{"errors":[{"id":"x","status":"400","code":"bad","title":"T","detail":"D","source":{"pointer":"/offsets"}},
                    {"detail":"E"}]}"#,
                some("bad", "D (at /offsets); E"),
            ),
            (r#"{"errors":[]}"#, some("", "")),
            (
                r#"{"error":"invalid_grant","error_description":"expired"}"#,
                some("invalid_grant", "expired"),
            ),
            (r#"{"message":"only this"}"#, some("", "only this")),
            (r#""just text""#, some("", "just text")),
            (
                "upstream connect\nerror",
                some("", "upstream connect error"),
            ),
            (
                "<html><head><TITLE>502 Bad\nGateway</TITLE></head></html>",
                some("", "502 Bad Gateway"),
            ),
            ("<html><p>no title</p></html>", some("", "")),
            ("", some("", "")),
            ("[1,2]", some("", "")),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn compressed_without_saying_so() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(br#"{"message":"inside"}"#).unwrap();
        let body = encoder.finish().unwrap();
        assert_eq!(ErrorBody::read(&body).message.as_deref(), Some("inside"));
        assert_eq!(ErrorBody::read(&body[..12]), ErrorBody::default());
    }

    #[test]
    fn long_text_is_cut_and_control_characters_go() {
        let message = ErrorBody::read("\u{1b}[31mé".repeat(500).as_bytes())
            .message
            .unwrap();
        assert_eq!(message.chars().count(), MAX_QUOTED + 1);
        assert!(!message.contains('\u{1b}'));
    }
}
