//! Reads error bodies in every form that the service, its gateway and proxies are known to send.

use serde_json::{Map, Value};

use super::gzip::uncompressed;
use crate::finding::text::is_directional;

/// The longest content of a compressed error body, in bytes: the same as for a body that arrives uncompressed.
const MAX_UNCOMPRESSED: usize = ccloud_connect_client::hooks::ERROR_BODY_LIMIT;
/// The longest text that is quoted from a body, in characters.
const MAX_QUOTED: usize = 300;
/// The number of levels of nested errors that are read.
const MAX_DEPTH: usize = 4;

/// The members that hold other errors (`NESTED`), a message (`TEXTS`), or a code (`CODES`). In each list, the first
/// member that is found counts.
const NESTED: [&str; 3] = ["error", "errors", "fault"];
const TEXTS: [&str; 9] = [
    "detail",
    "message",
    "error_description",
    "description",
    "reason",
    "title",
    "faultstring",
    "msg",
    "text",
];
const CODES: [&str; 4] = ["error_code", "errorcode", "code", "status"];

/// What could be read from an error body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl ErrorBody {
    /// Reads the code and the message of an error body, and never fails. A body in an unknown form is quoted as the
    /// message, and an empty body gives neither code nor message. Each text passes through `clean` before it is cut, so
    /// that no part of a secret remains.
    pub(crate) fn read(body: &[u8], clean: impl Fn(String) -> String) -> Self {
        let quote = |text: String| quotable(&clean(text));
        let body = uncompressed(body, MAX_UNCOMPRESSED).unwrap_or_default();
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            let Self { code, message } = Self::from_json(&value, MAX_DEPTH);
            let quoted = || says_more(&value, code.as_deref()).then(|| value.to_string());
            let message = message.or_else(quoted);
            return Self {
                message: message.and_then(quote),
                code: code.and_then(quote),
            };
        }
        let text = String::from_utf8_lossy(&body);
        let damaged = text.matches(char::REPLACEMENT_CHARACTER).count();
        let text = match looks_like_html(&text) {
            true => html_title(&text),
            // Most of it is no text: it may be compressed in a way that was not asked for.
            false => Some(text.as_ref()).filter(|_| damaged < body.len() / 8 + 1),
        };
        Self {
            code: None,
            message: text.map(str::to_owned).and_then(quote),
        }
    }

    /// The message and the code of a success whose body is that of an error; both fields are empty for other bodies.
    pub(crate) fn read_success(body: &[u8], clean: impl Fn(String) -> String) -> Self {
        let is_json = serde_json::from_slice::<Value>(body);
        let is_error = |value| Self::from_json(&value, MAX_DEPTH).message.is_some();
        match is_json.is_ok_and(is_error) {
            true => Self::read(body, clean),
            false => Self::default(),
        }
    }

    /// The message and the code in one phrase; `None` when the body has neither.
    pub(crate) fn summary(&self) -> Option<String> {
        match (&self.code, &self.message) {
            (code, Some(message)) => Some(match code {
                // A code that the message already contains, or that only repeats the HTTP status, adds nothing.
                Some(code) if code.len() > 3 && !message.contains(code.as_str()) => {
                    format!("{message} (code {code})")
                }
                _ => message.clone(),
            }),
            (Some(code), None) => Some(format!("code {code}")),
            (None, None) => None,
        }
    }

    /// Reads an object with a message or a code, an object that holds errors, a list of errors, or a text.
    fn from_json(value: &Value, depth: usize) -> Self {
        match value {
            Value::String(text) => Self {
                code: None,
                message: Some(text.clone()).filter(|text| !text.trim().is_empty()),
            },
            Value::Array(items) if depth > 0 => {
                let read = items.iter().map(|item| Self::from_json(item, depth - 1));
                let (codes, texts): (Vec<_>, Vec<_>) =
                    read.map(|error| (error.code, error.message)).unzip();
                let texts: Vec<_> = texts.into_iter().flatten().collect();
                Self {
                    code: codes.into_iter().flatten().next(),
                    message: Some(texts.join("; ")).filter(|text| !text.is_empty()),
                }
            }
            Value::Object(object) => Self::from_object(object, depth),
            _ => Self::default(),
        }
    }

    fn from_object(object: &Map<String, Value>, depth: usize) -> Self {
        let mut code = member(object, &CODES).and_then(scalar);
        let mut message = TEXTS.iter().find_map(|name| {
            let value = member(object, &[name])?;
            Self::from_json(value, depth.min(1)).message
        });
        match member(object, &NESTED) {
            // OAuth replies have the code in the member `error`, and the message in another member.
            Some(Value::String(text)) if code.is_none() => code = Some(text.clone()),
            Some(nested) if depth > 0 => {
                let inner = Self::from_json(nested, depth - 1);
                code = inner.code.or(code);
                message = inner.message.or(message);
            }
            _ => {}
        }
        let place = object
            .get("source")
            .and_then(|source| source.get("pointer").or(source.get("parameter")))
            .and_then(Value::as_str);
        if let (Some(text), Some(place)) = (&mut message, place) {
            *text += &format!(" (at {place})");
        }
        Self { code, message }
    }
}

/// The first of the members `names` that is not null, in any letter case.
fn member<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| {
        let mut members = object.iter();
        let found = members.find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null());
        found.map(|(_, value)| value)
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether the JSON value contains anything besides the code.
fn says_more(value: &Value, code: Option<&str>) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(|item| says_more(item, code)),
        Value::Object(members) => members.values().any(|member| says_more(member, code)),
        scalar => {
            scalar
                .as_str()
                .map_or_else(|| scalar.to_string(), str::to_owned)
                != code.unwrap_or_default()
        }
    }
}

