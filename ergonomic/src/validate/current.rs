//! The connector's current offsets, as the measure of what is asked for.

use std::collections::HashMap;

use super::SourceEntry;
use super::duplicates::{Topics, key};
use super::entry;
use super::{Request, stale};
use crate::OffsetEntry;
use crate::finding::text::{closest, excerpt, member_path};
use crate::finding::{Code, Finding};
use crate::json::scan::{self, Kind, Member};
use crate::offset::plain::plain_sink;
use crate::offset::{Identity, Side};

/// For so many unknown topics a similar one is looked for, among so many known ones: more help nobody reads.
const SEARCHES: usize = 100;
const SEARCHED: usize = 1_000;

/// What the current offsets say, in a form that is quick to ask.
pub(super) struct Current<'a> {
    topics: Topics<'a>,
    /// Sorted.
    sinks: Vec<u64>,
    sources: Vec<&'a OffsetEntry>,
    by_canonical: HashMap<String, usize>,
    by_loose: HashMap<String, usize>,
}

impl<'a> Current<'a> {
    pub(super) fn read(entries: &'a [OffsetEntry]) -> Self {
        let mut current = Self {
            topics: Topics::default(),
            sinks: Vec::new(),
            sources: Vec::new(),
            by_canonical: HashMap::new(),
            by_loose: HashMap::new(),
        };
        for entry in entries {
            if let Some(sink) = plain_sink(entry.as_json().as_str()) {
                let topic = current.topics.add(sink.topic);
                current.sinks.push(key(topic.number, sink.partition));
                continue;
            }
            // What the service itself says is not judged here, only read.
            match entry::check(Request::Patch, "", entry, &mut Vec::new()).identity {
                Some(Identity::Sink(topic, partition)) => {
                    let topic = current.topics.add_any(topic);
                    current.sinks.push(key(topic.number, partition));
                }
                Some(Identity::Source(canonical)) => {
                    let index = current.sources.len();
                    current.sources.push(entry);
                    current.by_canonical.insert(canonical, index);
                    current.by_loose.insert(loose(entry), index);
                }
                None => {}
            }
        }
        current.sinks.sort_unstable();
        current
    }

    /// The kind of connector, when the offsets tell.
    pub(super) fn side(&self) -> Option<Side> {
        match (self.sinks.is_empty(), self.sources.is_empty()) {
            (false, true) => Some(Side::Sink),
            (true, false) => Some(Side::Source),
            _ => None,
        }
    }

    /// Warns of partitions without a current position. `asked` is sorted.
    pub(super) fn compare_sinks(
        &self,
        list: &str,
        topics: &Topics<'a>,
        asked: &[(u64, usize)],
        out: &mut Vec<(usize, Finding)>,
    ) {
        if self.side() == Some(Side::Source) {
            return;
        }
        // Both lists are sorted, so within one topic they are walked side by side.
        let mut last = None;
        let mut next = 0;
        let mut searches = 0;
        for &(asked, index) in asked {
            let (number, partition) = (asked >> 32, asked & u64::from(u32::MAX));
            let (_, here) = match last {
                Some(found @ (n, _)) if n == number => found,
                _ => {
                    let here = self.topics.find(topics.name(number));
                    next = here.map_or(0, |h| self.sinks.partition_point(|own| *own < h << 32));
                    *last.insert((number, here))
                }
            };
            if let Some(here) = here {
                let wanted = (here << 32) | partition;
                while self.sinks.get(next).is_some_and(|own| *own < wanted) {
                    next += 1;
                }
                if self.sinks.get(next) == Some(&wanted) {
                    continue;
                }
            }
            let name = topics.name(number);
            let finding = Finding::warning(
                format!("{list}[{index}].partition"),
                Code::UnknownPartition,
                match here {
                    Some(_) => format!(
                        "has no current offset: topic {} is known, its partition {partition} is not",
                        excerpt(name)
                    ),
                    None => format!("has no current offset: topic {} is unknown", excerpt(name)),
                },
            );
            let alike = match here {
                None if searches < SEARCHES => {
                    searches += 1;
                    closest(name, self.topics.names().take(SEARCHED))
                }
                _ => None,
            };
            out.push((
                index,
                match alike {
                    Some(alike) => finding.suggest(format!("did you mean `{alike}`?")),
                    None => finding,
                },
            ));
        }
    }

