//! Compares a request with the connector's current offsets.

use std::cell::Cell;
use std::collections::HashMap;

use super::decimals;
use super::duplicates::{Topics, key};
use super::entry;
use super::source::Formats;
use super::{Known, Request, SourceEntry};
use crate::OffsetEntry;
use crate::finding::number::EXACT;
use crate::finding::text::{closest, excerpt, member_path};
use crate::finding::{Code, Finding};
use crate::json::scan::{self, Kind, Member};
use crate::offset::plain::plain_sink;
use crate::offset::{Identity, Side};

/// The greatest number of unknown topics or partitions for which a similar one is searched: a person reads no more
/// suggestions.
const SEARCHES: usize = 100;
/// The greatest number of known topics or partitions among which a similar one is searched.
const SEARCHED: usize = 1_000;

/// The current offsets in a form for fast lookups.
pub(super) struct Current<'a> {
    topics: Topics<'a>,
    /// The sink partitions as integers (see `key`), sorted.
    sinks: Vec<u64>,
    sources: Vec<&'a OffsetEntry>,
    by_canonical: HashMap<String, usize>,
    by_loose: HashMap<String, usize>,
    /// The number of unknown partitions so far. A similar partition is searched for the first `SEARCHES` of them.
    searches: Cell<usize>,
}

impl<'a> Current<'a> {
    /// Parses the connector's current offsets. `side` says whether the connector is a sink or a source; `None` when
    /// that is not known without the offsets.
    pub(super) fn read(entries: &'a [OffsetEntry], side: Option<Side>) -> Self {
        // With `Side::Source`, `entry::check` recognises a sink's entry by its exact keys, not by keys that resemble them.
        // The exact keys are enough here, because the connector's own keys are not misspelt.
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
            // Findings about the connector's own entries are dropped, because only the request is checked.
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

    /// Whether the connector is a sink or a source; `None` when its offsets do not show that.
    pub(super) fn side(&self) -> Option<Side> {
        match (self.sinks.is_empty(), self.sources.is_empty()) {
            (false, true) => Some(Side::Sink),
            (true, false) => Some(Side::Source),
            _ => None,
        }
    }

    /// Adds a warning about each partition of the request that has no current position. `asked` is sorted.
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
            // Without current offsets, a misspelt topic cannot be distinguished from a correct one, so the whole list gets
            // one warning.
            let effect =
                "cannot be compared with the connector's own, because it has stored none yet";
            let finding = Finding::warning(list, Code::UnknownPartition, effect);
            out.push((0, finding));
            return;
        }
        // `asked` and `self.sinks` are both sorted by topic and partition. So for each topic in `asked`, one search
        // finds the start of the topic in `self.sinks`, and one pass from there compares its partitions.
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
            let (unless, topic) = (known.unless(name, partition), excerpt(name));
            let lacks = match here {
                Some(_) => {
                    format!("offsets in topic {topic}, but none in its partition {partition}")
                }
                None => format!("no offset in topic {topic}"),
            };
            let alike = match here {
                None if searches < SEARCHES => {
                    searches += 1;
                    closest(name, self.topics.names().take(SEARCHED))
                }
                _ => None,
            };
            let path = format!("{list}[{index}].partition");
            let message = format!("has no current offset: the connector has {lacks}{unless}");
            let finding = Finding::warning(path, Code::UnknownPartition, message);
            out.push((index, finding.did_you_mean(alike)));
        }
    }

    /// The current entries of a source.
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
            let effect = "is written in another form than the connector's own partition, so the connector would never read it";
            let finding = Finding::error(at, Code::PartitionForm, effect);
            out.push(finding.suggest(format!("write {model}")));
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
            if compare(&at, asked_offset, model_offset, out) == Some(0) {
                let effect = "has none of the members that the connector itself writes";
                out.push(Finding::warning(at, Code::ForeignOffset, effect));
            }
        }
    }

    /// The connector's own entry whose partition differs from that of `entry` only in the form of its values, such as
    /// `1` and `"1"`.
    fn alike(&self, entry: &OffsetEntry) -> Option<&'a OffsetEntry> {
        let index = self.by_loose.get(&loose(entry))?;
        self.sources.get(*index).copied()
    }

    /// The finding about a partition that the connector does not have; it names the most similar partition that the
    /// connector has.
    fn unknown(&self, path: String, entry: &OffsetEntry) -> Finding {
        let mut message =
            "is not one of the partitions in the connector's current offsets".to_owned();
        self.searches.set(self.searches.get() + 1);
        let searched = if self.searches.get() > SEARCHES {
            0
        } else {
            SEARCHED
        };
        let asked = entry.texts().0.and_then(scan::members).unwrap_or_default();
        let near = self.sources.iter().take(searched).filter_map(|own| {
            let text = own.texts().0?;
            Some((text, differences(&asked, &scan::members(text)?)))
        });
        let nearest = near.min_by_key(|(_, differences)| differences.len());
        let nearest = nearest.map(|(text, differences)| {
            message += "; the nearest one differs in ";
            message += &differences.join(", and in ");
            format!("the nearest is {}", excerpt(text))
        });
        Finding::warning(path, Code::UnknownPartition, message).suggest_any(nearest)
    }
}

