//! The JSON documents that the service sends.

use serde::Serialize;

use super::assumptions::{Assumptions, NullOffsets, PreviousOffsets};
use super::backend::{AlterationView, Sample};
use super::timeline::write_date;
use ccloud_connect_types::{OffsetEntry, Timestamp};

/// The reply with a connector's offsets: the schema `connect.v1.ConnectorOffsets`.
#[derive(Serialize)]
pub(super) struct Offsets<'a> {
    id: &'a str,
    name: &'a str,
    offsets: &'a [OffsetEntry],
    metadata: Metadata,
}

#[derive(Serialize)]
struct Metadata {
    observed_at: String,
}

/// The reply to an accepted alteration: the schema `connect.v1.AlterOffsetRequestInfo`.
#[derive(Serialize)]
pub(super) struct RequestInfo<'a> {
    id: &'a str,
    name: &'a str,
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) requested_at: String,
    pub(super) r#type: &'a str,
}

/// The reply with the status of an alteration: the schema `connect.v1.AlterOffsetStatus`.
#[derive(Serialize)]
pub(super) struct RequestStatus<'a> {
    pub(super) request: RequestInfo<'a>,
    pub(super) status: Status<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) previous_offsets: Option<&'a [OffsetEntry]>,
    pub(super) applied_at: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Status<'a> {
    pub(super) phase: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<&'a str>,
}

impl Assumptions {
    pub(super) fn date(&self, at: Timestamp) -> String {
        write_date(at, self.dates)
    }

    pub(super) fn offsets<'a>(&self, sample: &'a Sample) -> Offsets<'a> {
        Offsets {
            id: &sample.id,
            name: &sample.name,
            offsets: &sample.offsets,
            metadata: Metadata {
                observed_at: self.date(sample.observed_at),
            },
        }
    }

    pub(super) fn request<'a>(&self, alteration: &'a AlterationView) -> RequestInfo<'a> {
        RequestInfo {
            id: &alteration.id,
            name: &alteration.name,
            offsets: self.repeated(&alteration.offsets),
            requested_at: self.date(alteration.requested_at),
            r#type: alteration.kind.as_str(),
        }
    }

    fn repeated(&self, offsets: &[OffsetEntry]) -> Vec<OffsetEntry> {
        let leave_out = self.null_offsets == NullOffsets::LeftOut;
        let repeat = |entry: &OffsetEntry| {
            let partition = match entry.texts() {
                (Some(_), Some("null")) if leave_out => entry.partition(),
                _ => None,
            };
            partition.map_or_else(
                || entry.clone(),
                |partition| OffsetEntry::partition_only(&partition),
            )
        };
        offsets.iter().map(repeat).collect()
    }

    pub(super) fn status<'a>(&self, alteration: &'a AlterationView) -> RequestStatus<'a> {
        let pending = match self.previous_offsets {
            PreviousOffsets::AbsentWhilePending => None,
            PreviousOffsets::EmptyWhilePending => Some(&[][..]),
        };
        RequestStatus {
            request: self.request(alteration),
            status: Status {
                phase: alteration.phase.as_str(),
                message: alteration.message.as_deref(),
            },
            previous_offsets: alteration.previous.as_deref().or(pending),
            applied_at: alteration.applied_at.map(|at| self.date(at)),
        }
    }
}
