//! Makes a plan from an intent and the current offsets.

use std::collections::{HashMap, HashSet};

use super::change::position;
use super::display::printable;
use super::intent::{Goal, Intent};
use super::name::Name;
use super::remarks::{delivered_again, left_alone, remarks, starts_anew};
use super::target;
use super::{Change, Plan, Way};
use crate::OffsetEntry;
use crate::finding::text::counted;
use crate::finding::{Code, Finding, Report, Severity, ValidationError};
use crate::model::AlterationRequest;
use crate::offset::{Direction, Identity, KafkaSink, OffsetFormat, direction};
use crate::validate::{self, Known};

type Key = Identity<'static>;

pub(super) fn plan(known: &Known<'_>, intent: Intent) -> Result<Plan, ValidationError> {
    let name = intent.named();
    let is_undo = name == Name::Undo;
    let current = known.current();
    let accepted = intent.accepted().to_vec();
    let now = Now::of(current, known.format());
    let only = intent.only.as_deref().map(selection).transpose()?;
    let covers_all = only.is_none()
        && match intent.goal {
            Goal::ShiftBy(_) | Goal::ToEarliest | Goal::ResetAll => true,
            Goal::MoveTo(_) => current.iter().all(|e| target::covers(&intent.bounds, e)),
            _ => false,
        };
    let mut findings = Vec::new();
    let mut is_checked = false;
    let request = match intent.goal {
        Goal::Set(entries) => AlterationRequest::Patch(chosen(entries, only.as_deref())?),
        Goal::CopyFrom(entries) => {
            let entries = entries.into_iter().filter(|e| position(e).is_some());
            AlterationRequest::Patch(chosen(entries.collect(), only.as_deref())?)
        }
        Goal::ShiftBy(by) => {
            let shift = |sink, path: &str| shifted(sink, by, path, &mut findings);
            AlterationRequest::Patch(now.sinks(only.as_deref(), shift)?)
        }
        Goal::ToEarliest => {
            let earliest = |sink: KafkaSink, _: &str| sink.move_to(0);
            AlterationRequest::Patch(now.sinks(only.as_deref(), earliest)?)
        }
        Goal::MoveTo(target) => {
            // Partitions that are not selected are left out here, because they may have no position to start from.
            let bounds = target::within(&intent.bounds, only.as_deref());
            if bounds.is_empty() && !intent.bounds.is_empty() {
                chosen(Vec::new(), only.as_deref())?;
            }
            let resolved = target::resolve(current, &bounds, target)?;
            findings.extend(resolved.findings);
            is_checked = true;
            AlterationRequest::Patch(chosen(resolved.entries, only.as_deref())?)
        }
        Goal::Undo(undo) => {
            let mut entries = chosen(undo.entries, only.as_deref())?;
            if undo.names_none {
                let all = entries.len();
                entries.retain(|entry| now.looks_reset(entry));
                match left_alone(all - entries.len()) {
                    Some(left) if entries.is_empty() => {
                        let severity = Severity::Error;
                        let left = Finding { severity, ..left };
                        let advice = "to go back to the previous positions nevertheless, set them";
                        return Err(ValidationError::new(vec![left.suggest(advice)]));
                    }
                    left => findings.extend(left),
                }
            }
            AlterationRequest::Patch(now.still_to_undo(entries)?)
        }
        Goal::Reset(entries) => {
            let entries = bare(&chosen(entries, only.as_deref())?);
            AlterationRequest::Delete(without_repeats(entries))
        }
        Goal::ResetAll => match &only {
            None => AlterationRequest::DeleteAll,
            Some(_) => AlterationRequest::Delete(bare(&chosen(current.to_vec(), only.as_deref())?)),
        },
    };
    // Partitions with bounds exist, because Kafka has reported their bounds.
    let existing = intent.bounds.keys().cloned().collect();
    let mut known = *known;
    known.existing = Some(&existing);
    findings.extend(validate(&request, is_undo, &known).into_findings());
    let changes = match &request {
        AlterationRequest::Patch(entries) => now.changes(entries, true),
        AlterationRequest::Delete(entries) => now.changes(entries, false),
        AlterationRequest::DeleteAll => now.changes(current, false),
    };
    if !is_checked {
        findings.extend(target::outside(request.entries(), &intent.bounds));
    }
    findings.extend(remarks(&changes, &intent.bounds));
    findings.extend(super::remarks::not_read(
        current.len() - now.identities.len(),
    ));
    if is_undo {
        findings.extend(delivered_again(&changes));
    } else if !findings
        .iter()
        .any(|f| f.severity == Severity::Error || f.code == Code::FallsBack)
    {
        findings.extend(starts_anew(&changes, now.format));
    }
    let report = Report::new(findings).accept(&accepted);
    let warnings = report.into_result()?.into_findings();
    Ok(Plan {
        intent: name,
        request,
        changes,
        warnings,
        covers_all,
    })
}