/// The finding about a partition that the service shows without a position.
pub(super) fn not_alterable(path: String) -> Finding {
    let effect = "has the position null, which is normal for a moment after a change; if it stays null, the connector stores this partition under other keys, and no alteration or reset changes its position, even when the status is APPLIED";
    Finding::warning(path, Code::NotAlterable, effect)
}

/// The JSON text of a member's value.
fn value<'a>(members: &[Member<'a>], key: &str) -> Option<&'a str> {
    members.iter().find(|m| m.key == key).map(|m| m.value)
}

/// The differences between two partitions, in words.
fn differences(asked: &[Member<'_>], own: &[Member<'_>]) -> Vec<String> {
    let text = |value: &str| scan::string(value).unwrap_or(value.into()).into_owned();
    let missing = own.iter().filter_map(|member| {
        let key = excerpt(&member.key);
        let Some(given) = value(asked, &member.key) else {
            return Some(format!("`{key}`, which is missing here"));
        };
        let (given, theirs) = (text(given), text(member.value));
        let how = match given.to_lowercase() == theirs.to_lowercase() && given != theirs {
            true => " in its letter case",
            false => "",
        };
        let theirs = excerpt(&theirs);
        let differs = value(asked, &member.key) != Some(member.value);
        differs.then(|| format!("`{key}`{how} (there `{theirs}`)"))
    });
    let is_added = |member: &&Member<'_>| value(own, &member.key).is_none();
    let added = asked.iter().filter(is_added).map(|member| {
        let key = excerpt(&member.key);
        format!("`{key}`, which the connector does not have")
    });
    missing.chain(added).collect()
}

/// Compares an object of the request with one that the connector wrote: the types of values, and misspelt keys. Returns
/// the number of members that both have; `None` when there is nothing to compare.
fn compare(
    path: &str,
    own: Option<&str>,
    model: Option<&str>,
    out: &mut Vec<Finding>,
) -> Option<usize> {
    let (own, model) = (scan::members(own?)?, scan::members(model?)?);
    let mut shared = 0;
    for member in &own {
        let at = member_path(path, &member.key);
        let Some(theirs) = model.iter().find(|theirs| theirs.key == member.key) else {
            let keys = model.iter().map(|theirs| theirs.key.as_ref());
            let missed = keys.filter(|key| value(&own, key).is_none());
            if let Some(meant) = closest(&member.key, missed) {
                let effect = "is not a member that the connector itself writes";
                let finding = Finding::warning(at, Code::UnknownMember, effect);
                out.push(finding.did_you_mean(Some(meant)));
            }
            continue;
        };
        shared += 1;
        let (own_form, their_form) = (form(member), form(theirs));
        if own_form != their_form && own_form != "null" && their_form != "null" {
            let message = format!(
                "is {own_form} ({}), but the connector itself writes {their_form} ({})",
                excerpt(member.value),
                excerpt(theirs.value)
            );
            out.push(Finding::warning(at, Code::TypeDiffers, message));
        }
    }
    (!model.is_empty()).then_some(shared)
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
