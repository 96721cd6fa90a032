//! Computes offset entries from a target, such as a time, and the bounds of topics.

use std::collections::BTreeMap;
use std::time::Duration;

use super::display::printable;
use super::name::Name;
use crate::finding::text::counted;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::{Identity, KafkaSink, by_identity};
use crate::{OffsetEntry, PartitionBounds, Timestamp};

/// The bounds of partitions, by topic and partition number.
pub type TopicBounds = BTreeMap<(String, i32), PartitionBounds>;

/// The longest time by which the record may be later than the requested time without a warning.
const MUCH_LATER: Duration = Duration::from_secs(3600);

/// The target of a move of sink partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// The first offset that the partition holds.
    Earliest,
    /// The end of the partition: only new records are read.
    Latest,
    /// The first record, in offset order, at or after this time. When there is no such record, the end of the
    /// partition, as for `kafka-consumer-groups --to-datetime`. The bounds must have been requested for the same time.
    Time(Timestamp),
    /// The position that is this number of records from the current one, back when negative, within the bounds of the
    /// partition.
    ShiftBy(i64),
}

impl Target {
    /// The name of the target in kebab-case, for programs: `to-earliest`, `to-latest`, `to-time`, `shift-by`.
    pub fn name(self) -> &'static str {
        self.named().as_str()
    }

    pub(super) fn named(self) -> Name {
        match self {
            Self::Earliest => Name::ToEarliest,
            Self::Latest => Name::ToLatest,
            Self::Time(_) => Name::ToTime,
            Self::ShiftBy(_) => Name::ShiftBy,
        }
    }
}

/// The result of [`resolve`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// The entries to send, in the order of the bounds. When the connector has a position in a partition, only
    /// `kafka_offset` differs from its entry.
    pub entries: Vec<OffsetEntry>,
    /// Warnings about the new positions, with the offset to which a partition goes when the target does not exist. A
    /// path such as `offsets[0]` in a warning means the first of the `entries`.
    pub findings: Vec<Finding>,
}

/// Computes the new position of each partition that has `bounds`. Does no I/O. The bounds come from
/// `ccloud-connect-kafka` or another source.
///
/// The number of records between two offsets is an upper bound, because compacted records and the markers of
/// transactions are counted too.
///
/// ```
/// use ccloud_connect::plan::{Target, resolve};
/// use ccloud_connect::{PartitionBounds, RecordAt, offset::KafkaSink};
///
/// let eight = "2026-11-26T08:00:00Z".parse()?;
/// let bounds = PartitionBounds::new(0, 9_000).with_record_at(Some(RecordAt::new(4_000, eight)));
/// let current = [KafkaSink::new("orders", 0, 5_000)?.to_entry()];
/// let resolved = resolve(&current, &[(("orders".to_owned(), 0), bounds)].into(), Target::Time(eight))?;
/// assert_eq!(KafkaSink::try_from(&resolved.entries[0])?.offset(), 4_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When there are no bounds, when a partition to be shifted has no position, and when an entry of a partition cannot be
/// read.
pub fn resolve(
    current: &[OffsetEntry],
    bounds: &TopicBounds,
    target: Target,
) -> Result<Resolved, ValidationError> {
    if bounds.is_empty() {
        return Err(ValidationError::of(Finding::error(
            "offsets",
            Code::BoundsUnknown,
            "cannot be moved, because no bounds of any partition are known",
        )));
    }
    let current = by_identity(current);
    let mut entries = Vec::with_capacity(bounds.len());
    let mut findings = Vec::new();
    let mut faults = Vec::new();
    for (index, ((topic, number), bounds)) in bounds.iter().enumerate() {
        let entry = current.get(&Identity::Sink(topic.into(), *number)).copied();
        let here = Here {
            path: format!("offsets[{index}].offset.kafka_offset"),
            name: printable(&format!("{topic}:{number}")),
            bounds,
        };
        let moved = match entry.filter(|entry| super::change::position(entry).is_some()) {
            Some(entry) => KafkaSink::try_from(entry).and_then(|sink| {
                let offset = here.offset(target, Some(sink.offset()), &mut findings)?;
                sink.move_to(offset)
            }),
            None => here
                .offset(target, None, &mut findings)
                .and_then(|offset| KafkaSink::new(topic, *number, offset)),
        };
        match moved {
            Ok(sink) => entries.push(sink.to_entry()),
            Err(invalid) => faults.extend(invalid.into_report().into_findings()),
        }
    }
    ValidationError::unless_empty(faults)?;
    Ok(Resolved { entries, findings })
}

/// The bounds of the selected partitions; all bounds when `only` is `None`.
pub(super) fn within(bounds: &TopicBounds, only: Option<&[Identity<'_>]>) -> TopicBounds {
    let wanted = |topic: &str, number| {
        let identity = Identity::Sink(topic.into(), number);
        only.is_none_or(|only| only.contains(&identity))
    };
    let within = bounds
        .iter()
        .filter(|((topic, number), _)| wanted(topic, *number));
    within.map(|(key, bounds)| (key.clone(), *bounds)).collect()
}

/// One partition, with its bounds, and with its name and path for findings.
struct Here<'a> {
    path: String,
    name: String,
    bounds: &'a PartitionBounds,
}

