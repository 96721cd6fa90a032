//! Checks of an alteration before anything is sent: pure, complete, and the same for a dry run.
//!
//! A check reports *everything* at once, each with its path into the request body. It refuses what cannot become
//! valid, or of which nobody can say what it would do, and warns of what has cost somebody's data. What it knows comes
//! from the Kafka Connect runtime (KIP-875), the published description of the operation, and the source code of
//! connectors; that Confluent Cloud checks the same is *assumed*.
//!
//! Compare with the connector's current offsets when you have them: half of the mistakes only show beside what the
//! connector itself writes.
//!
//! ```
//! use ccloud_connect::{OffsetEntry, validate};
//!
//! let entries: Vec<OffsetEntry> = serde_json::from_str(
//!     r#"[{"partition": {"kafka_topic": "orders", "kafka_partition": 0}, "ofset": {"kafka_offset": 7}}]"#,
//! )?;
//! let report = validate::patch(&entries);
//! let first = report.errors().next().unwrap();
//! assert_eq!(first.path, "offsets[0].offset");
//! assert_eq!(first.suggestion.as_deref(), Some("rename `ofset` to `offset`"));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod current;
mod duplicates;
mod entry;
mod formats;
#[cfg(test)]
mod properties;
mod stale;
#[cfg(test)]
mod tests;

use crate::OffsetEntry;
use crate::finding::{Code, Finding, Report};
use crate::offset::plain::{Position, plain_sink};
use crate::offset::{Identity, Side};
use current::Current;
use duplicates::{Topics, key, repeats};

/// Checks the entries of a PATCH: each sets the position of one partition, or resets it when `offset` is null.
///
/// Nothing is compared with where the connector stands; [`patch_against`] does.
pub fn patch(entries: &[OffsetEntry]) -> Report {
    run(Request::Patch, LIST, entries, None)
}

/// Checks the entries of a PATCH as [`patch`] does, and compares them with the connector's current offsets. An empty
/// `current` is a connector that has not stored any offset yet.
pub fn patch_against(entries: &[OffsetEntry], current: &[OffsetEntry]) -> Report {
    run(Request::Patch, LIST, entries, Some(current))
}

/// Checks the entries of a DELETE that names partitions; a position beside a partition is ignored, with a warning.
///
/// An empty list is refused, because the service takes it for *every* partition. A reset of everything has no entries
/// and needs no check.
pub fn delete(partitions: &[OffsetEntry]) -> Report {
    run(Request::Delete, LIST, partitions, None)
}

/// Checks the entries of a DELETE as [`delete`] does, and compares them with the connector's current offsets.
pub fn delete_against(partitions: &[OffsetEntry], current: &[OffsetEntry]) -> Report {
    run(Request::Delete, LIST, partitions, Some(current))
}

/// Checks a list of partitions that is called `list` in the paths of the findings.
pub(crate) fn partitions(list: &'static str, partitions: &[OffsetEntry]) -> Report {
    run(Request::Delete, list, partitions, None)
}

/// What the list of a request is called in the paths of findings.
const LIST: &str = "offsets";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Patch,
    Delete,
}

fn run(
    request: Request,
    list: &'static str,
    entries: &[OffsetEntry],
    current: Option<&[OffsetEntry]>,
) -> Report {
    if entries.is_empty() {
        let (message, suggestion) = match request {
            Request::Patch => (
                "is empty; a PATCH without offsets is refused",
                "list at least one partition",
            ),
            Request::Delete => (
                "is empty; a DELETE without offsets would reset every partition",
                "list the partitions, or ask for a reset of all",
            ),
        };
        let finding = Finding::error(list.to_owned(), Code::EmptyRequest, message);
        return Report::new(vec![finding.suggest(suggestion)]);
    }
    let mut check = Check {
        request,
        current: current.map(Current::read),
        ..Check::new(request, list)
    };
    for (index, entry) in entries.iter().enumerate() {
        check.entry(index, entry);
    }
    check.finish()
}