/// The text as one line, cut to `MAX_QUOTED` characters, without control characters and without characters that change
/// the direction of writing. `None` when nothing is left.
pub(crate) fn quotable(text: &str) -> Option<String> {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control() || is_directional(c))
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => Some(format!("{}…", &line[..end])),
        None => Some(line).filter(|line| !line.is_empty()),
    }
}

fn looks_like_html(text: &str) -> bool {
    let tags = ["<!doctype html", "<html", "<head"];
    let lower = text.trim_start().to_ascii_lowercase();
    lower.starts_with('<') && tags.iter().any(|tag| lower.contains(tag))
}

fn html_title(text: &str) -> Option<&str> {
    // Lower-casing of ASCII moves no byte, so indexes into `lower` are indexes into `text`.
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(&text[start..end])
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn plain(body: &[u8]) -> ErrorBody {
        ErrorBody::read(body, |text| text)
    }

    #[test]
    fn every_known_shape() {
        // Each case has a body, its code and its message. A message of `{}` means that the whole body is the message.
        for (body, code, message) in [
            (
                r#"{"error":{"code":404,"message":"resource not found"}}"#,
                "404",
                "resource not found",
            ),
            (r#"{"error":{"message":"no code"}}"#, "", "no code"),
            (r#"{"error":{}}"#, "", ""),
            (r#"{"code":40301,"message":"denied"}"#, "40301", "denied"),
            (r#"{"error_code":409,"message":"busy"}"#, "409", "busy"),
            (
                r#"{"errors":[{"id":"x","status":"400","code":"bad","title":"T","detail":"D","source":{"pointer":"/offsets"}},
                    {"detail":"E"}]}"#,
                "bad",
                "D (at /offsets); E",
            ),
            (r#"{"errors":[]}"#, "", ""),
            (
                r#"{"error":"invalid_grant","error_description":"expired"}"#,
                "invalid_grant",
                "expired",
            ),
            (r#"{"message":"only this"}"#, "", "only this"),
            (r#""just text""#, "", "just text"),
            ("upstream connect\nerror", "", "upstream connect error"),
            (
                "<html><head><TITLE>502 Bad\nGateway</TITLE></head></html>",
                "",
                "502 Bad Gateway",
            ),
            ("<html><p>no title</p></html>", "", ""),
            ("<!-- a -->\n<html><title>Down</title></html>", "", "Down"),
            ("<?xml version='1.0'?><Code>a</Code>", "", "{}"),
            ("", "", ""),
            ("[1,2]", "", "{}"),
            (r#"{"error":null}"#, "", ""),
            (r#"{"error":{"code":404}}"#, "404", ""),
            (r#"{"error":null,"message":"beside"}"#, "", "beside"),
            (r#"{"errors":[],"message":"beside"}"#, "", "beside"),
            (r#"{"errors":["text"]}"#, "", "text"),
            (r#"{"errors":{"offsets":["is too long"]}}"#, "", "{}"),
            (r#"{"errors":{"message":"inside"}}"#, "", "inside"),
            (r#"{"reason":"why"}"#, "", "why"),
            (r#"{"Message":"of AWS"}"#, "", "of AWS"),
            (
                r#"{"type":"about:blank","title":"of RFC 9457","status":400}"#,
                "400",
                "of RFC 9457",
            ),
            (r#"{"title":"T","detail":"of RFC 9457"}"#, "", "of RFC 9457"),
            (
                r#"{"fault":{"faultstring":"of Apigee","detail":{"errorcode":"x.y"}}}"#,
                "",
                "of Apigee",
            ),
            (r#"[{"message":"in a list"}]"#, "", "in a list"),
            (r#"{"message":["a","b"]}"#, "", "a; b"),
            (r#"{"error":["e"]}"#, "", "e"),
            (r#"{"error":{"msg":"short"}}"#, "", "short"),
            (r#"{"error":{"errors":[{"message":"deep"}]}}"#, "", "deep"),
            (r#"{"ok":false,"why":{"it":"is so"}}"#, "", "{}"),
            (r#"{"error_code":40301,"info":"denied"}"#, "40301", "{}"),
            ("{\"message\":\"a\u{202e}b\"}", "", "a b"),
        ] {
            let read = plain(body.as_bytes());
            let message = if message == "{}" { body } else { message };
            let shown = |text: &Option<String>| text.clone().unwrap_or_default();
            let told = (shown(&read.code), shown(&read.message));
            assert_eq!(told, (code.to_owned(), message.to_owned()), "{body}");
        }
    }

    #[test]
    fn compressed_without_saying_so() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(br#"{"message":"inside"}"#).unwrap();
        let body = encoder.finish().unwrap();
        assert_eq!(plain(&body).message.as_deref(), Some("inside"));
        assert_eq!(plain(&body[..12]), ErrorBody::default());
    }

    #[test]
    fn what_is_no_text_is_not_quoted() {
        assert_eq!(
            plain(b"\xb5/\xfd\x04\x88\xe9\x9f\x00\xc3\xff\xfe"),
            ErrorBody::default()
        );
        let latin = plain(b"acc\xe8s refus\xe9 par le proxy").message;
        assert_eq!(
            latin.as_deref(),
            Some("acc\u{fffd}s refus\u{fffd} par le proxy")
        );
    }

    #[test]
    fn long_text_is_cut_and_control_characters_go() {
        let message = plain("\u{1b}[31mé".repeat(500).as_bytes()).message.unwrap();
        assert_eq!(message.chars().count(), MAX_QUOTED + 1);
        assert!(!message.contains('\u{1b}'));
    }
}
