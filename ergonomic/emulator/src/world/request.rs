//! Parses the body of an alteration request.

use std::collections::BTreeMap;

use ccloud_connect_types::{AlterationType, OffsetEntry};
use serde_json::value::RawValue;

use crate::assumptions::{Assumptions, Unreadable};
use crate::backend::Denied;
use crate::java;
use crate::kafka_connect::{Body, Entry};

/// A parsed alteration request, and the assumptions under which it is carried out.
#[derive(Clone, Debug)]
pub(crate) struct AlterRequest {
    pub(crate) kind: AlterationType,
    /// The entries byte for byte as the client sent them; empty when the request has none.
    pub(crate) offsets: Vec<OffsetEntry>,
    /// The same entries in parsed form.
    pub(crate) entries: Vec<Entry>,
    /// The assumptions at the time at which the request arrived. Later switches do not change how it is carried out.
    pub(crate) assumptions: Assumptions,
}

impl AlterRequest {
    /// Parses a body. Its JSON must be valid for Kafka Connect's reader.
    pub(crate) fn parse(body: &[u8], assumptions: Assumptions) -> Result<Self, Denied> {
        let status = match assumptions.unreadable {
            Unreadable::BadRequest => 400,
            Unreadable::ServerError => 500,
        };
        let refuse = |message| Denied::Refused { status, message };
        let text = java::decode(body);
        let text = text.map_err(|why| refuse(format!("the body cannot be read: {why}")))?;
        let body = Body::read(&text).map_err(refuse)?;
        let kind = match body.r#type {
            Some(text) if text == *"PATCH" => AlterationType::Patch,
            Some(text) if text == *"DELETE" => AlterationType::Delete,
            Some(other) => {
                let other = other.to_string();
                return Err(malformed(format!(
                    "type must be PATCH or DELETE, not {other:?}"
                )));
            }
            None => return Err(malformed("type is missing")),
        };
        let sent: BTreeMap<String, &RawValue> = serde_json::from_str(&text).unwrap_or_default();
        let sent = sent.get("offsets").map(|offsets| offsets.get());
        // The published description allows only a list here. If null were accepted, it could reset everything by accident.
        if kind == AlterationType::Delete && sent == Some("null") {
            return Err(malformed("offsets must be an array, not null"));
        }
        let sent = sent.and_then(|offsets| serde_json::from_str(offsets).ok());
        Ok(Self {
            kind,
            offsets: sent.unwrap_or_default(),
            entries: body.offsets.unwrap_or_default(),
            assumptions,
        })
    }

    /// Whether the request is a PATCH without entries.
    pub(crate) fn is_empty_patch(&self) -> bool {
        self.kind == AlterationType::Patch && self.entries.is_empty()
    }
}

/// Kafka Connect's message for a PATCH without offsets.
pub(crate) const NOTHING_TO_PATCH: &str =
    "Partitions / offsets need to be provided for an alter offsets request";

pub(crate) fn malformed(message: impl Into<String>) -> Denied {
    Denied::Refused {
        status: 400,
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &str) -> Result<AlterRequest, Denied> {
        AlterRequest::parse(body.as_bytes(), Assumptions::default())
    }

    #[test]
    fn entries_are_repeated_as_they_were_sent() {
        let entry = r#"{ "partition": {"a":1e2}, "offset":null }"#;
        let body = format!(r#"{{"offsets":[],"type":"PATCH","offsets":[{entry}]}}"#);
        assert_eq!(parse(&body).unwrap().offsets[0].to_string(), entry);
        assert!(parse(r#"{"type":"DELETE"}"#).unwrap().offsets.is_empty());
        let marked = format!("\u{feff}{body}");
        assert_eq!(parse(&marked).unwrap().offsets.len(), 1);
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(text in ".*", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for body in [text.as_bytes(), &bytes] {
                let _ = AlterRequest::parse(body, Assumptions::default());
            }
        }
    }
}
