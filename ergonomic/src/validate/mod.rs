//! Checks of an alteration request before it is sent. The checks do no I/O, report all findings at once, and are the
//! same for a dry run.
//!
//! Each finding has a path in the request body. An error is about an entry that is malformed, that the connector would
//! never read, that would make its task fail, or that belongs to another connector. A warning is about lost or repeated
//! data. A note, with a query, is about a condition that only the database can decide.
//!
//! The facts behind the checks were measured on Kafka Connect and on real connectors, or come from source code and the
//! published description of the operation. It is *assumed* that Confluent Cloud makes the same checks as Kafka Connect.
//!
//! Pass the connector's class and current offsets when you have them ([`Known`]): most mistakes show only in comparison
//! with what the connector itself writes.
//!
//! ```
//! use ccloud_connect::{OffsetEntry, validate};
//!
//! let entries: Vec<OffsetEntry> = serde_json::from_str(
//!     r#"[{"partition": {"kafka_topic": "orders", "kafka_partition": 0}, "ofset": {"kafka_offset": 7}}]"#,
//! )?;
//! let report = validate::patch(&entries);
//! let first = report.errors().next().unwrap();
//! assert_eq!(first.path, "offsets[0].ofset");
//! assert_eq!(first.suggestion.as_deref(), Some("did you mean `offset`?"));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod current;
mod decimals;
mod duplicates;
mod edited;
mod entry;
mod known;
#[cfg(test)]
mod properties;
mod source;
#[cfg(test)]
mod tests;

pub use edited::{edited, goes_back};
pub use known::Known;

use std::cell::OnceCell;

use crate::OffsetEntry;
use crate::clock::{Clock, SystemClock};
use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, Report};
use crate::offset::facts::Around;
use crate::offset::fields::Fields;
use crate::offset::plain::{Position, plain_sink};
use crate::offset::{Identity, KeptElsewhere, Side};
use current::Current;
use duplicates::{Topics, key, repeats};
use source::Formats;

/// Checks the entries of a PATCH: each sets the position of one partition, or resets it when `offset` is null.
///
/// The entries are not compared with the connector's current offsets; [`patch_knowing`] does that.
pub fn patch(entries: &[OffsetEntry]) -> Report {
    patch_knowing(entries, &Known::default())
}

/// Checks the entries of a PATCH as [`patch`] does, and compares them with the connector's current offsets. An empty
/// `current` means that the connector has not stored any offset yet.
pub fn patch_against(entries: &[OffsetEntry], current: &[OffsetEntry]) -> Report {
    patch_knowing(entries, &Known::default().with_current(current))
}

/// Checks the entries of a PATCH with everything that is known of the connector.
pub fn patch_knowing(entries: &[OffsetEntry], known: &Known<'_>) -> Report {
    run(Request::Patch, LIST, entries, known)
}

/// Checks the entries of a DELETE that names partitions; a position in an entry is ignored, with a warning.
///
/// An empty list is refused, because the service would reset *every* partition; [`delete_all`] checks a reset of every
/// partition.
pub fn delete(partitions: &[OffsetEntry]) -> Report {
    delete_knowing(partitions, &Known::default())
}

/// Checks the entries of a DELETE as [`delete`] does, and compares them with the connector's current offsets.
pub fn delete_against(partitions: &[OffsetEntry], current: &[OffsetEntry]) -> Report {
    delete_knowing(partitions, &Known::default().with_current(current))
}

/// Checks the entries of a DELETE with everything that is known of the connector.
pub fn delete_knowing(partitions: &[OffsetEntry], known: &Known<'_>) -> Report {
    run(Request::Delete, LIST, partitions, known)
}

/// Warns of what a reset of every partition does not change: positions that the service shows as null, and positions
/// that the connector keeps in another system.
pub fn delete_all(known: &Known<'_>) -> Report {
    let current = known.current.unwrap_or_default().iter().enumerate();
    let unreachable = current.filter(|(_, entry)| entry.texts().1.is_none_or(|o| o == "null"));
    let mut findings: Vec<Finding> = unreachable
        .map(|(index, _)| current::not_alterable(format!("{LIST}[{index}].partition")))
        .collect();
    findings.extend(elsewhere(known));
    Report::new(findings).accept(known.accepted)
}

/// Checks a list of partitions; `list` is its name in the paths of the findings.
pub(crate) fn partitions(list: &'static str, partitions: &[OffsetEntry]) -> Report {
    run(Request::Delete, list, partitions, &Known::default())
}

/// The note about another system in which connectors of this class keep a position.
fn elsewhere(known: &Known<'_>) -> Option<Finding> {
    let row = known.class.and_then(KeptElsewhere::of_class);
    row.map(|row| row.note(LIST))
}

/// The name of the request's list, with which the paths of findings begin.
const LIST: &str = "offsets";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Patch,
    Delete,
}

