//! An alteration request and its outcome, as `status`, `wait`, `patch`, `delete` and `undo` print them.

use ccloud_connect::finding::Finding;
use ccloud_connect::finding::text::counted;
use ccloud_connect::{
    Alteration, AlterationRequestInfo, AlterationStatus, AlterationType, Applied, Connector,
    ConnectorRef, FailedAlteration, Movement, OffsetEntry, Outcome, PartitionOutcome, Phase,
    Standing, Timestamp,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::show::positions::readable;
use crate::text::duration::{moment, span};
use crate::text::partition::{in_order, show_offset, show_partition};
use crate::ui::{self, Ui};

/// One alteration request with its phase and its outcome; `schemas/alteration.json` describes it. Members that are not known
/// are left out.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    connector: String,
    environment: String,
    cluster: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type")]
    kind: AlterationType,
    pub(crate) phase: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offsets: Option<Vec<OffsetEntry>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_offsets: Option<Vec<OffsetEntry>>,
    /// The warnings that were shown before the request was sent.
    warnings: Vec<Finding>,
    /// The outcome, when the request has ended and the tool has looked for the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// How many records are read again according to the plan; 0 when there is no plan.
    #[serde(skip)]
    planned: u64,
}

impl Record {
    fn new(path: &ConnectorRef, kind: AlterationType, requested_at: Timestamp) -> Self {
        Self {
            connector: path.connector.to_string(),
            environment: path.environment.to_string(),
            cluster: path.cluster.to_string(),
            id: None,
            kind,
            phase: Phase::Pending,
            message: None,
            requested_at,
            applied_at: None,
            offsets: None,
            previous_offsets: None,
            warnings: Vec::new(),
            outcome: None,
            planned: 0,
        }
    }

    pub(crate) fn of_status(connector: &Connector, status: AlterationStatus) -> Self {
        let request = status.request;
        Self {
            id: Some(request.id),
            phase: status.phase,
            message: status.message,
            applied_at: status.applied_at,
            offsets: request.entries,
            previous_offsets: status.previous,
            ..Self::new(connector.path(), request.kind, request.requested_at)
        }
    }

    pub(crate) fn accepted(alteration: &Alteration) -> Self {
        let kind = alteration.kind().clone();
        Self {
            id: alteration.connector_id().map(str::to_owned),
            offsets: alteration.entries().map(<[OffsetEntry]>::to_vec),
            warnings: alteration.warnings().to_vec(),
            ..Self::new(alteration.connector(), kind, alteration.requested_at())
        }
    }

    /// Sets the phase to the one that the last poll of the status found.
    pub(crate) fn seen(mut self, phase: Option<&Phase>) -> Self {
        if let Some(phase) = phase {
            self.phase = phase.clone();
        }
        self
    }

    /// Adds how many records are read again according to the plan.
    pub(crate) fn planned(self, records: u64) -> Self {
        Self {
            planned: records,
            ..self
        }
    }

    /// Adds the connector's id and the entries from the request status.
    pub(crate) fn knowing(mut self, request: AlterationRequestInfo) -> Self {
        self.id.get_or_insert(request.id);
        self.offsets = self.offsets.or(request.entries);
        self
    }

    pub(crate) fn applied(alteration: &Alteration, applied: &Applied) -> Self {
        Self {
            phase: Phase::Applied,
            message: applied.message.clone(),
            applied_at: applied.applied_at,
            previous_offsets: applied.previous.clone(),
            outcome: Some(applied.outcome.clone()),
            ..Self::accepted(alteration)
        }
    }

    pub(crate) fn failed(alteration: &Alteration, failed: &FailedAlteration) -> Self {
        Self {
            phase: Phase::Failed,
            message: failed.message.clone(),
            previous_offsets: failed.previous.clone(),
            outcome: Some(failed.outcome.clone()),
            ..Self::accepted(alteration)
        }
    }

    /// The warnings about the parts of the outcome that could not be seen.
    pub(crate) fn unseen(&self) -> impl Iterator<Item = &Finding> {
        self.outcome.iter().flat_map(Outcome::warnings)
    }

