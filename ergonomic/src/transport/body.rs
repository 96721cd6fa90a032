//! Parses the body of a successful answer, and reports why it could not be parsed.

use ccloud_connect_client::hooks::{BODY_LIMIT, BodyEnd, Exchange};
use reqwest::header::CONTENT_ENCODING;
use serde::de::IgnoredAny;

use super::operation::Operation;
use crate::auth::Secrets;
use crate::error::{Unfoldable, quotable, uncompressed};

/// Parses a body that the generated client could not parse. Any 2xx answer may have the documented body, a proxy may
/// have compressed it without being asked, and one malformed member does not make the others unreadable. The `secrets`
/// are removed from everything that is quoted, and the long ones from the result.
pub(crate) fn read<O: Operation>(
    exchange: &Exchange,
    secrets: &Secrets,
) -> Result<O::Output, String> {
    let too_long = || {
        let limit = BODY_LIMIT / (1024 * 1024);
        Err(format!("it is longer than {limit} MiB"))
    };
    match exchange.body_end {
        BodyEnd::Complete => {}
        BodyEnd::TooLong => return too_long(),
        _ => return Err("the connection failed before the body was complete".to_owned()),
    }
    let body = match uncompressed(&exchange.body, BODY_LIMIT) {
        Ok(body) => body,
        Err(Unfoldable::TooLong) => return too_long(),
        Err(Unfoldable::Damaged) => {
            return Err("it is compressed with gzip, and damaged".to_owned());
        }
    };
    if body.trim_ascii().is_empty() {
        return Err("it is empty".to_owned());
    }
    let Ok(text) = std::str::from_utf8(&body) else {
        let encoding = exchange.headers.get(CONTENT_ENCODING);
        let encoding = encoding
            .and_then(|encoding| quotable(&secrets.blank(encoding.to_str().ok()?.to_owned())));
        return Err(match encoding {
            Some(encoding) if !encoding.eq_ignore_ascii_case("identity") => {
                format!("it is encoded as {encoding}, which was not asked for")
            }
            _ => "it is not UTF-8 text".to_owned(),
        });
    };
    let text = &secrets.long().blank(text.to_owned());
    O::from_json(text).map_err(|error| {
        // The secrets are removed before the text is cut. The clean text is parsed again, because the error names a
        // line and a column of the text.
        let clean = secrets.blank(text.to_owned());
        let error = match O::from_json(&clean) {
            Err(of_clean) => of_clean,
            Ok(_) => error,
        };
        let text = clean.as_str();
        match text.trim_start().chars().next() {
            Some('<') => {
                return "it is a page of HTML or XML, perhaps of a proxy or a portal".to_owned();
            }
            Some('{') => {}
            _ if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
                return "it is JSON, but not an object".to_owned();
            }
            Some('[') => {}
            _ => {
                let start = quotable(&text.chars().take(60).collect::<String>());
                return format!(
                    "it is not JSON and begins with {:?}",
                    start.unwrap_or_default()
                );
            }
        }
        let error_text = error.to_string();
        // A message that begins with one of these texts names the member itself, or is about no member. No member is
        // added to such a message.
        let is_whole = ["missing field", "trailing characters"];
        let is_whole = is_whole.iter().any(|start| error_text.starts_with(start));
        match member_at(text, error.line(), error.column()).filter(|_| !is_whole) {
            Some(member) => format!("at `{member}`: {error_text}"),
            None => error_text,
        }
    })
}

/// The name of the last member that begins before a line and a column of JSON text. This is the member that the
/// parser's error is about.
fn member_at(text: &str, line: usize, column: usize) -> Option<String> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let end = text.len().min(before + column);
    let end = (0..=end).rev().find(|at| text.is_char_boundary(*at))?;
    let text = &text[..end];
    let mut member = None;
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let inner = &rest[start + 1..];
        let mut escaped = false;
        let closing = inner.find(|c| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let Some(closing) = closing else { break };
        let after = &inner[closing + 1..];
        if after.trim_start().starts_with(':') {
            member = Some(&inner[..closing]);
        }
        rest = after;
    }
    member.and_then(quotable)
}

#[cfg(test)]
mod tests {
    use super::member_at;

    #[test]
    fn the_member_that_an_error_is_about() {
        let text = "{\"a\": {\"b\\\"c\": 1},\n \"d\": \"x: \\\" y\"}";
        for (line, column, member) in [
            (1, 3, None),
            (1, 8, Some("a")),
            (1, 17, Some("b\\\"c")),
            (2, 8, Some("d")),
            (2, 100, Some("d")),
            (0, 0, None),
        ] {
            assert_eq!(
                member_at(text, line, column).as_deref(),
                member,
                "{line}:{column}"
            );
        }
    }
}