    /// Warns of a source entry that is not written as the connector writes its own. Returns the connector's entry that
    /// it was compared with.
    pub(super) fn compare_source(
        &self,
        path: &str,
        asked: &SourceEntry<'a>,
        out: &mut Vec<Finding>,
    ) -> Option<&'a OffsetEntry> {
        if self.side() == Some(Side::Sink) {
            return None;
        }
        let at = format!("{path}.partition");
        let exact = self.by_canonical.get(&asked.canonical);
        let alike = exact.or_else(|| self.by_loose.get(&loose(asked.entry)));
        let model = alike
            .or(if self.sources.is_empty() {
                None
            } else {
                Some(&0)
            })
            .and_then(|index| self.sources.get(*index));
        let Some(model) = model else {
            out.push(unknown(at));
            return None;
        };
        let (own_partition, own_offset) = asked.entry.texts();
        let (model_partition, model_offset) = model.texts();
        if exact.is_none() {
            out.push(match alike {
                Some(_) => Finding::warning(
                    at.clone(),
                    Code::PartitionForm,
                    "is written in another form than the connector's own and would never be read",
                )
                .suggest(format!(
                    "write {}",
                    model_partition.map(excerpt).unwrap_or_default()
                )),
                None => unknown(at.clone()),
            });
            if alike.is_none() {
                compare(&at, own_partition, model_partition, out);
            }
        }
        compare(&format!("{path}.offset"), own_offset, model_offset, out);
        if alike.is_some() {
            stale::warn(path, asked.entry, model, out);
        }
        Some(model)
    }
}

fn unknown(path: String) -> Finding {
    Finding::warning(
        path,
        Code::UnknownPartition,
        "is not among the connector's current offsets",
    )
}

/// Compares the types of values, and looks for slips of the pen among the keys.
fn compare(path: &str, own: Option<&str>, model: Option<&str>, out: &mut Vec<Finding>) {
    let (Some(own), Some(model)) = (own.and_then(scan::members), model.and_then(scan::members))
    else {
        return;
    };
    let find = |members: &[Member<'_>], key: &str| members.iter().position(|m| m.key == key);
    for member in &own {
        let at = || member_path(path, &member.key);
        let Some(theirs) = find(&model, &member.key).and_then(|i| model.get(i)) else {
            let missed = model
                .iter()
                .map(|m| m.key.as_ref())
                .filter(|key| find(&own, key).is_none());
            if let Some(meant) = closest(&member.key, missed) {
                out.push(
                    Finding::warning(
                        at(),
                        Code::UnknownMember,
                        "is not a member that the connector itself writes",
                    )
                    .suggest(format!("did you mean `{meant}`?")),
                );
            }
            continue;
        };
        let (own_form, their_form) = (form(member), form(theirs));
        if own_form != their_form && own_form != "null" && their_form != "null" {
            out.push(Finding::warning(
                at(),
                Code::TypeDiffers,
                format!(
                    "is {own_form} ({}), but the connector itself writes {their_form} ({})",
                    excerpt(member.value),
                    excerpt(theirs.value)
                ),
            ));
        }
    }
}

/// The type of a value as Kafka Connect tells them apart: whole numbers and decimals are two.
fn form(member: &Member<'_>) -> &'static str {
    match member.kind() {
        Kind::Number if member.value.contains(['.', 'e', 'E']) => "a decimal",
        Kind::Number => "a whole number",
        kind => kind.noun(),
    }
}

/// A text that is the same for partitions that differ only in how their values are written: `1`, `1.0`, `"1"`.
fn loose(entry: &OffsetEntry) -> String {
    /// Up to here every whole number has a double of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let members = entry.texts().0.and_then(scan::members).unwrap_or_default();
    let mut values: Vec<(String, String)> = members
        .into_iter()
        .map(|member| {
            let text = scan::string(member.value).unwrap_or(member.value.into());
            let value = match (text.parse::<i128>(), text.parse::<f64>()) {
                (Ok(whole), _) => whole.to_string(),
                (Err(_), Ok(decimal)) if decimal.fract() == 0.0 && decimal.abs() < EXACT => {
                    format!("{decimal:.0}")
                }
                _ => text.into_owned(),
            };
            (member.key.into_owned(), value)
        })
        .collect();
    values.sort();
    format!("{values:?}")
}
