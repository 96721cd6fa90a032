//! An alteration request as `status`, `wait`, `patch` and `delete` print it.

use ccloud_connect::{
    Alteration, AlterationRequestInfo, AlterationStatus, AlterationType, Applied, Connector,
    OffsetEntry, Phase, RawJson, Timestamp,
};
use serde::Serialize;

use crate::args::Format;
use crate::duration::{moment, span};
use crate::failure::Failure;
use crate::ui::{self, GOOD, STRONG, Ui, WARNING};

/// One alteration request and how far it has come. Members that are not known are left out.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    connector: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type")]
    kind: AlterationType,
    phase: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offsets: Option<Vec<OffsetEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_offsets: Option<Vec<OffsetEntry>>,
    /// Partitions whose position did not show in a later sample, if one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<Vec<RawJson>>,
}

impl Record {
    pub(crate) fn of_status(connector: &Connector, status: AlterationStatus) -> Self {
        Self {
            connector: connector.path().connector.to_string(),
            id: Some(status.request.id),
            kind: status.request.kind,
            phase: status.phase,
            message: status.message,
            requested_at: status.request.requested_at,
            applied_at: status.applied_at,
            offsets: status.request.entries,
            previous_offsets: status.previous,
            unconfirmed: None,
        }
    }

    pub(crate) fn accepted(alteration: &Alteration) -> Self {
        Self {
            connector: alteration.connector().connector.to_string(),
            id: alteration.connector_id().map(str::to_owned),
            kind: alteration.kind().clone(),
            phase: Phase::Pending,
            message: None,
            requested_at: alteration.requested_at(),
            applied_at: None,
            offsets: alteration.entries().map(<[OffsetEntry]>::to_vec),
            previous_offsets: None,
            unconfirmed: None,
        }
    }

    /// Adds what the status said of the request when it was looked up.
    pub(crate) fn knowing(mut self, request: AlterationRequestInfo) -> Self {
        self.id.get_or_insert(request.id);
        self.offsets = self.offsets.or(request.entries);
        self
    }

    pub(crate) fn applied(alteration: &Alteration, applied: Applied) -> Self {
        Self {
            phase: Phase::Applied,
            message: applied.message,
            applied_at: applied.applied_at,
            previous_offsets: applied.previous,
            unconfirmed: applied
                .confirmation
                .map(|confirmation| confirmation.unconfirmed),
            ..Self::accepted(alteration)
        }
    }
}

impl Record {
    /// One line for people, and what the service says about it.
    fn text(&self) -> String {
        let style = match self.phase {
            Phase::Applied => GOOD,
            _ => WARNING,
        };
        let mut out = format!(
            "{STRONG}{}{STRONG:#}  {} {style}{}{style:#}\nrequested {}",
            ui::cell(&self.connector),
            ui::cell(self.kind.as_str()),
            ui::cell(self.phase.as_str()),
            moment(self.requested_at)
        );
        if let Some(at) = self.applied_at {
            out += &format!(", applied {} later", span(at.since(self.requested_at)));
        }
        out.push('\n');
        if let Some(message) = &self.message {
            out += &ui::paragraph(message, ui::data_width());
        }
        out
    }
}

/// Prints one record as an object, several as a list; `single` says what was asked for.
pub(crate) fn print(ui: &Ui, records: &[Record], single: bool) -> Result<(), Failure> {
    let table = || records.iter().map(Record::text).collect();
    match records {
        [record] if single => ui.data(record, table),
        [] if single || ui.format == Format::Table => Ok(()),
        records => ui.data(&records, table),
    }
}
