//! The facts about a connector that a check uses besides the entries that are to be sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Code;
use crate::model::{ConnectorConfig, ConnectorKind};
use crate::offset::{OffsetFormat, Side};
use crate::{OffsetEntry, Timestamp};

/// The end of a message: the consequence of altering a partition that does not exist (measured with Kafka Connect 4.1.1).
const UNLESS: &str = "; if that partition does not exist, the alteration fails, and other partitions may already have been moved";

/// The facts about the connector whose offsets are to be altered. With more facts, a check finds more mistakes and
/// gives fewer false alarms.
///
/// ```
/// use ccloud_connect::{OffsetEntry, validate::{self, Known}};
///
/// let read = |text: &str| serde_json::from_str::<Vec<OffsetEntry>>(text);
/// let current = read(r#"[{"partition":{"server":"shop"},"offset":{"lsn":900,"lsn_proc":900,"messageType":"INSERT"}}]"#)?;
/// let asked = read(r#"[{"partition":{"server":"shop"},"offset":{"lsn":500,"lsn_proc":900,"messageType":"INSERT"}}]"#)?;
/// let known = Known::default().with_class("PostgresCdcSourceV2").with_current(&current);
/// let report = validate::patch_knowing(&asked, &known);
/// assert_eq!(report.findings()[0].code.as_str(), "stale-member"); // `lsn_proc` overrides `lsn`
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Known<'a> {
    pub(super) current: Option<&'a [OffsetEntry]>,
    pub(super) class: Option<&'a str>,
    pub(super) kind: Option<&'a ConnectorKind>,
    pub(super) settings: Option<&'a BTreeMap<String, String>>,
    pub(super) now: Option<Timestamp>,
    /// Topic partitions that are known to exist.
    pub(crate) existing: Option<&'a BTreeSet<(String, i32)>>,
    pub(super) accepted: &'a [Code],
}

impl<'a> Known<'a> {
    /// Adds the connector's current offsets; an empty list means that the connector has not stored any offset yet.
    #[must_use]
    pub fn with_current(mut self, current: &'a [OffsetEntry]) -> Self {
        self.current = Some(current);
        self
    }

    /// These facts without the current offsets, for entries that do not have to resemble the current ones.
    pub(crate) fn without_current(mut self) -> Self {
        self.current = None;
        self
    }

    /// The end of the message about a partition without a current position; empty when the partition is known to exist.
    pub(super) fn unless(&self, topic: &str, partition: u64) -> &'static str {
        let place = i32::try_from(partition).map(|partition| (topic.to_owned(), partition));
        match self.existing.zip(place.ok()) {
            Some((existing, place)) if existing.contains(&place) => "",
            _ => UNLESS,
        }
    }

    /// Adds the connector's class (`connector.class`), which determines the format. Without a class, the format is that
    /// of the current offsets. When these do not determine the format either, the format is guessed from the keys of
    /// each entry, and each finding mentions the guess.
    #[must_use]
    pub fn with_class(mut self, class: &'a str) -> Self {
        self.class = Some(class);
        self
    }

    /// Adds the kind of the connector: sink or source.
    #[must_use]
    pub fn with_kind(mut self, kind: &'a ConnectorKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Adds the connector's class, kind and settings, such as `db.timezone` and `mode`.
    #[must_use]
    pub fn with_config(mut self, config: &'a ConnectorConfig) -> Self {
        self.class = config.class().or(self.class);
        self.kind = Some(&config.kind);
        self.settings = Some(&config.settings);
        self
    }

    /// Adds the connector's settings by name, such as `db.timezone`, `mode` and `topic.prefix`.
    #[must_use]
    pub fn with_settings(mut self, settings: &'a BTreeMap<String, String>) -> Self {
        self.settings = Some(settings);
        self
    }

    /// Sets the current time, by which times in the future are recognised; the default is the time of the system's
    /// clock.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// Sets the codes of findings that the caller accepts: such findings become notes, see
    /// [`Report::accept`](crate::finding::Report::accept).
    #[must_use]
    pub fn accepting(mut self, codes: &'a [Code]) -> Self {
        self.accepted = codes;
        self
    }

    /// The connector's current offsets; empty when they are not known.
    pub(crate) fn current(&self) -> &'a [OffsetEntry] {
        self.current.unwrap_or_default()
    }

    /// The format of the connector's offsets: that of its class, or else that of its current offsets; `None` when
    /// neither the class nor the current offsets determine it.
    pub fn format(&self) -> Option<&'static OffsetFormat> {
        self.listed().or_else(|| {
            // One entry that identifies the format is enough. When none of the first 100 entries identifies it, the
            // others will not either.
            self.current?.iter().take(100).find_map(OffsetFormat::guess)
        })
    }

    /// The format of the connector's class; `None` when the class or its format is not known.
    pub(super) fn listed(&self) -> Option<&'static OffsetFormat> {
        OffsetFormat::of_class(self.class?)
    }

    /// Whether the connector is a sink or a source; `None` when its kind and its class do not show it.
    pub(super) fn side(&self) -> Option<Side> {
        match self.kind {
            Some(ConnectorKind::Sink) => Some(Side::Sink),
            Some(ConnectorKind::Source) => Some(Side::Source),
            _ => Some(match self.listed()?.name() {
                "kafka-sink" => Side::Sink,
                _ => Side::Source,
            }),
        }
    }
}
