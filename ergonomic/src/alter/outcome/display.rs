//! Writes an outcome as part of one line.

use std::fmt;

use super::{Movement, Outcome, PartitionOutcome, StateOutcome};
use crate::finding::text::counted;

/// Writes the movements, what is not confirmed, and the state:
/// `2 partitions went back 2,936 records; 1 partition was reset; RUNNING`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = groups(&self.partitions);
        if parts.is_empty() {
            parts.push("the partitions of the alteration are unknown".to_owned());
        }
        let count = |wanted| {
            self.partitions
                .iter()
                .filter(|p| p.confirmed == wanted)
                .count()
        };
        match (self.observed_at, count(None)) {
            (Some(_), open) if open > 0 => {
                let open = counted(open as u64, "partition");
                parts.push(format!("{open} not confirmed by a later sample"));
            }
            (None, open) if open > 0 => parts.push("not confirmed by a later sample".to_owned()),
            _ => {}
        }
        let state = self.state.as_ref();
        parts.push(state.map_or_else(|| "state unknown".to_owned(), state_text));
        f.write_str(&parts.join("; "))
    }
}

fn groups(partitions: &[PartitionOutcome]) -> Vec<String> {
    let mut directions: Vec<_> = partitions.iter().map(|p| p.moved.direction).collect();
    directions.sort();
    directions.dedup();
    let group = |direction: Movement| {
        let group = || partitions.iter().filter(|p| p.moved.direction == direction);
        let count = group().count();
        let who = counted(count as u64, "partition");
        let records: Option<u64> = group()
            .map(|partition| partition.moved.records)
            .try_fold(0_u64, |sum, records| {
                Some(sum.saturating_add(records?.unsigned_abs()))
            });
        let way = group().next().and_then(|only| only.moved.way.as_ref());
        let by = match (records, way.filter(|_| count == 1)) {
            (Some(records), _) => format!(" {}", counted(records, "record")),
            (None, Some(way)) => format!(" ({way})"),
            (None, None) => String::new(),
        };
        let be = |one: &'static str, more: &'static str| if count == 1 { one } else { more };
        match direction {
            Movement::Back => format!("{who} went back{by}"),
            Movement::Ahead => format!("{who} went ahead{by}"),
            Movement::Given => format!("{who} got a first position"),
            Movement::Reset => format!("{who} {} reset", be("was", "were")),
            Movement::Same => format!(
                "{who} {} at {}",
                be("is", "are"),
                be("its old position", "their old positions")
            ),
            Movement::Unknown => {
                format!("{who} {} set, in an unknown direction", be("was", "were"))
            }
            Movement::Unseen => format!("whether {who} moved cannot be known"),
        }
    };
    directions.into_iter().map(group).collect()
}

fn state_text(state: &StateOutcome) -> String {
    let now = match state.now.as_str() {
        "" => "state unknown".to_owned(),
        _ => state.now.to_string(),
    };
    match state.failed_tasks.len() {
        0 => now,
        failed => format!("{now}, {} FAILED", counted(failed as u64, "task")),
    }
}