impl Here<'_> {
    fn warn(&self, code: Code, message: String) -> Finding {
        Finding::warning(self.path.clone(), code, message)
    }

    /// The new offset of the partition for a target. Adds warnings to `out`.
    fn offset(
        &self,
        target: Target,
        present: Option<i64>,
        out: &mut Vec<Finding>,
    ) -> Result<i64, ValidationError> {
        let Self { name, bounds, .. } = self;
        let PartitionBounds {
            earliest, latest, ..
        } = **bounds;
        let offset = match target {
            Target::Earliest => earliest,
            Target::Latest => latest,
            Target::Time(time) => self.at(time, out),
            Target::ShiftBy(by) => {
                let present = present.ok_or_else(|| {
                    ValidationError::of(Finding::error(
                        self.path.clone(),
                        Code::NoPosition,
                        format!("{name} has no current offset to start from"),
                    ))
                })?;
                out.extend(self.outside(present, "is at"));
                let wanted = present.saturating_add(by);
                let offset = wanted.clamp(earliest, latest.max(earliest));
                if offset != wanted {
                    let end = if wanted < offset {
                        "first offset"
                    } else {
                        "end"
                    };
                    let message = format!(
                        "{name} is at {present} and goes to its {end}, {offset}, not {} by {}",
                        if by < 0 { "back" } else { "ahead" },
                        counted(by.unsigned_abs(), "record")
                    );
                    out.push(self.warn(Code::Clamped, message));
                }
                offset
            }
        };
        if let Some(open) = bounds.open_transaction().filter(|open| offset > *open) {
            let message = format!(
                "{name} goes to {offset}, past a transaction that is open since offset {open}; if this transaction commits, the connector does not read its records before {offset}"
            );
            out.push(self.warn(Code::SkipsRecords, message));
        }
        let first = bounds.first.filter(|first| first.offset > earliest);
        if let Some(first) = first
            && offset < latest
        {
            let message = format!(
                "{name} begins at {earliest}, but its first remaining record is {}, as in a compacted topic; the numbers of records \
                 are upper bounds",
                first.offset
            );
            out.push(self.warn(Code::CountsAtMost, message));
        }
        Ok(offset)
    }

    /// The offset of the first record at or after a time. Adds warnings to `out`.
    fn at(&self, time: Timestamp, out: &mut Vec<Finding>) -> i64 {
        let Self { name, bounds, .. } = self;
        let PartitionBounds {
            earliest, latest, ..
        } = **bounds;
        let Some(record) = bounds.at else {
            let (code, what) = if bounds.is_empty() {
                let what = if latest == 0 {
                    "is empty"
                } else {
                    "holds no record any more"
                };
                (Code::EmptyPartition, what.to_owned())
            } else {
                (Code::NoRecordSince, format!("has no record since {time}"))
            };
            let message = format!("{name} {what}, so it goes to its end, {latest}");
            out.push(self.warn(code, message));
            return latest;
        };
        let first = bounds.first;
        if let Some(first) =
            first.filter(|first| time < first.time && record.offset <= first.offset)
        {
            let gone = if earliest > 0 {
                "; the records before it are gone"
            } else {
                ""
            };
            let message = format!(
                "{name} goes to its first record, {}, which has the time {}{gone}",
                first.offset, first.time
            );
            out.push(self.warn(Code::BeforeFirstRecord, message));
        } else if record.time.since(time) > MUCH_LATER {
            let message = format!(
                "{name} has no record between {time} and {}, the time of offset {}; if that offset holds the marker of a transaction, the next \
                 record comes after it",
                record.time, record.offset
            );
            out.push(self.warn(Code::LaterRecord, message));
        }
        record.offset
    }

    /// A warning when a position is outside the bounds of the partition.
    fn outside(&self, offset: i64, verb: &str) -> Option<Finding> {
        let Self { name, bounds, .. } = self;
        if bounds.contains(offset) {
            return None;
        }
        let PartitionBounds {
            earliest, latest, ..
        } = bounds;
        let message = format!(
            "{name} {verb} {offset}, but begins at {earliest} and ends at {latest}; the connector starts where `auto.offset.reset` \
             says instead, by default at the earliest record"
        );
        Some(self.warn(Code::OutsideTopic, message))
    }
}

/// Warnings about entries of a sink whose offsets are outside the bounds of their partitions.
pub(super) fn outside(entries: &[OffsetEntry], bounds: &TopicBounds) -> Vec<Finding> {
    if bounds.is_empty() {
        return Vec::new();
    }
    let outside = |(index, entry): (usize, &OffsetEntry)| {
        let Identity::Sink(topic, number) = Identity::of(entry)? else {
            return None;
        };
        let offset = super::change::records(entry)?;
        let here = Here {
            path: format!("offsets[{index}].offset.kafka_offset"),
            name: printable(&format!("{topic}:{number}")),
            bounds: bounds.get(&(topic.into_owned(), number))?,
        };
        here.outside(offset, "would go to")
    };
    entries.iter().enumerate().filter_map(outside).collect()
}

/// Whether the bounds of an entry's partition are known.
pub(super) fn covers(bounds: &TopicBounds, entry: &OffsetEntry) -> bool {
    match Identity::of(entry) {
        Some(Identity::Sink(topic, number)) => bounds.contains_key(&(topic.into_owned(), number)),
        _ => false,
    }
}