    /// The outcome in one line, such as `orders-sink: applied after 53s; 3 partitions went back 2,936 records; RUNNING`.
    fn line(&self) -> String {
        let name = ui::cell(&self.connector);
        let took = self.applied_at.map_or(String::new(), |applied_at| {
            format!(" after {}", span(applied_at.since(self.requested_at)))
        });
        match (&self.phase, &self.outcome) {
            (Phase::Applied, Some(outcome)) => {
                let more = self.more_than_planned();
                format!("{name}: applied{took}; {outcome}{more}\n")
            }
            (phase, Some(outcome)) => format!("{name}: {}; {outcome}\n", ui::cell(phase.as_str())),
            (Phase::Pending, None) => format!(
                "{name}: {} of {} was accepted; the tool has not seen its end\n",
                self.kind,
                moment(self.requested_at)
            ),
            (phase, None) => format!(
                "{name}: {} of {}, last seen {}\n",
                self.kind,
                moment(self.requested_at),
                ui::cell(phase.as_str())
            ),
        }
    }

    /// Says how many more records than planned were read again, because the sink read on until it stopped.
    fn more_than_planned(&self) -> String {
        let back = |partition: &PartitionOutcome| match partition.moved.direction {
            Movement::Back => partition.moved.records,
            _ => None,
        };
        let went = self.partitions().iter().filter_map(back);
        let went = went.map(i64::unsigned_abs).fold(0, u64::saturating_add);
        match went.checked_sub(self.planned) {
            Some(more @ 1..) if self.planned > 0 => format!(
                "; the plan counted {}, and the connector read the other {} after the plan's sample",
                counted(self.planned, "record"),
                counted(more, "record")
            ),
            _ => String::new(),
        }
    }

    fn partitions(&self) -> &[PartitionOutcome] {
        self.outcome
            .as_ref()
            .map_or(&[], |outcome| &outcome.partitions)
    }
}

/// Prints one line for each request and, with `-v`, a table of the partitions. JSON and YAML are an object when `single`
/// says that one connector was named, and a list otherwise.
pub(crate) fn print_outcomes(ui: &Ui, records: &[Record], single: bool) -> Result<(), Failure> {
    ui.each_of(records, single, || {
        let lines = records.iter().map(Record::line);
        let mut text: String = lines
            .map(|line| ui::paragraph(line.trim_end(), ui::data_width()))
            .collect();
        let mut rows: Vec<_> = records
            .iter()
            .flat_map(|record| {
                record
                    .partitions()
                    .iter()
                    .map(|p| row(&record.connector, p))
            })
            .collect();
        if ui.verbose && !rows.is_empty() {
            in_order(&mut rows, 1);
            let head = [
                "CONNECTOR",
                "PARTITION",
                "STOOD",
                "ASKED",
                "MOVED",
                "NOW",
                "CONFIRMED",
            ];
            text += &ui::table(head, &[], &rows, ui::data_width());
        }
        text
    })
}

fn row(connector: &str, partition: &PartitionOutcome) -> [String; 7] {
    let at = |standing: &Standing| match standing {
        Standing::At(position) => {
            let raw = show_offset(Some(position));
            let entry = OffsetEntry::new(&partition.partition, position);
            match readable(&entry).filter(|text| *text != raw) {
                Some(text) => format!("{} {raw}", ui::cell(&text)),
                None => raw,
            }
        }
        Standing::Nowhere => "none".to_owned(),
        _ => "unknown".to_owned(),
    };
    let way = match partition.moved.direction {
        Movement::Back => "back",
        Movement::Ahead => "ahead",
        Movement::Given => "given",
        Movement::Reset => "reset",
        Movement::Same => "same",
        _ => "unknown",
    };
    [
        connector.to_owned(),
        show_partition(Some(&partition.partition)),
        at(&partition.stood),
        match partition.asked {
            Standing::Nowhere => "reset".to_owned(),
            ref asked => at(asked),
        },
        match partition.moved.records {
            Some(records) => format!("{way} {records}"),
            None => way.to_owned(),
        },
        at(&partition.now_at),
        match partition.confirmed {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        }
        .to_owned(),
    ]
}
