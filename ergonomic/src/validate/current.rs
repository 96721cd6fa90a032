//! Compares a request with the connector's current offsets.

use std::cell::Cell;
use std::collections::HashMap;

use super::decimals;
use super::duplicates::{Topics, key};
use super::entry;
use super::source::Formats;
use super::{Known, Request, SourceEntry};
use crate::OffsetEntry;
use crate::finding::text::{closest, excerpt, member_path};
use crate::finding::{Code, Finding};
use crate::json::scan::{self, Kind, Member};
use crate::offset::plain::plain_sink;
use crate::offset::{Identity, Side};

/// For at most this many unknown topics or partitions a similar one is searched, among at most this many known ones: a
/// person reads no more suggestions.
const SEARCHES: usize = 100;
const SEARCHED: usize = 1_000;

/// The current offsets in a form for fast lookups.
pub(super) struct Current<'a> {
    topics: Topics<'a>,
    /// The keys of sink partitions, sorted.
    sinks: Vec<u64>,
    sources: Vec<&'a OffsetEntry>,
    by_canonical: HashMap<String, usize>,
    by_loose: HashMap<String, usize>,
    /// How often a similar partition was searched.
    searches: Cell<usize>,
}

impl<'a> Current<'a> {
    /// `side` is the kind of the connector, when it is known without the offsets.
    pub(super) fn read(entries: &'a [OffsetEntry], side: Option<Side>) -> Self {
        // Misspelt keys are not corrected in the connector's own entries: only the exact keys identify a sink.
        let side = side.or(Some(Side::Source));
        let mut current = Self {
            topics: Topics::default(),
            sinks: Vec::new(),
            sources: Vec::new(),
            by_canonical: HashMap::new(),
            by_loose: HashMap::new(),
            searches: Cell::new(0),
        };
        for entry in entries {
            if let Some(sink) = plain_sink(entry.as_json().as_str()) {
                let topic = current.topics.add(sink.topic);
                current.sinks.push(key(topic.number, sink.partition));
                continue;
            }
            // The service's own entries are only read; findings about them are dropped.
            match entry::check(Request::Patch, "", entry, side, &mut Vec::new()).identity {
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

    /// The kind of connector; `None` when the offsets do not show it.
    pub(super) fn side(&self) -> Option<Side> {
        match (self.sinks.is_empty(), self.sources.is_empty()) {
            (false, true) => Some(Side::Sink),
            (true, false) => Some(Side::Source),
            _ => None,
        }
    }

    /// Adds warnings about partitions without a current position. `asked` is sorted.
    pub(super) fn compare_sinks(
        &self,
        list: &str,
        topics: &Topics<'a>,
        asked: &[(u64, usize)],
        known: &Known<'_>,
        out: &mut Vec<(usize, Finding)>,
    ) {
        if self.side() == Some(Side::Source) || asked.is_empty() {
            return;
        }
        if self.is_empty() {
            // Nothing distinguishes a misspelt topic from a correct one.
            let effect =
                "cannot be compared with the connector's own, because it has stored none yet";
            let finding = Finding::warning(list.to_owned(), Code::UnknownPartition, effect);
            out.push((0, finding));
            return;
        }
        // Both lists are sorted, so those of one topic are compared in parallel.
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
            let unless = known.unless(name, partition);
            let finding = Finding::warning(
                format!("{list}[{index}].partition"),
                Code::UnknownPartition,
                match here {
                    Some(_) => format!(
                        "has no current offset: the connector has offsets in topic {}, but none in its partition {partition}{unless}",
                        excerpt(name)
                    ),
                    None => format!(
                        "has no current offset: the connector has no offset in topic {}{unless}",
                        excerpt(name)
                    ),
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

    /// The entries of a source.
    pub(super) fn sources(&self) -> impl Iterator<Item = &'a OffsetEntry> {
        self.sources.iter().copied()
    }

    /// Whether the connector has stored no offsets yet.
    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.sinks.is_empty()
    }

    /// The connector's own entry for the partition of a source entry.
    pub(super) fn own(&self, asked: &SourceEntry<'a>) -> Option<&'a OffsetEntry> {
        let index = self.by_canonical.get(&asked.canonical)?;
        self.sources.get(*index).copied()
    }

    /// Adds findings about a source entry whose partition is not one of the connector's own, or is written in another
    /// form.
    pub(super) fn compare_source(
        &self,
        path: &str,
        asked: &SourceEntry<'a>,
        formats: &Formats,
        out: &mut Vec<Finding>,
    ) {
        if self.side() == Some(Side::Sink) || self.sources.is_empty() {
            return;
        }
        let at = format!("{path}.partition");
        let (asked_partition, asked_offset) = asked.entry.texts();
        let own = self.own(asked);
        if let Some(own) = own {
            if own.texts().1.is_none_or(|offset| offset == "null") {
                out.push(not_alterable(at));
            }
            let at = format!("{path}.offset");
            decimals::rounded(&at, asked_offset, own.texts().1, out);
        } else if let Some(alike) = self.alike(asked.entry) {
            let model = alike.texts().0.map(excerpt).unwrap_or_default();
            out.push(
                Finding::error(
                    at,
                    Code::PartitionForm,
                    "is written in another form than the connector's own partition, so the connector would never read it",
                )
                .suggest(format!("write {model}")),
            );
        } else {
            out.push(self.unknown(at.clone(), asked.entry));
            if !formats.is_sure() {
                let model = self.sources.first().and_then(|model| model.texts().0);
                compare(&at, asked_partition, model, out);
            }
        }
        if !formats.is_sure() {
            let model = own.or_else(|| self.alike(asked.entry));
            let model = model.or(self.sources.first().copied());
            let model_offset = model.and_then(|model| model.texts().1);
            let at = format!("{path}.offset");
            compare(&at, asked_offset, model_offset, out);
            nothing_in_common(&at, asked_offset, model_offset, out);
        }
    }

    /// The connector's own partition that differs only in how its values are written.
    fn alike(&self, entry: &OffsetEntry) -> Option<&'a OffsetEntry> {
        let index = self.by_loose.get(&loose(entry))?;
        self.sources.get(*index).copied()
    }

    /// The finding about a partition that the connector does not have; it names the nearest one that it has.
    fn unknown(&self, path: String, entry: &OffsetEntry) -> Finding {
        let message = "is not one of the partitions in the connector's current offsets";
        self.searches.set(self.searches.get() + 1);
        if self.searches.get() > SEARCHES {
            return Finding::warning(path, Code::UnknownPartition, message);
        }
        let asked = entry.texts().0.and_then(scan::members).unwrap_or_default();
        let near = self.sources.iter().take(SEARCHED).filter_map(|own| {
            let text = own.texts().0?;
            let differences = differences(&asked, &scan::members(text)?);
            Some((differences.len(), text, differences))
        });
        let nearest = near.min_by_key(|(count, ..)| *count);
        match nearest {
            Some((_, text, differences)) => Finding::warning(
                path,
                Code::UnknownPartition,
                format!(
                    "{message}; the nearest one differs in {}",
                    differences.join(", and in ")
                ),
            )
            .suggest(format!("the nearest is {}", excerpt(text))),
            None => Finding::warning(path, Code::UnknownPartition, message),
        }
    }
}

/// The finding about a partition that the service shows without a position.
pub(super) fn not_alterable(path: String) -> Finding {
    Finding::warning(
        path,
        Code::NotAlterable,
        "has the position null, which is normal for a moment after a change; if it stays so, the connector stores this partition under other keys, and no alteration and no reset changes it, even when the status is APPLIED",
    )
}

/// The differences between two partitions, in words.
fn differences(asked: &[Member<'_>], own: &[Member<'_>]) -> Vec<String> {
    let find = |members: &[Member<'_>], key: &str| {
        let member = members.iter().find(|m| m.key == key);
        member.map(|m| m.value.to_owned())
    };
    let text = |value: &str| scan::string(value).unwrap_or(value.into()).into_owned();
    let missing = own.iter().filter_map(|member| {
        let Some(value) = find(asked, &member.key) else {
            return Some(format!("`{}`, which is missing here", excerpt(&member.key)));
        };
        if value == member.value {
            return None;
        }
        let (value, theirs) = (text(&value), text(member.value));
        let how = if value.to_lowercase() == theirs.to_lowercase() && value != theirs {
            " in its letter case"
        } else {
            ""
        };
        Some(format!(
            "`{}`{how} (there `{}`)",
            excerpt(&member.key),
            excerpt(&theirs)
        ))
    });
    let added = asked
        .iter()
        .filter(|member| find(own, &member.key).is_none())
        .map(|member| {
            format!(
                "`{}`, which the connector does not have",
                excerpt(&member.key)
            )
        });
    missing.chain(added).collect()
}

/// Warns when a position shares no member with those that the connector writes, and its format is not known.
fn nothing_in_common(path: &str, own: Option<&str>, model: Option<&str>, out: &mut Vec<Finding>) {
    let (Some(own), Some(model)) = (own.and_then(scan::members), model.and_then(scan::members))
    else {
        return;
    };
    let shared = own
        .iter()
        .any(|m| model.iter().any(|other| other.key == m.key));
    if !shared && !model.is_empty() {
        out.push(Finding::warning(
            path.to_owned(),
            Code::ForeignOffset,
            "has none of the members that the connector itself writes",
        ));
    }
}

/// Compares the types of values, and searches for misspelt keys.
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

/// The type of a value as Kafka Connect distinguishes it: whole numbers and decimals are different types.
fn form(member: &Member<'_>) -> &'static str {
    match member.kind() {
        Kind::Number if member.value.contains(['.', 'e', 'E']) => "a decimal",
        Kind::Number => "a whole number",
        kind => kind.noun(),
    }
}

/// A text that is equal for partitions that differ only in the form of their values: `1`, `1.0`, `"1"`.
fn loose(entry: &OffsetEntry) -> String {
    let members = entry.texts().0.and_then(scan::members).unwrap_or_default();
    let mut values: Vec<(String, String)> = members
        .into_iter()
        .map(|member| {
            let text = scan::string(member.value).unwrap_or(member.value.into());
            let value = match (text.parse::<i128>(), text.parse::<f64>()) {
                (Ok(whole), _) => whole.to_string(),
                (Err(_), Ok(decimal))
                    if decimal.fract() == 0.0 && decimal.abs() < decimals::EXACT =>
                {
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