/// A source entry whose partition could be read.
struct SourceEntry<'a> {
    index: usize,
    canonical: String,
    entry: &'a OffsetEntry,
    /// Whether nothing has been found yet that would make a look at the format pointless.
    clean: bool,
}

struct Check<'a> {
    request: Request,
    list: &'static str,
    current: Option<Current<'a>>,
    topics: Topics<'a>,
    sinks: Vec<(u64, usize)>,
    sources: Vec<SourceEntry<'a>>,
    sides: Option<(Side, usize)>,
    /// Findings with the index of their entry.
    findings: Vec<(usize, Finding)>,
}

impl<'a> Check<'a> {
    fn new(request: Request, list: &'static str) -> Self {
        Self {
            request,
            list,
            current: None,
            topics: Topics::default(),
            sinks: Vec::new(),
            sources: Vec::new(),
            sides: None,
            findings: Vec::new(),
        }
    }

    fn path(&self, index: usize) -> String {
        format!("{}[{index}]", self.list)
    }

    fn entry(&mut self, index: usize, entry: &'a OffsetEntry) {
        let plain = plain_sink(entry.as_json().as_str()).filter(|sink| {
            // A position is required in a PATCH and worth a word in a DELETE.
            matches!(sink.position, Position::At(_)) == (self.request == Request::Patch)
                || sink.position == Position::Null
        });
        if let Some(sink) = plain {
            let topic = self.topics.add(sink.topic);
            if topic.legal {
                self.sinks.push((key(topic.number, sink.partition), index));
                self.side(index, Side::Sink);
                return;
            }
        }
        let mut found = Vec::new();
        let seen = entry::check(self.request, &self.path(index), entry, &mut found);
        let clean = found.is_empty();
        self.findings.extend(found.into_iter().map(|f| (index, f)));
        if let Some(side) = seen.side {
            self.side(index, side);
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
                clean,
            }),
            None => {}
        }
    }

    /// All entries belong to a sink, or all to a source.
    fn side(&mut self, index: usize, side: Side) {
        let noun = |side| match side {
            Side::Sink => "sink",
            Side::Source => "source",
        };
        let current = self.current.as_ref().and_then(Current::side);
        let first = self.sides.get_or_insert((current.unwrap_or(side), index)).0;
        if first == side {
            return;
        }
        let (this, other) = (noun(side), noun(first));
        let message = match (current, self.sides) {
            (Some(_), _) => format!(
                "has the form of a {this} entry, but the connector's current offsets are those of a {other}"
            ),
            (None, Some((_, at))) => format!(
                "has the form of a {this} entry, but offsets[{at}] that of a {other}; a connector is one or the other"
            ),
            (None, None) => return,
        };
        self.findings.push((
            index,
            Finding::error(self.path(index), Code::MixedKinds, message),
        ));
    }

    fn finish(mut self) -> Report {
        self.repeated();
        if let Some(current) = &self.current {
            current.compare_sinks(self.list, &self.topics, &self.sinks, &mut self.findings);
        }
        for source in &self.sources {
            let mut found = Vec::new();
            let at = self.path(source.index);
            let own = match &self.current {
                Some(current) => current.compare_source(&at, source, &mut found),
                None => {
                    formats::warn_decimals(&at, source.entry, &mut found);
                    None
                }
            };
            if self.request == Request::Patch && source.clean {
                formats::warn(&at, source.entry, own, &mut found);
            }
            let found = found.into_iter().map(|f| (source.index, f));
            self.findings.extend(found);
        }
        self.findings.sort_by_key(|(index, _)| *index);
        Report::new(self.findings.into_iter().map(|(_, f)| f).collect())
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
            let message = format!("is the same partition as offsets[{first}].partition");
            let finding = match self.request {
                Request::Patch => Finding::error(
                    path,
                    Code::DuplicatePartition,
                    message + "; one of them would be lost",
                ),
                Request::Delete => Finding::warning(path, Code::DuplicatePartition, message),
            };
            self.findings.push((again, finding));
        }
    }
}
