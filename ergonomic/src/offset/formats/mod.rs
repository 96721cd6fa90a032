//! One file for each offset format: the typed form of its entries, and the facts about them.
//!
//! The code of a format uses no other format. The paths of its findings are relative to the entry, such as
//! `offset.pos`. This module finds the format of a connector's class.

pub(crate) mod cosmos;
pub(crate) mod couchbase;
pub(crate) mod filestream;
pub(crate) mod github;
pub(crate) mod jdbc;
mod jdbc_checks;
mod jdbc_facts;
pub(crate) mod kafka_sink;
pub(crate) mod mirrormaker;
pub(crate) mod mongodb_atlas;
pub(crate) mod mongodb_cdc;
pub(crate) mod mysql_cdc;
pub(crate) mod oracle_cdc;
pub(crate) mod postgres_cdc;
mod resume_token;
pub(crate) mod sqlserver_cdc;

use super::facts::OffsetFormat;
use super::fields::Fields;
use crate::OffsetEntry;

/// Every format that is known.
pub(crate) static ALL: [&OffsetFormat; 14] = [
    &kafka_sink::FORMAT,
    &jdbc_facts::FORMAT,
    &mysql_cdc::FORMAT,
    &postgres_cdc::FORMAT,
    &sqlserver_cdc::FORMAT,
    &oracle_cdc::FORMAT,
    &mongodb_atlas::FORMAT,
    &mongodb_cdc::FORMAT,
    &github::FORMAT,
    &couchbase::FORMAT,
    &cosmos::FORMAT,
    &cosmos::FORMAT_V2,
    &mirrormaker::FORMAT,
    &filestream::FORMAT,
];

impl OffsetFormat {
    /// Every known format, beginning with that of sinks.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ALL.into_iter()
    }

    /// The format that connectors of a class write; `None` when it is not known.
    ///
    /// `class` is the value of `connector.class`, in any letter case: the class of a fully managed connector, such as
    /// `PostgresCdcSourceV2`, or of a self-managed one, with or without its package. Every class with `Sink` in its
    /// name, and without `Source`, writes the format of sinks.
    pub fn of_class(class: &str) -> Option<&'static Self> {
        let name = simple(class);
        if name.contains("sink") && !name.contains("source") {
            return Some(&kafka_sink::FORMAT);
        }
        let exact = ALL
            .into_iter()
            .find(|format| format.classes().any(|known| known == class));
        exact.or_else(|| {
            let is_same = |known| simple(known) == name;
            ALL.into_iter().find(|format| format.classes().any(is_same))
        })
    }

    /// Whether connectors of a class are *assumed* to write a known format, because nothing is published about their
    /// offsets. An entry of such a connector is checked against a format when it has the members of that format.
    pub(crate) fn is_assumed(class: &str) -> bool {
        let name = simple(class);
        let mut assumed = ALL.into_iter().flat_map(|format| format.assumed);
        assumed.any(|class| simple(class) == name)
    }

    /// The format of an entry, guessed from its keys; `None` when the keys fit no format, or are too common to identify
    /// one.
    pub fn guess(entry: &OffsetEntry) -> Option<&'static Self> {
        Self::guess_of(&Fields::of(entry)?)
    }

    pub(crate) fn guess_of(fields: &Fields<'_>) -> Option<&'static Self> {
        ALL.into_iter().find(|format| format.recognises(fields))
    }
}

/// The name of a class in lower case, without its package and without the suffix `Connector`.
fn simple(class: &str) -> String {
    let name = class.rsplit('.').next().unwrap_or_default().to_lowercase();
    name.strip_suffix("connector")
        .map_or(name.clone(), str::to_owned)
}
