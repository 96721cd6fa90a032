//! Writes a plan as text for people.

use std::fmt;

use super::{Change, Plan};
use crate::RawJson;
use crate::finding::text;
use crate::json::scan;
use crate::model::AlterationRequest;

/// The widest column, in characters, which suits the longest name of a topic; a longer text is not aligned.
const WIDEST: usize = 260;

/// Writes a table for sinks, or a list of changed members for sources, followed by the warnings.
///
/// ```text
/// PATCH sets 2 partitions:
///   PARTITION      BEFORE     AFTER  RECORDS
///   orders:0     20032323  20031323    -1000
///   orders:1          300         0     -300  at most, to the earliest record
/// ```
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        headline(self, f)?;
        if self.changes().iter().all(|change| change.sink().is_some()) {
            table(self.changes(), f)?;
        } else {
            list(self.changes(), f)?;
        }
        for warning in self.warnings() {
            write!(f, "\n{}: {warning}", warning.severity)?;
        }
        Ok(())
    }
}

fn headline(plan: &Plan, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let count = plan.changes().len();
    let partitions = text::counted(count as u64, "partition");
    match plan.request() {
        AlterationRequest::Patch(_) => {
            let resets = plan
                .changes()
                .iter()
                .filter(|change| change.after().is_none())
                .count();
            match (count - resets, resets) {
                (_, 0) => write!(f, "PATCH sets {partitions}:"),
                (0, _) => write!(f, "PATCH resets {partitions}:"),
                (sets, _) => write!(f, "PATCH sets {sets} and resets {resets} of {partitions}:"),
            }
        }
        AlterationRequest::Delete(_) => write!(f, "DELETE resets {partitions}:"),
        AlterationRequest::DeleteAll if count == 0 => {
            f.write_str("DELETE resets every partition; none is known")
        }
        AlterationRequest::DeleteAll => {
            write!(f, "DELETE resets every partition; {partitions} known:")
        }
    }
}

/// Writes the changes of a sink as a table. The first and the last column are left-aligned, and the numbers are
/// right-aligned.
fn table(changes: &[Change], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let counted = changes.iter().any(|change| change.distance().is_some());
    let records = if counted { "RECORDS" } else { "" };
    let head = ["PARTITION", "BEFORE", "AFTER", records, ""].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head)
        .chain(changes.iter().map(row))
        .collect();
    if rows.len() == 1 {
        return Ok(());
    }
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default().min(WIDEST)
    };
    let [a, b, c, d] = [width(0), width(1), width(2), width(3)];
    for [partition, before, after, records, note] in &rows {
        let line = format!("  {partition:a$}  {before:>b$}  {after:>c$}  {records:>d$}  {note}");
        write!(f, "\n{}", line.trim_end())?;
    }
    Ok(())
}

fn row(change: &Change) -> [String; 5] {
    let distance = change.distance();
    let note = match change.records.1 {
        _ if change.is_unchanged() => "unchanged",
        Some(0) => "at most, to the earliest record",
        _ => "",
    };
    [
        partition_label(change.partition()),
        change.before().map_or("-".to_owned(), position_text),
        change.after().map_or("reset".to_owned(), position_text),
        distance.map_or(String::new(), |distance| {
            if distance == 0 {
                "0".to_owned()
            } else {
                format!("{distance:+}")
            }
        }),
        note.to_owned(),
    ]
}

/// Writes the members that change, for each partition of a source.
fn list(changes: &[Change], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for change in changes {
        write!(f, "\n  {}", partition_label(change.partition()))?;
        if change.is_unchanged() {
            f.write_str("\n    unchanged")?;
            continue;
        }
        let Some(after) = change.after() else {
            write!(f, "\n    {} → reset", position_label(change.before()))?;
            continue;
        };
        if let Some(way) = change.way() {
            write!(f, "\n    {way}")?;
        }
        let old = members(change.before());
        let new = members(Some(after));
        let find = |members: &[(String, String)], key: &str| {
            let found = members.iter().find(|(k, _)| k == key);
            found.map(|(_, value)| value.clone())
        };
        let gone = old.iter().filter(|(key, _)| find(&new, key).is_none());
        let lines: Vec<(&str, String, &str)> = new
            .iter()
            .map(|(key, value)| {
                let before = find(&old, key).unwrap_or_else(|| "-".to_owned());
                (key.as_str(), before, value.as_str())
            })
            .filter(|(_, before, after)| !same(before, after))
            .chain(gone.map(|(key, value)| (key.as_str(), value.clone(), "removed")))
            .collect();
        let width = lines.iter().map(|(key, _, _)| key.chars().count()).max();
        let width = width.unwrap_or_default().min(WIDEST);
        for (key, before, after) in lines {
            write!(
                f,
                "\n    {key:width$}  {} → {}",
                printable(&before),
                printable(after)
            )?;
        }
    }
    Ok(())
}

fn same(left: &str, right: &str) -> bool {
    let json = |text: &str| text.parse::<RawJson>().ok();
    left == right || json(left).is_some_and(|left| json(right) == Some(left))
}

/// The members of a position: the key of each, safe to print, and its value as text.
fn members(position: Option<&RawJson>) -> Vec<(String, String)> {
    let members = position.and_then(|position| scan::members(position.as_str()));
    let members = members.unwrap_or_default().into_iter();
    members
        .map(|m| (printable(&m.key), m.value.to_owned()))
        .collect()
}

/// The name of a partition in messages: `topic:partition` for sinks, JSON for sources.
pub(crate) fn partition_label(partition: &RawJson) -> String {
    let members = scan::members(partition.as_str()).unwrap_or_default();
    let find = |key: &str| members.iter().find(|m| m.key == key).map(|m| m.value);
    match (find("kafka_topic"), find("kafka_partition")) {
        (Some(topic), Some(number)) => {
            let plain = |text| scan::string(text).unwrap_or(text.into());
            printable(&format!("{}:{}", plain(topic), plain(number)))
        }
        _ => printable(partition.as_str()),
    }
}

/// A position in messages: an offset for sinks, JSON for sources, or `nowhere`.
pub(crate) fn position_label(position: Option<&RawJson>) -> String {
    position.map_or("nowhere".to_owned(), position_text)
}

/// A position as text: the offset of a sink, and the JSON of a source.
fn position_text(position: &RawJson) -> String {
    let members = scan::members(position.as_str()).unwrap_or_default();
    match members.iter().find(|m| m.key == "kafka_offset") {
        Some(member) => {
            let text = scan::string(member.value).unwrap_or(member.value.into());
            printable(&text)
        }
        None => printable(position.as_str()),
    }
}

/// The text with escapes for characters that a terminal could take for a command. It is not shortened, because names
/// and values such as GTIDs often differ at their ends.
pub(super) fn printable(text: &str) -> String {
    text::printable(text.chars())
}