fn run(request: Request, list: &'static str, entries: &[OffsetEntry], known: &Known<'_>) -> Report {
    if entries.is_empty() {
        let (message, suggestion) = match request {
            Request::Patch => (
                "is empty, so there is nothing to set; the offsets of a connector that has stored none look like this",
                "to remove the connector's offsets, reset all its partitions; to set positions, list the partitions",
            ),
            Request::Delete => (
                "is empty, which the service takes for a reset of every partition",
                "name the partitions to reset, or ask for a reset of all of them",
            ),
        };
        let finding = Finding::error(list, Code::EmptyRequest, message);
        return Report::new(vec![finding.suggest(suggestion)]);
    }
    let current = known
        .current
        .map(|current| Current::read(current, known.side()));
    let own_side = current.as_ref().and_then(Current::side);
    let mut check = Check {
        request,
        list,
        current,
        own_side,
        decided: known.side().or(own_side),
        topics: Topics::default(),
        sinks: Vec::new(),
        sources: Vec::new(),
        sides: None,
        findings: Vec::new(),
    };
    for (index, entry) in entries.iter().enumerate() {
        check.entry(index, entry);
    }
    check.finish(known).accept(known.accepted)
}

/// A source entry whose partition could be read.
struct SourceEntry<'a> {
    index: usize,
    canonical: String,
    entry: &'a OffsetEntry,
}

struct Check<'a> {
    request: Request,
    list: &'static str,
    current: Option<Current<'a>>,
    /// Whether the connector is a sink or a source; `None` when its current offsets do not show that.
    own_side: Option<Side>,
    /// Whether the connector is a sink or a source, by its kind, its class or its current offsets.
    decided: Option<Side>,
    topics: Topics<'a>,
    sinks: Vec<(u64, usize)>,
    sources: Vec<SourceEntry<'a>>,
    sides: Option<(Side, usize)>,
    /// Findings, each with the index of its entry.
    findings: Vec<(usize, Finding)>,
}

impl<'a> Check<'a> {
    fn path(&self, index: usize) -> String {
        format!("{}[{index}]", self.list)
    }

    fn entry(&mut self, index: usize, entry: &'a OffsetEntry) {
        let plain = plain_sink(entry.as_json().as_str()).filter(|sink| {
            // Only an entry in which `entry::check` would find nothing skips that check. So its position must be null,
            // present in a PATCH, or absent in a DELETE.
            matches!(sink.position, Position::At(_)) == (self.request == Request::Patch)
                || sink.position == Position::Null
        });
        if let Some(sink) = plain {
            let topic = self.topics.add(sink.topic);
            if topic.legal {
                self.sinks.push((key(topic.number, sink.partition), index));
                self.side(index, entry, Side::Sink);
                return;
            }
        }
        let mut found = Vec::new();
        let path = self.path(index);
        let seen = entry::check(self.request, &path, entry, self.decided, &mut found);
        self.findings.extend(found.into_iter().map(|f| (index, f)));
        if let Some(side) = seen.side {
            self.side(index, entry, side);
        }
        match seen.identity {
            Some(Identity::Sink(topic, partition)) => {
                let topic = self.topics.add_any(topic);
                self.sinks.push((key(topic.number, partition), index));
            }
            Some(Identity::Source(canonical)) => self.sources.push(SourceEntry {
                index,
                canonical,
                entry,
            }),
            None => {}
        }
    }

    /// Adds an error when this is an entry of a sink and the connector is a source, or the reverse. When it is not
    /// known what the connector is, the first entry decides.
    fn side(&mut self, index: usize, entry: &OffsetEntry, side: Side) {
        let first = self
            .sides
            .get_or_insert((self.decided.unwrap_or(side), index))
            .0;
        if first == side {
            return;
        }
        let (this, other) = (side.noun(), first.noun());
        let message = match (self.decided, self.sides) {
            (Some(_), _) if self.own_side.is_some() => format!(
                "has the form of a {this} entry, but the connector's current offsets are those of a {other}"
            ),
            (Some(_), _) => {
                format!("has the form of a {this} entry, but the connector is a {other}")
            }
            (None, Some((_, at))) => format!(
                "has the form of a {this} entry, but {} has the form of a {other} entry; a connector is either a sink or a source",
                self.path(at)
            ),
            (None, None) => return,
        };
        let finding = Finding::error(self.path(index), Code::MixedKinds, message);
        let hint = entry::renamed_sink(entry).filter(|_| first == Side::Sink);
        self.findings.push((index, finding.suggest_any(hint)));
    }