pub(super) fn validate(request: &AlterationRequest, is_undo: bool, known: &Known<'_>) -> Report {
    match request {
        // An undo restores positions that the connector had before, so these do not have to fit the current positions.
        AlterationRequest::Patch(entries) if is_undo => {
            validate::patch_knowing(entries, &known.without_current())
        }
        AlterationRequest::Patch(entries) => validate::patch_knowing(entries, known),
        AlterationRequest::Delete(entries) => validate::delete_knowing(entries, known),
        AlterationRequest::DeleteAll => validate::delete_all(known),
    }
}

/// The current offsets by partition.
struct Now<'a> {
    entries: &'a [OffsetEntry],
    identities: HashMap<Key, &'a OffsetEntry>,
    format: Option<&'static OffsetFormat>,
}

impl<'a> Now<'a> {
    fn of(entries: &'a [OffsetEntry], format: Option<&'static OffsetFormat>) -> Self {
        let identities = entries
            .iter()
            .filter(|entry| entry.offset().is_some())
            .filter_map(|entry| Some((Identity::of(entry)?.into_owned(), entry)));
        Self {
            entries,
            identities: identities.collect(),
            format,
        }
    }

    /// The current entry of the partition that `entry` names; `None` when the partition has no position now.
    fn standing(&self, entry: &OffsetEntry) -> Option<&'a OffsetEntry> {
        let found = self.identities.get(&Identity::of(entry)?.into_owned());
        found.copied().filter(|now| position(now).is_some())
    }

    /// Whether the partition that `entry` names has no position now, or a position before that of `entry`.
    fn looks_reset(&self, entry: &OffsetEntry) -> bool {
        let now = self.standing(entry);
        now.is_none_or(|now| direction(entry, now) == Direction::Back)
    }

    /// Removes resets of partitions that have no position. Such a partition may not even exist, because a failed
    /// request can have named any partition.
    fn still_to_undo(
        &self,
        entries: Vec<OffsetEntry>,
    ) -> Result<Vec<OffsetEntry>, ValidationError> {
        let keeps =
            |entry: &OffsetEntry| position(entry).is_some() || self.standing(entry).is_some();
        let entries: Vec<_> = entries.into_iter().filter(keeps).collect();
        if entries.is_empty() {
            return Err(ValidationError::of(Finding::error(
                "offsets",
                Code::NothingToRestore,
                "show no position that the request set, so there is nothing to undo",
            )));
        }
        Ok(entries)
    }

    fn changes(&self, entries: &[OffsetEntry], sets: bool) -> Vec<Change> {
        let change = |entry| {
            let identity = Identity::of(entry)?.into_owned();
            let before = self.identities.get(&identity).copied();
            let is_source = matches!(identity, Identity::Source(_));
            let change = Change::new(identity, entry, before, sets.then_some(entry))?;
            let way = || Way::new(self.format?, before?, entry);
            Some(change.with_way(if is_source && sets { way() } else { None }))
        };
        entries.iter().filter_map(change).collect()
    }

    /// Moves all or the selected partitions of a sink. `target` is called for each partition with its path in the
    /// request.
    fn sinks(
        &self,
        only: Option<&[Key]>,
        mut target: impl FnMut(KafkaSink, &str) -> Result<KafkaSink, ValidationError>,
    ) -> Result<Vec<OffsetEntry>, ValidationError> {
        if self.entries.is_empty() {
            return Err(ValidationError::of(Finding::error(
                "offsets",
                Code::NoPosition,
                "the connector has no current offsets to start from",
            )));
        }
        let mut chosen = chosen(self.entries.to_vec(), only)?;
        // A partition without a position cannot be moved. It is left out when no partitions were selected, and reported
        // when it was selected.
        if only.is_none() && chosen.iter().any(|entry| position(entry).is_some()) {
            chosen.retain(|entry| position(entry).is_some() || Identity::of(entry).is_none());
        }
        let mut faults = Vec::new();
        let mut moved = Vec::new();
        for (index, entry) in chosen.iter().enumerate() {
            let path = format!("offsets[{index}]");
            if !matches!(Identity::of(entry), Some(Identity::Sink(..))) {
                faults.push(Finding::error(
                    path,
                    Code::SinkOnly,
                    "is not an entry of a sink; only sinks move by records or to the earliest one",
                ));
            } else if position(entry).is_none() {
                faults.push(Finding::error(
                    path,
                    Code::NoPosition,
                    "has no current offset to start from",
                ));
            } else {
                match KafkaSink::try_from(entry).and_then(|sink| target(sink, &path)) {
                    Ok(sink) => moved.push(sink.to_entry()),
                    Err(invalid) => {
                        let findings = invalid.into_report().into_findings().into_iter();
                        faults.extend(findings.map(|finding| Finding {
                            path: format!("{path}.{}", finding.path),
                            ..finding
                        }));
                    }
                }
            }
        }
        ValidationError::unless_empty(faults)?;
        Ok(moved)
    }
}

