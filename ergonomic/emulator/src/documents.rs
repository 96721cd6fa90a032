//! The JSON documents that the service sends.

use std::time::Duration;

use serde::Serialize;

use super::assumptions::{Assumptions, NullOffsets, PreviousOffsets};
use super::timeline::{Timeline, write_date};
use super::world::{Alteration, Connector, Phase};
use ccloud_connect_types::OffsetEntry;

/// Writes documents in which moments are date-times.
pub(super) struct Writer<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) assumptions: &'a Assumptions,
}

/// `connect.v1.ConnectorOffsets`.
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

/// `connect.v1.AlterOffsetRequestInfo`.
#[derive(Serialize)]
pub(super) struct RequestInfo<'a> {
    id: &'a str,
    name: &'a str,
    pub(super) offsets: Vec<OffsetEntry>,
    pub(super) requested_at: String,
    pub(super) r#type: &'a str,
}

/// `connect.v1.AlterOffsetStatus`.
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
    pub(super) message: Option<String>,
}

impl Writer<'_> {
    pub(super) fn date(&self, at: Duration) -> String {
        write_date(self.timeline.timestamp(at), self.assumptions.dates)
    }

    /// The date-time some time before a moment, which may be before the emulator started.
    pub(super) fn date_before(&self, at: Duration, by: Duration) -> String {
        write_date(self.timeline.before(at, by), self.assumptions.dates)
    }

    pub(super) fn offsets<'a>(&self, connector: &'a Connector) -> Offsets<'a> {
        let (observed, offsets) = connector.sample();
        Offsets {
            id: &connector.seed.id,
            name: &connector.seed.name,
            offsets,
            metadata: Metadata {
                observed_at: self.date(observed),
            },
        }
    }

    pub(super) fn request<'a>(
        &self,
        connector: &'a Connector,
        alteration: &'a Alteration,
    ) -> RequestInfo<'a> {
        RequestInfo {
            id: &connector.seed.id,
            name: &connector.seed.name,
            offsets: self.repeated(&alteration.request.offsets),
            requested_at: self.date(alteration.accepted),
            r#type: alteration.request.kind.as_str(),
        }
    }

    fn repeated(&self, offsets: &[OffsetEntry]) -> Vec<OffsetEntry> {
        let leave_out = self.assumptions.null_offsets == NullOffsets::LeftOut;
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

    pub(super) fn status<'a>(
        &self,
        connector: &'a Connector,
        alteration: &'a Alteration,
        now: Duration,
    ) -> RequestStatus<'a> {
        let phase = alteration.phase(now);
        let pending = match self.assumptions.previous_offsets {
            PreviousOffsets::AbsentWhilePending => None,
            PreviousOffsets::EmptyWhilePending => Some(&[][..]),
        };
        RequestStatus {
            request: self.request(connector, alteration),
            status: Status {
                phase: phase.as_str(),
                message: alteration.message(),
            },
            previous_offsets: alteration.previous.as_deref().or(pending),
            applied_at: (phase == Phase::Applied).then(|| self.date(alteration.ends)),
        }
    }
}
