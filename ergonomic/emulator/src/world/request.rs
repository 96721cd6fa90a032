//! Reading the body of an alteration request.

use ccloud_connect_types::AlterationType;
use serde::Deserialize;

use ccloud_connect_types::OffsetEntry;

/// JSON nested deeper than this is refused.
const MAX_DEPTH: usize = 64;

/// The body of an alteration request.
#[derive(Clone, Debug)]
pub(crate) struct AlterRequest {
    pub(crate) kind: AlterationType,
    /// As they were sent; empty when there are none.
    pub(crate) offsets: Vec<OffsetEntry>,
}

/// A request that is refused with an error reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) message: String,
}

impl AlterRequest {
    /// Reads a body.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refused> {
        #[derive(Deserialize)]
        struct Body {
            r#type: Option<String>,
            #[serde(default, deserialize_with = "list")]
            offsets: Vec<OffsetEntry>,
        }
        fn list<'de, D: serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Vec<OffsetEntry>, D::Error> {
            Vec::deserialize(deserializer)
        }

        if depth(body) > MAX_DEPTH {
            return Err(malformed(format!(
                "JSON nested deeper than {MAX_DEPTH} levels"
            )));
        }
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(malformed("the body must be a JSON object"));
        }
        let body: Body = serde_json::from_slice(body)
            .map_err(|error| malformed(format!("the body cannot be read: {error}")))?;
        let kind = match body.r#type.as_deref() {
            Some("PATCH") => AlterationType::Patch,
            Some("DELETE") => AlterationType::Delete,
            Some(other) => {
                return Err(malformed(format!(
                    "type must be PATCH or DELETE, not {other:?}"
                )));
            }
            None => return Err(malformed("type is missing")),
        };
        Ok(Self {
            kind,
            offsets: body.offsets,
        })
    }
}

pub(super) fn malformed(message: impl Into<String>) -> Refused {
    Refused {
        status: 400,
        message: message.into(),
    }
}

/// How deep objects and lists are nested, strings left out. Needs no stack.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &str) -> Result<AlterRequest, Refused> {
        AlterRequest::parse(body.as_bytes())
    }

    #[test]
    fn a_body_that_cannot_be_read_is_refused() {
        for body in [
            "",
            "{",
            "[]",
            r#"["DELETE"]"#,
            "null",
            "{}",
            r#"{"type":null}"#,
            r#"{"type":"patch"}"#,
            r#"{"type":"PUT"}"#,
            r#"{"type":7}"#,
            r#"{"type":"DELETE","offsets":null}"#,
            r#"{"type":"DELETE","offsets":{}}"#,
            "\u{feff}{\"type\":\"DELETE\"}",
        ] {
            assert_eq!(parse(body).unwrap_err().status, 400, "{body}");
        }
        assert_eq!(
            AlterRequest::parse(b"{\"type\":\"\xff\"}")
                .unwrap_err()
                .status,
            400
        );
        let deep = format!(
            r#"{{"type":"DELETE","x":{}1{}}}"#,
            "[".repeat(64),
            "]".repeat(64)
        );
        assert!(parse(&deep).unwrap_err().message.contains("nested"));
        assert!(parse(&format!(r#"{{"type":"DELETE","x":"{}"}}"#, "[".repeat(65))).is_ok());
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in ".*") {
            let _ = parse(&body);
        }
    }
}