/// The partition of a sink, moved by a number of records, but not below offset 0.
fn shifted(
    sink: KafkaSink,
    by: i64,
    path: &str,
    warnings: &mut Vec<Finding>,
) -> Result<KafkaSink, ValidationError> {
    let offset = sink.offset();
    let name = printable(&format!("{}:{}", sink.topic(), sink.partition()));
    let Some(target) = offset.checked_add(by) else {
        return Err(ValidationError::of(Finding::error(
            "offset.kafka_offset",
            Code::OutOfRange,
            format!(
                "{name} is at {offset}, and a move of {} ahead would end past the largest possible offset",
                counted(by.unsigned_abs(), "record")
            ),
        )));
    };
    if target < 0 {
        warnings.push(Finding::warning(
            format!("{path}.offset.kafka_offset"),
            Code::Clamped,
            format!(
                "{name} is at {offset} and goes back to the earliest record, not by {}",
                counted(by.unsigned_abs(), "record")
            ),
        ));
    }
    sink.move_to(target.max(0))
}

/// The partitions to which the plan is restricted.
fn selection(only: &[OffsetEntry]) -> Result<Vec<Key>, ValidationError> {
    // Warnings about the selection are dropped, because the selection itself is not sent.
    let _ = validate::partitions("partitions", &bare(only)).into_result()?;
    let identities = only.iter().filter_map(Identity::of);
    Ok(identities.map(Identity::into_owned).collect())
}

/// The entries that the plan may change: all, or those of the selected partitions.
fn chosen(
    entries: Vec<OffsetEntry>,
    only: Option<&[Key]>,
) -> Result<Vec<OffsetEntry>, ValidationError> {
    let Some(only) = only else {
        return Ok(entries);
    };
    let wanted: HashSet<&Key> = only.iter().collect();
    let mut found = HashSet::new();
    let mut chosen = Vec::new();
    for entry in entries {
        let identity = Identity::of(&entry).map(Identity::into_owned);
        if let Some(identity) = identity.filter(|identity| wanted.contains(identity)) {
            found.insert(identity);
            chosen.push(entry);
        }
    }
    let missing: Vec<Finding> = only
        .iter()
        .enumerate()
        .filter(|(_, identity)| !found.contains(identity))
        .map(|(index, identity)| {
            let name = match identity {
                Identity::Sink(topic, partition) => format!("{topic}:{partition}"),
                Identity::Source(canonical) => canonical.clone(),
            };
            Finding::error(
                format!("partitions[{index}]"),
                Code::NoPosition,
                format!(
                    "is {}, which is not one of the partitions that this change covers",
                    printable(&name)
                ),
            )
        })
        .collect();
    ValidationError::unless_empty(missing)?;
    Ok(chosen)
}

/// Entries without their positions. An entry without a partition stays as it is, and validation refuses it.
fn bare(entries: &[OffsetEntry]) -> Vec<OffsetEntry> {
    let bare = |entry: &OffsetEntry| {
        let partition = entry.partition();
        partition.map_or_else(|| entry.clone(), |p| OffsetEntry::partition_only(&p))
    };
    entries.iter().map(bare).collect()
}

/// The entries, each partition once. Resetting a partition twice has the same effect as resetting it once.
fn without_repeats(mut entries: Vec<OffsetEntry>) -> Vec<OffsetEntry> {
    let mut seen = HashSet::new();
    entries.retain(|entry| {
        let identity = Identity::of(entry).map(Identity::into_owned);
        identity.is_none_or(|identity| seen.insert(identity))
    });
    entries
}
