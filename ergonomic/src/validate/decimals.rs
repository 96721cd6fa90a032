//! Whole numbers written as decimals in a partition.

use crate::OffsetEntry;
use crate::finding::number::as_whole;
use crate::finding::text::{excerpt, member_path};
use crate::finding::{Code, Finding};
use crate::json::Kind;
use crate::json::scan;

/// Warns of whole numbers that a partition has as decimals: `1.0` and `1` name different partitions, and connectors
/// write whole numbers. Used when the connector has no offsets to compare with.
pub(super) fn warn(path: &str, entry: &OffsetEntry, out: &mut Vec<Finding>) {
    let members = entry.texts().0.and_then(scan::members).unwrap_or_default();
    for member in members {
        if member.kind() != Kind::Number || !member.value.contains(['.', 'e', 'E']) {
            continue;
        }
        if let Some(whole) = as_whole(member.value, i64::MAX) {
            let finding = Finding::warning(
                member_path(&format!("{path}.partition"), &member.key),
                Code::PartitionForm,
                format!(
                    "is {}, which names another partition than {whole}",
                    excerpt(member.value)
                ),
            );
            out.push(finding.suggest(format!("write {whole}")));
        }
    }
}