    /// Warns of topics that the connector does not read, once for each.
    fn unread(&mut self, topics: &[&str]) {
        let mut last = None;
        for &(key, index) in &self.sinks {
            let name = self.topics.name(key >> 32);
            if last.replace(key >> 32) == Some(key >> 32) || topics.contains(&name) {
                continue;
            }
            let path = format!("{}.partition", self.path(index));
            let message = format!(
                "is in topic {}, which is not in the connector's setting topics, so the connector does not read it",
                excerpt(name)
            );
            let finding = Finding::warning(path, Code::NeverRead, message);
            self.findings.push((index, finding));
        }
    }

    fn finish(mut self, known: &Known<'_>) -> Report {
        self.repeated();
        if let Some(topics) = known.topics() {
            self.unread(&topics);
        }
        if let Some(current) = &self.current {
            let (asked, out) = (&self.sinks, &mut self.findings);
            current.compare_sinks(self.list, &self.topics, asked, known, out);
        }
        let mut whole = Vec::new();
        let mut changes = !self.sinks.is_empty();
        if !self.sources.is_empty() {
            (whole, changes) = self.sources(known);
        }
        let elsewhere = elsewhere(known).filter(|_| changes);
        self.findings.sort_by_key(|(index, _)| *index);
        whole.extend(self.findings.into_iter().map(|(_, finding)| finding));
        whole.extend(elsewhere);
        Report::new(whole)
    }

    /// Checks the entries of a source; returns the findings about the whole request, and whether anything changes.
    fn sources(&mut self, known: &Known<'_>) -> (Vec<Finding>, bool) {
        let mut whole = Vec::new();
        let current = self.current.as_ref();
        let is_sink = self.decided == Some(Side::Sink);
        if current.is_some_and(Current::is_empty) && !is_sink {
            whole.push(Finding::warning(
                self.list,
                Code::UnknownPartition,
                "cannot be compared with the connector's own, because it has stored none yet",
            ));
        }
        let formats = Formats::new(known);
        let fields = |entry: &'a OffsetEntry| Fields::of(entry);
        let around = Around {
            present: current.map(|current| current.sources().filter_map(fields).collect()),
            request: self
                .sources
                .iter()
                .filter_map(|source| fields(source.entry))
                .map(|fields| match self.request {
                    Request::Patch => fields,
                    Request::Delete => fields.reset(),
                })
                .collect(),
            class: known.class,
            settings: known.settings,
            now: known.now.unwrap_or_else(|| SystemClock.now()),
            has_old_form: OnceCell::new(),
        };
        let mut changes = false;
        let mut found_all = Vec::new();
        for source in &self.sources {
            let path = self.path(source.index);
            let mut found = Vec::new();
            let own = current.and_then(|current| current.own(source));
            changes |= own.is_none_or(|own| own.texts().1 != source.entry.texts().1);
            match current {
                _ if is_sink => continue,
                Some(_) if own.is_none() && formats.also_reads(source.entry, &around) => {}
                Some(current) => current.compare_source(&path, source, &formats, &mut found),
                None => {}
            }
            if own.is_none() && current.is_none_or(Current::is_empty) {
                decimals::warn(&path, source.entry, &mut found);
            }
            let bare = (self.request == Request::Delete).then(|| source.entry.partition());
            let bare = bare
                .flatten()
                .map(|partition| OffsetEntry::partition_only(&partition));
            let entry = bare.as_ref().unwrap_or(source.entry);
            for finding in formats.check(entry, own, &around) {
                let finding = Finding {
                    path: format!("{path}.{}", finding.path),
                    ..finding
                };
                let said = |other: &Finding| {
                    (other.path == finding.path
                        && (other.severity <= finding.severity || other.code == Code::OutOfRange))
                        || (other.code == Code::PartitionForm && finding.code == Code::NeverRead)
                };
                let before = self.findings.iter().filter(|(at, _)| *at == source.index);
                let before = before.map(|(_, finding)| finding);
                let here = found.iter().filter(|f| f.code == Code::PartitionForm);
                if !before.chain(here).any(said) {
                    found.push(finding);
                }
            }
            found_all.extend(found.into_iter().map(|f| (source.index, f)));
        }
        self.findings.extend(found_all);
        (whole, changes)
    }

    fn repeated(&mut self) {
        let mut pairs = repeats(&mut self.sinks);
        let mut sources: Vec<_> = self
            .sources
            .iter()
            .map(|source| (source.canonical.as_str(), source.index))
            .collect();
        pairs.extend(repeats(&mut sources));
        for (first, again) in pairs {
            let path = format!("{}.partition", self.path(again));
            let mut message = format!("is the same partition as {}.partition", self.path(first));
            let finding = match self.request {
                Request::Patch => {
                    message += "; only one of the two positions would be set";
                    Finding::error(path, Code::DuplicatePartition, message)
                }
                Request::Delete => Finding::warning(path, Code::DuplicatePartition, message),
            };
            self.findings.push((again, finding));
        }
    }
}
